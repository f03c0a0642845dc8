"""Who goes to which open site, under places: what every told figure of a plan is counted from.

A child goes to the nearest open site that has a place for it; where places are short, the plan's
own measure says who gets them. Without places that is the nearest site.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sozialraum.kernels.optimisation.transport import transport
from sozialraum.planning.facility_location.sites import SiteTask

# A child without a place costs as much as this many times its longest way, beside what makes every
# place that is there be taken.
NO_WAY = 10.0
# Whoever has no need still has a way: so much of the largest weight, too little to change a figure.
LEAST_WEIGHT = 1e-8


@dataclass(frozen=True, kw_only=True, eq=False)
class Flow:
    """Children from areas to the open sites of a plan.

    Parameters
    ----------
    metres : (areas, open sites), infinite where there is no way
    children : (areas, open sites), how many of an area go to a site; not always whole numbers
    left : (areas,) children without a place, or without a way
    within : (areas,) children who have a place within the radius of the question
    saves : (open sites,) need-weighted metres that one more place would save; NaN where places are
        short in all (then it is the price of a missing child, no way) or not counted
    """

    metres: np.ndarray
    children: np.ndarray
    left: np.ndarray
    within: np.ndarray
    saves: np.ndarray

    @property
    def placed(self) -> np.ndarray:
        """(areas,) children with a place, however far."""
        return self.children.sum(axis=1)

    @property
    def walked(self) -> np.ndarray:
        """(areas,) metres that the children of an area walk in all, one way."""
        return (np.where(self.children > 0, self.metres, 0.0) * self.children).sum(axis=1)


def flow_of(
    task: SiteTask,
    chosen: list[int],
    *,
    reach: float = np.inf,
    placed: np.ndarray | None = None,
) -> Flow:
    """Return who goes where when `chosen` sites are open.

    Parameters
    ----------
    chosen : places of the open sites
    reach : metres within which places are given first; no matter for the p-median
    placed : (areas,) children who get a place within `reach`, where something else than the weight
        decides (an equity floor)
    """
    metres = task.metres[:, chosen]
    room = task.capacity[chosen].astype(float)
    saves = np.full(len(chosen), np.nan)
    if not np.isfinite(room).any():
        children = _nearest(metres, task.persons)
    elif task.model == "pmedian":
        children, saves = _least_weighted(task, metres, room)
    else:
        children = _covered_first(task, metres, room, reach, placed)
    radius = np.inf if task.radius is None else task.radius
    near = np.isfinite(metres) & (metres <= radius * (1 + 1e-12))
    return Flow(
        metres=metres,
        children=children,
        left=np.maximum(task.persons - children.sum(axis=1), 0.0),
        within=np.where(near, children, 0.0).sum(axis=1),
        saves=saves,
    )


def per_child(task: SiteTask) -> np.ndarray:
    """Return the weight of one child of each area; 0 where nobody lives."""
    lived = task.persons > 0
    return np.where(lived, task.weight / np.where(lived, task.persons, 1.0), 0.0)


def way_weight(task: SiteTask) -> np.ndarray:
    """Return the weight of a metre of one child; next to nothing where there is no need."""
    weight = per_child(task)
    return np.where(task.persons > 0, np.maximum(weight, LEAST_WEIGHT * weight.max(initial=0)), 0)


def carried(
    cost: np.ndarray, amount: np.ndarray, room: np.ndarray, price: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
    """Return `transport` with a last site that takes who is left, at `price` per child.

    Parameters
    ----------
    cost : (sites, areas) per child
    amount, price : (areas,)
    room : (sites,)

    Returns
    -------
    value, flow (areas, sites), what a place saves per site, cost of one more child per area
    """
    rows = np.ascontiguousarray(np.vstack([cost, price[None, :]]))
    value, flow, saves, dual = transport(rows, amount.astype(float), np.r_[room, np.inf])
    return float(value), flow[:-1].T, saves[:-1], dual


def _nearest(metres: np.ndarray, persons: np.ndarray) -> np.ndarray:
    """Everybody at the nearest open site; ties go to the smaller key."""
    children = np.zeros(metres.shape)
    if metres.shape[1]:
        rows = np.arange(len(metres))
        nearest = metres.argmin(axis=1)
        there = np.isfinite(metres[rows, nearest])
        children[rows[there], nearest[there]] = persons[there]
    return children


def _least_weighted(
    task: SiteTask, metres: np.ndarray, room: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Least weighted way for all, nobody left where there is a place."""
    cost = weighted_ways(metres, way_weight(task)).T
    _, children, saves, _ = carried(cost, task.persons, room, price_without_place(task))
    spare = room.sum() - children.sum() > 1e-9 * max(task.persons.sum(), 1.0)
    return children, saves if spare else np.full(len(room), np.nan)


def _covered_first(
    task: SiteTask,
    metres: np.ndarray,
    room: np.ndarray,
    reach: float,
    placed: np.ndarray | None,
) -> np.ndarray:
    """Most weight within `reach` first; then as many of the others as can be; then short ways."""
    near = np.where(np.isfinite(metres) & (metres <= reach * (1 + 1e-12)), metres, np.inf)
    if placed is None:
        same = np.where(np.isfinite(near), 0.0, np.inf).T
        placed = carried(same, task.persons, room, least_price(task))[1].sum(axis=1)
    rest = np.maximum(task.persons - placed, 0.0)
    return _all_placed(near, room, np.minimum(placed, task.persons), metres, rest)


def _all_placed(
    near: np.ndarray, room: np.ndarray, first: np.ndarray, metres: np.ndarray, rest: np.ndarray
) -> np.ndarray:
    """Return (areas, sites) children: all of `first` on `near` ways, and most of `rest` on any."""
    chain = np.full(len(first), _chain(metres))
    cost, amount = np.hstack([near.T, metres.T]), np.r_[first, rest]
    flow = carried(cost, amount, room, np.r_[len(room) * chain + chain, chain])[1]
    return flow[: len(first)] + flow[len(first) :]


def weighted_ways(metres: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return metres × weight of a child, infinite where there is no way."""
    there = np.isfinite(metres)
    return np.where(there, np.where(there, metres, 0.0) * weight[:, None], np.inf)


def price_without_place(task: SiteTask) -> np.ndarray:
    """Return what a child without a place costs in the p-median.

    More than all others who would have to move up for it walk further, so that no place stays empty
    that it could have; among those left, need counts.
    """
    weight = float(way_weight(task).max(initial=0.0))
    return np.where(task.persons > 0, longest_ways(task) + weight * _chain(task.metres), 0.0)


def longest_ways(task: SiteTask) -> np.ndarray:
    """Return (areas,) the weight of a child on a way longer than any."""
    return way_weight(task) * NO_WAY * _longest(task.metres)


def _chain(metres: np.ndarray) -> float:
    """Return more metres than all who move up, one at each site, walk further for one child."""
    return (metres.shape[1] + 1) * _longest(metres)


def _longest(metres: np.ndarray) -> float:
    return float(metres[np.isfinite(metres)].max(initial=1.0))


def least_price(task: SiteTask) -> np.ndarray:
    """Return what a child not covered costs: its weight, and next to nothing where that is 0."""
    weight = per_child(task)
    least = weight[weight > 0].min(initial=1.0)
    return np.where(weight > 0, weight, 0.5 * least)
