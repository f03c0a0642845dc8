"""Where to put sites: most children reached, fewest sites, shortest ways, shortest longest way.

Exact by HiGHS where that is fast; the p-median of a city by exchange with a Lagrangian bound, so
that the gap to the best conceivable plan is always told. Wishes that cannot be met are priced,
never "infeasible": the plan says how many children are missing and why.
"""

from __future__ import annotations

from time import monotonic

import numpy as np

from sozialraum.planning.facility_location.coverage import cover_all, cover_most
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
    low = 0
    if not covering.limited:
        low = int(np.searchsorted(distances, metres[lived].min(axis=1).max()))
    high, proven, best = len(distances) - 1, low, None
    while low < high:
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
    return _filled(task, best), radius, float(distances[min(proven, high)]), covering.slacks


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
