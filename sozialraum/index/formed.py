"""Balances and ratios, each formed of two counts that were protected by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from sozialraum.model import Indicator, status_frame
from sozialraum.model.protected import ProtectedTable

_FRAMES = ("middle", "low", "high", "base", "status")


def with_formed(table: ProtectedTable, indicators: Sequence[Indicator]) -> ProtectedTable:
    """Return a table with a column per balance and per ratio.

    The window of a balance reaches from the fewest who came less the most who left to the most who
    came less the fewest who left; that of a ratio as far to both sides as its two windows may lead.
    Where one of both counts is not told, nothing is; a ratio needs a second count above 0.

    Parameters
    ----------
    table : protected counts; of a balance and of a ratio the variables `Indicator.parts`
    indicators : those without parts, or whose parts are not there, change nothing

    Returns
    -------
    With ``middle / base`` the value of a ratio: its base is its second count.
    """
    made: dict[str, dict[str, pd.Series]] = {}
    sums: dict[str, tuple[float, float]] = {}
    for i in indicators:
        if i.parts and set(i.parts) <= set(table.middle) and i.id not in table.middle:
            first, second = i.parts
            if i.kind == "ratio":
                made[i.id] = _ratio(table, first, second)
                sums[i.id] = (table.total[first], table.total[second])
            else:
                made[i.id] = _balance(table, first, second)
                sums[i.id] = (table.total[first] - table.total[second], table.total_base[first])
    if not made:
        return table
    frames = {
        name: getattr(table, name).join(pd.DataFrame({i: one[name] for i, one in made.items()}))
        for name in _FRAMES
    }
    frames["status"] = status_frame(frames["status"].astype(object))
    total = pd.Series({i: pair[0] for i, pair in sums.items()}, dtype=float)
    base = pd.Series({i: pair[1] for i, pair in sums.items()}, dtype=float)
    return replace(
        table, **frames,
        total=pd.concat([table.total, total]), total_base=pd.concat([table.total_base, base]),
    )  # fmt: skip


def _balance(table: ProtectedTable, came: str, left: str) -> dict[str, pd.Series]:
    label, told = _both(table, came, left)
    return {
        "middle": (table.middle[came] - table.middle[left]).where(told),
        "low": (table.low[came] - table.high[left]).where(told),
        "high": (table.high[came] - table.low[left]).where(told),
        "base": table.base[came],
        "status": label,
    }


def _ratio(table: ProtectedTable, above: str, below: str) -> dict[str, pd.Series]:
    label, told = _both(table, above, below)
    few = told & ~(table.low[below] > 0)
    label, told = label.mask(few, "small_base"), told & ~few
    middle, base = table.middle[above].where(told), table.middle[below].where(told)
    most = table.high[above] / table.low[below].where(told) * base
    least = table.low[above] / table.high[below].where(told) * base
    half = np.maximum(most - middle, middle - least)
    frames = {"middle": middle, "low": middle - half, "high": middle + half, "base": base}
    return {**frames, "status": label}


def _both(table: ProtectedTable, first: str, second: str) -> tuple[pd.Series, pd.Series]:
    """Return why one of two counts is not told, and where both are."""
    status = table.status[[first, second]].astype(object)
    label = status[first].where(status[first] != "ok", status[second])
    return label, label == "ok"
