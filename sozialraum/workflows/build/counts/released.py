"""Released participation beside the protected counts of a build: as told, never counted anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.config.further import Participation, released_column
from sozialraum.model import status_frame
from sozialraum.model.protected import ProtectedTable
from sozialraum.privacy.ledger import verify_release

if TYPE_CHECKING:
    from sozialraum.config import Plan
    from sozialraum.model.participation_release import ReleasedRates
    from sozialraum.privacy.ledger import Ledger
    from sozialraum.sources.delivery import Delivery

_FRAMES = ("middle", "low", "high", "base", "status")


def released_variables(plan: Plan) -> dict[str, str]:
    """Return which variables of a build are a released participation: variable -> its id.

    Those shown beside the index, indicators whose `value` names one, and stations of ``[chain]``
    whose columns do.
    """
    named = {s.id or str(n): s for n, s in enumerate(plan.participation, 1) if s.release}
    place = {id(section): name for name, section in named.items()}
    found = {
        variable: place[id(section)]
        for variable, section in plan.beside.items()
        if isinstance(section, Participation) and section.release
    }
    columns = {released_column(name): name for name in named}
    found |= {i.id: columns[i.numerator] for i in plan.indicators if i.numerator in columns}
    if plan.chain is not None:
        stations = plan.chain.counted().items()
        found |= {v: reached for v, (reached, _) in stations if reached in named}
    return found


def with_released(
    plan: Plan, delivery: Delivery, tables: Mapping[str, ProtectedTable]
) -> dict[str, ProtectedTable]:
    """Return the protected counts of each Stichtag with the released participation of that day.

    The middle is the released rate, the window its released ends. At a Stichtag without a release
    the variable is not collected.

    Parameters
    ----------
    plan, delivery : the build; its releases
    tables : per Stichtag
    """
    variables = released_variables(plan)
    if not variables:
        return dict(tables)
    return {day: _joined(table, variables, delivery, day) for day, table in tables.items()}


def refuse_unrecorded(delivery: Delivery, ledger: Ledger | None) -> None:
    """Refuse releases that the ledger of the build does not hold.

    Raises
    ------
    DisclosureError
        If one was released without that ledger, or by another office.
    """
    if ledger is None:
        return
    for one in _all(delivery):
        verify_release(ledger, int(one.recorded.get("number", 0)), one.recorded.get("head", ""))


def _all(delivery: Delivery) -> Iterator[ReleasedRates]:
    for years in delivery.released.values():
        yield from years.values()


def _joined(
    table: ProtectedTable, variables: Mapping[str, str], delivery: Delivery, day: str
) -> ProtectedTable:
    keys = table.middle.index
    parts: dict[str, dict[str, pd.Series]] = {name: {} for name in _FRAMES}
    total, total_base = table.total.copy(), table.total_base.copy()
    for variable, name in variables.items():
        rates = delivery.released[name].get(day)
        for part, column in _columns(rates, keys).items():
            parts[part][variable] = column
        known = rates is not None and rates.city["status"] == "ok"
        base = float(rates.city["children"]) if known and rates is not None else np.nan
        total[variable] = base * float(rates.city["rate"]) if rates is not None else np.nan
        total_base[variable] = base
    frames = {
        name: getattr(table, name).drop(columns=[*variables], errors="ignore").join(
            pd.DataFrame(columns, index=keys))
        for name, columns in parts.items()
    }  # fmt: skip
    frames["status"] = status_frame(frames["status"].astype(object))
    exact = table.exact - set(variables)
    return replace(table, **frames, total=total, total_base=total_base, exact=exact)


def _columns(rates: ReleasedRates | None, keys: pd.Index) -> dict[str, pd.Series]:
    """Return the released rates as children of an area, in the order of the areas."""
    if rates is None:
        nothing = pd.Series(np.nan, keys)
        return dict.fromkeys(_FRAMES[:4], nothing) | {
            "status": pd.Series("not_collected", keys, dtype=object)
        }
    cells = rates.cells.reindex(keys)
    told, base = cells["status"].eq("ok"), cells["children"]
    ends = {"middle": "rate", "low": "rate_low", "high": "rate_high"}
    columns = {part: (cells[one] * base).where(told) for part, one in ends.items()}
    status = cells["status"].astype(object).where(cells["status"].notna(), "missing")
    return {**columns, "base": base, "status": status}
