"""The sections of a plan file about posts and money: pots and their rules."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from sozialraum.model.options import (
    Currency,
    Direction,
    NeedIndex,
    NotNegative,
    Positive,
    PotUnits,
    Rounding,
    RuleForm,
    RulePer,
    RuleScale,
    Share,
)
from sozialraum.planning.allocation.need_rules import Rule
from sozialraum.planning.allocation.published_rules import published_rule, read_published_rules
from sozialraum.planning.plan_base import PlanSection


def one_or_several(given: Any) -> Any:
    """Return the tables of ``[allocate]`` or ``[[allocate]]`` alike."""
    return (given,) if isinstance(given, dict) else given


class RuleSection(PlanSection):
    """``[[allocate.rules]]``: fields of `Rule`, or ``published``: its name in the rules data."""

    name: str = ""
    published: str | None = None
    form: RuleForm = "linear"
    by_heads: Share = 0.0
    slope: NotNegative = 1.0
    power: NotNegative = 1.0
    threshold: float = 0.5
    midpoint: float = 0.5
    steepness: NotNegative = 10.0
    limits: tuple[float, ...] = ()
    amounts: tuple[NotNegative, ...] = ()
    per: RulePer = "unit"
    scale: RuleScale = "need"
    above: bool = False
    marked: tuple[NotNegative, ...] = ()

    @property
    def called(self) -> str:
        """What the committee calls the rule; empty where `published` is no name of one."""
        known = read_published_rules("allocation")
        return (
            self.name if self.published is None else known.get(self.published, {}).get("label", "")
        )

    def rule(self) -> Rule:
        """Return the rule."""
        if self.published is not None:
            return published_rule(self.published)
        return Rule(**self.model_dump(exclude={"published"}))


class Allocate(PlanSection):
    """``[allocate]`` or several ``[[allocate]]``: arguments of `allocate`; rules are variants.

    Parameters
    ----------
    name : what the committee calls this pot
    currency : what is given
    units, kinds : who gets it: "schools", "offers" or "areas" (of the index); of schools and
        offers only those of these kinds
    index, high_is : "stage": the delivered index (column `stage` of the schools) instead of ours,
        and whether its high stages are a burden or a resource
    """

    function: ClassVar[str] = "sozialraum.planning.allocation.allocation:allocate"

    rules: Annotated[tuple[RuleSection, ...], Field(min_length=1)]
    name: str = ""
    units: PotUnits = "schools"
    kinds: tuple[str, ...] = ()
    total: NotNegative | None = None
    currency: Currency = "Stellen"
    index: NeedIndex = "own"
    high_is: Direction | None = None
    unit: Positive = 0.25
    method: Rounding = "sainte_lague"
    floors: NotNegative | dict[str, NotNegative] | None = None
    ceilings: NotNegative | dict[str, NotNegative] | None = None
    max_change: NotNegative | None = None
    last_year: dict[str, NotNegative] | None = None
