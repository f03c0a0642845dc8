"""More files as a hostile town hall would send them; see `nasty`."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from sources.nasty import NAN, PLAIN, Nasty, Writer, parquet, raw, sheets, text
from sources.old_excel import compound, stream

ROWS = [["nr", "ew"], ["01", 7], ["02", 8]]
THREE = "nr;ew\n01;{}\n02;8\n03;9\n"


def old(content: Mapping[str, Sequence[Sequence[object]]], **options: object) -> Writer:
    """Write an old Excel workbook (.xls)."""
    return raw(compound(stream(content, **options)), "mappe.xls")  # type: ignore[arg-type]


def edited(edit: Callable[[object], object], rows: Sequence[Sequence[object]] = ROWS) -> Writer:
    """Write a workbook with one sheet that `edit` changed."""

    def write(folder: Path) -> Path:
        import openpyxl

        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(list(row))
        edit(book.active)
        book.save(folder / "mappe.xlsx")
        return folder / "mappe.xlsx"

    return write


def one_bad(name: str, cell: str) -> Nasty:
    """Return a table with one cell that is no number, and must be refused with its place."""
    refused = ["sources.no_number"]
    return Nasty(name, text(THREE.format(cell)), refused=refused, row=2, column="ew")


NUMBERS = [
    one_bad("thousands marked by apostrophes, as in Switzerland", "1'675"),
    one_bad("an Arabic digit", "٧"),
    one_bad("a full-width digit", "７"),
    one_bad("1E3", "1E3"),
    one_bad("1,5E+03", "1,5E+03"),
    one_bad("inf", "inf"),
    one_bad("a range of persons", "5-9"),
    one_bad("fewer than five as <5", "<5"),
    one_bad("fewer than five in words", "unter 5"),
    one_bad("a date among numbers", "1.2.2024"),
    one_bad("a number with points in odd places", "12.345.6"),
    one_bad("a number with a footnote mark", "12 1)"),
    one_bad("a number with a raised footnote mark", "12²"),
    one_bad("a number with an asterisk", "12*"),
    one_bad("a secret cell with a footnote mark", ". 1)"),
    one_bad("a number with a vertical tabulator", "7\x0b1"),
    one_bad("a number no float64 can keep", "99999999999999999999"),
    Nasty("minus nothing", text("nr;ew\n01;-0\n02;8\n"), {"01": [0.0], "02": [8.0]}),
    Nasty(
        "English thousands",
        text('nr;ew\n01;"1,234.5"\n02;8\n'),
        {"01": [1234.5], "02": [8.0]},
    ),
    Nasty("millions", text("nr;ew\n01;1.234.567,8\n02;8\n"), {"01": [1234567.8], "02": [8.0]}),
    Nasty(
        "5 % above 0,05",
        text("nr;q\n01;5 %\n02;0,05\n"),
        refused=["sources.percent_mixed"],
        row=3,
        column="q",
    ),
]
KEYS = [
    Nasty(
        "keys 1E5 as text",
        text("nr;ew\n1E5;7\n1E6;8\n"),
        refused=["sources.key_number"],
        row=2,
    ),
    Nasty(
        "keys with a dash and with a minus",
        text("nr;ew\n01-1;7\n01–1;8\n"),
        {"01-1": [7.0], "01–1": [8.0]},
    ),
    Nasty("a1 and A1", text("nr;ew\na1;7\nA1;8\n"), {"a1": [7.0], "A1": [8.0]}),
    Nasty("a line end inside a quoted key", text('nr;ew\n"01\n";7\n02;8\n'), PLAIN),
    Nasty(
        "xlsx, a key turned into a date by Excel",
        sheets({"Daten": [["nr", "ew"], [dt.datetime(2024, 2, 1), 7], ["02", 8]]}),
        refused=["sources.key_number"],
        row=2,
    ),
    Nasty(
        "xlsx, keys with a fraction",
        sheets({"Daten": [["nr", "ew"], [1.5, 7], [2.5, 8]]}),
        refused=["sources.key_number"],
        row=2,
    ),
    Nasty(
        "xlsx, one key for two rows in a merged cell",
        edited(lambda s: s.merge_cells("A2:A3"), [*ROWS, ["03", 9]]),
        refused=["sources.row_without_key"],
        row=3,
    ),
    Nasty(
        "a row without a key that is no sum",
        text("nr;ew\n01;7\n;8\n02;9\n"),
        refused=["sources.row_without_key"],
        row=3,
    ),
    Nasty(
        "a sum that nobody called one",
        text("nr;ew\n01;7\n02;8\n;15\n"),
        PLAIN,
        says=["sources.total_found"],
    ),
    Nasty(
        "a subtotal called Teilergebnis in the key column",
        text("nr;ew\n01;7\n02;8\nTeilergebnis;15\n"),
        PLAIN,
        says=["sources.total_found"],
    ),
]
LINES = [
    Nasty("the head repeated on page two", text("nr;ew\n01;7\nnr;ew\n02;8\n"),
          refused=["sources.no_number"], row=3),
    Nasty("two tables one below the other", text("nr;ew\n01;7\n02;8\n\nnr;u15\n01;1\n02;2\n"),
          refused=["sources.key_twice"], row=6),
    Nasty("the total on top", text("nr;name;ew\n;Stadt gesamt;15\n01;Nord;7\n02;Süd;8\n"), PLAIN,
          says=["sources.total_found"], options={"columns": {"ew": "ew"}}),
    Nasty("UTF-16 without a mark", raw("nr;ew\n01;7\n".encode("utf-16-le")),
          refused=["sources.binary_text"]),
    Nasty("two byte-order marks", raw(b"\xef\xbb\xbf\xef\xbb\xbfnr;ew\n01;7\n02;8\n"), PLAIN),
    Nasty("two encodings in one file",
          raw("nr;name;ew\n01;Süd;7\n".encode() + "02;Göß;8\n".encode("cp1252")),
          refused=["sources.mojibake"], row=2, options={"columns": {"ew": "ew"}}),
    Nasty("the end mark of DOS", raw(b"nr;ew\n01;7\n02;8\n\x1a"), refused=["sources.ragged"], row=4),
    Nasty("a form feed between pages", raw(b"nr;ew\n01;7\n\x0c02;8\n"), PLAIN),
    Nasty("doubled carriage returns", raw(b"nr;ew\r\r\n01;7\r\r\n02;8\r\r\n"), PLAIN),
    Nasty("delimiters at the end of every line", text("nr;ew;;\n01;7;;\n02;8;;\n"), PLAIN),
    Nasty("delimiters only below the head", text("nr;ew\n01;7;\n02;8;\n"), PLAIN),
    Nasty("decimal commas between commas, not quoted", text("nr,ew\n01,7,5\n02,8,2\n"),
          refused=["sources.ragged"], row=2),
    Nasty("decimal commas between commas, quoted", text('nr,ew\n01,"7,5"\n02,"8,25"\n'),
          {"01": [7.5], "02": [8.25]}),
    Nasty("ew and EW", text("nr;ew;EW\n01;7;1\n02;8;2\n"), PLAIN, options={"columns": {"ew": "ew"}}),
    Nasty("a column without a name", text("nr;;ew\n01;5;7\n02;6;8\n"), PLAIN),
    Nasty("gzip cut off", raw(gzip.compress(b"nr;ew\n01;7\n" * 50)[:-8], "tabelle.csv.gz"),
          refused=["sources.broken_archive"]),
    Nasty("gzip that is none", raw(b"nr;ew\n01;7\n", "tabelle.csv.gz"),
          refused=["sources.broken_archive"]),
    Nasty("a SYLK file", raw(b'ID;PWXL;N;E\nC;Y1;X1;K"nummer"\nE\n'),
          refused=["sources.no_key_column"]),
]  # fmt: skip
TYPED = [
    Nasty("xls, keys as numbers, a title, a total, a hidden sheet",
          old({"Daten": [["Einwohner am 31.12.2003"], ["nr", "Göggingen"], [9761001, 1675.5],
                         [12304314, "–"], ["Stadt gesamt", 1675.5]], "Alt": ROWS}, hidden=["Alt"]),
          {"09761001": [1675.5], "12304314": [0.0]}, ("ew",),
          says=["sources.key_padded", "sources.total_found", "sources.mark_nothing"],
          options={"width": 8, "columns": {"ew": "Göggingen"}}),
    Nasty("xls, keys as text", old({"Daten": ROWS}), PLAIN),
    Nasty("xls, two sheets with the key column", old({"2002": ROWS, "2003": ROWS}),
          refused=["sources.several_sheets"]),
    Nasty("xls with a password", old({"Daten": ROWS}, protected=True), refused=["sources.password"]),
    Nasty("xls that is a page of the web", raw(b"<html><table><tr><td>nr</td></tr></table>", "mappe.xls"),
          refused=["sources.broken_workbook"]),
    Nasty("xls that is a csv", raw(b"nr;ew\n01;7\n", "mappe.xls"), refused=["sources.broken_workbook"]),
    Nasty("xls cut off", raw(compound(stream({"Daten": ROWS}))[:2000], "mappe.xls"),
          refused=["sources.broken_workbook"]),
    Nasty("xls that is a letter", raw(compound(stream({"Daten": ROWS}), "WordDocument"), "mappe.xls"),
          refused=["sources.broken_workbook"]),
    Nasty("xlsx, a forgotten cell in the last corner", edited(lambda s: s.cell(1048576, 16384, "x")),
          refused=["sources.too_many_cells"]),
    Nasty("xlsx, #DIV/0!", sheets({"Daten": [*ROWS, ["03", "#DIV/0!"]]}),
          {**PLAIN, "03": [NAN]}, says=["sources.excel_error"]),
    Nasty("xlsx, a truth value", sheets({"Daten": [*ROWS, ["03", True]]}),
          refused=["sources.no_number"], row=4, column="ew"),
    Nasty("xlsx, a time", sheets({"Daten": [*ROWS, ["03", dt.time(7, 30)]]}),
          refused=["sources.no_number"], row=4, column="ew"),
    Nasty("xlsx, a hidden row", edited(lambda s: setattr(s.row_dimensions[3], "hidden", True)), PLAIN),
    Nasty("xlsx, a hidden sheet with the key column",
          edited(lambda s: setattr(s.parent.copy_worksheet(s), "sheet_state", "hidden")), PLAIN),
    Nasty("a broken archive called xlsx", raw(b"PK\x03\x04garbage", "mappe.xlsx"),
          refused=["sources.broken_archive"]),
    Nasty("parquet, a key missing",
          parquet({"nr": [1.0, 2.0, None], "ew": [7.0, 8.0, 9.0]}),
          refused=["sources.row_without_key"], options={"width": 2}),
    Nasty("parquet, categories", parquet({"nr": pd.Categorical(["01", "02"]), "ew": [7, 8]}), PLAIN),
    Nasty("parquet, German text", parquet({"nr": ["01", "02"], "ew": ["7,5", "8,25"]}),
          {"01": [7.5], "02": [8.25]}),
    Nasty("parquet, infinite", parquet({"nr": ["01", "02"], "ew": [np.inf, 2.0]}),
          refused=["sources.no_number"], row=2, column="ew"),
    Nasty("parquet, lists", parquet({"nr": ["01", "02"], "ew": [7.0, 8.0], "ort": [[1], [2]]}), PLAIN,
          says=["sources.column_nested"]),
]  # fmt: skip
HOSTILE: list[Nasty] = [*NUMBERS, *KEYS, *LINES, *TYPED]
