"""Has the whole city left its past? Cases of a month against level, trend and season."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from sozialraum.insight.watching.scores import LONGEST
from sozialraum.kernels.watching import cusum
from sozialraum.model.arguments import checks_options
from sozialraum.model.options import Count

Array = NDArray[np.float64]
FIRST = 36  # months of past before the first judgement
LIMIT, SPIKE, ALLOWANCE = 6.0, 2.9, 0.5
_ROUNDS, _CLOSE, _FRAME = 30, 1e-9, 0.95
_PARAMETERS = 4


@checks_options
def watch_city(cases: pd.Series, *, guard: Count = 3) -> pd.DataFrame:
    """Judge the months of a city as a whole, from the 37th on.

    The past is a quasi-Poisson regression on trend, sine and cosine of the year; a month is held
    against the negative binomial with variance ``φ m + m² se²(log m)``. Thresholds are fixed (h =
    6, s = 2.9): at means of 10 to 600 cases and φ of 1 to 2 there are at most 0.1 false alarms a
    year.

    Parameters
    ----------
    cases : (n_months,) persons in order of time, without gaps in the index; NaN where not known
    guard : latest months that do not count as usual

    Returns
    -------
    Per judged month ``cases``, ``expected``, ``low``, ``high`` (95 % of usual months lie between
    them), ``z``, ``sum``, ``alarm``, ``begins``, ``months``; empty with fewer than 37 months.

    Examples
    --------
    >>> quiet = pd.Series(np.random.default_rng(3).poisson(80, 48))
    >>> quiet.iloc[44:] += 60
    >>> judged = watch_city(quiet)
    >>> judged.index[judged.alarm].tolist()
    [44, 45, 46, 47]
    """
    y = cases.to_numpy(float)
    rows = [_month(y, t, guard) for t in range(FIRST, len(y))]
    table = pd.DataFrame(
        rows, index=cases.index[FIRST:], columns=["cases", "expected", "low", "high", "z"]
    ).astype(float)
    months = len(table)
    sums, alarm, begins = cusum(
        table[["z"]].to_numpy(float), ALLOWANCE, np.full(months, LIMIT), np.full(months, SPIKE)
    )
    table["sum"], table["alarm"], table["begins"] = sums[:, 0], alarm[:, 0], begins[:, 0]
    run = table["alarm"].astype(int)
    table["months"] = run.groupby((run == 0).cumsum()).cumsum()
    return table


def _month(y: Array, t: int, guard: int) -> tuple[float, ...]:
    """Return cases, expectation, frame and z of one month."""
    u = np.arange(max(0, t - guard - LONGEST), t - guard)
    u = u[~np.isnan(y[u])]
    nothing = (y[t], *[math.nan] * 4)
    if len(u) < FIRST // 2 or y[u].sum() <= 0 or np.isnan(y[t]):
        return nothing
    terms = _terms(u, t)
    usual = _fitted(terms, y[u])
    phi = max(1.0, float(((y[u] - usual) ** 2 / usual).sum() / (len(u) - _PARAMETERS)))
    now = _terms(np.array([t]), t)[0]
    beta = np.linalg.lstsq(terms, np.log(usual), rcond=None)[0]
    mean = math.exp(float(now @ beta))
    information = terms.T * usual @ terms + _CLOSE * np.eye(_PARAMETERS)
    variance = phi * mean + mean**2 * phi * float(now @ np.linalg.solve(information, now))
    return (y[t], mean, *_frame_and_z(y[t], mean, variance))


def _terms(months: NDArray[np.int64], now: int) -> Array:
    angle = 2 * np.pi * months / 12
    return np.column_stack(
        [np.ones(len(months)), (months - now) / 12, np.sin(angle), np.cos(angle)]
    )


def _fitted(terms: Array, y: Array) -> Array:
    """Return the fitted means of a Poisson regression with logarithmic link."""
    beta = np.zeros(_PARAMETERS)
    beta[0] = math.log(max(float(y.mean()), 0.1))
    for _ in range(_ROUNDS):
        mean = np.exp(np.clip(terms @ beta, -10, 20))
        step = np.linalg.solve(
            terms.T * mean @ terms + _CLOSE * np.eye(_PARAMETERS), terms.T @ (y - mean)
        )
        beta = beta + step
        if np.abs(step).max() < _CLOSE:
            break
    return np.exp(np.clip(terms @ beta, -10, 20))


def _frame_and_z(y: float, mean: float, variance: float) -> tuple[float, float, float]:
    """Return the frame of 95 % of months, and z of the cases by the middle p."""
    if variance > mean * 1.0001:
        size = mean**2 / (variance - mean)
        law = stats.nbinom(size, size / (size + mean))
    else:
        law = stats.poisson(mean)
    count = round(y)
    p = float(law.sf(count) + 0.5 * law.pmf(count))
    low, high = law.interval(_FRAME)
    return float(low), float(high), float(stats.norm.isf(min(max(p, 1e-12), 1 - 1e-12)))
