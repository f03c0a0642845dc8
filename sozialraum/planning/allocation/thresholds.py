"""Who stands at a step: how likely a unit's amount hangs on the uncertainty of its need."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sozialraum.planning.allocation.allocation import SAME, allocate
from sozialraum.planning.allocation.need_rules import Rule, stage_of
from sozialraum.planning.checks import key_problems, raise_problems


def threshold_list(
    size: pd.Series,
    need: pd.Series,
    draws: pd.DataFrame,
    *,
    rule: Rule,
    total: float,
    **bounds: Any,
) -> pd.DataFrame:
    """Say who stands at a step: how likely a unit belongs to another stage, and what that costs it.

    Parameters
    ----------
    size, need, rule, total : as in `allocate`, `bounds` too
    draws : (n_units, n_draws) need index under its own uncertainty

    Returns
    -------
    Per unit, most doubtful first: ``need``, ``amount``, ``expected_change`` (mean of the absolute
    difference over the draws), ``p_less``, ``p_more`` (share of draws with a smaller or larger
    amount) and, for a step rule, ``stage``, ``p_other_stage``, ``p_lower``, ``p_higher``,
    ``to_next_step`` (distance to the nearest limit, in points of need) and ``largest_jump`` (what
    the nearest other stage would change in the table's own amounts).
    """
    raise_problems(key_problems(size.index, draws.index, "Ziehungen"))
    drawn = draws.reindex(size.index)
    now = allocate(size, need, rule=rule, total=total, **bounds)
    each = np.column_stack(
        [allocate(size, drawn[d], rule=rule, total=total, **bounds) for d in drawn.columns]
    )
    change = each - now.to_numpy()[:, None]
    table = pd.DataFrame(
        {
            "need": need.reindex(size.index),
            "amount": now,
            "expected_change": np.abs(change).mean(axis=1),
            "p_less": (change < -SAME).mean(axis=1),
            "p_more": (change > SAME).mean(axis=1),
        }
    )
    order = ["expected_change"]
    if rule.form == "steps":
        table = table.join(_steps_around(need.reindex(size.index), drawn, rule))
        order = ["p_other_stage", "expected_change"]
    return table.sort_index().sort_values(order, ascending=False, kind="stable")


def _steps_around(need: pd.Series, draws: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    stage = stage_of(need.to_numpy(), rule)
    drawn = stage_of(draws.to_numpy(), rule)
    amounts = np.array(rule.amounts)
    limits = np.array(rule.limits) if rule.limits else np.array([np.inf])
    below = amounts[stage - 1] - amounts[np.maximum(stage - 2, 0)]
    above = amounts[np.minimum(stage, len(amounts) - 1)] - amounts[stage - 1]
    return pd.DataFrame(
        {
            "stage": stage,
            "p_other_stage": (drawn != stage[:, None]).mean(axis=1),
            "p_lower": (drawn < stage[:, None]).mean(axis=1),
            "p_higher": (drawn > stage[:, None]).mean(axis=1),
            "to_next_step": np.abs(need.to_numpy()[:, None] - limits).min(axis=1),
            "largest_jump": np.maximum(np.abs(below), np.abs(above)),
        },
        index=need.index,
    )
