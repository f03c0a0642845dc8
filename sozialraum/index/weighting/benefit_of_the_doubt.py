"""Benefit of the doubt: each area judged with the weights that favour it most.

The score is 1 on the frontier. Without bounds an area may put all weight on its best part; the
bounds say how far the weights may differ.

References: Melyn & Moesen (1991); Cherchye et al. (2007), Soc. Indic. Res. 82; OECD/JRC Handbook
(2008) ch. 6.4, table 19.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def benefit_of_the_doubt(
    x: Matrix,
    *,
    weight_shares: tuple[float, float] | None = None,
    pie_shares: tuple[float, float] | None = None,
) -> tuple[NDArray[np.float64], Matrix]:
    """Return for each area the highest score any admissible weights give it, and these weights.

    Maximises ``Σ w_i x_i`` of the area such that no area scores above 1 with the same weights and w
    ≥ 0 (linear programme, solved by HiGHS).

    Parameters
    ----------
    x : (n_areas, n_parts), at least 0, high = high score; a row with NaN gets NaN
    weight_shares : lowest and highest share of each weight in the sum of weights
    pie_shares : lowest and highest share of each part ``w_i x_i`` in the area's own score

    Returns
    -------
    score : (n_areas,), 0..1
    weights : (n_areas, n_parts)

    Raises
    ------
    ValueError
        If a value is negative, all are 0, or the bounds admit no weights.

    Examples
    --------
    >>> score, _ = benefit_of_the_doubt(np.array([[1.0, 0.0], [0.0, 1.0], [0.4, 0.4]]))
    >>> score.round(6).tolist()
    [1.0, 1.0, 0.8]
    """
    there = ~np.isnan(x).any(axis=1)
    known = x[there]
    if (known < 0).any() or not (known > 0).any():
        message = "The 'x' parameter of benefit_of_the_doubt must be at least 0 and not all 0."
        raise ValueError(message)
    frontier = _undominated(known)
    shared = (
        [frontier]
        if weight_shares is None
        else [frontier, _weight_rows(x.shape[1], *weight_shares)]
    )
    score, weights = np.full(len(x), np.nan), np.full(x.shape, np.nan)
    for row in np.flatnonzero(there):
        rows = [*shared] if pie_shares is None else [*shared, _pie_rows(x[row], *pie_shares)]
        score[row], weights[row] = _best(x[row], np.vstack(rows), len(frontier))
    return score, weights


def _best(
    own: NDArray[np.float64], rows: Matrix, at_most_one: int
) -> tuple[float, NDArray[np.float64]]:
    limit = np.zeros(len(rows))
    limit[:at_most_one] = 1.0
    found = scipy.optimize.linprog(-own, A_ub=rows, b_ub=limit, bounds=(0.0, None), method="highs")
    if not found.success:
        message = (
            "The 'bounds' parameter of benefit_of_the_doubt must admit weights. Got "
            f"{found.message!r} from HiGHS instead."
        )
        raise ValueError(message)
    return float(-found.fun), found.x


def _weight_rows(m: int, low: float, high: float) -> Matrix:
    """``low Σw ≤ w_i ≤ high Σw`` as rows ≤ 0."""
    return np.vstack([low - np.eye(m), np.eye(m) - high])


def _pie_rows(own: NDArray[np.float64], low: float, high: float) -> Matrix:
    """``low Σ w x ≤ w_i x_i ≤ high Σ w x`` as rows ≤ 0."""
    each = np.diag(own)
    return np.vstack([low * own - each, each - high * own])


def _undominated(known: Matrix) -> Matrix:
    """Leave out areas that another equals or beats everywhere: their constraint follows."""
    distinct = np.unique(known, axis=0)
    kept: list[NDArray[np.float64]] = []
    for row in distinct[np.argsort(-distinct.sum(axis=1), kind="stable")]:
        if not any((other >= row).all() for other in kept):
            kept.append(row)
    return np.array(kept)
