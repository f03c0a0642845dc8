"""Several files seen together: layers first, then tables that know them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from sozialraum.model import Problem
from sozialraum.model.errors import SozialraumError
from sozialraum.model.options import LAYER_SUFFIXES
from sozialraum.sources.file_limits import BROKEN_ZIP, check_size
from sozialraum.sources.packed import single_table
from sozialraum.sources.recognise.across_tables import across_tables
from sozialraum.sources.recognise.census import census_key, look_at_census
from sozialraum.sources.recognise.column_kinds import names_a_share
from sozialraum.sources.recognise.key_forms import Layers
from sozialraum.sources.recognise.layers import layers_of
from sozialraum.sources.recognise.measured import Numbers
from sozialraum.sources.recognise.seen import SeenFolder, SeenLayer, SeenTable
from sozialraum.sources.recognise.tables import SUFFIXES as TABLES
from sozialraum.sources.recognise.tables import look_at_table
from sozialraum.sources.workbooks.sheets import visible_sheets
from sozialraum.texts import problem

_WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".ods"}
_PARTS = {".shx", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".qmd", ".xsd", ".gfs"}
_MOST_FILES = 2_000


def files_below(folder: Path) -> list[Path]:
    """Return the files below a folder, in the order of their names; hidden ones left out."""
    found = (p for p in folder.rglob("*") if p.is_file())
    seen = [
        p
        for p in found
        if not any(part.startswith((".", "~$")) for part in p.relative_to(folder).parts)
    ]
    return sorted(seen, key=lambda p: p.relative_to(folder).as_posix())[:_MOST_FILES]


def look_at_files(files: dict[str, Path], keys: Mapping[str, str] | None = None) -> SeenFolder:
    """Return what files are.

    Parameters
    ----------
    files : name as the build file would have it -> where it lies
    keys : label of a table -> title of its key column, where somebody says it
    """
    layers: list[SeenLayer] = []
    looked: list[tuple[SeenTable, Numbers]] = []
    refused: set[str] = set()
    grids = {written: key for written, path in files.items() if (key := _census_key(path))}
    zipped = {w: path for w, path in files.items() if w not in grids and _holds_a_table(path)}
    looked += [look_at_census(files[written], written, key) for written, key in grids.items()]
    for written, path in files.items():
        if path.suffix.lower() in LAYER_SUFFIXES and written not in {*zipped, *grids}:
            try:
                layers += layers_of(path, written)
            except SozialraumError as error:
                looked.append(_unreadable(written, "", error.problems))
                refused.add(written)
    rings = Layers(layers)
    for written, path in files.items():
        if written in grids:
            continue
        if written in zipped or (path.suffix.lower() in TABLES and not _is_part(path)):
            looked += _tables_of(path, written, rings, keys or {})
    looked += _attributes(layers, files, rings)
    tables = across_tables(looked, rings, {x.label: x.features for x in layers})
    known = {x.file for x in layers} | {t.file for t in tables} | refused
    others = tuple(w for w, p in files.items() if w not in known and not _is_part(p))
    return SeenFolder(tuple(layers), tables, others)


def _census_key(path: Path) -> str:
    """Return the name of the column of cells, where a file is a census grid that can be read."""
    return "" if check_size(path) else census_key(path)


def _holds_a_table(path: Path) -> bool:
    """Tell whether a file is a zip with one table in it."""
    if path.suffix.lower() != ".zip" or check_size(path):
        return False
    try:
        return single_table(path) is not None
    except (*BROKEN_ZIP, OSError):
        return False


def _unreadable(written: str, sheet: str, problems: Iterable[Problem]) -> tuple[SeenTable, Numbers]:
    """Return a file that cannot be read, with why."""
    told = tuple(replace(p, file=written) for p in problems)
    return SeenTable(written, sheet, "unreadable", problems=told), Numbers()


def _is_part(path: Path) -> bool:
    """Tell whether a file is part of a layer, or the bytes a program keeps beside one."""
    if path.suffix.lower() in _PARTS:
        return True
    return path.suffix.lower() == ".dbf" and any(
        path.with_suffix(end).exists() for end in (".shp", ".SHP")
    )


def _attributes(
    layers: Iterable[SeenLayer], files: dict[str, Path], rings: Layers
) -> Iterator[tuple[SeenTable, Numbers]]:
    """Yield the attributes of layers that hold counts and what they are a part of, or shares."""
    for layer in layers:
        path = files[layer.file]
        if layer.geometry != "areas" or not layer.keys or path.suffix.lower() == ".zip":
            continue
        try:
            seen, numbers = look_at_table(path, layer.file, rings, layer=layer.layer)
        except (SozialraumError, ValueError, LookupError, ArithmeticError):
            continue  # what is wrong with the file is told where its areas are read
        own = seen.match is not None and seen.match.layer == layer.label
        if own and (seen.pairs or any(map(names_a_share, seen.titles("share")))):
            yield seen, numbers


def _tables_of(
    path: Path, written: str, layers: Layers, keys: Mapping[str, str]
) -> Iterator[tuple[SeenTable, Numbers]]:
    refused = check_size(path)
    if refused:
        yield _unreadable(written, "", refused)
        return
    sheets: Iterable[str] = [""]
    if path.suffix.lower() in _WORKBOOKS:
        names = visible_sheets(path)
        sheets = names if len(names) > 1 else [""]
    for sheet in sheets:
        try:
            key = keys.get(SeenTable(written, sheet, "table").label, "")
            yield look_at_table(path, written, layers, sheet, key=key)
        except SozialraumError as error:
            yield _unreadable(written, sheet, error.problems)
        except (ValueError, LookupError, ArithmeticError) as error:
            told = problem("recognise.fault", "warning", file=written, found=type(error).__name__)
            yield _unreadable(written, sheet, [told])
