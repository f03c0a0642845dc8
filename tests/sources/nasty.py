"""Files as town halls deliver them: each is read exactly right or refused, never silently changed.

One list for the tests, and for the README: ``python tests/sources/nasty.py`` prints what pandas and geopandas make of the
same files with their defaults.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

NAN = float("nan")
Writer = Callable[[Path], Path]


@dataclass(frozen=True)
class Nasty:
    """One nasty file.

    Parameters
    ----------
    name : what is nasty about it
    write : writes it into a folder and returns its path
    values : key -> numbers in the order of `columns`, if it must be read; NaN = no number
    columns : names of the number columns
    refused : codes of the problems it must be refused with
    row, column, key : place the first of them must name
    says : codes of notes or warnings it must come with
    options : arguments of the reader
    """

    name: str
    write: Writer
    values: Mapping[str, Sequence[float]] = field(default_factory=dict)
    columns: Sequence[str] = ("ew",)
    refused: Sequence[str] = ()
    row: int | None = None
    column: str | None = None
    key: str | None = None
    says: Sequence[str] = ()
    options: Mapping[str, object] = field(default_factory=dict)

    @property
    def key_column(self) -> str:
        """Name of the key column."""
        return str(self.options.get("key", "nr"))


# --- writers ----------------------------------------------------------------------------------------------------------


def text(content: str, encoding: str = "utf-8", name: str = "tabelle.csv") -> Writer:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content.encode(encoding))
        return path

    return write


def raw(content: bytes, name: str = "tabelle.csv") -> Writer:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return write


def sheets(
    content: Mapping[str, Sequence[Sequence[object]]],
    merge: Sequence[str] = (),
    name: str = "mappe.xlsx",
) -> Writer:
    def write(folder: Path) -> Path:
        import openpyxl

        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in content.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
            for span in merge:
                sheet.merge_cells(span)
        book.save(folder / name)
        return folder / name

    return write


def ods(rows: Sequence[Sequence[object]]) -> Writer:
    def write(folder: Path) -> Path:
        path = folder / "mappe.ods"
        pd.DataFrame(rows[1:], columns=rows[0]).to_excel(path, engine="odf", index=False)
        return path

    return write


def parquet(frame: Mapping[str, Sequence[object]]) -> Writer:
    def write(folder: Path) -> Path:
        path = folder / "tabelle.parquet"
        pd.DataFrame(frame).to_parquet(path)
        return path

    return write


def dbf(rows: Sequence[tuple[str, str, float]], encoding: str) -> Writer:
    """Write a dbf byte by byte, without ``.cpg``: fields nr (C4), name (C20), ew (N8,1)."""

    def write(folder: Path) -> Path:
        fields = [(b"nr", b"C", 4, 0), (b"name", b"C", 20, 0), (b"ew", b"N", 8, 1)]
        head = bytes([3, 124, 12, 31]) + len(rows).to_bytes(4, "little")
        head += (32 + 32 * len(fields) + 1).to_bytes(2, "little")
        head += (1 + sum(f[2] for f in fields)).to_bytes(2, "little") + bytes(20)
        for label, kind, size, digits in fields:
            head += label.ljust(11, b"\0") + kind + bytes(4) + bytes([size, digits]) + bytes(14)
        body = b"".join(
            b" " + nr.encode().ljust(4) + name.encode(encoding).ljust(20) + f"{ew:8.1f}".encode()
            for nr, name, ew in rows
        )
        path = folder / "tabelle.dbf"
        path.write_bytes(head + b"\r" + body + b"\x1a")
        return path

    return write


# --- tables -----------------------------------------------------------------------------------------------------------

PLAIN = {"01": [7.0], "02": [8.0]}
HALL = "nr;name;ew\n01;Göggingen;1.234,5\n02;Lützow;7\n"
MEASURED = {"01": [1234.5], "02": [7.0]}

TABLES: list[Nasty] = [
    Nasty("cp1252, semicolon, decimal comma, thousands dot", text(HALL, "cp1252"), MEASURED),
    Nasty("UTF-8 with byte-order mark", text(HALL, "utf-8-sig"), MEASURED),
    Nasty("UTF-16", text(HALL, "utf-16"), MEASURED),
    Nasty("cp850, stated", text(HALL, "cp850"), MEASURED, options={"encoding": "cp850"}),
    Nasty("cp850, not stated", text(HALL, "cp850"), refused=["sources.foreign_umlaut"], row=2),
    Nasty(
        "Mac Roman, not stated", text(HALL, "mac_roman"), refused=["sources.foreign_umlaut"], row=2
    ),
    Nasty(
        "UTF-8 read as cp1252 and saved again",
        text(HALL.encode().decode("cp1252")),
        refused=["sources.mojibake"],
        row=2,
    ),
    Nasty(
        "wrong encoding stated",
        text(HALL, "cp1252"),
        refused=["sources.wrong_encoding"],
        row=2,
        options={"encoding": "utf-8"},
    ),
    Nasty("tabulators", text("nr\tew\n01\t7\n02\t8\n"), PLAIN),
    Nasty("pipes", text("nr|ew\n01|7\n02|8\n"), PLAIN),
    Nasty("Excel's first line sep=;", text("sep=;\nnr;ew\n01;7\n02;8\n"), PLAIN),
    Nasty("line ends of old Macs", text("nr;ew\r01;7\r02;8\r"), PLAIN),
    Nasty("blank lines between", text("nr;ew\n\n01;7\n;\n02;8\n\n"), PLAIN),
    Nasty(
        "7.5 and 1.234 in one column",
        text("nr;ew\n01;7.5\n02;1.234\n03;8\n"),
        refused=["sources.decimal_mixed"],
        row=2,
        column="ew",
    ),
    Nasty(
        "4,5 and 7.5 in one column",
        text("nr;ew\n01;4,5\n02;7.5\n"),
        refused=["sources.decimal_mixed"],
        row=2,
        column="ew",
    ),
    Nasty(
        "1.234 and nothing else to go by",
        text("nr;ew\n01;1.234\n02;8\n"),
        refused=["sources.decimal_open"],
        row=2,
        column="ew",
    ),
    Nasty(
        "1.234 with the comma stated",
        text("nr;ew\n01;1.234\n02;8\n"),
        {"01": [1234.0], "02": [8.0]},
        options={"decimal": ","},
    ),
    Nasty(
        "1.234 beside a column with 4,5",
        text("nr;ew;quote\n01;1.234;4,5\n02;8;12,25\n"),
        {"01": [1234.0, 4.5], "02": [8.0, 12.25]},
        ("ew", "quote"),
    ),
    Nasty(
        "five decimals with zeros dropped (1.234 among them)",
        text("nr,q\n01,6.38298\n02,1.234\n03,.707\n"),
        {"01": [6.38298], "02": [1.234], "03": [0.707]},
        ("q",),
    ),
    Nasty(
        "7.5 where the comma is stated",
        text("nr;ew\n01;7.5\n02;8\n"),
        refused=["sources.no_number"],
        row=2,
        column="ew",
        options={"decimal": ","},
    ),
    Nasty(
        "blank and narrow blank as thousands mark, loose minus",
        text("nr;ew\n01;1 675\n02;1\u202f675\n03;-  23\n04;\u221223\n"),
        {"01": [1675.0], "02": [1675.0], "03": [-23.0], "04": [-23.0]},
    ),
    Nasty(
        "per cent signs",
        text("nr;ew\n01;113%\n02;96 %\n"),
        {"01": [113.0], "02": [96.0]},
        says=["sources.mark_percent"],
    ),
    Nasty(
        "the signs of the statistical offices",
        text("nr;ew\n01;–\n02;.\n03;x\n04;/\n05;…\n06;(12)\n07;0\n08;15\n09;11p\n10;*\n"),
        {
            "01": [0.0],
            "02": [NAN],
            "03": [NAN],
            "04": [NAN],
            "05": [NAN],
            "06": [12.0],
            "07": [0.0],
            "08": [15.0],
            "09": [11.0],
            "10": [NAN],
        },
        says=["sources.mark_nothing", "sources.mark_secret", "sources.mark_bracket"],
    ),
    Nasty(
        "dash stated as not there",
        text("nr;ew\n01;-\n02;8\n"),
        {"01": [NAN], "02": [8.0]},
        options={"sentinels": ["-"]},
    ),
    Nasty(
        "−9999 stated",
        text("nr;ew\n01;-9999\n02;8\n"),
        {"01": [NAN], "02": [8.0]},
        options={"sentinels": ["-9999"]},
    ),
    Nasty(
        "−9999 not stated",
        text("nr;ew\n01;-9999\n02;8\n"),
        {"01": [-9999.0], "02": [8.0]},
        says=["sources.unstated_sentinel"],
    ),
    Nasty(
        "a column of dashes only",
        text("nr;ew\n01;-\n02;-\n"),
        {"01": [0.0], "02": [0.0]},
        says=["sources.only_dashes"],
    ),
    Nasty(
        "a word among numbers",
        text("nr;ew\n01;7\n02;viele\n03;9\n"),
        refused=["sources.no_number"],
        row=3,
        column="ew",
    ),
    Nasty("an empty cell", text("nr;ew\n01;\n02;8\n"), {"01": [NAN], "02": [8.0]}),
    Nasty(
        "text cells NA and k. A.",
        text("nr;ew\n01;NA\n02;k. A.\n03;8\n04;9\n05;1\n"),
        {"01": [NAN], "02": [NAN], "03": [8.0], "04": [9.0], "05": [1.0]},
        says=["sources.mark_absent"],
    ),
    Nasty(
        "keys with leading zeros",
        text("nr;ew\n01011101;7\n12304314;8\n"),
        {"01011101": [7.0], "12304314": [8.0]},
    ),
    Nasty(
        "keys that lost their zeros, width declared",
        text("nr;ew\n1011101;7\n12304314;8\n"),
        {"01011101": [7.0], "12304314": [8.0]},
        says=["sources.key_padded"],
        options={"width": 8},
    ),
    Nasty(
        "a short key where zeros were kept",
        text("nr;ew\n01011101;7\n1011102;8\n"),
        refused=["sources.key_ambiguous"],
        row=3,
        column="nr",
        options={"width": 8},
    ),
    Nasty(
        "a key that is too long",
        text("nr;ew\n011;7\n02;8\n"),
        refused=["sources.key_width"],
        row=2,
        key="011",
        options={"width": 2},
    ),
    Nasty(
        "a key as 9,76E+06",
        text("nr;ew\n9,76E+06;7\n09761002;8\n"),
        refused=["sources.key_number"],
        row=2,
        column="nr",
    ),
    Nasty(
        "a key twice",
        text("nr;ew\n01;7\n02;8\n01;9\n"),
        refused=["sources.key_twice"],
        row=4,
        key="01",
    ),
    Nasty(
        "an invisible blank in a key",
        text("nr;ew\n\u200b01;7\n02\u00a0;8\n"),
        PLAIN,
        says=["sources.key_invisible"],
    ),
    Nasty(
        "all keys end in .0",
        text("nr;ew\n11.0;7\n12.0;8\n"),
        {"11": [7.0], "12": [8.0]},
        says=["sources.key_fraction"],
    ),
    Nasty(
        "keys 1.1, 1.2, 2.0",
        text("nr;ew\n1.1;7\n1.2;8\n2.0;9\n"),
        {"1.1": [7.0], "1.2": [8.0], "2.0": [9.0]},
    ),
    Nasty(
        "a legend of the signs below the table",
        text("nr;ew\n01;7\n02;–\n–;nichts vorhanden\n.;geheim\n"),
        {"01": [7.0], "02": [0.0]},
        says=["sources.remark_skipped"],
    ),
    Nasty(
        "title rows, total row, foot notes",
        text(
            "Bevölkerung;;\nStand: 31.12.2024;;\nnr;name;ew\n01;Nord;7\n02;Süd;8\n;Stadt gesamt;15\nQuelle: Melderegister;;\n– = nichts vorhanden;;\n"
        ),
        PLAIN,
        says=["sources.total_found", "sources.remark_skipped"],
        options={"columns": {"ew": "ew"}},
    ),
    Nasty(
        "a total that does not add up",
        text("nr;name;ew\n01;Nord;7\n02;Süd;8\n;Summe;16\n"),
        PLAIN,
        says=["sources.total_found", "sources.total_differs"],
        options={"columns": {"ew": "ew"}},
    ),
    Nasty(
        "subtotals per district and a grand total",
        text(
            "nr;name;ew\n01;Nord;7\n02;Süd;8\n;Bezirk A zusammen;15\n03;West;1\n04;Ost;2\n;Bezirk B zusammen;3\n;Insgesamt;18\n"
        ),
        {"01": [7.0], "02": [8.0], "03": [1.0], "04": [2.0]},
        says=["sources.total_found"],
        options={"columns": {"ew": "ew"}},
    ),
    Nasty(
        "a total disguised as an area",
        text("nr;ew;u15\n01;7;1\n02;8;2\n03;9;3\n04;10;4\n99;34;10\n"),
        {
            "01": [7.0, 1.0],
            "02": [8.0, 2.0],
            "03": [9.0, 3.0],
            "04": [10.0, 4.0],
            "99": [34.0, 10.0],
        },
        ("ew", "u15"),
        says=["sources.hidden_total"],
    ),
    Nasty(
        "a head of two lines",
        text(
            "nr;Einwohner;;Kinder;\n;insgesamt;weiblich;unter 6;6 bis 14\n01;7;4;1;2\n02;8;5;0;3\n"
        ),
        {"01": [7.0, 2.0], "02": [8.0, 3.0]},
        ("ew", "kinder"),
        options={"columns": {"ew": "Einwohner insgesamt", "kinder": "Kinder 6 bis 14"}},
    ),
    Nasty(
        "line breaks inside head cells",
        text('nr;"Ein-\nwohner";"18/19\nPlätze"\n01;7;1\n02;8;2\n'),
        {"01": [7.0, 1.0], "02": [8.0, 2.0]},
        ("ew", "plaetze"),
        options={"columns": {"ew": "Einwohner", "plaetze": "18/19 Plätze"}},
    ),
    Nasty(
        "a name with the delimiter in it, not quoted",
        text("nr;name;ew\n01;Au; Nord;7\n02;Süd;8\n"),
        refused=["sources.ragged"],
        row=2,
    ),
    Nasty(
        "the last line cut off",
        text("nr;name;ew\n01;Nord;7\n02;Sü"),
        refused=["sources.ragged"],
        row=3,
    ),
    Nasty(
        "a quotation mark that never closes",
        text('nr;name;ew\n01;"Nord;7\n02;Süd;8\n'),
        refused=["sources.quotes"],
        row=2,
    ),
    Nasty("NUL bytes", raw(b"nr;ew\n01;7\x00\n02;8\n"), refused=["sources.binary_text"]),
    Nasty(
        "the same column name twice",
        text("nr;ew;ew\n01;7;8\n02;8;9\n"),
        refused=["sources.column_twice"],
        column="ew",
    ),
    Nasty(
        "no key column",
        text("schluessel;ew\n01;7\n"),
        refused=["sources.no_key_column"],
        column="nr",
    ),
    Nasty("an empty file", raw(b""), refused=["sources.empty_file"]),
    Nasty("a head and nothing below", text("nr;ew\n"), refused=["sources.no_rows"]),
    Nasty(
        "xlsx, keys stored as numbers",
        sheets({"Daten": [["nr", "ew"], [9761001, 7], [12304314, 8]]}),
        {"09761001": [7.0], "12304314": [8.0]},
        says=["sources.key_padded"],
        options={"width": 8},
    ),
    Nasty(
        "xlsx, keys stored as text", sheets({"Daten": [["nr", "ew"], ["01", 7], ["02", 8]]}), PLAIN
    ),
    Nasty(
        "xlsx, merged head of two lines, total, foot note",
        sheets(
            {
                "Daten": [
                    ["Einwohner nach Alter"],
                    [],
                    ["nr", "Einwohner", None],
                    [None, "insgesamt", "unter 15"],
                    ["01", 7, 1],
                    ["02", 8, 2],
                    ["Stadt gesamt", 15, 3],
                    ["Quelle: Melderegister"],
                ]
            },
            merge=["A3:A4", "B3:C3"],
        ),
        {"01": [7.0, 1.0], "02": [8.0, 2.0]},
        ("ew", "u15"),
        says=["sources.total_found", "sources.remark_skipped"],
        options={"columns": {"ew": "Einwohner insgesamt", "u15": "unter 15"}},
    ),
    Nasty(
        "xlsx, numbers as German text",
        sheets({"Daten": [["nr", "ew"], ["01", "1.234,5"], ["02", "-"]]}),
        {"01": [1234.5], "02": [0.0]},
    ),
    Nasty(
        "xlsx, formulas without a stored result",
        sheets({"Daten": [["nr", "ew"], ["01", "=3+4"], ["02", 8]]}),
        refused=["sources.formula_cell"],
    ),
    Nasty(
        "xlsx, two sheets with the key column",
        sheets({"2023": [["nr", "ew"], ["01", 1]], "2024": [["nr", "ew"], ["01", 7]]}),
        refused=["sources.several_sheets"],
    ),
    Nasty(
        "xlsx, the sheet named",
        sheets({"2023": [["nr", "ew"], ["01", 1]], "2024": [["nr", "ew"], ["01", 7], ["02", 8]]}),
        PLAIN,
        options={"sheet": "2024"},
    ),
    Nasty(
        "xlsx, 1.3 turned into a date by Excel",
        sheets({"Daten": [["nr", "ew"], ["01", 7], ["02", dt.datetime(2024, 3, 1)], ["03", 9]]}),
        refused=["sources.no_number"],
        row=3,
        column="ew",
    ),
    Nasty(
        "xlsx that is none", raw(b"nr;ew\n01;7\n", "mappe.xlsx"), refused=["sources.broken_archive"]
    ),
    Nasty("ods", ods([["nr", "ew"], ["01", 7], ["02", 8]]), PLAIN),
    Nasty(
        "dbf without cpg, UTF-8", dbf([("01", "Göggingen", 7), ("02", "Süd", 8)], "utf-8"), PLAIN
    ),
    Nasty(
        "dbf without cpg, cp1252", dbf([("01", "Göggingen", 7), ("02", "Süd", 8)], "cp1252"), PLAIN
    ),
    Nasty(
        "parquet, keys as integers",
        parquet({"nr": [1, 2], "ew": [7.0, 8.0]}),
        PLAIN,
        says=["sources.key_padded"],
        options={"width": 2},
    ),
]


# --- what the defaults of pandas make of them ------------------------------------------------------------------------------


def pandas_says(case: Nasty, path: Path) -> str:
    """Return in a few words what the default reader makes of a file; told the delimiter if that fails at once."""
    said = _try(case, path, {})
    marks = {";": ";", "\\t": "\t", "|": "|"}
    delimiter = next(
        (d for m, d in marks.items() if said.startswith("one column") and m in said), None
    )
    if delimiter is None:
        return said
    return f"one column; told sep={delimiter!r}: " + _try(case, path, {"sep": delimiter})


def _try(case: Nasty, path: Path, options: Mapping[str, str]) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            frame = _reader(path)(path, **options)
        except Exception as error:
            return f"refuses ({type(error).__name__})"
    if len(frame.columns) == 1 and not options:
        return f"one column {str(frame.columns[0])!r}"
    return "reads it, says nothing" if case.refused else _compared(case, frame)


def _reader(path: Path) -> Callable[..., pd.DataFrame]:
    if path.suffix == ".dbf":
        import geopandas as gpd

        return gpd.read_file
    readers = {
        **dict.fromkeys((".xls", ".xlsx", ".ods"), pd.read_excel),
        ".parquet": pd.read_parquet,
    }
    return readers.get(path.suffix, pd.read_csv)


def _compared(case: Nasty, frame: pd.DataFrame) -> str:
    """Compare keys and numbers with what stands in the file."""
    if case.key_column not in frame.columns:
        return f"finds no column {case.key_column!r}"
    keys = [str(k) for k in frame[case.key_column]]
    found = []
    changed = [k for k in case.values if k not in keys]
    if changed:
        found.append(f"key {changed[0]} is lost")
    if len(keys) > len(case.values):
        found.append(f"{len(keys) - len(case.values)} extra rows")
    found += _wrong_numbers(case, frame, keys)
    if found:
        return "silently wrong: " + "; ".join(found)
    return "right, but says nothing of it" if case.says else "right"


def _wrong_numbers(case: Nasty, frame: pd.DataFrame, keys: Sequence[str]) -> list[str]:
    bare = {key.lstrip("0"): numbers for key, numbers in case.values.items()}
    for position, column in enumerate(case.columns):
        if column not in frame.columns:
            return [f"no column {column!r}"]
        for key, cell in zip(keys, frame[column], strict=True):
            expected = bare.get(key.removesuffix(".0").lstrip("0"))
            if expected is not None and not _same(cell, expected[position]):
                return [
                    f"{column} is {str(cell)!r}" if isinstance(cell, str) else f"{column} is {cell}"
                ]
    return []


def _same(cell: object, expected: float) -> bool:
    if isinstance(cell, str):
        return False
    return bool(np.isclose(float(cell), expected, equal_nan=True))  # type: ignore[arg-type]
