"""Lists that decide how counts are joined: address registers, house-number rules, conversions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.model.keys import clean_key, restore_key
from sozialraum.model.options import LAYER_SUFFIXES
from sozialraum.sources.official.headless import read_headless
from sozialraum.sources.spatial.geometry import name_words, read_shapes, require_columns, states_crs
from sozialraum.sources.spatial.systems import settle_crs, transform_layer
from sozialraum.sources.tabular.headers import close_names
from sozialraum.sources.tabular.tables import read_plain
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.config.plan import Plan


def read_list(
    path: str | Path,
    *,
    columns: Sequence[str],
    numbers: Sequence[str] = (),
    keys: Sequence[tuple[str, int | None]] = (),
    x: str | None = None,
    y: str | None = None,
    crs: str | None = None,
    layer: str | None = None,
    target_crs: str | None = None,
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the named columns of a list, and what was restored in them.

    Parameters
    ----------
    path : csv, xlsx, ods, dbf, parquet, or a layer (GeoPackage, Shapefile, GeoJSON)
    columns : columns of words
    numbers : columns of numbers
    keys : columns that hold area keys, with their declared width
    x, y : columns of east and north in a table; the list then has points
    crs, layer, target_crs : as of `read_points`

    Returns
    -------
    DataFrame, index ``row``; a GeoDataFrame where it has points. Words are text, empty where
    nothing is stated.

    Raises
    ------
    DataError
        If the file cannot be read, a column is missing or a number is none.
    """
    path = Path(path)
    notes: list[Problem] = []
    numbers = list(dict.fromkeys([*numbers, *(c for c in (x, y) if c is not None)]))
    if path.suffix.lower() in LAYER_SUFFIXES:
        frame = _of_layer(path, columns, numbers, crs, layer, target_crs)
    else:
        official = read_headless(path)
        if official is None:
            frame = read_plain(path, numbers=numbers, columns=columns)
        else:
            frame = _named(official[0], [*columns, *numbers], path.name)
            crs, notes = crs or official[1] or None, official[2]
        if x is not None and y is not None:
            frame = _placed(frame, path, x, y, crs, target_crs)
    found: list[Problem] = list(notes)
    for column, width in keys:
        frame[column], restored = _keys(frame[column], width, path.name)
        found += restored
    return frame, found


def _named(frame: pd.DataFrame, wanted: Sequence[str], file: str) -> pd.DataFrame:
    """Return the wanted columns of an official list, whose names the format prescribes."""
    known = list(map(str, frame.columns))
    missing = [
        problem("sources.no_column", file=file, column=c, found=close_names(c, known))
        for c in wanted
        if c not in known
    ]
    if missing:
        raise DataError(missing)
    return frame[list(dict.fromkeys(wanted))]


def _keys(column: pd.Series, width: int | None, file: str) -> tuple[pd.Series, list[Problem]]:
    """Return keys without the fraction of a workbook, with the zeros they lost."""
    cleaned = column.map(clean_key)
    keys = cleaned if width is None else cleaned.map(lambda k: restore_key(k, width) if k else k)
    changed = keys.index[keys != cleaned]
    if changed.empty:
        return keys, []
    before, after = cleaned[changed[0]], keys[changed[0]]
    notes = {"n": len(changed), "width": width, "before": before, "after": after}
    note = problem("sources.key_padded", "note", file=file, column=str(column.name), **notes)
    return keys, [note]


def _of_layer(
    path: Path,
    columns: Sequence[str],
    numbers: Sequence[str],
    crs: str | None,
    layer: str | None,
    target_crs: str | None,
) -> gpd.GeoDataFrame:
    raw = read_shapes(path, layer, empty="sources.no_points")
    require_columns(raw, [*columns, *numbers], path.name)
    placed = settle_crs(raw, file=path.name, crs=crs, stated_in_file=states_crs(path)).frame
    there = transform_layer(placed, target_crs, file=path.name)
    words = {c: name_words(raw, c) for c in columns if c not in numbers}
    values = {c: pd.to_numeric(raw[c], errors="coerce").to_numpy(float) for c in numbers}
    rows = pd.RangeIndex(1, len(raw) + 1, name="row")
    shapes = shapely.point_on_surface(there.geometry.to_numpy())
    return gpd.GeoDataFrame({**words, **values}, index=rows, geometry=shapes, crs=there.crs)


def _placed(
    frame: pd.DataFrame, path: Path, x: str, y: str, crs: str | None, target_crs: str | None
) -> gpd.GeoDataFrame:
    """Return a table with two columns of coordinates as points; an empty one where one lacks."""
    shapes = shapely.points(frame[x].to_numpy(), frame[y].to_numpy())
    shapes[frame[[x, y]].isna().any(axis=1).to_numpy()] = shapely.Point()
    points = gpd.GeoDataFrame(frame, geometry=shapes)
    placed = settle_crs(points, file=path.name, crs=crs, stated_in_file=False).frame
    return transform_layer(placed, target_crs, file=path.name)


def lists_of(plan: Plan) -> Iterator[tuple[str, str, dict]]:
    """Yield section, file and the arguments of `read_list` for each list of a build."""
    houses, rules = plan.join.addresses, plan.join.rules
    target = plan.areas[plan.join.target].width
    if houses is not None:
        source = plan.areas[plan.source_areas].width
        keys = [(houses.source, source), (houses.target, target)]
        words = ("source", "target", "street", "house_number", "suffix", "postcode")
        columns = [getattr(houses, w) for w in words if getattr(houses, w) is not None]
        place = {n: getattr(houses, n) for n in ("x", "y", "crs", "layer")}
        yield "addresses", houses.file, {
            "columns": columns,
            "numbers": [houses.weight] if houses.weight else [],
            "keys": [(c, w) for c, w in keys if c is not None],
            **place,
        }  # fmt: skip
    if rules is not None:
        named = (rules.area, rules.street, rules.rule, rules.postcode)
        columns = [c for c in named if c is not None]
        yield "rules", rules.file, {"columns": columns, "keys": [(rules.area, target)]}
    for n, reform in enumerate(plan.reforms, 1):
        width = plan.areas[reform.areas].width
        yield f"reforms[{n}]", reform.file, {
            "columns": [reform.old, reform.new],
            "numbers": [reform.share] if reform.share else [],
            "keys": [(reform.old, width), (reform.new, width)],
        }  # fmt: skip
