"""What published rates and quotients tell about counts: the smallest and largest that fit.

A rate with a known number of children stands for several counts; the audit reasons about exactly
these windows, not about the counts behind them, and the ledger holds nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from sozialraum.privacy.audit.rows import INF
from sozialraum.privacy.rounding import count_window, rounding_grid
from sozialraum.privacy.rules import DisclosureRules

# What is published of a cell: column of the released table -> measure it is about. The lower bound
# of a rate is left out: what it tells of the count, the rate tells more exactly.
MEASURES = {"rate": "distinct_children", "rate_high": "high", "bookings_per_child": "bookings"}
QUOTIENT_STEP = 0.1
TENS = 10
Window = tuple[float, float]


def cell_windows(cells: pd.DataFrame, rules: DisclosureRules) -> pd.DataFrame:
    """Return per cell and measure the smallest and largest count that its published value allows.

    Parameters
    ----------
    cells : columns ``base``, ``status`` and, rounded, ``rate``, ``rate_low``, ``rate_high``,
        ``bookings_per_child``
    rules : of disclosure control

    Returns
    -------
    (n_cells, 2 × n_measures) columns (measure, "low") and (measure, "high"); all that is possible
    where nothing is published.
    """
    told: dict[str, Callable[[float, float], Window]] = {
        "distinct_children": lambda shown, base: count_window(
            shown, base, minimum=rules.minimum, candidates=rules.candidates
        ),
        "low": lambda shown, base: _bound_window(shown, base, rules),
        "high": lambda shown, base: _bound_window(shown, base, rules),
        "bookings": _quotient_window,
    }
    found = {}
    for column, measure in {"rate_low": "low", **MEASURES}.items():
        windows = [
            told[measure](shown, base) if status == "ok" and not math.isnan(shown) else (0.0, INF)
            for shown, base, status in zip(
                cells[column], cells["base"], cells["status"], strict=True
            )
        ]
        # a base in fractions of persons: the count of persons may be one more or less
        slack = (cells["base"].fillna(0.0) % 1 != 0).to_numpy(float)
        low, high = np.array(windows, dtype=float).reshape(-1, 2).T
        found[measure, "low"] = np.maximum(low - slack, 0.0)
        found[measure, "high"] = high + slack
    return pd.DataFrame(found, index=cells.index)


def shifted_window(windows: pd.DataFrame, counts: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the window in which the children of a cell can change with all else that is told.

    Children, the upper bound of their number and bookings hang together: more children need more
    bookings. If all of them change by as much, every published value must still hold. So an
    attacker must reckon with each number of children inside

    ``y + max(low - count) ≤ children ≤ y + min(high - count)``  over the measures,

    and perhaps with more: what is safe under these windows is safe.
    """
    y = counts["distinct_children"].to_numpy(float)
    down = [windows[m, "low"].to_numpy() - counts[m].to_numpy(float) for m in MEASURES.values()]
    up = [windows[m, "high"].to_numpy() - counts[m].to_numpy(float) for m in MEASURES.values()]
    return np.maximum(y + np.max(down, axis=0), 0.0), y + np.min(up, axis=0)


def total_window(shown: int, rules: DisclosureRules) -> Window:
    """Return what a total in tens stands for; 0 is told for all that is too small.

    Examples
    --------
    >>> total_window(120, DisclosureRules()), total_window(0, DisclosureRules())
    ((115.0, 125.0), (0.0, 9.0))
    """
    least = float(max(rules.minimum, TENS))
    return (max(shown - TENS / 2, least), shown + TENS / 2) if shown else (0.0, least - 1)


def _bound_window(shown: float, base: float, rules: DisclosureRules) -> Window:
    """Return the window of a bound; no rule says how small or large it may be."""
    persons = round(base)
    grid = rounding_grid(persons, minimum=rules.minimum, candidates=rules.candidates)
    if shown == 0 or grid is None:
        return 0.0, 0.0 if shown == 0 else INF
    step, lowest, highest = grid
    multiple = round(shown / step)
    low = 0.0 if multiple <= lowest else (multiple - 0.5) * step * persons
    above = (multiple + 0.5) * step * persons  # halves go up
    high = INF if multiple >= highest else float(math.ceil(round(above, 6)) - 1)
    return float(math.ceil(round(low, 6))), high


def _quotient_window(shown: float, base: float) -> Window:
    half = QUOTIENT_STEP / 2
    low, high = base * (shown - half), base * (shown + half)
    return float(max(math.ceil(round(low, 6)), 0)), float(math.floor(round(high, 6)))
