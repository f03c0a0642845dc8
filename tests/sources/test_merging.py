"""Merged areas and rows without one: everybody is counted once, or told with a number."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box
from shared_data import shared
from sources.small_build import X, Y

import sozialraum
from sozialraum.config import read_build
from sozialraum.model.errors import DataError
from sozialraum.sources.checks import check_delivery
from sozialraum.workflows.build.delivery_reading import read
from sozialraum.workflows.check.checking import check_build

BUILD = """
title = "Probe"
ags = "02000000"
stichtag = 2014-12-31
crs = "EPSG:25832"
orientation = "deprivation"

[areas.stadtteile]
file = "stadtteile.gpkg"
key = "stadtteil"
{merge}

[[tables]]
file = "profil.csv"
areas = "stadtteile"
key = "Stadtteil"
{tables}
[join]
target = "stadtteile"

[population]
variable = "einwohner"

[[indicators]]
id = "armut"
label = "Kinder in Armut"
numerator = "arm"
denominator = "kinder"
direction = "burden"

[disclosure]
published_input = true
reason = "erfunden"
[output]
files = ["csv", "methode"]
{more}
"""
NAMES = ["Hamm", "Horn", "Neuland", "Gut Moor", "Moorburg", "Altenwerder", "Steinwerder"]
DELIVERED = {
    "Hamm": (3000, 400, 40),
    "Horn": (5000, 800, 160),
    "Neuland und Gut Moor": (1600, 250, 30),
    "Moorburg und Altenwerder": (700, 90, 20),
    "Steinwerder": (60, 20, 10),
}
MERGE = (
    'merge = [ { keys = ["Neuland", "Gut Moor"], key = "Neuland und Gut Moor" }, '
    '{ keys = ["Moorburg", "Altenwerder"], key = "Moorburg und Altenwerder" } ]'
)


def table(rows):
    lines = [f"{key};{';'.join(map(str, row))}" for key, row in rows.items()]
    return "\n".join(["Stadtteil;einwohner;kinder;arm", *lines]) + "\n"


def delivered(folder, rows=DELIVERED, merge="", more="", names=NAMES, tables=""):
    shapes = [box(X + 100 * i, Y, X + 100 * i + 100, Y + 100) for i in range(len(names))]
    layer = gpd.GeoDataFrame({"stadtteil": names}, geometry=shapes, crs="EPSG:25832")
    layer.to_file(folder / "stadtteile.gpkg")
    (folder / "profil.csv").write_text(table(rows), "utf-8")
    build = folder / "probe.toml"
    build.write_text(BUILD.format(merge=merge, more=more, tables=tables), "utf-8")
    return build


def problems(build, *severities):
    return [p for p in check_build(build) if p.severity in (severities or ("error", "warning"))]


def test_joined_rows_are_one_error_whose_advice_makes_the_build(tmp_path):
    build = delivered(tmp_path)
    (found,) = problems(build)
    assert (found.code, found.severity) == ("check.joined_rows", "error")
    advice = found.action.partition(": ")[2].rstrip(".")
    assert '{ keys = ["Neuland", "Gut Moor"], key = "Neuland und Gut Moor" }' in advice
    result = sozialraum.build(delivered(tmp_path, merge=advice))
    assert sorted(result.table.index) == sorted(DELIVERED)
    assert result.problems == tuple(p for p in result.problems if p.severity == "note")


def test_merged_areas_have_the_ground_of_their_parts_and_it_is_recorded(tmp_path):
    build = delivered(tmp_path, merge=MERGE)
    delivery = read(read_build(build))
    assert delivery.areas["stadtteile"].area.to_dict() == {
        **dict.fromkeys(["Hamm", "Horn", "Steinwerder"], 10_000.0),
        **dict.fromkeys(["Neuland und Gut Moor", "Moorburg und Altenwerder"], 20_000.0),
    }
    counts = delivery.tables["2014-12-31"]["stadtteile"]
    assert counts.T.to_dict("list") == {k: list(map(float, v)) for k, v in DELIVERED.items()}
    place = tmp_path / "ergebnis"
    sozialraum.build(build).save(place)
    method = (place / "methode.md").read_text("utf-8")
    assert "„Neuland und Gut Moor“ aus Neuland, Gut Moor" in method.replace("\\", "")


SINGLE = {"Neuland": (1000, 150, 20), "Gut Moor": (600, 100, 10)}


def parts(rows):
    kept = {k: v for k, v in DELIVERED.items() if k != "Neuland und Gut Moor"}
    return {**kept, **rows}


def test_rows_of_single_parts_are_added_up(tmp_path):
    build = delivered(tmp_path, parts(SINGLE), MERGE)
    counts = read(read_build(build)).tables["2014-12-31"]["stadtteile"]
    assert counts.loc["Neuland und Gut Moor"].tolist() == [1600, 250, 30]
    (note,) = [p for p in check_build(build) if p.code == "sources.rows_added"]
    assert "„Neuland“, „Gut Moor“" in note.message


@pytest.mark.parametrize(
    ("row", "why"),
    [((600, 100, "."), "suppressed"), ((600, 100, "/"), "small_base"), ((600, 100, ""), "missing")],
)
def test_a_missing_or_withheld_part_makes_the_sum_so(row, why, tmp_path):
    build = delivered(tmp_path, parts({"Neuland": (1000, 150, 20), "Gut Moor": row}), MERGE)
    delivery = read(read_build(build))
    key = "Neuland und Gut Moor"
    assert np.isnan(delivery.tables["2014-12-31"]["stadtteile"].loc[key, "arm"])
    assert delivery.status["2014-12-31"]["stadtteile"].loc[key].tolist() == ["ok", "ok", why]


def test_a_part_that_is_not_delivered_makes_the_sum_missing(tmp_path):
    build = delivered(tmp_path, parts({"Neuland": (1000, 150, 20)}), MERGE)
    delivery = read(read_build(build))
    assert delivery.tables["2014-12-31"]["stadtteile"].loc["Neuland und Gut Moor"].isna().all()


def test_part_and_whole_in_one_table_are_refused(tmp_path):
    build = delivered(tmp_path, {**DELIVERED, "Neuland": (1000, 150, 20)}, MERGE)
    (found,) = problems(build, "error")
    assert (found.code, found.key) == ("sources.part_and_whole", "Neuland und Gut Moor")
    assert "„Neuland“" in found.message


def test_an_empty_part_beside_its_whole_is_no_double_count(tmp_path):
    build = delivered(tmp_path, {**DELIVERED, "Neuland": ("", "", "")}, MERGE)
    assert problems(build) == []


@pytest.mark.parametrize(
    ("merge", "code", "key"),
    [
        ('merge = [{ keys = ["Neuland", "Gutmoor"], key = "N" }]', "merge_unknown", "Gutmoor"),
        ('merge = [{ keys = ["Neuland", "Gut Moor"], key = "Hamm" }]', "merge_key_taken", "Hamm"),
        ('merge = [{ keys = ["Neuland", "Gut Moor"], key = "Neuland" }]', "merge_key_taken", "Neuland"),
        ('merge = [{ keys = ["Horn", "Hamm"], key = "a" }, { keys = ["Horn", "Neuland"], key = "b" }]',
         "merge_twice", "Horn"),
        ('merge = [{ keys = ["b", "Hamm"], key = "a" }, { keys = ["a", "Horn"], key = "b" }]',
         "merge_unknown", "b"),
    ],
)  # fmt: skip
def test_a_merge_that_cannot_be_made_is_told_with_its_key(merge, code, key, tmp_path):
    found = problems(delivered(tmp_path, merge=merge), "error")
    assert (f"sources.{code}", key) in {(p.code, p.key) for p in found}
    if code == "merge_unknown" and key == "Gutmoor":
        assert "Gut Moor" in found[0].found


@pytest.mark.parametrize("keys", ["[]", '["Neuland"]', '"Neuland"', '["Neuland", 3]'])
def test_a_merge_of_less_than_two_keys_is_an_error_of_the_build_file(keys, tmp_path):
    build = delivered(tmp_path, merge=f'merge = [{{ keys = {keys}, key = "N" }}]')
    assert [p.code.partition(".")[0] for p in problems(build, "error")] == ["config"]


def test_areas_that_do_not_touch_are_merged_with_a_warning(tmp_path):
    rows = {k: v for k, v in DELIVERED.items() if "Neuland" not in k and "Hamm" not in k}
    rows |= {"Ost": (1, 1, 1), "Horn": (5, 2, 1), "Gut Moor": (9, 8, 1)}
    merge = MERGE.replace('["Neuland", "Gut Moor"], key = "Neuland und Gut Moor"',
                          '["Hamm", "Neuland"], key = "Ost"')  # fmt: skip
    (found,) = problems(delivered(tmp_path, rows, merge))
    assert (found.code, found.severity) == ("sources.merge_apart", "warning")


def test_what_was_merged_can_be_merged_again(tmp_path):
    rows = {k: v for k, v in DELIVERED.items() if "Moor" not in k}
    rows |= {"Süd": (2300, 340, 50)}
    merge = (
        MERGE[:-2]
        + ', { keys = ["Neuland und Gut Moor", "Moorburg und Altenwerder"], key = "Süd" } ]'
    )
    for given in (
        rows,
        DELIVERED,
        {**{k: v for k, v in DELIVERED.items() if k != "Neuland und Gut Moor"}, **SINGLE},
    ):
        delivery = read(read_build(delivered(tmp_path, given, merge)))
        assert delivery.tables["2014-12-31"]["stadtteile"].loc["Süd"].tolist() == [2300, 340, 50]
    assert delivery.areas["stadtteile"].loc["Süd"].geometry.area == 40_000


def test_delivered_shares_are_not_added_up(tmp_path):
    more = '[[indicators]]\nid = "q"\nlabel = "Q"\nvalue = "arm"\nunit = "percent"\ndirection = "burden"\n'
    build = delivered(tmp_path, parts(SINGLE), MERGE, more.join(["", "\n"]))
    delivery = read(read_build(build))
    assert np.isnan(delivery.tables["2014-12-31"]["stadtteile"].loc["Neuland und Gut Moor", "arm"])
    assert "sources.merged_share" in {p.code for p in delivery.problems}


def test_another_stichtag_may_have_the_parts(tmp_path):
    tables = '\n[[tables]]\nfile = "vorjahr.csv"\nareas = "stadtteile"\nkey = "Stadtteil"\nstichtag = 2013-12-31\n'
    (tmp_path / "vorjahr.csv").write_text(table(parts(SINGLE)), "utf-8")
    delivery = read(read_build(delivered(tmp_path, merge=MERGE, tables=tables)))
    for day in ("2013-12-31", "2014-12-31"):
        counts = delivery.tables[day]["stadtteile"]
        assert counts.loc["Neuland und Gut Moor"].tolist() == [1600, 250, 30]


def test_99_rows_of_a_city_of_104_parts_come_out_as_delivered(tmp_path):
    rng = np.random.default_rng(3)
    single = [f"Stadtteil {i:02d}" for i in range(1, 96)]
    pairs = [(f"Nord{i}", f"Süd{i}") for i in range(4)]
    names = [*single, *[n for pair in pairs for n in pair], "Insel"]
    keys = [*single, *[" und ".join(pair) for pair in pairs]]
    base = rng.integers(50, 900, len(keys))
    rows = {
        k: (int(10 * n), int(n), int(rng.integers(5, n // 2)))
        for k, n in zip(keys, base, strict=True)
    }
    (found,) = problems(delivered(tmp_path, rows, names=names), "error")
    advice = found.action.partition(": ")[2].rstrip(".")
    result = sozialraum.build(delivered(tmp_path, rows, advice, names=names))
    index = result.table["index"]
    assert sorted(index.dropna().index) == sorted(keys) and index.isna().sum() == 1
    persons = result.measured["2014-12-31"].persons
    assert persons.sum() == sum(row[0] for row in rows.values())
    share = pd.Series({k: row[2] / row[1] for k, row in rows.items()})
    moved = result.measured["2014-12-31"].value["armut"]
    pd.testing.assert_series_equal(moved.drop("Insel").sort_index(), share.sort_index(),
                                   check_names=False)  # fmt: skip


# --- rows that are left out ------------------------------------------------------------------------

FULL = {**{k: v for k, v in DELIVERED.items() if " und " not in k}, "Neuland": (1000, 150, 20),
        "Gut Moor": (600, 100, 10), "Moorburg": (500, 60, 9), "Altenwerder": (200, 30, 5)}  # fmt: skip


def test_people_of_a_dropped_area_are_an_error_with_their_number_and_its_advice_works(tmp_path):
    (found,) = problems(delivered(tmp_path, FULL, 'drop = ["Moorburg", "Altenwerder"]'))
    assert (found.code, found.severity) == ("check.dropped_people", "error")
    # 700 of 10,360 persons
    assert "2 Gebiete mit 700 Menschen (6,8\u00a0%)" in found.message
    merge = 'merge = [{ keys = ["Moorburg", "Altenwerder"], key = "Moorburg und Altenwerder" }]'
    assert problems(delivered(tmp_path, FULL, merge)) == []
    reason = "".join(
        f'\n[[exclude]]\nkey = "{k}"\nreason = "Hafen"\n' for k in ("Moorburg", "Altenwerder")
    )
    assert problems(delivered(tmp_path, FULL, more=reason)) == []


def test_nobody_in_a_dropped_area_is_no_error(tmp_path):
    rows = {**FULL, "Altenwerder": (0, 0, 0)}
    assert problems(delivered(tmp_path, rows, 'drop = ["Altenwerder"]')) == []


NOWHERE = {**FULL, "nicht zuzuordnen": (37, 12, 6)}


def test_persons_of_no_area_are_told_in_report_method_and_problems(tmp_path):
    (told,) = problems(delivered(tmp_path, NOWHERE))
    assert (told.code, told.severity) == ("check.excluded_people", "warning")
    assert "37 Menschen (0,4\u00a0%): nach der Tabelle selbst" in told.message
    other = {("Umland" if k == "nicht zuzuordnen" else k): v for k, v in NOWHERE.items()}
    (found,) = problems(delivered(tmp_path, other))
    assert (found.code, found.severity) == ("check.foreign_key", "error")
    assert "37 Menschen (0,4\u00a0%)" in found.message and "[[exclude]]" in found.action
    more = '\n[[exclude]]\nkey = "Umland"\nreason = "ohne feste Anschrift"\n'
    build = delivered(tmp_path, other, more=more)
    (told,) = problems(build)
    assert (told.code, told.severity) == ("check.excluded_people", "warning")
    assert "37 Menschen (0,4\u00a0%): ohne feste Anschrift" in told.message
    result = sozialraum.build(build)
    assert "check.excluded_people" in {p.code for p in result.problems}
    result.save(tmp_path / "ergebnis")
    method = (tmp_path / "ergebnis" / "methode.md").read_text("utf-8").replace("\\", "")
    assert "(Umland): 37 Menschen (0,4\u00a0%); ohne feste Anschrift" in method


def test_few_persons_of_no_area_are_not_counted_in_public(tmp_path):
    more = '\n[[exclude]]\nkey = "nicht zuzuordnen"\nreason = "ohne Anschrift"\n'
    build = delivered(tmp_path, {**FULL, "nicht zuzuordnen": (3, 1, 1)}, more=more)
    result = sozialraum.build(build)
    result.save(tmp_path / "ergebnis")
    method = (tmp_path / "ergebnis" / "methode.md").read_text("utf-8").replace("\\", "")
    assert "nicht zuzuordnen): weniger als 5 Menschen; ohne Anschrift" in method


def test_many_keys_of_no_area_are_one_message(tmp_path):
    rows = {**FULL, **{f"Bezirk {n}": (100, 20, 3) for n in range(3)}}
    found = [p for p in problems(delivered(tmp_path, rows)) if p.code == "check.foreign_key"]
    assert len(found) == 1 and "„Bezirk 0“, „Bezirk 1“, „Bezirk 2“" in found[0].found


def test_dropped_people_as_delivered_are_an_error_with_their_number():
    build = shared("cases/faults/planner/drop/drop.toml")
    plan = read_build(build)
    delivery = read(plan)
    found = [p for p in check_delivery(delivery, plan) if p.severity == "error"]
    assert [p.code for p in found] == ["check.dropped_people"]
    assert "358 Menschen (3,3\u00a0%)" in found[0].message  # 358 of 10,720 children
    with pytest.raises(DataError, match="358 Menschen"):
        sozialraum.build(build)
