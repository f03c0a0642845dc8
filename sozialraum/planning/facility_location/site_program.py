"""What all models of sites share: the variables, their limits, pairs of area and site."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from sozialraum.planning.facility_location.sites import SiteTask
from sozialraum.planning.programs import Program, Solution

# Places of the open sites, value, bound no plan can better, and what is missing in persons.
Choice = tuple[list[int], float, float, dict[str, float]]

# A child missing to a promised floor costs as much as this many of the neediest covered.
PRICE_OF_A_MISSING_CHILD = 1000.0


def room_for(task: SiteTask) -> int:
    """Return how many sites may be open in all."""
    usable = int(task.open_for_all.sum())
    wanted = usable if task.number is None else max(task.number, len(task.fixed))
    return min(wanted, usable)


def value_of(task: SiteTask, chosen: list[int]) -> float:
    """Return the value of a plan in the measure of its model; areas without a way do not count."""
    if task.model == "mclp":
        return float(task.weight[task.within[:, chosen].any(axis=1)].sum()) if chosen else 0.0
    if task.model == "lscp":
        return float(task.cost[chosen].sum())
    near = task.metres[:, chosen].min(axis=1) if chosen else np.full(len(task.areas), np.inf)
    if task.model == "pmedian":
        served = np.isfinite(near) & (task.weight > 0)
        return float((near[served] * task.weight[served]).sum())
    return float(near[np.isfinite(near) & (task.persons > 0)].max(initial=0.0))


def price_of_missing(task: SiteTask) -> float:
    """Return what one missing child costs in weight, far above what any child can bring."""
    lived = task.persons > 0
    dearest = (task.weight[lived] / task.persons[lived]).max(initial=0.0)
    return PRICE_OF_A_MISSING_CHILD * max(float(dearest), 1e-6)


def site_variables(program: Program, task: SiteTask, cost: float | np.ndarray = 0.0) -> slice:
    """Add y with the fixed sites at 1, the banned at 0, the number, the budget and the cuts."""
    m = len(task.sites)
    places = np.arange(m)
    fixed = np.isin(places, list(task.fixed))
    y = program.variables(m, cost=cost, lower=fixed, upper=task.open_for_all, integer=True)
    if task.number is not None and task.model != "lscp":
        room = room_for(task)
        low = room if task.budget is None else 0
        program.rows([(y, np.ones((1, m)))], low=low, high=room)
    if task.budget is not None:
        price = np.where(fixed, 0.0, task.cost)
        program.rows([(y, price[None, :])], high=task.budget * (1 + 1e-12))
    for plan in task.cuts:
        inside = np.isin(places, list(plan))
        program.rows([(y, np.where(inside, -1.0, 1.0)[None, :])], low=1 - len(plan))
    return y


def opened(outcome: Solution, y: slice) -> list[int]:
    """Return the places of the open sites."""
    return [int(j) for j in np.flatnonzero(outcome.x[y] > 0.5)]


def pair_rows(
    program: Program, task: SiteTask, x: slice, y: slice, i: np.ndarray, j: np.ndarray
) -> sp.csr_array:
    """Add ``x_ij <= y_j`` and ``Σ_i a_i x_ij <= places_j y_j``; return the matrix of Σ_j x_ij."""
    n, m, pairs = len(task.areas), len(task.sites), np.arange(len(i))
    ones = np.ones(len(i))
    site_of_pair = sp.csr_array((-ones, (pairs, j)), shape=(len(i), m))
    program.rows([(x, sp.eye_array(len(i))), (y, site_of_pair)], high=0)
    limited = np.flatnonzero(np.isfinite(task.capacity))
    if len(limited):
        taken = sp.csr_array((task.persons[i], (j, pairs)), shape=(m, len(i)))[limited]
        row = np.arange(len(limited))
        places = sp.csr_array((-task.capacity[limited], (row, limited)), shape=(len(limited), m))
        program.rows([(x, taken), (y, places)], high=0)
    return sp.csr_array((ones, (i, pairs)), shape=(n, len(i)))
