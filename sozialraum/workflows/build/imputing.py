"""Values that stand for missing ones while the index is computed; none of them is published.

A delivered value that is not there (missing, or withheld by the deliverer) may be guessed from
other areas or years. The guess lets an area keep its index; the indicator itself stays missing in
every table. Where nobody is counted, or an area is left out of the index, nothing is filled in.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from sozialraum.config import Plan
from sozialraum.index.preparation.imputation import impute_panel, inspect_imputation
from sozialraum.index.preparation.treatment import transform
from sozialraum.model import Problem
from sozialraum.texts import number, text
from sozialraum.workflows.build.measuring import Measured, counted_alike

_MAY_BE_FILLED = ("missing", "suppressed", "small_base")
_FIRST = "negative_to_missing"


def filled_in(
    plan: Plan, measured: dict[str, Measured]
) -> tuple[dict[str, Measured], tuple[Problem, ...]]:
    """Return every Stichtag with the values its index is computed from, and what was filled in.

    Parameters
    ----------
    plan : with or without ``[imputation]``
    measured : per Stichtag, values as delivered
    """
    if plan.imputation is None or not plan.indicators:
        return measured, ()
    alike = counted_alike(plan, measured)  # what was counted otherwise fills no gap
    panel = pd.concat({day: _cleaned(plan, m) for day, m in alike.items()}, names=["day", "key"])
    filled, _ = impute_panel(panel, **plan.imputation.model_dump())
    made, today = dict(measured), plan.stichtag.isoformat()
    for day, one in alike.items():
        allowed = one.status.isin(_MAY_BE_FILLED) | one.used.notna()
        allowed.loc[[*one.excluded.index, *one.screened]] = False
        own = filled.xs(day, level="day").where(allowed[filled.columns], panel.loc[day])
        made[day] = replace(one, filled=one.used.assign(**own))
    ids, labels = zip(*((i.id, i.label) for i in plan.indicators), strict=True)
    return made, tuple(inspect_imputation(guessed(made[today])[[*ids]], [*labels]))


def guessed(measured: Measured) -> pd.DataFrame:
    """Return which values of a Stichtag were filled in: bool, (n_areas, n_indicators)."""
    return measured.value.isna() & measured.used.notna()


def pooled(measured: dict[str, Measured]) -> Measured:
    """Return all Stichtage as one, each area as often as it has one, to learn a method from."""
    frames = {
        name: _stacked({day: getattr(m, name) for day, m in measured.items()})
        for name in ("value", "base", "status", "missing", "used")
    }
    last = measured[max(measured)]
    known = last.persons is not None
    persons = _stacked({day: m.persons for day, m in measured.items()}) if known else None
    excluded = _stacked({day: m.excluded for day, m in measured.items()})
    return replace(
        last, persons=persons, value=frames["value"], base=frames["base"],
        status=frames["status"], missing=frames["missing"], filled=frames["used"],
        excluded=excluded, split=None, by_mask={},
    )  # fmt: skip


def learning_sample(plan: Plan, measured: dict[str, Measured]) -> Measured:
    """Return what scales, weights and limits are learnt from: the build's Stichtag, or all."""
    alike = counted_alike(plan, measured)
    alone = plan.learn_from == "stichtag" or len(alike) == 1
    return measured[plan.stichtag.isoformat()] if alone else pooled(alike)


def _cleaned(plan: Plan, one: Measured) -> pd.DataFrame:
    """Return the values without those that stand for none (a negative count of the unemployed)."""
    steps = [plan.axis(axis).transform for axis in plan.axis_names]
    first = {name: how for step in steps for name, how in step.items() if how == _FIRST}
    return transform(one.used[[i.id for i in plan.indicators]], first)


def imputation_words(plan: Plan, measured: dict[str, Measured]) -> list[str]:
    """Return what ``methode.md`` says about values that were filled in, and about pooled years."""
    stated = []
    if plan.imputation is not None:
        how = text(f"pipeline.imputed.{plan.imputation.method}")
        cells = pd.concat([guessed(m) for m in measured.values()]).sum()
        filled = [f"{i.label} ({number(int(cells[i.id]))})" for i in plan.indicators if cells[i.id]]
        which = ", ".join(filled) or text("pipeline.imputed.none")
        stated.append(text("pipeline.imputed.sentence", how=how, which=which))
    for level in plan.levels:
        word = "level" if level.of == "index" else "level_counts"
        stated.append(text(f"pipeline.{word}", name=level.parent))
    if plan.learn_from == "all" and len(measured) > 1:
        stated.append(text("pipeline.learnt_from_all", count=len(measured)))
    return stated


def _stacked(frames: dict[str, Any]) -> Any:
    """Return the frames of all days below each other, with the day before each key."""
    return pd.concat([f.set_axis([f"{day} {k}" for k in f.index]) for day, f in frames.items()])
