"""What a choice of sites means: who is reached, how far it is, what is missing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sozialraum.planning.facility_location.sites import SitePlan, SiteTask
from sozialraum.planning.head_counts import children
from sozialraum.texts import number, percent, text


def describe(
    task: SiteTask, chosen: list[int], value: float, bound: float, slacks: dict[str, float]
) -> SitePlan:
    """Return the plan of the open sites `chosen`, counted in persons."""
    areas = _areas(task, chosen)
    slacks = slacks | _unreached(task, areas)
    gap = abs(value - bound) / abs(value) if value else 0.0
    figures = _figures(task, chosen, areas)
    return SitePlan(
        model=task.model,
        sites=tuple(task.sites[j] for j in chosen),
        value=value,
        bound=bound,
        gap=float(gap) if np.isfinite(gap) else np.inf,
        areas=areas,
        table=_site_table(task, chosen, areas),
        figures=figures,
        slacks=slacks,
        sentences=_sentences(task, chosen, figures, slacks, gap),
    )


def _areas(task: SiteTask, chosen: list[int]) -> pd.DataFrame:
    """Nearest open site of each area; ties go to the smaller key."""
    keys = pd.Index(task.areas, name="key")
    table = pd.DataFrame({"persons": task.persons}, index=keys)
    if not chosen:
        return table.assign(covered=False, site="", metres=np.inf)
    metres = task.metres[:, chosen]
    nearest = metres.argmin(axis=1)
    table["metres"] = metres[np.arange(len(keys)), nearest]
    names = np.array(task.sites, dtype=object)[np.array(chosen)[nearest]]
    table["site"] = np.where(np.isfinite(table["metres"]), names, "")
    table["covered"] = task.within[:, chosen].any(axis=1)
    return table[["persons", "covered", "site", "metres"]]


def _site_table(task: SiteTask, chosen: list[int], areas: pd.DataFrame) -> pd.DataFrame:
    reach = task.within[:, chosen]
    nearest = areas.groupby("site")["persons"].sum()
    keys = pd.Index([task.sites[j] for j in chosen], name="site", dtype=object)
    return pd.DataFrame(
        {
            "persons_in_reach": task.persons @ reach,
            "need_in_reach": task.weight @ reach,
            "persons_nearest": nearest.reindex(keys).fillna(0.0).to_numpy(),
            "capacity": task.capacity[chosen],
            "cost": [_price(task, j) for j in chosen],
            "fixed": [j in task.fixed for j in chosen],
        },
        index=keys,
    )


def _unreached(task: SiteTask, areas: pd.DataFrame) -> dict[str, float]:
    """Children whom no open site can serve at all, for the models that promise to serve all."""
    if task.model == "mclp":
        return {}
    served = areas["covered"] if task.model == "lscp" else np.isfinite(areas["metres"])
    missing = float(areas["persons"][~served].sum())
    return {"unreached": missing} if missing > 0 else {}


def _figures(task: SiteTask, chosen: list[int], areas: pd.DataFrame) -> dict[str, float]:
    """Key figures; shares of nobody are NaN."""
    persons, covered = task.persons, areas["covered"].to_numpy()
    group, weight = task.group, task.weight
    metres = areas["metres"].to_numpy()
    served = np.isfinite(metres) & (persons > 0)
    way = np.where(served, metres, 0.0)

    def share(part: np.ndarray, whole: np.ndarray) -> float:
        return float(part.sum() / whole.sum()) if whole.sum() > 0 else float("nan")

    return {
        "sites": float(len(chosen)),
        "cost": _cost(task, chosen),
        "persons": float(persons.sum()),
        "persons_covered": float(persons[covered].sum()),
        "share_covered": share(persons[covered], persons),
        "need_covered": share(weight[covered], weight),
        "group_covered": share((persons * group)[covered], persons * group),
        "persons_no_site_could_reach": float(persons[~task.within.any(axis=1)].sum()),
        "mean_metres": share((way * persons)[served], persons[served]),
        "weighted_mean_metres": share((way * weight)[served], weight[served]),
        "largest_metres": float(metres[served].max(initial=0.0)),
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


def _sentences(
    task: SiteTask,
    chosen: list[int],
    figures: dict[str, float],
    slacks: dict[str, float],
    gap: float,
) -> tuple[str, ...]:
    words = {
        "sites": len(chosen),
        "covered": children(figures["persons_covered"]),
        "share": percent(figures["share_covered"], 0),
        "need": percent(figures["need_covered"], 0),
        "radius": "" if task.radius is None else number(task.radius),
        "mean": number(figures["mean_metres"]),
        "largest": number(figures["largest_metres"]),
        "cost": number(figures["cost"]),
    }
    found = [text(f"planning.plan.{task.model}", **words)]
    if task.number is not None and task.number > int(task.open_for_all.sum()):
        found.append(text("planning.slack.number", wanted=task.number, possible=words["sites"]))
    if task.number is not None and len(task.fixed) > task.number:
        found.append(text("planning.slack.fixed", fixed=len(task.fixed), wanted=task.number))
    if task.budget is not None and len(chosen) == len(task.fixed):
        found.append(text("planning.slack.budget", budget=number(task.budget)))
    if task.model == "mclp" and figures["persons_no_site_could_reach"] > 0:
        nobody = children(figures["persons_no_site_could_reach"])
        found.append(text("planning.slack.no_site", persons=nobody, radius=words["radius"]))
    possible = percent(figures["group_covered"], 0)
    for name, amount in slacks.items():
        found.append(
            text(
                f"planning.slack.{name}",
                amount=children(amount) if name not in ("time", "nothing_left") else number(amount),
                possible=possible,
            )
        )
    proof = "proven" if gap <= 1e-6 else "gap"
    found.append(text(f"planning.proof.{proof}", gap=percent(gap, 2) if np.isfinite(gap) else "?"))
    return tuple(found)
