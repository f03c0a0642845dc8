"""Each kernel, compiled and plain, against an oracle anyone can read."""

import json
from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest
from shared_data import shared

from sozialraum.index.classes import fit_breaks
from sozialraum.index.ordering import (
    borda,
    copeland,
    kemeny,
    kemeny_ranking,
    kemeny_score,
    outranking,
)
from sozialraum.index.quantiles import quantiles
from sozialraum.kernels.jenks import natural_breaks
from sozialraum.kernels.outranking import copeland_scores, kemeny_order, outranking_matrix
from sozialraum.kernels.places import places


def deviation(classes):
    return sum(((c - c.mean()) ** 2).sum() for c in classes)


def best_partition(x, k):
    """All ways to cut the sorted distinct values."""
    distinct = np.unique(x)
    cuts = combinations(range(1, len(distinct)), k - 1)
    split = [[x[np.isin(x, part)] for part in np.split(distinct, cut)] for cut in cuts]
    return min(deviation(classes) for classes in split)


@pytest.mark.parametrize("offset", [0.0, 100.0, 32_000.0, 1e6])
@pytest.mark.parametrize("k", [2, 3, 4])
def test_natural_breaks_are_the_best_of_all_partitions(offset, k):
    for seed in range(10):
        rng = np.random.default_rng(seed)
        x = offset + np.round(rng.normal(size=14), 1)
        breaks = fit_breaks(pd.Series(x), method="jenks", k=k)
        classes = [x[np.digitize(x, breaks.inner) == c] for c in range(k)]
        centred = [c - offset for c in classes]
        assert deviation(centred) <= best_partition(x - offset, k) * (1 + 1e-9) + 1e-12
        assert all(len(c) for c in classes)


def test_natural_breaks_of_mapclassify_s_worst_case():
    # values around 32,000 ± 5: Fisher–Jenks in float32 misses the optimum up to 15-fold
    rng = np.random.default_rng(0)
    x = 32_000 + rng.uniform(-5, 5, 60)
    shifted = fit_breaks(pd.Series(x), method="jenks", k=5)
    plain = fit_breaks(pd.Series(x - 32_000), method="jenks", k=5)
    assert np.allclose(np.array(shifted.inner) - 32_000, plain.inner, atol=1e-8)


@pytest.mark.parametrize("kernel", [natural_breaks, natural_breaks.py_func])
def test_natural_breaks_kernel_with_one_value_per_class_and_counts(kernel):
    assert kernel(np.array([1.0, 2, 3]), np.ones(3), 3).tolist() == [1, 2]
    # 0 (9 times), 1, 10: {0, 1 | 10} costs 0.9, {0 | 1, 10} costs 40.5
    assert kernel(np.array([0.0, 1, 10]), np.array([9.0, 1, 1]), 2).tolist() == [2]
    assert kernel(np.array([0.0]), np.array([5.0]), 1).tolist() == []


def naive_outranking(x, w):
    n = len(x)
    out = np.zeros((n, n))
    for i, j in permutations(range(n), 2):
        both = ~np.isnan(x[i]) & ~np.isnan(x[j])
        won = (w * ((x[i] > x[j]) + 0.5 * (x[i] == x[j])))[both].sum()
        out[i, j] = won / w[both].sum() if w[both].sum() > 0 else 0.5
    return out


@pytest.mark.parametrize("matrix", [outranking_matrix, outranking_matrix.py_func])
@pytest.mark.parametrize("scores", [copeland_scores, copeland_scores.py_func])
def test_outranking_and_copeland_with_gaps_ties_and_one_row(matrix, scores):
    rng = np.random.default_rng(1)
    x = np.round(rng.uniform(size=(9, 4)), 1)
    x[rng.uniform(size=x.shape) < 0.2] = np.nan
    x = x[~np.isnan(x).all(axis=1)]
    w = np.array([1.0, 2.0, 0.5, 1.0])
    expected = naive_outranking(x, w)
    assert np.allclose(matrix(x, w), expected)
    beats = np.round(expected - expected.T, 12)
    assert scores(x, w).tolist() == np.sign(beats).sum(axis=1).tolist()
    assert scores(x[:1], w).tolist() == [0.0]
    assert np.isnan(copeland(np.array([[np.nan], [1.0]]), np.ones(1))[0])


@pytest.mark.parametrize("kernel", [kemeny_order, kemeny_order.py_func])
def test_kemeny_is_the_best_of_all_rankings(kernel):
    for seed in range(5):
        support = np.random.default_rng(seed).integers(0, 9, (5, 5)).astype(float)
        np.fill_diagonal(support, 0)
        best = max(kemeny_score(support, np.array(p)) for p in permutations(range(5)))
        assert kemeny_score(support, kernel(support)) == best


def toy():
    return json.loads(shared("cases/social_choice/handbook_toy_cases.json").read_text())


def ballots(case):
    """Ballots as parts: per part the value of an area is how many stand below it."""
    names = sorted(case["profiles"][0][1])
    weights = np.array([votes for votes, _ in case["profiles"]], dtype=float)
    x = np.array(
        [[len(names) - order.index(n) for _, order in case["profiles"]] for n in names], dtype=float
    )
    return names, x, weights


@pytest.mark.parametrize("table", ["table25", "table28", "table31_rank_reversal"])
def test_borda_counts_of_the_handbook(table):
    case = toy()[table]
    names, x, weights = ballots(case)
    found = dict(zip(names, borda(x, weights), strict=True))
    assert found == {n: float(c) for n, c in case["borda"].items()}


@pytest.mark.parametrize("table", ["table25", "table28"])
def test_outranking_of_the_handbook(table):
    case = toy()[table]
    names, x, weights = ballots(case)
    found = outranking(x, weights) * weights.sum()
    assert np.allclose(found, [case["outranking"][n] for n in names])


def test_kemeny_scores_of_the_handbook():
    case = toy()["table28"]
    names, x, weights = ballots(case)
    support = outranking(x, weights) * weights.sum()
    for ranking, score in case["kemeny_scores"].items():
        assert kemeny_score(support, np.array([names.index(n) for n in ranking])) == pytest.approx(
            score
        )
    order, best = kemeny_ranking(support)
    assert "".join(names[i] for i in order) == max(
        case["kemeny_scores"], key=case["kemeny_scores"].get
    )
    assert best == pytest.approx(104)
    places = dict(zip(names, kemeny(x, weights), strict=True))
    assert places == {"b": 2.0, "c": 1.0, "a": 0.0}


def test_technology_index_of_five_countries():
    names = list(
        pd.read_csv(shared("cases/oecd_tai/tai5_outranking_table36.csv"), index_col=0).columns
    )
    raw = (
        pd.read_csv(shared("cases/oecd_tai/tai23_raw.csv"), index_col="country")
        .loc[names]
        .to_numpy(float)
    )
    published = pd.read_csv(
        shared("cases/oecd_tai/tai5_outranking_table36.csv"), index_col=0
    ).to_numpy()
    # Telephones of Japan and the United States are both printed as 3.00; the table counts Japan's
    # as higher. Every other pair follows from the printed figures.
    raw[names.index("Japan"), 4] += 1e-6
    assert np.abs(outranking(raw, np.ones(8)) - published).max() <= 1e-12
    rankings = pd.read_csv(shared("cases/oecd_tai/tai5_kemeny_table37.csv"))
    for _, row in rankings.iterrows():
        order = np.array([names.index(n) for n in row["ranking"].split(">")])
        assert kemeny_score(published, order) == pytest.approx(row["score"])
    assert kemeny_ranking(published)[1] == pytest.approx(rankings["score"].max()) == 6.375


def test_kemeny_refuses_more_areas_than_it_can_search():
    with pytest.raises(ValueError, match="must not be 'kemeny' for more than 14 areas"):
        kemeny(np.zeros((15, 2)), np.ones(2))


@pytest.mark.parametrize(
    ("quantile_type", "method"),
    [(1, "inverted_cdf"), (2, "averaged_inverted_cdf"), (4, "interpolated_inverted_cdf"), (5, "hazen"),
     (6, "weibull"), (7, "linear"), (8, "median_unbiased"), (9, "normal_unbiased")],
)  # fmt: skip
def test_quantiles_equal_numpy_s(quantile_type, method):
    at = np.arange(33) / 32  # exact in binary: NumPy has none of R's tolerance for rounding
    for n in (1, 2, 5, 10, 37):
        x = np.random.default_rng(n).normal(size=n)
        assert np.allclose(
            quantiles(x, at, quantile_type=quantile_type), np.quantile(x, at, method=method)
        )


def test_quantile_type_3_takes_the_nearest_even_order_statistic():
    # R: quantile(1:10, c(.15, .25, .35), type = 3) is 2 2 4: n p = 1.5, 2.5, 3.5, to the even
    # neighbour
    assert quantiles(np.arange(1.0, 11), [0.15, 0.25, 0.35], quantile_type=3).tolist() == [
        2.0,
        2.0,
        4.0,
    ]


@pytest.mark.parametrize("kernel", [places, places.py_func])
def test_places_equal_binary_search(kernel):
    rng = np.random.default_rng(9)
    for n, m in ((0, 3), (1, 1), (20, 30), (30, 20)):
        x, reference = (
            np.sort(np.round(rng.uniform(size=n), 1)),
            np.sort(np.round(rng.uniform(size=m), 1)),
        )
        below, upto = kernel(x, reference)
        assert below.tolist() == np.searchsorted(reference, x, side="left").tolist()
        assert upto.tolist() == np.searchsorted(reference, x, side="right").tolist()
