"""Plausibility: impossible numbers are errors, odd ones are warnings, good ones are silent."""

from pathlib import Path

import geopandas as gpd
import pytest
from shapely import box
from shared_data import shared
from sources.small_build import LAST_YEAR, NUMBERS, TABLE, small_build

from sozialraum.config import read_build
from sozialraum.sources.checks import check_delivery
from sozialraum.sources.delivery import read_delivery

REPO = Path(__file__).parents[2]


def checked(plan):
    return check_delivery(read_delivery(plan, plan.root), plan)


def found(problems):
    return [(p.code.removeprefix("check."), p.severity, p.key) for p in problems]


def test_a_good_delivery_has_nothing_to_tell(tmp_path):
    assert checked(small_build(tmp_path)) == []


def test_persons_in_no_area_are_an_error(tmp_path):
    plan = small_build(tmp_path, numbers=NUMBERS + "99;7;3\n")
    assert found(checked(plan)) == [("foreign_key", "error", "99")]


def test_a_row_without_persons_in_no_area_is_a_warning(tmp_path):
    plan = small_build(tmp_path, numbers=NUMBERS + "00;;\n")
    assert found(checked(plan)) == [("foreign_empty_key", "warning", "00")]


def test_an_area_without_a_row_is_a_warning(tmp_path):
    plan = small_build(tmp_path, numbers=NUMBERS.replace("03;150;15\n", ""))
    assert found(checked(plan)) == [("absent_key", "warning", "03")]


def test_keys_of_another_vintage_are_one_error_not_hundreds(tmp_path):
    plan = small_build(
        tmp_path, numbers="block;kinder;arm\n01;1;1\n52;200;30\n53;150;15\n54;50;5\n"
    )
    (problem,) = checked(plan)
    assert (problem.code, problem.severity) == ("check.other_vintage", "error")
    assert "52" in problem.found


BARE = NUMBERS.replace("\n0", "\n")


def test_keys_without_their_zeros_come_with_the_width_to_write(tmp_path):
    plan = small_build(tmp_path, numbers=BARE)
    problem, *rest = checked(plan)
    assert (problem.code, problem.severity) == ("check.zeros_of_table", "error")
    assert problem.file == "zahlen.csv" and problem.found == "„1“" and "„01“" in problem.expected
    assert "bei dieser Tabelle width = 2" in problem.action
    assert not {p.code for p in rest} & {"check.other_vintage", "check.foreign_key"}
    # what the message says is what helps
    helped = small_build(tmp_path, numbers=BARE, tables=TABLE + "width = 2\n")
    assert checked(helped) == []


def test_areas_without_their_zeros_come_with_the_width_to_write(tmp_path):
    plan = small_build(tmp_path)
    layer = gpd.read_file(tmp_path / "bloecke.gpkg")
    layer.assign(block=layer["block"].str.lstrip("0")).to_file(tmp_path / "bloecke.gpkg")
    assert checked(plan) == []
    text = plan.file.read_text("utf-8")
    plan.file.write_text(text.replace("width = 2\n", "", 1), "utf-8")
    problem, *_ = checked(read_build(plan.file))
    assert (problem.code, problem.found) == ("check.zeros_of_areas", "„1“ bei den Gebieten")
    assert "[areas.bloecke] width = 2" in problem.action


def test_keys_of_several_lengths_are_not_told_a_width(tmp_path):
    numbers = "block;kinder;arm\n001;100;13\n0002;200;30\n03;150;15\n04;50;5\n"
    problem, *_ = checked(small_build(tmp_path, numbers=numbers))
    assert problem.code == "check.zeros_differ" and "width" in problem.action


def test_more_poor_children_than_children_is_an_error_with_both_numbers(tmp_path):
    plan = small_build(tmp_path, numbers=NUMBERS.replace("04;50;5", "04;50;51"))
    (problem,) = checked(plan)
    assert (problem.code, problem.key, problem.found) == ("check.numerator_above", "04", "51")
    assert "höchstens 50" in problem.expected


def test_a_negative_count_is_an_error(tmp_path):
    plan = small_build(tmp_path, numbers=NUMBERS.replace("04;50;5", "04;50;-5"))
    assert found(checked(plan)) == [("negative", "error", "04")]


def test_rates_in_place_of_counts_are_pointed_at(tmp_path):
    plan = small_build(tmp_path, numbers=NUMBERS.replace("04;50;5", "04;50;5,25"))
    assert found(checked(plan)) == [("not_whole", "warning", "04")]


def test_a_variable_nobody_delivers_comes_with_close_names(tmp_path):
    plan = small_build(tmp_path, numbers=NUMBERS.replace("arm", "arme"))
    (problem,) = checked(plan)
    assert (problem.code, problem.column) == ("check.variable_unknown", "arm")
    assert "arme" in problem.found


def test_a_variable_of_words_is_told_as_such(tmp_path):
    numbers = "block;kinder;arm\n01;100;wenig\n02;200;viel\n03;150;wenig\n04;50;viel\n"
    assert found(checked(small_build(tmp_path, numbers=numbers))) == [
        ("variable_is_text", "error", None)
    ]


def test_an_empty_column_is_an_error_and_a_half_empty_one_a_warning(tmp_path):
    empty = "block;kinder;arm\n01;100;\n02;200;\n03;150;\n04;50;\n"
    assert found(checked(small_build(tmp_path, numbers=empty))) == [("all_missing", "error", None)]
    half = "block;kinder;arm\n01;100;\n02;200;\n03;150;\n04;50;5\n"
    assert found(checked(small_build(tmp_path, numbers=half))) == [
        ("mostly_missing", "warning", None)
    ]


def test_the_same_number_everywhere_is_a_warning(tmp_path):
    plan = small_build(
        tmp_path, numbers="block;kinder;arm\n01;100;7\n02;200;7\n03;150;7\n04;50;7\n"
    )
    assert found(checked(plan)) == [("constant", "warning", None)]


VALUE = 'id = "quote"\nlabel = "Quote"\nvalue = "q"\ndirection = "burden"\n'


@pytest.mark.parametrize(
    ("numbers", "unit", "expected"),
    [
        ("0,1 0,2 0,3 0,4", "share", []),
        ("0,1 0,2 0,3 1,4", "share", [("per_cent", "error", None)]),
        ("12,5 7,5 30,1 8,2", "share", [("per_cent", "error", None)]),
        ("12,5 7,5 30,1 8,2", "percent", []),
        ("12,5 7,5 130,1 8,2", "percent", [("share_outside", "error", "03")]),
        ("-0,5 7,5 30,1 8,2", "percent", [("share_outside", "error", "01")]),
        ("-0,5 7,5 30,1 8,2", "points", []),
    ],
)
def test_delivered_shares_stay_in_the_range_of_their_unit(tmp_path, numbers, unit, expected):
    rows = "".join(f"0{i + 1};{n}\n" for i, n in enumerate(numbers.split()))
    plan = small_build(
        tmp_path,
        tables=TABLE + TABLE.replace("zahlen", "quoten"),
        more=f'\n[[indicators]]\n{VALUE}unit = "{unit}"\n',
        quoten=f"block;q\n{rows}",
    )
    assert found(checked(plan)) == expected


def test_a_base_that_jumps_is_a_warning_and_one_that_drifts_is_none(tmp_path):
    # 100 -> 180: change 80, chance explains 4 * sqrt(280) = 66.9; 200 -> 230 is less than 30 %
    last = "block;kinder;arm\n01;180;18\n02;230;34\n03;150;15\n04;50;5\n"
    plan = small_build(tmp_path, tables=TABLE + LAST_YEAR, vorjahr=last)
    (problem,) = checked(plan)
    assert (problem.code, problem.key, problem.found) == ("check.jump_count", "01", "100")
    assert problem.expected == "um 180"


def test_a_share_that_jumps_is_a_warning_and_a_small_area_may_swing(tmp_path):
    # 02: 30/200 -> 90/200, z = 0.30 / sqrt(0.3 * 0.7 * 0.01) = 6.5; 04: 5/50 -> 12/50, z = 1.9
    last = "block;kinder;arm\n01;100;10\n02;200;90\n03;150;15\n04;50;12\n"
    plan = small_build(tmp_path, tables=TABLE + LAST_YEAR, vorjahr=last)
    assert found(checked(plan)) == [("jump_share", "warning", "02")]


def test_one_variable_with_two_sums_is_a_warning(tmp_path):
    other = (
        TABLE.replace("zahlen", "sprengel")
        .replace('"bloecke"', '"sprengel"')
        .replace("block", "nr")
    )
    tables = TABLE + other.replace('areas = "nr', 'areas = "block').replace(
        'key = "nr"', 'key = "nr"'
    )
    same = small_build(tmp_path, tables=tables, sprengel="nr;kinder\nA;300\nB;200\n")
    assert checked(same) == []
    differs = small_build(tmp_path, tables=tables, sprengel="nr;kinder\nA;300\nB;201\n")
    (problem,) = checked(differs)
    assert (problem.code, problem.found) == ("check.sums_differ", "501 (Summe auf „sprengel“)")


def test_catchments_elsewhere_than_the_blocks_are_an_error(tmp_path):
    plan = small_build(tmp_path)
    far = gpd.GeoDataFrame(
        {"nr": ["A"]}, geometry=[box(500_000, 5_800_000, 500_100, 5_800_100)], crs="EPSG:25833"
    )
    far.to_file(tmp_path / "sprengel.gpkg")
    assert ("sources.away_from_outline", "error") in [(p.code, p.severity) for p in checked(plan)]


def test_derived_counts_are_checked_too(tmp_path):
    derived = '\n[[derived]]\nname = "nicht_arm"\nformula = "kinder - 3 * arm"\nareas = "bloecke"\n'
    second = '\n[[indicators]]\nid = "b"\nlabel = "B"\nnumerator = "arm"\ndenominator = "nicht_arm"\ndirection = "burden"\n'
    numbers = NUMBERS.replace("02;200;30", "02;200;60")
    plan = small_build(tmp_path, numbers=numbers, more=derived + second)
    # 200 - 3 * 60 = 20 < 60
    assert found(checked(plan)) == [("numerator_above", "error", "02")]


@pytest.mark.parametrize(
    "name", ["berlin_einschulung", "berlin_mss_2013", "berlin_mss_2015", "berlin_mss_2017"]
)
def test_the_published_data_of_berlin_are_plausible(name):
    plan = read_build(REPO / "config" / f"{name}.toml", data=shared("data"))
    assert [str(p) for p in checked(plan) if p.severity == "error"] == []


@pytest.mark.parametrize(("written", "day"), [("1024-12-31", "31.12.1024"), ("0024-12-31", "31.12.0024"),
                                              ("2204-12-31", "31.12.2204")])  # fmt: skip
def test_a_stichtag_of_another_century_is_an_error(tmp_path, written, day):
    plan = small_build(tmp_path)
    plan.file.write_text(plan.file.read_text("utf-8").replace("2024-12-31", written), "utf-8")
    (found,) = checked(read_build(plan.file))
    assert (found.code, found.severity, found.found) == ("check.other_century", "error", day)


def test_a_year_before_of_another_century_is_an_error_of_its_table(tmp_path):
    tables = TABLE + LAST_YEAR.replace("2023", "1923")
    (found,) = checked(small_build(tmp_path, tables=tables, vorjahr=NUMBERS))
    assert (found.code, found.file) == ("check.other_century", "vorjahr.csv")
    assert "1923" in found.found
