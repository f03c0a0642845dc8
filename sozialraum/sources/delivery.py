"""Everything a build file names, read at once, and what is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from sozialraum.model import Period, Problem
from sozialraum.model.errors import DataError, SozialraumError
from sozialraum.sources.delivering.area_names import read_names
from sozialraum.sources.delivering.areas import read_set
from sozialraum.sources.delivering.census import read_cell_raster
from sozialraum.sources.delivering.counted_shares import add_counted_shares
from sozialraum.sources.delivering.delivered import Delivery
from sozialraum.sources.delivering.merging import merge_tree, merged_keys
from sozialraum.sources.delivering.notes import note
from sozialraum.sources.delivering.register import with_register
from sozialraum.sources.delivering.released import add_released
from sozialraum.sources.delivering.tables import add_coarser, add_table, gather, read_one
from sozialraum.sources.delivering.tables_asked import single_tables
from sozialraum.sources.paths import resolve
from sozialraum.sources.spatial.datum import datum_problems
from sozialraum.sources.spatial.offers import read_offers
from sozialraum.sources.spatial.rasters import read_raster
from sozialraum.sources.spatial.sites import read_beside, read_outlines, read_points
from sozialraum.sources.spatial.systems import parse_crs
from sozialraum.sources.tabular.lists import lists_of, read_list
from sozialraum.texts import number, problem

if TYPE_CHECKING:
    from sozialraum.config.deliveries import AreaSet
    from sozialraum.config.plan import Plan
    from sozialraum.sources.delivering.areas import Mend
    from sozialraum.sources.tabular.assembly import ReadTable


T = TypeVar("T")
_PARTS_OF_SHAPEFILE = (".dbf", ".shx", ".prj", ".cpg")


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
    delivery = Delivery(spans=dict(plan.spans))
    root = Path(root)
    unusable = _system_problem(plan)
    if unusable is not None:
        delivery.problems.append(unusable)
        return delivery
    _add_areas(delivery, root, plan, mend)
    _add_tables(delivery, root, plan)
    add_counted_shares(delivery, plan)
    add_released(delivery, plan)
    delivery = with_register(delivery, plan)
    for raster in plan.join.rasters:
        _add_raster(delivery, root, raster, plan)
    for written in plan.join.layers:
        _add_layer(delivery, root, written, plan.crs)
    _add_lists(delivery, root, plan)
    for layer, into, reader in (*_points(plan, delivery), *_outlines(plan, delivery)):
        shapes = _guarded(delivery, root, layer.file, reader)
        if shapes is not None:
            into[layer.label] = shapes
    return _with_offers(delivery, root, plan)


def _add_areas(delivery: Delivery, root: Path, plan: Plan, mend: Mend | None) -> None:
    # cells of a census grid lie within the box of the other areas
    ordered = sorted(plan.areas.items(), key=lambda pair: pair[1].grid is not None)
    for name, section in ordered:
        named = _names(delivery, root, section)
        areas = _guarded(
            delivery,
            root,
            section.file,
            lambda p, n=name, s=section, w=named: read_set(p, n, s, plan, delivery, mend, w),
        )
        if areas is not None:
            delivery.areas[name] = areas


def _add_tables(delivery: Delivery, root: Path, plan: Plan) -> None:
    for section in plan.tables:
        periods: dict[Period, ReadTable] = {}
        for table, wrong in single_tables([section], root):
            if wrong is not None:
                note(delivery, table.written, [wrong])
                continue
            read = _guarded(
                delivery, root, table.written, lambda p, t=table: read_one(p, t, delivery, plan)
            )
            if section.to is not None:
                gather(delivery, periods, read or {}, table)
                continue
            for period, one in (read or {}).items():
                add_table(delivery, one, table, plan, period.end)
        if section.to is not None:
            add_coarser(delivery, periods, section, plan)


def _system_problem(plan: Plan) -> Problem | None:
    """Return why nothing can be measured in the coordinate system of the build file."""
    try:
        system = parse_crs(plan.crs)
    except DataError as error:
        return replace(error.problems[0], file=plan.file.name, key="crs")
    if system.is_projected:
        # a system of the build itself may have no way to that of its files
        lost = datum_problems(system, np.full(4, np.nan), file=plan.file.name, guess="–")
        errors = [replace(p, key="crs") for p in lost if p.severity == "error"]
        return errors[0] if errors else None
    found = f"{plan.crs} ({system.name})"
    return problem("sources.crs_of_build", file=plan.file.name, key="crs", found=found)


def _guarded(delivery: Delivery, root: Path, written: str, read: Callable[[Path], T]) -> T | None:
    """Read one file; what goes wrong is noted under the name the build file uses."""
    try:
        path = resolve(written, root)
        delivery.files.update(_hashes(path, written))
        return read(path)
    except SozialraumError as error:
        note(delivery, written, error.problems)
        return None


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


def _names(delivery: Delivery, root: Path, section: AreaSet) -> pd.Series | None:
    """Return the names of areas from another file; None where the build names none."""
    given = section.names
    if given is None:
        return None
    reader = partial(read_names, section=given, width=section.width)
    found = _guarded(delivery, root, given.file, reader)
    if found is None:
        return None
    note(delivery, given.file, found[1])
    return found[0]


# --- rasters, points, outlines --------------------------------------------------------------------


def _add_raster(delivery: Delivery, root: Path, written: str, plan: Plan) -> None:
    boxes = [a.total_bounds for a in delivery.areas.values()]
    if not boxes:
        return
    frame = pd.DataFrame(boxes)
    bounds = (frame[0].min(), frame[1].min(), frame[2].max(), frame[3].max())
    options = {"bounds": bounds, "bounds_crs": plan.crs, "nodata": plan.join.nodata}
    if Path(written).suffix.lower() in {".csv", ".zip"}:
        cells = _guarded(
            delivery, root, written, lambda path: read_cell_raster(path, plan, delivery)
        )
        if cells is not None:
            delivery.rasters[written] = cells[0]
            note(delivery, written, cells[1])
        return
    raster = _guarded(delivery, root, written, lambda path: read_raster(path, **options))
    if raster is not None:
        delivery.rasters[written] = raster
        if (raster.scale, raster.offset) != (1.0, 0.0):
            said = {"scale": number(raster.scale, 3), "offset": number(raster.offset, 3)}
            note(delivery, written, [problem("sources.raster_scaled", "note", **said)])


def _add_layer(delivery: Delivery, root: Path, written: str, crs: str) -> None:
    """Read a layer that decides how counts are split: residential land, addresses."""
    layer = _guarded(delivery, root, written, partial(read_beside, target_crs=crs))
    if layer is not None:
        delivery.layers[written] = layer


def _add_lists(delivery: Delivery, root: Path, plan: Plan) -> None:
    """Read the lists of the join: the address register, house-number rules, conversion tables."""
    for place, file, wanted in lists_of(plan):
        read = partial(read_list, target_crs=plan.crs, **wanted)
        found = _guarded(delivery, root, file, read)
        if found is not None:
            listed, messages = found
            delivery.lists[place] = _on_merged_keys(listed, place, plan)
            note(delivery, file, messages)


def _on_merged_keys(listed: pd.DataFrame, place: str, plan: Plan) -> pd.DataFrame:
    """Return a list with merged areas in place of their parts."""
    houses, rules = plan.join.addresses, plan.join.rules
    columns = {}
    if place == "addresses" and houses is not None:
        columns = {houses.source: plan.source_areas, houses.target: plan.join.target}
    elif place == "rules" and rules is not None:
        columns = {rules.area: plan.join.target}
    for column, areas in columns.items():
        wholes = merged_keys(merge_tree(plan.areas[areas]))
        if column is not None and wholes:
            listed[column] = listed[column].map(lambda k, w=wholes: w.get(k, k))
    return listed


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


def _with_offers(delivery: Delivery, root: Path, plan: Plan) -> Delivery:
    """Read the list of offers; those with a place are points of the map, too."""
    section = plan.offers
    if section is None:
        return delivery
    options = {n: getattr(section, n) for n in ("x", "y", "layer", "crs")}
    width = plan.areas[plan.join.target].width
    read = partial(read_offers, columns=section.columns, target_crs=plan.crs, width=width)
    offers = _guarded(delivery, root, section.file, partial(read, **options))
    if offers is None:
        return delivery
    offers = _without_attrs(delivery, section, offers)
    wholes = merged_keys(merge_tree(plan.areas[plan.join.target]))
    offers["area"] = offers["area"].map(lambda key: wholes.get(key, key))
    placed = offers[~offers.geometry.is_empty]
    if len(placed):
        delivery.points[section.label] = placed[["name", "kind", "geometry"]].reset_index(drop=True)
    return replace(delivery, offers=offers)


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
    note(delivery, section.file, layer.attrs.pop("problems", ()))  # type: ignore[attr-defined]
    return layer
