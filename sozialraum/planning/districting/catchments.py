"""Redrawing catchments: short ways, enough places, one piece each, a fair mix, few moves.

The dissimilarity D is linear here, because the city's totals do not change with the borders. An
annealer keeps every catchment in one piece at every step; a linear program without that demand
says how much better any plan could be at most. Wishes that cannot be met are priced and named.

References
----------
Zoltners & Sinha (1983) and Caro et al. (2004) for contiguity by closer neighbours; Duncan & Duncan
(1955) for D.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import scipy

from sozialraum.kernels.optimisation.anneal import anneal
from sozialraum.model.options import RedrawMethod, option_words
from sozialraum.planning.checks import require_one_of
from sozialraum.planning.districting.catchment_program import closer_neighbour_plan, lower_bound
from sozialraum.planning.districting.catchment_task import CatchmentTask, grown_start
from sozialraum.planning.head_counts import children
from sozialraum.texts import number, percent, signed, text

PROPOSALS_PER_BLOCK = 10_000
SEED = 2024
CHANCE_DRAWS = 500
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


def redraw(
    task: CatchmentTask,
    *,
    name: str = "",
    method: RedrawMethod = "anneal",
    proposals: int | None = None,
    bound: bool = True,
    seed: int = SEED,
    time_limit: float = 60.0,
) -> CatchmentPlan:
    """Return a good plan with every catchment in one piece, and how good it is at least.

    Parameters
    ----------
    task : made by `catchment_task`
    name : what the committee calls the plan
    method : "anneal" works for every weighing; "highs" proves the best plan among those whose ways
        lead through neighbours nearer to the school, and is quick without a strong mix
    proposals : steps of the annealer; None: 10,000 per block
    bound : whether to compute the lower bound
    seed : the same seed gives the same plan
    time_limit : seconds HiGHS may take
    """
    require_one_of(method, option_words(RedrawMethod), name="method", caller="redraw")
    start, fixed = grown_start(task)
    plan = start
    if method == "highs":
        plan = closer_neighbour_plan(task, start, fixed, time_limit=time_limit)
    else:
        plan = _annealed(task, start, fixed, proposals, seed)
    least = lower_bound(task, time_limit=time_limit) if bound else float("nan")
    return describe_catchments(task, plan, name=name, bound=least)


def _annealed(
    task: CatchmentTask, start: np.ndarray, fixed: np.ndarray, proposals: int | None, seed: int
) -> np.ndarray:
    cost, c = task.pair_cost(), task.costs
    hot = 1.5 * max(float(cost.min(axis=1).mean()), 1e-3)
    steps = PROPOSALS_PER_BLOCK * len(task.blocks) if proposals is None else proposals
    plan, _ = anneal(
        cost,
        task.graph.indptr.astype(np.int64),
        task.graph.indices.astype(np.int64),
        start,
        task.pupils,
        task.tilt,
        task.capacity,
        task.minimum,
        fixed,
        c.mix * task.pupils.sum(),
        c.over,
        c.under,
        steps,
        hot,
        hot / 250,
        seed,
    )
    return plan


def present_plan(task: CatchmentTask, *, name: str = "") -> CatchmentPlan:
    """Measure today's catchments; blocks without a school today count with the nearest one."""
    plan = np.where(task.current >= 0, task.current, task.metres.argmin(axis=1))
    return describe_catchments(task, plan, name=name or text("planning.catchment.today"))


def frontier(
    task: CatchmentTask, plans: Mapping[str, Mapping[str, float]], **options: object
) -> tuple[pd.DataFrame, dict[str, CatchmentPlan]]:
    """Return named plans side by side, each with its own weighing.

    Parameters
    ----------
    task : the question
    plans : name -> costs that differ from the question's own (fields of `CatchmentCosts`)
    options : arguments of `redraw`

    Returns
    -------
    The key figures (one row per plan, today first where there is a today) and the plans by name.
    """
    today = (
        {} if (task.current < 0).all() else {text("planning.catchment.today"): present_plan(task)}
    )
    drawn = {
        name: redraw(task.weighing(**costs), name=name, **options) for name, costs in plans.items()
    }
    named = today | drawn
    table = pd.DataFrame.from_dict(
        {name: plan.figures for name, plan in named.items()}, orient="index"
    )
    return table, named


def describe_catchments(
    task: CatchmentTask, plan: np.ndarray, *, name: str = "", bound: float = float("nan")
) -> CatchmentPlan:
    """Return what a plan means for pupils, schools and the mix."""
    table = _school_table(task, plan)
    figures = _figures(task, plan, table)
    c = task.costs
    value = float(task.pair_cost()[np.arange(len(plan)), plan].sum())
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

    load = sums(task.pupils)
    someone = np.where(load > 0, load, np.nan)
    return pd.DataFrame(
        {
            "pupils": load,
            "capacity": task.capacity,
            "utilisation": load / np.where(task.capacity > 0, task.capacity, np.nan),
            "over": np.maximum(load - task.capacity, 0.0),
            "need_share": sums(task.in_need) / someone,
            "pupils_beyond_limit": sums(task.pupils * (metres > task.limit * (1 + 1e-12))),
            "mean_metres": sums(task.pupils * metres) / someone,
            "moved_in": sums(task.pupils * moved),
            "moved_out": sums((task.pupils * moved)[known], task.current[known]),
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
        "pupils_moved": float(task.pupils[moved].sum()),
        "siblings_moved": float(task.siblings[moved].sum()),
        "blocks_moved": float(moved.sum()),
        "over_capacity": float(table["over"].sum()),
        "below_minimum": float(np.maximum(task.minimum - table["pupils"], 0.0).sum()),
        "dissimilarity": float(mixed),
        "dissimilarity_by_chance": chance_dissimilarity(
            table["pupils"].to_numpy(), task.in_need.sum()
        ),
        "extra_pieces": float(extra_pieces(task, plan)),
    }


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


def chance_dissimilarity(pupils: np.ndarray, in_need: float, *, seed: int = SEED) -> float:
    """Return the mean D of a random mix: small schools look segregated by chance alone.

    Forty entry cohorts of 50 with 20 % in need have D = 0.14 though nobody is sorted.
    """
    sizes = np.round(pupils).astype(int)
    total, poor = int(sizes.sum()), round(in_need)
    if not 0 < poor < total:
        return float("nan")
    drawn = np.random.default_rng(seed).multivariate_hypergeometric(
        sizes, poor, size=CHANCE_DRAWS, method="marginals"
    )
    gap = np.abs(drawn / poor - (sizes - drawn) / (total - poor)).sum(axis=1) / 2
    return float(gap.mean())


def _sentences(
    task: CatchmentTask,
    table: pd.DataFrame,
    figures: dict[str, float],
    slacks: dict[str, float],
    value: float,
    bound: float,
) -> tuple[str, ...]:
    full = [name for name, over in zip(task.names, table["over"], strict=True) if over > 1e-9]
    words = {
        "mean": number(figures["mean_metres"]),
        "moved": children(figures["pupils_moved"]),
        "mix": number(figures["dissimilarity"], 2),
        "chance": number(figures["dissimilarity_by_chance"], 2),
        "limit": number(task.limit),
        "schools": ", ".join(full),
    }
    moved = "plan" if (task.current >= 0).any() or task.closed.any() else "plan_new"
    found = [text(f"planning.catchment.{moved}", **words)]
    if leaving := float(task.pupils[task.closed].sum()):
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
        gap = percent((value - bound) / value, 2)
        found.append(text("planning.catchment.bound", gap=gap))
    return tuple(found)


def changed_blocks(before: CatchmentPlan, after: CatchmentPlan) -> pd.DataFrame:
    """Return the blocks whose school differs: columns ``before`` and ``after``."""
    both = pd.DataFrame({"before": before.school, "after": after.school})
    return both[both["before"] != both["after"]]


def difference_sentence(before: CatchmentPlan, after: CatchmentPlan) -> str:
    """Say in German what one plan changes against another.

    Parameters
    ----------
    before : the plan it is held against
    after : the plan described
    """
    a, b = before.figures, after.figures
    return text(
        "planning.catchment.difference",
        plan=after.name,
        metres=signed(b["mean_metres"] - a["mean_metres"]),
        mix=signed(b["dissimilarity"] - a["dissimilarity"], 3),
        over=signed(b["over_capacity"] - a["over_capacity"]),
        blocks=len(changed_blocks(before, after)),
    )
