"""Several files seen together: layers first, then tables that know them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from sozialraum.model.errors import SozialraumError
from sozialraum.sources.file_limits import check_size
from sozialraum.sources.recognise.column_kinds import names_a_share
from sozialraum.sources.recognise.key_forms import Layers
from sozialraum.sources.recognise.layers import SUFFIXES as LAYERS
from sozialraum.sources.recognise.layers import layers_of
from sozialraum.sources.recognise.seen import SeenFolder, SeenLayer, SeenTable
from sozialraum.sources.recognise.tables import SUFFIXES as TABLES
from sozialraum.sources.recognise.tables import look_at_table
from sozialraum.sources.workbooks.sheets import visible_sheets
from sozialraum.texts import problem

_WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".ods"}
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


def look_at_files(files: dict[str, Path]) -> SeenFolder:
    """Return what files are.

    Parameters
    ----------
    files : name as the build file would have it -> where it lies
    """
    layers: list[SeenLayer] = []
    tables: list[SeenTable] = []
    refused: set[str] = set()
    for written, path in files.items():
        if path.suffix.lower() in LAYERS:
            try:
                layers += layers_of(path, written)
            except SozialraumError as error:
                problems = tuple(replace(p, file=written) for p in error.problems)
                tables.append(SeenTable(written, "", "unreadable", problems=problems))
                refused.add(written)
    rings = Layers(layers)
    for written, path in files.items():
        if path.suffix.lower() in TABLES and not _is_part(path):
            tables += _tables_of(path, written, rings)
    tables += _attributes(layers, files, rings)
    known = {x.file for x in layers} | {t.file for t in tables} | refused
    others = tuple(w for w, p in files.items() if w not in known and not _is_part(p))
    return SeenFolder(tuple(layers), tuple(tables), others)


def _is_part(path: Path) -> bool:
    """Tell whether a file is part of a Shapefile, or the bytes a program keeps beside one."""
    if path.suffix.lower() in {".shx", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".qmd"}:
        return True
    return path.suffix.lower() == ".dbf" and any(
        path.with_suffix(end).exists() for end in (".shp", ".SHP")
    )


def _attributes(
    layers: Iterable[SeenLayer], files: dict[str, Path], rings: Layers
) -> Iterator[SeenTable]:
    """Yield the attributes of layers that hold counts and what they are a part of, or shares."""
    for layer in layers:
        path = files[layer.file]
        if layer.geometry != "areas" or not layer.keys or path.suffix.lower() == ".zip":
            continue
        try:
            seen = look_at_table(path, layer.file, rings, layer=layer.layer)
        except (SozialraumError, ValueError, LookupError, ArithmeticError):
            continue  # what is wrong with the file is told where its areas are read
        own = seen.match is not None and seen.match.layer == layer.label
        if own and (seen.pairs or any(map(names_a_share, seen.titles("share")))):
            yield seen


def _tables_of(path: Path, written: str, layers: Layers) -> Iterator[SeenTable]:
    refused = check_size(path)
    if refused:
        problems = tuple(replace(p, file=written) for p in refused)
        yield SeenTable(written, "", "unreadable", problems=problems)
        return
    sheets: Iterable[str] = [""]
    if path.suffix.lower() in _WORKBOOKS:
        names = visible_sheets(path)
        sheets = names if len(names) > 1 else [""]
    for sheet in sheets:
        try:
            yield look_at_table(path, written, layers, sheet)
        except SozialraumError as error:
            problems = tuple(replace(p, file=written) for p in error.problems)
            yield SeenTable(written, sheet, "unreadable", problems=problems)
        except (ValueError, LookupError, ArithmeticError) as error:
            told = problem("recognise.fault", "warning", file=written, found=type(error).__name__)
            yield SeenTable(written, sheet, "unreadable", problems=(told,))
