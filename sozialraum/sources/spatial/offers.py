"""The list of offers of a town, with whom each is for: from a layer or a table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.model.keys import clean_key, restore_key
from sozialraum.model.options import LAYER_SUFFIXES
from sozialraum.model.problem import Severity
from sozialraum.sources.spatial.geometry import name_words, read_shapes, require_columns, states_crs
from sozialraum.sources.spatial.offer_cells import (
    OLDEST,
    age_limit,
    age_span,
    weekdays,
    without_contacts,
)
from sozialraum.sources.spatial.sites import refuse_impossible
from sozialraum.sources.spatial.systems import settle_crs, transform_layer
from sozialraum.sources.tabular.tables import read_plain
from sozialraum.texts import problem

WORDS = ("name", "kind", "days", "address", "group", "languages", "link")
_SHOWN = 5


def read_offers(
    path: str | Path,
    *,
    columns: Mapping[str, str],
    x: str | None = None,
    y: str | None = None,
    layer: str | None = None,
    crs: str | None = None,
    target_crs: str | None = None,
    width: int | None = None,
) -> gpd.GeoDataFrame:
    """Return offers, one row each, in the order of the file.

    Parameters
    ----------
    path : point layer, or a table with two columns of coordinates or a column of area keys
    columns : name, kind, age_from, age_to, days, address, group, languages, link, area: our name
        -> name in the file; age_from and age_to may be one column ("6-10")
    x, y, layer, crs, target_crs : as of `sozialraum.sources.spatial.sites.read_points`
    width : characters of an area key; zeros that were lost are put back

    Returns
    -------
    GeoDataFrame with columns ``name``, ``kind``, ``days``, ``address``, ``group``, ``languages``,
    ``link`` (text, empty where nothing is said), ``age_from``, ``age_to`` (completed years, NaN
    where there is no limit), ``week`` (seven digits, "" where no day is told), ``area`` (key or "")
    and geometry (an empty point where there are no coordinates). Addresses of e-mail and numbers
    of telephones are left out. ``attrs["problems"]``.

    Raises
    ------
    DataError
        If a column is missing, there is no row, or an age cannot be.
    """
    path = Path(path)
    is_table = path.suffix.lower() not in LAYER_SUFFIXES
    raw = _table(path, columns, x, y) if is_table else read_shapes(path, layer)
    require_columns(raw, list(dict.fromkeys(columns.values())), path.name)
    if raw.empty:
        raise DataError(problem("sources.no_offers", file=path.name))
    rows = list(raw.index) if is_table else list(range(1, len(raw) + 1))
    frame = pd.DataFrame({one: name_words(raw, columns.get(one)) for one in WORDS})
    frame["area"] = [_key(k, width) for k in name_words(raw, columns.get("area"))]
    problems = [*_without_contacts(frame, rows, path.name)]
    frame["name"] = frame["name"].where(frame["name"] != "", frame["kind"])
    _add_ages(frame, raw, columns, rows, path.name)
    problems += _add_week(frame, rows, path.name)
    shapes, found = _placed(raw, path, is_table, crs, target_crs)
    offers = gpd.GeoDataFrame(frame, geometry=shapes)
    offers.attrs["problems"] = [*problems, *found]
    return offers


def _table(
    path: Path, columns: Mapping[str, str], x: str | None, y: str | None
) -> gpd.GeoDataFrame:
    numbers = () if x is None or y is None else (x, y)
    wanted = list(dict.fromkeys(columns.values()))
    frame = read_plain(path, numbers=numbers, columns=wanted)
    shapes = np.full(len(frame), shapely.Point(), dtype=object)
    if numbers:
        there = frame[list(numbers)].notna().all(axis=1).to_numpy()
        shapes[there] = shapely.points(frame.loc[there, list(numbers)].to_numpy())
    return gpd.GeoDataFrame(frame, geometry=shapes)


def _key(raw: str, width: int | None) -> str:
    key = clean_key(raw)
    return restore_key(key, width) if width and key else key


def _without_contacts(frame: pd.DataFrame, rows: Sequence[int], file: str) -> list[Problem]:
    """Blank what leads to a person; say in which rows."""
    held = pd.Series(False, index=frame.index)
    for column in WORDS:
        if column != "link":
            plain = frame[column].map(without_contacts)
            held |= plain != frame[column]
            frame[column] = plain
    mail = frame["link"].str.lower().str.startswith(("mailto:", "tel:"))
    held |= mail
    frame.loc[mail, "link"] = ""
    return _problem_of("sources.offer_contact", "warning", held, rows, file)


def _add_ages(
    frame: pd.DataFrame,
    raw: gpd.GeoDataFrame,
    columns: Mapping[str, str],
    rows: Sequence[int],
    file: str,
) -> None:
    """Add youngest and oldest; raise with every row that cannot be."""
    theirs = [columns.get(one) for one in ("age_from", "age_to")]
    cells = [name_words(raw, one) for one in theirs]
    if theirs[0] is not None and theirs[0] == theirs[1]:
        read = [age_span(cell) for cell in cells[0]]
    else:
        read = [_both(age_limit(a), age_limit(b)) for a, b in zip(*cells, strict=True)]
    lost = pd.Series([one is None for one in read])
    spans = pd.DataFrame([(math.nan, math.nan) if one is None else one for one in read])
    lost |= (spans > OLDEST).any(axis=1)
    found = _problem_of("sources.offer_age", "error", lost, rows, file)
    found += _problem_of("sources.offer_age_turned", "error", spans[0] > spans[1], rows, file)
    if found:
        raise DataError(found)
    frame["age_from"], frame["age_to"] = spans[0].astype(float), spans[1].astype(float)


def _both(low: float | None, high: float | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)


def _add_week(frame: pd.DataFrame, rows: Sequence[int], file: str) -> list[Problem]:
    week = [weekdays(cell) for cell in frame["days"]]
    frame["week"] = [one or "" for one in week]
    odd = pd.Series([one is None for one in week])
    return _problem_of("sources.offer_days", "warning", odd, rows, file)


def _placed(
    raw: gpd.GeoDataFrame, path: Path, is_table: bool, crs: str | None, target_crs: str | None
) -> tuple[gpd.GeoSeries, list[Problem]]:
    """Return a point per offer in the wanted system; an empty one where there is no place."""
    shapes = np.full(len(raw), shapely.Point(), dtype=object)
    there = np.flatnonzero(~(raw.geometry.is_empty | raw.geometry.isna()).to_numpy())
    if not len(there):
        return gpd.GeoSeries(shapes, crs=target_crs), []
    stated = not is_table and states_crs(path)
    placed = settle_crs(raw.iloc[there], file=path.name, crs=crs, stated_in_file=stated)
    points = transform_layer(placed.frame, target_crs, file=path.name)
    refuse_impossible(points, [str(n) for n in there + 1], file=path.name)
    shapes[there] = shapely.point_on_surface(points.geometry.to_numpy())
    return gpd.GeoSeries(shapes, crs=points.crs), list(placed.problems)


def _problem_of(
    code: str, severity: Severity, rows_found: pd.Series, rows: Sequence[int], file: str
) -> list[Problem]:
    """Return one problem that names the rows, without what stands in them."""
    named = [str(rows[n]) for n in np.flatnonzero(rows_found.to_numpy(bool))]
    if not named:
        return []
    listed = ", ".join(named[:_SHOWN]) + (", …" if len(named) > _SHOWN else "")
    return [problem(code, severity, file=file, n=len(named), rows=listed)]
