"""For which ages there is an offer: in the area, within reach of it, or not at all."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import Point, box

from sozialraum.space import offer_areas, offer_coverage
from sozialraum.space.network import beeline_distances

CRS = 25833
AREAS = gpd.GeoDataFrame(
    index=["A", "B", "C"],
    geometry=[box(n * 1000, 0, n * 1000 + 1000, 1000) for n in range(3)],
    crs=CRS,
)


def offers(*rows):
    """Rows of youngest, oldest, place, area."""
    low, high, places, areas = zip(*rows, strict=True)
    return gpd.GeoDataFrame(
        {"age_from": np.array(low, float), "age_to": np.array(high, float), "area": areas},
        geometry=[Point() if p is None else Point(p) for p in places], crs=CRS,
    )  # fmt: skip


def words(found, key):
    return "".join({"here": "h", "near": "n", "none": "-"}[w] for w in found.loc[key])


def test_both_ends_of_an_age_belong_to_it_and_a_missing_one_is_no_limit():
    given = offers(
        (6, 10, (500, 500), ""), (np.nan, 2, (1500, 500), ""), (16, np.nan, (2500, 500), "")
    )
    found = offer_coverage(AREAS, given, reach=100)
    assert words(found, "A") == "------hhhhh--------"
    assert words(found, "B") == "hhh----------------"
    assert words(found, "C") == "----------------hhh"


def test_near_is_at_most_the_reach_from_the_inner_point():
    given = offers((0, 18, (500, 500), ""))
    assert words(offer_coverage(AREAS, given, reach=1000), "B") == "n" * 19
    assert words(offer_coverage(AREAS, given, reach=999), "B") == "-" * 19
    assert words(offer_coverage(AREAS, given, reach=1299, detour=1.3), "B") == "-" * 19
    assert words(offer_coverage(AREAS, given, reach=1301, detour=1.3), "B") == "n" * 19


def test_an_offer_without_coordinates_is_there_for_its_own_area_alone():
    given = offers((3, 3, None, "B"), (4, 4, None, "X"))
    found = offer_coverage(AREAS, given, oldest=4, reach=1e5)
    assert [words(found, k) for k in "ABC"] == ["-----", "---h-", "-----"]
    assert offer_areas(AREAS, given).tolist() == ["B", None]


def test_reach_is_that_of_beeline_distances():
    rng = np.random.default_rng(3)
    given = offers(*[(n % 19, n % 19, tuple(rng.uniform(-500, 3500, 2)), "") for n in range(60)])
    found = offer_coverage(AREAS, given, reach=900, detour=1.2)
    metres = beeline_distances(AREAS, given, detour=1.2).metres.to_numpy()
    for place, key in enumerate(AREAS.index):
        inside = given.within(AREAS.geometry[key]).to_numpy()
        for age in range(19):
            fits = given["age_from"].to_numpy() == age
            wanted = (
                "here"
                if (fits & inside).any()
                else "near"
                if (fits & (metres[place] <= 900)).any()
                else "none"
            )
            assert found.at[key, age] == wanted


@pytest.mark.parametrize(
    ("name", "value"), [("reach", 0), ("reach", float("nan")), ("detour", 0.9)]
)
def test_a_wrong_call_is_told(name, value):
    with pytest.raises(ValueError, match=f"The '{name}' parameter of offer_coverage must be"):
        offer_coverage(AREAS, offers((0, 1, (1, 1), "")), **{name: value})
