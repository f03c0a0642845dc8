"""Certainty, sensitivity, clusters and re-zonings beside plain NumPy, libpysal and esda."""

from __future__ import annotations

import warnings
from functools import cache, partial

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from measure import Case

from sozialraum.index.aggregation import aggregate
from sozialraum.index.classes import fit_breaks
from sozialraum.index.hierarchy import make_tree
from sozialraum.index.scaling import fit_scale, standardise
from sozialraum.insight.autocorrelation import local_moran
from sozialraum.insight.monte_carlo.assumptions import read_assumptions
from sozialraum.insight.monte_carlo.draws import Draws, group_starts
from sozialraum.insight.monte_carlo.sampling import sampling_cells
from sozialraum.insight.monte_carlo.simulation import prepare
from sozialraum.insight.monte_carlo.variance import variance_shares
from sozialraum.insight.monte_carlo.weighting import drawn_weights
from sozialraum.insight.rezoning import rezoning_band
from sozialraum.insight.sensitivity import sobol
from sozialraum.insight.uncertainty import simulate_index
from sozialraum.model import Indicator
from sozialraum.space.neighbours import contiguity

VARY = {
    "scaling": ["minmax", "zscore"],
    "weights": {"dirichlet": 50},
    "cut": ["equal", "quantile"],
}
ASEM_VARY = {
    "scaling": [
        {"method": "minmax", "output": (1.0, 100.0)},
        {"method": "zscore", "ddof": 1, "location": 10.0, "step": 2.0},
    ],
    "weights": {"uniform": 0.25, "level": "dimensions"},
    "aggregation": ["mean", "geometric"],
}


@cache
def city(n, p, dimensions=3):
    rng = np.random.default_rng(1)
    keys, ids = pd.Index([f"{i:05d}" for i in range(n)]), [f"x{j}" for j in range(p)]
    base = rng.integers(80, 600, (n, p))
    level = rng.normal(0, 0.6, (n, 1)) + rng.normal(0, 0.3, (n, p))
    counted = rng.binomial(base, 1 / (1 + np.exp(1.2 - level)))
    frame = lambda a: pd.DataFrame(np.asarray(a, float), keys, ids)  # noqa: E731
    indicators = [
        Indicator(
            id=i, label=i, numerator=i, denominator=i, direction="burden",
            dimension=f"d{j % dimensions}",
        )
        for j, i in enumerate(ids)
    ]  # fmt: skip
    return frame(counted), frame(base), indicators


@cache
def built(n, p, dimensions=3, output=(0.0, 1.0)):
    counted, base, indicators = city(n, p, dimensions)
    value = counted / base
    scale = fit_scale(value, indicators, method="minmax", output=output)
    index = aggregate(standardise(value, scale), indicators)["index"]
    return value, {
        "scale": scale, "tree": make_tree(indicators), "breaks": fit_breaks(index, k=5),
        "index": index,
    }  # fmt: skip


def certainty(n, p, draws, vary=VARY):
    counted, base, indicators = city(n, p)
    value, how = built(n, p)
    return simulate_index(
        value, counted, base, indicators, **how, draws=draws, vary=vary, variance_draws=0
    )


def certainty_numpy(n, p, draws, seed=1):
    """Do the same work with NumPy and pandas, draw by draw."""
    counted, base, indicators = city(n, p)
    value, _ = built(n, p)
    x, m = counted.to_numpy(), base.to_numpy()
    rate = x.sum(0) / m.sum(0)
    spread = (m * (x / m - rate) ** 2).sum(0) / m.sum(0) - rate * (1 - rate) / m.mean(0)
    strength = rate * (1 - rate) / spread - 1
    rng = np.random.default_rng(seed)
    node = np.array([int(i.dimension[1:]) for i in indicators])
    ranks, classes = np.empty((draws, n), np.int32), np.zeros((n, 5), np.int64)
    for d in range(draws):
        share = rng.beta(x + rate * strength, m - x + (1 - rate) * strength)
        if rng.random() < 0.5:
            z = (share - share.min(0)) / (share.max(0) - share.min(0))
        else:
            z = (share - share.mean(0)) / share.std(0)
        weight = np.empty(p)
        for q in range(3):
            inside = node == q
            weight[inside] = rng.dirichlet(np.full(inside.sum(), 50 / inside.sum()))
        index = z @ (weight * rng.dirichlet(np.full(3, 50 / 3))[node])
        order = np.argsort(-index)
        ranks[d, order] = np.arange(1, n + 1)
        if rng.random() < 0.5:
            inner = np.linspace(index.min(), index.max(), 6)[1:-1]
        else:
            inner = np.quantile(index, [0.2, 0.4, 0.6, 0.8])
        classes[np.arange(n), np.searchsorted(inner, index, side="right")] += 1
    low, middle, high = np.quantile(ranks, [0.05, 0.5, 0.95], axis=0, method="inverted_cdf")
    table = pd.DataFrame({"low": low, "middle": middle, "high": high, "mean": ranks.mean(0)})
    return table.set_index(value.index), classes / draws


@cache
def asem(n=51, p=49):
    """Return tables of the size of the ASEM example: five treatments, eight pillars."""
    _, _, indicators = city(n, p, 8)
    value, how = built(n, p, 8, (1.0, 100.0))
    rng = np.random.default_rng(2)
    variants = [value * (1 + 0.02 * rng.normal(size=value.shape)) for _ in range(4)]
    return indicators, value, variants, how


def asem_certainty(draws):
    indicators, value, variants, how = asem()
    return simulate_index(
        value, None, None, indicators, **how, variants=variants, vary=ASEM_VARY, draws=draws,
        variance_draws=0, partners=0,
    )  # fmt: skip


def asem_numpy(draws, seed=1):
    indicators, value, variants, _ = asem()
    tables = [t.to_numpy() for t in (value, *variants)]
    node = np.array([int(i.dimension[1:]) for i in indicators])
    rng = np.random.default_rng(seed)
    index = np.empty((draws, len(value)))
    for d in range(draws):
        x = tables[rng.integers(5)]
        if rng.random() < 0.5:
            z = 1 + 99 * (x - x.min(0)) / (x.max(0) - x.min(0))
        else:
            z = 10 + 2 * (x - x.mean(0)) / x.std(0, ddof=1)
        geometric = rng.random() < 0.5
        z = np.log(z) if geometric else z
        pillars = np.column_stack([z[:, node == q].mean(1) for q in range(8)])
        weight = 1 + 0.25 * (2 * rng.random(8) - 1)
        one = pillars @ (weight / weight.sum())
        index[d] = np.exp(one) if geometric else one
    ranks = pd.DataFrame(index).rank(axis=1, ascending=False).to_numpy()
    return np.quantile(ranks, [0.05, 0.5, 0.95], axis=0)


@cache
def asem_model():
    indicators, value, variants, how = asem()
    assumptions = read_assumptions(
        ASEM_VARY, indicators=indicators, scale=how["scale"], breaks=how["breaks"],
        aggregation="mean",
    )  # fmt: skip
    tables = [value, *variants]
    random = Draws(
        value.index, tuple(value), np.stack([t.to_numpy(float).T.copy() for t in tables]),
        sampling_cells(value, None, None, indicators), assumptions,
        drawn_weights(how["tree"], tuple(value), assumptions.weights), group_starts(value.index),
        how["breaks"].k, 1,
    )  # fmt: skip
    return prepare(
        random, base=None, weights=None, scale=how["scale"], restandard=None, tree=how["tree"],
        breaks=how["breaks"], frozen=False,
    )  # fmt: skip


def shares_of_variance(draws):
    return variance_shares(asem_model(), ("data", "scaling", "weights", "aggregation"), draws)


def ishigami(u):
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def sobol_numpy(n, replicates=1000):
    """Bootstrap row by row, as usual."""
    rng = np.random.default_rng(1)
    a, b = rng.random((n, 3)), rng.random((n, 3))
    y_a, y_b = ishigami(a), ishigami(b)
    y_x = [
        ishigami(np.column_stack([b[:, i] if j == i else a[:, j] for j in range(3)]))
        for i in range(3)
    ]

    def indices(rows):
        variance = np.var(np.concatenate([y_a[rows], y_b[rows]]))
        return [((y_a[rows] - y[rows]) ** 2).mean() / 2 / variance for y in y_x]

    again = [indices(rng.integers(0, n, n)) for _ in range(replicates)]
    return indices(np.arange(n)), np.quantile(again, [0.025, 0.975], axis=0)


@cache
def coverage(n):
    """Return a coverage of about n areas: a grid whose inner corners are shifted."""
    side = round(n**0.5)
    rng = np.random.default_rng(3)
    x, y = np.meshgrid(np.arange(side + 1.0), np.arange(side + 1.0))
    x, y = 100 * x + rng.uniform(-30, 30, x.shape), 100 * y + rng.uniform(-30, 30, y.shape)
    corner = np.stack([x, y], axis=-1)
    ring = np.stack([corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1]], axis=2)
    shapes = shapely.polygons(ring.reshape(-1, 4, 2))
    keys = pd.Index([f"{i:05d}" for i in range(len(shapes))])
    return gpd.GeoDataFrame(geometry=shapes, index=keys, crs="EPSG:25833")


@cache
def wiggly(n, per_edge=12):
    """Return the same coverage with about 50 vertices per area, those of a border shared."""

    def bent(points):
        x, y = points.round(3).T
        return np.stack([x + 3 * np.sin(y / 17), y + 3 * np.sin(x / 13)], axis=1).round(3)

    shapes = shapely.segmentize(coverage(n).geometry.array, 100 / per_edge)
    return gpd.GeoDataFrame(geometry=shapely.transform(shapes, bent), index=coverage(n).index)


@cache
def surface(n):
    areas = coverage(n)
    rng = np.random.default_rng(4)
    wave = np.sin(np.arange(len(areas)) / 40)
    return pd.Series(wave + rng.normal(size=len(areas)), areas.index)


@cache
def neighbours(n):
    return contiguity(coverage(n))


@cache
def weights_of_libpysal(n):
    from libpysal.weights import Queen

    weights = Queen.from_dataframe(coverage(n), use_index=True, silence_warnings=True)
    weights.transform = "r"
    return weights


def clusters(n, permutations):
    return local_moran(surface(n), neighbours(n), permutations=permutations)


def clusters_esda(n, permutations):
    import esda

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return esda.Moran_Local(
            surface(n).to_numpy(), weights_of_libpysal(n), permutations=permutations, seed=1,
            n_jobs=1,
        )  # fmt: skip


def graph_libpysal(areas):
    from libpysal.graph import Graph

    return Graph.build_contiguity(areas, rook=False)


@cache
def children(n):
    rng = np.random.default_rng(5)
    keys = coverage(n).index
    persons = rng.integers(20, 90, len(keys))
    poor = rng.binomial(persons, np.clip(0.2 + 0.1 * np.sin(np.arange(len(keys)) / 30), 0, 1))
    part = rng.binomial(persons, 0.4 - 0.5 * poor / persons)
    return [pd.Series(np.asarray(a, float), keys) for a in (part, poor, persons)]


def rezoned(n, draws):
    return rezoning_band(*children(n), neighbours(n), zones=40, draws=draws)


def rezoned_python(n, draws):
    """Grow the zones with lists and correlate with NumPy."""
    part, poor, persons = (s.to_numpy() for s in children(n))
    graph = neighbours(n)
    near = np.split(graph.other, graph.start[1:-1])
    rng = np.random.default_rng(1)
    found = []
    for _ in range(draws):
        zone = np.full(len(persons), -1)
        seeds = rng.permutation(len(persons))[:40]
        zone[seeds] = np.arange(40)
        rim = [(int(j), q) for q, i in enumerate(seeds) for j in near[i]]
        while rim:
            r = int(rng.integers(len(rim)))
            rim[r], rim[-1] = rim[-1], rim[r]
            i, q = rim.pop()
            if zone[i] < 0:
                zone[i] = q
                rim += [(int(j), q) for j in near[i] if zone[j] < 0]
        total = np.bincount(zone, persons)
        rates = np.array([np.bincount(zone, part), np.bincount(zone, poor)]) / total
        both = np.cov(rates, aweights=total)
        found.append(both[0, 1] / np.sqrt(both[0, 0] * both[1, 1]))
    return np.quantile(found, [0.05, 0.5, 0.95])


def cases(small: bool = False) -> list[Case]:
    """Return the cases; small ones run once in the test suite."""
    draws = 20 if small else 1000
    town, land = (60, 80) if small else (5000, 33755)
    few = 10 if small else 100
    map_size, permutations = (100, 99) if small else (33000, 9999)
    blocks = 100 if small else 2000
    return [
        Case(
            "certainty, size of ASEM", partial(asem_certainty, draws),
            {"NumPy": partial(asem_numpy, draws)}, "≤ 0.1 s", f"51 × 49 × {draws:,}",
        ),
        Case(
            "shares of variance, 4 assumptions", partial(shares_of_variance, draws), {},
            "≤ 0.5 s", f"51 × 49 × {6 * draws:,} runs",
        ),
        Case(
            "Sobol with bootstrap, Ishigami", lambda: sobol(ishigami, list("abc"), n=draws),
            {"NumPy": partial(sobol_numpy, draws)}, "≤ 0.5 s", f"N = {draws:,}",
        ),
        Case(
            "certainty, counts", partial(certainty, town, 10, draws, None), {}, "≤ 1 s",
            f"{town:,} × 10 × {draws:,}",
        ),
        Case(
            "certainty, counts", partial(certainty, land, 7, draws, None), {}, "≤ 6 s",
            f"{land:,} × 7 × {draws:,}", rounds=2,
        ),
        Case(
            "certainty, counts and choices", partial(certainty, town, 10, draws),
            {"NumPy": partial(certainty_numpy, town, 10, draws)}, "≤ 1 s",
            f"{town:,} × 10 × {draws:,}",
        ),
        Case(
            "certainty, counts and choices", partial(certainty, land, 7, few),
            {"NumPy": partial(certainty_numpy, land, 7, few)}, "measured",
            f"{land:,} × 7 × {few:,}",
        ),
        Case(
            "certainty, counts and choices", partial(certainty, land, 7, draws), {}, "≤ 6 s",
            f"{land:,} × 7 × {draws:,}",
        ),
        Case(
            "queen contiguity", lambda: contiguity(coverage(map_size)),
            {"libpysal": lambda: graph_libpysal(coverage(map_size))}, "measured",
            f"{map_size:,} areas × 5 vertices",
        ),
        Case(
            "queen contiguity", lambda: contiguity(wiggly(map_size)),
            {"libpysal": lambda: graph_libpysal(wiggly(map_size))}, "≥ 25×",
            f"{map_size:,} areas × 50 vertices",
        ),
        Case(
            "local Moran", partial(clusters, map_size, permutations),
            {"esda": partial(clusters_esda, map_size, permutations)}, "≥ 150×",
            f"{map_size:,} areas × {permutations:,}",
        ),
        Case(
            "local Moran, ten times the permutations",
            partial(clusters, map_size, 10 * permutations + 9), {}, "measured",
            f"{map_size:,} areas × {10 * permutations + 9:,}",
        ),
        Case(
            "re-zonings", partial(rezoned, blocks, few // 2),
            {"Python": partial(rezoned_python, blocks, few // 2)}, "measured",
            f"{blocks:,} areas, 40 zones × {few // 2}",
        ),
        Case(
            "re-zonings", partial(rezoned, blocks, draws), {}, "≤ 1 s",
            f"{blocks:,} areas, 40 zones × {draws:,}",
        ),
    ]  # fmt: skip


def test_certainty_and_plain_numpy_agree():
    ours = certainty(60, 10, 4000)
    table, classes = certainty_numpy(60, 10, 4000)
    for column, theirs in (("rank_low", "low"), ("rank_median", "middle"), ("rank_high", "high")):
        assert (ours.table[column].astype(float) - table[theirs]).abs().max() <= 1.5
    assert (ours.table["rank_mean"] - table["mean"]).abs().max() < 0.6
    assert np.abs(ours.probabilities.to_numpy() - classes).max() < 0.06


def test_asem_and_plain_numpy_agree():
    ours = asem_certainty(4000).table[["rank_low", "rank_median", "rank_high"]].astype(float)
    assert np.abs(ours.to_numpy().T - asem_numpy(4000)).max() <= 1.5


def test_sobol_and_the_row_by_row_bootstrap_agree():
    total, _ = sobol_numpy(2000, replicates=10)
    ours = sobol(ishigami, list("abc"), n=2000)["total"]
    assert np.abs(ours - total).max() < 1e-3


def test_contiguity_and_libpysal_agree():
    for areas in (coverage(400), wiggly(400)):
        ours, theirs = contiguity(areas), graph_libpysal(areas)
        assert ours.counts.tolist() == theirs.cardinalities.tolist()


def test_clusters_and_esda_agree():
    ours, theirs = clusters(400, 9999), clusters_esda(400, 9999)
    assert np.allclose(ours["local"], theirs.Is)
    assert np.abs(ours["p"] - np.minimum(2 * theirs.p_sim, 1)).max() < 0.06


def test_rezonings_and_plain_python_agree():
    band = rezoned(400, 1000)
    low, median, high = rezoned_python(400, 300)
    assert abs(band.median - median) < 0.05
    assert abs(band.low - low) < 0.08 and abs(band.high - high) < 0.08


def test_every_case_runs():
    for case in cases(small=True):
        case.ours()
        for peer in case.peers.values():
            peer()
