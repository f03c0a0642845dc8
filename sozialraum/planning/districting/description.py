"""What a plan of catchments means for pupils, schools and the mix, in figures and sentences.

References
----------
Duncan & Duncan (1955) for the dissimilarity D.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import scipy.sparse
import scipy.stats

from sozialraum.planning.checks import first_listed
from sozialraum.planning.districting.catchment_task import CatchmentTask
from sozialraum.planning.head_counts import children
from sozialraum.texts import number, percent, text

LEAST_GAP, LARGE_GAP = 5e-5, 0.05  # of the cost: nothing better; whether there is better is open
_PLACES = ("extra_pieces", "blocks_apart")  # slacks that count blocks, not pupils


@dataclass(frozen=True, kw_only=True, eq=False)
class CatchmentPlan:
    """One way to draw the catchments.

    Parameters
    ----------
    name : what the committee calls it
    school : school of each block
    value, bound, gap : cost in pupil-kilometres, what no plan can undercut, and the relative gap;
        NaN bound where none was asked for
    table : per school ``pupils``, ``capacity``, ``utilisation``, ``over``, ``need_share``,
        ``pupils_beyond_limit``, ``mean_metres``, ``moved_in``, ``moved_out``
    figures : key figures of the plan
    slacks : what could not be met, in pupils
    sentences : the plan and its slacks in German
    """

    name: str
    school: pd.Series
    value: float
    bound: float
    gap: float
    table: pd.DataFrame
    figures: dict[str, float]
    slacks: dict[str, float] = field(default_factory=dict)
    sentences: tuple[str, ...] = ()


def describe_catchments(
    task: CatchmentTask, plan: np.ndarray, *, name: str = "", bound: float = float("nan")
) -> CatchmentPlan:
    """Return what a plan means for pupils, schools and the mix."""
    table = _school_table(task, plan)
    figures = _figures(task, plan, table)
    c = task.costs
    value = float(task.way_cost()[np.arange(len(plan)), plan].sum())
    value += c.mix * task.pupils.sum() * figures["dissimilarity"]
    value += c.over * figures["over_capacity"] + c.under * figures["below_minimum"]
    slacks = {
        key: figures[key]
        for key in ("over_capacity", "below_minimum", "pupils_beyond_limit", "extra_pieces")
        if figures[key] > 1e-9
    }
    if apart := blocks_apart(task):
        slacks["blocks_apart"] = float(apart)
    return CatchmentPlan(
        name=name,
        school=pd.Series(
            np.array(task.schools, dtype=object)[plan], index=pd.Index(task.blocks, name="block")
        ),
        value=value,
        bound=bound,
        gap=(value - bound) / value if value else 0.0,
        table=table,
        figures=figures,
        slacks=slacks,
        sentences=_sentences(task, table, figures, slacks, value, bound),
    )


def _school_table(task: CatchmentTask, plan: np.ndarray) -> pd.DataFrame:
    m = len(task.schools)
    rows = np.arange(len(plan))
    metres = task.metres[rows, plan]
    known, moved = task.current >= 0, task.moved(plan)

    def sums(weight: np.ndarray, by: np.ndarray = plan) -> np.ndarray:
        return np.bincount(by, weight, m)

    load = year_loads(task, plan).max(axis=0)
    everyone, deciding = sums(task.pupils), sums(task.entering)
    someone = np.where(everyone > 0, everyone, np.nan)
    return pd.DataFrame(
        {
            "pupils": load,
            "capacity": task.capacity,
            "utilisation": load / np.where(task.capacity > 0, task.capacity, np.nan),
            "over": np.maximum(load - task.capacity, 0.0),
            "need_share": sums(task.in_need) / np.where(deciding > 0, deciding, np.nan),
            "pupils_beyond_limit": sums(task.pupils * (metres > task.limit * (1 + 1e-12))),
            "mean_metres": sums(task.pupils * metres) / someone,
            "moved_in": sums(task.entering * moved),
            "moved_out": sums((task.entering * moved)[known], task.current[known]),
        },
        index=pd.Index(task.schools, name="school"),
    )


def _figures(task: CatchmentTask, plan: np.ndarray, table: pd.DataFrame) -> dict[str, float]:
    rows = np.arange(len(plan))
    metres, everyone = task.metres[rows, plan], task.pupils.sum()
    moved = task.moved(plan)
    mixed = np.abs(np.bincount(plan, task.tilt, len(task.schools))).sum()
    return {
        "mean_metres": float((metres * task.pupils).sum() / everyone) if everyone else float("nan"),
        "largest_metres": float(metres[task.pupils > 0].max(initial=0.0)),
        "pupils_beyond_limit": float(table["pupils_beyond_limit"].sum()),
        "crossings": float((task.crossings[rows, plan] * task.pupils).sum()),
        "pupils_moved": float(task.entering[moved].sum()),
        "siblings_moved": float(task.siblings[moved].sum()),
        "blocks_moved": float(moved.sum()),
        "over_capacity": float(table["over"].sum()),
        "below_minimum": float(np.maximum(task.minimum - _least(task, plan), 0.0).sum()),
        "dissimilarity": float(mixed),
        "dissimilarity_by_chance": chance_dissimilarity(
            np.bincount(plan, task.entering, len(task.schools)), task.in_need.sum()
        ),
        "extra_pieces": float(extra_pieces(task, plan)),
    }


def _least(task: CatchmentTask, plan: np.ndarray) -> np.ndarray:
    """Return (schools,) pupils in the emptiest year."""
    return year_loads(task, plan).min(axis=0)


def year_loads(task: CatchmentTask, plan: np.ndarray) -> np.ndarray:
    """Return (years, schools) pupils."""
    return np.stack([np.bincount(plan, pupils, len(task.schools)) for pupils in task.loads])


def extra_pieces(task: CatchmentTask, plan: np.ndarray) -> int:
    """Count the pieces of catchments beyond one each; islands without neighbours do not count."""
    reachable = scipy.sparse.csgraph.connected_components(task.graph, directed=False)[1]
    extra = 0
    for j in np.unique(plan):
        own = np.flatnonzero(plan == j)
        within = task.graph[own][:, own]
        pieces = scipy.sparse.csgraph.connected_components(within, directed=False)[0]
        extra += pieces - len(np.unique(reachable[own]))
    return int(extra)


def blocks_apart(task: CatchmentTask) -> int:
    """Count the blocks that no path of neighbours joins to a school; nobody can keep them whole."""
    part = scipy.sparse.csgraph.connected_components(task.graph, directed=False)[1]
    return int((~np.isin(part, part[task.seat])).sum())


def chance_dissimilarity(pupils: np.ndarray, in_need: float) -> float:
    """Return the mean D of a random mix: small schools look segregated by chance alone.

    The part of each school is hypergeometric, so the mean is a sum over what can be drawn. Forty
    entry cohorts of 50 with 20 % in need have D = 0.14 though nobody is sorted.
    """
    sizes = np.floor(np.asarray(pupils, dtype=float) + 0.5).astype(int)
    total, poor = int(sizes.sum()), int(np.floor(in_need + 0.5))
    if not 0 < poor < total:
        return float("nan")
    parts = 0.0
    for size in sizes:
        drawn = np.arange(max(0, size - (total - poor)), min(size, poor) + 1)
        chance = scipy.stats.hypergeom.pmf(drawn, total, poor, size)
        parts += float((np.abs(drawn / poor - (size - drawn) / (total - poor)) * chance).sum()) / 2
    return parts


def _sentences(
    task: CatchmentTask,
    table: pd.DataFrame,
    figures: dict[str, float],
    slacks: dict[str, float],
    value: float,
    bound: float,
) -> tuple[str, ...]:
    worst = sorted(zip(-table["over"], task.names, strict=True))
    full = [name for less, name in worst if -less > 1e-9]
    words = {
        "mean": number(figures["mean_metres"]),
        "moved": children(figures["pupils_moved"]),
        "mix": number(figures["dissimilarity"], 2),
        "chance": number(figures["dissimilarity_by_chance"], 2),
        "limit": number(task.limit),
        "schools": first_listed(full),
    }
    moved = "plan" if (task.current >= 0).any() or task.closed.any() else "plan_new"
    found = [text(f"planning.catchment.{moved}", **words)]
    if leaving := float(task.entering[task.closed].sum()):
        found.append(text("planning.catchment.closed", amount=children(leaving)))
    if task.in_need.sum() > 0:
        found.append(text("planning.catchment.mix", **words))
    found += [
        text(
            f"planning.catchment.{key}",
            amount=number(amount) if key in _PLACES else children(amount),
            **words,
        )
        for key, amount in slacks.items()
    ]
    if np.isfinite(bound) and value > 0:
        found.append(_proof((value - bound) / value))
    return tuple(found)


def _proof(gap: float) -> str:
    """Say how much better a plan could be at most; that it is good only where that is little."""
    if gap < LEAST_GAP:
        return text("planning.catchment.best")
    told = percent(gap, 2)
    if gap > LARGE_GAP:
        return text("planning.catchment.open", gap=told)
    return text("planning.catchment.bound", gap=told)
