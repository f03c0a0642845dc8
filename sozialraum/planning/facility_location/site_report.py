"""What a choice of sites means: who is reached, how far it is, what is missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sozialraum.planning.facility_location.flow import Flow, flow_of
from sozialraum.planning.facility_location.places import placed_by_floor
from sozialraum.planning.facility_location.site_program import room_for
from sozialraum.planning.facility_location.sites import SitePlan, SiteTask
from sozialraum.planning.head_counts import children
from sozialraum.texts import number, percent, text

_ON_WAYS = ("pmedian", "pcenter")  # models that look at the length of ways, not at a radius


def describe(
    task: SiteTask, chosen: list[int], value: float, bound: float, slacks: dict[str, float]
) -> SitePlan:
    """Return the plan of the open sites `chosen`; every figure is counted from one `Flow`."""
    reach = value if task.model == "pcenter" else np.inf if task.radius is None else task.radius
    flow = flow_of(task, chosen, reach=reach, placed=placed_by_floor(task, chosen))
    slacks = slacks | _without(task, flow)
    gap = _gap(value, bound, unsure="time" in slacks)
    areas, figures = _areas(task, chosen, flow), _figures(task, chosen, flow)
    return SitePlan(
        model=task.model,
        sites=tuple(task.sites[j] for j in chosen),
        value=value,
        bound=bound,
        gap=gap,
        areas=areas,
        table=_site_table(task, chosen, flow),
        figures=figures,
        slacks=slacks,
        sentences=_sentences(task, chosen, areas, figures, slacks, gap),
    )


def _gap(value: float, bound: float, *, unsure: bool) -> float:
    """Return how much better a plan could be; of a value of 0 there is no share."""
    if value:
        gap = abs(value - bound) / abs(value)
        return float(gap) if np.isfinite(gap) else np.inf
    return np.inf if unsure or abs(bound) > 1e-9 else 0.0


def _areas(task: SiteTask, chosen: list[int], flow: Flow) -> pd.DataFrame:
    """Where the children of each area go; where nobody lives, the nearest open site."""
    keys = pd.Index(task.areas, name="key")
    names = np.array([*(task.sites[j] for j in chosen), ""], dtype=object)
    rows = np.arange(len(keys))
    nearest, most = _first(-flow.metres), _first(flow.children)
    there = flow.placed > 0
    empty = task.persons == 0
    metres = np.where(there, flow.walked / np.where(there, flow.placed, 1.0), np.inf)
    if chosen:
        metres = np.where(empty, flow.metres[rows, nearest], metres)
    place = np.where(there, most, np.where(empty & np.isfinite(metres), nearest, -1))
    everybody = flow.within >= task.persons * (1 - 1e-9)
    return pd.DataFrame(
        {
            "persons": task.persons,
            "placed": flow.placed,
            "reached": flow.within,
            "covered": np.where(empty, task.within[:, chosen].any(axis=1), everybody),
            "site": names[place],
            "sites": (flow.children > 0).sum(axis=1),
            "metres": metres,
        },
        index=keys,
    )


def _first(values: np.ndarray) -> np.ndarray:
    """Return where the largest value of each row stands; 0 where there are none."""
    return values.argmax(axis=1) if values.shape[1] else np.zeros(len(values), int)


def _site_table(task: SiteTask, chosen: list[int], flow: Flow) -> pd.DataFrame:
    reach = task.within[:, chosen]
    keys = pd.Index([task.sites[j] for j in chosen], name="site", dtype=object)
    return pd.DataFrame(
        {
            "persons_in_reach": task.persons @ reach,
            "need_in_reach": task.needed @ reach,
            "persons_assigned": flow.children.sum(axis=0),
            "capacity": task.capacity[chosen],
            "place_saves": flow.saves,
            "cost": [_price(task, j) for j in chosen],
            "fixed": [j in task.fixed for j in chosen],
        },
        index=keys,
    )


def _without(task: SiteTask, flow: Flow) -> dict[str, float]:
    """Children whom no open site can serve at all, and those who find no place there."""
    radius = np.inf if task.radius is None or task.model in _ON_WAYS else task.radius
    near = np.isfinite(flow.metres) & (flow.metres <= radius * (1 + 1e-12))
    can = near.any(axis=1)
    served = flow.within if np.isfinite(radius) else flow.placed
    places = float((task.persons - served)[can].sum())
    missing = float(task.persons[~can].sum()) if task.model != "mclp" else 0.0
    dust = 1e-9 * max(task.persons.sum(), 1.0)
    found = {"places": places, "unreached": missing}
    return {name: amount for name, amount in found.items() if amount > dust}


def _figures(task: SiteTask, chosen: list[int], flow: Flow) -> dict[str, float]:
    """Key figures; shares of nobody are NaN. One measure for all variants: children times need."""
    persons, placed, within = task.persons, flow.placed, flow.within
    lived = np.where(persons > 0, persons, 1.0)
    urgency = task.needed / lived

    def share(part: float, whole: float) -> float:
        return float(part / whole) if whole > 0 else float("nan")

    ways = flow.metres[flow.children > 0]
    return {
        "sites": float(len(chosen)),
        "cost": _cost(task, chosen),
        "persons": float(persons.sum()),
        "persons_covered": float(within.sum()),
        "share_covered": share(within.sum(), persons.sum()),
        "need_covered": share((urgency * within).sum(), task.needed.sum()),
        "group_covered": share((task.group * within).sum(), (task.group * persons).sum()),
        "persons_no_site_could_reach": float(persons[~task.within.any(axis=1)].sum()),
        "persons_without_place": float((persons - placed).sum()),
        "mean_metres": share(flow.walked.sum(), placed.sum()),
        "weighted_mean_metres": share((urgency * flow.walked).sum(), (urgency * placed).sum()),
        "largest_metres": float(ways.max(initial=0.0)),
    }


def _price(task: SiteTask, j: int) -> float:
    """Return what a site costs anew; NaN where no costs were given."""
    if not task.priced:
        return float("nan")
    return 0.0 if j in task.fixed else float(task.cost[j])


def _cost(task: SiteTask, chosen: list[int]) -> float:
    """Return what the new sites cost; NaN where no costs were given."""
    new = sum(task.cost[j] for j in chosen if j not in task.fixed)
    return float(new) if task.priced else float("nan")


def _words(task: SiteTask, chosen: list[int], figures: dict[str, float]) -> dict[str, Any]:
    """Return the figures of a choice as its sentences print them."""
    return {
        "sites": len(chosen),
        "covered": children(figures["persons_covered"]),
        "share": percent(figures["share_covered"], 0),
        "need": percent(figures["need_covered"], 0),
        "radius": "" if task.radius is None else number(task.radius),
        "mean": number(figures["mean_metres"]),
        "largest": number(figures["largest_metres"]),
        "cost": number(figures["cost"]),
    }


def _sentences(
    task: SiteTask,
    chosen: list[int],
    areas: pd.DataFrame,
    figures: dict[str, float],
    slacks: dict[str, float],
    gap: float,
) -> tuple[str, ...]:
    words = _words(task, chosen, figures)
    ways = task.model in _ON_WAYS
    told = "nobody" if ways and not (areas["placed"] > 0).any() else task.model
    found = [text(f"planning.plan.{told}", **words)]
    asked = room_for(task) if task.model != "lscp" and task.budget is None else 0
    if len(chosen) < asked:
        found.append(text("planning.slack.fewer", wanted=asked))
    if task.number is not None and task.number > int(task.open_for_all.sum()):
        found.append(text("planning.slack.number", wanted=task.number, possible=words["sites"]))
    if task.number is not None and len(task.fixed) > task.number:
        found.append(text("planning.slack.fixed", fixed=len(task.fixed), wanted=task.number))
    if task.budget is not None and len(chosen) == len(task.fixed) and gap <= 1e-6:
        found.append(text("planning.slack.budget", budget=number(task.budget)))
    if task.model == "mclp" and figures["persons_no_site_could_reach"] > 0:
        nobody = children(figures["persons_no_site_could_reach"])
        found.append(text("planning.slack.no_site", persons=nobody, radius=words["radius"]))
    possible = percent(figures["group_covered"], 0)
    for name, amount in slacks.items():
        # without a radius no site is near or far
        kind = "full" if ways and name == "places" else name
        found.append(
            text(
                f"planning.slack.{kind}",
                amount=children(amount) if name not in ("time", "nothing_left") else number(amount),
                possible=possible,
            )
        )
    if (areas["sites"] > 1).any():
        found.append(text("planning.plan.split", areas=int((areas["sites"] > 1).sum())))
    if gap <= 1e-6 and "time" not in slacks:
        found.append(text("planning.proof.proven"))
    elif 1e-6 < gap < np.inf:
        found.append(text("planning.proof.gap", gap=percent(gap, 2)))
    return tuple(found)
