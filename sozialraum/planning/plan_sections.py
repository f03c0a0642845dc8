"""The sections of a plan file: who needs, which points, how far, and what is asked of each verb.

What a section needs beside its own keys is asked in `sozialraum.planning.plan_needs`.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar

from pydantic import Field

from sozialraum.config.file_models import FileModel
from sozialraum.config.sections import NeighboursSection
from sozialraum.model.options import (
    AreaSetName,
    AtLeastOne,
    Better,
    CityShare,
    Count,
    Currency,
    Detour,
    Direction,
    FilePath,
    GoalName,
    GroupName,
    NeedIndex,
    NotNegative,
    Positive,
    RedrawMethod,
    Rounding,
    RuleForm,
    RulePer,
    RuleScale,
    Share,
    SiteModel,
    WayMethod,
)
from sozialraum.planning.allocation.need_rules import Rule
from sozialraum.planning.allocation.published_rules import published_rule
from sozialraum.planning.people_sections import Forecast, Ganztag, Kita
from sozialraum.planning.plan_base import PlanSection, Varied
from sozialraum.planning.targets import Target

Ring = tuple[NotNegative, NotNegative]
VERBS = ("forecast", "kita", "ganztag", "gap", "locate", "allocate", "catchments", "targets")
OneToTwenty = Annotated[int, Field(ge=1, le=20)]


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

    areas: AreaSetName
    persons: str
    in_need: str | None = None
    pupils: str | None = None
    siblings: str | None = None
    needy: tuple[Count, ...] = ()


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

    file: FilePath
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

    method: WayMethod = "luftlinie"
    file: FilePath | None = None
    layer: str | None = None
    detour: Detour = 1.0
    limit: NotNegative | None = None


class HouseList(PlanSection):
    """``[houses]``: addresses with their place, for the street list of catchments.

    Parameters
    ----------
    file, layer, crs : the list or layer, relative to the data of the build
    street, house_number, suffix, postcode : its columns
    x, y : columns of east and north in a table
    """

    file: FilePath
    street: str
    house_number: str
    suffix: str | None = None
    postcode: str | None = None
    x: str | None = None
    y: str | None = None
    layer: str | None = None
    crs: str | None = None


class CrossingSection(PlanSection):
    """``[crossings]``: roads and rails, drawn as lines, that children should not have to cross."""

    file: FilePath
    layer: str | None = None


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


class LocateVariant(Varied):
    """``[[locate.variants]]``: the keys in which a variant differs from ``[locate]``."""

    model: SiteModel = "mclp"
    radius: NotNegative | None = None
    number: Count | None = None
    new: Count | None = None
    budget: NotNegative | None = None
    need_power: NotNegative = 1.0
    fixed: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    equity: Share | CityShare | None = None
    time_limit: Positive = 60.0
    gap: NotNegative = 0.0
    plan_b: bool = True
    next_best: OneToTwenty = 5


class Locate(LocateVariant):
    """``[locate]``: arguments of `site_task`; Plan B and next plans are for the first variant.

    ``new`` counts the sites that come on top of those that exist, ``number`` all open ones.
    """

    function: ClassVar[str] = "sozialraum.planning.facility_location.location:locate"

    variants: tuple[LocateVariant, ...] = ()


class GapVariant(Varied):
    """``[[gap.variants]]``: the keys in which a variant differs from ``[gap]``."""

    rings: Annotated[tuple[Ring, ...], Field(min_length=1)] = ((1000.0, 1.0),)
    need_power: NotNegative = 0.0
    low_access: NotNegative = 0.25
    radius: NotNegative = 1000.0
    times: AtLeastOne = 3
    low_need: Share = 0.5


class Gap(GapVariant):
    """``[gap]``: arguments of `floating_catchments`, `gaps` and `duplicates`."""

    variants: tuple[GapVariant, ...] = ()


class TargetSection(PlanSection):
    """``[[targets]]``: fields of `Target`."""

    id: str
    label: str
    indicator: GoalName
    value: Share
    deadline: dt.date
    better: Better = "higher"
    group: GroupName = ""
    baseline: Share | None = None
    baseline_date: dt.date | None = None
    responsible: str = ""
    measures: tuple[str, ...] = ()

    def target(self) -> Target:
        """Return the goal."""
        return Target(**self.model_dump())


class CatchmentVariant(Varied):
    """``[[catchments.variants]]``: the keys in which a variant differs from ``[catchments]``."""

    limit: NotNegative = 2000.0
    stay: NotNegative = 0.0
    sibling: NotNegative = 0.0
    crossing: NotNegative = 0.0
    mix: NotNegative = 0.0
    over: NotNegative = 20.0
    under: NotNegative = 5.0
    far: NotNegative = 20.0
    method: RedrawMethod = "anneal"
    proposals: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None
    seed: Count = 2024
    time_limit: Positive = 60.0


class Catchments(CatchmentVariant):
    """``[catchments]``: arguments of `catchment_task`, `CatchmentCosts` and `redraw`.

    Parameters
    ----------
    files : write who belongs where, and with ``[houses]`` the street list, per variant
    """

    function: ClassVar[str] = "sozialraum.planning.districting.catchments:redraw"

    files: bool = False
    variants: tuple[CatchmentVariant, ...] = ()


class PlanFile(FileModel):
    """A whole plan file.

    Parameters
    ----------
    title : of the scenario page
    build : build file of the index, relative to the plan file
    draws, seed : how often the index is drawn anew within what its counts allow (0: never), to say
        how often each site is chosen and who stands at a step; and the start of these draws
    neighbours : which blocks are neighbours, for catchments; None: as the build file says
    """

    title: str
    build: FilePath
    draws: Annotated[int, Field(ge=0, le=10_000)] = 200
    seed: Count = 2024
    demand: Demand | None = None
    offers: PlanPoints | None = None
    sites: PlanPoints | None = None
    schools: PlanPoints | None = None
    distances: DistanceSection = DistanceSection()
    crossings: CrossingSection | None = None
    houses: HouseList | None = None
    allocate: Allocate | None = None
    locate: Locate | None = None
    gap: Gap | None = None
    catchments: Catchments | None = None
    neighbours: NeighboursSection | None = None
    targets: tuple[TargetSection, ...] = ()
    forecast: Forecast | None = None
    kita: Kita | None = None
    ganztag: Ganztag | None = None

    @property
    def verbs(self) -> tuple[str, ...]:
        """The decisions the file asks for, in the order they are made."""
        return tuple(verb for verb in VERBS if getattr(self, verb))
