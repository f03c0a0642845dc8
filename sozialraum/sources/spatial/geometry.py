"""Areas of delivered layers: GeoPackage, Shapefile, GeoJSON to frames with text keys.

    file -> layer -> coordinate system -> keys and names -> GeoDataFrame

Nothing is repaired here unless the build file says so; `inspect_areas` lists what is wrong with
keys and square metres.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import geopandas as gpd
import pandas as pd
import shapely

from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.model.keys import restore_key
from sozialraum.sources.plausibility.coverage import inspect_areas as inspect_areas
from sozialraum.sources.reshaping.municipal_keys import AGS, GEMEINDE, municipal_key
from sozialraum.sources.spatial.downloads import perhaps_cut_off
from sozialraum.sources.spatial.layers import read_layer, vertices_of
from sozialraum.sources.spatial.markup import MARKUP, download_words, first_element
from sozialraum.sources.spatial.systems import crs_name, settle_crs, transform_layer
from sozialraum.sources.tabular.encodings import mojibake
from sozialraum.sources.tabular.headers import close_names
from sozialraum.sources.tabular.key_column import key_text, read_keys
from sozialraum.texts import problem


@dataclass(frozen=True, eq=False)
class AreaFile:
    """Areas as read and what was noticed; with an error among it they must not be used."""

    areas: gpd.GeoDataFrame
    problems: list[Problem] = field(default_factory=list)


def read_areas(path: str | Path, *, key: str, **options: object) -> gpd.GeoDataFrame:
    """Return a set of areas, or raise what is wrong with it.

    Parameters
    ----------
    path : GeoPackage, Shapefile, GeoJSON, or a zip with one of them
    key : column of the area key
    options : as of `load_areas`

    Returns
    -------
    GeoDataFrame, index = key (str, unique, sorted); columns ``name``, ``geometry`` and the file's
    text columns.

    Raises
    ------
    DataError
        If keys are missing or doubled, the coordinate system is unknown or cannot be right, or the
        file is no layer.
    """
    loaded = load_areas(path, key=key, **options)  # type: ignore[arg-type]
    errors = [p for p in loaded.problems if p.severity == "error"]
    if errors:
        raise DataError(errors)
    return loaded.areas


def load_areas(
    path: str | Path,
    *,
    key: str,
    name: str | None = None,
    crs: str | None = None,
    layer: str | None = None,
    width: int | None = None,
    target_crs: str | None = None,
    encoding: str | None = None,
    drop: Sequence[str] = (),
    parts: str = "error",
    rows: Mapping[str, Sequence[str]] | None = None,
    prefix: str = "",
    suffix: str = "",
) -> AreaFile:
    """Return a set of areas with every problem found on the way.

    Parameters
    ----------
    path : GeoPackage, Shapefile, GeoJSON, or a zip with one of them
    key, name : columns of the area key and of its name; without `name` the key is the name
    crs : coordinate system, only where the file does not say it or says it wrong
    layer : of a GeoPackage with several layers
    width : declared number of characters of a key
    target_crs : system the areas are wanted in; None = that of the file
    encoding : of a Shapefile's texts
    drop : keys left out on purpose
    parts : "error" refuses a key that stands several times, "merge" joins its parts to one area
    rows : column -> entries of the shapes that are kept; None = all
    prefix, suffix : put around every key; the prefix "ags" is the column of that name

    Raises
    ------
    DataError
        If the file cannot be opened or its coordinate system is unknown.
    """
    path = Path(path)
    if parts not in {"error", "merge"}:
        allowed = ["error", "merge"]
        message = (
            f"The 'parts' parameter of load_areas must be one of {allowed}. Got {parts!r} instead."
        )
        raise ValueError(message)
    named = [c for c in (key, name) if c is not None]
    raw = read_shapes(path, layer, encoding)
    require_columns(raw, [*named, *(rows or {})], path.name)
    raw, selected = select_shapes(raw, rows or {}, path.name)
    placed = settle_crs(raw, file=path.name, crs=crs, stated_in_file=states_crs(path))
    frame = placed.frame
    if prefix == AGS:
        frame, prefix, width = _under_gemeinden(frame, key, width, path.name), "", None
    areas, problems = _keyed(frame, key, name, width, path.name)
    if prefix or suffix:
        areas, around = _with_affix(areas, prefix, suffix, name is None, path.name)
        problems += around
    areas, dropped = _drop(areas, drop, path.name)
    areas, doubled = _one_per_key(areas, parts, path.name, "GF" in raw.columns)
    areas = transform_layer(areas.sort_index(), target_crs, file=path.name)
    found = [*selected, *placed.problems, *problems, *dropped, *doubled]
    return AreaFile(areas, [*found, *_whole_download(path)])


def _whole_download(path: Path) -> list[Problem]:
    """Return the question whether a download is whole, where its file leaves that open."""
    if path.suffix.lower() in MARKUP:
        return perhaps_cut_off(download_words(first_element(path)[1]), path.name)
    if path.suffix.lower() not in {".geojson", ".json"}:
        return []
    return perhaps_cut_off(json.loads(path.read_bytes().decode("utf-8-sig")), path.name)


def select_shapes(
    raw: gpd.GeoDataFrame, rows: Mapping[str, Sequence[str]], file: str
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return the shapes that have one of the stated entries in every column, and what was left."""
    found: list[Problem] = []
    for column, entries in rows.items():
        words = name_words(raw, column)
        there, wanted = set(words), set(entries)
        for entry in sorted(wanted - there):
            near = close_names(entry, sorted(there))
            said = {"column": column, "key": entry, "found": near}
            found.append(problem("sources.no_such_entry", file=file, **said))
        keep = [word in wanted for word in words]
        if wanted & there and not all(keep):
            said = {"n": keep.count(False), "of": len(keep), "entries": ", ".join(entries)}
            found.append(
                problem("sources.shapes_left_out", "note", file=file, column=column, **said)
            )
        raw = raw[keep]
    return raw, found


def _under_gemeinden(
    raw: gpd.GeoDataFrame, key: str, width: int | None, file: str
) -> gpd.GeoDataFrame:
    """Return shapes whose keys begin with the AGS of their Gemeinde, and that AGS with its zeros.

    Raises
    ------
    DataError
        If the file has no column "ags", or a shape has none.
    """
    named = [c for c in raw.columns if str(c).casefold() == AGS]
    given = name_words(raw, named[0]) if named else []
    own = name_words(raw, key)
    bare = [k for k, ags in zip(own, given, strict=bool(named)) if not ags.isdigit()]
    if not named or bare:
        found = ", ".join(bare[:5]) or ", ".join(map(str, raw.columns.drop(raw.geometry.name)))
        raise DataError(problem("sources.no_ags_of_areas", file=file, found=found))
    full = [restore_key(ags, GEMEINDE) for ags in given]
    keys = [municipal_key(a, k, width) if k else "" for a, k in zip(full, own, strict=True)]
    return raw.assign(**{named[0]: full, key: keys})


def _with_affix(
    areas: gpd.GeoDataFrame, prefix: str, suffix: str, named_by_key: bool, file: str
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return areas with something put around their keys."""
    keys = [f"{prefix}{key}{suffix}" if key else "" for key in areas.index]
    made = areas.set_axis(pd.Index(keys, dtype=str, name="key"))
    if named_by_key:
        made["name"] = keys
    if not len(areas):
        return made, []
    said = {"n": len(areas), "before": areas.index[0], "after": keys[0]}
    return made, [problem("sources.area_keys_widened", "note", file=file, **said)]


def read_shapes(
    path: Path,
    layer: str | None = None,
    encoding: str | None = None,
    *,
    empty: Literal["sources.no_areas", "sources.no_points", "sources.no_shapes"] = (
        "sources.no_areas"
    ),
) -> gpd.GeoDataFrame:
    """Return a layer with geometry as it stands in the file, or raise `DataError`.

    Parameters
    ----------
    path, layer, encoding : as of `load_areas`
    empty : what to say of a layer without a row, by what it should hold
    """
    raw = read_layer(path, layer=layer, encoding=encoding)
    if not isinstance(raw, gpd.GeoDataFrame) or raw.empty:
        raise DataError(problem(empty, file=path.name))
    vertices_of(raw)
    return raw


def states_crs(path: Path) -> bool:
    """Tell whether a file names its coordinate system; a GeoJSON without ``crs`` does not."""
    if path.suffix.lower() not in {".geojson", ".json"}:
        return True
    return "crs" in json.loads(path.read_bytes().decode("utf-8-sig"))


def require_columns(raw: gpd.GeoDataFrame, wanted: Sequence[str], file: str) -> None:
    """Raise `DataError` with close names if a layer lacks a column."""
    known = [str(c) for c in raw.columns if c != raw.geometry.name]
    missing = [
        problem("sources.no_geometry_column", file=file, column=c, found=close_names(c, known))
        for c in wanted
        if c not in known
    ]
    if missing:
        raise DataError(missing)


def _keyed(
    raw: gpd.GeoDataFrame, key: str, name: str | None, width: int | None, file: str
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return areas by key, and what is wrong with keys and names; doubled ones come later."""
    cells = [None if _is_missing(c) else c for c in raw[key].astype(object)]
    found = read_keys(cells, range(1, len(raw) + 1), file=file, column=key, width=width)
    problems = [p for p in found.problems if p.code != "sources.key_twice"]
    problems += [
        problem("sources.no_key", file=file, row=i + 1, column=key)
        for i, k in enumerate(found.keys)
        if not k
    ]
    names = name_words(raw, name) if name else list(found.keys)
    problems += mojibake(" ".join(names), file, name or key)
    index = pd.Index(found.keys, dtype=str, name="key")
    columns = {"name": names, **{c: name_words(raw, c) for c in _text_columns(raw)}}
    areas = gpd.GeoDataFrame(columns, index=index, geometry=raw.geometry.to_numpy(), crs=raw.crs)
    problems.append(problem("sources.crs_recognised", "note", file=file, n=crs_name(raw.crs)))
    return areas, problems


def _text_columns(raw: gpd.GeoDataFrame) -> list[str]:
    """Return the columns that can be keys or names of a higher level: words and whole numbers."""
    plain = raw.drop(columns=[raw.geometry.name, "name"], errors="ignore")
    return [c for c in plain.columns if _is_text_or_whole(plain[c])]


def _is_text_or_whole(column: pd.Series) -> bool:
    kind = pd.api.types.infer_dtype(column, skipna=True)
    # whole numbers with gaps come as floats: keys of a level that some areas do not have
    whole = kind == "floating" and bool((column.dropna() % 1 == 0).all())
    return kind in {"string", "integer"} or whole


def name_words(raw: pd.DataFrame, column: str | None) -> list[str]:
    """Return a column as text, empty where it is missing; keys keep their zeros."""
    if column is None:
        return [""] * len(raw)
    return ["" if _is_missing(c) else key_text(c) for c in raw[column].astype(object)]


def _is_missing(cell: object) -> bool:
    return cell is None or (pd.api.types.is_scalar(cell) and bool(pd.isna(cell)))


def _drop(
    areas: gpd.GeoDataFrame, drop: Sequence[str], file: str
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    if not drop:
        return areas, []
    notes = [
        problem("sources.area_dropped", "note", file=file, key=key)
        for key in drop
        if key in areas.index
    ]
    return areas[~areas.index.isin(list(drop))], notes


def _one_per_key(
    areas: gpd.GeoDataFrame, parts: str, file: str, of_the_bkg: bool = False
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return one area per key; layers of the BKG hold land and water of one unit apart."""
    counts = areas.index[areas.index != ""].value_counts()
    doubled = counts[counts > 1].sort_index()
    if doubled.empty:
        return areas, []
    if parts == "error":
        notes = [
            problem(
                "sources.area_twice_of_bkg" if of_the_bkg else "sources.area_twice",
                file=file,
                key=str(k),
                found=int(n),
            )
            for k, n in doubled.items()
        ]
        return areas, notes
    merged = areas[~areas.index.duplicated()].copy()
    for key in doubled.index:
        merged.loc[key, "geometry"] = shapely.union_all(areas.loc[[key], "geometry"].to_numpy())
    notes = [
        problem("sources.areas_merged", "note", file=file, key=str(k), n=int(n))
        for k, n in doubled.items()
    ]
    return merged, notes
