"""Files to grids of cells: csv, xlsx, xls, ods, dbf and parquet, and what was recognised.

A grid is rows of cells as they stand in the file. Nothing is converted here: text stays text with
its zeros, numbers of a workbook stay numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.model.keys import plain_text
from sozialraum.model.options import LAYER_SUFFIXES
from sozialraum.sources.cell_grid import Grid
from sozialraum.sources.file_limits import LIMITS, check_size, read_gzip
from sozialraum.sources.official.street_grid import names_head
from sozialraum.sources.packed import read_member, single_table
from sozialraum.sources.tabular.encodings import decode
from sozialraum.sources.tabular.headers import tidy_name
from sozialraum.sources.text_lines import Lines
from sozialraum.sources.workbooks.sheets import read_workbook
from sozialraum.texts import problem

_FORMULA = re.compile(r'^="([^"]*)"$')
_DELIMITERS = ";\t,|"
# How files begin that were only renamed to .csv, in small letters.
_OTHER_KINDS = {
    b"pk\x03\x04": "eine Excel-, ODS- oder ZIP-Datei",
    b"\xd0\xcf\x11\xe0": "eine Datei des alten Excel oder Word",
    b"%pdf": "ein PDF",
    b"<!doctype html": "eine Internetseite",
    b"<html": "eine Internetseite",
    b"{\\rtf": "ein Textdokument (RTF)",
    b"sqlite format 3": "eine Datenbank (GeoPackage)",
}


def read_grid(
    path: Path,
    *,
    key: str | int | None = None,
    sheet: str | int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    layer: str | None = None,
) -> Grid:
    """Return the cells of a table file.

    Parameters
    ----------
    path : a resolved path
    key : name of the key column, or its number; the name tells the delimiter and the sheet
    sheet : name of the sheet, or its number from 1; None = the one sheet that has the key column
    encoding, delimiter : as stated in the build file; None = recognised
    layer : of a GeoPackage with several layers, whose attributes are the table
    """
    refused = check_size(path)
    if refused:
        return Grid(problems=tuple(refused))
    suffix = path.suffix.lower()
    if suffix in {".xlsx", ".xlsm", ".xls", ".ods"}:
        return read_workbook(path, key, sheet)
    if suffix == ".dbf":
        return _read_dbf(path, encoding)
    if suffix == ".parquet":
        return _read_parquet(path)
    name = key if isinstance(key, str) else None
    if suffix in {".csv", ".txt", ".tsv", ".gz"}:
        raw = read_gzip(path) if suffix == ".gz" else path.read_bytes()
        return _read_text(raw, path.name, name, encoding, delimiter)
    if suffix == ".zip" and (member := single_table(path)):
        return _read_text(read_member(path, member), path.name, name, encoding, delimiter)
    if suffix in LAYER_SUFFIXES:
        return _attributes(path, layer, encoding)
    return Grid(problems=(problem("sources.no_table", file=path.name, found=suffix),))


# --- text files -----------------------------------------------------------------------------------


def _read_text(
    raw: bytes, file: str, key: str | None, encoding: str | None, delimiter: str | None
) -> Grid:
    for start, kind in _OTHER_KINDS.items():
        if raw[:200].lstrip().lower().startswith(start):
            shown = raw[:200].decode("latin-1").split("\n")[0][:20].strip()
            found = "".join(c for c in shown if c.isprintable())
            notes = problem("sources.other_kind", file=file, kind=kind, found=found)
            return Grid(problems=(notes,))
    decoded = decode(raw, file=file, encoding=encoding)
    text = plain_text(decoded.text)
    recognised = {"encoding": decoded.encoding}
    if any(p.severity == "error" for p in decoded.problems) and not text:
        return Grid([], recognised, decoded.problems)
    if "\x00" in text:
        return Grid([], recognised, (problem("sources.binary_text", file=file),))
    stated = re.match(r"sep=(.)\r?\n", text)
    mark = delimiter or (stated.group(1) if stated else None) or _find_delimiter(text, key)
    rows, broken = _split(text, mark, file)
    if stated and rows:
        rows = [[], *rows[1:]]
    recognised["delimiter"] = mark
    found = (*decoded.problems, *broken)
    head = names_head([str(cell) for cell in rows[0]]) if rows else None
    if head is None:
        return Grid(rows, recognised, found)
    return Grid([head, *rows], recognised, found, lines=np.arange(len(rows) + 1))


def _split(
    text: str, delimiter: str, file: str
) -> tuple[Sequence[Sequence[object]], tuple[Problem, ...]]:
    plain = _plain_lines(text)
    if plain is not None:
        return Lines(plain, delimiter), ()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Sequence[object]] = []
    try:
        rows.extend(reader)
    except csv.Error:
        return [], (problem("sources.quotes", file=file, row=len(rows) + 1),)
    if '="' in text:
        # ="01": how Excel is made to keep zeros in a csv
        rows = [[_FORMULA.sub(r"\1", str(cell)) for cell in row] for row in rows]
    return rows, ()


def _plain_lines(text: str) -> list[str] | None:
    """Return the lines of a text without quotes; None where the grammar of csv is needed."""
    if '"' in text or (text.count("\r") != text.count("\r\n")):
        return None
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _find_delimiter(text: str, key: str | None) -> str:
    """Return the delimiter under which a cell equals the key's name; else the steadiest one."""
    head = text[:200_000]
    scores = {}
    for place, mark in enumerate(_DELIMITERS):
        rows = _lenient_rows(head, mark)
        widths = Counter(len(r) for r in rows if len(r) > 1)
        width, steady = widths.most_common(1)[0] if widths else (0, 0)
        holds_key = (
            key is not None
            and width > 1
            and any(tidy_name(c) == tidy_name(key) for r in rows[:40] for c in r)
        )
        scores[mark] = (holds_key, steady * (width > 1), width, -place)
    return max(scores, key=lambda mark: scores[mark])


def _lenient_rows(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) == 300:
                break
    except csv.Error:
        pass
    return rows


# --- dbf and parquet ------------------------------------------------------------------------------


def _read_dbf(path: Path, encoding: str | None) -> Grid:
    from sozialraum.sources.spatial.layers import dbf_encoding, read_layer

    chosen = encoding or dbf_encoding(path)
    frame = read_layer(path, encoding=chosen, geometry=False)
    return replace(_grid_of(frame), recognised={"encoding": chosen})


def _attributes(path: Path, layer: str | None, encoding: str | None) -> Grid:
    """Return the attributes of a layer as a table; what GeoJSON calls null is an empty cell."""
    from sozialraum.sources.spatial.layers import read_layer

    try:
        frame = read_layer(path, layer=layer, encoding=encoding, geometry=False)
    except DataError as error:
        return Grid(problems=tuple(error.problems))
    return replace(_grid_of(frame), recognised={"sheet": layer or ""})


def _read_parquet(path: Path) -> Grid:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            unpacked = sum(
                file.metadata.row_group(i).total_byte_size for i in range(file.num_row_groups)
            )
            cells = file.metadata.num_rows * file.metadata.num_columns
            if cells > LIMITS.cells or unpacked > LIMITS.unpacked_bytes:
                return Grid(
                    problems=(
                        problem("sources.too_many_cells", file=path.name, limit=LIMITS.cells),
                    )
                )
            names = file.schema_arrow.names
            columns = [n for n in names if not _is_binary(file.schema_arrow.field(n).type)]
            frame = file.read(columns=columns).replace_schema_metadata(None).to_pandas()
    except (pa.ArrowException, OSError, ValueError, LookupError):
        return Grid(problems=(problem("sources.broken_parquet", file=path.name),))
    left = [f"„{n}“" for n in names if n not in columns]
    note = problem("sources.column_nested", "note", file=path.name, columns=", ".join(left))
    return replace(_grid_of(frame), problems=(note,) if left else ())


def _is_binary(kind: object) -> bool:
    return "binary" in str(kind) or "struct" in str(kind) or "list" in str(kind)


def _grid_of(frame: object) -> Grid:
    """Return a frame as a grid whose first row holds the names, missing values as empty cells."""
    import pandas as pd

    assert isinstance(frame, pd.DataFrame)
    plain = frame.astype(object).where(frame.notna(), "")
    return Grid([list(map(str, frame.columns)), *plain.to_numpy().tolist()], typed=True)
