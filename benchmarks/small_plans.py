"""Small random catchments, pots, offers, Kitas, all-day places, and what trying all of it says."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from sozialraum.model.errors import DataError
from sozialraum.planning.access import floating_catchments, gaps
from sozialraum.planning.allocation.apportionment import apportion, exact
from sozialraum.planning.demography.all_day import groups_for, missing, places_needed
from sozialraum.planning.demography.early_care import FORMS, least_groups, without_place
from sozialraum.planning.districting.catchment_costs import CatchmentCosts
from sozialraum.planning.districting.catchment_task import (
    EMPTY_BLOCK,
    CatchmentTask,
    catchment_task,
)
from sozialraum.planning.districting.catchments import redraw
from sozialraum.texts import percent

SIZES = {"I": {25: 20, 35: 20, 45: 20}, "II": dict.fromkeys((25, 35, 45), 10),
         "III": {25: 25, 35: 25, 45: 20}}  # fmt: skip
MOST_YOUNG = 6  # two-year-olds in form I


def same(found: list[str], what: str, told: float, truth: float) -> None:
    """Add a line where a figure is told otherwise than it is."""
    if not np.isclose(told, truth, rtol=1e-7, atol=1e-6, equal_nan=True):
        found.append(f"{what}: told {told}, true {truth}")


def catchment_question(seed: int) -> tuple[CatchmentTask, list[tuple[int, int]]]:
    """Return a question about up to seven blocks on a grid and three schools."""
    rng = np.random.default_rng(seed)
    m = int(rng.integers(1, 4))
    n = int(rng.integers(m, 8))
    spot = rng.permutation([(x, y) for x in range(3) for y in range(3)])[:n] * 400.0
    seats = spot[rng.choice(n, m, replace=False)]
    keys, names = [f"{i:02d}" for i in range(n)], [f"S{j}" for j in range(m)]
    metres = np.abs(spot[:, None] - seats[None]).sum(axis=2) * rng.choice([1.0, 1.3])
    pairs = [
        (a, b) for a in range(n) for b in range(a + 1, n)
        if np.abs(spot[a] - spot[b]).sum() == 400
    ]  # fmt: skip
    pupils = pd.Series(rng.integers(0, 12, n) * 1.0, index=keys)
    given: dict[str, object] = {
        "capacity": pd.Series(rng.integers(0, 30, m) * 1.0, index=names),
        "limit": float(rng.choice([400, 800, 2000])),
        "costs": CatchmentCosts(stay=float(rng.choice([0, 1])), mix=float(rng.choice([0, 2]))),
    }
    if rng.random() < 0.6:
        given["in_need"] = (pupils * rng.choice([0, 0.3, 1.0], n)).round()
    if rng.random() < 0.5:
        given["minimum"] = pd.Series(rng.integers(0, 15, m) * 1.0, index=names)
    if rng.random() < 0.7:
        now = pd.Series(rng.choice([*names, ""], n), index=keys)
        given["current"] = now
        given["closed"] = (now == "") & (rng.random(n) < 0.5)
    if rng.random() < 0.3:
        given["loads"] = pd.DataFrame(rng.integers(0, 12, (n, 2)) * 1.0, keys, ["2027", "2028"])
    if rng.random() < 0.3:
        may = rng.random((n, m)) < 0.8
        may[np.arange(n), rng.integers(0, m, n)] = True
        may[:m] |= np.eye(m, dtype=bool)
        given["allowed"] = pd.DataFrame(may, keys, names)
    named = [(keys[a], keys[b]) for a, b in pairs]
    return catchment_task(pd.DataFrame(metres, keys, names), pupils, named, **given), pairs


def measured(task: CatchmentTask, plan: tuple[int, ...], pairs: list[tuple[int, int]]) -> dict:
    """Return the figures of a plan, block by block."""
    m, n = len(task.schools), len(plan)
    load = [[sum(y[i] for i in range(n) if plan[i] == j) for j in range(m)] for y in task.loads]
    walk = [task.metres[i, plan[i]] for i in range(n)]
    moved = [
        bool(task.closed[i] or (task.current[i] >= 0 and task.current[i] != plan[i]))
        for i in range(n)
    ]
    poor, rest = task.in_need.sum(), (task.entering - task.in_need).sum()
    mixed = 0.0
    if poor and rest:
        for j in range(m):
            own = [i for i in range(n) if plan[i] == j]
            mixed += (
                abs(
                    sum(task.in_need[i] for i in own) / poor
                    - sum(task.entering[i] - task.in_need[i] for i in own) / rest
                )
                / 2
            )
    far = [walk[i] > task.limit for i in range(n)]
    punished = [far[i] and walk[i] > task.metres[i].min() for i in range(n)]
    over = sum(max(max(y[j] for y in load) - task.capacity[j], 0) for j in range(m))
    under = sum(max(task.minimum[j] - min(y[j] for y in load), 0) for j in range(m))
    c, everyone = task.costs, task.pupils.sum()
    value = c.mix * everyone * mixed + c.over * over + c.under * under
    for i in range(n):
        value += max(task.pupils[i], EMPTY_BLOCK) * (walk[i] / 1000 + c.far * punished[i])
        value += c.stay * task.pupils[i] * (task.current[i] >= 0 and task.current[i] != plan[i])
    return {
        "mean_metres": np.dot(walk, task.pupils) / everyone if everyone else np.nan,
        "largest_metres": max([w for w, p in zip(walk, task.pupils, strict=True) if p], default=0),
        "pupils_beyond_limit": float(np.dot(far, task.pupils)),
        "pupils_moved": float(np.dot(moved, task.entering)),
        "blocks_moved": sum(moved),
        "over_capacity": over,
        "below_minimum": under,
        "dissimilarity": mixed,
        "extra_pieces": _extra_pieces(task, plan, pairs),
        "value": value,
    }


def _pieces(same: list[tuple[int, int]], blocks: int) -> list[int]:
    """Return a label per block, the same within a piece."""
    label = list(range(blocks))
    for _ in range(blocks):
        for a, b in same:
            label[a] = label[b] = min(label[a], label[b])
    return label


def _extra_pieces(task: CatchmentTask, plan: tuple[int, ...], pairs: list[tuple[int, int]]) -> int:
    """Return the pieces of catchments beyond one for each part of the city they lie in."""
    n = len(plan)
    part = _pieces(pairs, n)
    piece = _pieces([(a, b) for a, b in pairs if plan[a] == plan[b]], n)
    lain_in = {(plan[i], part[i]) for i in range(n)}
    return len(set(piece)) - len(lain_in)


def catchments(seed: int) -> list[str]:
    """Return what a plan of catchments tells otherwise than counting it says."""
    task, pairs = catchment_question(seed)
    found: list[str] = []
    told = redraw(task, proposals=4000)
    places = {s: j for j, s in enumerate(task.schools)}
    mine = tuple(places[s] for s in told.school)
    if not all(task.allowed[i, j] for i, j in enumerate(mine)):
        found.append("a block goes to a school that is forbidden")
    truth = measured(task, mine, pairs)
    for name, value in truth.items():
        if value is not None:
            is_told = told.value if name == "value" else told.figures[name]
            same(found, name, is_told, value)
    every = product(*(np.flatnonzero(row).tolist() for row in task.allowed))
    least = min(measured(task, plan, pairs)["value"] for plan in every)
    if told.bound > least + 1e-6 * max(least, 1):
        found.append(f"bound {told.bound} above the best plan {least}")
    if truth["value"] - least > told.gap * truth["value"] + 1e-6:
        found.append(f"gap {told.gap} does not cover {truth['value']} against {least}")
    said = " ".join(told.sentences)
    best = "Kein anderer Zuschnitt ist nach diesen Maßstäben besser" in said
    if told.value and best != (told.gap < 5e-5):
        found.append("a best plan is not told as such, or another is")
    if told.value and not best and f" {percent(told.gap, 2)} " not in said:
        found.append("the gap is not told")
    same(found, "pupils of schools", told.table["over"].sum(), truth["over_capacity"])
    same(found, "moved in", told.table["moved_in"].sum(), truth["pupils_moved"])
    return found


def pots(seed: int) -> list[str]:
    """Return where Sainte-Laguë within bounds is not the division with the least Σ amount²/w."""
    rng = np.random.default_rng(seed)
    n, total = int(rng.integers(1, 6)), int(rng.integers(0, 9))
    keys = [f"{i}" for i in range(n)]
    weight = pd.Series(rng.integers(0, 6, n) * rng.choice([1.0, 0.1]), index=keys)
    floors = pd.Series(rng.integers(0, 3, n) * 1.0, index=keys) * (rng.random() < 0.5)
    ceilings = floors + rng.integers(0, 6, n) if rng.random() < 0.5 else None
    plans = [
        plan for plan in product(range(total + 1), repeat=n)
        if sum(plan) == total and all(p >= f for p, f in zip(plan, floors, strict=True))
        and (ceilings is None or all(p <= c for p, c in zip(plan, ceilings, strict=True)))
        and all(p == f or w > 0 for p, f, w in zip(plan, floors, weight, strict=True))
    ]  # fmt: skip
    try:
        told = apportion(weight, total=total, floors=floors, ceilings=ceilings)
    except DataError:
        return ["refused and there is a division"] if plans else []

    def worth(plan) -> Fraction:
        parts = zip(plan, weight, strict=True)
        return sum((Fraction(int(p)) ** 2 / exact(w) for p, w in parts if w > 0), Fraction(0))

    if not plans:
        return ["divided and there is no division"]
    mine = tuple(int(x) for x in told)
    if mine not in plans or worth(mine) > min(map(worth, plans)):
        return [f"{mine} is not the best of {weight.tolist()} {floors.tolist()} {ceilings}"]
    return []


def offers(seed: int) -> list[str]:
    """Return where access, deserts and the nearest offer differ from counting them."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 7)), int(rng.integers(1, 5))
    metres = rng.integers(0, 5, (n, m)) * 250.0
    metres[rng.random((n, m)) < 0.2] = np.inf
    keys, names = [f"{i}" for i in range(n)], [f"A{j}" for j in range(m)]
    persons = rng.integers(0, 20, n) * 1.0
    places = rng.integers(0, 30, m) * 1.0
    rings = [(250.0, 1.0), (500.0, 0.5)] if rng.random() < 0.5 else [(500.0, 1.0)]
    column, stock = pd.Series(persons, index=keys), pd.Series(places, index=names)
    made = floating_catchments(pd.DataFrame(metres, keys, names), column, stock, rings=rings)
    found: list[str] = []

    def weight(i: int, j: int) -> float:
        return next((w for limit, w in rings if metres[i, j] <= limit), 0.0)

    claims = [sum(persons[i] * weight(i, j) for i in range(n)) for j in range(m)]
    ratio = [places[j] / claims[j] if claims[j] else 0.0 for j in range(m)]
    for i, key in enumerate(keys):
        near = [j for j in range(m) if metres[i, j] <= rings[-1][0]]
        access = sum(ratio[j] * weight(i, j) for j in near)
        same(found, f"access {key}", made.areas["access"][key], access)
        same(found, f"offers {key}", made.areas["offers"][key], len(near))
        if made.areas["desert"][key] != (not near):
            found.append(f"desert {key}")
        least = metres[i].min()
        nearest = names[int(metres[i].argmin())] if np.isfinite(least) else ""
        if made.areas["nearest"][key] != nearest:
            found.append(f"nearest {key}")
    table = gaps(made, pd.Series(rng.random(n), index=keys))
    if sorted(table.index) != keys or (table["kind"][table["persons"] == 0] != "ok").any():
        found.append("an area without children is a gap")
    return found


def kitas(seed: int) -> list[str]:
    """Return where children without a place, or groups, are not the fewest."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 8)), int(rng.integers(1, 7))
    need, places = rng.uniform(0, 20, n).round(1), rng.integers(0, 25, m) * 1.0
    metres = rng.integers(0, 6, (n, m)) * 400.0
    metres[rng.random((n, m)) < 0.2] = np.inf
    radius = float(rng.choice([400, 1200, 2000]))
    left = without_place(need, places, metres, radius)
    near = (metres <= radius).ravel()
    best = linprog(
        -np.ones(n * m), A_ub=np.vstack([np.kron(np.eye(n), np.ones(m)), np.tile(np.eye(m), n)]),
        b_ub=np.r_[need, places], bounds=np.column_stack([np.zeros(n * m), np.where(near, 1e3, 0)]),
    )  # fmt: skip
    found: list[str] = []
    same(found, "without a place", left.sum(), need.sum() + best.fun)
    under, over = int(rng.integers(0, 30)), int(rng.integers(0, 60))
    hours = int(rng.choice([25, 45]))
    told = least_groups(under, over, rule="nw_kibiz", hours=hours)
    size = {form: SIZES[form][hours] for form in FORMS}

    def takes(one: int, two: int, three: int) -> bool:
        young = max(under - size["II"] * two, 0)
        return young <= MOST_YOUNG * one and over <= size["I"] * one - young + size["III"] * three

    fewest = min(sum(plan) for plan in product(range(9), repeat=3) if takes(*plan))
    if not takes(*told.values()) or sum(told.values()) != fewest:
        found.append(f"groups {told} for {under} and {over}, fewest {fewest}")
    return found


def all_day(seed: int) -> list[str]:
    """Return where entitled, places, gaps and groups differ from counting grade by grade."""
    rng = np.random.default_rng(seed)
    pupils, year = rng.integers(0, 80, 4) * 1.0, int(rng.integers(2024, 2033))
    share, today = float(rng.choice([0.64, 0.8, 1.0])), float(rng.choice([0.0, 0.55]))
    entitled, need = places_needed(pupils, year, take_up=share, today=today)
    claim = [p for g, p in enumerate(pupils) if year - 2026 >= g]
    found: list[str] = []
    same(found, "entitled", float(entitled), sum(claim))
    exactly = sum(map(Fraction, claim)) * exact(share)
    exactly += (sum(map(Fraction, pupils)) - sum(map(Fraction, claim))) * exact(today)
    same(found, "need", float(need), float(exactly))
    there, size = float(rng.integers(0, 200)), int(rng.integers(1, 30))
    whole = -(-exactly // 1)
    lacking = float(missing(need, np.float64(there)))
    same(found, "missing", lacking, float(max(whole - int(there), 0)))
    same(found, "groups", float(groups_for(need, size)), float(-(-whole // size)))
    return found


KINDS: dict[str, Callable[[int], list[str]]] = {
    "catchments": catchments, "pots": pots, "offers": offers, "kitas": kitas, "all_day": all_day,
}  # fmt: skip
