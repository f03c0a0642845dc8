"""What the goals of a plan are judged by: cases and persons of the city and of its classes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from sozialraum.config.further import layer_of
from sozialraum.config.pydantic_errors import did_you_mean
from sozialraum.model.errors import DataError
from sozialraum.planning.plan_sections import PlanFile
from sozialraum.texts import problem
from sozialraum.workflows.build.result import Result
from sozialraum.workflows.plan.index_draws import counted_cases


def goal_counts(plan: PlanFile, base: Result) -> pd.DataFrame | None:
    """Return cases and base per indicator and group ("" = the whole municipality).

    Beside the indicators stand "participation" and "transitions" where the build counts them.
    Cases are sums of protected counts.
    """
    if not plan.targets:
        return None
    axis = base.plan.axis_names[0]
    labels = base.scored[base.plan.stichtag.isoformat()][axis].labels
    groups = base.fitted_by_day[axis].limits.labels
    pairs = _countable(base)
    _require_known(plan, pairs, groups)
    rows = {}
    for name, (cases, people) in pairs.items():
        for group in ("", *groups):
            inside = cases.notna() & people.notna() & (labels.eq(group) | (group == ""))
            rows[name, group] = cases[inside].sum(), people[inside].sum()
    index = pd.MultiIndex.from_tuples(rows, names=["indicator", "group"])
    return pd.DataFrame(list(rows.values()), index=index, columns=["cases", "base"])


def _countable(base: Result) -> dict[str, tuple[pd.Series, pd.Series]]:
    """Return protected cases and persons per area of all that a goal can be about."""
    table = base.measured[base.plan.stichtag.isoformat()].table
    measured, cases = base.measured[base.plan.stichtag.isoformat()], counted_cases(base)
    pairs = {i.id: (cases[i.id], measured.base[i.id]) for i in base.plan.indicators}
    for name in base.plan.beside:
        if name in table.middle:
            pairs[layer_of(name)] = table.middle[name], table.base[name]
    return pairs


def _require_known(plan: PlanFile, names: Iterable[str], groups: Sequence[str]) -> None:
    wrong = []
    for n, target in enumerate(plan.targets, 1):
        for key, known in (("indicator", [*names]), ("group", ["", *groups])):
            found = getattr(target, key)
            if found not in known:
                unknown = problem(
                    "planning.unknown_name",
                    key=f"targets[{n}].{key}",
                    found=f"„{found}“",
                    known=", ".join(filter(None, known)),
                    hint=did_you_mean(found, known),
                )
                wrong.append(unknown)
    if wrong:
        raise DataError(wrong)
