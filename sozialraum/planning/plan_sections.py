"""The sections of a plan file: who needs, which points, how far, and what is asked of each verb."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from sozialraum.planning.allocation.apportionment import Method
from sozialraum.planning.allocation.need_rules import STAGED, Rule
from sozialraum.planning.allocation.published_rules import published_names, published_rule
from sozialraum.planning.plan_base import NotNegative, PlanSection, Share, Varied
from sozialraum.planning.targets import Target
from sozialraum.texts import text


class Demand(PlanSection):
    """``[demand]``: who needs, for locate, gap and catchments.

    Parameters
    ----------
    areas : area set of the build file
    persons, in_need : count columns of its table: children, and children in need
    pupils : count column of the children whose school is planned; None: `persons`
    siblings : count column of those with a brother or sister at the present school
    needy : class numbers of highest need; their areas are the group of the equity floor
    """

    areas: str
    persons: str
    in_need: str | None = None
    pupils: str | None = None
    siblings: str | None = None
    needy: tuple[int, ...] = ()


class PlanPoints(PlanSection):
    """``[offers]``, ``[sites]``, ``[schools]``: a point layer and its columns.

    Parameters
    ----------
    file, layer, crs : the layer, relative to the data of the build
    key, name, kind : columns; `kinds` keeps only points of these kinds
    capacity, minimum, cost, size : columns: places, smallest school, euros, pupils
    current : column with the area of the index a school is for today
    under3 : column with the places for children under three, part of `capacity`, for ``[kita]``
    share, marked : columns: a share (0 to 1) of each school, and "ja" where a rule marks it
    all_day : column with the places for all-day care, for ``[ganztag]``
    stage : column with the stage of a delivered index (NRW 1 to 9), for rules that are made for it
    exists : column that says "ja" where a site is there already: it stays open and serves first
    """

    file: str
    key: str
    name: str | None = None
    kind: str | None = None
    kinds: tuple[str, ...] = ()
    capacity: str | None = None
    minimum: str | None = None
    cost: str | None = None
    size: str | None = None
    current: str | None = None
    under3: str | None = None
    share: str | None = None
    marked: str | None = None
    all_day: str | None = None
    stage: str | None = None
    exists: str | None = None
    layer: str | None = None
    crs: str | None = None


class DistanceSection(PlanSection):
    """``[distances]``: along footpaths of a file, or Luftlinie times a detour."""

    method: Literal["luftlinie", "wege"] = "luftlinie"
    file: str | None = None
    layer: str | None = None
    detour: Annotated[float, Field(ge=1)] = 1.0
    limit: NotNegative | None = None

    @model_validator(mode="after")
    def _need_paths(self) -> Self:
        if self.method == "wege" and self.file is None:
            message = text("planning.needs.paths")
            raise ValueError(message)
        return self


class CrossingSection(PlanSection):
    """``[crossings]``: roads and rails, drawn as lines, that children should not have to cross."""

    file: str
    layer: str | None = None


class RuleSection(PlanSection):
    """``[[allocate.rules]]``: fields of `Rule`, or ``published``: its name in the rules data."""

    name: str = ""
    published: str | None = None
    form: Literal["heads", "linear", "power", "threshold", "logistic", "steps", "amounts"] = (
        "linear"
    )
    by_heads: Share = 0.0
    slope: NotNegative = 1.0
    power: NotNegative = 1.0
    threshold: float = 0.5
    midpoint: float = 0.5
    steepness: NotNegative = 10.0
    limits: tuple[float, ...] = ()
    amounts: tuple[NotNegative, ...] = ()
    per: Literal["unit", "person"] = "unit"
    scale: Literal["need", "stage", "share"] = "need"
    above: bool = False
    marked: tuple[NotNegative, ...] = ()

    @model_validator(mode="after")
    def _check_rule(self) -> Self:
        if self.published is not None and self.published not in published_names():
            message = text("planning.needs.published", known=", ".join(published_names()))
            raise ValueError(message)
        if self.form in STAGED and len(self.amounts) != len(self.limits) + 1:
            message = text("planning.needs.amounts")
            raise ValueError(message)
        if self.marked and len(self.marked) != len(self.amounts):
            message = text("planning.needs.marked")
            raise ValueError(message)
        if list(self.limits) != sorted(set(self.limits)):
            message = text("planning.needs.limits")
            raise ValueError(message)
        return self

    def rule(self) -> Rule:
        """Return the rule."""
        if self.published is not None:
            return published_rule(self.published)
        return Rule(**self.model_dump(exclude={"published"}))


class Allocate(PlanSection):
    """``[allocate]``: arguments of `allocate`; the rules are the variants.

    Parameters
    ----------
    currency : what is given
    index, high_is : "stage": the delivered index (column `stage` of the schools) instead of ours,
        and whether its high stages are a burden or a resource
    """

    function: ClassVar[str] = "sozialraum.planning.allocation.allocation:allocate"

    rules: Annotated[tuple[RuleSection, ...], Field(min_length=1)]
    total: Annotated[NotNegative | None, Field(validate_default=True)] = None
    currency: Literal["Stellen", "Euro", "Wochenstunden"] = "Stellen"
    index: Literal["own", "stage"] = "own"
    high_is: Literal["burden", "resource"] | None = None
    unit: Annotated[float, Field(gt=0)] = 0.25
    method: Method = "sainte_lague"
    floors: NotNegative | dict[str, NotNegative] | None = None
    ceilings: NotNegative | dict[str, NotNegative] | None = None
    max_change: NotNegative | None = None
    last_year: dict[str, NotNegative] | None = None

    @field_validator("total")
    @classmethod
    def _need_a_total(cls, total: float | None, given: ValidationInfo) -> float | None:
        """Only rules with amounts of their own need no total."""
        rules = given.data.get("rules", ())
        if total is None and not (rules and all(one.rule().form == "amounts" for one in rules)):
            message = text("planning.needs.total")
            raise ValueError(message)
        return total

    @model_validator(mode="after")
    def _state_which_end(self) -> Self:
        if (self.index == "stage") != (self.high_is is not None):
            message = text("planning.needs.high_is")
            raise ValueError(message)
        return self


class Locate(Varied):
    """``[locate]``: arguments of `site_task`; Plan B and next plans are for the first variant.

    ``new`` counts the sites that come on top of those that exist, ``number`` all open ones.
    """

    function: ClassVar[str] = "sozialraum.planning.facility_location.location:locate"

    model: Literal["mclp", "lscp", "pmedian", "pcenter"] = "mclp"
    radius: NotNegative | None = None
    number: Annotated[int, Field(ge=0)] | None = None
    new: Annotated[int, Field(ge=0)] | None = None
    budget: NotNegative | None = None
    need_power: NotNegative = 1.0
    fixed: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    equity: Share | Literal["city"] | None = None
    time_limit: Annotated[float, Field(gt=0)] = 60.0
    gap: NotNegative = 0.0
    plan_b: bool = True
    next_best: Annotated[int, Field(ge=1, le=20)] = 5

    @model_validator(mode="after")
    def _enough_message(self) -> Self:
        covers = self.model in ("mclp", "lscp")
        counts = self.model in ("pmedian", "pcenter")
        missing = []
        if covers and self.radius is None:
            missing.append("radius")
        if self.number is not None and self.new is not None:
            message = text("planning.needs.one_number")
            raise ValueError(message)
        counted = self.number is not None or self.new is not None
        if not counted and (counts or (self.model == "mclp" and self.budget is None)):
            missing.append("number")
        if missing and not self.variants:
            message = text("planning.needs.model", model=self.model, keys=", ".join(missing))
            raise ValueError(message)
        return self


class Gap(Varied):
    """``[gap]``: arguments of `floating_catchments`, `gaps` and `duplicates`."""

    rings: Annotated[tuple[tuple[float, float], ...], Field(min_length=1)] = ((1000.0, 1.0),)
    need_power: NotNegative = 0.0
    low_access: NotNegative = 0.25
    radius: NotNegative = 1000.0
    times: Annotated[int, Field(ge=1)] = 3
    low_need: Share = 0.5

    @model_validator(mode="after")
    def _rings_ascend(self) -> Self:
        limits = [limit for limit, _ in self.rings]
        if limits != sorted(set(limits)) or any(w < 0 for _, w in self.rings) or limits[0] < 0:
            message = text("planning.needs.rings")
            raise ValueError(message)
        return self


class TargetSection(PlanSection):
    """``[[targets]]``: fields of `Target`."""

    id: str
    label: str
    indicator: str
    value: Share
    deadline: dt.date
    better: Literal["higher", "lower"] = "higher"
    group: str = ""
    baseline: Share | None = None
    baseline_date: dt.date | None = None
    responsible: str = ""
    measures: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_target(self) -> Self:
        if (self.baseline is None) != (self.baseline_date is None):
            message = text("planning.needs.baseline")
            raise ValueError(message)
        if self.baseline_date is not None and self.baseline_date >= self.deadline:
            message = text("planning.needs.deadline")
            raise ValueError(message)
        return self

    def target(self) -> Target:
        """Return the goal."""
        return Target(**self.model_dump())


class Catchments(Varied):
    """``[catchments]``: arguments of `catchment_task`, `CatchmentCosts` and `redraw`."""

    function: ClassVar[str] = "sozialraum.planning.districting.catchments:redraw"

    limit: NotNegative = 2000.0
    stay: NotNegative = 0.0
    sibling: NotNegative = 0.0
    crossing: NotNegative = 0.0
    mix: NotNegative = 0.0
    over: NotNegative = 20.0
    under: NotNegative = 5.0
    far: NotNegative = 20.0
    method: Literal["anneal", "highs"] = "anneal"
    proposals: Annotated[int, Field(ge=0)] | None = None
    seed: int = 2024
    time_limit: Annotated[float, Field(gt=0)] = 60.0
