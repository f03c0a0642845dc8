"""Aggregation by comparing areas with each other: Copeland, Kemeny, Borda.

Such an index does not let a low value of one indicator be bought by a high value of another. It
depends on which areas are compared.

References: OECD/JRC Handbook (2008) ch. 6.10 and tables 25–37; Copeland (1951); Kemeny (1959);
Munda & Nardo (2009).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sozialraum.index.means import MeanOptions
from sozialraum.index.weighting.benefit_of_the_doubt import benefit_of_the_doubt
from sozialraum.kernels.arrays import as_kernel_array
from sozialraum.kernels.outranking import copeland_scores, kemeny_order, outranking_matrix
from sozialraum.model.deciding import decided

Matrix = NDArray[np.float64]
MOST_FOR_KEMENY = 14  # the exact search visits 2ⁿ sets of areas


def outranking(x: Matrix, weights: Matrix) -> Matrix:
    """Return per pair of areas the share of weight on which the first is higher, ties half.

    Parameters
    ----------
    x : (n_areas, n_parts); a part counts for a pair only if both areas have it
    weights : (n_parts,)

    Returns
    -------
    (n_areas, n_areas), ``m[i, j] + m[j, i] = 1``; 0 on the diagonal, 0.5 where a pair has no part
    in common

    Examples
    --------
    >>> outranking(np.array([[1.0, 2.0], [0.0, 2.0]]), np.ones(2)).tolist()
    [[0.0, 0.75], [0.25, 0.0]]
    """
    return outranking_matrix(_compared(x), as_kernel_array(weights))


def copeland(x: Matrix, weights: Matrix) -> NDArray[np.float64]:
    """Return for each area how many others it beats minus how many beat it, by weighted majority.

    Parameters
    ----------
    x : (n_areas, n_parts); an area without any value gets NaN
    weights : (n_parts,)

    Examples
    --------
    >>> copeland(np.array([[3.0], [2.0], [2.0], [1.0]]), np.ones(1)).tolist()
    [3.0, 0.0, 0.0, -3.0]
    """
    there = ~np.isnan(x).all(axis=1)
    score = np.full(len(x), np.nan)
    score[there] = copeland_scores(_compared(x[there]), as_kernel_array(weights))
    return score


def kemeny(x: Matrix, weights: Matrix) -> NDArray[np.float64]:
    """Return n − place of each area in an exactly best Kemeny ranking (largest = n − 1).

    Among equally good rankings the one that puts earlier rows first is taken; `kemeny_score` and
    `kemeny_ranking` tell how many support it.

    Raises
    ------
    ValueError
        If there are more than 14 areas.
    """
    there = np.flatnonzero(~np.isnan(x).all(axis=1))
    order, _ = kemeny_ranking(outranking(x[there], weights))
    score = np.full(len(x), np.nan)
    score[there[order]] = np.arange(len(there) - 1, -1, -1, dtype=float)
    return score


def kemeny_ranking(support: Matrix) -> tuple[NDArray[np.int64], float]:
    """Return the ranking with the largest support over all pairs, and that support.

    Parameters
    ----------
    support : (n, n); ``support[i, j]`` = weight that prefers i to j

    Examples
    --------
    Handbook table 28: 23 voters abc, 17 bca, 2 bac, 10 cab, 8 cba.

    >>> support = np.array([[0.0, 33, 25], [27, 0, 42], [35, 18, 0]])
    >>> order, score = kemeny_ranking(support)
    >>> [("abc")[i] for i in order], score
    (['b', 'c', 'a'], 104.0)
    """
    if len(support) > MOST_FOR_KEMENY:
        message = (
            f"The 'method' parameter must not be 'kemeny' for more than {MOST_FOR_KEMENY} areas. "
            f"Got {len(support)} areas."
        )
        raise ValueError(message)
    order = kemeny_order(as_kernel_array(support))
    return order, kemeny_score(support, order)


def kemeny_score(support: Matrix, order: NDArray[np.int64]) -> float:
    """Return the support of a ranking: the sum over all pairs, the higher placed first."""
    ranked = support[np.ix_(order, order)]
    return float(np.triu(ranked, 1).sum())


def borda(x: Matrix, weights: Matrix) -> NDArray[np.float64]:
    """Return the weighted Borda count: per part how many areas are lower, ties half.

    Parameters
    ----------
    x : (n_areas, n_parts), higher = higher burden
    weights : (n_parts,)

    Examples
    --------
    >>> borda(np.array([[3.0, 1.0], [2.0, 2.0], [1.0, 3.0]]), np.array([2.0, 1.0])).tolist()
    [4.0, 3.0, 2.0]
    """
    own = _compared(x)
    lower = (own[:, None] > own[None]) + 0.5 * (own[:, None] == own[None])
    return (lower.sum(axis=1) - 0.5) @ np.asarray(weights, dtype=float)


def _compared(x: Matrix) -> Matrix:
    """Return each part as areas are compared on it."""
    return as_kernel_array(np.column_stack([decided(part) for part in x.T]))


def _bod(x: Matrix, weights: Matrix, options: MeanOptions) -> NDArray[np.float64]:
    return benefit_of_the_doubt(x, weight_shares=options.share_bounds)[0]


Ordering = Callable[[Matrix, Matrix, MeanOptions], NDArray[np.float64]]
ORDERINGS: dict[str, Ordering] = {
    "copeland": lambda x, weights, options: copeland(x, weights),
    "kemeny": lambda x, weights, options: kemeny(x, weights),
    "bod": _bod,
}
