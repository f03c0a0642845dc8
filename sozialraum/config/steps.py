"""The steps of an index as sections of a build file, each with the function it becomes.

A test compares every section with the signature of its function, key by key and type by type, so
that file, function and documentation cannot drift apart. `reads` says which methods look at a key;
a key that the chosen method never reads is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from sozialraum.config.sections import Section
from sozialraum.model.options import (
    Against,
    AggregationMethod,
    AtLeastOne,
    Centre,
    ClassCount,
    Count,
    CutMethod,
    Ddof,
    Digits,
    DimensionId,
    End,
    Exponent,
    ImputationMethod,
    IndicatorId,
    Limits,
    NodeScaleMethod,
    NotNegative,
    OpenShare,
    Penalty,
    Positive,
    PositiveShare,
    QuantileType,
    Range,
    RankShare,
    RestandardMethod,
    ScaleMethod,
    Share,
    SharedWeights,
    Ties,
    TransformFunction,
    TreatmentRule,
    WeightMethod,
)

Transform = dict[IndicatorId, TransformFunction]
_SHARED = ("percentile", "exponential", "normal_scores")
_RANKED = ("rank", *_SHARED)


class Step(Section):
    """A section that becomes the arguments of one function.

    `function` names it, `choice` the key that says which method is used, `reads` per key the
    methods that look at it; a key that is not listed is read by all.
    """

    choice: ClassVar[str] = "method"
    reads: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def methods_used(self) -> set[str]:
        """Return the methods that are at work in this section."""
        return {str(getattr(self, self.choice))}

    def unread(self) -> list[str]:
        """Return the keys that none of the methods at work looks at."""
        used = self.methods_used()
        return [key for key, by in self.reads.items() if not used & set(by)]


class Imputation(Step):
    """``[imputation]``: arguments of `sozialraum.index.preparation.imputation.impute_panel`."""

    function: ClassVar[str] = "sozialraum.index.preparation.imputation:impute_panel"
    reads: ClassVar[Mapping[str, tuple[str, ...]]] = dict.fromkeys(
        ("degree", "regressors", "floor"), ("regression",)
    )

    method: ImputationMethod = "linear"
    degree: AtLeastOne = 2
    regressors: tuple[IndicatorId, ...] = ()
    floor: float | None = 0.0


class Treatment(Step):
    """``[treatment]``: arguments of `sozialraum.index.preparation.treatment.fit_treatment`."""

    function: ClassVar[str] = "sozialraum.index.preparation.treatment:fit_treatment"
    choice: ClassVar[str] = "rule"
    reads: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "most": ("winsorise", "winsorise_then_log", "winsorise_then_boxcox"),
        **dict.fromkeys(
            ("skew_limit", "kurtosis_limit"),
            ("winsorise", "winsorise_then_log", "winsorise_then_boxcox", "log", "boxcox"),
        ),
    }

    rule: TreatmentRule = "winsorise_then_log"
    most: Count = 5
    skew_limit: NotNegative = 2.0
    kurtosis_limit: NotNegative = 3.5


class Scaling(Step):
    """``[scaling]``: arguments of `sozialraum.index.scaling.fit_scale`."""

    function: ClassVar[str] = "sozialraum.index.scaling:fit_scale"
    reads: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "ddof": ("zscore",),
        "weights": ("zscore",),
        "centre": ("zscore",),
        "output": ("minmax", "goalposts"),
        "location": ("zscore", "robust"),
        "step": ("zscore", "robust"),
        "goalposts": ("goalposts",),
        "targets": ("target",),
        "references": ("distance", "base100"),
        "ties": ("borda", *_RANKED),
        "rank_share": _SHARED,
        "factor": ("exponential",),
        "cap": ("goalposts",),
    }

    method: ScaleMethod = "minmax"
    methods: dict[IndicatorId, ScaleMethod] | None = None
    ddof: Ddof = 0
    weights: Literal["population"] | None = None
    centre: Centre = "mean"
    output: Range = (0.0, 1.0)
    location: float = 0.0
    step: Positive = 1.0
    goalposts: dict[IndicatorId, Range] | None = None
    targets: dict[IndicatorId, float] | None = None
    references: dict[IndicatorId, float] | None = None
    ties: Ties = "average"
    rank_share: RankShare | None = None
    factor: Positive = 23.0
    cap: bool = True
    digits: Digits | None = None

    def methods_used(self) -> set[str]:
        """Return the normalisers at work: one for all, and the exceptions by indicator."""
        return {self.method, *(self.methods or {}).values()}


class Weighting(Step):
    """``[weighting]``: arguments of `sozialraum.index.weighting.weights.fit_weights`."""

    function: ClassVar[str] = "sozialraum.index.weighting.weights:fit_weights"
    reads: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "judgements": ("ahp",),
        "targets": ("optimised",),
        "anchor": ("pca",),
        "against": ("pca", "published"),
        "factors": ("factor",),
        "coefficients": ("published",),
        "weights": ("pca", "factor"),
    }

    method: WeightMethod = "equal"
    judgements: dict[DimensionId, tuple[tuple[Positive, ...], ...]] | None = None
    targets: dict[IndicatorId, NotNegative] | None = None
    anchor: IndicatorId | None = None
    against: Against = "refuse"
    factors: AtLeastOne | None = None
    coefficients: dict[IndicatorId, float] | None = None
    weights: Literal["population"] | None = None


class DimensionScaling(Step):
    """``[dimension_scaling]``: arguments of `sozialraum.index.aggregation.fit_node_scale`."""

    function: ClassVar[str] = "sozialraum.index.aggregation:fit_node_scale"
    reads: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "ddof": ("zscore", "sd"),
        "output": ("minmax",),
        "ties": _RANKED,
        "rank_share": _SHARED,
        "factor": ("exponential",),
    }

    method: NodeScaleMethod = "minmax"
    ddof: Ddof = 0
    output: Range = (0.0, 1.0)
    ties: Ties = "average"
    rank_share: RankShare | None = None
    factor: Positive = 23.0
    digits: Digits | None = None


class Node(Section):
    """``[[aggregation.nodes]]``: a further level of the index, or an exception for a dimension."""

    id: DimensionId
    parent: DimensionId | None = None
    weight: NotNegative | None = None
    method: AggregationMethod | None = None
    min_available: PositiveShare | None = None


class Aggregation(Step):
    """``[aggregation]``: arguments of `sozialraum.index.aggregation.aggregate`."""

    function: ClassVar[str] = "sozialraum.index.aggregation:aggregate"
    reads: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "power": ("power",),
        "penalty": ("mpi", "mean_min"),
        "alpha": ("mean_min",),
        "beta": ("mean_min",),
        "owa_weights": ("owa",),
        "owa_exponent": ("owa",),
        "share_bounds": ("bod",),
    }

    method: AggregationMethod = "mean"
    dimension_method: AggregationMethod | None = None
    dimension_weights: dict[DimensionId, NotNegative] | SharedWeights = "equal"
    nodes: tuple[Node, ...] = ()
    min_available: PositiveShare = 1.0
    power: Exponent = 2.0
    penalty: Penalty = "add"
    alpha: Share = 0.5
    beta: NotNegative = 0.0
    owa_weights: tuple[NotNegative, ...] = ()
    owa_exponent: Positive = 1.0
    share_bounds: Range | None = None

    def methods_used(self) -> set[str]:
        """Return the means at work: of the index, of the dimensions and of single nodes."""
        own = (self.dimension_method, *(node.method for node in self.nodes))
        return {self.method, *(name for name in own if name is not None)}


class Restandardise(Step):
    """``[restandardise]``: arguments of `sozialraum.index.aggregation.fit_restandard`."""

    function: ClassVar[str] = "sozialraum.index.aggregation:fit_restandard"
    reads: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "ddof": ("zscore", "sd"),
        "weights": ("zscore", "sd"),
        "output": ("minmax",),
        "location": ("zscore", "sd"),
        "step": ("zscore", "sd"),
        "ties": ("rank", "percentile"),
    }

    method: RestandardMethod = "zscore"
    ddof: Ddof = 0
    weights: Literal["population"] | None = None
    output: Range = (0.0, 1.0)
    location: float = 0.0
    step: Positive = 1.0
    ties: Ties = "average"
    digits: Digits | None = None


class Classes(Step):
    """``[classes]``: arguments of `sozialraum.index.classes.fit_breaks`."""

    function: ClassVar[str] = "sozialraum.index.classes:fit_breaks"
    reads: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "k": ("equal", "quantile", "ntile", "jenks", "top_share"),
        "limits": ("fixed", "sd"),
        "right": ("equal", "quantile", "ntile", "fixed", "sd", "jenks"),
        "lower": ("equal",),
        "upper": ("equal",),
        "quantile_type": ("quantile",),
        "weights": ("quantile", "sd"),
        "ddof": ("sd",),
        "share": ("top_share",),
        "top": ("top_share",),
        "shares": ("quantile", "ntile"),
        "larger": ("ntile",),
    }

    method: CutMethod = "equal"
    k: ClassCount = 5
    limits: Limits | None = None
    right: bool = False
    labels: tuple[str, ...] | None = None
    numbers: tuple[int, ...] | None = None
    lower: float | None = None
    upper: float | None = None
    quantile_type: QuantileType = 7
    weights: Literal["population"] | None = None
    ddof: Ddof = 0
    share: OpenShare = 0.05
    top: End = "high"
    shares: tuple[OpenShare, ...] | None = None
    larger: End = "low"


STEPS: dict[str, type[Step]] = {
    "treatment": Treatment,
    "scaling": Scaling,
    "weighting": Weighting,
    "dimension_scaling": DimensionScaling,
    "aggregation": Aggregation,
    "restandardise": Restandardise,
    "classes": Classes,
}


# Sections before the axes part: missing values are filled over all indicators at once.
SECTIONS: dict[str, type[Step]] = {"imputation": Imputation, **STEPS}


class IndexSteps(Section):
    """The steps of an index, in the order in which they run."""

    transform: Transform = {}
    treatment: Treatment | None = None
    scaling: Scaling = Scaling()
    weighting: Weighting | None = None
    dimension_scaling: DimensionScaling | None = None
    aggregation: Aggregation = Aggregation()
    restandardise: Restandardise | None = None
    classes: Classes = Classes()


class Axis(IndexSteps):
    """``[axes.NAME]``: one of several indices of a build, with its own steps."""

    label: str = ""
    direction: str = ""
