"""What chance would give: values dealt out to the areas anew, for global and local measures."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from sozialraum.insight.monte_carlo.threading import in_threads, threads
from sozialraum.kernels import moran as kernels
from sozialraum.model.neighbours import Neighbours

Array = NDArray[np.float64]


def permuted_moments(z: Array, graph: Neighbours, permutations: int, seed: int) -> Array:
    """Return the cross products and squared gaps of neighbours in every permutation, (2, draws).

    Draw p is the same on any thread.
    """
    drawn = np.empty((2, permutations))
    edges = np.linspace(0, permutations, threads() + 1).astype(int)
    fixed = z, graph.start, graph.other, graph.weight, seed
    tasks = [
        (*fixed, int(a), drawn[0, a:b], drawn[1, a:b])
        for a, b in itertools.pairwise(edges)
        if b > a
    ]
    in_threads(kernels.permuted_products, tasks)
    return drawn


def local_tails(z: Array, graph: Neighbours, permutations: int, seed: int) -> tuple[Array, Array]:
    """Return per area the two-sided p of its neighbours' mean, and that mean.

    The area keeps its value while its neighbours are drawn from all others. Where all neighbours of
    an area weigh alike, all areas share the same draws (common random numbers).
    """
    n, most = len(z), int(graph.counts.max())
    if most > n - 1:
        message = (
            "The 'neighbours' parameter of local_moran must have at most as many neighbours as "
            f"there are other areas. Got {most} of {n - 1} instead."
        )
        raise ValueError(message)
    ids = np.empty((permutations, most), np.int64)
    kernels.sample_ids(ids, n, seed, 0)
    above, under = np.zeros(n, np.int64), np.zeros(n, np.int64)
    standardised = graph.row_standardised()
    owner = np.repeat(np.arange(n), graph.counts)
    lag = np.bincount(owner, standardised.weight * z[graph.other], minlength=n)
    if graph.equal_weights:
        common_random_numbers(z, graph, ids, above, under)
    else:
        parts = standardised.start, standardised.other, standardised.weight
        edges = np.linspace(0, n, threads() + 1).astype(int)
        tasks = [
            (z, int(a), int(b), *parts, ids, above, under) for a, b in itertools.pairwise(edges)
        ]
        in_threads(kernels.count_weighted, tasks)
    p = 2 * (np.minimum(above, under) + 1) / (permutations + 1)
    return np.minimum(p, 1.0), lag


def common_random_numbers(
    z: Array,
    graph: Neighbours,
    ids: NDArray[np.int64],
    above: NDArray[np.int64],
    under: NDArray[np.int64],
) -> None:
    """Count per area the draws at least as high, and at most as low, as its neighbours' sum.

    Every area uses the draws `ids` (permutations, most neighbours); where it is itself drawn, the
    last area stands in for it.
    """
    n, (permutations, most) = len(z), ids.shape
    start = np.zeros(n + 1, np.int64)
    permutation, slot = np.empty(ids.size, np.int64), np.empty(ids.size, np.int64)
    kernels.where_sampled(ids, n, start, permutation, slot)
    owner = np.repeat(np.arange(n), graph.counts)
    observed = np.bincount(owner, z[graph.other], minlength=n)
    sums = np.empty(permutations)
    for k in range(1, most + 1):
        areas = np.flatnonzero(graph.counts == k)
        if len(areas):
            kernels.sampled_sums(z, ids, k, sums)
            kernels.count_shared(
                z, areas, k, observed, sums, np.sort(sums), start, permutation, slot, above, under
            )
