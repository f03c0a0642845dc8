"""The sections of a plan file that are about children to come: forecast, housing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from sozialraum.config.sections import WrongValueError
from sozialraum.model.options import AreaSetName, FilePath, Metres, NotNegative, Positive, Share
from sozialraum.planning.allocation.published_rules import read_published_rules
from sozialraum.planning.demography.class_rules import class_rule_names, counts_by_stage
from sozialraum.planning.demography.housing import HousingType
from sozialraum.planning.plan_base import PlanSection, Varied
from sozialraum.texts import text


def ages_of(word: str) -> range:
    """Return the single ages of "2" or "3-5"; none where it names none.

    Examples
    --------
    >>> list(ages_of("3-5")), list(ages_of("5-3"))
    ([3, 4, 5], [])
    """
    found = re.fullmatch(r"([0-9]{1,2})(?:-([0-9]{1,2}))?", word)
    return range(int(found[1]), int(found[2] or found[1]) + 1) if found else range(0)


def _unrepeated(words: Iterable[str]) -> bool:
    """Tell whether all words name ages, and no age twice."""
    named = [ages_of(word) for word in words]
    ages = [age for some in named for age in some]
    return all(named) and len(set(ages)) == len(ages)


class HousingFile(PlanSection):
    """``[[forecast.housing]]``: a list of dwellings: columns gebiet, jahr, we and art."""

    file: FilePath


class HousingSection(PlanSection):
    """``[forecast.housing_types.ART]``: what a dwelling of a kind brings.

    Parameters
    ----------
    persons : per dwelling
    occupancy : share of the dwellings that fill in the 1st, 2nd, … year
    profile : "0-2" or "6" -> share of the residents of each age in it, or one per year since moving
    citation : where the city has counted it
    """

    persons: NotNegative
    occupancy: tuple[Share, ...] = (1.0,)
    profile: dict[str, Share | tuple[Share, ...]]
    citation: str

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if sum(self.occupancy) > 1 + 1e-9:
            raise WrongValueError(text("planning.needs.occupancy"), key="occupancy")
        if not _unrepeated(self.profile):
            raise WrongValueError(text("planning.needs.profile_ages"), key="profile")
        by_age = self.kind().profile
        longest = max((len(shares) for shares in by_age.values()), default=0)
        for year in range(longest):
            if sum(shares[min(year, len(shares) - 1)] for shares in by_age.values()) > 1 + 1e-9:
                raise WrongValueError(text("planning.needs.profile"), key="profile")
        return self

    def kind(self) -> HousingType:
        """Return what `children_of_dwellings` works with; the share of a group is of each age."""
        profile: dict[int, tuple[float, ...]] = {}
        for ages, share in self.profile.items():
            for age in ages_of(ages):
                profile[age] = share if isinstance(share, tuple) else (share,)
        return HousingType(
            persons=self.persons, occupancy=self.occupancy, profile=profile, citation=self.citation
        )


class Forecast(PlanSection):
    """``[forecast]``: children and pupils to come, from the register and the rolls.

    Parameters
    ----------
    register : list with stichtag, gebiet, alter and anzahl
    rolls : list with schuljahr, schule, klasse and anzahl; None: children alone
    areas : area set of the build that `gebiet` means; None: that of the index
    types : column of these areas; quotas are pooled within one type first
    cutoff : "MM-TT" of the day by which a child due for school is six; None: who is six at the
        Stichtag of the year
    horizon : years to come
    classes : law of class sizes
    late, early : share of the children who enter a year late, a year early
    housing, housing_types : dwellings to come, and what a dwelling of each kind brings
    draws : of the corridor
    """

    function: ClassVar[str] = "sozialraum.planning.demography.projection:project"

    name: str = ""
    register_: FilePath = Field(alias="register")
    rolls: FilePath | None = None
    areas: AreaSetName | None = None
    types: str | None = None
    cutoff: str | None = None
    horizon: Annotated[int, Field(ge=1, le=15)] = 8
    classes: str | None = None
    late: Share = 0.0
    early: Share = 0.0
    housing: tuple[HousingFile, ...] = ()
    housing_types: dict[str, HousingSection] = {}
    draws: Annotated[int, Field(ge=100, le=10_000)] = 1000

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.classes is not None and self.classes not in class_rule_names():
            known = ", ".join(class_rule_names())
            raise WrongValueError(text("planning.needs.classes", known=known), key="classes")
        if self.classes is not None and self.rolls is None:
            raise WrongValueError(text("planning.needs.rolls_for_classes"), key="classes")
        if self.cutoff is not None and self.month is None:
            raise WrongValueError(text("planning.needs.cutoff"), key="cutoff")
        if self.housing and not self.housing_types:
            raise WrongValueError(text("planning.needs.housing_types"), key="housing")
        return self

    @property
    def needs_stage(self) -> bool:
        """Whether the law of class sizes counts by the stage of each school."""
        return self.classes is not None and counts_by_stage(self.classes)

    @property
    def month(self) -> int | None:
        """The month whose last day is the cut-off; None where there is none."""
        found = re.fullmatch(r"(\d\d)-(\d\d)", self.cutoff or "")
        month = int(found.group(1)) if found else 0
        last = {2: (28, 29), 4: (30,), 6: (30,), 9: (30,), 11: (30,)}.get(month, (31,))
        is_last_day = found is not None and 1 <= month <= 12 and int(found.group(2)) in last
        return month if is_last_day else None


class GanztagVariant(PlanSection):
    """``[[ganztag.variants]]``: a share of the entitled children who come.

    Parameters
    ----------
    take_up : share; None: as today
    citation : where it comes from
    """

    name: str
    take_up: Share | None = None
    citation: str = ""


class GanztagNorms(PlanSection):
    """``[ganztag.norms]``: what the city has decided a group needs; nothing of it is built in.

    Parameters
    ----------
    group : children in a group
    area_per_child, room : m² per child, m² of one room; both for rooms
    shared : share of the rooms that are classrooms in the morning
    hours, factor : hours of staff per group and week, times a factor for leave and illness
    citation : the decision
    """

    group: Positive
    area_per_child: Positive | None = None
    room: Positive | None = None
    shared: Share = 0.0
    hours: NotNegative | None = None
    factor: NotNegative = 1.0
    citation: str

    @model_validator(mode="after")
    def _rooms(self) -> Self:
        if (self.area_per_child is None) != (self.room is None):
            key = "room" if self.area_per_child is None else "area_per_child"
            raise WrongValueError(text("planning.needs.rooms"), key=key)
        return self


class Ganztag(PlanSection):
    """``[ganztag]``: places for the claim to all-day care; needs ``[forecast]`` with rolls.

    Parameters
    ----------
    today : share of the children of all grades who have a place today
    year : first calendar year of the school year that sentences and map are about
    grades : grades of a primary school that may have the claim
    variants : shares of the entitled who come; none: as today, and the published ones
    norms : what a group needs
    """

    function: ClassVar[str] = "sozialraum.planning.demography.all_day:places_needed"

    today: Share
    year: int = 2029
    grades: Annotated[int, Field(ge=1, le=6)] = 4
    variants: tuple[GanztagVariant, ...] = ()
    norms: GanztagNorms | None = None

    def scenarios(self) -> tuple[GanztagVariant, ...]:
        """Return the variants; as today and the published shares where none are stated."""
        if self.variants:
            return self.variants
        published = read_published_rules("ganztag")["scenarios"].values()
        as_today = GanztagVariant(name=text("planning.ganztag.as_today"))
        return (
            as_today,
            *(
                GanztagVariant(name=p["label"], take_up=p["take_up"], citation=p["citation"])
                for p in published
            ),
        )


class KitaVariant(Varied):
    """``[[kita.variants]]``: the keys in which a variant differs from ``[kita]``.

    Parameters
    ----------
    quotas : "0" or "3-5" -> share of the children of each of these ages that needs a place
    radius : metres within which a place counts as reachable
    year : that sentences and map are about; None: the first year to come
    groups : published forms of groups to build, with the hours of care a week
    """

    quotas: dict[str, Share] = {}
    radius: Metres = 2000.0
    year: int = 0
    groups: Literal["nw_kibiz"] | None = None
    hours: Literal[25, 35, 45] = 45

    @model_validator(mode="after")
    def _ages(self) -> Self:
        if not _unrepeated(self.quotas):
            raise WrongValueError(text("planning.needs.quota_ages"), key="quotas")
        return self

    def by_age(self) -> dict[int, float]:
        """Return the share of each single age."""
        found: dict[int, float] = {}
        for ages, share in self.quotas.items():
            found |= dict.fromkeys(ages_of(ages), share)
        return found


class Kita(KitaVariant):
    """``[kita]``: places before school by single age; needs ``[forecast]`` and ``[offers]``."""

    function: ClassVar[str] = "sozialraum.planning.demography.early_care:need_by_age"

    quotas: dict[str, Share]
    variants: tuple[KitaVariant, ...] = ()
