"""Known answers of arguments in another order, and what is refused in which words."""

import numpy as np
import pandas as pd
import pytest
from laws import city as c

from sozialraum.index.preparation.shrinkage import shrink_rates
from sozialraum.index.scaling import fit_scale
from sozialraum.index.typology import fit_typology
from sozialraum.insight.autocorrelation import getis_ord, global_moran, local_moran
from sozialraum.insight.equity import slope_index
from sozialraum.insight.rezoning import rezoning_band
from sozialraum.insight.segregation import segregation_indices
from sozialraum.model import Indicator
from sozialraum.model.alignment import aligned, aligned_tables, aligned_to
from sozialraum.space.neighbours import contiguity

KEYS = list("abcdef")
COUNTED = pd.Series([5.0, 9, 2, 7, 4, 8], KEYS)
PERSONS = pd.Series([40.0, 60, 90, 50, 80, 200], KEYS)


def test_contract_1_dissimilarity_of_three_units_whatever_the_order_of_the_totals():
    group = pd.Series([10.0, 1, 5], list("abc"))
    total = pd.Series([50.0, 10, 20], list("abc"))
    # D = ½ Σ |g/16 - (t - g)/64|: ½ (|.625 - .625| + |.0625 - .140625| + |.3125 - .234375|)
    for rows in ("abc", "cab", "bca"):
        found = segregation_indices(group, total.loc[list(rows)], draws=50)
        assert found.loc["dissimilarity", "value"] == pytest.approx(0.078125)


def test_contract_1_the_slope_index_stays_whatever_the_order_of_the_persons():
    rate = pd.Series([0.1, 0.2, 0.4], list("abc"))
    persons, burden = pd.Series([100.0, 200, 700], list("abc")), pd.Series([1.0, 2, 3], list("abc"))
    for order in (slice(None), slice(None, None, -1)):
        assert slope_index(rate, persons[order], burden).sii == pytest.approx(-0.4722, abs=5e-5)


def test_contract_1_the_rate_of_the_city_is_the_rate_of_the_sums():
    one = [Indicator(id="a", label="a", direction="burden", value="a")]
    value, base = (COUNTED / PERSONS).to_frame("a"), PERSONS.to_frame("a")
    for order in (KEYS, KEYS[::-1]):
        scale = fit_scale(value, one, method="zscore", centre="city_rate", base=base.loc[order])
        assert scale.params["a"]["centre"] == pytest.approx(35 / 520)


GRAPH = contiguity(c.areas)
OF_GRAPH = [
    lambda values, graph: global_moran(values, graph, permutations=99).value,
    lambda values, graph: local_moran(values, graph, permutations=99)["local"],
    lambda values, graph: getis_ord(values, graph)["g"],
    lambda values, graph: (
        rezoning_band(values + 5, c.cases, c.persons, graph, zones=4, draws=9).finest
    ),
]


@pytest.mark.parametrize("measure", OF_GRAPH)
def test_contract_1_a_graph_is_laid_to_the_areas_by_key_or_refused(measure):
    stated, turned = measure(c.burden, GRAPH), measure(c.burden.iloc[::-1], GRAPH)
    if isinstance(stated, pd.Series):
        assert list(turned.index) == list(c.KEYS[::-1])
        pd.testing.assert_series_equal(stated, turned[stated.index])
    else:
        assert stated == pytest.approx(turned)
    for other in (
        c.burden.drop("07"),
        pd.concat([c.burden, c.burden[:1]]),
        c.burden.rename({"07": "7"}),
    ):
        with pytest.raises(ValueError, match="must have the keys of 'neighbours'"):
            measure(other, GRAPH)


def test_contract_1_the_message_names_up_to_five_keys_of_each_side():
    first = pd.Series(1.0, [f"a{n}" for n in range(8)])
    second = pd.Series(1.0, [f"b{n}" for n in range(6)])
    with pytest.raises(ValueError) as told:
        aligned("f", first=first, second=second)
    assert str(told.value) == (
        "The 'second' parameter of f must have the keys of 'first', each once, in any order. Got "
        "unknown ['b0', 'b1', 'b2', 'b3', 'b4'] and 1 more and none of "
        "['a0', 'a1', 'a2', 'a3', 'a4'] and 3 more instead."
    )
    with pytest.raises(ValueError, match=r"'first' parameter of f .* more than once \['x'\]"):
        aligned("f", first=pd.Series([1, 2], ["x", "x"]), second=pd.Series([1, 2], ["x", "x"]))


def test_contract_1_numbers_stand_for_all_rows_and_lists_have_no_keys():
    assert aligned("f", first=first_of(3), second=2.5, third=None)[1:] == (2.5, None)
    with pytest.raises(TypeError, match="'second' parameter of f must be a Series or DataFrame"):
        aligned("f", first=first_of(3), second=[1, 2, 3])
    with pytest.raises(ValueError, match="must have the columns"):
        aligned_tables("f", one=pd.DataFrame({"a": [1]}), two=pd.DataFrame({"b": [1]}))
    with pytest.raises(ValueError, match="the columns of 'd'"):
        aligned_to("f", pd.Index(["A"]), "the columns of 'd'", places=pd.Series([1], ["B"]))


def first_of(n: int) -> pd.Series:
    return pd.Series(range(n), list("abc")[:n])


def test_keys_of_another_kind_are_other_keys():
    with pytest.raises(ValueError, match=r"unknown \['1'\] and none of \['1'\]"):
        aligned("f", first=pd.Series([1.0], ["1"]), second=pd.Series([1.0], [1]))


def test_shrinking_and_types_do_not_go_by_the_order_of_rows():
    groups = pd.Series([*"uuvvww"], KEYS)
    stated = shrink_rates(COUNTED, PERSONS, groups=groups)
    turned = shrink_rates(COUNTED, PERSONS.iloc[::-1], groups=groups.iloc[[3, 1, 0, 2, 5, 4]])
    pd.testing.assert_series_equal(stated, turned)
    z = pd.DataFrame(np.random.default_rng(1).normal(size=(40, 3)), [f"{n:02}" for n in range(40)])
    z = z.rename(columns=str)
    for method in ("kmeans", "ward", "mixture"):
        first = fit_typology(z, method=method, k=3, draws=4)
        again = fit_typology(z.iloc[::-1], method=method, k=3, draws=4)
        assert first.options == again.options and first.centres == again.centres
