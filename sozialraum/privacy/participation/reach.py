"""How far the count reaches: children that are counted in a wrong cell, or in none.

Nobody can see that an address is wrong. But a child that registers twice with one wrong address
contradicts itself, and so the children that register often tell how often all of them err.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import pdtr

from sozialraum.model.alignment import aligned
from sozialraum.model.participation_release import ALL_AGES, CITY
from sozialraum.privacy.participation.windows import TENS

Counts = NDArray[np.float64]
CERTAINTY = 0.95  # a cell's true rate lies between its bounds at least so often
_MOST_LIKELY_WRONG = 2  # with three registrations and more, the others outvote the wrong one
# Before anything is known, one pair of registrations in a hundred is thought to disagree; it
# matters for a small programme only.
_ONE_IN = 100
_LARGE_BASE = 500  # persons; half a per cent of it are two and a half


@dataclass(frozen=True)
class Astray:
    """Shares of the children that cells of one kind count wrongly (0..1).

    Parameters
    ----------
    moved : counted in another cell than their own
    absent : counted in no cell, though they belong to one
    """

    moved: float = 0.0
    absent: float = 0.0

    @property
    def missing(self) -> float:
        """Children that are counted nowhere, per child that is counted."""
        return self.absent / (1.0 - self.absent) if self.absent < 1.0 else 1.0


# (area set, whether by age) -> shares; none where nothing goes astray
Shares = Mapping[tuple[str, bool], Astray]


def share_moved(child: pd.Series, cell: pd.Series) -> float:
    """Estimate the share of children that are counted in another cell than their own.

    A registration names a wrong cell with probability w, so two of one child disagree with
    probability 2w; w is taken from all neighbouring pairs of one child's registrations. Of three
    registrations and more the wrong one is outvoted; with one or two the child is in the wrong
    cell with probability w.

    Parameters
    ----------
    child : (n_records,) number of the child
    cell : (n_records,) cell that each registration names; NaN where it names none

    Examples
    --------
    >>> child = pd.Series([1, 1, 2, 3, 3, 3])
    >>> cell = pd.Series(["a", "b", "a", "b", "b", "b"])  # one of three pairs disagrees
    >>> round(share_moved(child, cell), 4)  # 1/2 × (1 + 1)/(3 + 100) × 2 of 3 children
    0.0065
    """
    child, cell = aligned("share_moved", child=child, cell=cell)
    told = pd.DataFrame({"child": child.to_numpy(), "cell": cell.to_numpy()}).dropna()
    told = told.sort_values("child", kind="stable")
    one = told["child"].to_numpy()
    pair = one[1:] == one[:-1]
    differs = pair & (told["cell"].to_numpy()[1:] != told["cell"].to_numpy()[:-1])
    wrong = 0.5 * (differs.sum() + 1) / (pair.sum() + _ONE_IN)
    if not len(one):
        return float(wrong)
    return float(wrong * (told["child"].value_counts() <= _MOST_LIKELY_WRONG).mean())


def spread(count: Counts, share: float) -> Counts:
    """Return how many children went astray at most, of `count` with that share (Poisson).

    The smallest m such that no more than m went astray with a probability of 97.5 %, which leaves
    5 % for both sides of a count together.

    Examples
    --------
    >>> spread(np.array([0.0, 30.0, 300.0]), 0.005)  # P(X ≤ 1) = 0.990 at 0.15, P(X ≤ 4) = 0.981
    array([0., 1., 4.])
    """
    expected = np.asarray(count, dtype=float) * share
    least = np.zeros_like(expected)
    beyond = pdtr(least, expected) < 1 - (1 - CERTAINTY) / 2
    while beyond.any():
        least[beyond] += 1
        beyond = pdtr(least, expected) < 1 - (1 - CERTAINTY) / 2
    return least


def reach(cells: pd.DataFrame, windows: pd.DataFrame, shares: Shares) -> pd.DataFrame:
    """Return the bounds of each rate; 95 of 100 true rates lie between theirs.

    They are made of what was rounded before and of one share for all cells of a kind, so they tell
    nothing that the rounded bounds do not: the lower end of the window of ``low`` less the children
    that may belong elsewhere, and the upper end of the window of ``high`` with those that may
    belong here.

    Parameters
    ----------
    cells : columns ``area_set``, ``age``, ``base``, ``rate``; no bounds where the rate is NaN
    windows : of `sozialraum.privacy.participation.windows.cell_windows`
    shares : children that went astray

    Returns
    -------
    (n_cells, 2) ``rate_low``, ``rate_high``, rounded outwards to whole per cents, in bases of 500
    and more to a tenth.
    """
    cells, windows = aligned("reach", cells=cells, windows=windows)
    persons = cells["base"].to_numpy(float)
    low = windows["low", "low"].to_numpy(float)
    high = np.minimum(windows["high", "high"].to_numpy(float), persons)
    lower, upper = low.copy(), high.copy()
    kinds = [cells["area_set"], cells["age"] == ALL_AGES]
    for (area_set, whole), rows in cells.groupby(kinds, sort=False).indices.items():
        astray = shares.get((area_set, not whole), Astray())
        lower[rows] -= spread(low[rows], astray.moved)
        upper[rows] += spread(high[rows], astray.moved + astray.missing)
    unit = np.where(persons >= _LARGE_BASE, 0.001, 0.01)
    rate = cells["rate"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        least = np.floor(np.round(lower / persons / unit, 6)) * unit
        most = np.ceil(np.round(upper / persons / unit, 6)) * unit
    bounds = {
        "rate_low": np.where(np.isnan(rate), np.nan, np.clip(least.round(3), 0.0, rate)),
        "rate_high": np.where(np.isnan(rate), np.nan, np.clip(most.round(3), rate, 1.0)),
    }
    return pd.DataFrame(bounds, index=cells.index)


def reach_of_total(tens: Mapping[str, int], shares: Shares) -> dict[str, int]:
    """Return the numbers of the programme with the bounds of its children, in tens outwards.

    Parameters
    ----------
    tens : ``distinct_children``, ``low``, ``high``, ``bookings`` in tens, or 0 for all below ten

    Examples
    --------
    >>> tens = {"distinct_children": 3650, "low": 3610, "high": 3780, "bookings": 10_000}
    >>> reach_of_total(tens, {("city", False): Astray(moved=0.001)})  # 5 for rounding, 8 astray
    {'distinct_children': 3650, 'low': 3590, 'high': 3800, 'bookings': 10000}
    """
    astray = shares.get((CITY, False), Astray())
    low, high = np.array([tens["low"], tens["high"]], dtype=float)
    lower = low - TENS / 2 - spread(low, astray.moved)
    upper = high + TENS / 2 + spread(high, astray.moved + astray.missing)
    return {
        **tens,
        "low": max(TENS * int(lower // TENS), 0),
        "high": TENS * -int(-upper // TENS) if tens["high"] else 0,
    }
