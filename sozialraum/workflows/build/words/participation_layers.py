"""Whom an offer reaches, and what becomes of the children: rates per area of protected counts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.insight.intervals import wilson
from sozialraum.insight.outcomes import check_outcome
from sozialraum.workflows.build.counts.variables import BESIDE
from sozialraum.workflows.build.measuring import Measured


def participation_layers(plan: Plan, measured: Measured) -> dict[str, pd.DataFrame]:
    """Return the layers "participation" and "transitions" as far as the build asks for them."""
    if plan.transitions is not None:
        check_outcome(plan.transitions.cases, plan.indicators)
    asked = (plan.participation, plan.transitions)
    names = [name for name, section in zip(BESIDE, asked, strict=True) if section is not None]
    return {name.strip("[]"): _rates(measured, name) for name in names}


def city_rates(measured: Measured) -> dict[str, float]:
    """Return the rate of all areas together, per layer, in whole per cent (0..1)."""
    table = measured.table
    known = [n for n in BESIDE if n in table.total and table.total_base[n] > 0]
    rates = {name: table.total[name] / table.total_base[name] for name in known}
    return {name.strip("[]"): round(float(r), 2) for name, r in rates.items() if np.isfinite(r)}


def _rates(measured: Measured, name: str) -> pd.DataFrame:
    """Return rate, its 95 % interval, and the status of each area."""
    table = measured.table
    status = table.status[name].astype(str)
    shown = status.eq("ok")
    rate = table.share[name].where(shown)
    base = table.base[name].where(shown)
    low, high = wilson(rate * base, base)
    return pd.DataFrame(
        {
            "rate": rate,
            "rate_low": pd.Series(low, rate.index),
            "rate_high": pd.Series(high, rate.index),
            "status": status,
        }
    )
