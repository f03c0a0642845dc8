"""Where to put sites: most children reached, fewest sites, shortest ways, shortest longest way.

Exact by HiGHS where that is fast; the p-median of a city by exchange with a Lagrangian bound, so
that the gap to the best conceivable plan is always told. Wishes that cannot be met are priced,
never "infeasible": the plan says how many children are missing and why.
"""

from __future__ import annotations

from time import monotonic

import numpy as np

from sozialraum.kernels.optimisation.interchange import greedy_cover
from sozialraum.planning.facility_location.coverage import cover_all, cover_lists, cover_most
from sozialraum.planning.facility_location.median import shortest_ways
from sozialraum.planning.facility_location.places import has_places
from sozialraum.planning.facility_location.site_program import Choice, room_for, value_of
from sozialraum.planning.facility_location.site_report import describe
from sozialraum.planning.facility_location.sites import SitePlan, SiteTask

LEAST_SECONDS = 0.05  # of a step of a search whose time is up


def locate(task: SiteTask) -> SitePlan:
    """Return the best plan for a question about sites.

    Parameters
    ----------
    task : made by `site_task`

    Returns
    -------
    `SitePlan`; never an error for a question that cannot be met in full.

    Examples
    --------
    >>> import pandas as pd
    >>> from sozialraum.planning.facility_location.sites import site_task
    >>> distance = pd.DataFrame({"Hof": [300.0, 900.0], "Park": [900.0, 400.0]}, index=["01", "02"])
    >>> children = pd.Series({"01": 50, "02": 70})
    >>> plan = locate(site_task(distance, children, radius=800, number=1))
    >>> plan.sites, plan.value, plan.gap
    (('Park',), 70.0, 0.0)
    """
    chosen, value, bound, slacks = choose_sites(task)
    return describe(task, chosen, value, bound, slacks)


def choose_sites(task: SiteTask) -> Choice:
    """Return the places of the open sites, value, bound and slacks, without describing them."""
    room = room_for(task) if task.model != "lscp" else len(task.sites)
    if not (task.open_for_all.any() and len(task.areas)) or room == 0:
        chosen = sorted(task.fixed)
        value = value_of(task, chosen)
        return chosen, value, value, {}
    solvers = {
        "mclp": cover_most,
        "lscp": cover_all,
        "pmedian": shortest_ways,
        "pcenter": shortest_longest_way,
    }
    return solvers[task.model](task)


def shortest_longest_way(task: SiteTask) -> Choice:
    """Find the p-center: the smallest distance at which `number` sites reach everyone.

    By bisection over the distinct distances, each step a covering. A distance counts as too short
    only if the covering proved it, so a search cut short by time is not called proven.
    """
    metres = task.metres[:, task.open_for_all]
    lived = (task.persons > 0) & np.isfinite(metres).any(axis=1)
    if not lived.any():
        return sorted(task.fixed), 0.0, 0.0, {}
    distances = np.unique(metres[lived][np.isfinite(metres[lived])])
    covering = _Covering(task, float(distances[-1]))
    if covering.nobody:
        return _filled(task, sorted(task.fixed)), 0.0, 0.0, {}
    low, high, best = 0, len(distances) - 1, None
    if not covering.limited:
        at_least = max(metres[lived].min(axis=1).max(), _shortest_of_any(task, lived))
        low = int(np.searchsorted(distances, at_least))
        best, high = _by_greed(task, lived, distances, low)
    proven = low
    while low < high and not covering.out_of_time:
        middle = (low + high) // 2
        chosen, is_sure = covering.within(float(distances[middle]))
        if chosen is not None:
            high, best = middle, chosen
        else:
            low, proven = middle + 1, max(proven, middle + 1) if is_sure else proven
    radius = float(distances[high])
    best = best if best is not None else covering.within(radius)[0]
    if best is None:
        # Parts of the city without a way to each other: serve as many children as the sites can.
        most = cover_most(task.changed(model="mclp", radius=radius, weight=task.persons))[0]
        reached = task.within_of(radius)[:, most].any(axis=1)
        return shortest_longest_way(task.changed(persons=np.where(reached, task.persons, 0.0)))
    filled, bound = _filled(task, best), float(distances[min(proven, high)])
    if not covering.limited:  # what a site more, or a covering better than asked for, has shortened
        radius = float(task.metres[lived][:, filled].min(axis=1).max())
    return filled, radius, min(bound, radius), covering.slacks


def _by_greed(
    task: SiteTask, lived: np.ndarray, distances: np.ndarray, low: int
) -> tuple[list[int] | None, int]:
    """Return sites that reach everyone within a short distance, and its place; quickly found."""
    forced = np.isin(np.arange(len(task.sites)), list(task.fixed))
    high, best = len(distances) - 1, None
    while low <= high:
        middle = (low + high) // 2
        within = (task.within_of(float(distances[middle])) & task.open_for_all)[lived]
        once = np.ones((int(lived.sum()), 1))
        opening = greedy_cover(*cover_lists(within), once, forced, room_for(task))[0]
        if within[:, opening].any(axis=1).all():
            best, high = [int(j) for j in np.flatnonzero(opening)], middle - 1
        else:
            low = middle + 1
    return best, len(distances) - 1 if best is None else high + 1


def _shortest_of_any(task: SiteTask, lived: np.ndarray) -> float:
    """Return a distance that no choice of sites can better for everyone.

    Of one area more than there are sites, two share a site: the shortest distance at which any two
    can. The areas are taken far from each other, so that it is long.
    """
    metres = np.where(task.open_for_all, task.metres, np.inf)[lived]
    apart = [int(metres.min(axis=1).argmax())]
    shared = np.maximum(metres, metres[apart[0]]).min(axis=1)
    least = np.inf
    while len(apart) <= room_for(task) and len(apart) < len(metres):
        shared[apart] = -np.inf
        apart.append(int(shared.argmax()))
        least = min(least, float(shared[apart[-1]]))
        shared = np.minimum(shared, np.maximum(metres, metres[apart[-1]]).min(axis=1))
    return least if len(apart) > room_for(task) and np.isfinite(least) else 0.0


class _Covering:
    """Whether `number` sites reach everyone within a distance, as one search with one time limit.

    With places: whether as many children get a place as at any distance.
    """

    def __init__(self, task: SiteTask, longest: float) -> None:
        self.limited = has_places(task)
        self.slacks: dict[str, float] = {}
        self._task, self._room = task, room_for(task)
        self._until = monotonic() + task.time_limit
        self._most = self._placed(longest)[1] if self.limited else 0.0

    @property
    def out_of_time(self) -> bool:
        """Whether there is no time left to look further; `slacks` says so then."""
        late = not self.limited and monotonic() >= self._until
        self.slacks |= {"time": self._task.time_limit} if late else {}
        return late

    @property
    def nobody(self) -> bool:
        """Whether no child gets a place at any distance."""
        return self.limited and self._most <= 0

    def within(self, metres: float) -> tuple[list[int] | None, bool]:
        """Return sites that do, or None; and whether that is proven."""
        if self.limited:
            chosen, placed, bound, _ = self._placed(metres)
            dust = 1e-9 * max(self._most, 1.0)
            return (
                (chosen, True) if placed >= self._most - dust else (None, bound < self._most - dust)
            )
        asked = {"model": "lscp", "cost": np.ones(len(self._task.sites)), "radius": metres}
        chosen, _, bound, slacks = cover_all(self._asked(budget=None, **asked))
        if len(chosen) <= self._room:
            return chosen, True
        self.slacks |= {"time": self._task.time_limit} if "time" in slacks else {}
        return None, bound > self._room + 1e-6

    def _placed(self, metres: float) -> Choice:
        asked = {"model": "mclp", "radius": metres, "weight": self._task.persons}
        return cover_most(self._asked(**asked))

    def _asked(self, **fields: object) -> SiteTask:
        left = max(self._until - monotonic(), LEAST_SECONDS)
        return self._task.changed(gap=0.0, time_limit=left, equity=None, **fields)


def _filled(task: SiteTask, chosen: list[int]) -> list[int]:
    """Open further sites up to the number asked for, those that shorten the weighted way most."""
    sites = list(chosen)
    while len(sites) < room_for(task):
        near = task.metres[:, sites].min(axis=1) if sites else np.full(len(task.areas), np.inf)
        near = np.where(np.isfinite(near), near, 1e9)
        rest = [j for j in np.flatnonzero(task.open_for_all) if j not in sites]
        ways = [(np.minimum(near, task.metres[:, j]) * task.weight).sum() for j in rest]
        sites.append(int(rest[int(np.argmin(ways))]))
    return sorted(sites)
