"""The street grid of the employment agency: each house in its area, none in two, none too small."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

import sozialraum as sr
from sozialraum.model.errors import DataError
from sozialraum.sources.official.street_grid import read_street_grid
from sozialraum.sources.tabular.tables import read_table
from sozialraum.space.addressing.house_numbers import assign_by_rules, read_house_number_rules

KEYS = ["001001001", "001001002", "001002001"]
PEOPLE = pd.Series([1500.0, 1200.0, 1000.0], KEYS)


def houses_of(seed):
    """Draw houses whose areas change along the street, also between 7 and 7a."""
    draw = np.random.default_rng(seed)
    rows = []
    for street in ("Am Markt", "Hafenstraße", "Lindenallee", "Weg 7"):
        for side in (1, 2):
            area = draw.choice(KEYS)
            for n in range(side, side + 2 * int(draw.integers(0, 25)), 2):
                if draw.random() < 0.3:
                    continue
                for letter in ["", "a", "b"][: int(draw.integers(1, 4))]:
                    # the plain number and its "a" are always in one area: no range tells them apart
                    if letter != "a" and draw.random() < 0.2:
                        area = draw.choice(KEYS)
                    rows.append((street, n, letter, "12345", area))
    return pd.DataFrame(rows, columns=["street", "house_number", "suffix", "postcode", "area"])


@pytest.mark.parametrize("seed", range(12))
def test_what_is_written_gives_each_house_back_its_area(seed, tmp_path):
    houses = houses_of(seed)
    grid = sr.space.make_street_grid(
        houses, PEOPLE, area="area", suffix="suffix", postcode="postcode"
    )
    names, ranges = grid.write(tmp_path, ags="09761000")
    areas = read_table(names, key="SCHLUESSEL", columns={"persons": "EINWOHNER"})
    assert areas.frame["persons"].to_dict() == PEOPLE.to_dict()
    read, _ = read_street_grid(ranges)
    rules = read_house_number_rules(
        read, area="SCHLUESSEL", street="STRASSE", rule="REGEL", postcode="PLZ"
    )
    assert [p for p in rules.problems if p.severity == "error"] == []
    # read and applied by other code than that which wrote it
    found = assign_by_rules(houses, rules, suffix="suffix", postcode="postcode")
    assert found.area.tolist() == houses["area"].tolist()


def test_every_number_of_a_street_lies_in_exactly_one_range():
    houses = houses_of(3)
    grid = sr.space.make_street_grid(houses, PEOPLE, area="area", suffix="suffix")
    for _, street in grid.ranges.groupby("street"):
        for side, numbers in (("odd", range(1, 120, 2)), ("even", range(2, 120, 2))):
            held = street[street[f"{side}_from"] > 0]
            plain = held[(held[f"{side}_from_letter"] == "") & (held[f"{side}_to_letter"] == "")]
            for n in numbers if len(plain) == len(held) and len(held) else ():
                inside = (plain[f"{side}_from"] <= n) & (n <= plain[f"{side}_to"])
                assert inside.sum() == 1


def test_areas_below_the_least_number_are_named_and_merges_proposed(tmp_path):
    houses = pd.DataFrame(
        {"street": ["A"] * 4, "house_number": [1, 3, 5, 7], "area": [*KEYS, "001002002"]}
    )
    people = pd.Series([400.0, 700.0, 1500.0, 300.0], [*KEYS, "001002002"])
    # four squares in a row: 400 | 700 | 1500 | 300
    layer = gpd.GeoDataFrame(
        geometry=[box(i * 100, 0, i * 100 + 100, 100) for i in range(4)],
        index=people.index, crs="EPSG:25832",
    )  # fmt: skip
    grid = sr.space.make_street_grid(houses, people, area="area", areas=layer)
    assert grid.too_small.to_dict() == {"001002002": 300, KEYS[0]: 400, KEYS[1]: 700}
    # 300 has one neighbour, 1500; then 400 joins 700: 1100
    assert grid.merges == ((KEYS[0], KEYS[1]), (KEYS[2], "001002002"))
    with pytest.raises(DataError) as raised:
        grid.write(tmp_path, ags="09761000")
    (found,) = raised.value.problems
    assert "001002002 (300)" in found.found
    assert f"{KEYS[0]} + {KEYS[1]}" in found.action
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"area": ["1", KEYS[0]]}, "addresses.grid_key"),
        ({"area": ["009009009", KEYS[0]]}, "addresses.grid_persons"),
        ({"house_number": [1, 1], "area": KEYS[:2]}, "addresses.grid_house_twice"),
        ({"house_number": [1, "1a"], "area": KEYS[:2]}, "addresses.grid_letters"),
    ],
)
def test_what_cannot_be_ordered_is_refused(change, code):
    houses = pd.DataFrame({"street": ["A", "A"], "house_number": [1, 3], "area": KEYS[:2]} | change)
    with pytest.raises(DataError) as raised:
        sr.space.make_street_grid(houses, PEOPLE, area="area")
    assert [p.code for p in raised.value.problems] == [code]


def test_houses_without_a_number_are_counted():
    houses = pd.DataFrame(
        {"street": ["A"] * 3, "house_number": [1, "ohne HNr.", "Ecke"], "area": KEYS[0]}
    )
    grid = sr.space.make_street_grid(houses, PEOPLE, area="area")
    assert [p.code for p in grid.problems] == ["addresses.unusable"]
    assert "2" in grid.problems[0].message
