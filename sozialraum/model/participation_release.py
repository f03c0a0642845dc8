"""Participation in a programme: as it was counted, and as it may leave the house."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from sozialraum.model.errors import DisclosureError
from sozialraum.model.release import _SEAL

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from sozialraum.model.protected import RawCounts

CITY = "city"
ALL_AGES = "all"
CHILDREN, MORE = "children", "more"
RELEASED_FILE = "teilnahme.json"  # what a build reads of a release


@dataclass(frozen=True, eq=False)
class CountedChildren:
    """What is left of the registrations: counts, and nothing about a child.

    Parameters
    ----------
    cases : (n_units, 2 × n_ages) true counts; columns (`CHILDREN` or `MORE`, age group): children
        that take part, each once, and their bookings beyond the first. A unit is a combination of
        areas, one of each set, and holds the children that live there
    units : (n_units, n_area_sets) area of each unit; public, of the address register
    offers : (n_offers,) true numbers of children of the age groups per offer; "" = offers that are
        in no list
    quality : true numbers that say how well was counted, by name
    """

    cases: RawCounts
    units: pd.DataFrame
    offers: RawCounts
    quality: RawCounts


@dataclass(frozen=True, kw_only=True, eq=False)
class ParticipationRelease:
    """Rates of a programme that may be written, shown and sent; no count of a few persons is in it.

    Parameters
    ----------
    seal : held by `sozialraum.privacy` alone
    title : German
    stichtag : ISO date to which ages and children refer
    areas : one row per area set, area and age group ("all" = all groups, area set and key "city" =
        the whole municipality): columns ``area_set``, ``key``, ``age``, ``children`` (who live
        there), ``taking_low`` and ``taking_high`` (window of the children that take part), ``rate``
        (its middle / children), ``rate_low`` and ``rate_high`` (the true rate lies between them in
        95 of 100 cells), ``bookings_per_child`` (bookings / children), ``status``; NaN where
        nothing is told
    offers : index offer, "" = all that are in no list; ``share_of_children`` (of all children that
        take part), ``share_low``, ``share_high`` (the ends of its window), ``status``
    totals : children of the age groups and their bookings, rounded to tens; ``low`` and ``high``
        are the bounds of the number of children, in tens outwards
    area_sets : name of each area set -> what one of its areas is called
    area_names : (area set, key) -> name, where areas have one
    shapes : area set -> its areas, where they are drawn; index = key, columns ``name``,
        ``geometry``
    offer_names : key of the offer -> name
    matching : way an address was placed, or not -> number of registrations in words, as a window
    placed : share of the registrations that have an area, in whole percent
    sources : per line one source
    key : what became of the key of the pseudonyms
    details : plain values for the manifest
    level : "public"; "intern" for exact counts that only the office may see
    """

    seal: object = field(repr=False)
    title: str
    stichtag: str
    areas: pd.DataFrame
    offers: pd.DataFrame
    totals: Mapping[str, int]
    area_sets: Mapping[str, str]
    area_names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    shapes: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    offer_names: Mapping[str, str] = field(default_factory=dict)
    matching: Mapping[str, str] = field(default_factory=dict)
    placed: float = float("nan")
    sources: tuple[str, ...] = ()
    key: Mapping[str, Any] = field(default_factory=lambda: {"used": False})
    details: Mapping[str, Any] = field(default_factory=dict)
    level: Literal["public", "intern"] = "public"

    def __post_init__(self) -> None:
        """Refuse rates that did not pass the disclosure gate."""
        if self.seal is not _SEAL:
            message = "A ParticipationRelease must come from sozialraum.privacy.release."
            raise DisclosureError(message)


@dataclass(frozen=True, eq=False, repr=False)
class ReleasedRates:
    """The rates of one programme and year on the areas of the index.

    Parameters
    ----------
    stichtag : ISO date of the release
    title : of the release
    cells : index = area key; ``children`` (in tens), ``rate``, ``rate_low``, ``rate_high`` (0..1),
        ``status``; NaN where nothing is told
    city : the same of all areas together
    recorded : number and head in the ledger of the office; empty without one
    """

    stichtag: str
    title: str
    cells: pd.DataFrame
    city: pd.Series
    recorded: Mapping[str, Any]
