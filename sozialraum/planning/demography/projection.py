"""Cohorts carried on by pooled quotas, many times, within what chance and years make of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sozialraum.planning.demography.cohorts import YearTable
from sozialraum.planning.demography.entry import ENTRY_AGE, due_by_year
from sozialraum.planning.demography.pooling import Quotas, learn_quotas

SEED = 2024
YEARS_OF_BIRTHS = 3


@dataclass(frozen=True, kw_only=True)
class EntryRule:
    """When children enter school: month of the cut-off day (None: who is six), early, late."""

    month: int | None = None
    early: float = 0.0
    late: float = 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Projection:
    """Children and pupils to expect, in many draws.

    Parameters
    ----------
    years : to come
    areas, ages : of the register
    children : (years, draws, areas, ages)
    due : (years, draws, areas) children who enter school
    schools, grades : of the rolls; none without rolls
    pupils : (years, draws, schools, grades)
    unborn : (years,) True where the children due for school are not born yet
    """

    years: tuple[int, ...]
    areas: tuple[str, ...]
    ages: tuple[int, ...]
    children: np.ndarray
    due: np.ndarray
    schools: tuple[str, ...] = ()
    grades: tuple[int, ...] = ()
    pupils: np.ndarray | None = None
    unborn: tuple[bool, ...] = ()


def project(
    register: YearTable,
    rolls: YearTable | None = None,
    home: np.ndarray | None = None,
    *,
    horizon: int,
    rule: EntryRule,
    types: np.ndarray | None = None,
    extra: np.ndarray | None = None,
    draws: int = 1000,
    seed: int = SEED,
    pooled: bool = True,
) -> Projection:
    """Carry the children of a register and the pupils of schools into the years to come.

    ``N_{a+1,t+1} = N_{a,t} (q_a + ε_t) + e``, ``ε ~ N(0, shock)``, ``e ~ N(0, v·N)``; grade 1 is
    the children due times the entry quota of the school, further grades follow by passage quotas.

    Parameters
    ----------
    register : ages 0, 1, …, without gaps
    rolls : last year at most that of the register
    home : (schools,) place of each school's area in the register
    horizon : years to come
    types : (areas,) type of each area; quotas are pooled within it first
    extra : (years, areas, ages) children of new dwellings, added to those who are there
    draws, seed : of the corridor; the same seed gives the same numbers
    pooled : False: each area by its own quotas alone (what the backtest compares with)
    """
    rng = np.random.default_rng(seed)
    steps = [
        learn_quotas(register.counts[:-1, :, a], register.counts[1:, :, a + 1], types)
        for a in range(len(register.steps) - 1)
    ]
    steps = steps if pooled else [_own(q, register.counts, a) for a, q in enumerate(steps)]
    children = _carried(register, steps, horizon + 1, draws, rng)
    if extra is not None:
        children[:-1] += extra[:, None, :, :].astype(np.float32)
        children[-1] += extra[-1][None, :, :].astype(np.float32)
    past = due_by_year(register.counts, month=rule.month, early=rule.early, late=rule.late)
    last = np.repeat(register.counts[-2:, None], draws, axis=1)
    whole = np.concatenate([last.astype(np.float32), children])
    due = due_by_year(whole, month=rule.month, early=rule.early, late=rule.late)[2:-1]
    children = children[:-1]
    years = tuple(range(register.years[-1] + 1, register.years[-1] + 1 + horizon))
    projection = Projection(
        years=years,
        areas=register.units,
        ages=register.steps,
        children=children,
        due=due,
        unborn=tuple(h > ENTRY_AGE for h in range(1, horizon + 1)),
    )
    if rolls is None or home is None:
        return projection
    pupils = _enrolled(register, rolls, home, past, due, pooled, rng)
    changed = {"schools": rolls.units, "grades": rolls.steps, "pupils": pupils}
    return Projection(**(projection.__dict__ | changed))


def _own(quotas: Quotas, counts: np.ndarray, age: int) -> Quotas:
    """Return the quotas of each area by itself."""
    old, new = counts[:-1, :, age].sum(axis=0), counts[1:, :, age + 1].sum(axis=0)
    own = np.divide(new, old, out=quotas.rate.copy(), where=old > 0)
    return Quotas(**(quotas.__dict__ | {"rate": own}))


def drawn_quotas(quotas: Quotas, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Return (draws, areas) quotas within what is not sure of them."""
    own = rng.standard_normal((draws, len(quotas.rate))) * np.sqrt(quotas.unsure)
    return quotas.rate + own + rng.standard_normal((draws, 1)) * np.sqrt(quotas.city)


def next_year(
    before: np.ndarray, rate: np.ndarray, quotas: Quotas, rng: np.random.Generator
) -> np.ndarray:
    """Return (draws, areas) the group a year later."""
    year = rate + rng.standard_normal((len(before), 1)) * np.sqrt(quotas.shock)
    spread = np.sqrt(quotas.noise * np.maximum(before, 0.0))
    return np.maximum(before * year + rng.standard_normal(before.shape) * spread, 0.0)


def _carried(
    register: YearTable, steps: list[Quotas], horizon: int, draws: int, rng: np.random.Generator
) -> np.ndarray:
    areas, ages = len(register.units), len(register.steps)
    rates = [drawn_quotas(step, draws, rng) for step in steps]
    born, spread = _births(register.counts[:, :, 0])
    now = np.repeat(register.counts[-1][None], draws, axis=0).astype(float)
    years = np.empty((horizon, draws, areas, ages), np.float32)
    for h in range(horizon):
        later = np.empty_like(now)
        later[:, :, 0] = np.maximum(born + rng.standard_normal((draws, areas)) * spread, 0.0)
        for a, step in enumerate(steps):
            later[:, :, a + 1] = next_year(now[:, :, a], rates[a], step, rng)
        years[h], now = later, later
    return years


def _births(newborn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of the last years per area, and how far single years lie from it."""
    mean = newborn[-YEARS_OF_BIRTHS:].mean(axis=0)
    whole = np.maximum(newborn.mean(axis=0), 1e-9)
    free = max((len(newborn) - 1) * newborn.shape[1], 1)
    per_child = max(float(((newborn - whole) ** 2 / whole).sum() / free), 1.0)
    return mean, np.sqrt(per_child * np.maximum(mean, 0.0) * (1 + 1 / YEARS_OF_BIRTHS))


def _enrolled(
    register: YearTable,
    rolls: YearTable,
    home: np.ndarray,
    past: np.ndarray,
    due: np.ndarray,
    pooled: bool,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return (years, draws, schools, grades)."""
    place = {year: p for p, year in enumerate(register.years)}
    known = [y for y in rolls.years if y in place]
    ours = np.array([rolls.years.index(y) for y in known])
    children = past[[place[y] for y in known]][:, home]
    entry = learn_quotas(children, rolls.counts[ours, :, 0])
    passage = [
        learn_quotas(rolls.counts[:-1, :, g], rolls.counts[1:, :, g + 1])
        for g in range(len(rolls.steps) - 1)
    ]
    if not pooled:
        old = np.nansum(children, axis=0)
        new = np.where(np.isfinite(children), rolls.counts[ours, :, 0], 0.0).sum(axis=0)
        own = np.divide(new, old, out=entry.rate.copy(), where=old > 0)
        entry = Quotas(**(entry.__dict__ | {"rate": own}))
        passage = [_own(q, rolls.counts, g) for g, q in enumerate(passage)]
    draws = due.shape[1]
    first, later = drawn_quotas(entry, draws, rng), [drawn_quotas(q, draws, rng) for q in passage]
    now = np.repeat(rolls.counts[-1][None], draws, axis=0).astype(float)
    years = np.empty((len(due), draws, len(rolls.units), len(rolls.steps)), np.float32)
    for h in range(len(due)):
        grades = np.empty_like(now)
        grades[:, :, 0] = next_year(due[h][:, home], first, entry, rng)
        for g, quotas in enumerate(passage):
            grades[:, :, g + 1] = next_year(now[:, :, g], later[g], quotas, rng)
        years[h], now = grades, grades
    return years
