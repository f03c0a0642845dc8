"""``[uncertainty]``: how often the index is computed anew, and what could have been otherwise."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from sozialraum.config.sections import Section
from sozialraum.config.steps import Step
from sozialraum.config.toml_text import as_tuples
from sozialraum.model.options import (
    AggregationMethod,
    AtLeastOne,
    Centre,
    Count,
    CountError,
    CutMethod,
    Ddof,
    Draws,
    End,
    Exponent,
    IndicatorId,
    Learnt,
    Limits,
    NotNegative,
    OpenShare,
    Positive,
    QuantileType,
    Range,
    ScaleMethod,
    Ties,
)


def _as_table(entry: Any) -> Any:
    """Return a method that is only named as a table with its name."""
    return {"method": entry} if isinstance(entry, str) else as_tuples(entry)


class ScalingChoice(Section):
    """An alternative way to standardise, with the arguments it is used with."""

    method: ScaleMethod
    output: Range | None = None
    centre: Centre | None = None
    ddof: Ddof | None = None
    location: float | None = None
    step: Positive | None = None
    ties: Ties | None = None
    factor: Positive | None = None


class AggregationChoice(Section):
    """An alternative mean."""

    method: AggregationMethod
    power: Exponent | None = None


class CutChoice(Section):
    """An alternative rule for the class limits; "frozen" keeps those of the build."""

    method: CutMethod | Literal["frozen"]
    lower: float | None = None
    upper: float | None = None
    quantile_type: QuantileType | None = None
    limits: Limits | None = None
    ddof: Ddof | None = None
    share: OpenShare | None = None
    top: End | None = None


class VariedWeights(Section):
    """How weights are varied: Dirichlet about the given ones, or each by a share up or down."""

    dirichlet: NotNegative = 0.0
    uniform: Annotated[float, Field(ge=0, lt=1)] = 0.0
    level: Literal["indicators", "dimensions", "all"] = "all"


class Vary(Section):
    """``[uncertainty.vary]``: assumptions that could have been made otherwise."""

    scaling: tuple[Annotated[ScalingChoice, BeforeValidator(_as_table)], ...] | None = None
    weights: VariedWeights | None = None
    aggregation: tuple[Annotated[AggregationChoice, BeforeValidator(_as_table)], ...] | None = None
    drop: tuple[IndicatorId, ...] | Literal["each"] | None = None
    cut: tuple[Annotated[CutChoice, BeforeValidator(_as_table)], ...] | None = None


class Uncertainty(Step):
    """``[uncertainty]``: arguments of `sozialraum.insight.uncertainty.simulate_index`."""

    function: ClassVar[str] = "sozialraum.insight.uncertainty:simulate_index"
    choice: ClassVar[str] = "counts"

    draws: Draws | None = None
    seed: Count = 1
    interval: OpenShare = 0.9
    counts: CountError = "binomial"
    shrink: bool = True
    learnt: Learnt = "again"
    vary: Vary | None = None
    variance_draws: Count | None = None
    partners: AtLeastOne = 10

    def arguments(self) -> dict[str, Any]:
        """Return the section as arguments; of each alternative only what is stated."""
        return {**self.model_dump(exclude={"vary"}), "vary": self.stated_choices()}

    def stated_choices(self) -> dict[str, Any] | None:
        """Return ``vary`` as plain tables with the keys that stand in the build file."""
        return None if self.vary is None else self.vary.model_dump(exclude_unset=True)
