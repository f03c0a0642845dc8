"""Connected catchments to begin with: grown from the schools, along what is laid down."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush

import numpy as np

from sozialraum.planning.districting.catchment_task import EMPTY_BLOCK, CatchmentTask

NOBODY = -1


def grown_start(task: CatchmentTask) -> tuple[np.ndarray, np.ndarray]:
    """Return a plan of connected catchments grown from the schools, and the blocks to hold still.

    A block that is laid down for a school is joined to it first, by the cheapest way over blocks
    that are nobody's yet; then blocks join the school of the cheapest pair that touches what the
    school has already. Blocks that no growth reaches because what lies around them is another
    school's are joined in the same way as those laid down. Blocks without any path of neighbours to
    a school (islands) go to the cheapest school and stay there.
    """
    cost = task.pair_cost() / np.maximum(task.pupils, EMPTY_BLOCK)[:, None]
    must = dict.fromkeys(map(int, np.flatnonzero(task.pinned)))
    while True:
        plan = _grown(task, cost, must)
        left = map(int, np.flatnonzero(plan == NOBODY))
        enclosed = [i for i in left if i not in must and _touches(task, plan, i)]
        if not enclosed:
            break
        must |= dict.fromkeys(enclosed)
    left = plan == NOBODY
    plan[left] = cost[left].argmin(axis=1)
    fixed = left | task.pinned
    fixed[task.seat] = True
    return plan.astype(np.int64), fixed


def _touches(task: CatchmentTask, plan: np.ndarray, block: int) -> bool:
    return bool((plan[_neighbours(task, block)] != NOBODY).any())


def _neighbours(task: CatchmentTask, block: int) -> np.ndarray:
    return task.graph.indices[task.graph.indptr[block] : task.graph.indptr[block + 1]]


def _grown(task: CatchmentTask, cost: np.ndarray, must: Iterable[int]) -> np.ndarray:
    """Return a plan grown from seats and joined blocks; NOBODY where nothing reaches."""
    plan = np.full(len(task.blocks), NOBODY)
    plan[task.seat] = np.arange(len(task.schools))
    taken = np.where(task.pinned, cost.argmin(axis=1), NOBODY)
    for block in must:
        school = int(cost[block].argmin())
        for step in _way(task, plan, cost, taken, block, school):
            plan[step] = school
    heap: list[tuple[float, int, int]] = []
    for i in np.flatnonzero(plan != NOBODY):
        _push(task, heap, plan, cost, int(i), int(plan[i]))
    while heap:
        _, i, j = heappop(heap)
        if plan[i] == NOBODY:
            plan[i] = j
            _push(task, heap, plan, cost, i, j)
    return plan


def _push(
    task: CatchmentTask,
    heap: list[tuple[float, int, int]],
    plan: np.ndarray,
    cost: np.ndarray,
    block: int,
    school: int,
) -> None:
    for k in _neighbours(task, block):
        if plan[k] == NOBODY and np.isfinite(cost[k, school]):
            heappush(heap, (float(cost[k, school]), int(k), school))


def _way(
    task: CatchmentTask,
    plan: np.ndarray,
    cost: np.ndarray,
    taken: np.ndarray,
    block: int,
    school: int,
) -> list[int]:
    """Return the blocks of the cheapest way from a block to its school; itself where there is none.

    The way goes over blocks that are nobody's, that the school may have, and that are not laid down
    for another one.
    """
    best, before = {block: 0.0}, {block: NOBODY}
    heap = [(0.0, block)]
    while heap:
        far, here = heappop(heap)
        if far > best[here]:
            continue
        if plan[here] == school:
            way = []
            while here != NOBODY:
                way.append(here)
                here = before[here]
            return way
        for k in map(int, _neighbours(task, here)):
            is_free = plan[k] in (NOBODY, school) and taken[k] in (NOBODY, school)
            if not is_free or not np.isfinite(cost[k, school]):
                continue
            there = far + cost[k, school]
            if there < best.get(k, np.inf):
                best[k], before[k] = there, here
                heappush(heap, (there, k))
    return [block]
