"""``new --aus``: long tables, years in rows and heads, keys that lack signs, layers as tables."""

import pytest
from invented_city import csv_table, delivery, layer, town
from shared_data import shared
from test_new_from_folder import KNOWN, answered, errors

from sozialraum.config import read_build
from sozialraum.workflows.build.building import build
from sozialraum.workflows.new.adding import add_deliveries
from sozialraum.workflows.new.making import draft, look_below

KINDS = {"Einwohner": "people", "Kinder unter 15": "under_15", "SGB II unter 15": "poor"}


def long_table(made, path, *, keys=None, years=(2022, 2023), twice=False):
    """Write one row per area, year and indicator; `twice` adds a name that is two things."""
    lines = ["gebiet;jahr;indikator;wert"]
    for year in years:
        for title, count in KINDS.items():
            lines += [
                f"{key};{year};{title};{n + 2023 - year if count == 'people' else n}"
                for key, n in zip(keys or made.keys, made.counts[count], strict=True)
            ]
        if twice:
            lines += [f"{key};{year};Frauen;{n}" for key in keys or made.keys for n in (9, 700)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("by", ["key", "name"])
def test_a_long_table_becomes_columns_and_days_that_check_passes(tmp_path, by):
    made = town(16)
    layer(made, tmp_path / "Stadtteile.gpkg")
    long_table(made, tmp_path / "lang.csv", keys=None if by == "key" else made.names)
    path = tmp_path / "bau.toml"
    answered(tmp_path, path).save(path.parent)
    assert errors(path) == []
    plan = read_build(path)
    (section,) = plan.tables
    assert (section.names, section.values) == (("indikator",), ("wert",))
    assert section.stichtag.column == "jahr" and plan.stichtag.isoformat() == "2023-12-31"
    assert section.columns == {
        "einwohner": "Einwohner", "kinder_unter_15": "Kinder unter 15",
        "sgb_ii_unter_15": "SGB II unter 15",
    }  # fmt: skip
    pairs = {(i.numerator, i.denominator) for i in plan.indicators}
    assert pairs == {("sgb_ii_unter_15", "kinder_unter_15")}


def test_a_name_that_is_two_things_is_told_and_never_a_column(tmp_path):
    made = town(12)
    layer(made, tmp_path / "g.gpkg")
    long_table(made, tmp_path / "lang.csv", twice=True)
    draft_made = answered(tmp_path, tmp_path / "bau.toml")
    assert "Frauen" not in draft_made.words()
    told = [p for t in draft_made.folder.tables for p in t.problems]
    assert any(p.code == "recognise.names_twice" and "Frauen" in str(p) for p in told)
    draft_made.save(tmp_path)
    assert errors(tmp_path / "bau.toml") == []


@pytest.mark.parametrize("mark", ["{} {}", "{}_{}", "{} ({})", "31.12.{1} {0}"])
def test_years_in_rows_and_in_heads_are_stated_and_passed_by_check(tmp_path, mark):
    made = town(12)
    for name in ("rows", "heads"):
        (tmp_path / name).mkdir()
        layer(made, tmp_path / name / "g.gpkg")
    rows = [";".join(["SPR_NR", "Jahr", *KINDS])]
    rows += [
        ";".join([k, str(year), *(str(made.counts[c][i]) for c in KINDS.values())])
        for year in (2022, 2023)
        for i, k in enumerate(made.keys)
    ]
    (tmp_path / "rows" / "t.csv").write_text("\n".join(rows), encoding="utf-8")
    heads = [mark.format(title, year) for year in (2022, 2023) for title in KINDS]
    lines = [";".join(["SPR_NR", *heads])]
    lines += [
        ";".join([k, *2 * [str(made.counts[c][i]) for c in KINDS.values()]])
        for i, k in enumerate(made.keys)
    ]
    (tmp_path / "heads" / "t.csv").write_text("\n".join(lines), encoding="utf-8")
    stated = {"rows": ("Jahr", None), "heads": (None, mark.format("{name}", "{yyyy}"))}
    stated["heads"] = (None, stated["heads"][1].replace("31.12.", "{dd}.{mm}."))
    for name, ways in stated.items():
        path = tmp_path / f"{name}.toml"
        answered(tmp_path / name, path).save(path.parent)
        assert errors(path) == []
        (section,) = read_build(path).tables
        assert (section.stichtag.column, section.stichtag.columns) == ways
        assert set(section.columns.values()) == set(KINDS) and section.names == ()


def test_a_later_file_of_years_in_rows_is_added_in_the_same_form(tmp_path):
    made = town(12)
    layer(made, tmp_path / "g.gpkg")

    def write(years, name):
        rows = [";".join(["SPR_NR", "Jahr", *KINDS])]
        rows += [
            ";".join([k, str(year), *(str(made.counts[c][i]) for c in KINDS.values())])
            for year in years
            for i, k in enumerate(made.keys)
        ]
        (tmp_path / name).write_text("\n".join(rows), encoding="utf-8")

    write((2020, 2021), "a.csv")
    path = tmp_path / "bau.toml"
    answered(tmp_path, path).save(path.parent)
    write((2022, 2023), "b.csv")
    add_deliveries(path, tmp_path).save(path.parent)
    plan = read_build(path)
    assert [t.stichtag.column for t in plan.tables] == ["Jahr", "Jahr"]
    assert plan.stichtag.isoformat() == "2023-12-31" and errors(path) == []


@pytest.mark.parametrize("side", ["table", "areas"])
@pytest.mark.parametrize("around", [("0976100", ""), ("", "-Nord")])
def test_keys_that_lack_the_same_signs_are_asked_and_stated(tmp_path, side, around):
    made, other = town(12, first=111), town(12, first=111)
    longer = other if side == "table" else made
    longer.keys = [f"{around[0]}{k}{around[1]}" for k in longer.keys]
    layer(other, tmp_path / "Bezirke.gpkg", name="Bezeichnung")
    csv_table(made, tmp_path / "zahlen_2023.csv", KINDS)
    path = tmp_path / "bau.toml"
    first = draft(look_below(tmp_path), "N", folder=tmp_path, path=path, replies=KNOWN)
    assert "table:zahlen_2023.csv" in {q.id for q in first.proposal.questions}
    answered(tmp_path, path).save(path.parent)
    assert errors(path) == []
    plan = read_build(path)
    (areas,) = plan.areas.values()
    stated = {"table": plan.tables[0], "areas": areas}
    assert (stated.pop(side).prefix, stated[next(iter(stated))].prefix) == (around[0], "")
    keys = [f"{around[0]}{k}{around[1]}" for k in town(12, first=111).keys]
    assert list(build(path).table.index) == keys


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".shp"])
def test_attributes_of_the_layer_are_a_table(tmp_path, suffix):
    import geopandas as gpd

    made = town(12)
    frame = gpd.read_file(layer(made, tmp_path / "roh.gpkg"))
    (tmp_path / "daten").mkdir()
    titles = {"EW": "people", "EW_u15": "under_15", "SGB2_u15": "poor"}
    for title, count in titles.items():
        frame[title] = made.counts[count]
    frame.to_file(tmp_path / "daten" / f"bezirke{suffix}")
    path = tmp_path / "bau.toml"
    answered(tmp_path / "daten", path).save(path.parent)
    assert errors(path) == []
    plan = read_build(path)
    assert [(t.file, t.key) for t in plan.tables] == [(f"bezirke{suffix}", "SPR_NR")]
    assert ("sgb2_u15", "ew_u15") in {(i.numerator, i.denominator) for i in plan.indicators}
    assert list(build(path).table.index) == made.keys


def test_a_layer_without_counts_is_no_table(tmp_path):
    delivery(tmp_path / "daten")
    assert [t.file for t in look_below(tmp_path / "daten").tables if t.match] == [
        "Jugendamt Zahlen.xlsx"
    ]


@pytest.mark.shared
def test_a_delivered_long_table_of_24_days_becomes_a_build_file(tmp_path):
    path = tmp_path / "bau.toml"
    made = answered(shared("data/leipzig_ortsteile"), path)
    made.save(path.parent)
    assert errors(path) == []
    twice = [p for t in made.folder.tables for p in t.problems if p.code == "recognise.names_twice"]
    assert len(twice) == 1 and "„Ausländer“" in str(twice[0]) and "5 Namen" in str(twice[0])


def test_groups_that_overlap_on_one_day_are_no_parts(tmp_path):
    made = town(12)
    layer(made, tmp_path / "g.gpkg")
    base = made.counts["under_18"]
    rows = ["SPR_NR;Jahr;Einwohner;Kinder unter 18;Kinder in Armut"]
    for year in (*range(2010, 2023), 2023):
        rows += [
            f"{k};{year};{p};{b};{b + 2 if (year, i) == (2015, 3) else b // 3}"
            for i, (k, p, b) in enumerate(zip(made.keys, made.counts["people"], base, strict=True))
        ]
    (tmp_path / "t.csv").write_text("\n".join(rows), encoding="utf-8")
    (seen,) = look_below(tmp_path).tables
    bases = {p.denominator for p in seen.pairs["Kinder in Armut"]}
    assert bases == {"Einwohner"}


def test_a_month_that_also_stands_in_the_long_file_is_used_once(tmp_path):
    made = town(12)
    layer(made, tmp_path / "g.gpkg")
    csv_table(made, tmp_path / "a_2023.csv", KINDS, key="gebiet")
    long_table(made, tmp_path / "lang.csv")
    path = tmp_path / "bau.toml"
    answered(tmp_path, path).save(path.parent)
    assert [t.file for t in read_build(path).tables] == ["lang.csv"]
    assert "a_2023.csv: steht auch in lang.csv" in path.read_text("utf-8")
    assert errors(path) == []


def test_entries_of_a_group_beside_its_sum_become_columns_of_each_measure(tmp_path):
    made = town(12)
    layer(made, tmp_path / "g.gpkg")
    rows = [";".join(["SPR_NR", "Name", "Stichtag", "Geschlecht", *KINDS])]
    rows += [
        ";".join([k, n, day, group, *(str(made.counts[c][i] // part) for c in KINDS.values())])
        for day in ("31.12.2022", "31.12.2023")
        for group, part in (("insgesamt", 1), ("weiblich", 2))
        for i, (k, n) in enumerate(zip(made.keys, made.names, strict=True))
    ]
    (tmp_path / "t.csv").write_text("\n".join(rows), encoding="utf-8")
    path = tmp_path / "bau.toml"
    answered(tmp_path, path).save(path.parent)
    assert errors(path) == []
    plan = read_build(path)
    (section,) = plan.tables
    assert (section.names, section.values) == (("Geschlecht",), tuple(KINDS))
    assert section.stichtag.column == "Stichtag"
    pairs = {(i.numerator, i.denominator) for i in plan.indicators}
    assert ("sgb_ii_unter_15_insgesamt", "kinder_unter_15_insgesamt") in pairs
    assert all(a.rsplit("_", 1)[0] != b.rsplit("_", 1)[0] for a, b in pairs)
