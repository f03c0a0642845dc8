"""What the kinds of indicators ask of a build, and what a build without an index leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sozialraum.config.plan import Plan
from sozialraum.config.sections import NEEDS_INDEX
from sozialraum.config.steps import SECTIONS
from sozialraum.model.indicator import NO_INPUT, Indicator
from sozialraum.model.problem import Problem
from sozialraum.model.units import SHARE_FACTOR
from sozialraum.texts import problem

# normalisers whose ends do not hang on the largest ratio delivered
_STEADY = ("goalposts", "robust", "rank", "percentile")
# what speaks of an index, and nothing else
_OF_INDEX = (
    "recipe", "reference", "levels", "screening", "imputation", "smoothing", *SECTIONS, "axes",
    "typology", "uncertainty", "clusters", "space_statistics", "participation", "transitions",
    "outcomes",
)  # fmt: skip


def kind_checks(plan: Plan, file: str) -> Iterator[Problem]:
    """Find indicators whose kind does not go with their use, and parts an index would need."""
    for i in plan.indicators:
        place: dict[str, Any] = {"file": file, "key": f"indicators.{i.id}", "label": i.label}
        yield from _use_checks(plan, i, place)
        yield from _key_checks(i, place)
    if not plan.axis_names:
        yield from _without_index(plan, file)


def _use_checks(plan: Plan, i: Indicator, place: dict[str, Any]) -> Iterator[Problem]:
    """Find indicators that cannot be part of an index, and counts of nobody."""
    counted = i.kind == "ratio" and plan.population is None
    if i.value is None and (counted or (i.is_absolute and i.denominator is None)):
        yield problem("config.kind.no_population", **place)
    if i.use == "layer":
        return
    if i.direction == "neutral":
        yield problem("config.kind.neutral_input", **place)
    if i.kind in NO_INPUT:
        yield problem(f"config.kind.{i.kind}_input", **place)
    if i.kind == "euro" and not i.reason.strip():
        yield problem("config.kind.euro_input", **place)
    scaling = plan.axis(i.axis).scaling
    if i.kind == "ratio" and (scaling.methods or {}).get(i.id, scaling.method) not in _STEADY:
        yield problem("config.kind.ratio_input", **place)
    if i.kind == "balance" and plan.uncertainty is not None:
        yield problem("config.kind.balance_uncertain", **place)


def _key_checks(i: Indicator, place: dict[str, Any]) -> Iterator[Problem]:
    """Find keys that only one kind reads."""
    if i.price_year is not None and i.kind != "euro":
        yield problem("config.kind.price_year", **place)


def _without_index(plan: Plan, file: str) -> Iterator[Problem]:
    """Find what is said of an index in a build whose indicators are all layers."""
    said = [name for name in _OF_INDEX if name in plan.model_fields_set and getattr(plan, name)]
    if plan.recipe:  # it fills in the steps by itself
        said = [name for name in said if name == "recipe" or name not in SECTIONS]
    for name in said:
        yield problem("config.kind.nothing_to_index", file=file, key=name, found=name)
    shown = [word for word in plan.output.files if word in NEEDS_INDEX]
    if shown and "files" in plan.output.model_fields_set:
        yield problem(
            "config.kind.output_of_index", file=file, key="output.files", found=", ".join(shown)
        )


def compare_checks(plan: Plan, file: str) -> Iterator[Problem]:
    """Find shares that are none, and surveys that do not say of whom."""
    kinds = {i.id: i.kind for i in plan.indicators}
    for n, section in enumerate(plan.compare, 1):
        for m, row in enumerate(section.rows, 1):
            for side in ("left", "right"):
                found = getattr(row, side)
                if kinds.get(found, "share") != "share":
                    place: dict[str, Any] = {"key": f"compare[{n}].rows[{m}].{side}"}
                    yield problem("config.compare.no_share", file=file, found=found, **place)
    for i in plan.indicators:
        where: dict[str, Any] = {"file": file, "key": f"indicators.{i.id}", "label": i.label}
        if i.survey and (i.kind != "share" or i.value is not None or i.population is None):
            yield problem("config.kind.survey", **where)
        if i.population is not None and not i.survey:
            yield problem("config.kind.population", **where)


def segregation_checks(plan: Plan, file: str) -> Iterator[Problem]:
    """Find what ``[space_statistics]`` names and is no share of counted persons."""
    asked = plan.space_statistics
    if asked is None:
        return
    kinds, ids = ("share", "rate", "vote"), {i.id for i in plan.indicators}
    shares = [
        i.id
        for i in plan.indicators
        if i.value is None and i.kind in kinds and i.unit in SHARE_FACTOR
    ]
    known = ", ".join(shares) or "–"
    for key in ("segregation", "rezoning"):
        for found in sorted((set(getattr(asked, key) or ()) & ids) - set(shares)):
            place: dict[str, Any] = {"file": file, "key": f"space_statistics.{key}"}
            yield problem("config.segregation_no_share", **place, found=found, known=known)
