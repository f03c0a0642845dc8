"""Counts of persons that a formula multiplies or shifts: around those no window protects.

A window of three persons around "100 times the poor" names the number of the poor, and around
"the poor and 1,000" it hides neither none nor few.
"""

from __future__ import annotations

from collections.abc import Mapping

from sozialraum.config.plan import Plan
from sozialraum.model import Problem
from sozialraum.privacy.release import WHOLE_KINDS
from sozialraum.sources.tabular.formula import CONSTANT, linear_parts
from sozialraum.texts import problem
from sozialraum.workflows.build.counts.protecting import disclosure_rules
from sozialraum.workflows.build.counts.variables import counted_columns, of_part

Parts = Mapping[str, float]


def scaled_count_problems(plan: Plan) -> list[Problem]:
    """Return the formulas of protected counts that are no plain sums or differences of columns.

    Products and quotients of columns are estimates and no such formulas. Cents may become euros,
    as long as not both are shown.
    """
    counted, found = _protected_columns(plan), []
    money = _protected_columns(plan, money=True)
    whole: dict[str, Parts] = {}
    for rule in plan.derived:
        parts = linear_parts(rule.formula)
        if parts is None:
            continue
        whole[rule.name] = _in_columns(parts, whole)
        both = rule.name in money and not money.isdisjoint(whole[rule.name])
        if (rule.name in counted or both) and not _is_plain(whole[rule.name]):
            key, written = f"derived.{rule.name}.formula", rule.formula
            wrong = problem("pipeline.scaled_count", file=plan.file.name, key=key, found=written)
            found.append(wrong)
    return found


def _protected_columns(plan: Plan, *, money: bool = False) -> set[str]:
    """Return the columns of protected numbers of persons, or of money."""
    rules = disclosure_rules(plan)
    amounts = {i.id for i in plan.indicators if i.kind not in WHOLE_KINDS}
    return {
        cases
        for name, (cases, _) in counted_columns(plan).items()
        if not rules.published_input
        and not rules.is_open(of_part(name))
        and (of_part(name) in amounts) == money
    }


def _in_columns(parts: Parts, before: Mapping[str, Parts]) -> dict[str, float]:
    """Return a sum with the formulas put in that its columns have themselves."""
    found: dict[str, float] = {}
    for column, factor in parts.items():
        for name, inner in before.get(column, {column: 1.0}).items():
            found[name] = found.get(name, 0.0) + factor * inner
    return found


def _is_plain(parts: Parts) -> bool:
    return parts.get(CONSTANT, 0.0) == 0 and all(n in (-1, 0, 1) for n in parts.values())
