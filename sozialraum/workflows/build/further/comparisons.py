"""Two surveys set against each other, from the shares of all areas together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sozialraum.insight.samples import sample_gap, sample_interval
from sozialraum.model.units import SHARE_FACTOR

if TYPE_CHECKING:
    from sozialraum.config import Plan
    from sozialraum.workflows.build.measuring import Measured

_EXACT = 4  # decimals; far finer than the answers of a survey tell


def comparisons(plan: Plan, measured: Measured) -> list[dict[str, Any]]:
    """Return every ``[[compare]]`` with shares, intervals and gaps of its categories, 0..1.

    A share that is not told for all areas together has none of them.
    """
    return [
        {
            "label": one.label,
            "left": one.left,
            "right": one.right,
            "rows": [_row(plan, measured, row.label, row.left, row.right) for row in one.rows],
        }
        for one in plan.compare
    ]


def _row(plan: Plan, measured: Measured, label: str, left: str, right: str) -> dict[str, Any]:
    samples = [_sample(plan, measured, name) for name in (left, right)]
    found: dict[str, Any] = {"label": label}
    for side, sample in zip(("left", "right"), samples, strict=True):
        low, high = sample_interval(*sample)
        found[side] = _plain(sample[0], float(low), float(high))
    found["gap"] = _plain(*sample_gap(*samples))
    return found


def _sample(plan: Plan, measured: Measured, name: str) -> tuple[float, float, float]:
    """Return share, answers and population of an indicator, of all areas together."""
    i = next(i for i in plan.indicators if i.id == name)
    share = float(measured.city.get(name, np.nan)) / SHARE_FACTOR.get(i.unit, 1.0)
    answers = float(measured.base[name].drop(index=measured.excluded.index).sum())
    return share, answers, measured.populations.get(name, np.nan)


def _plain(*numbers: float) -> list[float] | None:
    return None if any(pd.isna(n) for n in numbers) else [round(n, _EXACT) for n in numbers]
