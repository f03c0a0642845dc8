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

from sozialraum.model.participation_release import ALL_AGES

Counts = NDArray[np.float64]
CERTAINTY = 0.95  # a cell's true rate lies between its bounds at least so often
TENS = 10
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
    merged : counted once less if every doubtful pair of registrations is one child
    split : counted once more if every doubtful pair is two children
    """

    moved: float = 0.0
    absent: float = 0.0
    merged: float = 0.0
    split: float = 0.0

    @property
    def less(self) -> float:
        """Children that may not belong to a cell, per child counted there."""
        return self.moved + self.merged

    @property
    def more(self) -> float:
        """Children that may belong to a cell and are not counted there, per child counted there."""
        missing = self.absent / (1.0 - self.absent) if self.absent < 1.0 else 1.0
        return self.moved + missing + self.split


# (area set, whether by age) -> shares; none where nothing goes astray
Shares = Mapping[tuple[str, bool], Astray]


def share_moved(*, pairs: float, differs: float, seen: float, few: float) -> float:
    """Estimate the share of children that are counted in another cell than their own.

    A registration names a wrong cell with probability w, so two of one child disagree with
    probability 2w; w is taken from all neighbouring pairs of one child's registrations. Of three
    registrations and more the wrong one is outvoted; with one or two the child is in the wrong
    cell with probability w. Numbers are those of `count_participation`, exact or as they are told.

    Examples
    --------
    >>> round(share_moved(pairs=3, differs=1, seen=3, few=2), 4)  # 1/2 × (1 + 1)/(3 + 100) × 2/3
    0.0065
    """
    wrong = 0.5 * (differs + 1) / (pairs + _ONE_IN)
    return wrong * (min(few / seen, 1.0) if seen else 1.0)


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


def reach(cells: pd.DataFrame, shares: Shares) -> pd.DataFrame:
    """Return the bounds of each rate; 95 of 100 true rates lie between theirs.

    They are made of the window of the cell and of one share for all cells of a kind, so they tell
    nothing that these do not: the lower end less the children that may belong elsewhere or be
    counted twice, and the upper end with those that may belong here.

    Parameters
    ----------
    cells : columns ``area_set``, ``age``, ``children``, ``taking_low``, ``taking_high``; NaN where
        nothing is told
    shares : children that went astray

    Returns
    -------
    (n_cells, 2) ``rate_low``, ``rate_high``, rounded outwards to whole per cents, in bases of 500
    and more to a tenth.
    """
    persons = cells["children"].to_numpy(float)
    low, high = cells["taking_low"].to_numpy(float), cells["taking_high"].to_numpy(float)
    lower, upper = low.copy(), high.copy()
    kinds = [cells["area_set"], cells["age"] == ALL_AGES]
    for (area_set, whole), rows in cells.groupby(kinds, sort=False).indices.items():
        astray = shares.get((area_set, not whole), Astray())
        lower[rows] -= spread(np.nan_to_num(low[rows]), astray.less)
        upper[rows] += spread(np.nan_to_num(high[rows]), astray.more)
    unit = np.where(persons >= _LARGE_BASE, 0.001, 0.01)
    with np.errstate(divide="ignore", invalid="ignore"):
        least = np.floor(np.round(lower / persons / unit, 6)) * unit
        most = np.ceil(np.round(upper / persons / unit, 6)) * unit
    bounds = {"rate_low": least.round(3).clip(0.0, 1.0), "rate_high": most.round(3).clip(0.0, 1.0)}
    return pd.DataFrame(bounds, index=cells.index)


def reach_of_total(children: float, bookings: float, astray: Astray) -> dict[str, int]:
    """Return the numbers of the programme, the bounds of its children in tens outwards.

    Parameters
    ----------
    children, bookings : of all areas; NaN where not told

    Returns
    -------
    ``distinct_children``, ``low``, ``high``, ``bookings`` in tens, or 0 for all below ten; without
    those that are not told.

    Examples
    --------
    >>> reach_of_total(3652, 10_004, Astray(moved=0.001))  # of 3,652 at most 8 went astray
    {'distinct_children': 3650, 'low': 3640, 'high': 3660, 'bookings': 10000}
    """
    found: dict[str, int] = {}
    if not np.isnan(children):
        found = _of_children(children, astray)
    if not np.isnan(bookings):
        found["bookings"] = TENS * round(bookings / TENS) if bookings >= TENS else 0
    return found


def _of_children(children: float, astray: Astray) -> dict[str, int]:
    known = children >= TENS
    least = children - spread(np.array([children]), astray.less)[0] if known else 0.0
    most = children + spread(np.array([children]), astray.more)[0] if known else 0.0
    return {
        "distinct_children": TENS * round(children / TENS) if known else 0,
        "low": max(TENS * int(least // TENS), 0),
        "high": TENS * -int(-most // TENS),
    }
