"""Census grids in a proposed build file: cells as areas, or their persons as weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sozialraum.sources.recognise.census import size_of_cells
from sozialraum.sources.recognise.seen import SeenFolder, SeenLayer, SeenTable
from sozialraum.texts import text
from sozialraum.workflows.new.proposal import ProposedAreas, ProposedTable

CELLS = "zellen"
_MOST_WITHHELD = 0.02
_PERSONS = ("einwohner", "insgesamt")


def grids_for(tables: Sequence[SeenTable]) -> tuple[SeenTable, ...]:
    """Return the grids from which shares can be formed, all with cells of one size.

    The smallest cells, unless many of their numbers are withheld and larger ones are there.
    """
    usable = [t for t in tables if t.kind == "zensus" and t.pairs]
    sizes = sorted({size_of_cells(str(t.key)) for t in usable})
    by_size = [tuple(t for t in usable if size_of_cells(str(t.key)) == size) for size in sizes]
    told = [grids for grids in by_size if max(map(_suppressed, grids)) <= _MOST_WITHHELD]
    return next(iter([*told, *by_size]), ())


def _suppressed(table: SeenTable) -> float:
    """Return the largest share of withheld cells of a column that an indicator would use."""
    used = {*table.pairs, *(p.denominator for pairs in table.pairs.values() for p in pairs[:1])}
    shares = (
        sum(c.status.values()) / max(1, c.filled + sum(c.status.values()))
        for c in table.columns
        if c.title in used
    )
    return max(shares, default=0.0)


def layer_for_cells(seen: SeenFolder, wanted: str) -> SeenLayer | None:
    """Return the areas for which cells are summed: those that are wanted, else the most of them."""
    areas = [x for x in seen.layers if x.geometry == "areas" and x.keys]
    stated = [x for x in areas if wanted in {x.label, x.file, x.layer}] if wanted else []
    return next(iter(stated), max(areas, key=lambda x: (x.features, x.label), default=None))


def weights_in(tables: Sequence[SeenTable]) -> str:
    """Return the grid whose persons can be weights: the one with the smallest cells; "" if none."""
    found = [
        t
        for t in tables
        if t.kind == "zensus"
        and sum(c.title.casefold().startswith(_PERSONS) for c in t.columns) == 1
    ]
    return min(found, key=lambda t: (size_of_cells(str(t.key)), t.file)).file if found else ""


def cell_areas(grids: Sequence[SeenTable]) -> Iterator[ProposedAreas]:
    """Yield the cells as a set of areas."""
    for grid in grids[:1]:
        yield ProposedAreas(CELLS, grid.label, grid.file, "", str(grid.key), grid=True)


def cell_tables(
    grids: Sequence[SeenTable], columns: Mapping[str, Mapping[str, str]]
) -> Iterator[ProposedTable]:
    """Yield the tables of the cells that are used."""
    for grid in grids:
        used = columns.get(grid.label, {})
        if used:
            yield ProposedTable(grid.label, grid.file, "", CELLS, str(grid.key), None, used)


def not_used(tables: Sequence[SeenTable], used: Sequence[SeenTable]) -> Iterator[str]:
    """Yield that grids of cells of another size, or without a share, are left out."""
    for table in tables:
        if table.kind == "zensus" and table not in used:
            yield text("recognise.left.zensus", label=table.label)
