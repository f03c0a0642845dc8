"""The question of how to draw catchments, checked and in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from heapq import heappop, heappush

import numpy as np
import pandas as pd
import scipy.sparse as sp

from sozialraum.model.alignment import aligned_tables, aligned_to, refuse_doubled
from sozialraum.model.neighbours import Neighbours
from sozialraum.model.problem import Problem
from sozialraum.planning.checks import (
    key_problems,
    listed,
    number_problems,
    raise_problems,
    require_at_least,
)
from sozialraum.texts import problem

# A block without pupils counts as this many, so that its border stays short too.
EMPTY_BLOCK = 0.1


@dataclass(frozen=True, kw_only=True)
class CatchmentCosts:
    """What a plan is measured by, in pupil-kilometres.

    Parameters
    ----------
    stay : per pupil whose school changes
    sibling : further, per pupil with a brother or sister at the present school
    crossing : per pupil and unsafe crossing
    mix : per pupil of the city, times the dissimilarity D (0..1)
    over, under : per pupil above the capacity, below the minimum
    far : per pupil beyond the walking limit whose nearest school it is not
    """

    stay: float = 0.0
    sibling: float = 0.0
    crossing: float = 0.0
    mix: float = 0.0
    over: float = 20.0
    under: float = 5.0
    far: float = 20.0

    def __post_init__(self) -> None:
        """Refuse negative costs."""
        for name in self.__dataclass_fields__:
            require_at_least(getattr(self, name), 0, name=name, caller="CatchmentCosts")


@dataclass(frozen=True, kw_only=True, eq=False)
class CatchmentTask:
    """A checked question; make it with `catchment_task`. Arrays follow the sorted keys.

    Parameters
    ----------
    blocks, schools : keys
    names : what each school is called
    metres : (blocks, schools)
    pupils, in_need, siblings : per block
    current : place of the present school per block, -1 where there is none
    closed : True where the present school is none of these schools: its children move in any case
    capacity, minimum : pupils per school
    crossings : (blocks, schools) unsafe crossings on the way
    graph : which blocks touch
    seat : the block each school stands in
    limit : walking limit in metres
    costs : what counts how much
    """

    blocks: tuple[str, ...]
    schools: tuple[str, ...]
    names: tuple[str, ...]
    metres: np.ndarray
    pupils: np.ndarray
    in_need: np.ndarray
    siblings: np.ndarray
    current: np.ndarray
    closed: np.ndarray
    capacity: np.ndarray
    minimum: np.ndarray
    crossings: np.ndarray
    graph: sp.csr_array
    seat: np.ndarray
    limit: float
    costs: CatchmentCosts

    def weighing(self, **costs: float) -> CatchmentTask:
        """Return the same question with other costs."""
        return replace(self, costs=replace(self.costs, **costs))

    @property
    def tilt(self) -> np.ndarray:
        """Per block ``(poor/POOR - other/OTHER) / 2``; D is the sum of its absolute school sums."""
        poor, other = self.in_need, self.pupils - self.in_need
        if poor.sum() == 0 or other.sum() == 0:
            return np.zeros(len(self.blocks))
        return (poor / poor.sum() - other / other.sum()) / 2

    @property
    def beyond(self) -> np.ndarray:
        """(blocks, schools) True beyond the limit, save for the nearest school."""
        nearest = self.metres.min(axis=1)[:, None]
        return (self.metres > self.limit * (1 + 1e-12)) & (self.metres > nearest)

    def moved(self, plan: np.ndarray) -> np.ndarray:
        """(blocks,) True where the school is another one than today, or today's is closed."""
        return self.closed | ((self.current >= 0) & (plan != self.current))

    def pair_cost(self) -> np.ndarray:
        """(blocks, schools) what it costs to send a block to a school, in pupil-kilometres."""
        c = self.costs
        walkers = np.maximum(self.pupils, EMPTY_BLOCK)[:, None]
        cost = walkers * (self.metres / 1000 + c.crossing * self.crossings + c.far * self.beyond)
        moved = (self.current >= 0)[:, None] & (
            np.arange(len(self.schools))[None, :] != self.current[:, None]
        )
        return cost + moved * (c.stay * self.pupils + c.sibling * self.siblings)[:, None]


def catchment_task(
    distance: pd.DataFrame,
    pupils: pd.Series,
    neighbours: Neighbours | Iterable[tuple[str, str]],
    *,
    capacity: pd.Series,
    in_need: pd.Series | None = None,
    siblings: pd.Series | None = None,
    current: pd.Series | None = None,
    closed: pd.Series | None = None,
    minimum: pd.Series | None = None,
    names: pd.Series | None = None,
    crossings: pd.DataFrame | None = None,
    limit: float = 2000.0,
    costs: CatchmentCosts | None = None,
) -> CatchmentTask:
    """Check a question about catchments and put it in order.

    Parameters
    ----------
    distance : (blocks, schools) metres of the way to school, finite
    pupils : pupils (of the years that count) per block
    neighbours : which blocks are neighbours: a graph, or pairs of keys
    capacity, minimum : pupils a school can take, and needs to stay
    in_need : pupils in need per block, at most `pupils`, for the social mix
    siblings : pupils per block with a brother or sister at its present school
    current : present school per block; empty where there is none
    closed : True for blocks whose present school is closed, so not among `capacity`
    names : what a school is called; its key where it has no name
    crossings : (blocks, schools) unsafe crossings on the way
    limit : walking limit in metres; the nearest school is always allowed
    costs : what counts how much

    Raises
    ------
    DataError
        If keys do not match, numbers are missing or negative, or there are fewer blocks than
        schools; all problems at once.
    """
    metres = distance.sort_index().sort_index(axis=1).astype(float)
    blocks, schools = metres.index, metres.columns
    columns = {
        "Schulkinder": (pupils, blocks),
        "Plätze": (capacity, schools),
        "Kinder mit Bedarf": (in_need, blocks),
        "Geschwister": (siblings, blocks),
        "Mindestgröße": (minimum, schools),
    }
    listed_pairs = neighbours.pairs if isinstance(neighbours, Neighbours) else neighbours
    pairs = [(str(a), str(b)) for a, b in listed_pairs]
    raise_problems(
        [
            *_matrix_problems(metres),
            *key_problems((k for pair in pairs for k in pair), blocks, "Nachbarn"),
            *_column_problems(columns),
            *_place_problems(current, crossings, blocks, schools),
        ]
    )
    current, closed = aligned_to(
        "catchment_task", blocks, "'distance'", current=current, closed=closed
    )
    crossings = aligned_tables("catchment_task", distance=metres, crossings=crossings)[1]
    numbers = {what: _numbers(column, keys) for what, (column, keys) in columns.items()}
    return CatchmentTask(
        blocks=tuple(map(str, blocks)),
        schools=tuple(map(str, schools)),
        names=_names(names, schools),
        metres=metres.to_numpy(),
        pupils=numbers["Schulkinder"],
        in_need=np.minimum(numbers["Kinder mit Bedarf"], numbers["Schulkinder"]),
        siblings=numbers["Geschwister"],
        current=_present(current, blocks, schools),
        closed=np.zeros(len(blocks), bool) if closed is None else closed.to_numpy(bool),
        capacity=numbers["Plätze"],
        minimum=numbers["Mindestgröße"],
        crossings=_crossings(crossings, blocks, schools),
        graph=_graph(pairs, blocks),
        seat=_seats(metres.to_numpy()),
        limit=limit,
        costs=CatchmentCosts() if costs is None else costs,
    )


def _numbers(column: pd.Series | None, keys: pd.Index) -> np.ndarray:
    if column is None:
        return np.zeros(len(keys))
    return column.reindex(keys).to_numpy(float)


def _names(names: pd.Series | None, schools: pd.Index) -> tuple[str, ...]:
    if names is None:
        return tuple(map(str, schools))
    refuse_doubled("catchment_task", names=names)
    return tuple(str(name) for name in names.reindex(schools).fillna(pd.Series(schools, schools)))


def _column_problems(columns: Mapping[str, tuple[pd.Series | None, pd.Index]]) -> list[Problem]:
    """Find numbers that are missing or impossible, and keys of blocks or schools that are not."""
    problems: list[Problem] = []
    for what, (column, keys) in columns.items():
        if column is not None:
            complete = column.reindex(keys) if column.index.is_unique else column
            problems += number_problems(complete, what) + key_problems(column.index, keys, what)
    return problems


def _place_problems(
    current: pd.Series | None, crossings: pd.DataFrame | None, blocks: pd.Index, schools: pd.Index
) -> list[Problem]:
    """Find schools of today and blocks of crossings that are unknown."""
    problems: list[Problem] = []
    if current is not None:
        problems += key_problems(current.dropna().loc[lambda s: s != ""], schools, "heutige Schule")
    if crossings is not None:
        problems += key_problems(crossings.index, blocks, "Querungen")
    return problems


def _matrix_problems(metres: pd.DataFrame) -> list[Problem]:
    found = []
    for keys, what in ((metres.index, "Blöcke"), (metres.columns, "Schulen")):
        if keys.has_duplicates:
            twice = listed(keys[keys.duplicated()].unique())
            found.append(problem("planning.duplicate_key", what=what, keys=twice))
    bad = metres.index[(~np.isfinite(metres) | (metres < 0)).any(axis=1)]
    if len(bad):
        found.append(problem("planning.bad_way", keys=listed(bad)))
    if len(metres) < metres.shape[1] or metres.shape[1] == 0:
        found.append(
            problem("planning.too_few_blocks", blocks=len(metres), schools=metres.shape[1])
        )
    return found


def _present(current: pd.Series | None, blocks: pd.Index, schools: pd.Index) -> np.ndarray:
    if current is None:
        return np.full(len(blocks), -1)
    return schools.get_indexer(current.fillna("").astype(str))


def _crossings(crossings: pd.DataFrame | None, blocks: pd.Index, schools: pd.Index) -> np.ndarray:
    if crossings is None:
        return np.zeros((len(blocks), len(schools)))
    return crossings.fillna(0.0).to_numpy(float)


def _graph(pairs: list[tuple[str, str]], blocks: pd.Index) -> sp.csr_array:
    ends = blocks.get_indexer([k for pair in pairs for k in pair]).reshape(-1, 2)
    ends = ends[ends[:, 0] != ends[:, 1]]
    both = np.vstack([ends, ends[:, ::-1]])
    graph = sp.csr_array((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(len(blocks),) * 2)
    graph.sum_duplicates()
    graph.sort_indices()
    return graph


def _seats(metres: np.ndarray) -> np.ndarray:
    """Return the block of each school: the nearest one that is no other school's."""
    seats: list[int] = []
    for j in range(metres.shape[1]):
        order = np.argsort(metres[:, j], kind="stable")
        seats.append(int(next(i for i in order if i not in seats)))
    return np.array(seats)


def grown_start(task: CatchmentTask) -> tuple[np.ndarray, np.ndarray]:
    """Return a plan of connected catchments grown from the schools, and the blocks to hold still.

    Blocks join the school of the cheapest pair that touches what the school has already. Blocks
    without any path of neighbours to a school (islands) go to the cheapest school and stay there.
    """
    cost = task.pair_cost() / np.maximum(task.pupils, EMPTY_BLOCK)[:, None]
    plan = np.full(len(task.blocks), -1)
    heap = [(-1.0, int(i), j) for j, i in enumerate(task.seat)]
    while heap:
        _, i, j = heappop(heap)
        if plan[i] >= 0:
            continue
        plan[i] = j
        for k in task.graph.indices[task.graph.indptr[i] : task.graph.indptr[i + 1]]:
            if plan[k] < 0:
                heappush(heap, (float(cost[k, j]), int(k), j))
    islands = plan < 0
    plan[islands] = cost[islands].argmin(axis=1)
    fixed = islands.copy()
    fixed[task.seat] = True
    return plan.astype(np.int64), fixed
