"""Plans follow from protected counts and from heads alone; rates beside the index are checked."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, box
from shared_data import shared

from sozialraum.config import read_build
from sozialraum.model.errors import DataError
from sozialraum.workflows.build.building import build
from sozialraum.workflows.check.checking import check_build
from sozialraum.workflows.plan.decision import decide

KEYS = [f"{n:02d}" for n in range(1, 25)]
BUILD = """
title = "Probe"
place = "Probestadt"
ags = "09999000"
stichtag = 2024-12-31
crs = "EPSG:25832"
orientation = "deprivation"
recipe = "minmax_mean"
sources = ["erfunden"]
[areas.g]
file = "g.gpkg"
key = "key"
width = 2
[[tables]]
file = "z.csv"
areas = "g"
key = "key"
width = 2
[join]
target = "g"
[classes]
method = "ntile"
k = 3
labels = ["niedrig", "mittel", "hoch"]
numbers = [1, 2, 3]
[[indicators]]
id = "armut"
label = "Armut"
numerator = "arm"
denominator = "kinder"
direction = "burden"
[[indicators]]
id = "hz"
label = "Hilfe"
numerator = "hz"
denominator = "kinder"
direction = "burden"
"""
PLAN = """
title = "Plan"
build = "b.toml"
draws = 20
[demand]
areas = "g"
persons = "kinder"
in_need = "{in_need}"
[distances]
method = "luftlinie"
[sites]
file = "orte.gpkg"
key = "ort"
[locate]
radius = 1500
number = 2
[[targets]]
id = "t"
label = "Armut, wo sie hoch ist"
indicator = "armut"
group = "hoch"
better = "lower"
value = 0.10
deadline = 2027-12-31
"""


def write(folder, arm, in_need="arm", more=""):
    """Write a city of four by six areas of 60 to 129 children, and a plan for it."""
    folder.mkdir()
    squares = [
        box(1000 * (n % 6), 1000 * (n // 6), 1000 * (n % 6 + 1), 1000 * (n // 6 + 1))
        for n in range(24)
    ]
    gpd.GeoDataFrame({"key": KEYS}, geometry=squares, crs="EPSG:25832").to_file(folder / "g.gpkg")
    places = [Point(500, 500), Point(2500, 1500), Point(5500, 3500)]
    gpd.GeoDataFrame({"ort": ["a", "b", "c"]}, geometry=places, crs="EPSG:25832").to_file(
        folder / "orte.gpkg"
    )
    table = pd.DataFrame({"key": KEYS, "kinder": [60 + 3 * n for n in range(24)], "arm": arm})
    table["hz"] = [7 + (5 * n) % 31 for n in range(24)]
    table["leer"] = ""
    table["minus"] = [-30, *[20] * 23]
    table["teil"] = [200, *[20] * 23]
    table.to_csv(folder / "z.csv", sep=";", index=False)
    (folder / "b.toml").write_text(BUILD + more, encoding="utf-8")
    (folder / "p.toml").write_text(PLAN.format(in_need=in_need), encoding="utf-8")
    return folder


ARM = [7 + (7 * n) % 29 for n in range(24)]


def moved():
    """Return counts of which no window of three differs: one child is elsewhere."""
    other = list(ARM)
    one = next(n for n, x in enumerate(ARM) if x % 3 == 1)  # 7 of 6-8, 10 of 9-11 …
    last = next(n for n, x in enumerate(ARM) if x % 3 == 0 and n != one)
    other[one] -= 1
    other[last] += 1
    assert [x // 3 for x in other] == [x // 3 for x in ARM] and sum(other) == sum(ARM)
    return other


def test_deliveries_that_are_protected_alike_make_the_same_plan(tmp_path):
    files = []
    for name, arm in (("eins", ARM), ("zwei", moved())):
        folder = write(tmp_path / name, arm)
        decide(folder / "p.toml").save(folder / "out")
        files.append({p.name: p.read_bytes() for p in (folder / "out").iterdir()})
    assert files[0].keys() == files[1].keys()
    assert [name for name in files[0] if files[0][name] != files[1][name]] == []


def test_a_goal_of_a_class_is_judged_by_the_sum_of_what_its_areas_show(tmp_path):
    decision = decide(write(tmp_path / "p", ARM) / "p.toml")
    base = decision.base
    table = base.measured["2024-12-31"].table
    labels = base.scored["2024-12-31"][base.plan.axis_names[0]].labels
    inside = labels.index[labels == "hoch"]
    # by hand: the windows of 60 and more children are 6-8, 9-11, …; their middles 7, 10, …
    shown = [3 * (ARM[KEYS.index(k)] // 3) + 1 for k in inside]
    assert table.middle.loc[inside, "armut"].tolist() == shown
    told = decision.release.scenarios["targets"]["variants"][0]["table"][0]["share"]
    assert told == round(sum(shown) / table.base.loc[inside, "armut"].sum(), 3)


def test_a_class_less_its_shown_areas_gives_nobody_away(tmp_path):
    """The case of two children in area 01: the share of the class is that of the middles."""
    decision = decide(shared("cases/faults/attack/L8_plan/plan.toml"))
    base = decision.base
    table = base.measured["2024-12-31"].table
    labels = base.scored["2024-12-31"][base.plan.axis_names[0]].labels
    inside = labels.index[labels == "hoch"]
    share = table.middle.loc[inside, "armut"].sum() / table.base.loc[inside, "armut"].sum()
    told = decision.release.scenarios["targets"]["variants"][0]["table"][0]["share"]
    assert told == round(share, 3)
    assert (table.high - table.low)["armut"].min() >= 2


def test_cases_of_a_plan_are_the_shown_share_times_the_children_of_the_block(tmp_path):
    from sozialraum.planning.plan_file import read_plan
    from sozialraum.workflows.plan.demand_counts import demand_counts

    folder = write(tmp_path / "p", ARM)
    base = build(read_build(folder / "b.toml"))
    delivered = pd.read_csv(folder / "z.csv", sep=";", dtype={"key": str}).set_index("key")
    found = demand_counts(read_plan(folder / "p.toml"), base, delivered)
    assert np.allclose(found["arm"], [3 * (x // 3) + 1 for x in ARM])
    assert found["kinder"].equals(delivered["kinder"])


def test_cases_that_no_indicator_counts_are_refused(tmp_path):
    folder = write(tmp_path / "p", ARM, in_need="teil")
    with pytest.raises(DataError) as caught:
        decide(folder / "p.toml")
    (found,) = caught.value.problems
    assert found.code == "planning.cases_unknown" and "arm, hz" in found.expected


@pytest.mark.parametrize("section", ["transitions", "participation"])
@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("leer", "check.all_missing"),
        ("minus", "check.negative"),
        ("teil", "check.numerator_above"),
        ("nirgends", "check.variable_unknown"),
    ],
)
def test_what_build_cannot_use_beside_the_index_check_has_told(tmp_path, section, column, code):
    word = {"transitions": "cases", "participation": "participants"}[section]
    more = f'[{section}]\nlabel = "Quote"\n{word} = "{column}"\nchildren = "kinder"\n'
    folder = write(tmp_path / "p", ARM, more=more)
    told = {p.code for p in check_build(folder / "b.toml") if p.severity == "error"}
    assert code in told
    with pytest.raises(DataError) as caught:
        build(read_build(folder / "b.toml"))
    assert code in {p.code for p in caught.value.problems}
