"""Which assumption is to blame for the spread of ranks and classes: exchange one at a time.

Two independent sets of draws, A and B; for each assumption a third set AB that takes this one
assumption from B and all others from A. With centred estimators (Jansen 1999; Saltelli et al. 2010,
Comput. Phys. Commun. 181)::

    first order   1 - mean((y_B - y_AB)²)/(2 V)      what the assumption causes alone
    total         mean((y_A - y_AB)²)/(2 V)          with all its interactions

2 V is estimated by mean((y_A - y_B)²), the same way, so that no mean has to be taken off;
summed over the areas, so that areas whose rank moves more count more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.insight.monte_carlo.draws import Model, exchanged_ids, plain_ids

# the draws of A and B must not be those of the main run
_FIRST_A, _FIRST_B = 2**40, 2**41
_REPLICATES, _BOOTSTRAP_SEED = 500, 1
OUTCOMES = ("rank_first", "rank_total", "class_first", "class_total")


def variance_shares(
    model: Model, active: Sequence[str], draws: int, *, level: float = 0.9
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the shares of variance per assumption, and per area and assumption.

    Parameters
    ----------
    model : a prepared simulation
    active : assumptions that are varied
    draws : size of A and B; 0 = nothing is computed
    level : of the bootstrap intervals (over draws)

    Returns
    -------
    DataFrame by assumption with ``rank_first``, ``rank_total``, ``class_first``, ``class_total``
    and for each ``…_low`` and ``…_high``; NaN where nothing varies, 1 for a single
    assumption. First orders can come out slightly below 0 by chance. DataFrame (n_areas,
    assumptions): total share of the variance of each area's rank.
    """
    columns = [c for name in OUTCOMES for c in (name, f"{name}_low", f"{name}_high")]
    if draws == 0 or not active:
        empty = pd.DataFrame(np.nan, index=list(active), columns=columns)
        return empty, pd.DataFrame(np.nan, index=model.draws.keys, columns=list(active))
    if len(active) == 1:  # whatever varies, varies by it: nothing has to be drawn
        whole = pd.DataFrame(1.0, index=list(active), columns=columns)
        return whole, pd.DataFrame(1.0, index=model.draws.keys, columns=list(active))
    gaps, spread, moved = _exchange(model, active, draws)
    rows, drivers = {}, {}
    for f, name in enumerate(active):
        row: list[float] = []
        for which in range(len(OUTCOMES)):
            row += _share(gaps[f, which], spread[which // 2], which % 2 == 0, level)
        rows[name] = row
        with np.errstate(invalid="ignore", divide="ignore"):
            drivers[name] = np.where(moved[-1] > 0, moved[f] / moved[-1], np.nan)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return table, pd.DataFrame(drivers, index=model.draws.keys)


def _exchange(
    model: Model, active: Sequence[str], draws: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return per draw the squared gaps to B and A, and between A and B, summed over areas.

    The third array is summed over draws instead: per area the gaps to A of each assumption, and
    last the gaps between A and B.
    """
    ids_a, ids_b = plain_ids(draws, first=_FIRST_A), plain_ids(draws, first=_FIRST_B)
    exchanged = [exchanged_ids(ids_a, ids_b, name) for name in active]
    gaps = np.zeros((len(active), len(OUTCOMES), draws))
    spread = np.zeros((2, draws))
    moved = np.zeros((len(active) + 1, model.draws.areas))
    step = max(8, 2**20 // max(model.draws.areas, 1))
    for first in range(0, draws, step):
        part = slice(first, min(first + step, draws))
        y_a, y_b = _outcomes(model, ids_a[part]), _outcomes(model, ids_b[part])
        for which in (0, 1):
            spread[which, part] = ((y_a[which] - y_b[which]) ** 2).sum(axis=1)
        moved[-1] += ((y_a[0] - y_b[0]) ** 2).sum(axis=0)
        for f, ids in enumerate(exchanged):
            y_x = _outcomes(model, ids[part])
            for which in (0, 1):
                gaps[f, 2 * which, part] = ((y_b[which] - y_x[which]) ** 2).sum(axis=1)
                gaps[f, 2 * which + 1, part] = ((y_a[which] - y_x[which]) ** 2).sum(axis=1)
            moved[f] += ((y_a[0] - y_x[0]) ** 2).sum(axis=0)
    return gaps, spread, moved


def _share(
    gap: NDArray[np.float64], spread: NDArray[np.float64], first_order: bool, level: float
) -> list[float]:
    """Return a share of variance and its bootstrap interval; all gaps are twice a variance."""
    if spread.sum() <= 0:
        return [float("nan")] * 3
    again = np.random.default_rng(_BOOTSTRAP_SEED).integers(0, len(gap), (_REPLICATES, len(gap)))
    ratio = gap[again].sum(axis=1) / spread[again].sum(axis=1)
    low, high = np.quantile(ratio, [(1 - level) / 2, (1 + level) / 2])
    whole = gap.sum() / spread.sum()
    if first_order:
        return [float(1 - whole), float(1 - high), float(1 - low)]
    return [float(whole), float(low), float(high)]


def _outcomes(
    model: Model, ids: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    _, rank, position = model.run(np.ascontiguousarray(ids))
    return rank.astype(float), position.astype(float)
