"""Missing numbers of persons, whole missing columns, undefined quotients: told or refused."""

import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box
from shared_data import shared

from sozialraum.config import read_build
from sozialraum.index.aggregation import aggregate, contributions
from sozialraum.index.classes import fit_breaks
from sozialraum.index.higher_levels import population_weighted_index
from sozialraum.index.scaling import fit_scale
from sozialraum.insight.equity import slope_index
from sozialraum.insight.intervals import byar
from sozialraum.model import Indicator
from sozialraum.model.errors import DataError
from sozialraum.planning.monitoring import funnel
from sozialraum.sources.plausibility.values import check_all_zero
from sozialraum.space.neighbours import from_pairs
from sozialraum.workflows.build.building import build
from sozialraum.workflows.check.checking import check_build

KEYS = [f"{n:02d}" for n in range(1, 13)]
BUILD = """
title = "Probe"
place = "Probestadt"
ags = "09999000"
stichtag = 2024-12-31
crs = "EPSG:25832"
orientation = "deprivation"
sources = ["erfunden"]
{more}
[areas.g]
file = "g.gpkg"
key = "key"
width = 2

[[tables]]
file = "jetzt.csv"
areas = "g"
key = "key"
width = 2

[[tables]]
file = "frueher.csv"
areas = "g"
key = "key"
width = 2
stichtag = 2023-12-31

[join]
target = "g"

[population]
variable = "ew"

[disclosure]
published_input = true
reason = "Zahlen sind veröffentlicht"

[[indicators]]
id = "a"
label = "Armut"
direction = "burden"
numerator = "a"
denominator = "n"

[[indicators]]
id = "b"
label = "Bildung"
direction = "burden"
numerator = "b"
denominator = "n"

[output]
files = ["csv"]
"""


def city(folder: Path, *, more: str = "", sections: str = "", **changes: object) -> Path:
    """Write a city of twelve squares with two Stichtage; `changes` replace its tables."""
    shapes = [box(500_000 + 100 * i, 5_500_000, 500_100 + 100 * i, 5_500_100) for i in range(12)]
    areas = gpd.GeoDataFrame({"key": KEYS}, geometry=shapes, crs=25832)
    areas.to_file(folder / "g.gpkg")
    now = pd.DataFrame({"key": KEYS, "n": 200, "ew": 1000})
    now["a"], now["b"] = [10 + 7 * i % 90 for i in range(12)], [20 + 11 * i % 95 for i in range(12)]
    for name, table in {"jetzt": now, "frueher": now, **changes}.items():
        table.to_csv(folder / f"{name}.csv", sep=";", index=False)
    file = folder / "b.toml"
    file.write_text(BUILD.format(more=more) + sections, encoding="utf-8")
    return file


def table_of(folder: Path, name: str = "jetzt") -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", sep=";", dtype={"key": str})


def codes(problems: object) -> list[str]:
    return [p.code for p in problems]


def test_a_column_that_last_years_table_lacks_is_missing_for_that_year_and_said_once(tmp_path):
    file = city(tmp_path)
    city(tmp_path, frueher=table_of(tmp_path).drop(columns="b"))
    (found,) = [p for p in check_build(file) if p.code == "check.not_collected"]
    assert found.file == "frueher.csv"
    assert "31.12.2023" in found.message
    assert "Bildung" in found.message
    assert "Armut" not in found.message
    result = build(file)
    before, today = (next(e for e in result.release.editions if e.stichtag == day)
                     for day in ("2023-12-31", "2024-12-31"))  # fmt: skip
    assert before.values["b"].isna().all()
    assert (before.signs["b"] == "missing").all()
    assert before.values["a"].notna().all()
    assert before.table["index"].isna().all()
    assert today.table["index"].notna().all()


def test_the_population_may_be_missing_in_an_earlier_year(tmp_path):
    file = city(tmp_path)
    city(tmp_path, frueher=table_of(tmp_path).drop(columns="ew"))
    file.write_text(
        file.read_text("utf-8").replace('variable = "ew"', 'variable = "ew"\nminimum = 100'),
        encoding="utf-8",
    )
    assert build(file).release.current.table["index"].notna().all()


WEIGHED = {
    "scaling": '\n[scaling]\nmethod = "zscore"\nweights = "population"\n',
    "classes": '\n[classes]\nmethod = "quantile"\nk = 3\nweights = "population"\n',
    "restandardise": '\n[restandardise]\nmethod = "zscore"\nweights = "population"\n',
}


@pytest.mark.parametrize("section", WEIGHED)
def test_weights_by_population_need_the_population_of_every_area(section, tmp_path):
    file = city(tmp_path, sections=WEIGHED[section])
    gaps = table_of(tmp_path).astype({"ew": float})
    gaps.loc[[3, 5], "ew"] = np.nan
    city(tmp_path, sections=WEIGHED[section], jetzt=gaps)
    (found,) = [p for p in check_build(file) if p.severity == "error"]
    assert (found.code, found.column) == ("check.weights_unknown", "ew")
    assert "04, 06" in found.message
    with pytest.raises(DataError, match="04, 06"):
        build(file)
    # the advice: leave the areas out, or do not weigh
    out = "".join(f'\n[[exclude]]\nkey = "{k}"\nreason = "unbewohnt"\n' for k in ("04", "06"))
    assert build(city(tmp_path, sections=WEIGHED[section] + out, jetzt=gaps)) is not None
    assert build(city(tmp_path, jetzt=gaps)) is not None


def test_an_unknown_population_beside_a_minimum_is_told(tmp_path):
    file = city(tmp_path)
    gaps = table_of(tmp_path).astype({"ew": float})
    gaps.loc[3, "ew"] = np.nan
    city(tmp_path, jetzt=gaps)
    file.write_text(
        file.read_text("utf-8").replace('variable = "ew"', 'variable = "ew"\nminimum = 100'),
        encoding="utf-8",
    )
    (found,) = [p for p in check_build(file) if p.code == "check.weights_without_minimum"]
    assert "04" in found.message


@pytest.mark.parametrize(
    "case", ["F02_population_missing_quantile", "F02b_population_missing_zscore"]
)
def test_the_reported_gaps_of_the_population_are_refused_with_the_area(case, tmp_path):
    folder = tmp_path / case
    shutil.copytree(shared(f"cases/faults/reports_elsewhere/{case}"), folder)
    with pytest.raises(DataError, match="05"):
        build(folder / "b.toml")


def one(name: str) -> Indicator:
    return Indicator(id=name, label=name, direction="burden", value=name)


@pytest.mark.parametrize("bad", [np.nan, -1.0, np.inf])
def test_a_weight_that_is_none_is_refused(bad):
    x = pd.Series([1.0, 2, 3, 4])
    weights = pd.Series([bad, 1, 1, 1])
    for call in (
        lambda: fit_breaks(x, method="quantile", k=2, weights=weights),
        lambda: fit_breaks(x, method="sd", limits=[0.0], weights=weights),
        lambda: fit_scale(x.to_frame("a"), [one("a")], method="zscore", weights=weights),
        lambda: population_weighted_index(x, pd.Series(["X", "X", "Y", "Y"]), weights),
    ):
        with pytest.raises(ValueError, match=r"The 'weights' parameter of .* must hold"):
            call()


def test_weights_of_zero_count_for_nothing_but_not_all_may_be_zero():
    x = pd.Series([1.0, 2, 3, 4])
    none = fit_breaks(x, method="quantile", k=2, weights=pd.Series([0.0, 1, 1, 1])).inner
    assert none == (3.0,)
    with pytest.raises(ValueError, match="one above 0"):
        fit_breaks(x, method="quantile", k=2, weights=pd.Series(0.0, x.index))
    # an area without a value needs no weight
    gap = pd.Series([np.nan, 2.0, 3, 4])
    weights = pd.Series([np.nan, 1.0, 1, 1])
    assert fit_breaks(gap, method="quantile", k=2, weights=weights).inner == (3.0,)


def test_a_centre_by_the_citys_rate_needs_a_base_for_every_value():
    value = pd.DataFrame({"a": [0.1, 0.2, 0.4]})
    base = pd.DataFrame({"a": [100.0, np.nan, 100]})
    with pytest.raises(DataError, match="Bezugsgröße"):
        fit_scale(value, [one("a")], method="zscore", centre="city_rate", base=base)


def test_the_mazziotta_pareto_index_of_nothing_is_nothing():
    z = pd.DataFrame({"a": [0.0, 0.2, 0.4], "b": [0.0, 0.4, 0.4]})
    two = [one("a"), one("b")]
    index = aggregate(z, two, method="mpi")["index"]
    # M + S²/M of (0.2, 0.4): 0.3 + 0.01 / 0.3
    np.testing.assert_allclose(index, [0.0, 0.3 + 0.01 / 0.3, 0.4], rtol=1e-14)
    parts = contributions(z, two, method="mpi")
    np.testing.assert_allclose(parts.sum(axis=1), index, rtol=1e-12)


@pytest.mark.parametrize("row", [(-1.0, 1.0), (-1.0, 0.5), (-2.0, -1.0)])
def test_a_mazziotta_pareto_mean_of_at_most_0_is_refused_with_the_area(row):
    z = pd.DataFrame([(1.0, 2.0), row], columns=["a", "b"], index=["01", "02"])
    with pytest.raises(DataError, match="02"):
        aggregate(z, [one("a"), one("b")], method="mpi")


def test_the_city_with_an_area_without_cases_gets_a_mazziotta_pareto_index(tmp_path):
    folder = tmp_path / "F12"
    shutil.copytree(shared("cases/faults/reports_elsewhere/F12_mpi_zero"), folder)
    table = build(folder / "b.toml").release.current.table
    assert table.loc["08", ["index", "class", "rank"]].tolist() == [0.0, 1, 20]


def test_a_relative_index_of_an_end_at_or_below_0_is_undefined():
    # y = 0, 0, 0.5 at R = 1/6, 1/2, 5/6: the line is 0.75 R - 5/24, below 0 at R = 0
    slope = slope_index(pd.Series([0.0, 0, 0.5]), pd.Series([100.0] * 3), pd.Series([3.0, 2, 1]))
    assert np.isnan([slope.rii, slope.rii_low, slope.rii_high]).all()
    np.testing.assert_allclose([slope.sii, slope.most_burdened], [0.75, -5 / 24], rtol=1e-12)
    # 0.1, 0.2 at R = 1/4, 3/4: 0.05 at one end, 0.25 at the other
    known = slope_index(pd.Series([0.1, 0.2]), pd.Series([100.0] * 2), pd.Series([2.0, 1]))
    assert known.rii == pytest.approx(5)


def test_persons_of_areas_without_cases_are_no_part_of_the_citys_rate():
    table = funnel(
        pd.Series([10.0, 20, np.nan], index=list("abc")),
        pd.Series([100.0, 200, 300], index=list("abc")),
    )
    assert (table.low_95 + table.high_95).loc["b"] / 2 == pytest.approx(0.1)
    assert table.place.tolist() == ["inside", "inside", "no cases"]


def test_byars_interval_is_never_below_0_and_of_no_count_below_0():
    low, high = byar([0.0, 0.1, 1.0, -1.0, np.nan])
    assert (low[:3] >= 0).all()
    assert (high[:3] > [0, 0.1, 1]).all()
    assert np.isnan([*low[3:], *high[3:]]).all()


def with_zeros(folder: Path) -> pd.DataFrame:
    """Return the table of a city in which areas 02 and 09 are coded 0 in both indicators."""
    table = table_of(folder)
    table.loc[[1, 8], ["a", "b"]] = 0
    return table


def test_areas_coded_0_in_all_indicators_are_told_where_people_live(tmp_path):
    file = city(tmp_path)
    assert "check.zero_everywhere" not in codes(check_build(file))
    city(tmp_path, jetzt=with_zeros(tmp_path))
    (found,) = [p for p in check_build(file) if p.code == "check.zero_everywhere"]
    assert found.file == "jetzt.csv"
    assert "02, 09" in found.message
    # the two ways out of the advice
    marks = 'sentinels = { a = ["0"], b = ["0"] }\n'
    text = file.read_text("utf-8")
    file.write_text(
        text.replace('file = "jetzt.csv"\n', 'file = "jetzt.csv"\n' + marks), encoding="utf-8"
    )
    assert "check.zero_everywhere" not in codes(check_build(file))
    result = build(file)
    assert result.release.current.table["status"].loc[["02", "09"]].tolist() == ["missing"] * 2
    out = "".join(
        f'\n[[exclude]]\nkey = "{k}"\nreason = "nicht ausgewiesen"\n' for k in ("02", "09")
    )
    file.write_text(text + out, encoding="utf-8")
    assert "check.zero_everywhere" not in codes(check_build(file))
    assert build(file).release.current.table["index"].isna().sum() == 2


def test_a_sentinel_of_one_column_is_a_number_in_the_others(tmp_path):
    file = city(tmp_path)
    table = table_of(tmp_path)
    table.loc[1, ["a", "b"]] = 0
    city(tmp_path, jetzt=table)
    text = file.read_text("utf-8")
    marks = 'file = "jetzt.csv"\nsentinels = { a = ["0"] }\n'
    file.write_text(text.replace('file = "jetzt.csv"\n', marks), encoding="utf-8")
    values = build(file).release.current.values
    assert np.isnan(values.loc["02", "a"])
    assert values.loc["02", "b"] == 0


def test_small_areas_and_areas_where_nobody_lives_may_have_0_everywhere(tmp_path):
    file = city(tmp_path)
    table = with_zeros(tmp_path)
    table.loc[1, "n"], table.loc[8, "ew"] = 20, 0
    city(tmp_path, jetzt=table)
    assert "check.zero_everywhere" not in codes(check_build(file))


def test_the_two_areas_of_berlin_2019_that_are_coded_0_are_told(tmp_path):
    # 11 areas have 0 in all indicators; 9 of them have fewer than 300 inhabitants
    file = next(shared("data/berlin_mss/2019").glob("*planning-areas.csv"))
    table = pd.read_csv(file, dtype={"id": str})
    chosen = {"key": table["id"], "n": 1, "ew": table["inhabitants"]}
    for name, start in {"a": "s1", "b": "s3", "c": "s4"}.items():
        chosen[name] = table[next(c for c in table.columns if c.startswith(start))]
    told = pd.DataFrame(chosen)
    zero = told[(told[["a", "b", "c"]] == 0).all(axis=1) & (told.ew >= 300)].key.tolist()
    assert len(zero) == 2
    plan = read_build(berlin(tmp_path))
    (found,) = check_all_zero(told.set_index("key"), plan, {"file": "mss.csv"})
    assert ", ".join(zero) in found.message


def berlin(folder: Path) -> Path:
    """Write a build file over published shares with Berlin's lower limit of 300 inhabitants."""
    text = BUILD.format(more="").split("[[indicators]]")[0]
    text = text.replace('variable = "ew"', 'variable = "ew"\nminimum = 300')
    for name in "abc":
        text += f'[[indicators]]\nid = "{name}"\nlabel = "{name}"\ndirection = "burden"\n'
        text += f'value = "{name}"\nunit = "percent"\n'
    file = folder / "berlin.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_method_page_names_the_areas_without_index_and_what_they_lack(tmp_path):
    file = city(tmp_path)
    gaps = table_of(tmp_path).astype({"b": float, "n": float})
    gaps.loc[4, "b"], gaps.loc[6, "n"] = np.nan, 0
    gaps.loc[6, ["a", "b"]] = 0
    city(tmp_path, jetzt=gaps)
    file.write_text(
        file.read_text("utf-8").replace('files = ["csv"]', 'files = ["csv", "methode"]')
        + '\n[[exclude]]\nkey = "12"\nreason = "Baustelle"\n',
        encoding="utf-8",
    )
    build(file).save(tmp_path / "aus")
    page = (tmp_path / "aus" / "methode.md").read_text("utf-8")
    part = page.split("## Gebiete ohne Index")[1].split("##")[0]
    lines = [line for line in part.splitlines() if line.startswith("- ")]
    assert len(lines) == 3
    assert "(05): nicht geliefert: Bildung" in lines[0]
    assert "(07): niemand" in lines[1]
    assert "(12): Baustelle" in lines[2]


def test_sentinels_of_a_column_that_is_not_there_are_refused(tmp_path):
    file = city(tmp_path)
    marks = 'file = "jetzt.csv"\nsentinels = { aa = ["0"] }\n'
    text = file.read_text("utf-8").replace('file = "jetzt.csv"\n', marks)
    file.write_text(text, encoding="utf-8")
    (found,) = [p for p in check_build(file) if p.code == "sources.no_sentinel_column"]
    assert (found.severity, found.column) == ("error", "aa")


@pytest.mark.parametrize("bad", [np.inf, -np.inf])
def test_infinite_values_and_weights_of_neighbours_that_are_none_are_refused(bad):
    x = pd.Series([1.0, 2, bad, 4])
    with pytest.raises(ValueError, match="finite numbers or NaN"):
        fit_breaks(x, method="equal", k=2)
    with pytest.raises(ValueError, match="finite numbers or NaN"):
        fit_scale(x.to_frame("a"), [one("a")], method="minmax")
    for weight in (bad, np.nan, 0.0):
        pairs = pd.DataFrame({"area": ["a"], "neighbour": ["b"], "weight": [weight]})
        with pytest.raises(ValueError, match="above 0"):
            from_pairs(["a", "b"], pairs)
