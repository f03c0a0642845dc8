"""Two records in one row, or one in two: refused with numbers of rows and nothing else."""

import pytest
from participation.small_programme import GIVEN, SURNAME, run

from sozialraum.model.errors import DataError

CODE = "participation.run_together"


def lines_of(folder):
    return (folder / "daten" / "anmeldungen.csv").read_text("utf-8").splitlines()


def write(folder, lines, name="anmeldungen.csv"):
    (folder / "daten" / name).write_text("\n".join(lines) + "\n", "utf-8")


def refused(folder, *rows):
    """Run, and expect one error that names these rows and no cell."""
    with pytest.raises(DataError) as caught:
        run(folder)
    (found,) = caught.value.problems
    assert found.code == CODE and found.row == rows[0]
    assert f"Zeilen {', '.join(map(str, rows))})" in found.message
    told = str(caught.value) + repr(found)
    assert not any(word in told for word in ("Familie", "Lange", "201", GIVEN, SURNAME))


def glued(lines):
    return [*lines[:4], lines[4] + lines[5], *lines[6:]]


def glued_with_the_delimiter(lines):
    return [*lines[:4], f"{lines[4]};{lines[5]}", *lines[6:]]


def torn(lines):
    return [*lines[:4], lines[4][:12], lines[4][12:], *lines[5:]]


def two_days_in_a_cell(lines):
    return [*lines[:4], lines[4].replace(";A1", ";A1 2015-01-02 Bela 03.04.2014"), *lines[5:]]


def rest_of_another(lines):
    first, second = lines[4].split(";"), lines[5].split(";")
    return [*lines[:4], ";".join([*first[:3], *second[:3]]), *lines[6:]]


def line_end_in_quotes(lines):
    first, second = lines[4].split(";"), lines[5]
    return [*lines[:4], ";".join([*first[:5], f'"{first[5]}\n{second}"']), *lines[6:]]


@pytest.mark.parametrize(
    "damage",
    [glued, glued_with_the_delimiter, two_days_in_a_cell, rest_of_another, line_end_in_quotes],
)
def test_two_records_in_one_row_are_refused_by_row(folder, damage):
    write(folder, damage(lines_of(folder)))
    refused(folder, 5)


def test_a_torn_record_is_refused_by_both_rows(folder):
    write(folder, torn(lines_of(folder)))
    refused(folder, 5, 6)


def test_a_record_in_the_line_of_the_names_is_refused(folder):
    lines = lines_of(folder)
    write(folder, [f"{lines[0]};{lines[1]}", *lines[2:]])
    refused(folder, 1)


def test_columns_that_nobody_asked_for_may_hold_days_and_be_left_out_at_the_end(folder):
    lines = lines_of(folder)
    write(folder, [f"{lines[0]};am;notiz", *(f"{line};2024-05-01" for line in lines[1:])])
    assert run(folder).released.totals["distinct_children"] == 60


def test_an_offer_may_be_named_with_a_day(folder):
    write(folder, [line.replace(";A1", ";Zirkus 05.08.2024") for line in lines_of(folder)])
    assert "participation.unknown_offers" in {p.code for p in run(folder).problems}
