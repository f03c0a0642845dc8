"""The sections of a build file; each key has the name of the function argument it becomes.

A test compares every step section with the signature of its function, so that file, function and
documentation cannot drift apart.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """Base of all sections: unknown keys are errors, values are not converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Repair(Section):
    """``[areas.NAME.repair]``: arguments of `sozialraum.space.repair.repair_areas`."""

    invalid: bool = False
    overlaps: Literal["first", "larger", "smaller"] | None = None
    parts_below: Annotated[float, Field(ge=0)] = 0.0
    gaps_below: Annotated[float, Field(ge=0)] = 0.0


class AreaSet(Section):
    """``[areas.NAME]``: one set of areas (Gebiete) with its own keys.

    `schools` is a column with the school of each area, or several with a comma between them where
    they share it.
    """

    file: str
    key: str
    name: str | None = None
    layer: str | None = None
    crs: str | None = None
    width: Annotated[int | None, Field(ge=1, le=20)] = None
    label: str = ""
    parents: dict[str, str] = {}
    drop: tuple[str, ...] = ()
    parts: Literal["error", "merge"] = "error"
    repair: Repair | None = None
    schools: str | None = None


class Table(Section):
    """``[[tables]]``: one delivered table."""

    file: str
    areas: str
    key: str
    stichtag: dt.date | None = None
    width: Annotated[int | None, Field(ge=1, le=20)] = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    decimal: Literal[",", "."] | None = None
    sentinels: tuple[str, ...] = ()
    columns: dict[str, str] | None = None
    text: tuple[str, ...] = ()


class Derived(Section):
    """``[[derived]]``: a count computed from delivered columns before anything moves."""

    name: str
    formula: str
    areas: str
    whole: bool = False
    tolerance: Annotated[float, Field(gt=0, lt=0.5)] = 0.01


class Population(Section):
    """``[population]``: who lives there, and from how many on an area is part of the index."""

    variable: str
    minimum: Annotated[float, Field(ge=0)] = 0.0


class Exclude(Section):
    """``[[exclude]]``: an area left out of the index, with the reason that is printed."""

    key: str
    reason: str


class Disclosure(Section):
    """``[disclosure]``: fields of `sozialraum.privacy.rules.DisclosureRules` (Geheimhaltung).

    The rules' noise and rounding of counts are no keys: a build publishes shares, never counts.
    `ledger` is the file, beside the build file, in which every publication is recorded.
    """

    minimum: Annotated[int, Field(ge=1)] = 5
    minimum_base: Annotated[float, Field(ge=0)] = 10.0
    value_base: Annotated[float, Field(ge=0)] = 30.0
    zeros: Literal["show", "suppress"] = "show"
    candidates: Annotated[int, Field(ge=2)] = 3
    index_decimals: Annotated[int, Field(ge=0, le=6)] = 1
    insiders: Annotated[int, Field(ge=0)] = 0
    attacker: Literal["arithmetic", "rule", "population", "insider"] = "rule"
    profile: str = ""
    published_input: bool = False
    reason: str = ""
    published: tuple[str, ...] = ()
    # A file of the office, no rule: it is left out where the section becomes arguments or manifest.
    ledger: Annotated[str | None, Field(min_length=1, exclude=True)] = None


RankShare = Literal[
    "r/n", "(r-1)/n", "(r-1)/(n-1)", "(r-0.5)/n", "r/(n+1)", "(r-0.375)/(n+0.25)"
]  # fmt: skip
Digits = Annotated[int, Field(ge=0, le=12)]


class Scaling(Section):
    """``[scaling]``: arguments of `sozialraum.index.scaling.fit_scale`."""

    method: str = "minmax"
    methods: dict[str, str] | None = None
    ddof: Literal[0, 1] = 0
    weights: Literal["population"] | None = None
    centre: Literal["mean", "zero", "city_rate"] = "mean"
    output: tuple[float, float] = (0.0, 1.0)
    location: float = 0.0
    step: float = 1.0
    goalposts: dict[str, tuple[float, float]] | None = None
    targets: dict[str, float] | None = None
    references: dict[str, float] | None = None
    ties: Literal["average", "min", "max"] = "average"
    rank_share: RankShare | None = None
    factor: float = 23.0
    cap: bool = True
    digits: Digits | None = None


class Intern(Section):
    """``[intern]``: what may be seen inside the office; replaces the same keys of [disclosure]."""

    minimum: Annotated[int, Field(ge=1)] = 3
    minimum_base: Annotated[float, Field(ge=0)] = 5.0
    value_base: Annotated[float, Field(ge=0)] = 10.0
    index_decimals: Annotated[int, Field(ge=0, le=6)] = 2


class Treatment(Section):
    """``[treatment]``: arguments of `sozialraum.index.treatment.fit_treatment`."""

    rule: str = "winsorise_then_log"
    most: Annotated[int, Field(ge=0)] = 5
    skew_limit: float = 2.0
    kurtosis_limit: float = 3.5


class Weighting(Section):
    """``[weighting]``: arguments of `sozialraum.index.weights.fit_weights`."""

    method: str = "equal"
    judgements: dict[str, tuple[tuple[float, ...], ...]] | None = None
    targets: dict[str, float] | None = None
    anchor: str | None = None
    against: Literal["refuse", "keep"] = "refuse"
    factors: int | None = None
    coefficients: dict[str, float] | None = None
    weights: Literal["population"] | None = None


class DimensionScaling(Section):
    """``[dimension_scaling]``: arguments of `sozialraum.index.aggregation.fit_node_scale`."""

    method: Literal[
        "zscore", "sd", "minmax", "exponential", "rank", "percentile", "normal_scores", "none"
    ] = "minmax"  # fmt: skip
    ddof: Literal[0, 1] = 0
    output: tuple[float, float] = (0.0, 1.0)
    ties: Literal["average", "min", "max"] = "average"
    rank_share: RankShare | None = None
    factor: float = 23.0
    digits: Digits | None = None


class Aggregation(Section):
    """``[aggregation]``: arguments of `sozialraum.index.aggregation.aggregate`."""

    method: str = "mean"
    dimension_method: str | None = None
    dimension_weights: dict[str, float] | Literal["equal", "size"] = "equal"
    nodes: tuple[dict[str, Any], ...] = ()
    min_available: Annotated[float, Field(gt=0, le=1)] = 1.0
    power: float = 2.0
    penalty: Literal["add", "subtract"] = "add"
    alpha: Annotated[float, Field(ge=0, le=1)] = 0.5
    beta: Annotated[float, Field(ge=0)] = 0.0
    owa_weights: tuple[float, ...] = ()
    owa_exponent: float = 1.0
    share_bounds: tuple[float, float] | None = None


class Restandardise(Section):
    """``[restandardise]``: arguments of `sozialraum.index.aggregation.fit_restandard`."""

    method: Literal["zscore", "sd", "minmax", "rank", "percentile", "none"] = "zscore"
    ddof: Literal[0, 1] = 0
    weights: Literal["population"] | None = None
    output: tuple[float, float] = (0.0, 1.0)
    location: float = 0.0
    step: float = 1.0
    ties: Literal["average", "min", "max"] = "average"
    digits: Digits | None = None


class Classes(Section):
    """``[classes]``: arguments of `sozialraum.index.classes.fit_breaks`."""

    method: str = "equal"
    # More than ten blues cannot be told apart on a map.
    k: Annotated[int, Field(ge=2, le=10)] = 5
    limits: Annotated[tuple[float, ...], Field(min_length=1, max_length=9)] | None = None
    right: bool = False
    labels: tuple[str, ...] | None = None
    numbers: tuple[int, ...] | None = None
    lower: float | None = None
    upper: float | None = None
    quantile_type: Annotated[int, Field(ge=1, le=9)] = 7
    weights: Literal["population"] | None = None
    ddof: Literal[0, 1] = 0
    share: Annotated[float, Field(gt=0, lt=1)] = 0.05
    top: Literal["high", "low"] = "high"
    shares: tuple[Annotated[float, Field(gt=0, lt=1)], ...] | None = None
    larger: Literal["low", "high"] = "low"


STEPS: dict[str, type[Section]] = {
    "treatment": Treatment,
    "scaling": Scaling,
    "weighting": Weighting,
    "dimension_scaling": DimensionScaling,
    "aggregation": Aggregation,
    "restandardise": Restandardise,
    "classes": Classes,
}


class Axis(Section):
    """``[axes.NAME]``: one of several indices of a build, with its own steps."""

    label: str = ""
    direction: str = ""
    transform: dict[str, str] = {}
    treatment: Treatment | None = None
    scaling: Scaling = Scaling()
    weighting: Weighting | None = None
    dimension_scaling: DimensionScaling | None = None
    aggregation: Aggregation = Aggregation()
    restandardise: Restandardise | None = None
    classes: Classes = Classes()


class Uncertainty(Section):
    """``[uncertainty]``: arguments of `sozialraum.insight.uncertainty.simulate_index`."""

    draws: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    seed: int = 1
    interval: Annotated[float, Field(gt=0, lt=1)] = 0.9
    counts: Literal["binomial", "poisson", "none"] = "binomial"
    shrink: bool = True
    learnt: Literal["again", "frozen"] = "again"
    vary: dict[str, Any] | None = None
    variance_draws: Annotated[int | None, Field(ge=0)] = None
    partners: Annotated[int, Field(ge=1)] = 10


class Participation(Section):
    """``[participation]``: who takes part in an offer; children, never bookings or places."""

    label: str
    participants: str
    children: str
    bookings: str | None = None


class Transitions(Section):
    """``[transitions]``: what becomes of the children; an outcome is never part of the index."""

    label: str
    cases: str
    children: str


class Clusters(Section):
    """``[clusters]``: arguments of `sozialraum.insight.autocorrelation.local_moran`."""

    permutations: Annotated[int, Field(ge=99, le=999_999)] = 99_999
    seed: int = 1
    q: Annotated[float, Field(gt=0, lt=1)] = 0.05
    significance: Literal["fdr", "plain"] = "fdr"


class SpaceStatistics(Section):
    """``[space_statistics]``: what is said of the whole map, from published figures alone.

    ``moran``: whether neighbouring areas resemble each other; ``segregation``: ids of indicators
    whose persons live apart more than by chance; ``rezoning``: two indicators whose relation is
    told for `draws` random contiguous zonings into `zones`.
    """

    moran: bool = True
    permutations: Annotated[int, Field(ge=99, le=999_999)] = 9999
    segregation: tuple[str, ...] = ()
    rezoning: Annotated[tuple[str, ...], Field(min_length=2, max_length=2)] | None = None
    zones: Annotated[int, Field(ge=3)] = 10
    draws: Annotated[int, Field(ge=100, le=100_000)] = 1000
    seed: int = 1


class Points(Section):
    """``[[points]]``: sites shown on the map, schools for example."""

    file: str
    label: str
    name: str | None = None
    kind: str | None = None
    layer: str | None = None
    crs: str | None = None
    x: str | None = None
    y: str | None = None


class Outlines(Section):
    """``[[outlines]]``: lines shown on the map for orientation, districts for example."""

    file: str
    label: str
    name: str | None = None
    layer: str | None = None
    crs: str | None = None


class Output(Section):
    """``[output]``: which files are written, and how they look."""

    files: tuple[
        Literal[
            "karte", "csv", "parquet", "xlsx", "geopackage", "methode", "bericht", "steckbriefe",
            "karten", "kommonitor", "metadaten",
        ], ...
    ] = ("karte", "csv", "parquet", "xlsx", "geopackage", "methode")  # fmt: skip
    lang: Literal["de", "en"] = "de"
    basemap: str | None = None
    accent: str = "#0c4a8d"
    logo: str | None = None
    licence: str = ""
