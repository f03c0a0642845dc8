"""Types: ordered by burden, the same every time, and honest about their stability."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from sozialraum.index.typology import (
    assign_types,
    fit_typology,
    inspect_typology,
    type_certainty,
)
from sozialraum.model import Typology
from sozialraum.model.errors import DataError
from sozialraum.model.neighbours import Neighbours

METHODS = ("kmeans", "ward", "mixture")


def three_groups(n=40, spread=0.2, seed=1):
    rng = np.random.default_rng(seed)
    true = np.repeat([1, 2, 3], n)
    centre = np.array([[-2.0, -1.5], [0.0, 0.5], [2.0, 1.0]])[true - 1]
    z = pd.DataFrame(centre + spread * rng.normal(size=centre.shape), columns=["arm", "arbeit"])
    z.index = [f"{i:03d}" for i in range(len(z))]
    return z, true


@pytest.mark.parametrize("method", METHODS)
def test_types_are_found_and_numbered_by_burden(method):
    z, true = three_groups()
    types = fit_typology(z, method=method, k=3, draws=10)
    assert assign_types(z, types).tolist() == true.tolist()
    assert types.options["sizes"] == [40, 40, 40]
    assert types.options["agreement"] == 1.0
    assert types.options["stability"] > 0.95
    assert inspect_typology(types) == []


@pytest.mark.parametrize("method", METHODS)
def test_turning_the_orientation_turns_the_numbers(method):
    z, true = three_groups()
    types = fit_typology(-z, method=method, k=3, draws=0, orientation="participation")
    assert assign_types(-z, types).tolist() == true.tolist()


@pytest.mark.parametrize("method", METHODS)
def test_two_runs_and_a_shuffled_order_of_rows_give_the_same_types(method):
    z, _ = three_groups(spread=0.6)
    first = fit_typology(z, method=method, k=3, draws=0)
    assert first == fit_typology(z, method=method, k=3, draws=0)
    shuffled = z.sample(frac=1.0, random_state=3)
    again = assign_types(shuffled, fit_typology(shuffled, method=method, k=3, draws=0)).reindex(
        z.index
    )
    assert adjusted_rand_score(assign_types(z, first), again) > 0.95


def test_a_gap_gives_no_type_and_an_integer_column_with_a_sign_for_it():
    z, _ = three_groups()
    z.iloc[5, 0] = np.nan
    types = assign_types(z, fit_typology(z, k=3, draws=0))
    assert types.isna().sum() == 1
    assert types.isna().iloc[5]
    assert str(types.dtype) == "Int64"


def test_a_typology_survives_its_json_form():
    z, _ = three_groups()
    types = fit_typology(z, k=3, draws=2)
    assert Typology.from_dict(types.to_dict()) == types


def test_regions_are_connected():
    # A strip of 12 areas, each a neighbour of the next; values alternate, so that types without a
    # map would not be regions.
    n = 12
    z = pd.DataFrame(
        {"arm": np.tile([0.0, 1.0], n // 2) + np.arange(n) * 0.2},
        index=[f"{i:02d}" for i in range(n)],
    )
    pairs = [(i, i + 1) for i in range(n - 1)] + [(i + 1, i) for i in range(n - 1)]
    rows, columns = zip(*pairs, strict=True)
    around = Neighbours.of_pairs(z.index, np.array(rows), np.array(columns), kind="strip")
    types = fit_typology(z, method="contiguous", k=3, neighbours=around)
    found = assign_types(z, types, as_found=True).to_numpy(dtype=int)
    assert (np.diff(found) != 0).sum() == 2  # three runs along the strip
    assert types.options["stability"] is None


def test_islands_stay_regions_of_their_own():
    z = pd.DataFrame({"arm": [0.0, 0.1, 5.0, 5.1, 9.0]}, index=list("abcde"))
    around = Neighbours.of_pairs(
        z.index, np.array([0, 1, 2, 3]), np.array([1, 0, 3, 2]), kind="two pairs"
    )
    types = fit_typology(z, method="contiguous", k=4, neighbours=around)
    found = assign_types(z, types, as_found=True)
    assert found["e"] not in set(found.drop("e"))
    assert found.nunique() == 4
    with pytest.raises(DataError, match="getrennte Teile"):
        fit_typology(z, method="contiguous", k=2, neighbours=around)


def test_noise_has_unstable_types_and_says_so():
    rng = np.random.default_rng(5)
    z = pd.DataFrame(rng.normal(size=(60, 4)), columns=list("abcd"))
    types = fit_typology(z, k=6, draws=20)
    assert [p.code for p in inspect_typology(types)][:1] == ["index.unstable_types"]


def test_an_area_between_two_types_is_less_certain():
    z, _ = three_groups()
    z.loc["mitte"] = [-1.0, -0.5]
    certainty = type_certainty(z, fit_typology(z, k=3, draws=0), draws=40)
    assert certainty["mitte"] < 1.0
    assert certainty["000"] == 1.0


def test_too_few_different_areas_and_wrong_arguments_are_told():
    same = pd.DataFrame({"a": [1.0, 1.0, 2.0]})
    with pytest.raises(DataError, match="Typen"):
        fit_typology(same, k=3)
    with pytest.raises(ValueError, match="The 'method' parameter of fit_typology"):
        fit_typology(same, method="x")
    with pytest.raises(ValueError, match="The 'neighbours' parameter"):
        fit_typology(same, method="contiguous")
