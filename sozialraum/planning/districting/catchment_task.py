"""The question of how to draw catchments, checked and in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.optimize import linear_sum_assignment

from sozialraum.model.alignment import aligned_tables, aligned_to, refuse_doubled
from sozialraum.model.neighbours import Neighbours
from sozialraum.planning.checks import (
    listed,
    raise_problems,
)
from sozialraum.planning.districting.catchment_checks import refuse_wrong_catchments
from sozialraum.planning.districting.catchment_costs import CatchmentCosts
from sozialraum.texts import problem

# A block without pupils counts as this many, so that its border stays short too.
EMPTY_BLOCK = 0.1


@dataclass(frozen=True, kw_only=True, eq=False)
class CatchmentTask:
    """A checked question; make it with `catchment_task`. Arrays follow the sorted keys.

    Parameters
    ----------
    blocks, schools : keys
    names : what each school is called
    metres : (blocks, schools)
    pupils, siblings : per block
    entering : per block those whose school a plan decides: who moves, and how schools are mixed
    in_need : per block those of them who are in need
    current : place of the present school per block, -1 where there is none
    closed : True where the present school is none of these schools: its children move in any case
    capacity, minimum : pupils per school
    crossings : (blocks, schools) unsafe crossings on the way
    graph : which blocks touch
    allowed : (blocks, schools) False where a block must not belong to a school
    loads : (years, blocks) pupils of each year that schools must have places for
    years : what each of these years is called
    seat : the block each school stands in
    limit : walking limit in metres
    costs : what counts how much
    """

    blocks: tuple[str, ...]
    schools: tuple[str, ...]
    names: tuple[str, ...]
    metres: np.ndarray
    pupils: np.ndarray
    entering: np.ndarray
    in_need: np.ndarray
    siblings: np.ndarray
    current: np.ndarray
    closed: np.ndarray
    capacity: np.ndarray
    minimum: np.ndarray
    crossings: np.ndarray
    graph: sp.csr_array
    allowed: np.ndarray
    loads: np.ndarray
    years: tuple[str, ...]
    seat: np.ndarray
    limit: float
    costs: CatchmentCosts

    def weighing(self, **costs: float) -> CatchmentTask:
        """Return the same question with other costs."""
        return replace(self, costs=replace(self.costs, **costs))

    @property
    def tilt(self) -> np.ndarray:
        """Per block ``(poor/POOR - other/OTHER) / 2``; D is the sum of its absolute school sums."""
        poor, other = self.in_need, self.entering - self.in_need
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

    @property
    def pinned(self) -> np.ndarray:
        """(blocks,) True where only one school is allowed."""
        return self.allowed.sum(axis=1) == 1

    def pair_cost(self) -> np.ndarray:
        """(blocks, schools) `way_cost`, infinite where a block must not go to a school."""
        return np.where(self.allowed, self.way_cost(), np.inf)

    def way_cost(self) -> np.ndarray:
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
    allowed: pd.DataFrame | None = None,
    loads: pd.DataFrame | None = None,
    entering: pd.Series | None = None,
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
    in_need : of `entering`, those in need, at most as many, for the social mix
    siblings : pupils per block with a brother or sister at its present school
    current : present school per block; empty where there is none
    closed : True for blocks whose present school is closed, so not among `capacity`
    names : what a school is called; its key where it has no name
    crossings : (blocks, schools) unsafe crossings on the way
    allowed : (blocks, schools) False where a block must not belong to a school; None: all are
    loads : (blocks, years) pupils of each year to come; places must do for the worst of them.
        None: `pupils`
    entering : those whose school the plan decides, as the cohort that enters school in a year to
        come; None: `pupils`
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
        "Schulanfänger": (entering, blocks),
        "Geschwister": (siblings, blocks),
        "Mindestgröße": (minimum, schools),
    }
    pairs = _pairs(neighbours)
    loads = None if loads is None else loads.sort_index(axis=1)
    refuse_wrong_catchments(metres, pairs, columns, current, crossings, loads)
    current, closed = aligned_to(
        "catchment_task", blocks, "'distance'", current=current, closed=closed
    )
    crossings = aligned_tables("catchment_task", distance=metres, crossings=crossings)[1]
    allowed = aligned_tables("catchment_task", distance=metres, allowed=allowed)[1]
    may = _allowed(allowed, metres)
    seat = _seats(metres.to_numpy(), may)
    _require_blocks(schools[~may[seat, np.arange(len(schools))]])
    return CatchmentTask(
        blocks=tuple(map(str, blocks)),
        schools=tuple(map(str, schools)),
        names=_names(names, schools),
        metres=metres.to_numpy(),
        current=_present(current, blocks, schools),
        closed=np.zeros(len(blocks), bool) if closed is None else closed.to_numpy(bool),
        crossings=_crossings(crossings, blocks, schools),
        graph=_graph(pairs, blocks),
        allowed=may,
        years=("",) if loads is None else tuple(map(str, loads.columns)),
        seat=seat,
        limit=limit,
        costs=CatchmentCosts() if costs is None else costs,
        **_counted(columns, loads),
    )


def _pairs(neighbours: Neighbours | Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    listed_pairs = neighbours.pairs if isinstance(neighbours, Neighbours) else neighbours
    return [(str(a), str(b)) for a, b in listed_pairs]


def _counted(
    columns: Mapping[str, tuple[pd.Series | None, pd.Index]], loads: pd.DataFrame | None
) -> dict[str, np.ndarray]:
    """Return the numbers of blocks and schools; those who enter school decide, where stated."""
    numbers = {what: _numbers(column, keys) for what, (column, keys) in columns.items()}
    stated = columns["Schulanfänger"][0] is not None
    deciding = numbers["Schulanfänger" if stated else "Schulkinder"]
    return {
        "pupils": numbers["Schulkinder"],
        "entering": deciding,
        "in_need": np.minimum(numbers["Kinder mit Bedarf"], deciding),
        "siblings": numbers["Geschwister"],
        "capacity": numbers["Plätze"],
        "minimum": numbers["Mindestgröße"],
        "loads": _loads(loads, columns["Schulkinder"][1], numbers["Schulkinder"]),
    }


def _numbers(column: pd.Series | None, keys: pd.Index) -> np.ndarray:
    if column is None:
        return np.zeros(len(keys))
    return column.reindex(keys).to_numpy(float)


def _names(names: pd.Series | None, schools: pd.Index) -> tuple[str, ...]:
    if names is None:
        return tuple(map(str, schools))
    refuse_doubled("catchment_task", names=names)
    return tuple(str(name) for name in names.reindex(schools).fillna(pd.Series(schools, schools)))


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


def _allowed(allowed: pd.DataFrame | None, metres: pd.DataFrame) -> np.ndarray:
    """Return which pairs may be; every block needs one, and every school a block of its own."""
    if allowed is None:
        return np.ones(metres.shape, bool)
    may = allowed.astype(bool)
    bare = may.columns[~may.any(axis=0)]
    homeless = may.index[~may.any(axis=1)]
    found = [
        problem(f"planning.{code}", keys=listed(keys))
        for code, keys in (("school_without_block", bare), ("block_without_school", homeless))
        if len(keys)
    ]
    raise_problems(found)
    return may.to_numpy(bool)


def _require_blocks(bare: pd.Index) -> None:
    """Refuse schools that could only stand in a block they must not have."""
    if len(bare):
        raise_problems([problem("planning.school_without_block", keys=listed(bare))])


def _loads(loads: pd.DataFrame | None, blocks: pd.Index, pupils: np.ndarray) -> np.ndarray:
    if loads is None:
        return pupils[None, :]
    return np.ascontiguousarray(loads.reindex(blocks).to_numpy(float).T)


def _seats(metres: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Return the block of each school: the nearest one it may have that is no other school's.

    Where schools with few allowed blocks come out without one, all are matched at once.
    """
    seats: list[int] = []
    for j in range(metres.shape[1]):
        order = np.lexsort((metres[:, j], ~allowed[:, j]))
        seats.append(int(next(i for i in order if i not in seats)))
    schools = np.arange(metres.shape[1])
    if allowed[seats, schools].all():
        return np.array(seats)
    forbidden = np.where(allowed, 0.0, (metres.max(initial=0.0) + 1) * (len(schools) + 1))
    blocks, places = linear_sum_assignment(metres + forbidden)
    return blocks[np.argsort(places)]
