"""Units travel with the indicator: no function takes 0,5 % for one half, or per cent for counts."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

import sozialraum as sr
from sozialraum.index.indicators import compute_indicators
from sozialraum.model import Indicator
from sozialraum.model.errors import DataError
from sozialraum.space.crosswalk import Crosswalk

KEYS = ["01", "02", "03"]
# 2 of 400 and 2 of 3 tell about two people, 200 of 1,000 about nobody
COUNTS = pd.DataFrame({"n": [2.0, 200, 2], "d": [400.0, 1000, 3]}, KEYS)
FACTOR = {"share": 1, "percent": 100, "per_1000": 1000}


def indicator(unit):
    return Indicator(
        id="a", label="a", direction="burden", numerator="n", denominator="d", unit=unit
    )


def walk():
    from scipy.sparse import csr_array

    return Crosswalk(
        csr_array([[1.0, 0.5, 0.0], [0.0, 0.5, 1.0]]), ("A", "B"), tuple(KEYS), "areal"
    )


@pytest.mark.parametrize("unit", ["percent", "per_1000", "share"])
def test_rates_do_not_move_as_if_they_were_counts(unit):
    value, _, _ = compute_indicators(COUNTS, [indicator(unit)])
    with pytest.raises(DataError, match="Verhältnis"):
        walk().apply(value)


@pytest.mark.parametrize("column", [[12.5, 40.0, 7.0], [100.0, 33.3, 0.0], [66.6666667, 12.5, 3.0]])
def test_a_bare_column_of_per_cent_is_refused_with_the_way_out(column):
    frame = pd.DataFrame({"armut": column}, KEYS)
    with pytest.raises(DataError, match="Bezugsgröße"):
        walk().apply(frame)
    moved = walk().apply(frame, units={"armut": "count"})
    assert moved["armut"].sum() == pytest.approx(sum(column))


def test_moved_counts_move_on_though_they_have_fractions():
    moved = walk().apply(pd.DataFrame({"n": [1.0, 5.0, 2.0]}, KEYS))
    assert moved["n"].tolist() == [3.5, 4.5]
    from scipy.sparse import csr_array

    back = Crosswalk(csr_array([[1.0, 1.0]]), ("S",), ("A", "B"), "nested")
    assert back.apply(moved)["n"].tolist() == [8.0]


def test_the_kind_gives_the_notation_and_the_notation_the_kind():
    def made(**how):
        one = Indicator(id="a", label="a", direction="burden", value="a", **how)
        return one.kind, one.unit

    assert made() == ("share", "share") and made(unit="percent") == ("share", "percent")
    assert made(unit="number") == ("mean", "number") and made(unit="points")[0] == "difference"
    assert made(kind="rate") == ("rate", "per_1000")
    assert made(kind="rate", unit="number") == ("rate", "number")
    assert made(kind="difference") == ("difference", "points")
    with pytest.raises(ValueError, match=r"'kind' parameter of Indicator 'a' must be one of"):
        made(kind="mean", unit="percent")


def test_a_difference_below_zero_feeds_an_index():
    dynamics = Indicator(id="a", label="a", direction="burden", value="a", kind="difference")
    value, _, status = compute_indicators(pd.DataFrame({"a": [-3.5, 0.0, 2.0]}, KEYS), [dynamics])
    assert value["a"].tolist() == [-3.5, 0.0, 2.0] and (status["a"] == "ok").all()


BUILD = """
title = "Plätze"
place = "Rechtecken"
recipe = "minmax_mean"
ags = "09761000"
stichtag = 2022-12-31
crs = "EPSG:25832"
orientation = "deprivation"
data = "."
sources = ["erfunden"]
[areas.g]
file = "g.gpkg"
key = "nr"
[[tables]]
file = "t.csv"
areas = "g"
key = "nr"
[join]
target = "g"
[[indicators]]
id = "plaetze"
label = "Plätze je Kind"
numerator = "plaetze"
denominator = "kinder"
direction = "resource"
kind = "rate"
unit = "number"
"""


def test_a_ratio_may_exceed_one_and_two_cases_of_it_stand_for_a_window(tmp_path):
    keys = [f"{n:02}" for n in range(1, 13)]
    at = [(440_000 + n % 4 * 1000, 5_730_000 + n // 4 * 1000) for n in range(12)]
    shapes = [box(x, y, x + 1000, y + 1000) for x, y in at]
    gpd.GeoDataFrame({"nr": keys}, geometry=shapes, crs=25832).to_file(tmp_path / "g.gpkg")
    counts = pd.DataFrame({"nr": keys, "plaetze": range(200, 800, 50), "kinder": 400})
    counts.loc[0, "plaetze"] = 2
    counts.to_csv(tmp_path / "t.csv", sep=";", index=False)
    (tmp_path / "b.toml").write_text(BUILD, encoding="utf-8")
    edition = sr.build(tmp_path / "b.toml").release.editions[0]
    # of 12 areas, zeros are hidden: 2 cases lie in the window 0..5, whose middle is 2.5
    assert edition.values["plaetze"]["01"] == pytest.approx(2.5 / 400)
    assert abs(edition.values["plaetze"]["12"] - 750 / 400) <= edition.half_width["plaetze"]["12"]
