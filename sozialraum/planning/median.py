"""The p-median: shortest weighted way for all, with a proof of how good the plan is.

Exchange with a Lagrangian bound at city size, where HiGHS alone is far from done after minutes;
HiGHS for small cases and for places, budgets and cuts.

References
----------
ReVelle & Swain (1970), Central facilities location; Hansen & Mladenović (1997), Variable
neighborhood search for the p-median; Beasley (1993), Lagrangean heuristics for location problems.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from sozialraum.kernels.interchange import interchange
from sozialraum.kernels.lagrange import lagrangian_bound
from sozialraum.planning.programs import Program
from sozialraum.planning.site_program import (
    Choice,
    opened,
    pair_rows,
    room_for,
    site_variables,
    value_of,
)
from sozialraum.planning.sites import SiteTask

MOST_PAIRS_FOR_HIGHS = 12_000
STARTS, STEPS, MOST_SWAPS, SEED = 60, 2000, 1000, 2024
# A way that does not exist counts as this many times the longest one that does.
NO_WAY = 10.0


def shortest_ways(task: SiteTask) -> Choice:
    """Minimise ``Σ w_i d_ij x_ij`` with `number` open sites."""
    served = np.isfinite(task.metres[:, task.open_for_all]).any(axis=1) & (task.weight > 0)
    if not served.any():
        return sorted(task.fixed), 0.0, 0.0, {}
    metres = finite_metres(task)[served]
    if np.isfinite(task.capacity).any() or task.budget is not None or task.cuts:
        return _by_program(task, served, metres)
    usable = np.flatnonzero(task.open_for_all)
    forced = np.isin(usable, list(task.fixed))
    cost = np.ascontiguousarray((metres * task.weight[served, None]).T)[usable]
    value, bound, sites = median_by_exchange(cost, room_for(task), forced)
    if value - bound > 1e-9 * value and metres.size <= MOST_PAIRS_FOR_HIGHS:
        return _by_program(task, served, metres)
    chosen = sorted(int(j) for j in usable[sites])
    real = value_of(task, chosen)
    return chosen, real, real - (value - bound), {}


def finite_metres(task: SiteTask) -> np.ndarray:
    """Return the distances with a long way where there is none."""
    detached = ~np.isfinite(task.metres)
    return np.where(detached, NO_WAY * task.metres[~detached].max(initial=1.0), task.metres)


def median_by_exchange(
    cost: np.ndarray, number: int, forced: np.ndarray, *, starts: int = STARTS, steps: int = STEPS
) -> tuple[float, float, np.ndarray]:
    """Return (value, bound, sites) of a p-median: best of several exchanges, then a bound.

    Parameters
    ----------
    cost : (sites, areas) weighted metres, finite
    number : open sites, forced ones included
    forced : (sites,) True where a site is open in any case
    starts, steps : random starts of the exchange, subgradient steps of the bound

    Examples
    --------
    >>> cost = np.array([[0.0, 9.0, 9.0], [9.0, 0.0, 1.0]])
    >>> value, bound, sites = median_by_exchange(cost, 1, np.zeros(2, bool))
    >>> value, round(bound, 6), sites.tolist()
    (10.0, 10.0, [1])
    """
    rng = np.random.default_rng(SEED)
    free, kept = np.flatnonzero(~forced), np.flatnonzero(forced)
    best_value, best = np.inf, kept
    for _ in range(starts):
        start = np.r_[kept, np.sort(rng.choice(free, number - len(kept), replace=False))]
        value, sites = interchange(cost, start.astype(np.int64), forced, MOST_SWAPS)
        if value < best_value:
            best_value, best = value, sites
    bound, value, sites, _, _ = lagrangian_bound(cost, number, forced, best_value, best, steps)
    if value < best_value:
        best_value, best = interchange(cost, sites.astype(np.int64), forced, MOST_SWAPS)
    return float(best_value), float(min(bound, best_value)), np.sort(best)


def _without_program(task: SiteTask, reason: str) -> Choice:
    """Fall back where HiGHS has no plan: exchange without places, or only the fixed sites."""
    free = {"capacity": np.full(len(task.sites), np.inf), "cuts": (), "gap": 0.0}
    plain = task.changed(**free) if task.budget is None else None
    chosen = shortest_ways(plain)[0] if plain is not None else sorted(task.fixed)
    return chosen, value_of(task, chosen), 0.0, {reason: task.time_limit}


def _by_program(task: SiteTask, served: np.ndarray, metres: np.ndarray) -> Choice:
    """Solve the p-median on pairs by HiGHS; children without a place are priced."""
    part = task.changed(
        areas=tuple(np.array(task.areas)[served]),
        persons=task.persons[served],
        weight=task.weight[served],
    )
    program = Program()
    y = site_variables(program, task)
    i, j = (index.ravel() for index in np.indices(metres.shape))
    x = program.variables(len(i), cost=part.weight[i] * metres[i, j])
    by_area = pair_rows(program, part, x, y, i, j)
    price = part.weight * metres.max(initial=1.0) * NO_WAY
    left = program.variables(len(part.areas), cost=price)
    program.rows([(x, by_area), (left, sp.eye_array(len(part.areas)))], low=1, high=1)
    outcome = program.solve(time_limit=task.time_limit, gap=task.gap)
    if not outcome.found:
        return _without_program(task, outcome.why_not)
    chosen = opened(outcome, y)
    missing = float((part.persons * outcome.x[left]).sum())
    slacks = {"places": missing} if missing > 1e-6 else {}
    limited = np.isfinite(task.capacity).any()
    walked = float((part.weight[i] * metres[i, j] * outcome.x[x]).sum())
    value = walked if limited else value_of(task, chosen)
    return (
        chosen,
        value,
        value if outcome.gap <= 1e-9 else value - outcome.value + outcome.bound,
        slacks,
    )
