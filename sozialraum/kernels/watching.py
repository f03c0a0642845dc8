"""Scores of monthly counts against their own past, and the sequential rule that raises alarms."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

_NEGLIGIBLE = 1e-16
_NO_SPREAD = 1e-9
_MOST_SPREAD = 0.9
_FAR = 3.5
_MOST_LEFT_OUT = 3
_CAPPED = 16.0


@njit(cache=True, nogil=True)
def _log_choose(n, k):
    return math.lgamma(n + 1.0) - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0)


@njit(cache=True, nogil=True)
def _log_beta(a, b):
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


@njit(cache=True, nogil=True)
def _mid_p(y, total, share, spread):
    """Return P(Y > y) + P(Y = y)/2 of whole cases, summed away from the mean."""
    n = float(total)
    two = spread > _NO_SPREAD
    a = share * (1.0 - spread) / spread if two else 0.0
    b = (1.0 - share) * (1.0 - spread) / spread if two else 0.0
    odds = share / (1.0 - share)
    if two:
        log_p = _log_choose(n, y) + _log_beta(y + a, n - y + b) - _log_beta(a, b)
    else:
        log_p = _log_choose(n, y) + y * math.log(share) + (n - y) * math.log1p(-share)
    term, tail = 1.0, 0.5
    k = float(y)
    upwards = y > n * share
    while True:
        if upwards:
            if k >= n:
                break
            step = (k + a) / (n - k - 1.0 + b) if two else odds
            term *= (n - k) / (k + 1.0) * step
            k += 1.0
        else:
            if k <= 0:
                break
            step = (n - k + b) / (k - 1.0 + a) if two else 1.0 / odds
            term *= k / (n - k + 1.0) * step
            k -= 1.0
        tail += term
        if term < _NEGLIGIBLE * tail:
            break
    part = math.exp(log_p) * tail
    return part if upwards else 1.0 - part


@njit(cache=True, nogil=True)
def upper_mid_p(y, total, share, spread):
    """Return P(Y > y) + P(Y = y)/2 of Y ~ BetaBinomial(total; share, spread); 0.5 without cases.

    Middles of windows lie between whole counts: the two are then weighed.
    """
    if total < 0.5 or not 0.0 < share < 1.0:
        return 0.5
    n = max(math.floor(total + 0.5), math.ceil(y))
    low = math.floor(y)
    p = _mid_p(low, n, share, spread)
    if y > low:
        p += (y - low) * (_mid_p(low + 1.0, n, share, spread) - p)
    return min(max(p, 1e-15), 1.0 - 1e-15)


@njit(cache=True, nogil=True)
def _expected(cases, exposure, rows, kept, by_exposure, rate):
    """Fill `rate` with what an area's share follows from; return all cases of the past.

    Without exposure ``(Σ y + ½)/(N + 1)``; with it ``(Σ y + ½)/Σ n``, cases per person.
    """
    everything = 0.0
    for a in range(cases.shape[1]):
        own, persons = 0.5, 0.0
        if kept[a]:
            for u in rows:
                own += cases[u, a]
                persons += exposure[u, a]
        rate[a] = own / persons if by_exposure and persons > 0 else own
        everything += own - 0.5
    if not by_exposure:
        for a in range(cases.shape[1]):
            rate[a] /= everything + 1.0
    return everything


@njit(cache=True, nogil=True)
def _shares(rate, exposure, kept, by_exposure, share):
    """Fill `share` with the share of the city's cases that each area can expect."""
    total = 0.0
    for a in range(rate.size):
        share[a] = rate[a] * (exposure[a] if by_exposure else 1.0)
        if kept[a]:
            total += share[a]
    if by_exposure and total > 0:
        for a in range(rate.size):
            share[a] /= total


@njit(cache=True, nogil=True)
def _overdispersion(cases, exposure, rows, kept, by_exposure, rate, share):
    """Return φ = max(1, Σ min(r², 16)/df), r² = (y − Tπ)²/(Tπ(1 − π))."""
    squares, cells, months = 0.0, 0, 0
    for u in rows:
        total = 0.0
        for a in range(rate.size):
            if kept[a]:
                total += cases[u, a]
        if total <= 0:
            continue
        months += 1
        _shares(rate, exposure[u], kept, by_exposure, share)
        for a in range(rate.size):
            if kept[a] and share[a] > 0.0:
                usual = total * share[a]
                r2 = (cases[u, a] - usual) ** 2 / max(usual * (1.0 - share[a]), 1e-9)
                squares += min(r2, _CAPPED)
                cells += 1
    areas = kept.sum()
    return max(1.0, squares / max(cells - months - areas + 1, 1))


@njit(cache=True, nogil=True)
def _past(cases, kept, month, guard, longest):
    """Return the months that say what is usual: those in which all areas are known."""
    rows = np.empty(longest, np.int64)
    n = 0
    for u in range(max(0, month - guard - longest), month - guard):
        whole = True
        for a in range(kept.size):
            if kept[a] and math.isnan(cases[u, a]):
                whole = False
        if whole:
            rows[n] = u
            n += 1
    return rows[:n]


@njit(cache=True, nogil=True)
def flow_scores(cases, exposure, by_exposure, first, guard, longest, least):
    """Return per month and area p, the expected cases and the spread of their distribution.

    ``p = P(Y > y) + P(Y = y)/2``, Y ~ BetaBinomial(T; π, ρ): the area's cases given the city's.
    ``ρ = (V − 1)/(T − 1)``, ``V = φ(1 + T/N)``. The most extreme area beyond 3.5 leaves the rest
    of the month, three times at most. NaN before `first`, and where fewer than `least` months say
    what is usual.
    """
    months, areas = cases.shape
    p = np.full((3, months, areas), np.nan)
    rate, share = np.empty(areas), np.empty(areas)
    for t in range(first, months):
        kept = ~np.isnan(cases[t])
        for _ in range(_MOST_LEFT_OUT + 1):
            rows = _past(cases, kept, t, guard, longest)
            if rows.size < least or kept.sum() < 2:
                break
            everything = _expected(cases, exposure, rows, kept, by_exposure, rate)
            phi = _overdispersion(cases, exposure, rows, kept, by_exposure, rate, share)
            _shares(rate, exposure[t], kept, by_exposure, share)
            total = 0.0
            for a in range(areas):
                if kept[a]:
                    total += cases[t, a]
            v = phi * (1.0 + total / max(everything, 1.0))
            spread = min(max((v - 1.0) / max(total - 1.0, 1.0), 0.0), _MOST_SPREAD)
            worst, at = 0.0, -1
            for a in range(areas):
                if not kept[a]:
                    continue
                p[0, t, a] = upper_mid_p(cases[t, a], total, share[a], spread)
                p[1, t, a], p[2, t, a] = total * share[a], spread
                far = abs(0.5 - p[0, t, a])
                if far > worst:
                    worst, at = far, a
            if at < 0 or min(p[0, t, at], 1.0 - p[0, t, at]) > _FAR_TAIL:
                break
            kept[at] = False
    return p


_FAR_TAIL = 0.5 * math.erfc(_FAR / math.sqrt(2.0))


@njit(cache=True, nogil=True)
def stock_scores(moves, first, guard, longest, least):
    """Return per month and area z of a net movement, and the centre and spread it is held against.

    ``z = (e − centre)/spread``: the centre is the median of all movements of the past, the spread
    the root mean square around it, winsorised at 3 robust deviations, with that of all areas as 12
    further months.
    """
    months, areas = moves.shape
    z = np.full((3, months, areas), np.nan)
    for t in range(first, months):
        low, high = max(0, t - guard - longest), t - guard
        past = moves[low:high]
        known = past.ravel()
        known = known[~np.isnan(known)]
        if known.size < least * areas / 2 or known.size == 0:
            continue
        centre = np.median(known)
        cap = 9.0 * np.median((known - centre) ** 2) / 0.455
        square, n = np.zeros(areas), np.zeros(areas)
        for a in range(areas):
            for u in range(past.shape[0]):
                if not math.isnan(past[u, a]):
                    square[a] += min((past[u, a] - centre) ** 2, cap)
                    n[a] += 1
        of_all = square.sum() / max(n.sum(), 1.0)
        for a in range(areas):
            spread = math.sqrt((square[a] + 12.0 * of_all) / (n[a] + 12.0))
            if spread > 0 and not math.isnan(moves[t, a]):
                z[0, t, a] = (moves[t, a] - centre) / spread
                z[1, t, a], z[2, t, a] = centre, spread
    return z


@njit(cache=True, nogil=True)
def cusum(z, allowance, limit, spike):
    """Return the sums ``C = min(max(0, C + z − k), h + 1)``, whether alarm lasts, and begins.

    An alarm begins where C > h or z > s, per month, and lasts until C is 0 again; a missing z
    changes nothing.
    """
    months, areas = z.shape
    sums = np.zeros((months, areas))
    lasts, begins = np.zeros((months, areas), np.bool_), np.zeros((months, areas), np.bool_)
    for a in range(areas):
        c, on = 0.0, False
        for t in range(months):
            if not math.isnan(z[t, a]):
                c = min(max(0.0, c + z[t, a] - allowance), limit[t] + 1.0)
                if c > limit[t] or z[t, a] > spike[t]:
                    begins[t, a] = not on
                    on = True
                elif c <= 0.0:
                    on = False
            sums[t, a], lasts[t, a] = c, on
    return sums, lasts, begins


@njit(cache=True, nogil=True)
def episodes(tables, allowance, limit, spike):
    """Return how many alarms begin in all tables, z (n_tables, n_months, n_areas)."""
    found = 0
    for n in range(tables.shape[0]):
        for a in range(tables.shape[2]):
            c, on = 0.0, False
            for t in range(tables.shape[1]):
                z = tables[n, t, a]
                if math.isnan(z):
                    continue
                c = min(max(0.0, c + z - allowance), limit + 1.0)
                if c > limit or z > spike:
                    found += not on
                    on = True
                elif c <= 0.0:
                    on = False
    return found
