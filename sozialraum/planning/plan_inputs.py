"""The frames a plan works on, and what a decision gives back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sozialraum.model.neighbours import Neighbours
from sozialraum.planning.demography.cohorts import YearTable
from sozialraum.planning.districting.edits import HandEdits
from sozialraum.planning.scenario import Variant

PERSONS_OF = "persons: "  # before the name of a further count column of demand

# the variants of one decision, and its further tables by name
Drafted = tuple[list[Variant], dict[str, pd.DataFrame]]


@dataclass(frozen=True, kw_only=True, eq=False)
class PeopleInputs:
    """What children to come are projected from.

    Parameters
    ----------
    register : by year, area and age
    rolls : by school year, school and grade
    dwellings : rows with gebiet, jahr, we and art
    types : (areas,) type of each area of the register
    metres : (areas, offers) from the areas of the register
    offer_area : the area each offer stands in
    block_area : the area of the register that each block of demand lies in
    """

    register: YearTable
    rolls: YearTable | None = None
    dwellings: pd.DataFrame | None = None
    types: np.ndarray | None = None
    metres: pd.DataFrame | None = None
    offer_area: pd.Series | None = None
    block_area: pd.Series | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class PlanInputs:
    """The frames a plan works on; each verb uses some of them.

    Parameters
    ----------
    demand : per area key ``persons``, ``need`` (0..1, high = need) and, where known, ``in_need``
        (children in need), ``pupils`` (those whose school is planned) and ``needy``
        (True: areas of highest need)
    offer_distance, offers : (areas, offers) metres; per offer ``capacity``
    site_distance, sites : (areas, sites) metres; per site ``capacity`` and ``cost``, as far as
        known
    school_distance, schools : (areas, schools) metres; per school ``capacity``, ``size`` (pupils),
        ``need`` of its catchment and ``in_need``, as far as known
    neighbours : which areas of demand are neighbours
    current : present school per area
    closed : True for areas whose present school is not among the schools
    crossings : (areas, schools) unsafe crossings on the way
    stipulations : what is laid down for catchments: block, schule, art and grund
    edits : changes of catchments by hand
    need_draws : (areas, draws) need of the demand areas under the index's uncertainty
    unit_draws : (schools, draws) the same for schools
    others, other_draws : "offers", "areas" -> the table of those who can get something beside
        schools (``size``, ``need``, …), and their need under the index's uncertainty
    counts : index (indicator, group), columns ``cases`` and ``base``, for targets
    day : Stichtag of the counts
    people : register, rolls and dwellings
    facts : plain values for the manifest (index build, kind of distance, …)
    """

    demand: pd.DataFrame | None = None
    offer_distance: pd.DataFrame | None = None
    offers: pd.DataFrame | None = None
    site_distance: pd.DataFrame | None = None
    sites: pd.DataFrame | None = None
    school_distance: pd.DataFrame | None = None
    schools: pd.DataFrame | None = None
    neighbours: Neighbours | None = None
    current: pd.Series | None = None
    closed: pd.Series | None = None
    crossings: pd.DataFrame | None = None
    stipulations: pd.DataFrame | None = None
    edits: HandEdits | None = None
    need_draws: pd.DataFrame | None = None
    unit_draws: pd.DataFrame | None = None
    others: dict[str, pd.DataFrame] = field(default_factory=dict)
    other_draws: dict[str, pd.DataFrame] = field(default_factory=dict)
    counts: pd.DataFrame | None = None
    day: dt.date | None = None
    people: PeopleInputs | None = None
    facts: dict[str, object] = field(default_factory=dict)


def pot_units(inputs: PlanInputs, units: str) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return the table of those who can get something from a pot, and the draws of their need."""
    if units == "schools" and inputs.schools is not None:
        return inputs.schools, inputs.unit_draws
    return inputs.others[units], inputs.other_draws.get(units)


def known_column(frame: pd.DataFrame | None, name: str) -> pd.Series | None:
    """Return a column that need not be there; None where it is not known."""
    return frame[name] if frame is not None and name in frame else None
