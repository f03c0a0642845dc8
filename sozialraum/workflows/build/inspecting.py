"""What a committee should know about the indicators before it trusts the index."""

from __future__ import annotations

from sozialraum.config.plan import Plan
from sozialraum.index.diagnostics import inspect_index
from sozialraum.index.fitted_index import Scored
from sozialraum.model import Problem
from sozialraum.texts import problem
from sozialraum.workflows.build.measuring import Measured

# Most important first; a page of warnings is read by nobody.
_ORDER = (
    "outcome_as_input", "constant", "against_direction", "second_dimension", "redundant",
    "explained", "mostly_zero", "low_kmo", "low_alpha", "few_areas",
)  # fmt: skip
_MOST, _MOST_ALIKE = 4, 2
_FROM_DATA = ("pca", "factor")


def outcomes_of(plan: Plan) -> list[str]:
    """Return the columns that the index shall explain and that are no input of it."""
    return [pair[0] for part in plan.beside.values() if (pair := part.pair) is not None]


def inspect(plan: Plan, measured: Measured, scored: dict[str, Scored]) -> list[Problem]:
    """Return findings on the indicators of every axis: errors, and the weightiest warnings.

    Parameters
    ----------
    plan : the build; what it calls participation or transitions is no input of the index
    measured, scored : of the build's own Stichtag
    """
    outcomes = outcomes_of(plan)
    found: dict[Problem, None] = {}
    for axis, one in scored.items():
        own, weighting = plan.indicators_of(axis), plan.axis(axis).weighting
        by_data = weighting is not None and weighting.method in _FROM_DATA
        value = measured.value[[i.id for i in own]].drop(
            index=[*measured.excluded.index, *measured.screened]
        )
        title = plan.axis(axis).label or plan.title
        z = one.z.loc[value.index]
        stated = inspect_index(value, z, own, outcomes=outcomes, title=title)
        # the measure speaks of weights from the data; others do not hang on it
        found |= dict.fromkeys(p for p in stated if by_data or _name(p) != "low_kmo")
    first = _weightiest(sorted(found, key=lambda p: _ORDER.index(_name(p))))
    left = len(found) - len(first)
    return [*first, *([problem("pipeline.more_findings", "note", count=left)] if left else [])]


def _weightiest(ordered: list[Problem]) -> list[Problem]:
    """Return every error and the first warnings, few of each kind."""
    kept = [p for p in ordered if p.severity == "error"]
    for one in ordered:
        alike = sum(_name(p) == _name(one) for p in kept)
        if one.severity != "error" and len(kept) < _MOST and alike < _MOST_ALIKE:
            kept.append(one)
    return kept


def _name(found: Problem) -> str:
    return found.code.removeprefix("index.")
