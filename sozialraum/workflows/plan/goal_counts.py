"""What the goals of a plan are judged by: cases and persons of the city and of its classes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from sozialraum.model.errors import DataError
from sozialraum.planning.plan_file import PlanFile
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import problem
from sozialraum.workflows.build.release_draft import disclosure_rules
from sozialraum.workflows.build.result import Result
from sozialraum.workflows.plan.index_draws import counted_cases


def goal_counts(plan: PlanFile, base: Result) -> pd.DataFrame | None:
    """Return cases and base per indicator and group ("" = the whole municipality).

    Beside the indicators stand "participation" and "transitions" where the build counts them.
    What too few persons stand behind is unknown, as it is in every other table.
    """
    if not plan.targets:
        return None
    axis = base.plan.axis_names[0]
    labels = base.scored[base.plan.stichtag.isoformat()][axis].labels
    groups = base.fitted_by_day[axis].breaks.labels
    pairs = _countable(base)
    _require_known(plan, pairs, groups)
    rules = disclosure_rules(base.plan)
    rows = {}
    for name, (cases, people) in pairs.items():
        for group in ("", *groups):
            inside = cases.notna() & people.notna() & (labels.eq(group) | (group == ""))
            pair = cases[inside].sum(), people[inside].sum()
            rows[name, group] = pair if _may_be_told(*pair, rules) else (np.nan, np.nan)
    index = pd.MultiIndex.from_tuples(rows, names=["indicator", "group"])
    return pd.DataFrame(list(rows.values()), index=index, columns=["cases", "base"])


def _countable(base: Result) -> dict[str, tuple[pd.Series, pd.Series]]:
    """Return cases and persons per area of all that a goal can be about."""
    measured, cases = base.measured[base.plan.stichtag.isoformat()], counted_cases(base)
    pairs = {i.id: (cases[i.id], measured.base[i.id]) for i in base.plan.indicators}
    counts = measured.counts.reindex(cases.index)
    if (p := base.plan.participation) is not None:
        pairs["participation"] = counts[p.participants], counts[p.children]
    if (t := base.plan.transitions) is not None:
        pairs["transitions"] = counts[t.cases], counts[t.children]
    return pairs


def _require_known(plan: PlanFile, names: Iterable[str], groups: Sequence[str]) -> None:
    wrong = [
        problem("planning.unknown_target", target=t.id, key=key, found=found, known=known)
        for t in plan.targets
        for key, found, known in (
            ("indicator", "" if t.indicator in names else t.indicator, ", ".join(names)),
            ("group", "" if t.group in ("", *groups) else t.group, ", ".join(groups)),
        )
        if found
    ]
    if wrong:
        raise DataError(wrong)


def _may_be_told(cases: float, persons: float, rules: DisclosureRules) -> bool:
    """Tell whether a share of a group stands for enough persons, in it and in its rest."""
    if rules.published_input:
        return True
    few = any(0 < round(n) < rules.minimum for n in (cases, persons - cases))
    return not few and persons >= rules.value_base
