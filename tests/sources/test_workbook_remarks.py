"""What a workbook shows and does not store: joined cells, per cent, formulas without a result."""

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from odf import number as odf_number
from odf import opendocument, style, table
from odf import text as odf_text
from shared_data import shared

from sozialraum.sources.tabular.tables import read_counts, read_table

HEAD = ["nr", "bezirk", "ew", "q"]
ROWS = [
    ["01", "Nord", 100, 12.5],
    ["02", "Nord", 200, 7.6],
    ["03", "Süd", 300, 31.2],
    ["04", "Süd", 400, 8.1],
]


class Sheet:
    """One sheet described once, written by three programs.

    Parameters
    ----------
    joined : (top, left, bottom, right), rows and columns from 0; the upper left cell stays
    percent : cells whose number is shown as per cent
    formulas : cells that hold a formula without a stored result
    """

    def __init__(self, joined=(), percent=(), formulas=(), changed=None):
        self.rows = [list(HEAD), *[list(r) for r in ROWS]]
        for (i, j), cell in (changed or {}).items():
            self.rows[i][j] = cell
        self.joined, self.percent, self.formulas = joined, set(percent), set(formulas)
        for top, left, bottom, right in joined:
            for i in range(top, bottom + 1):
                for j in range(left, right + 1):
                    if (i, j) != (top, left):
                        self.rows[i][j] = None
        for i, j in self.percent:
            self.rows[i][j] /= 100


def by_openpyxl(sheet, path):
    book = openpyxl.Workbook()
    page = book.active
    for row in sheet.rows:
        page.append(row)
    for top, left, bottom, right in sheet.joined:
        page.merge_cells(
            start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1
        )
    for i, j in sheet.percent:
        page.cell(i + 1, j + 1).number_format = "0.0%"
    for i, j in sheet.formulas:
        page.cell(i + 1, j + 1).value = "=SUM(1,2)"
    path = path.with_suffix(".xlsx")
    book.save(path)
    return path


def by_xlsxwriter(sheet, path):
    path = path.with_suffix(".xlsx")
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet()
    shown = book.add_format({"num_format": '0.00" "%'})
    for i, row in enumerate(sheet.rows):
        for j, cell in enumerate(row):
            if (i, j) in sheet.formulas:
                page.write_formula(i, j, "=SUM(1,2)")
            elif cell is not None:
                page.write(i, j, cell, shown if (i, j) in sheet.percent else None)
    for top, left, bottom, right in sheet.joined:
        page.merge_range(top, left, bottom, right, sheet.rows[top][left])
    book.close()
    return path


def by_odfpy(sheet, path):
    document = opendocument.OpenDocumentSpreadsheet()
    shown = odf_number.PercentageStyle(name="N11")
    shown.addElement(odf_number.Number(decimalplaces="1", minintegerdigits="1"))
    document.automaticstyles.addElement(shown)
    document.automaticstyles.addElement(
        style.Style(name="ce1", family="table-cell", datastylename="N11")
    )
    page = table.Table(name="Daten")
    spans = {
        (top, left): (bottom - top + 1, right - left + 1)
        for top, left, bottom, right in sheet.joined
    }
    covered = {
        (i, j)
        for top, left, bottom, right in sheet.joined
        for i in range(top, bottom + 1)
        for j in range(left, right + 1)
    } - set(spans)
    for i, row in enumerate(sheet.rows):
        line = table.TableRow()
        for j, cell in enumerate(row):
            given = {}
            if (i, j) in spans:
                rows, columns = spans[i, j]
                given = {"numberrowsspanned": rows, "numbercolumnsspanned": columns}
            if (i, j) in covered:
                line.addElement(table.CoveredTableCell())
                continue
            if (i, j) in sheet.formulas:
                line.addElement(table.TableCell(formula="of:=SUM(1;2)"))
                continue
            if (i, j) in sheet.percent:
                given |= {"valuetype": "percentage", "value": cell, "stylename": "ce1"}
            elif isinstance(cell, str):
                given |= {"valuetype": "string"}
            else:
                given |= {"valuetype": "float", "value": cell}
            box = table.TableCell(**given)
            box.addElement(odf_text.P(text=str(cell)))
            line.addElement(box)
        page.addElement(line)
    document.spreadsheet.addElement(page)
    path = path.with_suffix(".ods")
    document.save(path)
    return path


WRITERS = [by_openpyxl, by_xlsxwriter, by_odfpy]
WRITTEN = pytest.mark.parametrize("write", WRITERS, ids=lambda w: w.__name__)
TEXT = {"text": ["bezirk"]}


def problems(path, code, **options):
    return [p for p in read_table(path, key="nr", **TEXT | options).problems if p.code == code]


@WRITTEN
def test_a_plain_sheet_is_read_with_every_number(write, tmp_path):
    counts = read_counts(write(Sheet(), tmp_path / "t"), key="nr", **TEXT)
    assert counts.to_dict() == {
        "ew": {"01": 100, "02": 200, "03": 300, "04": 400},
        "q": {"01": 12.5, "02": 7.6, "03": 31.2, "04": 8.1},
    }


@WRITTEN
@pytest.mark.parametrize(
    ("block", "named", "row"),
    [((1, 2, 2, 2), "C2:C3", 2), ((2, 2, 4, 2), "C3:C5", 3), ((3, 2, 3, 3), "C4:D4", 4),
     ((1, 2, 2, 3), "C2:D3", 2)],
)  # fmt: skip
def test_one_number_for_two_areas_or_columns_is_refused_with_its_cells(
    write, block, named, row, tmp_path
):
    (found,) = problems(write(Sheet(joined=[block]), tmp_path / "t"), "sources.joined_cells")
    assert (found.severity, found.row) == ("error", row)
    assert named in found.found


@WRITTEN
def test_many_joined_numbers_are_one_message(write, tmp_path):
    sheet = Sheet(joined=[(1, 2, 2, 2), (3, 2, 4, 2), (1, 3, 2, 3)])
    (found,) = problems(write(sheet, tmp_path / "t"), "sources.joined_cells")
    assert found.message.startswith("3 Zahlen") and "C4:C5" in found.found


@WRITTEN
def test_a_joined_word_or_sign_holds_for_each_of_its_rows(write, tmp_path):
    sheet = Sheet(joined=[(1, 1, 2, 1), (3, 1, 4, 1), (1, 2, 2, 2)], changed={(1, 2): "."})
    read = read_table(write(sheet, tmp_path / "t"), key="nr", **TEXT)
    assert not read.errors
    assert read.text["bezirk"].to_dict() == {"01": "Nord", "02": "Nord", "03": "Süd", "04": "Süd"}
    assert read.status["ew"].tolist() == ["suppressed", "suppressed", "ok", "ok"]
    assert read.frame["ew"].tolist()[2:] == [300, 400]


@WRITTEN
def test_joined_cells_in_a_column_that_is_not_read_do_not_matter(write, tmp_path):
    path = write(Sheet(joined=[(1, 3, 2, 3)]), tmp_path / "t")
    assert read_counts(path, key="nr", columns={"ew": "ew"})["ew"].sum() == 1000


@WRITTEN
def test_a_column_shown_as_per_cent_is_read_as_shown(write, tmp_path):
    sheet = Sheet(percent=[(i, 3) for i in range(1, 5)])
    path = write(sheet, tmp_path / "t")
    assert read_counts(path, key="nr", **TEXT)["q"].tolist() == [12.5, 7.6, 31.2, 8.1]
    assert [p.severity for p in problems(path, "sources.mark_percent")] == ["note"]


@WRITTEN
@pytest.mark.parametrize("shown", [[1], [2, 3], [1, 2, 4]])
def test_per_cent_in_some_cells_only_is_refused_once(write, shown, tmp_path):
    path = write(Sheet(percent=[(i, 3) for i in shown]), tmp_path / "t")
    (found,) = problems(path, "sources.percent_mixed")
    assert (found.severity, found.column) == ("error", "q")


@WRITTEN
@pytest.mark.parametrize("formulas", [[(2, 2)], [(1, 3), (2, 3), (3, 3), (4, 3)]])
def test_a_formula_nobody_worked_out_is_refused_with_its_cell(write, formulas, tmp_path):
    path = write(Sheet(formulas=formulas), tmp_path / "t")
    (found,) = problems(path, "sources.formula_cell")
    row, column = formulas[0]
    assert f"{'ABCD'[column]}{row + 1}" in found.found


def rewritten(path, change):
    """Write a workbook again with the XML of its first sheet changed."""
    content = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            raw = old.read(name).decode("utf-8")
            new.writestr(name, change(raw) if name.endswith("sheet1.xml") else raw)
    Path(path).write_bytes(content.getvalue())
    return path


CELL = re.compile(r'<c r="C3"[^>]*>.*?</c>')
SPELLINGS = [
    "<c r='C3'><f>SUM(1,2)</f></c>",
    '<c s="0" r="C3"><f>SUM(1,2)</f><v/></c>',
    '<c r="C3" t="n"><f ca="1">SUM(1,2)</f><v></v></c>',
    '<c r="C3"><f t="shared" si="0"/></c>',
    '<c r="C3"><f t="array" ref="C3:C3">SUM(1,2)</f><v> </v></c>',
    '<c\n r="C3"\n><f\n>A1&lt;B1</f></c>',
    '<c r="C3"><f><![CDATA[A1<B1]]></f></c>',
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_formula_without_a_value_is_found_in_any_spelling(spelling, tmp_path):
    path = rewritten(by_openpyxl(Sheet(), tmp_path / "t"), lambda raw: CELL.sub(spelling, raw))
    (found,) = problems(path, "sources.formula_cell")
    assert "C3" in found.found


@pytest.mark.parametrize(
    ("spelling", "value"),
    [
        ('<c r="C3"><f>SUM(1,2)</f><v>200</v></c>', 200),
        ('<c r="C3"><f t="shared" si="0"/><v>200</v></c>', 200),
        ('<c r="C3"><f>SUM(1,2)</f><v>0</v></c>', 0),
    ],
)
def test_a_formula_with_its_value_is_that_value(spelling, value, tmp_path):
    def change(raw):
        return CELL.sub(spelling, raw).replace('<c r="D3"', '<c r="D3"', 1)

    path = rewritten(by_openpyxl(Sheet(), tmp_path / "t"), change)
    if value == 0:  # nothing but nought in all formulas of a workbook that is to be worked out
        assert problems(path, "sources.formula_cell")
        return
    assert read_counts(path, key="nr", **TEXT).loc["02", "ew"] == value


def test_formulas_of_another_sheet_do_not_matter(tmp_path):
    path = by_openpyxl(Sheet(), tmp_path / "t")
    book = openpyxl.load_workbook(path)
    book.create_sheet("Notizen")["A1"] = "=SUM(1,2)"
    book.save(path)
    assert read_counts(path, key="nr", **TEXT)["ew"].sum() == 1000


def test_a_sheet_whose_cells_name_no_place_is_read_by_their_order(tmp_path):
    def change(raw):
        raw = CELL.sub('<c r="C3"><f>SUM(1,2)</f></c>', raw)
        return re.sub(r' r="[A-Z]*\d+"', "", raw)

    path = rewritten(by_openpyxl(Sheet(), tmp_path / "t"), change)
    (found,) = problems(path, "sources.formula_cell")
    assert "C3" in found.found


def test_a_sheet_with_entities_of_its_own_is_refused(tmp_path):
    def change(raw):
        at = raw.index("<worksheet")
        raw = raw[:at] + '<!DOCTYPE w [<!ENTITY a "aaaa">]>' + raw[at:]
        return CELL.sub('<c r="C3"><f>&a;</f></c>', raw)

    path = rewritten(by_openpyxl(Sheet(), tmp_path / "t"), change)
    assert [p.severity for p in read_table(path, key="nr").problems][:1] == ["error"]


@pytest.mark.parametrize(
    ("file", "place"), [("formula_attr.xlsx", "B3"), ("shared_formula_only.xlsx", "B3")]
)
def test_formulas_as_delivered_are_refused(file, place):
    path = shared(f"cases/faults/reports_elsewhere/{file}")
    (found,) = read_table(path, key="schluessel").errors
    assert found.code == "sources.formula_cell" and place in found.found


def test_a_joined_value_as_delivered_is_refused():
    path = shared("cases/faults/reports_elsewhere/F06_merged_value/t.xlsx")
    (found,) = read_table(path, key="key", width=2).errors
    assert found.code == "sources.joined_cells" and "B6:B7" in found.found


def test_per_cent_as_delivered_is_refused_once():
    path = shared("cases/faults/reports_elsewhere/F07_percent_format/t.xlsx")
    (found,) = read_table(path, key="key", width=2).errors
    assert (found.code, found.column) == ("sources.percent_mixed", "quote")
