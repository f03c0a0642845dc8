"""How much a finding owes to the borders: the same people under a thousand other maps.

With the same children the correlation of poverty and participation was -0.20 at blocks, -0.38 at
200 zones, -0.61 at 40 and -0.71 at 20: the coarser the map, the stronger the relation (modifiable
areal unit problem, Openshaw 1984). The band shows what other borders would have said.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from sozialraum.insight.monte_carlo.threading import in_threads, threads
from sozialraum.kernels.optimisation import rezone as kernels
from sozialraum.model.alignment import aligned_to
from sozialraum.model.neighbours import Neighbours


@dataclass(frozen=True)
class RezoningBand:
    """What random zonings say about the relation of two rates.

    Parameters
    ----------
    zones, draws, seed : what was drawn
    low, median, high : 5 %, 50 % and 95 % quantile of the correlations
    own : correlation under the real zoning, if given; None else
    own_share : share of the random zonings with a correlation at most as large as `own`
    finest : correlation at the small areas themselves
    """

    zones: int
    draws: int
    seed: int
    low: float
    median: float
    high: float
    finest: float
    own: float | None = None
    own_share: float | None = None


def random_zones(
    neighbours: Neighbours, *, zones: int, draws: int = 1, seed: int = 1
) -> pd.DataFrame:
    """Return random contiguous zonings of all areas.

    Parameters
    ----------
    neighbours : of the areas
    seed : of the random zones

    Returns
    -------
    DataFrame (n_areas, draws) of zone numbers 0..zones - 1.

    Raises
    ------
    ValueError
        If there are fewer zones than separate parts of the map, or more than areas.
    """
    _, kept = _run(
        neighbours, *(np.zeros(len(neighbours.keys)),) * 3, zones, draws, seed, keep=True
    )
    return pd.DataFrame(kept.T, index=neighbours.keys)


def rezoning_band(
    first: pd.Series,
    second: pd.Series,
    persons: pd.Series,
    neighbours: Neighbours,
    *,
    zones: int,
    draws: int = 1000,
    seed: int = 1,
    own: pd.Series | None = None,
) -> RezoningBand:
    """Correlate two rates under many random contiguous zonings.

    Counts are added up in each zone, rates are formed afterwards; zones weigh by their persons.

    Parameters
    ----------
    first, second : counted persons by small area
    persons : both refer to; areas with NaN anywhere do not count, but keep the map together
    neighbours : of the small areas
    zones : number of zones, usually that of the real map
    draws, seed : of the zonings; the result does not depend on the number of threads
    own : the real zone of each small area, to place the real map in the band

    Returns
    -------
    `RezoningBand`
    """
    first, second, persons, own = aligned_to(
        "rezoning_band", neighbours.keys, "'neighbours'",
        first=first, second=second, persons=persons, own=own,
    )  # fmt: skip
    x, y, n = (s.to_numpy(float) for s in (first, second, persons))
    unknown = np.isnan(x) | np.isnan(y) | np.isnan(n)
    x, y, n = (np.where(unknown, 0.0, a) for a in (x, y, n))
    found, _ = _run(neighbours, n, x, y, zones, draws, seed)
    known = found[~np.isnan(found)]
    if not len(known):
        message = (
            "The 'first' and 'second' parameters of rezoning_band must differ in some zoning. Got "
            "the same rate everywhere instead."
        )
        raise ValueError(message)
    low, median, high = np.quantile(known, [0.05, 0.5, 0.95])
    place = np.arange(len(x))
    finest = kernels.zone_correlation(place, len(x), n, x, y, np.empty((3, len(x))))
    real = share = None
    if own is not None:
        code = pd.factorize(own)[0]
        inside = code >= 0
        k = int(code.max()) + 1
        parts = (a[inside] for a in (n, x, y))
        real = float(kernels.zone_correlation(code[inside], k, *parts, np.empty((3, k))))
        share = float((known <= real).mean())
    return RezoningBand(
        zones, draws, seed, float(low), float(median), float(high), float(finest), real, share
    )


def separate_parts(neighbours: Neighbours) -> int:
    """Return into how many parts without a neighbour in another the map falls."""
    return int(scipy.sparse.csgraph.connected_components(neighbours.matrix(), directed=False)[0])


def _run(
    neighbours: Neighbours,
    persons: NDArray[np.float64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    zones: int,
    draws: int,
    seed: int,
    *,
    keep: bool = False,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    n = len(neighbours.keys)
    graph = neighbours.matrix()
    parts, component = scipy.sparse.csgraph.connected_components(graph, directed=False)
    if not parts <= zones <= n:
        message = (
            f"The 'zones' parameter must lie between {parts} (separate parts of the map) and {n} "
            f"(areas). Got {zones} instead."
        )
        raise ValueError(message)
    out = np.empty(draws)
    kept = np.empty((draws if keep else 0, n), np.int64)
    edges = np.linspace(0, draws, threads() + 1).astype(int)
    fixed = neighbours.start, neighbours.other, component.astype(np.int64), parts, zones
    tasks = [
        (seed, int(a), *fixed, persons, x, y, out[a:b], kept[a:b])
        for a, b in itertools.pairwise(edges)
    ]
    in_threads(kernels.rezone, tasks)
    return out, kept
