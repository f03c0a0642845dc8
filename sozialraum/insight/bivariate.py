"""Whether one value of an area goes with another one of its neighbours."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sozialraum.insight.autocorrelation import FEWEST, Association, _usable
from sozialraum.model.alignment import aligned_to
from sozialraum.model.arguments import checks_options
from sozialraum.model.neighbours import Neighbours
from sozialraum.model.options import Count, Permutations


@checks_options
def bivariate_moran(
    values: pd.Series,
    around: pd.Series,
    neighbours: Neighbours,
    *,
    permutations: Permutations = 999,
    seed: Count = 1,
) -> Association:
    r"""Measure whether one value goes with another one of the neighbours (bivariate Moran).

    :math:`I_{xy} = \frac{\sum_i x_i \sum_j w_{ij} y_j}{n - 1}` with row-standardised weights and x,
    y in standard deviations (ddof 1). It says nothing about x and y of the same area: where these
    go together and y is smooth, so do x and the neighbours' y.

    Parameters
    ----------
    values : x per area; NaN = no value
    around : y of the same areas
    neighbours : of the same areas
    permutations : random orders of the pairs over the areas
    seed : of the permutations

    Raises
    ------
    ValueError
        If keys differ, or fewer than four areas or only equal values are left.

    Notes
    -----
    Wartenberg (1985); Anselin, Syabri and Smirnov (2002). A permutation deals out `around` anew.
    """
    of = neighbours.keys
    x, y = aligned_to("bivariate_moran", of, "'neighbours'", values=values, around=around)
    both = x.where(y.notna())
    _, graph, keep = _usable(both, neighbours)
    pair = [part.to_numpy(float)[keep] for part in (x, y)]
    n = len(pair[0])
    if n < FEWEST or not all(np.ptp(part) > 1e-12 * np.abs(part).max() for part in pair):
        message = (
            "The 'values' and 'around' parameters of bivariate_moran must have at least "
            f"{FEWEST} areas with different values. Got {n} instead."
        )
        raise ValueError(message)
    zx, zy = ((part - part.mean()) / part.std(ddof=1) for part in pair)
    weights = graph.row_standardised().matrix()
    # x'Wy for every order of y: what each area gives is W'x, and stays
    given = weights.T @ zx
    value = float((given * zy).sum() / (n - 1))
    rng = np.random.default_rng(seed)
    random = np.array([(given * rng.permutation(zy)).sum() / (n - 1) for _ in range(permutations)])
    extreme = min((random >= value).sum(), (random <= value).sum())
    return Association(
        measure="bivariate_moran",
        value=value,
        # an order at random pairs every area's weight with the mean of y, which is 0
        expected=0.0,
        z=float((value - random.mean()) / random.std(ddof=1)),
        p=float(min(1.0, 2 * (1 + extreme) / (1 + permutations))),
        areas=n,
        missing=tuple(map(str, both.index[both.isna()])),
        islands=tuple(map(str, both.index[~keep & both.notna().to_numpy()])),
        permutations=permutations,
        seed=seed,
        kind=neighbours.kind,
    )
