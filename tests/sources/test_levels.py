"""Rows of other levels than the areas: recognised by their sums, told once, never an error as well."""

import random

import numpy as np
import openpyxl
import pytest
from shared_data import shared
from sources.test_merging import delivered, problems

from sozialraum.config import read_build
from sozialraum.workflows.build.delivery_reading import read
from sozialraum.workflows.check.checking import check_build

NAMES = ["0101", "0102", "0103", "0201", "0202", "0203", "0204", "0301", "0302"]
ROWS = {
    "0101": (1570, 250, 80), "0102": (1860, 430, 140), "0103": (2730, 390, 130),
    "0201": (3570, 580, 190), "0202": (3170, 580, 193), "0203": (1360, 570, 194),
    "0204": (7970, 300, 100), "0301": (5410, 600, 200), "0302": (5020, 520, 170),
}  # fmt: skip


def sums(keys, rows=ROWS):
    return tuple(int(n) for n in np.sum([rows[k] for k in keys], axis=0))


def by_bezirk(rows=ROWS, above=False, key=lambda b: b, city=None):
    """Return rows with a total per Bezirk above or below its areas, and one of the city."""
    listed = {}
    for bezirk in ("01", "02", "03"):
        own = {k: v for k, v in rows.items() if k.startswith(bezirk)}
        total = {key(bezirk): sums([k for k in ROWS if k.startswith(bezirk)])}
        listed |= {**total, **own} if above else {**own, **total}
    return listed if city is None else {**listed, city: sums(ROWS)}


KEYS = {"own": lambda b: b, "letter": lambda b: f"Bezirk {b}", "code": lambda b: f"9{b}"}


@pytest.mark.parametrize("above", [True, False])
@pytest.mark.parametrize("form", sorted(KEYS))
@pytest.mark.parametrize("city", [None, "0", "00", "9999", "Stadt"])
def test_totals_of_two_levels_with_keys_of_their_own_are_no_areas(form, above, city, tmp_path):
    rows = by_bezirk(above=above, key=KEYS[form], city=city)
    build = delivered(tmp_path, rows, names=NAMES)
    assert problems(build) == []
    (note,) = [p for p in check_build(build) if p.code == "sources.levels_found"]
    assert f"„{KEYS[form]('01')}“" in note.found
    counts = read(read_build(build)).tables["2014-12-31"]["stadtteile"]
    assert counts.T.to_dict("list") == {k: list(map(float, v)) for k, v in ROWS.items()}


def test_a_width_does_not_turn_totals_into_keys_that_lost_zeros(tmp_path):
    build = delivered(tmp_path, by_bezirk(city="0"), names=NAMES)
    text = build.read_text("utf-8")
    build.write_text(text.replace('key = "Stadtteil"\n', 'key = "Stadtteil"\nwidth = 4\n'), "utf-8")
    assert problems(build) == []


@pytest.mark.parametrize("secret", [["0101"], ["0203", "0301"], list(ROWS)[::3]])
def test_a_withheld_part_does_not_make_its_sums_wrong(secret, tmp_path):
    rows = {k: (*v[:2], ".") if k in secret else v for k, v in ROWS.items()}
    build = delivered(tmp_path, by_bezirk(rows, city="0"), names=NAMES)
    assert problems(build) == []


def test_a_row_that_is_no_sum_stays_an_error(tmp_path):
    rows = {**by_bezirk(), "04": (1000, 200, 50)}
    (found,) = problems(delivered(tmp_path, rows, names=NAMES))
    assert (found.code, found.key) == ("check.foreign_key", "04")
    wrong = {**by_bezirk(), "01": (6160, 1070, 351)}  # 350 would be the sum
    (found,) = problems(delivered(tmp_path, wrong, names=NAMES))
    assert (found.code, found.key) == ("check.foreign_key", "01")


def test_rows_below_the_areas_are_left_out_where_they_add_up(tmp_path):
    rows = by_bezirk()
    build = delivered(tmp_path, rows, names=["01", "02", "03"])
    assert problems(build) == []
    counts = read(read_build(build)).tables["2014-12-31"]["stadtteile"]
    assert counts["einwohner"].to_dict() == {
        b: sums([k for k in ROWS if k.startswith(b)])[0] for b in ("01", "02", "03")
    }


@pytest.mark.parametrize("key", ["0", "000", ""])
def test_a_city_total_with_people_of_no_area_is_told_and_not_fatal(key, tmp_path):
    total = tuple(n + 20 for n in sums(ROWS))
    build = delivered(tmp_path, {**ROWS, key: total}, names=NAMES)
    (found,) = problems(build)
    assert (found.code, found.severity) == ("sources.totals_differ", "warning")
    assert "in 3 Spalten" in found.message


@pytest.mark.parametrize("key", ["99", "0", "", "nicht zuzuordnen"])
@pytest.mark.parametrize("label", ["nicht zuzuordnen", "Nicht zuordenbar", "ohne Zuordnung"])
def test_people_whom_the_table_places_nowhere_are_counted_and_complete_the_total(
    key, label, tmp_path
):
    lines = [f"{k};Teil;{';'.join(map(str, v))}" for k, v in ROWS.items()]
    lines += [f"{key};{label};45;20;7"]
    total = tuple(n + m for n, m in zip(sums(ROWS), (45, 20, 7), strict=True))
    lines += [f";Stadt gesamt;{';'.join(map(str, total))}"]
    build = delivered(tmp_path, ROWS, names=NAMES)
    head = "Stadtteil;Name;einwohner;kinder;arm\n"
    (tmp_path / "profil.csv").write_text(head + "\n".join(lines) + "\n", "utf-8")
    (found,) = problems(build)
    assert (found.code, found.severity) == ("check.excluded_people", "warning")
    assert "45 Menschen (0,1\u00a0%)" in found.message  # 45 of 32,705


def test_subtotals_with_a_secret_cell_bring_no_warning_as_delivered():
    folder = shared("cases/faults/planner/subtotal_secret")
    for name in ("offen.toml", "geheim.toml"):
        found = check_build(folder / name)
        assert [
            p for p in found if p.code.startswith("sources.total") and p.severity != "note"
        ] == []
        assert [p for p in found if p.severity == "error"] == []


def test_many_subtotals_with_secret_cells_bring_no_warning(tmp_path):
    rng = random.Random(7)
    lines, whole = [], [0] * 7
    for bezirk in range(12):
        total = [0] * 7
        for teil in range(9):
            row = [rng.randint(20, 900) for _ in range(7)]
            total = [a + b for a, b in zip(total, row, strict=True)]
            shown = ["." if rng.random() < 0.05 else n for n in row]
            lines.append([f"{bezirk:02d}{teil:02d}", "Teil", *shown])
        lines.append(["", f"Bezirk {bezirk} zusammen", *total])
        whole = [a + b for a, b in zip(whole, total, strict=True)]
    lines.append(["", "Insgesamt", *whole])
    book = openpyxl.Workbook()
    for row in (["Stadtteil", "Name", "einwohner", "kinder", "arm", "d", "e", "f", "g"], *lines):
        book.active.append(row)
    book.save(tmp_path / "profil.xlsx")
    build = delivered(tmp_path, ROWS, names=[row[0] for row in lines if row[0]])
    build.write_text(build.read_text("utf-8").replace("profil.csv", "profil.xlsx"), "utf-8")
    assert [p for p in problems(build) if p.code.startswith("sources.total")] == []


# --- keys that fit nothing ---------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["X{}", "{}99", "2{}"])
def test_keys_that_match_no_area_are_one_message(form, tmp_path):
    rows = {form.format(k): v for k, v in ROWS.items()}
    (found,) = problems(delivered(tmp_path, rows, names=NAMES))
    assert (found.code, found.severity) == ("check.affix_of_areas", "error")
