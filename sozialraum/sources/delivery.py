"""Everything a build file names, read at once, and what is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from sozialraum.model import Problem, Raster, status_frame
from sozialraum.model.errors import DataError, SozialraumError
from sozialraum.model.keys import restore_key
from sozialraum.sources.paths import resolve
from sozialraum.sources.plausibility.coverage import check_schools, inspect_areas
from sozialraum.sources.spatial.geometry import load_areas, read_shapes, states_crs
from sozialraum.sources.spatial.rasters import read_raster
from sozialraum.sources.spatial.sites import read_outlines, read_points
from sozialraum.sources.spatial.systems import parse_crs, settle_crs, transform
from sozialraum.sources.tabular.lists import lists_of, read_list
from sozialraum.sources.tabular.tables import Table, read_table
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.config.plan import Plan
    from sozialraum.config.sections import AreaSet
    from sozialraum.config.sections import Table as TableSection

    Mended = tuple[gpd.GeoDataFrame, pd.DataFrame, Iterable[Problem]]
    Mend = Callable[[gpd.GeoDataFrame, AreaSet], Mended]

T = TypeVar("T")
_PARTS_OF_SHAPEFILE = (".dbf", ".shx", ".prj", ".cpg")


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
    rasters : file as written in the build file -> raster over the areas
    layers : file as written in the build file -> what the join needs beside areas: residential
        land, buildings, sites, paths
    lists : section of the build file ("addresses", "rules", "reforms[1]") -> its list
    repairs : name of the set -> what was repaired in it, one row per repair
    points, outlines : label -> layer in the build's coordinate system
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
    rasters: dict[str, Raster] = field(default_factory=dict)
    layers: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    lists: dict[str, pd.DataFrame] = field(default_factory=dict)
    repairs: dict[str, pd.DataFrame] = field(default_factory=dict)
    points: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    outlines: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_delivery(plan: Plan, root: str | Path, *, mend: Mend | None = None) -> Delivery:
    """Read every file a build names.

    Parameters
    ----------
    plan : the build file as understood
    root : the data folder; every path must lie in it
    mend : repairs a set of areas as its section asks, before it is inspected; None = nothing is
        repaired

    Returns
    -------
    A `Delivery`. Nothing is raised for bad data: what could not be read is missing there and listed
    in its problems.
    """
    delivery = Delivery()
    root = Path(root)
    unusable = _system_problem(plan)
    if unusable is not None:
        delivery.problems.append(unusable)
        return delivery
    for name, section in plan.areas.items():
        areas = _guarded(
            delivery,
            root,
            section.file,
            lambda p, n=name, s=section: _read_set(p, n, s, plan, delivery, mend),
        )
        if areas is not None:
            delivery.areas[name] = areas
    for table in plan.tables:
        read = _guarded(delivery, root, table.file, lambda p, t=table: _read_one(p, t, delivery))
        if read is not None:
            _add_table(delivery, read, table, plan)
    for raster in plan.join.rasters:
        _add_raster(delivery, root, raster, plan)
    for written in plan.join.layers:
        _add_layer(delivery, root, written, plan.crs)
    _add_lists(delivery, root, plan)
    for layer, into, reader in (*_points(plan, delivery), *_outlines(plan, delivery)):
        shapes = _guarded(delivery, root, layer.file, reader)
        if shapes is not None:
            into[layer.label] = shapes
    return delivery


def _system_problem(plan: Plan) -> Problem | None:
    """Return why nothing can be measured in the coordinate system of the build file."""
    try:
        system = parse_crs(plan.crs)
    except DataError as error:
        return replace(error.problems[0], file=plan.file.name, key="crs")
    if system.is_projected:
        return None
    found = f"{plan.crs} ({system.name})"
    return problem("sources.crs_of_build", file=plan.file.name, key="crs", found=found)


def _guarded(delivery: Delivery, root: Path, written: str, read: Callable[[Path], T]) -> T | None:
    """Read one file; what goes wrong is noted under the name the build file uses."""
    try:
        path = resolve(written, root)
        delivery.files.update(_hashes(path, written))
        return read(path)
    except SozialraumError as error:
        _note(delivery, written, error.problems)
        return None


def _note(delivery: Delivery, written: str, problems: Iterable[Problem]) -> None:
    """Add problems of one file; a file that several sections name is told once."""
    named = [replace(p, file=written) for p in problems]
    delivery.problems.extend(p for p in named if p not in delivery.problems)


def _hashes(path: Path, written: str) -> dict[str, str]:
    """Return the SHA-256 of a file, and of the parts of a Shapefile."""
    places = {written: path}
    if path.suffix.lower() == ".shp":
        stem = written[: -len(path.suffix)]
        parts = {f"{stem}{end}": path.with_suffix(end) for end in _PARTS_OF_SHAPEFILE}
        places |= {name: part for name, part in parts.items() if part.is_file()}
    return {name: _sha256(place) for name, place in places.items()}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- areas ----------------------------------------------------------------------------------------


def _read_set(
    path: Path, name: str, section: AreaSet, plan: Plan, delivery: Delivery, mend: Mend | None
) -> gpd.GeoDataFrame | None:
    """Return a set of areas with its parents as columns, and note what is wrong with it."""
    read = load_areas(
        path,
        key=section.key,
        name=section.name,
        crs=section.crs,
        layer=section.layer,
        width=section.width,
        target_crs=plan.crs,
        drop=section.drop,
        parts=section.parts,
    )
    _note(delivery, section.file, read.problems)
    if any(p.severity == "error" for p in read.problems):
        return None
    areas = read.areas
    if mend is not None and section.repair is not None:
        areas, delivery.repairs[name], notes = mend(areas, section)
        _note(delivery, section.file, notes)
    _note(delivery, section.file, inspect_areas(areas))
    if section.schools is not None:
        _note(delivery, section.file, check_schools(areas, section.schools))
    return _with_parents(areas, section, plan, delivery)


def _with_parents(
    areas: gpd.GeoDataFrame, section: AreaSet, plan: Plan, delivery: Delivery
) -> gpd.GeoDataFrame:
    """Return areas with one column per higher level, named as in the build file.

    Where that level is a set of areas of the build, its keys get back the zeros they lost here.
    """
    missing = [
        problem("sources.no_geometry_column", column=old, found=", ".join(areas.columns[:-1]))
        for old in section.parents.values()
        if old not in areas.columns
    ]
    if missing:
        raise DataError(missing)
    for new, old in section.parents.items():
        width = plan.areas[new].width if new in plan.areas else None
        keys = areas[old] if width is None else areas[old].map(lambda k, w=width: restore_key(k, w))
        changed = np.flatnonzero((keys != areas[old]).to_numpy())
        if len(changed):
            before, after = areas[old].iloc[changed[0]], keys.iloc[changed[0]]
            notes = {"n": len(changed), "width": width, "before": before, "after": after}
            note = problem("sources.key_padded", "note", column=old, **notes)
            _note(delivery, section.file, [note])
        areas = areas.assign(**{new: keys})
    return areas


# --- tables ---------------------------------------------------------------------------------------


def _read_one(path: Path, section: TableSection, delivery: Delivery) -> Table | None:
    table = read_table(
        path,
        key=section.key,
        width=section.width,
        sheet=section.sheet,
        encoding=section.encoding,
        delimiter=section.delimiter,
        decimal=section.decimal,
        sentinels=section.sentinels,
        columns=section.columns,
        text=section.text,
    )
    _note(delivery, section.file, table.problems)
    return None if table.errors else table


def _add_table(delivery: Delivery, table: Table, section: TableSection, plan: Plan) -> None:
    """Put a table beside the others of its areas and Stichtag, on the keys of the areas.

    A table of before a reform keeps its own keys, until it is carried over to the present ones.
    """
    day = section.stichtag or plan.stichtag
    stichtag = day.isoformat()
    areas = delivery.areas.get(section.areas)
    old = any(r.areas == section.areas and day < r.since for r in plan.reforms)
    there = delivery.tables.setdefault(stichtag, {}).get(section.areas, pd.DataFrame())
    keys = there.index.union(table.frame.index) if areas is None or old else areas.index
    twice = [c for c in table.frame.columns if c in there.columns]
    if twice:
        found = [problem("sources.variable_twice", column=c, areas=section.areas) for c in twice]
        _note(delivery, section.file, found)
        return
    origin = delivery.origins.setdefault(stichtag, {}).setdefault(section.areas, {})
    origin.update(dict.fromkeys((*table.frame.columns, *table.text.columns), section.file))
    status = status_frame(table.status.astype(object).reindex(keys, fill_value="missing"))
    surplus = table.frame.loc[keys.get_indexer(table.frame.index) < 0]
    for store, frame, nothing in (
        (delivery.tables, table.frame.reindex(keys), np.nan),
        (delivery.status, status, "missing"),
        (delivery.text, table.text.reindex(keys, fill_value=""), ""),
    ):
        sets = store.setdefault(stichtag, {})
        before = sets.get(section.areas, pd.DataFrame(index=keys))
        if not before.index.equals(keys):
            before = before.reindex(keys, fill_value=nothing)
        sets[section.areas] = pd.concat([before, frame], axis=1)
    for store, frame in ((delivery.totals, table.totals), (delivery.surplus, surplus)):
        sets = store.setdefault(stichtag, {})
        sets[section.areas] = pd.concat([sets.get(section.areas, pd.DataFrame()), frame], axis=1)


# --- rasters, points, outlines --------------------------------------------------------------------


def _add_raster(delivery: Delivery, root: Path, written: str, plan: Plan) -> None:
    boxes = [a.total_bounds for a in delivery.areas.values()]
    if not boxes:
        return
    frame = pd.DataFrame(boxes)
    bounds = (frame[0].min(), frame[1].min(), frame[2].max(), frame[3].max())
    options = {"bounds": bounds, "bounds_crs": plan.crs, "nodata": plan.join.nodata}
    raster = _guarded(delivery, root, written, lambda path: read_raster(path, **options))
    if raster is not None:
        delivery.rasters[written] = raster


def _add_layer(delivery: Delivery, root: Path, written: str, crs: str) -> None:
    """Read a layer that decides how counts are split: residential land, addresses."""

    def read(path: Path) -> gpd.GeoDataFrame:
        raw = read_shapes(path, None)
        placed = settle_crs(raw, file=path.name, stated_in_file=states_crs(path))
        return transform(placed.frame, crs, file=path.name)

    layer = _guarded(delivery, root, written, read)
    if layer is not None:
        delivery.layers[written] = layer


def _add_lists(delivery: Delivery, root: Path, plan: Plan) -> None:
    """Read the lists of the join: the address register, house-number rules, conversion tables."""
    for place, file, wanted in lists_of(plan):
        read = partial(read_list, target_crs=plan.crs, **wanted)
        found = _guarded(delivery, root, file, read)
        if found is not None:
            delivery.lists[place], notes = found
            _note(delivery, file, notes)


def _points(plan: Plan, delivery: Delivery) -> list[tuple]:
    def reader(section: object) -> Callable[[Path], gpd.GeoDataFrame]:
        def read(path: Path) -> gpd.GeoDataFrame:
            options = {
                n: getattr(section, n, None) for n in ("name", "kind", "layer", "crs", "x", "y")
            }
            return _without_attrs(
                delivery, section, read_points(path, target_crs=plan.crs, **options)
            )

        return read

    return [(section, delivery.points, reader(section)) for section in plan.points]


def _outlines(plan: Plan, delivery: Delivery) -> list[tuple]:
    def reader(section: object) -> Callable[[Path], gpd.GeoDataFrame]:
        def read(path: Path) -> gpd.GeoDataFrame:
            options = {n: getattr(section, n, None) for n in ("name", "layer", "crs")}
            return _without_attrs(
                delivery, section, read_outlines(path, target_crs=plan.crs, **options)
            )

        return read

    return [(section, delivery.outlines, reader(section)) for section in plan.outlines]


def _without_attrs(
    delivery: Delivery, section: object, layer: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    _note(delivery, section.file, layer.attrs.pop("problems", ()))  # type: ignore[attr-defined]
    return layer
