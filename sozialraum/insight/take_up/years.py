"""The rates of a programme in two years: what changed, and whether it is more than chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy

from sozialraum.insight.autocorrelation import benjamini_hochberg
from sozialraum.insight.intervals import quantile, wilson
from sozialraum.model.alignment import aligned_to

ENDS = ("rate", "rate_low", "rate_high")


def change_of_rates(
    before: pd.DataFrame, after: pd.DataFrame, *, level: float = 0.95, q: float = 0.1
) -> pd.DataFrame:
    """Return the change of each rate between two years, of rates that are known within ends.

    Limits of each rate are those of Wilson at its lower and at its upper end; they are put together
    as by Newcombe (1998, method 10): other children in both years. Where the same children stand in
    both, the interval is too wide. Over all rows at most a share `q` of the changes called sure is
    false (Benjamini and Hochberg).

    Parameters
    ----------
    before, after : index = area; ``children`` (persons), ``rate``, ``rate_low``, ``rate_high``
        (0..1, equal where the rate is exact); NaN where nothing is told
    level : of the intervals
    q : share of false findings among the sure ones

    Returns
    -------
    DataFrame on the areas of `after`: ``rate_before``, ``rate``, ``change``, ``change_low``,
    ``change_high`` (-1..1) and ``sure`` (bool); NaN and False where one of the years is not told.

    Examples
    --------
    >>> two = [pd.DataFrame({"children": [n], "rate": [r], "rate_low": [r], "rate_high": [r]})
    ...        for n, r in ((80, 48 / 80), (70, 56 / 70))]
    >>> change_of_rates(*two)[["change", "change_low", "change_high"]].round(4).values.tolist()
    [[0.2, 0.0524, 0.3339]]
    """
    (before,) = aligned_to("change_of_rates", after.index, "'after'", before=before)
    (p0, l0, u0), (p1, l1, u1) = (_limits(year, level) for year in (before, after))
    change = p1 - p0
    low = change - np.hypot(p1 - l1, u0 - p0)
    high = change + np.hypot(u1 - p1, p0 - l0)
    width = np.where(change > 0, change - low, high - change)
    z = np.abs(change) / width
    p = pd.Series(2 * scipy.special.ndtr(-z * quantile(level)), after.index)
    found = {"rate_before": p0, "rate": p1, "change": change, "change_low": low}
    table = pd.DataFrame({**found, "change_high": high}, after.index)
    return table.assign(sure=benjamini_hochberg(p, q=q)["reject"].to_numpy())


def _limits(year: pd.DataFrame, level: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rate, lower and upper limit."""
    n = year["children"].to_numpy(float)
    rate, low, high = (year[name].to_numpy(float) for name in ENDS)
    return rate, wilson(low * n, n, level=level)[0], wilson(high * n, n, level=level)[1]
