"""A sheet of a workbook to a grid of cells, as people see them who open it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sozialraum.model import Problem
from sozialraum.sources.cell_grid import Grid
from sozialraum.sources.file_limits import BROKEN_ZIP, LIMITS
from sozialraum.sources.tabular.cells import Percent
from sozialraum.sources.tabular.headers import close_names, tidy_name
from sozialraum.sources.workbooks.ods import ods_remarks
from sozialraum.sources.workbooks.old_excel import old_excel_remarks
from sozialraum.sources.workbooks.remarks import CellBlock, Remarks, cell_address
from sozialraum.sources.workbooks.xlsx import xlsx_remarks
from sozialraum.texts import number, problem

if TYPE_CHECKING:
    from collections.abc import Iterable

_REMARKS = {
    ".xlsx": xlsx_remarks, ".xlsm": xlsx_remarks, ".ods": ods_remarks, ".xls": old_excel_remarks,
}  # fmt: skip


def read_workbook(path: Path, key: str | int | None, sheet: str | int | None) -> Grid:
    """Return the cells of a sheet; without a name, of the one sheet that has the key column."""
    import python_calamine as calamine

    try:
        return _read_sheet(path, key, sheet)
    except calamine.PasswordError:
        return Grid(problems=(problem("sources.password", file=path.name),))
    except (calamine.CalamineError, *BROKEN_ZIP, OSError, LookupError):
        return Grid(problems=(problem("sources.broken_workbook", file=path.name),))


def _read_sheet(path: Path, key: str | int | None, sheet: str | int | None) -> Grid:
    import python_calamine as calamine

    with calamine.CalamineWorkbook.from_path(str(path)) as book:
        chosen = _choose_sheet(book, path.name, key, sheet)
        if isinstance(chosen, Problem):
            return Grid(problems=(chosen,), typed=True)
        found = book.get_sheet_by_name(chosen)
        if found.total_height * found.total_width > LIMITS.sheet_cells:
            limit = number(LIMITS.sheet_cells)
            large = problem("sources.too_many_cells", file=path.name, limit=limit)
            return Grid(problems=(large,))
        rows: list[Any] = found.to_python(skip_empty_area=False)
        joined = [CellBlock(*first, *last) for first, last in found.merged_cell_ranges or ()]
    remarks = _REMARKS.get(path.suffix.lower(), lambda *_: Remarks(joined))(path, chosen)
    problems = _faulty_cells(remarks, path.name, chosen)
    hidden = [n for n in book.sheet_names if n not in _visible(book) and n != chosen]
    if sheet is None and hidden:
        note = problem("sources.hidden_sheets", "note", file=path.name, found=", ".join(hidden))
        problems = (*problems, note)
    _write_out(rows, remarks.spelled)
    _show_percent(rows, remarks.percent)
    several = tuple(block for block in remarks.joined if block.several)
    return Grid(rows, {"sheet": chosen}, problems, typed=True, joined=several)


def _write_out(rows: list[list[object]], spelled: Iterable[tuple[int, int, object]]) -> None:
    """Put what a formula spells out, like ``="01"``, where no result of it was stored."""
    for row, column, said in spelled:
        for below in rows[row : row + 1]:
            below += [""] * (column + 1 - len(below))
            below[column] = said


def _show_percent(rows: list[list[object]], blocks: Iterable[CellBlock]) -> None:
    """Put numbers that are shown as per cent as they are shown: 0.223 as 22,3 %."""
    for block in blocks:
        for row in rows[block.top : block.bottom + 1]:
            for j in range(block.left, min(block.right + 1, len(row))):
                cell = row[j]
                if isinstance(cell, int | float) and not isinstance(cell, bool):
                    row[j] = Percent(f"{100 * cell:.15g}")


def _choose_sheet(
    book: Any, file: str, key: str | int | None, sheet: str | int | None
) -> str | Problem:
    names: list[str] = book.sheet_names
    if sheet is not None:
        number = int(sheet) if str(sheet).isdigit() and str(sheet) not in names else None
        if str(sheet) in names:
            return str(sheet)
        if number is not None and 1 <= number <= len(names):
            return names[number - 1]
        return problem(
            "sources.no_sheet", file=file, found=close_names(str(sheet), names), sheet=sheet
        )
    visible = _visible(book)
    usable = [n for n in visible or names if _sheet_has(book, n, key)]
    if len(usable) > 1:
        return problem("sources.several_sheets", file=file, found=", ".join(usable), column=key)
    return (usable or visible or names)[0]


def visible_sheets(path: Path) -> list[str]:
    """Return the names of the sheets that a person sees; none where the file is no workbook."""
    import python_calamine as calamine

    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            return _visible(book)
    except (calamine.CalamineError, *BROKEN_ZIP, OSError, LookupError):
        return []


def _visible(book: Any) -> list[str]:
    return [s.name for s in book.sheets_metadata if str(s.visible).endswith("Visible")]


def _sheet_has(book: Any, name: str, key: str | int | None) -> bool:
    if key is None:
        return True
    rows = book.get_sheet_by_name(name).to_python(nrows=40)
    if isinstance(key, int):
        return any(len(row) > key and any(row) for row in rows)
    return any(tidy_name(cell) == tidy_name(key) for row in rows for cell in row)


def _faulty_cells(remarks: Remarks, file: str, sheet: str) -> tuple[Problem, ...]:
    """Tell formulas whose result was never stored, and errors: readers see empty cells."""
    if remarks.unworked:
        place = cell_address(*min(remarks.unworked))
        return (problem("sources.formula_cell", file=file, found=place, sheet=sheet),)
    if not remarks.faulty:
        return ()
    row, column, kind = remarks.faulty[0]
    values = {"n": len(remarks.faulty), "found": f"{kind} in {cell_address(row, column)}"}
    return (problem("sources.excel_error", "warning", file=file, **values),)
