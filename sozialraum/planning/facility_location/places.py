"""Sites under places: the models of `locate` where a child is served only if it gets a place.

The p-median and coverage by exchange with exact flows and a Lagrangian bound; HiGHS closes the gap
of small cases, and answers what is asked beside places: budgets, equity floors, fewest sites.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from sozialraum.planning.checks import refuse_too_many
from sozialraum.planning.facility_location.flow import (
    flow_of,
    least_price,
    longest_ways,
    per_child,
    price_without_place,
    way_weight,
    weighted_ways,
)
from sozialraum.planning.facility_location.place_search import (
    PlacePlan,
    PlaceQuestion,
    best_under_places,
    better_near,
)
from sozialraum.planning.facility_location.site_program import (
    Choice,
    opened,
    pair_rows,
    price_of_missing,
    room_for,
    site_variables,
)
from sozialraum.planning.facility_location.sites import SiteTask
from sozialraum.planning.programs import Program, Solution

# HiGHS proves up to the first number of pairs within seconds, and needs 2 GB for the second.
MOST_PAIRS_FOR_PROOF, MOST_PAIRS = 15_000, 1_500_000
_CLOSED = 1e-9


def has_places(task: SiteTask) -> bool:
    """Return whether any site that may be open is limited."""
    return bool(np.isfinite(task.capacity[task.open_for_all]).any())


def sites_under_places(task: SiteTask) -> Choice:
    """Answer "pmedian" or "mclp" with places; value in the measure of the model."""
    asked, lived = place_question(task)
    if not len(asked.amount):
        return sorted(task.fixed), 0.0, 0.0, {}
    slacks: dict[str, float] = {}
    if task.budget is not None or task.equity is not None:
        plan, slacks = _by_program(task, asked, lived)
    else:
        plan = best_under_places(asked)
        pairs = int(np.isfinite(asked.cost).sum())
        if plan.value - plan.bound > _CLOSED * abs(plan.value) and pairs <= MOST_PAIRS_FOR_PROOF:
            exact, _ = _by_program(task, asked, lived)
            bound = max(plan.bound, exact.bound)
            best = min(plan, exact, key=lambda one: one.value)
            plan = PlacePlan(best.sites, best.value, min(bound, best.value))
    chosen = list(plan.sites)
    told = published_value(task, chosen)
    better = max(plan.value - plan.bound, 0.0)
    return chosen, told, told + better if task.model == "mclp" else told - better, slacks


def published_value(task: SiteTask, chosen: list[int]) -> float:
    """Return the weight covered (mclp) or the weighted metres walked of who has a place."""
    radius = np.inf if task.radius is None else task.radius
    flow = flow_of(task, chosen, reach=radius, placed=placed_by_floor(task, chosen))
    amount = flow.within if task.model == "mclp" else flow.walked
    return float((per_child(task) * amount).sum())


def cost_under_places(task: SiteTask, chosen: list[int]) -> float:
    """Return what a plan costs in all, children without a place included; less is better."""
    asked, _ = place_question(task)
    return asked.value(tuple(sorted(chosen)))


def near_under_places(task: SiteTask, chosen: list[int]) -> list[int]:
    """Return a plan for a question close to one that is answered; quick, without a bound."""
    asked, _ = place_question(task)
    if not len(asked.amount) or task.budget is not None or task.equity is not None:
        return sites_under_places(task)[0]
    return list(better_near(asked, tuple(chosen)))


def place_question(task: SiteTask) -> tuple[PlaceQuestion, np.ndarray]:
    """Return the question of "pmedian" or "mclp" over the areas that count, and which these are.

    For the p-median a child costs its weighted metres; for coverage nothing within the radius,
    and without a place its weight.
    """
    if task.model == "pmedian":
        lived = way_weight(task) > 0
        cost = weighted_ways(task.metres, way_weight(task))
        price, scale = price_without_place(task), longest_ways(task)
    else:
        lived = task.persons > 0
        cost, price = np.where(task.within, 0.0, np.inf), least_price(task)
        scale = price
    places = np.arange(len(task.sites))
    question = PlaceQuestion(
        cost=np.ascontiguousarray(cost[lived].T),
        amount=task.persons[lived],
        price=price[lived],
        scale=scale[lived],
        places=task.capacity.astype(float),
        forced=np.isin(places, list(task.fixed)),
        banned=~task.open_for_all,
        number=room_for(task),
        cuts=task.cuts,
    )
    return question, lived


def fewest_under_places(task: SiteTask) -> Choice:
    """Minimise ``Σ c_j y_j`` so that all who can get a place within the radius have one."""
    lived = task.persons > 0
    cost = np.where(task.within, 0.0, np.inf)[lived].T
    price = np.full(int(lived.sum()), 2 * (task.cost.sum() + 1))
    asked = _PlaceProgram(task, cost, task.persons[lived], price, lived, task.cost)
    outcome = asked.solve()
    if not outcome.found:
        chosen = [int(j) for j in np.flatnonzero(task.open_for_all)]
        return chosen, float(task.cost[chosen].sum()), 0.0, {outcome.why_not: task.time_limit}
    chosen = opened(outcome, asked.y)
    value = float(task.cost[chosen].sum())
    proven = outcome.gap <= _CLOSED
    return chosen, value, value if proven else min(value, value - outcome.value + outcome.bound), {}


def placed_by_floor(task: SiteTask, chosen: list[int]) -> np.ndarray | None:
    """Return the children per area with a place where an equity floor decides; else None."""
    if task.model != "mclp" or task.equity is None or not has_places(task):
        return None
    only = frozenset(chosen)
    closed = frozenset(range(len(task.sites))) - only
    free = {"budget": None, "number": len(only), "cuts": ()}
    asked = task.changed(fixed=only, banned=closed, **free)
    question, lived = place_question(asked)
    program = _program_of(asked, question, lived)
    outcome = program.solve()
    placed = np.zeros(len(task.areas))
    if outcome.found:
        placed[lived] = question.amount * (1 - outcome.x[program.left])
    return np.maximum(placed, 0.0)


def _by_program(
    task: SiteTask, asked: PlaceQuestion, lived: np.ndarray
) -> tuple[PlacePlan, dict[str, float]]:
    """Let HiGHS answer: sites, value and bound in the measure of `PlaceQuestion`."""
    program = _program_of(task, asked, lived)
    outcome = program.solve()
    if not outcome.found:
        sites = tuple(sorted(task.fixed))
        if task.budget is None:
            sites = best_under_places(asked).sites
        return PlacePlan(sites, asked.value(sites), 0.0), {outcome.why_not: task.time_limit}
    sites = tuple(opened(outcome, program.y))
    value = asked.value(sites)
    if task.equity is None:
        return PlacePlan(sites, value, min(value, outcome.bound)), {}
    value = float((asked.amount * asked.price * outcome.x[program.left]).sum())
    missing = float(outcome.x[program.missing][0])
    slacks = {"equity": missing} if missing > 1e-6 else {}
    bound = value if outcome.gap <= _CLOSED else 0.0 if slacks else min(value, outcome.bound)
    return PlacePlan(sites, value, bound), slacks


def _program_of(task: SiteTask, asked: PlaceQuestion, lived: np.ndarray) -> _PlaceProgram:
    return _PlaceProgram(task, asked.cost, asked.amount, asked.price, lived, 0.0)


@dataclass(eq=False)
class _PlaceProgram:
    """The whole program: y open, x of a child's way, left without a place, missing to the floor."""

    task: SiteTask
    cost: np.ndarray
    amount: np.ndarray
    price: np.ndarray
    lived: np.ndarray
    site_cost: Any

    def solve(self) -> Solution:
        """Put it together and solve it."""
        task, ways = self.task, np.isfinite(self.cost).T & self.task.open_for_all
        i, j = np.nonzero(ways)
        refuse_too_many(len(i), most=MOST_PAIRS)
        part = task.changed(
            areas=tuple(np.array(task.areas, object)[self.lived]), persons=self.amount
        )
        program = Program()
        self.y = site_variables(program, task, cost=self.site_cost)
        x = program.variables(len(i), cost=self.amount[i] * self.cost[j, i])
        self.left = program.variables(len(self.amount), cost=self.amount * self.price)
        by_area = pair_rows(program, part, x, self.y, i, j)
        rest = sp.eye_array(len(self.amount))
        program.rows([(x, by_area), (self.left, rest)], low=1, high=1)
        if task.equity is not None and task.model == "mclp":
            self._add_floor(program)
        return program.solve(time_limit=task.time_limit, gap=task.gap)

    def _add_floor(self, program: Program) -> None:
        """Add ``Σ_group a_i (1 - left_i) + missing >= floor``, missing children priced."""
        task = self.task
        members = (task.persons * task.group)[self.lived]
        share = members.sum() / max(self.amount.sum(), 1e-300)
        in_city = task.equity == "city"
        counted = members - share * self.amount if in_city else members
        floor = 0.0 if in_city else float(task.equity) * members.sum()
        self.missing = program.variables(1, cost=price_of_missing(task), upper=np.inf)
        rows = [(self.left, -counted[None, :]), (self.missing, np.ones((1, 1)))]
        program.rows(rows, low=floor - counted.sum())
