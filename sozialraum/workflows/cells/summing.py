"""A grid of a whole country summed for municipalities or catchments, never held whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.model.problem import Plain
from sozialraum.sources.spatial.census_grid import CRS
from sozialraum.sources.spatial.geometry import read_areas
from sozialraum.space.areas import refuse_unusable, same_crs
from sozialraum.texts import number, problem
from sozialraum.workflows.cells.pieces import GridPart, PartSums, grid_parts, part_sums
from sozialraum.workflows.cluster import as_ready, connected
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.outcome import Outcome, Progress, no_progress, write_summary

_DIGITS = 6  # after the point: a person is cut at borders; no sum depends on the order of pieces


@dataclass(frozen=True, eq=False)
class CellSums(Outcome):
    """What the cells of a grid give to areas.

    Parameters
    ----------
    sums : (n_areas, n_columns) persons in cells with a number; 0 where no cell lies
    suppressed : (n_areas, n_columns) cells without a number, which `sums` lacks; in parts where a
        border cuts a cell
    outside : (n_columns,) persons in cells, or parts of cells, of no area
    cells : (n_columns,) rows read
    problems : what is suppressed or lies outside, with its size
    """

    _file: ClassVar[str] = "zellen.json"

    sums: pd.DataFrame
    suppressed: pd.DataFrame
    outside: pd.Series
    cells: pd.Series
    problems: tuple[Problem, ...]

    def summary(self) -> dict[str, Plain]:
        """Return the main figures for programs."""
        return {
            "areas": len(self.sums),
            "columns": [str(c) for c in self.sums],
            "cells": {str(c): int(n) for c, n in self.cells.items()},
            "outside": {str(c): float(n) for c, n in self.outside.items()},
            "suppressed": {str(c): float(n) for c, n in self.suppressed.sum().items()},
        }

    def table(self) -> pd.DataFrame:
        """Return sums and, where cells are suppressed, their number, by area."""
        lacking = self.suppressed.loc[:, (self.suppressed > 0).any()]
        return self.sums.join(lacking.add_suffix("_suppressed"))

    def _write(self, folder: Path) -> list[str]:
        from sozialraum.publish.tables.csv_parquet import csv_text

        table = self.table()
        words = csv_text(table.rename_axis("key").reset_index())
        (folder / "zellen.csv").write_bytes(b"\xef\xbb\xbf" + words.encode("utf-8"))
        table.to_parquet(folder / "zellen.parquet")
        return ["zellen.csv", "zellen.parquet", write_summary(self.summary(), folder / self._file)]


@own_errors
def sum_cells(
    files: Sequence[str | Path],
    areas: gpd.GeoDataFrame | str | Path,
    *,
    key: str = "",
    scheduler: str | None = None,
    progress: Progress = no_progress,
) -> CellSums:
    """Sum the counts of a census grid for areas, some rows at a time.

    Every row is read once and forgotten: a file may be larger than memory. A cell that a border
    cuts gives each side its part, as `sozialraum.space.cells_crosswalk`.

    Parameters
    ----------
    files : grid tables as the census delivers them (csv), or the same columns in Parquet; several
        files may have other columns, or other cells of the same. What is missing counts as none and
        are told apart, cell by cell, in `suppressed`
    areas : index = area key, any CRS; or the file they stand in
    key : column of that file with the area key
    scheduler : address of a Dask cluster (extra ``cluster``); files lie where its workers see them.
        Tables are shared out file by file, Parquet by groups of rows. None = this machine
    progress : given the name of the step as each part of a file is begun

    Raises
    ------
    DataError
        If a file is no census grid, a cell stands twice, or areas cannot be used.
    ConfigError
        If there is no such scheduler, or the extra is not installed.

    Notes
    -----
    Conservation: `sums` of all areas and `outside` add up to what the files hold. Memory: sums of
    the areas, one piece of a file, and 8 bytes per cell. Source: Statistische Ämter des Bundes und
    der Länder, Zensus 2022, Gitterzellen.
    """
    if not isinstance(areas, gpd.GeoDataFrame):
        areas = read_areas(areas, key=key)
    refuse_unusable(target=areas)
    placed = same_crs(areas, CRS)[["geometry"]]
    parts = [part for file in files for part in grid_parts(Path(file))]
    if not parts:
        raise DataError(problem("cells.no_files"))
    found: dict[tuple[str, ...], _Group] = {}
    for name, sums in _summed(parts, placed, scheduler, progress):
        group = found.setdefault(sums.columns, _Group.empty(len(areas), sums.columns))
        group.add(sums, name)
    for group in found.values():
        group.refuse_twice()
    return _outcome(list(found.values()), areas.index)


def _summed(
    parts: list[GridPart], areas: gpd.GeoDataFrame, scheduler: str | None, progress: Progress
) -> Iterator[tuple[str, PartSums]]:
    if scheduler is None:
        for part in parts:
            progress("cells")
            yield part.path.name, part_sums(part, areas)
        return
    with connected(scheduler) as client:
        there = client.scatter(areas, broadcast=True)
        task: Callable[..., PartSums] = partial(part_sums)
        asked = {client.submit(task, part, there, pure=False): part for part in parts}
        for ready in as_ready(list(asked)):
            yield asked[ready].path.name, ready.result()
            ready.release()


@dataclass(eq=False)
class _Group:
    """Sums of all parts that have the same columns."""

    columns: tuple[str, ...]
    sums: NDArray[np.float64]
    suppressed: NDArray[np.float64]
    outside: NDArray[np.float64]
    places: list[NDArray[np.int64]]
    files: list[str]

    @classmethod
    def empty(cls, areas: int, columns: tuple[str, ...]) -> _Group:
        shape = areas, len(columns)
        return cls(columns, np.zeros(shape), np.zeros(shape), np.zeros(len(columns)), [], [])

    def add(self, part: PartSums, file: str) -> None:
        self.sums[part.area] += part.sums
        self.suppressed[part.area] += part.suppressed
        self.outside += part.outside
        self.places.append(part.places)
        self.files.append(file)

    @property
    def cells(self) -> int:
        return sum(map(len, self.places))

    def refuse_twice(self) -> None:
        """Refuse a cell that stands twice in these columns."""
        twice = self.cells - len(np.unique(np.concatenate(self.places)))
        if twice:
            files = ", ".join(sorted(set(self.files)))
            raise DataError(problem("cells.twice", n=twice, file=files))


def _outcome(groups: list[_Group], keys: pd.Index) -> CellSums:
    names = [c for g in groups for c in g.columns]
    doubled = sorted({n for n in names if names.count(n) > 1})
    if doubled:
        raise DataError(problem("cells.column_twice", found=", ".join(doubled)))
    order = sorted(names)

    def joined(part: str) -> pd.DataFrame:
        tables = [pd.DataFrame(getattr(g, part), keys, list(g.columns)) for g in groups]
        return pd.concat(tables, axis=1)[order].round(_DIGITS)

    outside = pd.Series(np.concatenate([g.outside for g in groups]), names)[order].round(_DIGITS)
    cells = pd.Series([g.cells for g in groups for _ in g.columns], names)[order]
    sums, suppressed = joined("sums"), joined("suppressed")
    return CellSums(sums, suppressed, outside, cells, tuple(_findings(sums, suppressed, outside)))


def _findings(
    sums: pd.DataFrame, suppressed: pd.DataFrame, outside: pd.Series
) -> Iterator[Problem]:
    """Say what the sums lack, column by column."""
    for name in sums:
        if outside[name] >= 0.5:
            share = number(100 * outside[name] / (sums[name].sum() + outside[name]), 1)
            lost = number(outside[name], 0)
            yield problem("cells.outside", "note", column=str(name), found=lost, share=share)
        lacking = float(suppressed[name].sum())
        if lacking:
            areas = int((suppressed[name] > 0).sum())
            few = number(lacking, 0)
            yield problem("cells.suppressed", "warning", column=str(name), found=few, n=areas)
