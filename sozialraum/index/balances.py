"""Balances: who came less who left, from two protected counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from sozialraum.model import Indicator, status_frame
from sozialraum.model.protected import ProtectedTable

_FRAMES = ("middle", "low", "high", "base", "status")


def with_balances(table: ProtectedTable, indicators: Sequence[Indicator]) -> ProtectedTable:
    """Return a table with a column per balance, formed of the two that were protected.

    The window of a balance reaches from the fewest who came less the most who left to the most who
    came less the fewest who left. Where one of both is not told, the balance is not.

    Parameters
    ----------
    table : protected counts; of a balance the variables `Indicator.parts`
    indicators : those that are no balance, or whose parts are not there, change nothing
    """
    made: dict[str, dict[str, pd.Series]] = {}
    sums: dict[str, tuple[float, float]] = {}
    for i in indicators:
        if i.parts and set(i.parts) <= set(table.middle) and i.id not in table.middle:
            came, left = i.parts
            made[i.id] = _frames(table, came, left)
            sums[i.id] = (table.total[came] - table.total[left], table.total_base[came])
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


def _frames(table: ProtectedTable, came: str, left: str) -> dict[str, pd.Series]:
    status = table.status[[came, left]].astype(object)
    label = np.where(status[came] == "ok", status[left], status[came])
    told = pd.Series(label == "ok", table.middle.index)
    return {
        "middle": (table.middle[came] - table.middle[left]).where(told),
        "low": (table.low[came] - table.high[left]).where(told),
        "high": (table.high[came] - table.low[left]).where(told),
        "base": table.base[came],
        "status": pd.Series(label, table.middle.index),
    }
