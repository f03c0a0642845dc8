"""Tables as a town hall delivers them: CSV in cp1252, a workbook for people, dBASE."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from sozialraum.testing.counts import VARIABLES
from sozialraum.testing.workbook import Cell, Sheet, workbook_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

_MADE = "2025-01-15T08:30:00Z"
_FIRST = 5  # rows above the first block
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
    order = [name for _, group in _GROUPS for name in group]
    sheet = Sheet("Blöcke", widths=(11, 22, *(15,) * len(order)), frozen=(_FIRST, 2))
    cells = sheet.cells
    cells[0, 0] = Cell("Stadt Musterstadt · Amt für Statistik", "title")
    cells[1, 0] = Cell(f"Sozialdaten nach Baublöcken am {stichtag}", "title")
    _heads(sheet)
    for i, (key, row) in enumerate(counts[order].iterrows(), start=_FIRST):
        cells[i, 0] = Cell(int(key))
        cells[i, 1] = Cell(names[key])
        for j, name in enumerate(order):
            cells[i, 2 + j] = _count(int(row[name]), secret=name == "inobhutnahmen")
    last = _FIRST + len(counts)
    cells[last, 0] = Cell("Musterstadt insgesamt", "total")
    for j, name in enumerate(order):
        cells[last, 2 + j] = Cell(int(counts[name].sum()), "total")
    cells.update({(last + 2 + k, 0): Cell(note) for k, note in enumerate(_NOTES)})
    notes = Sheet("Erläuterungen")
    notes.cells.update({(k, 0): Cell(t) for k, t in enumerate(("Zeichenerklärung", *_NOTES))})
    title = f"Sozialdaten Musterstadt {stichtag}"
    path.write_bytes(workbook_bytes([sheet, notes], title=title, created=_MADE))


def _heads(sheet: Sheet) -> None:
    for column, words in enumerate(("Baublock", "Statistischer Bezirk")):
        sheet.cells[3, column] = Cell(words, "head")
        sheet.merged.append((3, column, 4, column))
    column = 2
    for title, group in _GROUPS:
        sheet.cells[3, column] = Cell(title, "head")
        if len(group) > 1:
            sheet.merged.append((3, column, 3, column + len(group) - 1))
        for name in group:
            sheet.cells[4, column] = Cell(_HEADS[name], "head")
            column += 1


def _count(value: int, *, secret: bool) -> Cell:
    if value == 0:
        return Cell("–", "sign")
    return Cell(".", "sign") if secret and value < 3 else Cell(value, "number")


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
