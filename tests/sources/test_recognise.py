"""What files are, by their content alone: keys, heads, days, columns, what is a share of what."""

import datetime as dt

import numpy as np
import pytest
from invented_city import csv_table, delivery, layer, town, workbook

from sozialraum.sources.recognise.denominators import ages, name_score, pairs_of
from sozialraum.sources.recognise.folder import files_below, look_at_files
from sozialraum.sources.recognise.periods import days_in


def look_at_folder(folder):
    return look_at_files({p.relative_to(folder).as_posix(): p for p in files_below(folder)})


@pytest.fixture
def folder(tmp_path):
    delivery(tmp_path)
    return tmp_path


def table(folder, name):
    return next(t for t in look_at_folder(folder).tables if t.file == name and t.key)


def test_a_workbook_finds_its_layer_its_head_its_day_and_its_sums(folder):
    seen = table(folder, "Jugendamt Zahlen.xlsx")
    assert (seen.sheet, seen.key, seen.header, seen.rows) == (
        "Sprengel 2023",
        "Sprengel",
        (4, 5),
        16,
    )
    assert (seen.match.layer, seen.match.attribute) == ("Schulsprengel.geojson", "SPR_NR")
    assert (seen.match.way, seen.match.score, seen.match.matched) == ("equal", 1.0, 16)
    assert (seen.period.days, seen.period.source) == ((dt.date(2023, 12, 31),), "title")
    assert seen.totals == (22,) and not seen.long_by


def test_each_column_is_what_it_counts_and_adds_up_to_the_true_sum(folder, tmp_path):
    made = delivery(tmp_path / "noch einmal")
    columns = {c.title: c for c in table(folder, "Jugendamt Zahlen.xlsx").columns}
    people = columns["Einwohner insgesamt"]
    sums = {c.total for c in columns.values() if c.kind == "count"}
    assert {sum(v) for v in made.counts.values()} == sums
    assert [c.title for c in columns.values() if c.kind == "share"] == [
        "SGB II unter 15 Jahren Anteil in %"
    ]
    assert people.smallest == min(made.counts["people"])


def test_a_delivered_share_proves_numerator_and_denominator(folder):
    pairs = table(folder, "Jugendamt Zahlen.xlsx").pairs
    numerator = next(a for a in pairs if "SGB II" in a)
    best = pairs[numerator][0]
    assert (
        best.denominator.endswith("unter 15 Jahren")
        and best.share == "SGB II unter 15 Jahren Anteil in %"
    )
    assert best.score == 10


def test_one_wrong_cell_in_thirty_is_still_a_proof_and_three_are_none(tmp_path):
    rng = np.random.default_rng(5)
    base = rng.integers(200, 900, 40).astype(float)
    part = np.floor(base * rng.uniform(0.1, 0.5, 40))
    share = np.round(100 * part / base, 1)
    for wrong, proved in ((0, True), (1, True), (3, False)):
        bent = share.copy()
        bent[:wrong] += 5
        found = pairs_of({"q": part, "w": base}, {"s": bent})
        assert bool(found.get("q") and found["q"][0].share) == proved, wrong


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".geojson"])
def test_keys_without_their_zeros_fit_in_every_format_of_the_layer(tmp_path, suffix):
    made = town(12)
    layer(made, tmp_path / f"gebiete{suffix}")
    workbook(made, tmp_path / "w.xlsx", zeros=False)
    match = table(tmp_path, "w.xlsx").match
    assert (match.way, match.matched, match.areas, match.sure) == ("zeros", 12, 12, True)


def test_names_are_keys_where_there_is_no_code_however_they_are_written(tmp_path):
    made = town(10)
    layer(made, tmp_path / "g.gpkg")
    made.keys = [n.upper().replace(" ", "-") + ", Stadt" for n in made.names]
    csv_table(made, tmp_path / "t.csv", {"Einwohner": "people"}, key="Ortsteil")
    match = table(tmp_path, "t.csv").match
    assert (match.attribute, match.way, match.matched) == ("SPR_NAME", "names", 10)
    assert not match.sure  # names are asked


def test_a_table_of_half_the_areas_is_asked_and_tells_the_rest(tmp_path):
    made = town(16)
    layer(made, tmp_path / "g.gpkg")
    made.keys = made.keys[:8]
    csv_table(made, tmp_path / "t.csv", {"Einwohner": "people"})
    match = table(tmp_path, "t.csv").match
    assert not match.sure and match.matched == 8
    assert match.left_layer == tuple(f"{i:03d}" for i in range(9, 17))


def test_rows_of_several_years_and_groups_are_long_and_by_what(tmp_path):
    made = town(10)
    layer(made, tmp_path / "g.gpkg")
    lines = ["Gebiet;Jahr;Gruppe;Wert"]
    lines += [
        f"{k};{y};{g};{i + y}"
        for i, k in enumerate(made.keys)
        for y in (2021, 2022, 2023)
        for g in ("Kinder", "Erwachsene")
    ]
    (tmp_path / "lang.csv").write_text("\n".join(lines), encoding="utf-8")
    seen = table(tmp_path, "lang.csv")
    assert set(seen.long_by) == {"Jahr", "Gruppe"} and seen.pairs == {}
    assert [d.year for d in seen.period.days] == [2021, 2022, 2023]
    assert seen.period.source == "column" and seen.period.sure


def test_a_list_of_single_persons_is_counted_and_nothing_of_it_is_kept(tmp_path):
    rows = [
        "Name;Vorname;Geburtsdatum;Ort",
        *(f"Muster{i};Kind{i};01.02.2016;Nord" for i in range(9)),
    ]
    (tmp_path / "anmeldungen.csv").write_text("\n".join(rows), encoding="utf-8")
    seen = look_at_folder(tmp_path).tables[0]
    assert seen.kind == "personal" and seen.columns == () and seen.pairs == {}
    assert "Muster" not in repr(seen) and "Kind3" not in repr(seen)
    assert [p.code for p in seen.problems] == ["recognise.personal"]


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("Bevölkerung am 31.12.2022", ["2022-12-31"]),
        ("Stand 30.06.2023, Datenstand: Januar 2024", ["2023-06-30"]),
        ("monat_2024_02", ["2024-02-29"]),
        ("Dezember 2024", ["2024-12-31"]),
        ("zahlen2021", ["2021-12-31"]),
        ("Nummer 12345678", []),
        ("2023-02-30", []),
    ],
)
def test_a_text_says_its_day_and_never_when_it_was_printed(said, days):
    assert [d.isoformat() for d in days_in(said)] == days


def test_a_year_from_a_name_is_a_guess_and_from_a_title_is_none(tmp_path):
    made = town(8)
    layer(made, tmp_path / "g.gpkg")
    csv_table(made, tmp_path / "zahlen_2022.csv", {"Einwohner": "people"})
    workbook(made, tmp_path / "zahlen_2020.xlsx")
    assert not table(tmp_path, "zahlen_2022.csv").period.sure
    seen = table(tmp_path, "zahlen_2020.xlsx").period
    assert (seen.days[0].year, seen.sure) == (2023, True)


def test_ages_and_words_choose_the_base():
    assert ages("Kinder 3 bis unter 6") == {(3, 6)}
    for part, base, other in (
        ("sgb2_u15", "kinder_u15", "kinder_u18"),
        ("Alleinerziehende", "Haushalte mit Kindern", "Einwohner insgesamt"),
        ("Arbeitslose", "Erwerbsfähige 15 bis unter 65", "Kinder unter 15"),
        ("Wähler", "Wahlberechtigte", "Einwohner"),
        ("Sprachförderbedarf", "Untersuchte Kinder", "Haushalte"),
    ):
        assert name_score(part, base) > name_score(part, other), part


def test_layers_without_a_system_or_outside_the_country_say_so(tmp_path):
    made = town(6)
    path = layer(made, tmp_path / "g.geojson", crs="EPSG:25832")
    text = path.read_text("utf-8")
    bare = text[: text.index('"crs"')] + text[text.index('"features"') :]
    path.write_text(bare, encoding="utf-8")
    seen = look_at_files({"g.geojson": path}).layers[0]
    assert seen.crs == "" and [p.code for p in seen.problems] == ["recognise.no_crs"]


def test_what_is_broken_is_told_and_stops_nothing(tmp_path):
    delivery(tmp_path)
    (tmp_path / "kaputt.xlsx").write_bytes(b"PK\x03\x04 nichts")
    (tmp_path / "kaputt.gpkg").write_bytes(b"SQLite format 3\x00" + b"\x00" * 200)
    (tmp_path / "leer.csv").write_bytes(b"")
    (tmp_path / "brief.docx").write_bytes(b"PK")
    seen = look_at_folder(tmp_path)
    broken = {t.file for t in seen.tables if t.kind == "unreadable"}
    assert broken == {"kaputt.xlsx", "kaputt.gpkg", "leer.csv"}
    assert seen.others == ("brief.docx",)
    assert all(t.problems for t in seen.tables if t.file in broken)
    assert any(t.match for t in seen.tables)
