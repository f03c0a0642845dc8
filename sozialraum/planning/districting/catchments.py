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

import numpy as np
import pandas as pd

from sozialraum.kernels.optimisation.anneal import anneal
from sozialraum.model.options import RedrawMethod, option_words
from sozialraum.planning.checks import require_one_of
from sozialraum.planning.districting.catchment_program import closer_neighbour_plan, lower_bound
from sozialraum.planning.districting.catchment_task import CatchmentTask
from sozialraum.planning.districting.description import CatchmentPlan, describe_catchments
from sozialraum.planning.districting.edits import starting_plan
from sozialraum.planning.districting.growing import grown_start
from sozialraum.texts import signed, text

PROPOSALS_PER_BLOCK = 10_000
SEED = 2024


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
    hot = 1.5 * max(float(task.way_cost().min(axis=1).mean()), 1e-3)
    steps = PROPOSALS_PER_BLOCK * len(task.blocks) if proposals is None else proposals
    plan, _ = anneal(
        cost,
        task.graph.indptr.astype(np.int64),
        task.graph.indices.astype(np.int64),
        start,
        np.ascontiguousarray(task.loads.T),
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
    return describe_catchments(
        task, starting_plan(task), name=name or text("planning.catchment.today")
    )


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
