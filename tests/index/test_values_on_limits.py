"""Values on a limit, and equal values: decided as exact fractions decide them."""

from fractions import Fraction as F
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from sozialraum.index.aggregation import aggregate
from sozialraum.index.classes import classify, fit_breaks
from sozialraum.index.ordering import borda, copeland
from sozialraum.index.scaling import fit_scale, standardise
from sozialraum.insight.equity import mid_ranks
from sozialraum.insight.monte_carlo.class_limits import CutRule, cut_draws
from sozialraum.insight.monte_carlo.ordering import ranks_descending
from sozialraum.model import Breaks, Indicator
from sozialraum.model.deciding import decided, ranks, steps, thresholds, without_noise
from sozialraum.planning.allocation.need_rules import Rule, stage_of
from sozialraum.publish.layers import thirds

CITIES, AREAS, PARTS = 60, 300, 3


@cache
def city(seed: int, areas: int = AREAS) -> tuple[pd.Series, list[F]]:
    """Return the index of a made-up city, computed and exact, with many values on few points.

    Shares are multiples of 1/30 of bases of 30 to 120 persons; two areas hold the ends of every
    indicator, so that min-max and mean give fractions with small denominators.
    """
    rng = np.random.default_rng(seed)
    width = int(rng.choice([10, 12, 15, 20]))
    low = rng.integers(0, 30 - width, PARTS)
    step = low + rng.integers(0, width + 1, (areas, PARTS))
    step[0], step[1] = low, low + width
    base = 30 * rng.integers(1, 5, (areas, PARTS))
    cases = step * base // 30
    weight = [int(w) for w in rng.integers(1, 4, PARTS)]
    names = [f"i{j}" for j in range(PARTS)]
    value = pd.DataFrame(cases / base, columns=names)
    parts = [
        Indicator(id=n, label=n, direction="burden", value=n, weight=float(w))
        for n, w in zip(names, weight, strict=True)
    ]
    index = aggregate(standardise(value, fit_scale(value, parts)), parts)["index"]
    points = (step - low) @ np.array(weight)
    known = {p: F(int(p), width * sum(weight)) for p in np.unique(points)}
    return index, [known[p] for p in points]


def exact_classes(values: list[F], limits: list[F], *, right: bool = False) -> list[int]:
    """Return the classes of exact values under exact limits."""
    known = {v: 1 + sum(v > edge if right else v >= edge for edge in limits) for v in set(values)}
    return [known[v] for v in values]


def exact_quantile(values: list[F], p: F, kind: int) -> F:
    """Return a quantile by R's types 1, 6 and 7 (Hyndman & Fan 1996)."""
    x, n = sorted(values), len(values)
    if kind == 1:
        return x[max(-(-(n * p).numerator // (n * p).denominator), 1) - 1]
    place = (n + 1) * p if kind == 6 else 1 + (n - 1) * p
    j = place.numerator // place.denominator
    share = place - j
    return x[min(max(j, 1), n) - 1] * (1 - share) + x[min(max(j + 1, 1), n) - 1] * share


def limits_of(method: str, exact: list[F], k: int) -> list[F]:
    """Return the exact limits of a rule."""
    low, high = min(exact), max(exact)
    if method == "equal":
        return [low + (high - low) * F(j, k) for j in range(1, k)]
    if method == "fixed":
        return [F(j, k) for j in range(1, k)]
    if method == "ntile":
        sizes = [len(exact) // k + (j < len(exact) % k) for j in range(k)]
        return [sorted(exact)[sum(sizes[: j + 1])] for j in range(k - 1)]
    kind = int(method[-1])
    return [exact_quantile(exact, F(j, k), kind) for j in range(1, k)]


RULES = ("equal", "fixed", "ntile", "quantile1", "quantile6", "quantile7")


@pytest.mark.parametrize("right", [False, True])
@pytest.mark.parametrize("method", RULES)
def test_no_area_on_a_limit_comes_into_a_wrong_class(method, right):
    wrong = on_limit = 0
    for seed in range(CITIES):
        index, exact = city(seed)
        k = 4 + seed % 3
        limits = limits_of(method, exact, k)
        options = {"k": k}
        if method == "fixed":
            options = {"limits": [float(limit) for limit in limits]}
        elif method.startswith("quantile"):
            options |= {"quantile_type": int(method[-1])}
        breaks = fit_breaks(index, method=method.rstrip("167"), right=right, **options)
        expected = exact_classes(exact, limits, right=right)
        wrong += int((classify(index, breaks) != expected).sum())
        on_limit += sum(map(set(limits).__contains__, exact))
    assert wrong == 0
    assert on_limit > 600


def test_over_ten_thousand_areas_lie_on_a_limit_and_none_is_in_a_wrong_class():
    wrong = on_limit = 0
    for seed in range(CITIES, 2 * CITIES):
        index, exact = city(seed, 1000)
        for k in (2, 3, 4, 5, 6, 8, 10):
            limits = limits_of("equal", exact, k)
            expected = exact_classes(exact, limits)
            found = classify(index, fit_breaks(index, method="equal", k=k))
            wrong += int((found != expected).sum())
            on_limit += sum(map(set(limits).__contains__, exact))
    assert (wrong, on_limit >= 10_000) == (0, True)


def test_an_area_at_the_mean_is_in_the_upper_class_of_a_cut_at_the_mean():
    # 18 areas mirrored about 1/3: the mean is exactly 1/3, which two of them have
    away = [F(j, 30) for j in range(9)]
    exact = [F(1, 3) + a for a in away] + [F(1, 3) - a for a in away]
    index = pd.Series([float(F(10) * v) / 10 for v in exact])
    breaks = fit_breaks(index, method="sd", limits=[0])
    assert (classify(index, breaks) == [2 if v >= F(1, 3) else 1 for v in exact]).all()


def test_natural_breaks_never_part_equal_values():
    for seed in range(10):
        index, exact = city(seed)
        found = classify(index, fit_breaks(index, method="jenks", k=5))
        by_value: dict[F, set[int]] = {}
        for value, number in zip(exact, found, strict=True):
            by_value.setdefault(value, set()).add(int(number))
        assert max(map(len, by_value.values())) == 1
        assert len({n for numbers in by_value.values() for n in numbers}) == 5


def test_the_top_share_is_cut_where_exact_numbers_cut_it():
    for seed in range(20):
        index, exact = city(seed)
        limit = sorted(exact)[AREAS - max(1, int(np.floor(0.1 * AREAS + 0.5)))]
        rest = [v for v in exact if v < limit]
        low, high = min(rest), max(rest)
        limits = [low + (high - low) * F(j, 3) for j in range(1, 3)] + [limit]
        found = classify(index, fit_breaks(index, method="top_share", k=4, share=0.1))
        assert (found == exact_classes(exact, limits)).all()


@pytest.mark.parametrize("ties", ["min", "average"])
def test_equal_values_share_a_place(ties):
    for seed in range(20):
        index, exact = city(seed)
        ordered = sorted(exact, reverse=True)
        first = {v: ordered.index(v) + 1 for v in set(exact)}
        many = {v: exact.count(v) for v in set(exact)}
        shift = 0.5 if ties == "average" else 0.0
        expected = [first[v] + shift * (many[v] - 1) for v in exact]
        assert ranks(index, ascending=False, ties=ties).tolist() == expected


def test_a_simulated_index_without_error_has_the_classes_and_ranks_of_the_build():
    for seed in range(20):
        index, exact = city(seed)
        drawn = index.to_numpy()[None]
        rank, ascending = ranks_descending(drawn)
        ordered = sorted(exact, reverse=True)
        assert rank[0].tolist() == [ordered.index(v) + 1 for v in exact]
        for method in ("equal", "ntile", "top_share", "quantile"):
            built = classify(index, fit_breaks(index, method=method, k=5))
            assert (cut_draws(drawn, ascending, CutRule(method, 5))[0] + 1 == built).all(), method
        frozen = CutRule("fixed", 5, (0.2, 0.4, 0.6, 0.8))
        limits = [F(j, 5) for j in range(1, 5)]
        expected = exact_classes(exact, limits)
        assert (cut_draws(drawn, ascending, frozen)[0] + 1).tolist() == expected


def test_thresholds_cut_like_rounding_both_sides():
    rng = np.random.default_rng(5)
    limits = np.concatenate(
        [[0.0, 1.0, -1.0, 10.0, 0.1, 1e-7, -1e-9], rng.normal(size=50), rng.integers(-9, 9, 9) / 7]
    )
    units = 10.0 ** (np.ceil(np.log10(np.maximum(np.abs(limits), 1e-3))) - 10)
    away = np.array([-20, -2, -0.9, -0.6, -0.1, -1e-5, 0, 1e-5, 0.1, 0.3, 0.6, 0.9, 2, 20])
    for limit, unit in zip(limits, units, strict=True):
        values = np.concatenate([limit + away * unit, limit + away * unit / 10, [12.0]])
        for right in (False, True):
            expected = steps(values, [limit], right=right)
            edge = thresholds(np.array(limit), np.array(12.0), right=right)
            assert ((values >= edge) == expected).all(), (limit, right)


def test_stages_thirds_and_comparisons_know_equal_numbers():
    rule = Rule(name="Stufen", form="steps", limits=(0.3, 0.7), amounts=(0, 1, 2))
    need = np.array([0.1 + 0.2, 0.3, 1 - 0.3, 0.7, 0.3 - 1e-6])
    assert stage_of(need, rule).tolist() == [2, 2, 3, 3, 1]
    three = pd.Series([0.1 + 0.2, 0.3, 0.3])
    assert len(set(thirds(three))) == 1
    pair = np.array([[0.1 + 0.2], [0.3]])
    assert copeland(pair, np.ones(1)).tolist() == [0.0, 0.0]
    assert borda(pair, np.ones(1)).tolist() == [0.5, 0.5]
    assert mid_ranks(pd.Series([1.0, 1.0]), pd.Series([0.1 + 0.2, 0.3])).tolist() == [0.5, 0.5]


def test_ranks_of_the_scale_tie_equal_values():
    one = Indicator(id="a", label="a", direction="burden", value="a")
    value = pd.DataFrame({"a": [0.1 + 0.2, 0.3, 0.5]})
    for method, expected in {"rank": [1.5, 1.5, 3], "borda": [0.5, 0.5, 2]}.items():
        assert standardise(value, fit_scale(value, [one], method=method)).a.tolist() == expected


def test_an_index_near_zero_lies_on_a_limit_of_zero():
    index = pd.Series([0.1 + 0.2 - 0.3, -1.0, 1.0, 0.0])
    breaks = fit_breaks(index, method="fixed", limits=[0.0])
    assert classify(index, breaks).tolist() == [2, 1, 2, 2]
    # next year the area comes alone: the frozen limits know how fine they look
    assert classify(index.iloc[[0]], breaks).tolist() == [2]


def test_values_that_differ_stay_apart():
    # neighbouring shares of up to 30,000 persons differ by 1e-9 and more
    shares = sorted({F(a, b) for b in (29_989, 29_999) for a in range(1, 2000)})
    assert len(set(decided([float(s) for s in shares]))) == len(shares)
    assert all(float(a) < float(b) for a, b in pairwise(shares))
    # an outlier does not blur the others
    assert ranks(pd.Series([1e6, 0.1234, 0.1238]), ascending=False).tolist() == [1.0, 3.0, 2.0]


def test_infinite_and_missing_values_stay_what_they_are():
    values = [np.inf, -np.inf, np.nan, 0.1 + 0.2]
    assert steps(values, [0.3]).tolist() == [1, 0, -1, 1]
    np.testing.assert_array_equal(decided(values), [np.inf, -np.inf, np.nan, 0.3])
    two = Breaks("fixed", (29.0, 57.0), numbers=(1, 2, 3))
    assert classify(pd.Series([100 * 0.29, 100 * 0.57]), two).tolist() == [2, 3]


def test_no_table_prints_what_only_computing_added():
    noisy = pd.Series([52.99999999999999, 100 * 0.29, 0.1 + 0.2, np.nan])
    assert [str(v) for v in without_noise(noisy)] == ["53.0", "29.0", "0.3", "nan"]
