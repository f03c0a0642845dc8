"""The sections of a plan file: who needs, which points, how far, and what is asked of each verb.

What a section needs beside its own keys is asked in `sozialraum.planning.plan_needs`.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar, Self

from pydantic import BeforeValidator, Field, model_validator

from sozialraum.config.file_models import FileModel
from sozialraum.config.sections import NeighboursSection, WrongValueError
from sozialraum.model.options import (
    AreaSetName,
    AtLeastOne,
    Better,
    CityShare,
    Count,
    Detour,
    FilePath,
    GoalKind,
    GoalName,
    GroupName,
    NotNegative,
    Positive,
    Share,
    SiteModel,
    WayMethod,
)
from sozialraum.planning.allocation.allocation_sections import Allocate, one_or_several
from sozialraum.planning.districting.catchment_sections import Catchments
from sozialraum.planning.people_sections import Forecast, Ganztag, Kita
from sozialraum.planning.plan_base import PlanSection, Varied
from sozialraum.planning.proposal_section import ProposalSection
from sozialraum.planning.targets import Target
from sozialraum.texts import text

Ring = tuple[NotNegative, NotNegative]
VERBS = ("forecast", "kita", "ganztag", "gap", "locate", "allocate", "catchments", "targets")
NOTHING_ASKED: dict[str, tuple[()]] = {"allocate": (), "targets": ()}  # None for the others
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
    age_from, age_to, group : columns: youngest and oldest an offer is for, and whom else it is for;
        empty: for all
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
    age_from: str | None = None
    age_to: str | None = None
    group: str | None = None
    stage: str | None = None
    exists: str | None = None
    layer: str | None = None
    crs: str | None = None


class DistanceSection(PlanSection):
    """``[distances]``: along footpaths of a file, or Luftlinie times a detour.

    Parameters
    ----------
    file, layer : lines of paths, or an extract of OpenStreetMap (``.osm.pbf``), of which only what
        may be walked is used
    detour : what Luftlinie is multiplied by
    limit : metres beyond which there is no way
    """

    method: WayMethod = "luftlinie"
    file: FilePath | None = None
    layer: str | None = None
    detour: Detour = 1.0
    limit: Positive | None = None


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
    """``[[gap.variants]]``: the keys in which a variant differs from ``[gap]``.

    Parameters
    ----------
    persons : count column of the children it is about; None: those of ``[demand]``
    kinds, ages, groups : only offers of these kinds, for some of these ages (youngest, oldest), for
        these groups; an offer that states no age or group is for all
    """

    persons: str | None = None
    kinds: tuple[str, ...] = ()
    ages: tuple[NotNegative, NotNegative] | None = None
    groups: tuple[str, ...] = ()
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
    """``[[targets]]``: fields of `Target`.

    Parameters
    ----------
    kind : "share" (value 0 to 1), "rate" (cases per 1,000 persons) or "count" (cases)
    responsible, measures : who answers for it, and what is done for it; both are printed
    """

    id: str
    label: str
    indicator: GoalName
    value: NotNegative
    deadline: dt.date
    kind: GoalKind = "share"
    better: Better = "higher"
    group: GroupName = ""
    baseline: NotNegative | None = None
    baseline_date: dt.date | None = None
    responsible: str = ""
    measures: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _shares(self) -> Self:
        stated = max(self.value, self.baseline or 0.0)
        if self.kind == "share" and stated > 1:
            key = "value" if self.value > 1 else "baseline"
            raise WrongValueError(text("planning.needs.share_of_goal"), key=key)
        return self

    def target(self) -> Target:
        """Return the goal."""
        return Target(**self.model_dump())


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
    allocate: Annotated[tuple[Allocate, ...], BeforeValidator(one_or_several)] = ()
    locate: Locate | None = None
    gap: Gap | None = None
    catchments: Catchments | None = None
    neighbours: NeighboursSection | None = None
    targets: tuple[TargetSection, ...] = ()
    forecast: Forecast | None = None
    kita: Kita | None = None
    ganztag: Ganztag | None = None
    proposal: ProposalSection | None = None

    @property
    def verbs(self) -> tuple[str, ...]:
        """The decisions the file asks for, in the order they are made."""
        return tuple(verb for verb in VERBS if getattr(self, verb))
