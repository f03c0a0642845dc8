"""The search for sites under places: exchange with exact flows, and a bound no plan can better.

A large town is searched on cells of neighbouring areas, shaken, and finished on all areas. A swap
(q out, j in) costs at least ``value without q - knapsack of j`` at the prices of that flow, so most
swaps need no flow of their own.

References
----------
Díaz & Fernández (2006), Hybrid scatter search and path relinking for the capacitated p-median;
Beasley (1993), Lagrangean heuristics for location problems.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations, islice
from math import comb

import numpy as np

from sozialraum.kernels.optimisation.knapsacks import bound_under_places, gains
from sozialraum.planning.facility_location.flow import carried

SEED = 2024
# Flows of areas × sites that are tried one by one; cells; steps of the bound; plans of its steps.
MOST_TRIED, GRAINS, STEPS, FROM_BOUND = 3_000_000, (500, 300), 400, 40
SWAPS_TRIED, ROUNDS = 2, 3
THETA = 2.0  # length of the first steps of the bound, as a part of what is left to the value
BETTER = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class PlaceQuestion:
    """Which `number` sites to open so that ``Σ cost·flow + Σ price·left`` is least.

    Parameters
    ----------
    cost : (sites, areas) per child, infinite where there is no way
    amount, price : (areas,) children (more than 0), cost of one without a place
    scale : (areas,) cost of a child on a way longer than any, to tell where areas lie
    places : (sites,)
    forced, banned : (sites,) True where open in any case, or in none
    number : open sites in all
    cuts : plans that may not come
    seen : values of plans that were tried
    """

    cost: np.ndarray
    amount: np.ndarray
    price: np.ndarray
    scale: np.ndarray
    places: np.ndarray
    forced: np.ndarray
    banned: np.ndarray
    number: int
    cuts: tuple[frozenset[int], ...] = ()
    seen: dict[tuple[int, ...], float] = field(default_factory=dict)

    def value(self, sites: tuple[int, ...]) -> float:
        """Return what a plan costs, infinite where it may not come."""
        if frozenset(sites) in self.cuts:
            return np.inf
        if sites not in self.seen:
            chosen = list(sites)
            flow = carried(self.cost[chosen], self.amount, self.places[chosen], self.price)
            self.seen[sites] = flow[0]
        return self.seen[sites]


@dataclass(frozen=True, eq=False)
class PlacePlan:
    """Open sites, what they cost, and what no plan can better."""

    sites: tuple[int, ...]
    value: float
    bound: float


def best_under_places(question: PlaceQuestion) -> PlacePlan:
    """Return the best plan found and a bound; the bound is the value where all plans were tried."""
    kept = tuple(np.flatnonzero(question.forced).tolist())
    free = np.flatnonzero(~question.forced & ~question.banned).tolist()
    wanted = question.number - len(kept)
    size = len(question.amount) * question.number
    many = comb(len(free), wanted)
    if many == 1 or many * size <= MOST_TRIED:
        plans = (tuple(sorted(kept + more)) for more in combinations(free, wanted))
        best = _least(question, plans)
        return PlacePlan(best, question.value(best), question.value(best))
    sites = _searched(question)
    bound = _bound(question, sites)
    return PlacePlan(sites, question.value(sites), min(bound, question.value(sites)))


def better_near(question: PlaceQuestion, sites: tuple[int, ...]) -> tuple[int, ...]:
    """Return a plan improved by exchange, on cells: quick, and without a bound."""
    small = _on_cells(question, GRAINS[0] // 2)
    return _exchanged(small, _completed(small, sites), _pool(small, None))


def _least(question: PlaceQuestion, plans) -> tuple[int, ...]:
    best, least = (), np.inf
    for plan in plans:
        value = question.value(plan)
        if not best or value < _clearly_below(least):
            best, least = plan, value
    return best


def _clearly_below(value: float) -> float:
    """Return what a better plan must come below; nothing but a number is below infinity."""
    return value - BETTER * abs(value) if np.isfinite(value) else np.inf


def _searched(question: PlaceQuestion) -> tuple[int, ...]:
    """Search on two grains of cells, which get stuck in different plans; finish the better one."""
    grains = [_on_cells(question, most) for most in GRAINS]
    if grains[0] is question:
        grains = grains[:1]
    best = min((_searched_on(cells) for cells in grains), key=question.value)
    return _exchanged(question, best, _pool(question, None))


def _searched_on(cells: PlaceQuestion) -> tuple[int, ...]:
    first = _completed(cells, tuple(np.flatnonzero(cells.forced).tolist()))
    sites, gain = _exchanged(cells, first, _pool(cells, None)), np.zeros(len(cells.places))
    for _ in range(ROUNDS):
        gain, plans = _prices(cells, sites)
        other = _exchanged(cells, _least(cells, plans), _pool(cells, gain))
        sites = min(sites, other, key=cells.value)
    return _shaken(cells, sites, _pool(cells, gain))


def _prices(
    question: PlaceQuestion, sites: tuple[int, ...]
) -> tuple[np.ndarray, list[tuple[int, ...]]]:
    """Return what each site is worth at good prices, and plans that come up on the way there."""
    dual, value = _dual(question, sites), question.value(sites)
    _, _, gain, plans, _ = bound_under_places(*_arrays(question), dual, value, STEPS // 2, 1.0)
    return gain, sorted({tuple(plan.tolist()) for plan in plans[-5 * FROM_BOUND :: 5]})


def _dual(question: PlaceQuestion, sites: tuple[int, ...]) -> np.ndarray:
    """Return what one more child of each area would cost in a plan."""
    chosen = list(sites)
    places = question.places[chosen]
    return carried(question.cost[chosen], question.amount, places, question.price)[3]


def _bound(question: PlaceQuestion, sites: tuple[int, ...]) -> float:
    """Return a value below which no plan can come."""
    dual, value = _dual(question, sites), question.value(sites)
    return float(bound_under_places(*_arrays(question), dual, value, STEPS, THETA)[0])


def _arrays(question: PlaceQuestion) -> tuple:
    one = question
    return one.cost, one.amount, one.places, one.price, one.number, one.forced, one.banned


def _pool(question: PlaceQuestion, gain: np.ndarray | None) -> np.ndarray:
    """Return (sites,) True for those worth trying: all, or those with the largest gains."""
    usable = ~question.banned
    if gain is None:
        return usable
    worth = np.argsort(np.where(usable, -gain, np.inf), kind="stable")
    return usable & np.isin(np.arange(len(gain)), worth[: max(3 * question.number, 40)])


def _completed(question: PlaceQuestion, sites: tuple[int, ...]) -> tuple[int, ...]:
    """Return `sites`, filled up with those of most places or cut down to the number asked for."""
    kept = np.flatnonzero(question.forced).tolist()
    others = [j for j in sites if not question.banned[j] and not question.forced[j]]
    kept += others[: question.number - len(kept)]
    order = np.argsort(-np.minimum(question.places, question.amount.sum()), kind="stable").tolist()
    more = (j for j in order if j not in kept and not question.banned[j])
    return tuple(sorted(kept + list(islice(more, question.number - len(kept)))))


def _exchanged(
    question: PlaceQuestion, sites: tuple[int, ...], pool: np.ndarray
) -> tuple[int, ...]:
    """Swap one site at a time while that costs less."""
    better: tuple[int, ...] | None = sites
    while better is not None:
        sites, better = better, _swap(question, better, pool)
    return sites


def _swap(
    question: PlaceQuestion, sites: tuple[int, ...], pool: np.ndarray
) -> tuple[int, ...] | None:
    """Return the first better plan that differs in one site, None where there is none."""
    value = question.value(sites)
    limit = _clearly_below(value)
    skipped = ~pool | np.isin(np.arange(len(pool)), sites)
    for out in sites:
        if question.forced[out]:
            continue
        rest = [j for j in sites if j != out]
        without, _, _, dual = carried(
            question.cost[rest], question.amount, question.places[rest], question.price
        )
        worth = gains(question.cost, question.amount, question.places, dual, skipped)
        least = np.where(skipped, np.inf, without - worth)
        for j in np.argsort(least, kind="stable")[:SWAPS_TRIED]:
            plan = tuple(sorted([*rest, int(j)]))
            if least[j] < limit and question.value(plan) < limit:
                return plan
    return None


def _shaken(question: PlaceQuestion, sites: tuple[int, ...], pool: np.ndarray) -> tuple[int, ...]:
    """Take two or three sites out for others, improve again, and keep what is better."""
    rng = np.random.default_rng(SEED)
    rounds = int(np.clip(180_000 // (question.number * len(pool)), 8, 60))
    for _ in range(rounds):
        loose = [j for j in sites if not question.forced[j]]
        others = [j for j in np.flatnonzero(pool).tolist() if j not in sites]
        many = min(int(rng.integers(2, 4)), len(loose), len(others))
        if many == 0:
            break
        gone = set(rng.choice(loose, many, replace=False).tolist())
        came = rng.choice(others, many, replace=False).tolist()
        start = tuple(sorted([j for j in sites if j not in gone] + came))
        found = _exchanged(question, start, pool)
        if question.value(found) < _clearly_below(question.value(sites)):
            sites = found
    return sites


def _on_cells(question: PlaceQuestion, most: int) -> PlaceQuestion:
    """Merge neighbouring areas into at most `most` cells: the same question, smaller."""
    if len(question.amount) <= 1.2 * most:
        return question
    label = _cells(_positions(question), most)
    many = int(label.max()) + 1
    order = np.argsort(label, kind="stable")
    begin = np.searchsorted(label[order], np.arange(many))
    amount = np.add.reduceat(question.amount[order], begin)
    finite = np.isfinite(question.cost)
    total = np.where(finite, question.cost, 0.0) * question.amount
    cost = np.add.reduceat(total[:, order], begin, axis=1) / amount
    cut_off = np.logical_or.reduceat(~finite[:, order], begin, axis=1)
    price, scale = (
        np.add.reduceat((each * question.amount)[order], begin) / amount
        for each in (question.price, question.scale)
    )
    cost = np.ascontiguousarray(np.where(cut_off, np.inf, cost))
    return replace(question, cost=cost, amount=amount, price=price, scale=scale, seen={})


def _positions(question: PlaceQuestion) -> np.ndarray:
    """Return (areas, 2) where areas lie to each other, from their squared ways (Torgerson 1958)."""
    longest = question.scale.copy()
    longest[longest <= 0] = 1.0
    ways = np.where(np.isfinite(question.cost), question.cost, longest) / longest
    step = max(len(ways) // 64, 1)
    squared = (ways[::step] ** 2).T
    squared = squared - squared.mean(axis=0)
    squared = squared - squared.mean(axis=1, keepdims=True)
    left, size, _ = np.linalg.svd(squared, full_matrices=False)
    return left[:, :2] * size[:2]


def _cells(position: np.ndarray, most: int) -> np.ndarray:
    """Halve the areas at the median of their longer side until there are `most` cells."""
    parts = [np.arange(len(position))]
    while len(parts) < most:
        largest = int(np.argmax([len(part) for part in parts]))
        part = parts.pop(largest)
        side = int(np.argmax(np.ptp(position[part], axis=0)))
        order = part[np.argsort(position[part, side], kind="stable")]
        parts += [order[: len(order) // 2], order[len(order) // 2 :]]
    label = np.empty(len(position), np.int64)
    for number, part in enumerate(parts):
        label[part] = number
    return label
