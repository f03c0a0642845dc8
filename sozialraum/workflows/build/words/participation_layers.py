"""Whom an offer reaches, and what becomes of the children: rates per area, fit to be shown."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.insight.intervals import wilson
from sozialraum.insight.outcomes import check_outcome
from sozialraum.model.errors import DataError
from sozialraum.privacy.rounding import round_shares
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.privacy.suppression import suppression_status
from sozialraum.texts import problem
from sozialraum.workflows.build.measuring import Measured

Held = Collection[tuple[str, str]]


def participation_layers(
    plan: Plan, measured: Measured, rules: DisclosureRules, held: Held = ()
) -> dict[str, pd.DataFrame]:
    """Return the layers "participation" and "transitions" as far as the build asks for them.

    Both pass primary suppression and rounding here. What the audit finds to give a group away is
    `held`, by area key and layer.
    """
    layers = {}
    if plan.participation is not None:
        p = plan.participation
        keys = {area for area, layer in held if layer == "participation"}
        layers["participation"] = _rates(measured, rules, p.participants, p.children, keys)
    if plan.transitions is not None:
        t = plan.transitions
        check_outcome(t.cases, plan.indicators)
        keys = {area for area, layer in held if layer == "transitions"}
        layers["transitions"] = _rates(measured, rules, t.cases, t.children, keys)
    return layers


def _rates(
    measured: Measured, rules: DisclosureRules, cases: str, children: str, held: Collection[str]
) -> pd.DataFrame:
    """Return rate, its 95 % interval from the published rate, and the status of each area."""
    missing = [name for name in (cases, children) if name not in measured.counts]
    if missing:
        known = ", ".join(map(str, measured.counts.columns))
        raise DataError(
            [problem("pipeline.no_count", column=name, known=known) for name in missing]
        )
    base = measured.counts[[children]].set_axis(["rate"], axis=1)
    rate = measured.counts[[cases]].set_axis(["rate"], axis=1) / base.where(base > 0)
    if (rate["rate"] > 1).any():
        keys = ", ".join(rate.index[rate["rate"] > 1][:5])
        raise DataError(problem("pipeline.more_than_all", column=cases, key=keys, base=children))
    given = pd.DataFrame({"rate": np.where(rate["rate"].isna(), "missing", "ok")}, rate.index)
    status = suppression_status(
        rate,
        base,
        given,
        minimum=rules.minimum,
        minimum_base=rules.minimum_base,
        value_base=rules.value_base,
        zeros=rules.zeros,
    )
    shown = rate.where(status.astype(object) == "ok")
    published = round_shares(shown, base, minimum=rules.minimum, candidates=rules.candidates)[
        "rate"
    ]
    signs = status["rate"].astype(str)
    signs = signs.mask(signs.eq("ok") & published.isna(), "small_base")
    signs = signs.mask(signs.eq("ok") & rate.index.isin(held), "suppressed")
    published = published.where(signs.eq("ok"))
    low, high = wilson(published * base["rate"], base["rate"])
    return pd.DataFrame(
        {
            "rate": published,
            "rate_low": pd.Series(low, rate.index),
            "rate_high": pd.Series(high, rate.index),
            "status": signs,
        }
    )
