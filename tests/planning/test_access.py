"""Floating catchments by hand, against the access package, and gaps that are deserts, not blanks."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.kernels.catchment_access import floating_catchment
from sozialraum.model.errors import DataError
from sozialraum.planning.access import (
    duplicates,
    empty_places,
    floating_catchments,
    gaps,
    nearest_offers,
    places_per_child,
)

# Four areas, two offers; R = 30/150 and 20/200 within 1000 m, so A = .2, .3, .1, and the fourth is a desert.
DISTANCE = pd.DataFrame(
    {"11": [500.0, 900.0, 1600.0, 5000.0], "12": [1500.0, 800.0, 700.0, 4000.0]}, index=list("1234")
)
CHILDREN = pd.Series({"1": 100.0, "2": 50.0, "3": 150.0, "4": 80.0})
PLACES = pd.Series({"11": 30.0, "12": 20.0})


def test_two_steps_by_hand_and_the_desert_is_zero():
    access = floating_catchments(DISTANCE, CHILDREN, PLACES, rings=[(1000, 1)])
    np.testing.assert_allclose(access.areas["access"], [0.2, 0.3, 0.1, 0.0], atol=1e-15)
    assert access.areas["desert"].tolist() == [False, False, False, True]
    np.testing.assert_allclose(access.offers["ratio"], [0.2, 0.1], atol=1e-15)
    assert (access.areas["access"] * CHILDREN).sum() == pytest.approx(50)


def test_rings_of_distance_by_hand():
    # within 600 m weight 1, to 1000 m weight .5: R = 30/(100 + 25), 20/(25 + 75)
    access = floating_catchments(DISTANCE, CHILDREN, PLACES, rings=[(600, 1), (1000, 0.5)])
    np.testing.assert_allclose(access.areas["access"], [0.24, 0.22, 0.10, 0.0], atol=1e-15)


def test_exactly_on_the_ring_is_inside_it():
    access = floating_catchments(DISTANCE, CHILDREN, PLACES, rings=[(500, 1)])
    assert access.areas["access"].tolist() == [0.3, 0.0, 0.0, 0.0]


def test_need_makes_a_claim_larger():
    need = pd.Series({"1": 1.0, "2": 0.5, "3": 1.0, "4": 1.0})
    access = floating_catchments(DISTANCE, CHILDREN, PLACES, rings=[(1000, 1)], need=need)
    np.testing.assert_allclose(access.offers["ratio"], [30 / 125, 20 / 175])


@pytest.mark.filterwarnings("ignore")  # access 1.1 with pandas 3
def test_where_the_access_package_has_a_value_ours_is_the_same_and_where_it_has_none_ours_is_zero():
    package = pytest.importorskip("access")
    rng = np.random.default_rng(0)
    metres = rng.uniform(0, 9000, (200, 15))
    persons, places = rng.poisson(40, 200) + 1.0, rng.integers(10, 60, 15) * 1.0
    i, j = np.nonzero(metres <= 1500)
    pairs = pd.DataFrame({"origin": i, "dest": j + 10000, "cost": metres[i, j]})
    theirs = package.Access(
        demand_df=pd.DataFrame({"geoid": range(200), "pop": persons}), demand_index="geoid", demand_value="pop",
        supply_df=pd.DataFrame({"geoid": np.arange(15) + 10000, "sup": places}), supply_index="geoid",
        supply_value="sup", cost_df=pairs, cost_origin="origin", cost_dest="dest", cost_name="cost",
    )  # fmt: skip
    theirs.enhanced_two_stage_fca(
        weight_fn=package.weights.step_fn({500: 1, 1000: 0.68, 1500: 0.22}), max_cost=1500
    )
    expected = theirs.access_df.iloc[:, -1].reindex(range(200)).to_numpy()
    keys, names = [f"{k:03d}" for k in range(200)], [f"{k:02d}" for k in range(15)]
    ours = floating_catchments(
        pd.DataFrame(metres, keys, names), pd.Series(persons, keys), pd.Series(places, names),
        rings=[(500, 1), (1000, 0.68), (1500, 0.22)],
    ).areas["access"].to_numpy()  # fmt: skip
    known = ~np.isnan(expected)
    np.testing.assert_allclose(ours[known], expected[known], atol=1e-12)
    assert (~known).any() and (ours[~known] == 0).all()


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(1, 12), st.integers(1, 6), st.integers(0, 1000))
def test_places_are_neither_lost_nor_made(areas, offers, seed):
    rng = np.random.default_rng(seed)
    metres = rng.uniform(0, 3000, (areas, offers))
    persons, places = rng.integers(0, 30, areas) * 1.0, rng.integers(0, 50, offers) * 1.0
    rings, weights = np.array([500.0, 1500.0]), np.array([1.0, 0.4])
    access, ratio, offers_near, reach = floating_catchment(
        metres, persons, persons, places, rings, weights
    )
    reached = (persons @ (metres <= 1500)) > 0
    assert (access * persons).sum() == pytest.approx(places[reached].sum())
    plain = floating_catchment.py_func(metres, persons, persons, places, rings, weights)
    for ours, theirs in zip((access, ratio, offers_near, reach), plain, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(offers_near, (metres <= 1500).sum(axis=1))
    np.testing.assert_allclose(reach, persons @ (metres <= 1500))


def test_the_nearest_offer_has_a_name_and_no_way_is_infinite():
    distance = DISTANCE.copy()
    distance.loc["4"] = np.inf
    distance.loc["1"] = 700.0
    table = nearest_offers(distance)
    assert table["nearest"].tolist() == ["11", "12", "12", ""]
    assert table["metres"].tolist()[:3] == [700, 800, 700] and np.isinf(table.loc["4", "metres"])
    assert nearest_offers(DISTANCE[[]])["nearest"].tolist() == [""] * 4


def test_places_per_hundred_children_where_the_offer_stands():
    table = places_per_child(
        PLACES, pd.Series({"11": "1", "12": "1"}), pd.Series({"1": 100, "2": 0, "3": 10})
    )
    assert table["per_100"].tolist()[::2] == [50.0, 0.0]
    assert np.isnan(table.loc["2", "per_100"]) and table.loc["2", "status"] == "no_base"


def test_a_needy_desert_is_an_empty_place_and_is_told_with_its_children():
    access = floating_catchments(DISTANCE, CHILDREN, PLACES, rings=[(1000, 1)])
    need = pd.Series({"1": 0.1, "2": 0.2, "3": 0.3, "4": 0.9})
    table = gaps(access, need)
    assert table.index[0] == "4"
    assert table.loc["4", ["need_class", "access_class", "kind"]].tolist() == [
        "high",
        "none",
        "empty",
    ]
    # ranks by children: need 50+..: of 380 children, 300 have less need than area 4, none less access
    assert table.loc["4", "gap"] == pytest.approx((300 + 40) / 380 - 40 / 380)
    assert empty_places(table) == [
        "Im Gebiet 4 mit hohem Bedarf haben 80 Kinder kaum einen Platz in der Nähe; das nächste Angebot „12“ ist 4.000\u00a0m entfernt."
    ]
    calm = gaps(access, 1 - need)
    assert calm.loc["4", "kind"] == "thin"
    chosen = gaps(access, need, needy=pd.Series(access.areas.index == "3", access.areas.index))
    assert chosen.loc["4", "kind"] == "thin"


def test_an_offer_among_others_in_a_quiet_quarter_is_a_duplicate():
    distance = pd.DataFrame(
        {"A": [100.0, 9e3], "B": [200.0, 9e3], "C": [300.0, 100.0], "D": [9e3, 9e3]},
        index=["x", "y"],
    )
    persons, need = pd.Series({"x": 90.0, "y": 10.0}), pd.Series({"x": 0.1, "y": 0.9})
    table = duplicates(distance, persons, need, radius=500, times=2)
    assert table["duplicate"].tolist() == [True, True, False, False]  # C is the only offer of y
    assert table.loc["C", ["persons_in_reach", "only_offer_of"]].tolist() == [100, 10]
    assert table.loc["C", "offers_per_child"] == pytest.approx((90 * 3 + 10) / 100)
    assert np.isnan(table.loc["D", "need"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"persons": CHILDREN * -1}, "negative_number"),
        ({"places": PLACES.drop("11")}, "missing_number"),
        ({"places": pd.concat([PLACES, pd.Series({"99": 3.0})])}, "unknown_key"),
        ({"distance": DISTANCE.replace(500.0, np.nan)}, "bad_distance"),
    ],
)
def test_wrong_data_is_told(change, code):
    given_data = {"distance": DISTANCE, "persons": CHILDREN, "places": PLACES} | change
    with pytest.raises(DataError) as raised:
        floating_catchments(**given_data, rings=[(1000, 1)])
    assert f"planning.{code}" in {p.code for p in raised.value.problems}


@pytest.mark.parametrize("rings", [[], [(1000, 1), (500, 1)], [(500, -1)], [(np.inf, 1)]])
def test_rings_that_are_none_are_refused(rings):
    with pytest.raises(ValueError, match="The 'rings' parameter"):
        floating_catchments(DISTANCE, CHILDREN, PLACES, rings=rings)


def test_nobody_and_nothing_have_an_answer():
    nobody = floating_catchments(DISTANCE, CHILDREN * 0, PLACES, rings=[(1000, 1)])
    assert (nobody.areas["access"] == 0).all()
    assert gaps(nobody, CHILDREN * 0 + 0.5)["kind"].isin(["empty", "thin", "ok"]).all()
