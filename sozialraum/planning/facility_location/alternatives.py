"""What else could be decided: Plan B, the next best plans, how sure each site is, and sweeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sozialraum.kernels.optimisation.interchange import greedy_cover, interchange_draws
from sozialraum.model.alignment import refuse_doubled
from sozialraum.planning.checks import key_problems, raise_problems
from sozialraum.planning.facility_location.coverage import cover_lists, patterns
from sozialraum.planning.facility_location.location import choose_sites, locate
from sozialraum.planning.facility_location.median import MOST_SWAPS, cost_of_ways, finite_metres
from sozialraum.planning.facility_location.places import (
    cost_under_places,
    has_places,
    near_under_places,
    published_value,
)
from sozialraum.planning.facility_location.site_program import room_for, value_of
from sozialraum.planning.facility_location.sites import SitePlan, SiteTask
from sozialraum.texts import percent, text

SEARCHED = ("mclp", "pmedian")  # under places by exchange, quickly again from a known plan


def plan_b(task: SiteTask, plan: SitePlan | None = None) -> pd.DataFrame:
    """Say for each site what it costs to go without it, or to have it.

    Each open site is banned in turn and each other site forced in, and the question is solved anew.

    Parameters
    ----------
    task : the question
    plan : its answer, if it is there already

    Returns
    -------
    Per possible site (key): ``change`` ("keep", "drop" or "force"), ``value`` of the new plan,
    ``loss`` (share of the plan's value, at least 0; NaN where the plan's value is 0), ``sites`` of
    the new plan and ``instead`` (what comes for what is dropped). Fixed and banned sites stay as
    they are and have loss 0.
    """
    base = locate(task) if plan is None else plan
    rows = {}
    for j, site in enumerate(task.sites):
        if j in task.fixed or j in task.banned:
            rows[site] = _alternative(task, base, "keep", None)
            continue
        change = "drop" if site in base.sites else "force"
        side = "banned" if change == "drop" else "fixed"
        question = task.changed(**{side: getattr(task, side) | {j}})
        if change == "force" and task.budget is not None:
            question = question.changed(budget=task.budget - task.cost[j])
            if question.budget < 0:
                rows[site] = _alternative(task, base, "too_dear", None)
                continue
        rows[site] = _alternative(task, base, change, question)
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.name = "site"
    return table


def _alternative(
    task: SiteTask, base: SitePlan, change: str, question: SiteTask | None
) -> dict[str, Any]:
    """Return the row of one site in `plan_b`; without a question everything stays as it is."""
    if question is None:
        return {
            "change": change,
            "value": base.value,
            "loss": 0.0,
            "sites": base.sites,
            "instead": (),
        }
    before = sorted(task.where(base.sites))
    if task.model in SEARCHED and has_places(question):
        chosen = near_under_places(question, before)
        value = published_value(question, chosen)
    else:
        chosen, value, _, _ = choose_sites(question)
    sites = tuple(task.sites[j] for j in chosen)
    whole, other = measure_of(task, before), measure_of(question, chosen)
    worse = whole - other if task.model == "mclp" else other - whole
    loss = max(worse, 0.0) / abs(whole) if whole else float("nan")
    instead = tuple(s for s in sites if s not in base.sites)
    return {"change": change, "value": value, "loss": loss, "sites": sites, "instead": instead}


def measure_of(task: SiteTask, chosen: list[int]) -> float:
    """Return what plans of one question are compared by: their value, missing places priced."""
    if task.model == "pmedian" and has_places(task):
        return cost_under_places(task, chosen)
    if task.model == "mclp" and has_places(task):
        return published_value(task, chosen)
    if task.model == "pmedian":
        return cost_of_ways(task, chosen)
    return value_of(task, chosen)


def next_best(task: SiteTask, *, plans: int = 5) -> list[SitePlan]:
    """Return the best plan and the next best ones, each forbidden in turn by a no-good cut.

    Parameters
    ----------
    task : a question with at least one site to choose
    plans : how many, the best included; fewer come back if there are no more
    """
    found: list[SitePlan] = []
    seen: set[tuple[str, ...]] = set()
    question = task
    while len(found) < plans:
        plan = locate(question)
        if plan.sites in seen or "nothing_left" in plan.slacks:
            break
        seen.add(plan.sites)
        found.append(plan)
        question = question.changed(cuts=(*question.cuts, task.where(plan.sites)))
    return found


def selection_frequency(
    task: SiteTask, need_draws: pd.DataFrame, *, need_power: float = 1.0
) -> pd.Series:
    """Return how often each site is chosen when the need index is drawn anew.

    Coverage is chosen greedily in each draw (within 1 % of the best plan in practice, and fast
    enough for a thousand), unless the best plan of the stated need covers as much; the p-median by
    exchange from that plan.

    Parameters
    ----------
    task : the question ("mclp" or "pmedian", number of sites given)
    need_draws : (areas, draws) need index under its own uncertainty
    need_power : γ as in `site_task`

    Returns
    -------
    Share of draws 0..1 per site, sorted by share, then key.
    """
    if task.model not in ("mclp", "pmedian") or task.number is None:
        message = (
            "The 'task' parameter of selection_frequency must be a question 'mclp' or 'pmedian' "
            f"with a number. Got model {task.model!r} and number {task.number!r} instead."
        )
        raise ValueError(message)
    raise_problems(key_problems(need_draws.index, task.areas, "Ziehungen"))
    drawn = need_draws.reindex(list(task.areas)).to_numpy(float)
    weights = task.persons[:, None] * np.nan_to_num(np.maximum(drawn, 0.0) ** need_power)
    forced = np.isin(np.arange(len(task.sites)), list(task.fixed))
    if has_places(task):
        chosen = _place_draws(task, weights)
    elif task.model == "mclp":
        chosen = _cover_draws(task, weights, forced)
    else:
        chosen = _median_draws(task, weights, forced)
    share = pd.Series(chosen.mean(axis=0), index=pd.Index(task.sites, name="site"), name="share")
    return share.sort_values(ascending=False, kind="stable")


def _cover_draws(task: SiteTask, weights: np.ndarray, forced: np.ndarray) -> np.ndarray:
    """Return per draw the sites of the greedy plan, or those of the best plan where they win."""
    reached, row_of = patterns(task, split_by_group=False)
    drawn = np.zeros((len(reached) + 1, weights.shape[1]))
    np.add.at(drawn, row_of, weights)
    drawn, within = np.ascontiguousarray(drawn[:-1]), reached.astype(bool)
    greedy = greedy_cover(*cover_lists(within), drawn, forced, room_for(task))
    best = np.isin(np.arange(len(task.sites)), choose_sites(task)[0])
    covered = (within.astype(np.float32) @ greedy.T.astype(np.float32)) > 0
    wins = drawn.T @ within[:, best].any(axis=1) >= (drawn * covered).sum(axis=0)
    return np.where(wins[:, None], best[None, :], greedy)


def _median_draws(task: SiteTask, weights: np.ndarray, forced: np.ndarray) -> np.ndarray:
    usable = np.flatnonzero(task.open_for_all)
    start = np.flatnonzero(np.isin(usable, choose_sites(task)[0]))
    metres = np.ascontiguousarray(finite_metres(task).T[usable])
    open_sites = np.zeros((weights.shape[1], len(task.sites)), bool)
    weights = np.ascontiguousarray(weights)
    open_sites[:, usable] = interchange_draws(metres, weights, start, forced[usable], MOST_SWAPS)
    return open_sites


def _place_draws(task: SiteTask, weights: np.ndarray) -> np.ndarray:
    """Return per draw the sites that exchange finds under places, from the best plan."""
    start = choose_sites(task)[0]
    open_sites = np.zeros((weights.shape[1], len(task.sites)), bool)
    for draw in range(weights.shape[1]):
        asked = task.changed(weight=np.ascontiguousarray(weights[:, draw]))
        open_sites[draw, near_under_places(asked, start)] = True
    return open_sites


def frequency_sentence(plan: SitePlan, share: pd.Series, *, names: pd.Series | None = None) -> str:
    """Say in German which sites of a plan are sure and which are a free choice."""
    refuse_doubled("frequency_sentence", share=share)
    called: dict[str, str] = {}
    if names is not None:
        refuse_doubled("frequency_sentence", names=names)
        called = names.to_dict()
    if absent := [s for s in plan.sites if s not in share.index]:
        message = (
            "The 'share' parameter of frequency_sentence must have the sites of 'plan'. "
            f"Got none of {absent[:5]} instead."
        )
        raise ValueError(message)
    sure = [s for s in plan.sites if share[s] >= 0.9]
    free = [s for s in plan.sites if share[s] < 0.7]
    counted = {"sure": len(sure), "sites": len(plan.sites)}
    if not free:
        return text("planning.sentence.frequency_sure", **counted)
    named = ", ".join(f"{called.get(s, s)} ({percent(share[s], 0)})" for s in free)
    return text("planning.sentence.frequency", **counted, free=named)


def sweep(
    task: SiteTask, *, radius: Sequence[float] = (), number: Sequence[int] = ()
) -> pd.DataFrame:
    """Solve the question for several radii and numbers of sites.

    Parameters
    ----------
    task : from `site_task`

    Returns
    -------
    One row per (radius, number) with the plan's value, gap, sites and key figures; empty lists
    keep what the question says.
    """
    rows = []
    for metres in radius or [task.radius]:
        for count in number or [task.number]:
            plan = locate(task.changed(radius=metres, number=count))
            rows.append(
                {
                    "radius": metres,
                    "number": count,
                    "value": plan.value,
                    "gap": plan.gap,
                    "chosen": plan.sites,
                    **plan.figures,
                }
            )
    return pd.DataFrame(rows).set_index(["radius", "number"])
