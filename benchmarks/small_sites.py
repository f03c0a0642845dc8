"""Small random questions about sites, and what trying every plan says of what is told.

Equal ways, nobody living somewhere, islands, fixed and banned sites, places that do not do, budgets
and floors. Compared are the value, the bound, the word "bewiesen", every figure and the tables.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from sozialraum.planning.facility_location.location import locate
from sozialraum.planning.facility_location.sites import SitePlan, SiteTask, site_task
from sozialraum.texts import text

MODELS = ("mclp", "lscp", "pmedian", "pcenter")


def question(seed: int) -> SiteTask:
    """Return a question: every seed another mix of what is awkward."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 9)), int(rng.integers(1, 6))
    grid = rng.random() < 0.5
    spots = rng.integers(0, 5, (n + m, 2)) * 250.0 if grid else rng.uniform(0, 1500, (n + m, 2))
    metres = np.hypot(*(spots[:n, None] - spots[None, n:]).transpose(2, 0, 1)).round(grid * 6)
    if rng.random() < 0.25:
        metres[rng.random((n, m)) < 0.3] = np.inf
    keys, names = [f"{i:02d}" for i in range(n)], [f"S{j}" for j in range(m)]
    persons = pd.Series(rng.integers(0, 40, n) * (rng.random(n) < 0.8) * 1.0, index=keys)
    urgent = rng.choice([0.02, 1.0], n) if rng.random() < 0.3 else rng.uniform(0.05, 1, n)
    need = pd.Series(np.where(rng.random(n) < 0.15, 0, urgent), index=keys)
    model = str(rng.choice(MODELS))
    given: dict[str, object] = {"model": model, "number": int(rng.integers(0, m + 2))}
    given["radius"] = float(rng.choice([250, 500, 750, 1000]))
    if rng.random() < 0.5:
        given["need"] = need
    if rng.random() < 0.5:
        tight = rng.uniform(0.5, 1.6) * persons.sum() / max(given["number"], 1)
        places = np.round(rng.uniform(0.3, 1.5, m) * tight)
        places[rng.random(m) < 0.2] = np.nan
        given["capacity"] = pd.Series(np.where(rng.random(m) < 0.1, 0, places), index=names)
    kinds = rng.choice(["fixed", "banned", ""], m, p=[0.2, 0.15, 0.65])
    given["fixed"] = [names[j] for j in range(m) if kinds[j] == "fixed"]
    given["banned"] = [names[j] for j in range(m) if kinds[j] == "banned"]
    if model in ("mclp", "pmedian") and rng.random() < 0.25:
        given["cost"] = pd.Series(rng.integers(1, 9, m) * 1.0, index=names)
        given["budget"] = float(rng.integers(0, 15))
    if model == "lscp" and rng.random() < 0.3:
        given["cost"] = pd.Series(rng.integers(1, 9, m) * 1.0, index=names)
    if model == "mclp" and "capacity" not in given and rng.random() < 0.3:
        given["group"] = pd.Series(rng.random(n) < 0.5, index=keys)
        given["equity"] = float(rng.choice([0.0, 0.5, 1.0]))
    if rng.random() < 0.2:
        given["time_limit"] = 1e-3
    return site_task(pd.DataFrame(metres, keys, names), persons, **given)


def plans_of(task: SiteTask) -> list[tuple[int, ...]]:
    """Return every plan that may be."""
    usable = [j for j in range(len(task.sites)) if j not in task.banned]
    free = [j for j in usable if j not in task.fixed]
    most = len(free)
    if task.number is not None and task.model != "lscp":
        most = max(min(task.number, len(usable)) - len(task.fixed), 0)
    exactly = task.model != "lscp" and task.budget is None
    sizes = [most] if exactly else range(most + 1)
    found = []
    for size in sizes:
        for plan in combinations(free, size):
            if task.budget is None or sum(task.cost[j] for j in plan) <= task.budget + 1e-9:
                found.append(tuple(sorted((*task.fixed, *plan))))
    return found


def flows(task: SiteTask, plan: tuple[int, ...], cost: np.ndarray, price: np.ndarray) -> float:
    """Return the least cost of all ways to send the children, left ones at `price`."""
    n, m = len(task.areas), len(plan)
    rows = np.hstack([np.where(np.isfinite(cost), cost, 0.0), price[:, None]]).ravel()
    upper = np.hstack([np.where(np.isfinite(cost), np.inf, 0.0), np.full((n, 1), np.inf)]).ravel()
    every = np.kron(np.eye(n), np.ones(m + 1))
    limited = [k for k in range(m) if np.isfinite(task.capacity[plan[k]])]
    taken = [np.tile(np.eye(m + 1)[k], n) for k in limited]
    found = linprog(
        rows, A_eq=every, b_eq=task.persons, bounds=np.column_stack([np.zeros(rows.size), upper]),
        A_ub=np.array(taken) if taken else None,
        b_ub=task.capacity[[plan[k] for k in limited]] if taken else None,
    )  # fmt: skip
    return float(found.fun)


def per_child(task: SiteTask) -> np.ndarray:
    """Return the weight of a child of each area."""
    return np.divide(
        task.weight, task.persons, out=np.zeros(len(task.areas)), where=task.persons > 0
    )


def covered(task: SiteTask, plan: tuple[int, ...], radius: float, worth: np.ndarray) -> float:
    """Return the most worth of children who get a place within a radius."""
    ways = task.metres[:, list(plan)]
    near = np.isfinite(ways) & (ways <= radius * (1 + 1e-12))
    cost = np.where(near, 0.0, np.inf)
    return float(worth @ task.persons) - flows(task, plan, cost, worth) if plan else 0.0


def placed_most(task: SiteTask, plan: tuple[int, ...]) -> float:
    """Return the most children with a place; for coverage, of those flows that cover most."""
    ones = np.ones(len(task.areas))
    if task.model != "mclp" or task.equity is not None or not plan:
        return covered(task, plan, np.inf, ones)
    ways, m = task.metres[:, list(plan)], len(plan)
    near = np.isfinite(ways) & (ways <= task.radius * (1 + 1e-12))
    each = per_child(task)
    limited = [k for k in range(m) if np.isfinite(task.capacity[plan[k]])]
    rows = [np.kron(np.eye(len(ways)), np.ones(m))]
    rows += [np.tile(np.eye(m)[k], len(ways))[None] for k in limited]
    rows += [-(near * each[:, None]).ravel()[None]]
    least = covered(task, plan, task.radius, each)
    found = linprog(
        -np.ones(ways.size), A_ub=np.vstack(rows),
        b_ub=np.r_[task.persons, task.capacity[[plan[k] for k in limited]], -least + 1e-9],
        bounds=np.column_stack([0 * near.ravel(), np.where(np.isfinite(ways), np.inf, 0).ravel()]),
    )  # fmt: skip
    return float(-found.fun)


def left_over(task: SiteTask) -> np.ndarray:
    """Return what makes a plan take every place it has, beside ten times the longest way."""
    longest, each = task.metres[np.isfinite(task.metres)].max(initial=1.0), per_child(task)
    return np.where(each > 0, each.max(initial=0.0) * (len(task.sites) + 1) * longest, 0.0)


def cost_of(task: SiteTask, plan: tuple[int, ...]) -> float:
    """Return what a plan costs in the measure of its model; less is better."""
    each, ones = per_child(task), np.ones(len(task.areas))
    if task.model == "mclp":
        missing = 0.0
        if task.equity is not None:
            reached = (task.metres[:, list(plan)] <= task.radius * (1 + 1e-12)).any(axis=1)
            floor = float(task.equity) * (task.group * task.persons).sum()
            missing = max(floor - (task.group * task.persons * reached).sum(), 0.0)
        return 1e6 * missing - covered(task, plan, task.radius, each)
    ways = task.metres[:, list(plan)]
    longest = task.metres[np.isfinite(task.metres)].max(initial=1.0)
    if task.model == "lscp":
        usable = tuple(j for j in range(len(task.sites)) if j not in task.banned)
        most = covered(task, usable, task.radius, ones)
        short = most - covered(task, plan, task.radius, ones)
        return float(sum(task.cost[j] for j in plan)) + 1e6 * (short > 1e-7)
    if task.model == "pmedian":
        finite = np.isfinite(ways)
        cost = np.where(finite, np.where(finite, ways, 0.0) * each[:, None], np.inf)
        price = 10 * longest * each + left_over(task)
        return flows(task, plan, cost, price) if plan else float(price @ task.persons)
    most = covered(task, plan, np.inf, ones)
    for radius in np.unique(np.r_[0.0, ways[np.isfinite(ways)]]):
        if covered(task, plan, float(radius), ones) >= most - 1e-7:
            return float(radius) + 1e6 * (task.persons.sum() - most)
    return np.inf


def differences(seed: int) -> list[str]:
    """Return what is told otherwise than trying every plan says."""
    task = question(seed)
    plan = locate(task)
    mine = tuple(sorted(task.where(plan.sites)))
    every = plans_of(task)
    found = []
    fewer = any("keinem Kind etwas" in s for s in plan.sentences)
    if task.model != "lscp" and mine not in every and not fewer:
        found.append(f"no plan that may be: {mine} of {every[:4]}")
    costs = {one: cost_of(task, one) for one in {*every, mine}}
    least = min(costs[one] for one in every)
    dust = 1e-6 * max(abs(least), 1.0)
    best = costs[mine] <= least + dust
    said = text("planning.proof.proven") in plan.sentences
    if said and not best:
        found.append(f"called proven: {costs[mine]} where {least}")
    if not best and not any(name in plan.slacks for name in ("time", "nothing_left")):
        room = plan.gap * abs(plan.value)
        if costs[mine] - least > room + dust:
            found.append(
                f"not best and the gap does not say so: {costs[mine]}, {least}, {plan.gap}"
            )
    if best and not said and task.time_limit > 1:
        found.append(f"best and not proven: gap {plan.gap}")
    return found + figures(task, plan, mine)


def figures(task: SiteTask, plan: SitePlan, mine: tuple[int, ...]) -> list[str]:
    """Return the figures that do not follow from one feasible flow, or from the best of them."""
    told, areas, table, found = plan.figures, plan.areas, plan.table, []

    def same(what: str, is_told: float, truth: float) -> None:
        if not np.isclose(is_told, truth, rtol=1e-7, atol=1e-6, equal_nan=True):
            found.append(f"{what}: told {is_told}, true {truth}")

    each, persons, ones = per_child(task), task.persons, np.ones(len(task.areas))
    everybody = persons.sum()
    radius = np.inf if task.radius is None else task.radius
    same("persons", told["persons"], everybody)
    same("sites", told["sites"], len(mine))
    same("placed", areas["placed"].sum(), table["persons_assigned"].sum())
    same("placed most", areas["placed"].sum(), placed_most(task, mine))
    same("without", told["persons_without_place"], everybody - areas["placed"].sum())
    same("covered", told["persons_covered"], areas["reached"].sum())
    share = told["persons_covered"] / everybody if everybody else np.nan
    same("share", told["share_covered"], share)
    urgent = np.divide(task.needed, persons, out=np.zeros(len(persons)), where=persons > 0)
    if task.needed.sum():
        same("need", told["need_covered"], (urgent * areas["reached"]).sum() / task.needed.sum())
    if (table["persons_assigned"] > table["capacity"] * (1 + 1e-9) + 1e-9).any():
        found.append("more children than places")
    there = areas["placed"] > 1e-9
    if there.any():
        walked = (areas["metres"] * areas["placed"])[there].sum()
        same("mean", told["mean_metres"], walked / areas["placed"].sum())
    if task.model == "mclp" and task.equity is None:
        same("value", plan.value, covered(task, mine, radius, each))
        same("value of areas", plan.value, (each * areas["reached"]).sum())
    if task.model == "pmedian" and mine:
        longest = task.metres[np.isfinite(task.metres)].max(initial=1.0)
        price = 10 * longest * each + left_over(task)
        left = (persons - areas["placed"]) * (each > 0)
        same("value", plan.value + (left * price).sum(), cost_of(task, mine))
    if task.model == "lscp" and "time" not in plan.slacks and mine:
        same("value", plan.value, sum(task.cost[j] for j in mine))
        usable = tuple(j for j in range(len(task.sites)) if j not in task.banned)
        same("all covered", told["persons_covered"], covered(task, usable, radius, ones))
    if task.model == "pcenter" and mine:
        same("longest", plan.value, cost_of(task, mine) % 1e6)
        same("longest told", told["largest_metres"], plan.value)
    if not np.isfinite(task.capacity[list(mine)]).any() and mine:
        near = task.metres[:, list(mine)].min(axis=1)
        inside = near <= radius * (1 + 1e-12)
        same("within", told["persons_covered"], persons[inside].sum())
        real = np.isfinite(near) & (persons > 0)
        if real.any():
            same(
                "mean of nearest",
                told["mean_metres"],
                np.average(near[real], weights=persons[real]),
            )
            same("largest", told["largest_metres"], near[real].max())
    return found
