"""The p-median: shortest weighted way for all, with a proof of how good the plan is.

Exchange with a Lagrangian bound at city size, where HiGHS alone is far from done after minutes;
HiGHS for small cases and for budgets and cuts; `places` where sites have places.

References
----------
ReVelle & Swain (1970), Central facilities location; Hansen & Mladenović (1997), Variable
neighborhood search for the p-median; Beasley (1993), Lagrangean heuristics for location problems.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from sozialraum.kernels.optimisation.interchange import interchange
from sozialraum.kernels.optimisation.lagrange import lagrangian_bound
from sozialraum.planning.checks import refuse_too_many
from sozialraum.planning.facility_location.flow import price_without_place, way_weight
from sozialraum.planning.facility_location.places import (
    MOST_PAIRS,
    has_places,
    sites_under_places,
)
from sozialraum.planning.facility_location.site_program import (
    Choice,
    opened,
    pair_rows,
    room_for,
    site_variables,
    value_of,
)
from sozialraum.planning.facility_location.sites import SiteTask
from sozialraum.planning.programs import Program

MOST_PAIRS_FOR_HIGHS = 15_000
FREE, OPEN, CLOSED = -1, 1, 0
STARTS, STEPS, MOST_SWAPS, SEED = 60, 2000, 1000, 2024


def shortest_ways(task: SiteTask) -> Choice:
    """Minimise ``Σ w_i d_ij x_ij`` with `number` open sites."""
    if has_places(task):
        return sites_under_places(task)
    counted = task.changed(weight=way_weight(task) * task.persons)
    chosen, value, bound, slacks = _shortest(counted)
    told = value_of(task, chosen)
    return chosen, told, told - max(value - bound, 0.0), slacks


def _shortest(task: SiteTask) -> Choice:
    """Answer with everybody's way counted, however little."""
    served = np.isfinite(task.metres[:, task.open_for_all]).any(axis=1) & (task.weight > 0)
    if not served.any():
        return sorted(task.fixed), 0.0, 0.0, {}
    metres = finite_metres(task)[served]
    if task.budget is not None or task.cuts:
        return _by_program(task, served, metres)
    usable = np.flatnonzero(task.open_for_all)
    forced = np.isin(usable, list(task.fixed))
    cost = np.ascontiguousarray((metres * task.weight[served, None]).T)[usable]
    found = median_by_exchange(cost, room_for(task), forced)
    chosen = sorted(int(j) for j in usable[found.sites])
    if found.value - found.bound > 1e-9 * found.value:
        exact = _finished(task, served, metres, usable, found)
        if exact is not None:
            return exact
    real = value_of(task, chosen)
    return chosen, real, real - (found.value - found.bound), {}


def _finished(
    task: SiteTask, served: np.ndarray, metres: np.ndarray, usable: np.ndarray, found: Exchange
) -> Choice | None:
    """Let HiGHS close the gap among the sites the bound leaves open, if few pairs are left."""
    settled = np.full(len(task.sites), CLOSED)
    settled[usable] = found.settled
    sure = np.flatnonzero(settled == OPEN)
    reach = metres[:, sure].min(axis=1) if len(sure) else np.full(len(metres), np.inf)
    pairs = (metres <= reach[:, None]) & (settled != CLOSED)
    pairs &= metres * task.weight[served, None] <= found.dearest[:, None]
    if pairs.sum() > MOST_PAIRS_FOR_HIGHS:
        return None
    closed = frozenset(np.flatnonzero(settled == CLOSED).tolist())
    narrowed = task.changed(fixed=frozenset(sure.tolist()), banned=closed)
    exact = _by_program(narrowed, served, metres, pairs)
    if exact[3] or exact[1] > value_of(task, found.places(usable)):
        return None
    known = exact[1] - max(found.value - found.bound, 0.0)  # the exchange proved at least this
    return exact[0], exact[1], max(exact[2], known), exact[3]


def finite_metres(task: SiteTask) -> np.ndarray:
    """Return the distances, with a way as long as a child without a place costs where is none."""
    return np.where(np.isfinite(task.metres), task.metres, _long_way(task)[:, None])


def _long_way(task: SiteTask) -> np.ndarray:
    """Return (areas,) the metres that cost as much as a child without a place."""
    weight = way_weight(task)
    return price_without_place(task) / np.where(weight > 0, weight, 1.0)


def cost_of_ways(task: SiteTask, chosen: list[int]) -> float:
    """Return what a plan costs in all, children without a way included; less is better."""
    ways = np.column_stack([finite_metres(task)[:, chosen], _long_way(task)])
    return float((ways.min(axis=1) * task.weight).sum())


@dataclass(frozen=True, eq=False)
class Exchange:
    """A p-median found by exchange: value, bound, open sites, and what the bound settles.

    `settled` is `OPEN` for sites in every better plan, `CLOSED` for sites in none, else `FREE`;
    `dearest` is per area the largest cost it has in any better plan (``λ_i + value - bound``).
    """

    value: float
    bound: float
    sites: np.ndarray
    settled: np.ndarray
    dearest: np.ndarray

    def places(self, usable: np.ndarray) -> list[int]:
        """Return the open sites as places among all sites."""
        return [int(j) for j in usable[self.sites]]


def median_by_exchange(
    cost: np.ndarray, number: int, forced: np.ndarray, *, starts: int = STARTS, steps: int = STEPS
) -> Exchange:
    """Return the best p-median of several exchanges, and a Lagrangian bound.

    Parameters
    ----------
    cost : (sites, areas) weighted metres, finite
    number : open sites, forced ones included
    forced : (sites,) True where a site is open in any case
    starts, steps : random starts of the exchange, subgradient steps of the bound

    Examples
    --------
    >>> cost = np.array([[0.0, 9.0, 9.0], [9.0, 0.0, 1.0]])
    >>> found = median_by_exchange(cost, 1, np.zeros(2, bool))
    >>> found.value, round(found.bound, 6), found.sites.tolist()
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
    lagrange = lagrangian_bound(cost, number, forced, best_value, best, steps)
    bound, value, sites, rho, multipliers = lagrange
    if value < best_value:
        best_value, best = interchange(cost, sites.astype(np.int64), forced, MOST_SWAPS)
    settled = _settled(bound, best_value, rho, number, forced)
    dearest = multipliers + max(best_value - bound, 0.0) + 1e-9 * best_value
    least = float(min(bound, best_value))
    return Exchange(float(best_value), least, np.sort(best), settled, dearest)


def _settled(
    bound: float, value: float, rho: np.ndarray, number: int, forced: np.ndarray
) -> np.ndarray:
    """Return what the bound settles: opening or closing a site would lift it above the best plan.

    ``L + ρ_j - ρ_in > value`` closes j, ``L - ρ_j + ρ_out > value`` opens it, with ρ_in the
    largest of the chosen and ρ_out the smallest of the others.
    """
    order = np.argsort(np.where(forced, -np.inf, rho), kind="stable")
    inside, outside = order[:number], order[number:]
    settled = np.full(len(rho), FREE)
    dust = 1e-9 * abs(value)
    chosen = inside[~forced[inside]]
    if len(chosen):
        settled[outside[bound + rho[outside] - rho[chosen].max() > value + dust]] = CLOSED
    else:
        settled[outside] = CLOSED
    if len(outside):
        settled[chosen[bound - rho[chosen] + rho[outside].min() > value + dust]] = OPEN
    settled[forced] = OPEN
    return settled


def _without_program(task: SiteTask, reason: str) -> Choice:
    """Fall back where HiGHS has no plan: exchange without cuts, or only the fixed sites."""
    plain = task.changed(cuts=(), gap=0.0) if task.budget is None else None
    chosen = shortest_ways(plain)[0] if plain is not None else sorted(task.fixed)
    return chosen, value_of(task, chosen), 0.0, {reason: task.time_limit}


def _by_program(
    task: SiteTask, served: np.ndarray, metres: np.ndarray, pairs: np.ndarray | None = None
) -> Choice:
    """Solve the p-median on pairs by HiGHS; an area that no pair is left for is priced."""
    areas, weight = tuple(np.array(task.areas)[served]), task.weight[served]
    part = task.changed(areas=areas, persons=task.persons[served], weight=weight)
    program = Program()
    y = site_variables(program, task)
    i, j = np.nonzero(np.ones(metres.shape, bool) if pairs is None else pairs)
    refuse_too_many(len(i), most=MOST_PAIRS)
    x = program.variables(len(i), cost=weight[i] * metres[i, j])
    by_area = pair_rows(program, part, x, y, i, j)
    long_way = price_without_place(task)[served] * task.persons[served]
    left = program.variables(len(areas), cost=long_way)
    program.rows([(x, by_area), (left, sp.eye_array(len(areas)))], low=1, high=1)
    outcome = program.solve(time_limit=task.time_limit, gap=task.gap)
    if not outcome.found and pairs is not None:  # the exchange has a plan already
        return [], np.inf, 0.0, {outcome.why_not: task.time_limit}
    if not outcome.found:
        return _without_program(task, outcome.why_not)
    chosen = opened(outcome, y)
    value = value_of(task, chosen)
    bound = value if outcome.gap <= 1e-9 else value - outcome.value + outcome.bound
    return chosen, value, bound, {}
