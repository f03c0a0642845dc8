"""Which assumption is to blame for the spread of ranks and classes: exchange one at a time.

Two independent sets of draws, A and B; for each assumption a third set AB that takes this one
assumption from B and all others from A. With centred estimators (Jansen 1999; Saltelli et al. 2010,
Comput. Phys. Commun. 181)::

    first order   1 - mean((y_B - y_AB)²)/(2 V)      what the assumption causes alone
    total         mean((y_A - y_AB)²)/(2 V)          with all its interactions

summed over the areas, so that areas whose rank moves more count more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.insight.simulation import Recomputation, Simulation, exchanged_ids, plain_ids

# the draws of A and B must not be those of the main run
_FIRST_A, _FIRST_B = 2**40, 2**41


def variance_shares(
    model: Simulation | Recomputation, active: Sequence[str], draws: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the shares of variance per assumption, and per area and assumption.

    Parameters
    ----------
    model : a prepared simulation
    active : assumptions that are varied
    draws : size of A and B; 0 = nothing is computed

    Returns
    -------
    DataFrame by assumption with ``rank_first``, ``rank_total``, ``class_first``, ``class_total``;
    NaN where nothing varies. First orders can come out slightly below 0 by chance.
    DataFrame (n_areas, assumptions): total share of the variance of each area's rank.
    """
    columns = ["rank_first", "rank_total", "class_first", "class_total"]
    if draws == 0 or not active:
        empty = pd.DataFrame(np.nan, index=list(active), columns=columns)
        return empty, pd.DataFrame(np.nan, index=model.keys, columns=list(active))
    ids_a, ids_b = plain_ids(draws, first=_FIRST_A), plain_ids(draws, first=_FIRST_B)
    exchanged = {name: exchanged_ids(ids_a, ids_b, name) for name in active}
    sums = {name: np.zeros((4, model.areas)) for name in active}
    moments = np.zeros((2, 3, model.areas))
    step = max(8, 2**20 // max(model.areas, 1))
    for first in range(0, draws, step):
        part = slice(first, first + step)
        y_a, y_b = _outcomes(model, ids_a[part]), _outcomes(model, ids_b[part])
        for which in (0, 1):
            both = np.concatenate([y_a[which], y_b[which]])
            moments[which] += np.ones_like(both).sum(0), both.sum(0), (both**2).sum(0)
        for name in active:
            y_x = _outcomes(model, exchanged[name][part])
            for which in (0, 1):
                sums[name][2 * which] += ((y_b[which] - y_x[which]) ** 2).sum(0)
                sums[name][2 * which + 1] += ((y_a[which] - y_x[which]) ** 2).sum(0)
    spread = [_variance(m) for m in moments]
    rows, drivers = {}, {}
    for name in active:
        gap = sums[name] / (2.0 * draws)
        rows[name] = [
            1.0 - _ratio(gap[0], spread[0]), _ratio(gap[1], spread[0]),
            1.0 - _ratio(gap[2], spread[1]), _ratio(gap[3], spread[1]),
        ]  # fmt: skip
        with np.errstate(invalid="ignore", divide="ignore"):
            drivers[name] = np.where(spread[0] > 0, gap[1] / spread[0], np.nan)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return table, pd.DataFrame(drivers, index=model.keys)


def _outcomes(
    model: Simulation | Recomputation, ids: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    _, rank, position = model.run(np.ascontiguousarray(ids))
    return rank.astype(float), position.astype(float)


def _variance(moments: NDArray[np.float64]) -> NDArray[np.float64]:
    count, total, squares = moments
    return np.maximum(squares / count - (total / count) ** 2, 0.0)


def _ratio(gap: NDArray[np.float64], spread: NDArray[np.float64]) -> float:
    total = float(spread.sum())
    return float(gap.sum()) / total if total > 0 else float("nan")
