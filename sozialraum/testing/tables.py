"""Tables as a town hall delivers them: CSV in cp1252, a workbook for people, dBASE."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
from typing import TYPE_CHECKING

import xlsxwriter

from sozialraum.testing.counts import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

_MADE = dt.datetime(2025, 1, 15, 8, 30)
_GROUPS = (
    ("Arbeitsmarkt", ("arbeitslose",)),
    ("Jugendamt", ("hze_u18", "inobhutnahmen", "krippe_u3")),
    (
        "Gesundheitsamt (Schuleingangsuntersuchung)",
        ("untersuchte", "familiensprache", "sprachfoerderung"),
    ),
    ("Wahlamt", ("wahlberechtigte", "waehlende")),
)
_HEADS = {
    "arbeitslose": "Arbeitslose",
    "hze_u18": "Hilfen zur Erziehung",
    "inobhutnahmen": "Inobhutnahmen 1)",
    "krippe_u3": "Kinder in Krippe u. Tagespflege",
    "untersuchte": "Untersuchte",
    "familiensprache": "Familiensprache nicht Deutsch",
    "sprachfoerderung": "Sprachförderbedarf",
    "wahlberechtigte": "Wahlberechtigte",
    "waehlende": "Wähler/-innen",
}
_NOTES = (
    "– = nichts vorhanden (genau null)",
    ". = Zahlenwert unbekannt oder geheim zu halten",
    "1) Fälle im Berichtsjahr; Werte von 1 und 2 werden nicht ausgewiesen.",
    "Quelle: Stadt Musterstadt, Amt für Statistik. Alle Zahlen sind erfunden.",
)


def german(value: object) -> str:
    """Return a cell in German: thousands dot, decimal comma.

    Examples
    --------
    >>> german(1234), german(1234.5), german(7), german("Wohnen")
    ('1.234', '1.234,5', '7', 'Wohnen')
    """
    if isinstance(value, float):
        return f"{value:,.1f}".translate(str.maketrans(",.", ".,"))
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else str(value)


def write_csv(path: Path, table: pd.DataFrame, *, key: str, encoding: str = "cp1252") -> None:
    """Write a semicolon table with German numbers and Windows line ends; the key comes first."""
    lines = [";".join([key, *map(str, table.columns)])]
    columns = [table[c].tolist() for c in table.columns]
    for k, *cells in zip(table.index, *columns, strict=True):
        lines.append(";".join([str(k), *map(german, cells)]))
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))


def write_dictionary(path: Path, deliveries: dict[str, Sequence[tuple[str, str]]]) -> None:
    """Write the data dictionary: file, name in the file, label, unit, source, Stichtag.

    Parameters
    ----------
    deliveries : delivery ("kleinraum", …) -> its files with their Stichtag
    """
    lines = ["datei;name;bezeichnung;einheit;quelle;stichtag"]
    for variable in VARIABLES:
        for file, stichtag in deliveries[variable.delivery]:
            name = variable.name.upper()[:10] if file.endswith(".dbf") else variable.name
            name = _HEADS[variable.name] if file.endswith(".xlsx") else name
            lines.append(
                ";".join([file, name, variable.label, variable.unit, variable.source, stichtag])
            )
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("utf-8-sig"))


def write_workbook(path: Path, counts: pd.DataFrame, names: pd.Series, *, stichtag: str) -> None:
    """Write the workbook of the statistics office.

    Title rows, two header rows with merged cells, keys as numbers (leading zeros lost), ``–`` for
    nothing, ``.`` for the secret ones and twos of one column, a total row, footnotes, a second
    sheet with explanations.

    Parameters
    ----------
    counts : index block; the variables of the delivery "sozialdaten"
    names : name of the statistische Bezirk per block
    stichtag : German date for the title
    """
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    book.set_properties({"title": f"Sozialdaten Musterstadt {stichtag}", "created": _MADE})
    style = {
        "title": book.add_format({"bold": True, "font_size": 12}),
        "head": book.add_format(
            {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1}
        ),
        "number": book.add_format({"num_format": "#,##0"}),
        "sign": book.add_format({"align": "right"}),
        "total": book.add_format({"bold": True, "num_format": "#,##0", "top": 1}),
    }
    sheet = book.add_worksheet("Blöcke")
    sheet.write_string(0, 0, "Stadt Musterstadt · Amt für Statistik", style["title"])
    sheet.write_string(1, 0, f"Sozialdaten nach Baublöcken am {stichtag}", style["title"])
    _heads(sheet, style)
    order = [name for _, group in _GROUPS for name in group]
    for i, (key, row) in enumerate(counts[order].iterrows()):
        sheet.write_number(5 + i, 0, int(key))
        sheet.write_string(5 + i, 1, names[key])
        for j, name in enumerate(order):
            _cell(sheet, 5 + i, 2 + j, int(row[name]), style, secret=name == "inobhutnahmen")
    last = 5 + len(counts)
    sheet.write_string(last, 0, "Musterstadt insgesamt", style["total"])
    for j, name in enumerate(order):
        sheet.write_number(last, 2 + j, int(counts[name].sum()), style["total"])
    for k, note in enumerate(_NOTES):
        sheet.write_string(last + 2 + k, 0, note)
    sheet.freeze_panes(5, 2)
    sheet.set_column(0, 0, 11)
    sheet.set_column(1, 1, 22)
    sheet.set_column(2, 1 + len(order), 15)
    notes = book.add_worksheet("Erläuterungen")
    for k, note in enumerate(("Zeichenerklärung", *_NOTES)):
        notes.write_string(k, 0, note)
    book.close()
    path.write_bytes(_stored(memory.getvalue()))


def _heads(sheet: object, style: dict[str, object]) -> None:
    sheet.merge_range(3, 0, 4, 0, "Baublock", style["head"])
    sheet.merge_range(3, 1, 4, 1, "Statistischer Bezirk", style["head"])
    column = 2
    for title, group in _GROUPS:
        if len(group) > 1:
            sheet.merge_range(3, column, 3, column + len(group) - 1, title, style["head"])
        else:
            sheet.write_string(3, column, title, style["head"])
        for name in group:
            sheet.write_string(4, column, _HEADS[name], style["head"])
            column += 1


def _cell(
    sheet: object, row: int, column: int, value: int, style: dict[str, object], *, secret: bool
) -> None:
    if value == 0:
        sheet.write_string(row, column, "–", style["sign"])
    elif secret and value < 3:
        sheet.write_string(row, column, ".", style["sign"])
    else:
        sheet.write_number(row, column, value, style["number"])


def _stored(book: bytes) -> bytes:
    """Return the workbook uncompressed: deflated bytes differ between versions of zlib."""
    memory = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as old,
        zipfile.ZipFile(memory, "w", zipfile.ZIP_STORED) as new,
    ):
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            new.writestr(info, old.read(entry))
    return memory.getvalue()


def write_dbf(path: Path, counts: pd.DataFrame, *, key: str) -> None:
    """Write a dBASE III table: field names of ten characters, key as text, whole numbers."""
    fields = [(key.upper(), "C", max(len(str(k)) for k in counts.index))]
    fields += [(str(c).upper()[:10], "N", 6) for c in counts.columns]
    width = 1 + sum(f[2] for f in fields)
    head = struct.pack(
        "<BBBBIHH17xBxx", 3, 124, 1, 15, len(counts), 33 + 32 * len(fields), width, 3
    )
    for name, kind, size in fields:
        head += struct.pack("<11sc4xBB14x", name.encode("ascii"), kind.encode(), size, 0)
    columns = [counts[c].tolist() for c in counts.columns]
    rows = [
        " " + str(k).ljust(fields[0][2]) + "".join(f"{int(v):>6}" for v in cells)
        for k, *cells in zip(counts.index, *columns, strict=True)
    ]
    path.write_bytes(head + b"\r" + "".join(rows).encode("cp1252") + b"\x1a")
