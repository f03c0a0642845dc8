"""Coverage: reach most children with few sites, or all of them with the fewest.

References
----------
Church & ReVelle (1974), The maximal covering location problem; Toregas et al. (1971), The location
of emergency service facilities.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from sozialraum.kernels.optimisation.interchange import greedy_cover
from sozialraum.planning.facility_location.places import (
    fewest_under_places,
    has_places,
    sites_under_places,
)
from sozialraum.planning.facility_location.site_program import (
    Choice,
    opened,
    price_of_missing,
    room_for,
    site_variables,
)
from sozialraum.planning.facility_location.sites import SiteTask
from sozialraum.planning.programs import Program


def cover_most(task: SiteTask) -> Choice:
    """Maximise ``Σ w_i x_i`` with ``x_i <= Σ_{j reaches i} y_j``.

    Areas reached by the same sites are one row, which makes a city of 2,000 blocks a small program.
    """
    if has_places(task):
        return sites_under_places(task)
    program = Program()
    y = site_variables(program, task)
    reached, row_of = patterns(task, split_by_group=task.equity is not None)
    weight = _sums(row_of, task.weight, len(reached))
    x = program.variables(len(reached), cost=-weight)
    program.rows([(y, reached), (x, -sp.eye_array(len(reached)))], low=0)
    if task.equity is not None:
        _equity_rows(program, task, x, y, reached, row_of)
    elif task.budget is None and not task.cuts:
        chosen = _settled(program, task, y, reached, weight)
        if chosen is not None:
            value = float(task.weight[task.within[:, chosen].any(axis=1)].sum())
            return chosen, value, value, {}
    outcome = program.solve(time_limit=task.time_limit, gap=task.gap)
    if not outcome.found:
        return _greedy(task, outcome.why_not)
    chosen = opened(outcome, y)
    covered = task.within[:, chosen].any(axis=1)
    value = float(task.weight[covered].sum())
    slack = _equity_slack(task, covered)
    reachable = float(task.weight[(task.within & task.open_for_all).any(axis=1)].sum())
    limit = reachable if slack else min(-outcome.bound, reachable)
    return chosen, value, value if outcome.gap <= 1e-9 else max(value, limit), slack


def _settled(
    program: Program, task: SiteTask, y: slice, reached: np.ndarray, weight: np.ndarray
) -> list[int] | None:
    """Return the plan where the relaxation is a plan already, else narrow the program.

    A site whose reduced cost is above what a good plan leaves to the relaxation's value is settled:
    closed, or open. That takes a quarter to a half of the sites off a hard case.
    """
    relaxed = program.relax()
    if relaxed is None:
        return None
    x, value, reduced = relaxed
    share = x[y]
    if np.abs(share - np.round(share)).max() < 1e-9:
        return [int(j) for j in np.flatnonzero(share > 0.5)]
    plan = _exchanged(task, reached > 0, weight, _greedy(task, "time")[0])
    covered = float(weight[reached[:, plan].any(axis=1)].sum())
    room = -value - covered + 1e-9 * max(covered, 1.0)
    program.narrow(y, lower=reduced[y] < -room, upper=reduced[y] <= room)
    return None


def _exchanged(
    task: SiteTask, reached: np.ndarray, weight: np.ndarray, plan: list[int]
) -> list[int]:
    """Return a plan improved by the best exchange of one site, again and again."""
    sites = list(plan)
    closed_to_all = ~task.open_for_all
    while True:
        times = reached[:, sites].sum(axis=1)
        best, swap = weight[times > 0].sum() * (1 + 1e-12), None
        for q, site in enumerate(sites):
            if site in task.fixed:
                continue
            alone = times - reached[:, site] == 0
            covered = weight[~alone].sum() + (weight * alone) @ reached
            covered[closed_to_all] = -np.inf
            covered[sites] = -np.inf
            if covered.max() > best:
                best, swap = covered.max(), (q, int(covered.argmax()))
        if swap is None:
            return sites
        sites[swap[0]] = swap[1]


def patterns(task: SiteTask, *, split_by_group: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct rows of `within`, and which of them each area has (last number: none)."""
    within = (task.within & task.open_for_all).astype(np.uint8)
    marked = np.column_stack([task.group, within]) if split_by_group else within
    packed = np.packbits(marked, axis=1)
    _, first, row_of = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    used = within[first].any(axis=1)
    number = np.where(used, np.cumsum(used) - 1, used.sum())
    return within[first][used].astype(float), number[row_of.ravel()]


def _sums(row_of: np.ndarray, values: np.ndarray, rows: int) -> np.ndarray:
    return np.bincount(row_of, values, rows + 1)[:-1]


def _equity_rows(
    program: Program, task: SiteTask, x: slice, y: slice, reached: np.ndarray, row_of: np.ndarray
) -> None:
    """Add ``Σ_group a_i x_i + missing >= floor``, missing children priced.

    For "city" x must be the coverage itself: a plan could else keep the promise by not counting
    children it does reach elsewhere.
    """
    rows = len(reached)
    persons = _sums(row_of, task.persons, rows)
    in_group = _sums(row_of, task.persons * task.group, rows)
    everyone, members = task.persons.sum(), (task.persons * task.group).sum()
    missing = (program.variables(1, cost=price_of_missing(task), upper=np.inf), np.ones((1, 1)))
    if task.equity != "city":
        floor = float(task.equity) * members
        program.rows([(x, in_group[None, :]), missing], low=floor)
        return
    share = members / everyone if everyone else 0.0
    program.rows([(x, (in_group - share * persons)[None, :]), missing], low=0)
    r, j = np.nonzero(reached)
    pairs, ones = np.arange(len(r)), np.ones(len(r))
    covered = sp.csr_array((ones, (pairs, r)), shape=(len(r), rows))
    is_open = sp.csr_array((-ones, (pairs, j)), shape=(len(r), len(task.sites)))
    program.rows([(x, covered), (y, is_open)], low=0)


def _equity_slack(task: SiteTask, covered: np.ndarray) -> dict[str, float]:
    """Return the children of the group missing to the promised floor."""
    members = (task.persons * task.group).sum()
    if task.equity is None or members == 0:
        return {}
    city = (task.persons * covered).sum() / task.persons.sum()
    floor = city if task.equity == "city" else float(task.equity)
    missing = floor * members - (task.persons * task.group * covered).sum()
    return {"equity": float(missing)} if missing > 1e-6 * members else {}


def cover_lists(within: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return who is reached by whom as the two CSR lists of `greedy_cover`."""
    by_site, by_area = sp.csc_array(within), sp.csr_array(within)
    lists = (by_site.indptr, by_site.indices, by_area.indptr, by_area.indices)
    return tuple(part.astype(np.int64) for part in lists)


def _greedy(task: SiteTask, reason: str) -> Choice:
    """Fall back where time ran out before the first plan; the bound is all that can be reached."""
    within = task.within & task.open_for_all
    forced = np.isin(np.arange(len(task.sites)), list(task.fixed))
    room = room_for(task) if task.budget is None else len(task.fixed)
    opening = greedy_cover(*cover_lists(within), task.weight[:, None], forced, room)[0]
    covered = task.within[:, opening].any(axis=1)
    value, reachable = task.weight[covered].sum(), task.weight[within.any(axis=1)].sum()
    slacks = _equity_slack(task, covered) | {reason: task.time_limit}
    return [int(j) for j in np.flatnonzero(opening)], float(value), float(reachable), slacks


def cover_all(task: SiteTask) -> Choice:
    """Minimise ``Σ c_j y_j`` with a site for each area with children that any site reaches."""
    if has_places(task):
        return fewest_under_places(task)
    program = Program()
    y = site_variables(program, task, cost=task.cost)
    reachable = task.within & task.open_for_all
    wanted = reachable.any(axis=1) & (task.persons > 0)
    rows = np.unique(reachable[wanted], axis=0).astype(float)
    if len(rows) == 0:
        chosen = sorted(task.fixed)
        return chosen, float(task.cost[chosen].sum()), float(task.cost[chosen].sum()), {}
    short = program.variables(len(rows), cost=2 * (task.cost.sum() + 1))
    program.rows([(y, rows), (short, sp.eye_array(len(rows)))], low=1)
    outcome = program.solve(time_limit=task.time_limit, gap=task.gap)
    if not outcome.found:
        chosen = [int(j) for j in np.flatnonzero(task.open_for_all)]
        return chosen, float(task.cost[chosen].sum()), 0.0, {outcome.why_not: task.time_limit}
    chosen = opened(outcome, y)
    value = float(task.cost[chosen].sum())
    paid = outcome.value - value  # what areas cost that stay without a site; 0 where none does
    return chosen, value, value if outcome.gap <= 1e-9 else max(outcome.bound - paid, 0.0), {}
