"""Whom an offer reaches, and what becomes of the children: rates per area of protected counts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sozialraum.config.further import layer_of
from sozialraum.config.plan import Plan
from sozialraum.insight.intervals import wilson
from sozialraum.insight.outcomes import check_outcome
from sozialraum.workflows.build.measuring import Measured


def participation_layers(plan: Plan, measured: Measured) -> dict[str, pd.DataFrame]:
    """Return a layer of rates per ``[participation]`` and ``[transitions]`` of the build."""
    for section in plan.transitions:
        check_outcome(section.cases, plan.indicators)
    told = {name for name, section in plan.beside.items() if section.pair is None}
    return {layer_of(name): _rates(measured, name, released=name in told) for name in plan.beside}


def city_rates(plan: Plan, measured: Measured) -> dict[str, float]:
    """Return the rate of all areas together, per layer, in whole per cent (0..1)."""
    table = measured.table
    known = [n for n in plan.beside if n in table.total and table.total_base[n] > 0]
    rates = {name: table.total[name] / table.total_base[name] for name in known}
    return {layer_of(name): round(float(r), 2) for name, r in rates.items() if np.isfinite(r)}


def _rates(measured: Measured, name: str, *, released: bool) -> pd.DataFrame:
    """Return rate, its 95 % interval, and the status of each area.

    Of a released rate the interval begins at its lower and ends at its upper end.
    """
    table = measured.table
    status = table.status[name].astype(str)
    shown = status.eq("ok")
    rate = table.share[name].where(shown)
    base = table.base[name].where(shown)
    ends = (table.low[name], table.high[name]) if released else (rate * base, rate * base)
    low, high = (wilson(end.where(shown), base)[n] for n, end in enumerate(ends))
    return pd.DataFrame(
        {
            "rate": rate,
            "rate_low": pd.Series(low, rate.index),
            "rate_high": pd.Series(high, rate.index),
            "status": status,
        }
    )
