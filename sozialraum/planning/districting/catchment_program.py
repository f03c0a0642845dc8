"""Linear programs of catchments: a bound for every plan, and the best plan of closer neighbours."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from sozialraum.planning.districting.catchment_task import CatchmentTask
from sozialraum.planning.programs import Program

NEAREST_ALLOWED = 8


def lower_bound(task: CatchmentTask, *, time_limit: float = 60.0) -> float:
    """Return a cost no plan can undercut, however its catchments hang together.

    Blocks may be divided among schools here. Pairs beyond the limit stand together in one variable
    per block, at their least cost and without the load they would bring: that can only lower the
    bound.
    """
    program = Program()
    near = _near(task)
    i, j = np.nonzero(near)
    cost = task.pair_cost()
    x = program.variables(len(i), cost=cost[i, j])
    c = task.costs
    relief = c.under * task.loads.max(axis=0) + c.mix * task.pupils.sum() * np.abs(task.tilt)
    least = np.where(near, np.inf, cost).min(axis=1) - relief
    far = program.variables(
        len(task.blocks),
        cost=np.where(np.isfinite(least), least, 0.0),
        upper=np.isfinite(least).astype(float),
    )
    pairs = np.arange(len(i))
    by_block = sp.csr_array((np.ones(len(i)), (i, pairs)), shape=(len(task.blocks), len(i)))
    program.rows([(x, by_block), (far, sp.eye_array(len(task.blocks)))], low=1, high=1)
    _school_rows(program, task, x, i, j)
    outcome = program.solve(time_limit=time_limit)
    return outcome.value if outcome.found and outcome.finished else float("nan")


def _near(task: CatchmentTask) -> np.ndarray:
    """Return the pairs worth a variable: within the limit, among the nearest, or as today."""
    near = task.metres <= task.limit * (1 + 1e-12)
    order = np.argsort(task.metres, axis=1, kind="stable")[:, :NEAREST_ALLOWED]
    np.put_along_axis(near, order, True, axis=1)
    known = np.flatnonzero(task.current >= 0)
    near[known, task.current[known]] = True
    near[task.pinned] = True
    return near & task.allowed


def _school_rows(
    program: Program, task: CatchmentTask, x: slice, i: np.ndarray, j: np.ndarray
) -> None:
    """Add priced slacks for capacity and minimum, and each school's part of the dissimilarity."""
    m, c, pairs = len(task.schools), task.costs, np.arange(len(i))
    over = program.variables(m, cost=c.over, upper=np.inf)
    under = program.variables(m, cost=c.under, upper=np.inf)
    for pupils in task.loads:
        load = sp.csr_array((pupils[i], (j, pairs)), shape=(m, len(i)))
        program.rows([(x, load), (over, -sp.eye_array(m))], high=task.capacity)
        program.rows([(x, load), (under, sp.eye_array(m))], low=task.minimum)
    if c.mix > 0:
        lean = sp.csr_array((task.tilt[i], (j, pairs)), shape=(m, len(i)))
        part = program.variables(m, cost=c.mix * task.pupils.sum(), upper=np.inf)
        program.rows([(x, lean), (part, -sp.eye_array(m))], high=0)
        program.rows([(x, lean), (part, sp.eye_array(m))], low=0)


def closer_neighbour_plan(
    task: CatchmentTask,
    start: np.ndarray,
    fixed: np.ndarray,
    *,
    time_limit: float = 60.0,
    gap: float = 1e-3,
) -> np.ndarray:
    """Return the best plan whose blocks each have a neighbour of the same school nearer to it.

    ``x_ij <= Σ x_kj`` over the neighbours k with ``d_kj < d_ij``, which makes every catchment
    connected; the way by which `start` was grown is allowed too, so that there always is a plan.
    Where time runs out before the first plan, `start` comes back.
    """
    allowed = _near(task)
    rows = np.arange(len(start))
    allowed[rows, start] = True
    allowed[fixed] = False
    allowed[fixed, start[fixed]] = True
    i, j = np.nonzero(allowed)
    place = np.full(allowed.shape, -1)
    place[i, j] = np.arange(len(i))
    program = Program()
    x = program.variables(len(i), cost=task.pair_cost()[i, j], integer=True)
    pairs = np.arange(len(i))
    by_block = sp.csr_array((np.ones(len(i)), (i, pairs)), shape=(len(start), len(i)))
    program.rows([(x, by_block)], low=1, high=1)
    program.rows([(x, _closer_rows(task, start, fixed, place, i, j))], high=0)
    _school_rows(program, task, x, i, j)
    outcome = program.solve(time_limit=time_limit, gap=gap)
    if not outcome.found:
        return start
    plan = start.copy()
    chosen = outcome.x[x] > 0.5
    plan[i[chosen]] = j[chosen]
    return plan


def _closer_rows(
    task: CatchmentTask,
    start: np.ndarray,
    fixed: np.ndarray,
    place: np.ndarray,
    i: np.ndarray,
    j: np.ndarray,
) -> sp.csr_array:
    """Return the rows that let a block join a school only behind a neighbour nearer to it."""
    parent = _steps_from_seat(task, start)
    first, last = task.graph.indptr, task.graph.indptr[1:]
    row, column, value = [], [], []
    count = 0
    for pair, (block, school) in enumerate(zip(i, j, strict=True)):
        if fixed[block]:
            continue
        row.append(count), column.append(pair), value.append(1.0)
        for k in task.graph.indices[first[block] : last[block]]:
            closer = task.metres[k, school] < task.metres[block, school]
            grown = school == start[block] and k == parent[block]
            if (closer or grown) and place[k, school] >= 0:
                row.append(count), column.append(place[k, school]), value.append(-1.0)
        count += 1
    return sp.csr_array((value, (row, column)), shape=(count, len(i)))


def _steps_from_seat(task: CatchmentTask, start: np.ndarray) -> np.ndarray:
    """Return the neighbour through which each block hangs on its school in the grown plan."""
    parent = np.full(len(start), -1)
    queue = list(task.seat)
    seen = set(map(int, queue))
    while queue:
        here = queue.pop(0)
        for k in task.graph.indices[task.graph.indptr[here] : task.graph.indptr[here + 1]]:
            if start[k] == start[here] and int(k) not in seen:
                seen.add(int(k))
                parent[k] = here
                queue.append(k)
    return parent
