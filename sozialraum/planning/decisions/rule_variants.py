"""``[allocate]``: posts or money, a variant per rule; who stands at a step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sozialraum.planning.allocation.allocation import (
    SAME,
    compare_rules,
    gains_and_losses,
    gains_sentence,
)
from sozialraum.planning.allocation.need_rules import Rule
from sozialraum.planning.allocation.thresholds import threshold_list
from sozialraum.planning.decision_tables import THRESHOLDS
from sozialraum.planning.plan_inputs import Drafted, PlanInputs, known_column
from sozialraum.planning.plan_sections import Allocate
from sozialraum.planning.scenario import Variant
from sozialraum.texts import text


def rule_variants(section: Allocate, inputs: PlanInputs) -> Drafted:
    """Divide the total by each rule; against last year, or against the first rule."""
    size, need = inputs.schools["size"], inputs.schools["need"]
    bounds = _bounds(section, inputs)
    rules = [one.rule() for one in section.rules]
    shares = compare_rules(size, need, rules=rules, **bounds)
    last_year = bounds["last_year"]
    before = shares.iloc[:, 0] if last_year is None else last_year
    variants = []
    for place, rule in enumerate(rules):
        gains = gains_and_losses(
            shares[rule.name],
            last_year=before,
            size=size,
            in_need=known_column(inputs.schools, "in_need"),
        )
        is_fitted = last_year is None and place == 0
        variants.append(_variant(section, rule, gains, is_fitted=is_fitted))
    if inputs.unit_draws is None:
        return variants, {}
    return variants, {
        f"{THRESHOLDS}{rule.name}": threshold_list(
            size, need, inputs.unit_draws, rule=rule, **bounds
        )
        for rule in rules
    }


def _variant(section: Allocate, rule: Rule, gains: pd.DataFrame, *, is_fitted: bool) -> Variant:
    change = np.sign(gains["change"].mask(gains["change"].abs() <= SAME, 0.0))
    compared = text("planning.sentence.compared") if is_fitted else gains_sentence(gains)
    return Variant(
        name=rule.name,
        sentences=(rule.sentence(), compared),
        figures={
            "total": float(gains["now"].sum()),
            "largest": float(gains["now"].max()),
            "smallest": float(gains["now"].min()),
            "gaining": float((change > 0).sum()),
            "losing": float((change < 0).sum()),
        },
        classes=change.map({1.0: "gain", 0.0: "same", -1.0: "loss"}).fillna("new").sort_index(),
        table=gains,
        arguments={"rule": rule.__dict__, **section.model_dump(exclude={"rules"})},
    )


def _bounds(section: Allocate, inputs: PlanInputs) -> dict[str, Any]:
    """Return the arguments that all rules of the section share."""
    return {
        "total": section.total,
        "unit": section.unit,
        "method": section.method,
        "floors": _bound(section.floors),
        "ceilings": _bound(section.ceilings),
        "last_year": _last_year(section, inputs),
        "max_change": section.max_change,
    }


def _bound(bound: float | dict[str, float] | None) -> float | pd.Series | None:
    return pd.Series(bound, dtype=float) if isinstance(bound, dict) else bound


def _last_year(section: Allocate, inputs: PlanInputs) -> pd.Series | None:
    given = known_column(inputs.schools, "last_year")
    return given if section.last_year is None else pd.Series(section.last_year, dtype=float)
