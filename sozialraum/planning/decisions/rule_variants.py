"""``[allocate]``: posts or money, a variant per rule; who stands at a step."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from sozialraum.model.errors import DataError
from sozialraum.model.problem import Problem
from sozialraum.planning.allocation.allocation import (
    SAME,
    allocate,
    gains_and_losses,
    gains_sentence,
)
from sozialraum.planning.allocation.allocation_sections import Allocate
from sozialraum.planning.allocation.need_rules import Rule, stated_amounts
from sozialraum.planning.allocation.thresholds import threshold_list
from sozialraum.planning.checks import listed, number_problems, raise_problems
from sozialraum.planning.decision_tables import THRESHOLDS
from sozialraum.planning.plan_inputs import Drafted, PlanInputs, known_column, pot_units
from sozialraum.planning.scenario import Variant
from sozialraum.texts import number, problem, text

FIGURES = ("total", "largest", "smallest", "gaining", "losing")


def rule_variants(section: Allocate, inputs: PlanInputs, *, alone: bool = True) -> Drafted:
    """Divide the total by each rule; against last year, or against the first rule.

    Parameters
    ----------
    section, inputs : one pot, and the frames of the plan
    alone : whether it is the only pot: then it is an error if none of its rules can be met
    """
    units, draws = _units(section, inputs)
    size = units["size"]
    need = _scales(section, units)
    bounds = _bounds(section, units)
    rules = [one.rule() for one in section.rules]
    marked = known_column(units, "marked")
    shares, refused = _by_rule(rules, size, need, bounds, marked)
    if not shares and not alone:
        return [_refused(section, rule, refused[rule.name]) for rule in rules], {}
    if not shares:
        raise DataError([one for found in refused.values() for one in found])
    last_year = bounds["last_year"]
    compared_with = next(iter(shares))
    before = shares[compared_with] if last_year is None else last_year
    against = text("planning.sentence.last_year") if last_year is not None else f"„{compared_with}“"
    variants = []
    for rule in rules:
        if rule.name in refused:
            variants.append(_refused(section, rule, refused[rule.name]))
            continue
        gains = gains_and_losses(
            shares[rule.name],
            last_year=before,
            size=size,
            in_need=known_column(units, "in_need"),
        )
        is_fitted = last_year is None and rule.name == compared_with
        variants.append(_variant(section, rule, gains, "" if is_fitted else against))
    draws = draws if section.index == "own" else None
    met = [rule for rule in rules if rule.name in shares]
    return variants, _at_thresholds(met, size, need, draws, bounds)


def _units(section: Allocate, inputs: PlanInputs) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return those the pot is for, and the draws of their need."""
    table, draws = pot_units(inputs, section.units)
    if not section.kinds:
        return table, draws
    chosen = table[table["kind"].astype(str).isin(section.kinds)]
    if chosen.empty:
        found = ", ".join(section.kinds)
        raise DataError(problem("planning.nobody_of_kind", name=section.name, found=found))
    return chosen, None if draws is None else draws.reindex(chosen.index)


def _scales(section: Allocate, units: pd.DataFrame) -> dict[str, pd.Series | None]:
    """Return what rules look at: need 0..1 (ours, or from the delivered stage), stage, share."""
    need, stage = units["need"], known_column(units, "stage")
    if section.index == "stage":
        raise_problems(number_problems(stage, "stage"))
        spread = max(stage.max() - stage.min(), 1e-300)
        need = (stage - stage.min()) / spread
        need = need if section.high_is == "burden" else 1 - need
    share = known_column(units, "share")
    if share is not None and (share > 1).any():
        raise DataError(problem("planning.share_above_one", keys=listed(share.index[share > 1])))
    return {"need": need, "stage": stage, "share": share}


def _cost(section: Allocate, rule: Rule, gains: pd.DataFrame) -> tuple[str, ...]:
    """Say what a rule costs that gives stated amounts, beside what was decided."""
    if rule.form != "amounts":
        return ()
    words = {"cost": number(gains["now"].sum(), 2), "currency": section.currency}
    if section.total is None:
        return (text("planning.sentence.costs", **words),)
    return (text("planning.sentence.costs_of", total=number(section.total, 2), **words),)


def _by_rule(
    rules: list[Rule],
    size: pd.Series,
    need: dict[str, pd.Series | None],
    bounds: dict[str, Any],
    marked: pd.Series | None,
) -> tuple[dict[str, pd.Series], dict[str, list[Problem]]]:
    """Return what each rule gives, and why some cannot be met."""
    shares, refused = {}, {}
    for rule in rules:
        try:
            if rule.form == "amounts":
                given = stated_amounts(size, need[rule.scale], rule=rule, marked=marked)
                shares[rule.name] = given
            else:
                shares[rule.name] = allocate(size, need[rule.scale], rule=rule, **bounds)
        except DataError as error:
            refused[rule.name] = [replace(one, key=f"„{rule.name}“") for one in error.problems]
    return shares, refused


def _at_thresholds(
    rules: list[Rule],
    size: pd.Series,
    need: dict[str, pd.Series | None],
    draws: pd.DataFrame | None,
    bounds: dict[str, Any],
) -> dict[str, pd.DataFrame]:
    """Return who stands at a step under each rule that every draw can meet, too.

    A delivered stage is as it is: nothing is drawn for rules that are made for one.
    """
    tables = {}
    for rule in rules if draws is not None else ():
        if rule.scale == "need" and rule.form != "amounts":
            with suppress(DataError):
                tables[f"{THRESHOLDS}{rule.name}"] = threshold_list(
                    size, need["need"], draws, rule=rule, **bounds
                )
    return tables


def _refused(section: Allocate, rule: Rule, problems: list[Problem]) -> Variant:
    """Return a variant that says why the rule cannot be met; the others stand beside it."""
    why = "; ".join(one.message.rstrip(".") for one in problems)
    return Variant(
        name=rule.name,
        sentences=(text("planning.sentence.not_met", why=why), rule.sentence()),
        figures=dict.fromkeys(FIGURES, float("nan")),
        classes=pd.Series(dtype=object),
        table=pd.DataFrame(),
        arguments=_arguments(section, rule),
    )


def _arguments(section: Allocate, rule: Rule) -> dict[str, Any]:
    return {"rule": rule.__dict__, **section.model_dump(exclude={"rules"})}


def _variant(section: Allocate, rule: Rule, gains: pd.DataFrame, against: str) -> Variant:
    change = np.sign(gains["change"].mask(gains["change"].abs() <= SAME, 0.0))
    compared = text("planning.sentence.compared")
    if against:
        compared = text("planning.sentence.against", gains=gains_sentence(gains), base=against)
    return Variant(
        name=rule.name,
        sentences=(rule.sentence(), *_cost(section, rule, gains), compared),
        figures={
            "total": float(gains["now"].sum()),
            "largest": float(gains["now"].max()),
            "smallest": float(gains["now"].min()),
            "gaining": float((change > 0).sum()),
            "losing": float((change < 0).sum()),
        },
        classes=change.map({1.0: "gain", 0.0: "same", -1.0: "loss"}).fillna("new").sort_index(),
        table=gains,
        arguments=_arguments(section, rule),
    )


def _bounds(section: Allocate, units: pd.DataFrame) -> dict[str, Any]:
    """Return the arguments that all rules of the section share."""
    return {
        "total": section.total,
        "unit": section.unit,
        "method": section.method,
        "floors": _bound(section.floors),
        "ceilings": _bound(section.ceilings),
        "last_year": _last_year(section, units),
        "max_change": section.max_change,
    }


def _bound(bound: float | dict[str, float] | None) -> float | pd.Series | None:
    return pd.Series(bound, dtype=float) if isinstance(bound, dict) else bound


def _last_year(section: Allocate, units: pd.DataFrame) -> pd.Series | None:
    given = known_column(units, "last_year")
    return given if section.last_year is None else pd.Series(section.last_year, dtype=float)


def pots_side_by_side(
    sections: tuple[Allocate, ...], drafted: list[list[Variant]]
) -> tuple[pd.DataFrame, str]:
    """Return what every unit gets from each pot by its first rule that can be met, and these rules.

    Parameters
    ----------
    sections, drafted : the pots, and the variants of each
    """
    columns, rules = {}, []
    for n, (section, variants) in enumerate(zip(sections, drafted, strict=True), 1):
        met = next((v for v in variants if "now" in v.table), None)
        if met is not None:
            called = section.name or text("planning.pot", n=n)
            columns[f"{called} ({section.currency})"] = met.table["now"]
            rules.append(f"{called}: {met.name}")
    return pd.DataFrame(columns).sort_index(), "; ".join(rules)
