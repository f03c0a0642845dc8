"""The delivered files of a build as one noun, and a row of its register of measures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from sozialraum.model import Problem, Raster
from sozialraum.sources.reshaping.shape import LeftRows

if TYPE_CHECKING:
    from sozialraum.model.participation_release import ReleasedRates


@dataclass(frozen=True, kw_only=True)
class RegisteredMeasure:
    """One row of the register of measures (Maßnahmenregister).

    Parameters
    ----------
    id, need, label, responsible, decision, state : as the town writes them
    indicator : id of the indicator it is about
    areas : keys of the areas in which it takes place
    comparison : keys of areas it is compared with; empty = the nearest in need
    chosen : last day of the period whose figures chose the areas; None where nobody says
    begin, end : of the measure; no end = it goes on
    euros : what it costs; None where nobody says
    goal, deadline : share to reach (0..1), and until when; both or neither
    """

    id: str
    need: str
    label: str
    responsible: str
    indicator: str
    areas: tuple[str, ...]
    comparison: tuple[str, ...]
    chosen: dt.date | None
    begin: dt.date
    end: dt.date | None
    euros: float | None
    decision: str
    goal: float | None
    deadline: dt.date | None
    state: str


@dataclass(frozen=True, eq=False, repr=False)
class Delivery:
    """The delivered files of a build.

    Parameters
    ----------
    areas : name of the set -> areas in the build's coordinate system
    tables : ISO Stichtag -> name of the area set -> counts (float64), index = keys of the areas
    status : same shape as `tables`, categories of `sozialraum.model.STATUS`
    text : same keys, columns of words
    totals : same keys, total rows found in the files
    origins : ISO Stichtag -> name of the area set -> column -> the file that delivers it
    surplus : ISO Stichtag -> name of the area set -> rows of tables whose key is no area, as
        delivered
    unplaced : ISO Stichtag -> name of the area set -> keys among them of people of no area
    left_rows : file as written in the build file, and rows of it that ``rows`` leaves out
    rasters : file as written in the build file -> raster over the areas
    layers : file as written in the build file -> what the join needs beside areas: residential
        land, buildings, sites, paths
    lists : section of the build file ("addresses", "rules", "reforms[1]") -> its list
    repairs : name of the set -> what was repaired in it, one row per repair
    points, outlines : label -> layer in the build's coordinate system
    offers : what ``[offers]`` lists, as of `sozialraum.sources.spatial.offers.read_offers`
    register : measures of ``[measures]``
    chapters : file of ``[report]`` as written in the build file -> its text
    spans : ISO Stichtag -> text of the `Period` that it closes, where a delivery is of one
    released : ``[[participation]]`` by its id -> Stichtag -> what was released of it
    files : file as written in the build file -> SHA-256
    problems : everything found while reading
    """

    areas: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    tables: dict[str, dict[str, pd.DataFrame]] = field(default_factory=dict)
    status: dict[str, dict[str, pd.DataFrame]] = field(default_factory=dict)
    text: dict[str, dict[str, pd.DataFrame]] = field(default_factory=dict)
    origins: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    totals: dict[str, dict[str, pd.DataFrame]] = field(default_factory=dict)
    surplus: dict[str, dict[str, pd.DataFrame]] = field(default_factory=dict)
    unplaced: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    left_rows: list[tuple[str, LeftRows]] = field(default_factory=list)
    spans: dict[str, str] = field(default_factory=dict)
    rasters: dict[str, Raster] = field(default_factory=dict)
    layers: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    lists: dict[str, pd.DataFrame] = field(default_factory=dict)
    repairs: dict[str, pd.DataFrame] = field(default_factory=dict)
    points: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    outlines: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    offers: gpd.GeoDataFrame | None = None
    released: dict[str, dict[str, ReleasedRates]] = field(default_factory=dict)
    register: tuple[RegisteredMeasure, ...] = ()
    chapters: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
