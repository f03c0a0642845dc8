"""Census grids in a build: cells as areas, their tables, their persons as weights."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from sozialraum.model import Problem, Raster, status_frame
from sozialraum.model.errors import DataError
from sozialraum.sources.cell_grid import Grid
from sozialraum.sources.delivering.notes import note
from sozialraum.sources.plausibility.position import surfaces
from sozialraum.sources.spatial.census_grid import (
    DASHES,
    UNCERTAIN,
    Box,
    CensusCells,
    cells_as_areas,
    cells_as_raster,
    read_cells,
)
from sozialraum.sources.tabular.assembly import ReadTable
from sozialraum.sources.tabular.headers import Header
from sozialraum.sources.tabular.tables import Opened, table_of
from sozialraum.sources.tabular.totals import is_whole
from sozialraum.texts import number, percent, problem

if TYPE_CHECKING:
    from sozialraum.config.deliveries import AreaSet, TableSection
    from sozialraum.config.plan import Plan
    from sozialraum.sources.delivering.delivered import Delivery

_SECRET = "·"
_BORDER = 0.01  # metres
_MOST_WITHHELD = 0.1  # of the cells
# columns of cells that are means or shares: no cell has a true zero there
_MEAN = re.compile(r"(?i)durchschn|anteil|quote|miete|mittel|flaeche|fläche|groesse|größe|alter$")


def box_of(delivery: Delivery) -> Box:
    """Return the box around the areas of a build.

    Raises
    ------
    DataError
        If there are none: nobody knows then which part of Germany is meant.
    """
    boxes = [areas.total_bounds for areas in delivery.areas.values() if len(areas)]
    if not boxes:
        raise DataError(problem("sources.census_without_areas"))
    frame = pd.DataFrame(boxes)
    return frame[0].min(), frame[1].min(), frame[2].max(), frame[3].max()


def read_cell_areas(
    path: Path, section: AreaSet, plan: Plan, delivery: Delivery
) -> gpd.GeoDataFrame:
    """Return the cells of a census grid that meet the city, gaps in it included, as areas."""
    box = box_of(delivery)
    cells = read_cells(path, bounds=box, bounds_crs=plan.crs, key=section.key)
    if not len(cells.ids):
        raise DataError(problem("sources.raster_outside"))
    note(delivery, section.file, [_read_note(cells)])
    squares = cells_as_areas(cells, plan.crs)
    meets = _meets_city(squares, delivery)
    if not meets.any():
        raise DataError(problem("sources.raster_outside"))
    if not meets.all():
        outside = problem("sources.census_outside", "note", n=int((~meets).sum()))
        note(delivery, section.file, [outside])
    return squares[meets]


def _meets_city(squares: gpd.GeoDataFrame, delivery: Delivery) -> NDArray[np.bool_]:
    """Tell which cells have more than a border in common with the city; its gaps belong to it."""
    whole = shapely.union_all(np.concatenate([surfaces(a) for a in delivery.areas.values()]))
    outer = [shapely.Polygon(p.exterior) for p in shapely.get_parts(whole) if p.area > 0]
    inner = squares.geometry.buffer(-_BORDER).to_numpy()
    meets = np.zeros(len(squares), dtype=bool)
    meets[shapely.STRtree(outer).query(inner, predicate="intersects")[0]] = True
    return meets


def read_cell_raster(path: Path, plan: Plan, delivery: Delivery) -> tuple[Raster, list[Problem]]:
    """Return the persons of a census grid within the box of the areas, as weights."""
    cells = read_cells(path, bounds=box_of(delivery), bounds_crs=plan.crs)
    raster = cells_as_raster(cells)
    lost = int(np.isnan(raster.values).sum())
    notes = [_read_note(cells)]
    if lost:
        notes.append(problem("sources.census_weights_withheld", "warning", n=lost))
    return raster, notes


def _read_note(cells: CensusCells) -> Problem:
    said = {"n": len(cells.ids), "of": cells.total, "size": number(cells.size)}
    return problem("sources.census_cells", "note", file=cells.file, **said)  # type: ignore[arg-type]


def read_cell_table(
    path: Path, section: TableSection, plan: Plan, areas: gpd.GeoDataFrame, delivery: Delivery
) -> ReadTable:
    """Return the table of the cells of a build.

    A dash is withheld, never 0; a cell that the file does not have has nobody: 0 in columns of
    counts, missing in those of means and shares.
    """
    key = section.key if isinstance(section.key, str) else ""
    box = tuple(areas.total_bounds)
    cells = read_cells(path, bounds=box, bounds_crs=plan.crs, key=key)  # type: ignore[arg-type]
    cells = _among(cells, areas)
    grid, marked = _as_grid(cells)
    table = table_of(
        Opened(cells.file, grid, _header(cells), 0),
        decimal=section.decimal or ",",
        sentinels=section.sentinels,
        columns=section.columns,
        text=section.text,
    )
    found = [p for p in table.problems if p.code != "sources.mark_secret"]
    notes = [_read_note(cells), *_sign_notes(cells, marked)]
    notes += _mostly_suppressed(cells, marked, section.columns)
    table = replace(table, problems=[*found, *notes])
    return _with_absent(table, [str(k) for k in areas.index], section.columns or {})


def _among(cells: CensusCells, areas: gpd.GeoDataFrame) -> CensusCells:
    """Return the cells that are areas of the build."""
    keep = pd.Index(cells.ids).isin(areas.index)
    return replace(
        cells,
        ids=cells.ids[keep],
        x=cells.x[keep],
        y=cells.y[keep],
        columns={n: texts[keep] for n, texts in cells.columns.items()},
        lines=cells.lines[keep],
    )


def _names(cells: CensusCells) -> list[str]:
    return [n for n in cells.columns if n.casefold() != UNCERTAIN]


def _header(cells: CensusCells) -> Header:
    line = ("GITTER_ID", *_names(cells))
    return Header(0, 0, line, line, (line,), line)


def _as_grid(cells: CensusCells) -> tuple[Grid, dict[str, int]]:
    """Return cells as the grid of a table, dashes as secret; and how many, by column."""
    columns, marked = [cells.ids], {}
    for name in _names(cells):
        secret = np.array([t in DASHES or t == "-1" for t in cells.columns[name]], dtype=bool)
        marked[name] = int(secret.sum())
        columns.append(np.where(secret, _SECRET, cells.columns[name]).astype(object))
    rows = [["GITTER_ID", *_names(cells)], *np.column_stack(columns).tolist()]
    lines = np.concatenate([[1], cells.lines])
    return Grid(rows, {"encoding": "utf-8", "delimiter": ";"}, lines=lines), marked


def _sign_notes(cells: CensusCells, marked: Mapping[str, int]) -> list[Problem]:
    """Tell withheld and uncertain numbers."""
    said = {"file": cells.file}
    withheld = sum(marked.values())
    notes = []
    if withheld:
        columns = ", ".join(f"„{n}“" for n, k in marked.items() if k)
        notes.append(
            problem("sources.census_withheld", "note", n=withheld, columns=columns, **said)  # type: ignore[arg-type]
        )
    signs = [texts for n, texts in cells.columns.items() if n.casefold() == UNCERTAIN]
    uncertain = sum(t.strip().upper() == "KLAMMERN" for texts in signs for t in texts)
    if uncertain:
        notes.append(problem("sources.census_uncertain", "note", n=uncertain, **said))  # type: ignore[arg-type]
    return notes


def _mostly_suppressed(
    cells: CensusCells, marked: Mapping[str, int], columns: Mapping[str, str] | None
) -> list[Problem]:
    """Warn of columns of which so many cells are withheld that hardly any area has a sum."""
    used = set(marked) if columns is None else set(columns.values())
    many = {n: k for n, k in marked.items() if n in used and k > _MOST_WITHHELD * len(cells.ids)}
    if not many:
        return []
    told = ", ".join(f"„{n}“ ({percent(k / len(cells.ids), 0)})" for n, k in many.items())
    said = {"file": cells.file, "columns": told, "size": number(cells.size)}
    return [problem("sources.census_mostly_withheld", "warning", n=len(many), **said)]  # type: ignore[arg-type]


def _counts_people(column: pd.Series, names: Mapping[str, str]) -> bool:
    """Tell whether a column of cells holds counts, no means and no shares."""
    title = names.get(str(column.name), str(column.name))
    return not _MEAN.search(title) and is_whole(column)


def _with_absent(table: ReadTable, keys: Sequence[str], names: Mapping[str, str]) -> ReadTable:
    """Return a table with the cells that the file leaves out because nobody lives there.

    Parameters
    ----------
    names : name of a column -> its name in the file, where it has another
    """
    absent = pd.Index(keys, dtype=str).difference(table.frame.index)
    counts = [c for c in table.frame.columns if _counts_people(table.frame[c], names)]
    if not len(absent) or not counts:
        return table
    frame = table.frame.reindex(table.frame.index.append(absent))
    frame.loc[absent, counts] = 0.0
    status = table.status.astype(object).reindex(frame.index, fill_value="missing")
    status.loc[absent, counts] = "ok"
    said = {"n": len(absent), "columns": ", ".join(f"„{c}“" for c in counts)}
    notes = [*table.problems, problem("sources.census_absent", "note", **said)]  # type: ignore[arg-type]
    text = table.text.reindex(frame.index, fill_value="")
    made = replace(table, frame=frame.sort_index(), text=text.sort_index(), problems=notes)
    return replace(made, status=status_frame(status.sort_index()))
