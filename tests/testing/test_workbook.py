"""The workbook writer: what goes in comes out, in other people's readers, with fixed bytes."""

import io

import openpyxl
from python_calamine import CalamineWorkbook

from sozialraum.testing.workbook import Cell, Sheet, workbook_bytes

MADE = "2025-01-15T08:30:00Z"


def _book():
    sheet = Sheet("Blöcke & Co", widths=(10, 20), frozen=(1, 0), merged=[(0, 0, 0, 1)])
    sheet.cells[0, 0] = Cell("Kopf <b>", "head")
    sheet.cells[2, 1] = Cell(1234, "number")
    sheet.cells[1, 0] = Cell(" – ", "sign")
    return workbook_bytes([sheet, Sheet("Leer")], title="Über & unter", created=MADE)


def test_texts_numbers_and_gaps_come_back():
    book = CalamineWorkbook.from_filelike(io.BytesIO(_book()))
    assert book.sheet_names == ["Blöcke & Co", "Leer"]
    rows = book.get_sheet_by_name("Blöcke & Co").to_python()
    assert rows == [["Kopf <b>", ""], [" – ", ""], ["", 1234]]


def test_formats_merged_cells_and_frozen_rows_come_back():
    book = openpyxl.load_workbook(io.BytesIO(_book()))
    sheet = book["Blöcke & Co"]
    assert sheet["B3"].number_format == "#,##0"
    assert sheet["A1"].font.bold
    assert [str(r) for r in sheet.merged_cells.ranges] == ["A1:B1"]
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["B"].width == 20
    assert book.properties.title == "Über & unter"


def test_the_same_cells_are_the_same_bytes_in_whatever_order_they_were_set():
    sheet = Sheet("Blöcke & Co", widths=(10, 20), frozen=(1, 0), merged=[(0, 0, 0, 1)])
    sheet.cells[2, 1] = Cell(1234, "number")
    sheet.cells[1, 0] = Cell(" – ", "sign")
    sheet.cells[0, 0] = Cell("Kopf <b>", "head")
    assert workbook_bytes([sheet, Sheet("Leer")], title="Über & unter", created=MADE) == _book()
