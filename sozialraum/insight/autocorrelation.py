"""Whether similar areas lie side by side: Moran, Geary, Getis–Ord, global and local.

Areas without a value or without a neighbour cannot take part. They are left out, reported, and
never called a cluster: one missing value must not make every area a significant "low–low".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from sozialraum.insight.permutation import local_tails, permuted_moments
from sozialraum.kernels import moran as kernels
from sozialraum.model.alignment import aligned, aligned_to
from sozialraum.model.arguments import checks_options
from sozialraum.model.neighbours import Neighbours
from sozialraum.model.options import Count, OpenShare, Permutations, Significance

Array = NDArray[np.float64]
LABELS = ("HH", "LL", "HL", "LH", "none", "no_value", "no_neighbour", "no_spread")
FEWEST = 4  # areas; with fewer no permutation test says anything


@dataclass(frozen=True)
class Association:
    """A global measure of spatial association.

    Parameters
    ----------
    measure : "moran", "geary" or "bivariate_moran"
    value, expected : measured, and under no association (Moran -1/(n - 1), Geary 1, bivariate 0)
    z : (value - mean)/SD over the permutations
    p : two-sided pseudo p, ``2 (1 + min(#≥, #≤))/(1 + permutations)``, at most 1
    areas : areas that take part
    missing, islands : keys of the areas left out
    permutations, seed, kind : how it was computed
    """

    measure: str
    value: float
    expected: float
    z: float
    p: float
    areas: int
    missing: tuple[str, ...]
    islands: tuple[str, ...]
    permutations: int
    seed: int
    kind: str


def global_moran(
    values: pd.Series, neighbours: Neighbours, *, permutations: int = 999, seed: int = 1
) -> Association:
    r"""Measure whether neighbours resemble each other (Moran's I).

    :math:`I = \frac{n}{\sum w} \frac{\sum w_{ij} z_i z_j}{\sum z_i^2}` with row-standardised
    weights and z = x - mean, over the areas that have a value and a neighbour with a value.

    Parameters
    ----------
    values : by area key; NaN = no value
    neighbours : of the same areas
    permutations : random orders of the values
    seed : of the permutations; the result does not depend on the number of threads

    Raises
    ------
    ValueError
        If keys differ, or fewer than four areas or only equal values are left.

    Notes
    -----
    Cliff and Ord (1981); Anselin (1995). Two areas of the same value everywhere cannot be told from
    chance: the p of a permutation test is the share of random maps at least as extreme.
    """
    return _global("moran", values, neighbours, permutations, seed)


def global_geary(
    values: pd.Series, neighbours: Neighbours, *, permutations: int = 999, seed: int = 1
) -> Association:
    r"""Measure how much neighbours differ (Geary's C; below 1 = alike).

    :math:`C = \frac{n-1}{2 \sum w} \frac{\sum w_{ij} (x_i - x_j)^2}{\sum z_i^2}`; arguments and
    treatment of missing values as `global_moran`.

    Parameters
    ----------
    permutations : random orders of the areas
    seed : of the random orders
    """
    return _global("geary", values, neighbours, permutations, seed)


@checks_options
def local_moran(
    values: pd.Series,
    neighbours: Neighbours,
    *,
    permutations: Permutations = 99_999,
    seed: Count = 1,
    q: OpenShare = 0.05,
    significance: Significance = "fdr",
) -> pd.DataFrame:
    r"""Find the clusters: areas whose neighbourhood is more alike than chance.

    :math:`I_i = z_i \sum_j w_{ij} z_j / m_2` with row-standardised weights, :math:`m_2 = \sum
    z^2/(n-1)`; the p is conditional: the area keeps its value, its neighbours are drawn at random
    from all others.

    Parameters
    ----------
    values, neighbours : see `global_moran`; NaN stays, its cluster is "no_value"
    permutations : the common random numbers of equal weights make the map of 9,999 noisier than
        independent ones; 99,999 are hardly slower and quieter
    seed : of the permutations
    q, significance : level, and of what: with "fdr" the share of false clusters among all that
        are named (Benjamini and Hochberg 1995), with "plain" each area is tested by itself

    Returns
    -------
    DataFrame by area key: ``local`` (I_i), ``lag`` (mean of the neighbours' z, in SD), ``z`` (in
    SD), ``p`` (two-sided, ``2 (1 + min(#≥, #≤))/(1 + permutations)``), ``p_adjusted``,
    ``cluster``: "HH", "LL", "HL", "LH", "none", "no_value", "no_neighbour", "no_spread".
    """
    given = values.index
    values = _of_graph("local_moran", values, neighbours)
    x, graph, keep = _usable(values, neighbours)
    table = pd.DataFrame(
        dict.fromkeys(("local", "lag", "z", "p", "p_adjusted"), np.nan), index=values.index
    )
    table["cluster"] = _reasons(values, neighbours, keep)
    spread = x.std(ddof=1) if len(x) >= FEWEST else 0.0
    if not spread > 1e-12 * np.abs(x).max(initial=0.0):
        table.loc[keep, "cluster"] = "no_spread"
        return table.loc[given]
    z = (x - x.mean()) / spread
    p, lag = local_tails(z, graph, permutations, seed)
    rows = table.index[keep]
    adjusted = benjamini_hochberg(pd.Series(p, rows))["p_adjusted"].to_numpy()
    found = {"local": z * lag, "lag": lag, "z": z, "p": p, "p_adjusted": adjusted}
    for name, column in found.items():
        table.loc[rows, name] = column
    sure = (adjusted if significance == "fdr" else p) <= q
    side = np.select(
        [(z > 0) & (lag > 0), (z < 0) & (lag < 0), z > 0], ["HH", "LL", "HL"], default="LH"
    )
    table.loc[rows, "cluster"] = np.where(sure, side, "none")
    return table.loc[given]


def getis_ord(values: pd.Series, neighbours: Neighbours, *, q: float = 0.05) -> pd.DataFrame:
    r"""Find hot and cold spots (Getis–Ord :math:`G_i^*`, Ord and Getis 1995, own value included).

    :math:`G_i^* = \frac{\sum_j w_{ij} x_j - W_i \bar x}{s \sqrt{(n S_{1i} - W_i^2)/(n-1)}}` with
    binary weights including :math:`w_{ii} = 1`, s² = Σ(x - x̄)²/n; under no association about
    standard normal.

    Parameters
    ----------
    values : per area; NaN is left out
    neighbours : of the same areas
    q : share of false finds among the finds (Benjamini and Hochberg)

    Returns
    -------
    DataFrame by area key: ``g`` (z value), ``p`` (two-sided), ``p_adjusted`` (FDR), ``spot``:
    "hot", "cold", "none", "no_value", "no_neighbour", "no_spread".
    """
    given = values.index
    values = _of_graph("getis_ord", values, neighbours)
    x, graph, keep = _usable(values, neighbours)
    table = pd.DataFrame(dict.fromkeys(("g", "p", "p_adjusted"), np.nan), index=values.index)
    table["spot"] = _reasons(values, neighbours, keep)
    n, spread = len(x), x.std() if len(x) >= FEWEST else 0.0
    if not spread > 1e-12 * np.abs(x).max(initial=0.0):
        table.loc[keep, "spot"] = "no_spread"
        return table.loc[given]
    owner = np.repeat(np.arange(n), graph.counts)
    total = np.bincount(owner, graph.weight * x[graph.other], minlength=n) + x
    weight = np.bincount(owner, graph.weight, minlength=n) + 1.0
    squares = np.bincount(owner, graph.weight**2, minlength=n) + 1.0
    room = np.maximum((n * squares - weight**2) / (n - 1), 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        # an area whose neighbours are all other areas has no room to differ: no test
        g = np.where(room > 0, (total - weight * x.mean()) / (spread * np.sqrt(room)), 0.0)
    rows = table.index[keep]
    p = 2 * scipy.special.ndtr(-np.abs(g))
    adjusted = benjamini_hochberg(pd.Series(p, rows))["p_adjusted"].to_numpy()
    table.loc[rows, "g"], table.loc[rows, "p"], table.loc[rows, "p_adjusted"] = g, p, adjusted
    table.loc[rows, "spot"] = np.where(adjusted > q, "none", np.where(g > 0, "hot", "cold"))
    return table.loc[given]


def standardise_rates(counted: pd.Series, persons: pd.Series) -> pd.Series:
    r"""Standardise rates so that small areas do not look extreme (Assunção and Reis 1999).

    :math:`z_i = (r_i - b)/\sqrt{v_i}`, b = Σx/Σn, :math:`v_i = a + b/n_i`, a = Σn(r - b)²/Σn -
    b/n̄; where :math:`v_i \le 0` it is :math:`b/n_i`. The result goes into `global_moran` and
    `local_moran`.

    Parameters
    ----------
    counted, persons : by area key; no persons or NaN gives NaN
    """
    counted, persons = aligned("standardise_rates", counted=counted, persons=persons)
    known = counted.notna() & persons.gt(0)
    x, n = counted[known].to_numpy(float), persons[known].to_numpy(float)
    b = x.sum() / n.sum()
    rate = x / n
    a = (n * (rate - b) ** 2).sum() / n.sum() - b / n.mean()
    variance = a + b / n
    variance = np.where(variance > 0, variance, b / n)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(variance > 0, (rate - b) / np.sqrt(variance), 0.0)
    return pd.Series(z, counted.index[known]).reindex(counted.index)


def benjamini_hochberg(p: pd.Series, *, q: float = 0.05) -> pd.DataFrame:
    """Adjust p values so that at most a share q of the rejections is false.

    Parameters
    ----------
    p : p values; NaN stays NaN and does not count
    q : level

    Returns
    -------
    DataFrame: ``p_adjusted`` (smallest level at which the area is named) and ``reject``.

    Examples
    --------
    >>> benjamini_hochberg(pd.Series([0.01, 0.04, 0.03]))["p_adjusted"].round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    known = p.dropna().to_numpy(float)
    order = np.argsort(known, kind="stable")
    m = len(known)
    scaled = known[order] * m / np.arange(1, m + 1)
    stepped = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    adjusted = np.empty(m)
    adjusted[order] = stepped
    column = pd.Series(adjusted, p.dropna().index).reindex(p.index)
    return pd.DataFrame({"p_adjusted": column, "reject": column.le(q)})


def _of_graph(caller: str, values: pd.Series, neighbours: Neighbours) -> pd.Series:
    """Return the values in the order of the graph: its order is what the permutations go by."""
    return aligned_to(caller, neighbours.keys, "'neighbours'", values=values)[0]


def _usable(
    values: pd.Series, neighbours: Neighbours
) -> tuple[Array, Neighbours, NDArray[np.bool_]]:
    """Return values and neighbours of the areas that have both, and which areas they are."""
    keep = values.notna().to_numpy()
    while True:
        graph = neighbours.subset(keep)
        alone = graph.counts == 0
        if not alone.any():
            break
        keep = keep.copy()
        keep[np.flatnonzero(keep)[alone]] = False
    return values.to_numpy(float)[keep], graph, keep


def _reasons(
    values: pd.Series, neighbours: Neighbours, keep: NDArray[np.bool_]
) -> NDArray[np.object_]:
    missing = values.isna().to_numpy()
    reasons = np.where(missing, "no_value", np.where(keep, "none", "no_neighbour"))
    return reasons.astype(object)


def _global(
    measure: str, values: pd.Series, neighbours: Neighbours, permutations: int, seed: int
) -> Association:
    values = _of_graph(f"global_{measure}", values, neighbours)
    x, graph, keep = _usable(values, neighbours)
    n = len(x)
    if n < FEWEST or not np.ptp(x) > 1e-12 * np.abs(x).max():
        message = (
            f"The 'values' parameter of global_{measure} must have at least {FEWEST} areas with "
            f"different values. Got {n} instead."
        )
        raise ValueError(message)
    graph = graph.row_standardised()
    z = np.ascontiguousarray(x - x.mean())
    parts = graph.start, graph.other, graph.weight
    which = 0 if measure == "moran" else 1
    factor = n if measure == "moran" else (n - 1) / 2
    factor /= graph.weight.sum() * (z**2).sum()
    value = kernels.cross_products(z, *parts)[which] * factor
    random = permuted_moments(z, graph, permutations, seed)[which] * factor
    extreme = min((random >= value).sum(), (random <= value).sum())
    missing = values.index[values.isna()]
    spread = random.std(ddof=1) if permutations > 1 else np.nan
    return Association(
        measure=measure,
        value=float(value),
        expected=-1.0 / (n - 1) if measure == "moran" else 1.0,
        z=float((value - random.mean()) / spread),
        p=float(min(1.0, 2 * (1 + extreme) / (1 + permutations))),
        areas=n,
        missing=tuple(map(str, missing)),
        islands=tuple(map(str, values.index[~keep & values.notna().to_numpy()])),
        permutations=permutations,
        seed=seed,
        kind=neighbours.kind,
    )
