"""Files as offices send them: everything wrong is told in German, and no cell of a record is."""

import csv
import datetime as dt

import pandas as pd
import pytest
from participation.small_programme import BIRTH, assert_no_canary, run
from xlsxwriter import Workbook

from sozialraum.model.errors import ConfigError, DataError


def rows_of(folder, name="anmeldungen.csv"):
    with (folder / "daten" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def write(folder, rows, name="anmeldungen.csv", encoding="utf-8"):
    lines = "".join(";".join(row) + "\r\n" for row in rows)
    (folder / "daten" / name).write_bytes(lines.encode(encoding))


def use(folder, name):
    path = folder / "teilnahme.toml"
    told = path.read_text(encoding="utf-8").replace('"anmeldungen.csv"', f'"{name}"')
    path.write_text(told, encoding="utf-8")


def rates(result):
    return result.released.areas.drop(columns="status")


def refusal(folder):
    with pytest.raises((DataError, ConfigError)) as caught:
        run(folder)
    told = f"{caught.value}\n{caught.value.problems!r}"
    assert_no_canary(told)
    return told


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
def test_files_in_other_encodings_give_the_same_rates(folder, encoding):
    first = rates(run(folder))
    write(folder, rows_of(folder), encoding=encoding)
    pd.testing.assert_frame_equal(rates(run(folder)), first)


def test_a_workbook_with_real_dates_and_numbers_gives_the_same_rates(folder):
    first = rates(run(folder))
    head, *body = rows_of(folder)
    book = Workbook(folder / "daten" / "anmeldungen.xlsx", {"default_date_format": "dd.mm.yyyy"})
    sheet = book.add_worksheet("Anmeldungen")
    sheet.write_row(0, 0, ["Ferienprogramm"])  # a title above the table
    sheet.write_row(1, 0, head)
    for n, row in enumerate(body, start=2):
        given, surname, birth, street, house, offer = row
        sheet.write_row(n, 0, [given, surname])
        sheet.write_datetime(n, 2, dt.datetime.fromisoformat(birth))
        sheet.write_row(n, 3, [street, int(house), offer])
    book.close()
    use(folder, "anmeldungen.xlsx")
    pd.testing.assert_frame_equal(rates(run(folder)), first)


def test_german_dates_give_the_same_rates(folder):
    first = rates(run(folder))
    head, *body = rows_of(folder)
    day = ["{2}.{1}.{0}".format(*row[2].split("-")) for row in body]
    write(folder, [head, *([*r[:2], d, *r[3:]] for r, d in zip(body, day, strict=True))])
    pd.testing.assert_frame_equal(rates(run(folder)), first)


def test_every_missing_column_is_named_at_once(folder):
    head, *body = rows_of(folder)
    write(folder, [["Rufname", "name", "geb.", *head[3:]], *body])
    told = refusal(folder)
    assert "vorname" in told and "geboren" in told and "anmeldungen.csv" in told


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_told(folder, content):
    (folder / "daten" / "anmeldungen.csv").write_bytes(content)
    assert "anmeldungen.csv" in refusal(folder)


def test_a_file_with_heads_only_is_told(folder):
    write(folder, rows_of(folder)[:1])
    assert "keine Anmeldung" in refusal(folder)


def test_a_file_that_is_not_there_is_told_by_name(folder):
    (folder / "daten" / "anmeldungen.csv").unlink()
    told = refusal(folder)
    assert "anmeldungen.csv" in told and str(folder) not in told


def test_a_broken_workbook_is_told(folder):
    (folder / "daten" / "anmeldungen.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    use(folder, "anmeldungen.xlsx")
    assert "anmeldungen.xlsx" in refusal(folder)


@pytest.mark.parametrize("day", ["31.02.2015", "2015-13-40", "0000-00-00", "13. Feb 2015", "42048"])
def test_a_day_that_is_none_is_told_by_its_row(folder, day):
    head, *body = rows_of(folder)
    write(folder, [head, *([day if c == BIRTH else c for c in row] for row in body)])
    found = [p for p in run(folder).problems if p.code == "participation.unreadable_rows"]
    assert len(found) == 1 and "31" in found[0].message and day not in found[0].message
    assert_no_canary(*(p.message for p in found))


def test_a_child_not_yet_born_or_of_the_last_century_belongs_to_no_age(folder):
    head, *body = rows_of(folder)
    write(folder, [head, *([c.replace("2015-02-13", "1915-02-13") for c in row] for row in body)])
    codes = [p.code for p in run(folder).problems]
    assert "participation.outside_ages" in codes


def test_rows_that_are_too_short_are_refused_by_their_number(folder):
    head, *body = rows_of(folder)
    write(folder, [head, *body[:-1], body[-1][:2]])
    assert "Zeilen 71" in refusal(folder)


def test_a_register_without_a_usable_house_or_column_is_told(folder):
    head, *body = rows_of(folder, "adressen.csv")
    write(folder, [head, *([row[0], "", row[2]] for row in body)], "adressen.csv")
    assert "Adressregister" in refusal(folder)
    write(folder, [["strasse", "hausnr", "bezirk"], *body], "adressen.csv")
    assert "„nr“" in refusal(folder)


def test_an_area_that_nobody_has_counted_children_for_is_told(folder):
    (folder / "daten" / "kinder.csv").write_text("bezirk;kinder\n01;100\n", encoding="utf-8")
    assert "02" in refusal(folder)


def test_a_house_in_two_areas_is_told_and_not_guessed(folder):
    rows = rows_of(folder, "adressen.csv")
    write(folder, [*rows, ["Lange Straße", "1", "02"]], "adressen.csv")
    result = run(folder)
    assert "addresses.double" in [p.code for p in result.problems]
    assert result.released.placed < 1.0


def test_a_child_of_no_area_counts_for_the_programme_and_raises_the_upper_bound(folder):
    head, *body = rows_of(folder)
    moved = [[*r[:3], "Nirgendweg", *r[4:]] if n < 3 else r for n, r in enumerate(body)]
    write(folder, [head, *moved])
    result = run(folder)
    # 57 of 60 children have an area; those of no area are in the upper bound
    totals = result.released.totals
    assert totals["distinct_children"] == 60 and totals["high"] >= 60
    assert result.released.placed < 1.0
    assert result.released.matching["street_unknown"] == "weniger als 12"


def test_a_programme_without_a_child_of_the_age_groups_has_no_rate_above_zero(folder):
    head, *body = rows_of(folder)
    write(folder, [head, *([*r[:2], "1980-01-01", *r[3:]] for r in body)])
    result = run(folder)
    assert not (result.released.areas["rate"] > 0).any()
    result.save(folder / "out")
