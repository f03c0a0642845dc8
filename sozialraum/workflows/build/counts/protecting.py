"""The counts of a build through disclosure control, before anything is computed from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sozialraum.model import Problem, status_frame
from sozialraum.model.indicator import APART
from sozialraum.model.protected import Protected, ProtectedTable
from sozialraum.privacy.case_counts import CaseCounts
from sozialraum.privacy.ledger import Ledger, open_ledger
from sozialraum.privacy.protecting import protect
from sozialraum.privacy.release import is_uncounted
from sozialraum.privacy.rules import DisclosureRules, rules_from
from sozialraum.sources.tabular.formula import linear_terms
from sozialraum.texts import problem
from sozialraum.workflows.build.counts.counting import TrueCounts
from sozialraum.workflows.build.counts.units import Units, units_of
from sozialraum.workflows.build.counts.variables import (
    BESIDE,
    counted_columns,
    is_beside,
    of_part,
    stratum,
)

if TYPE_CHECKING:
    from sozialraum.config import Plan
    from sozialraum.privacy.release_memory import Draft
    from sozialraum.sources.delivery import Delivery
    from sozialraum.space.crosswalk import Crosswalk

_FRAMES = ("middle", "low", "high", "base", "status")


@dataclass(frozen=True, eq=False, repr=False)
class Safe:
    """What disclosure control lets through of a build's counts.

    Parameters
    ----------
    tables : per Stichtag, on the areas of the index in their order
    protected : as `sozialraum.privacy.protecting.protect` made it; None where all is published
        already
    ledger, draft : what earlier releases told, and what this one adds; None without a ledger
    problems : for the office: tables that are not told
    """

    tables: Mapping[str, ProtectedTable]
    protected: Protected | None = None
    ledger: Ledger | None = None
    draft: Draft | None = None
    problems: tuple[Problem, ...] = ()


def disclosure_rules(plan: Plan) -> DisclosureRules:
    """Return the rules of a build: its profile's, and what the build file sets."""
    stated = plan.disclosure.model_dump(exclude_unset=True)
    if plan.published:
        parts = [p for i in plan.indicators if i.id in plan.published for p in i.parts]
        stated["published"] = tuple(
            dict.fromkeys(
                (
                    *stated.get("published", ()),
                    *sorted(plan.published.difference(stated.get("published", ()))),
                    *parts,
                )
            )
        )
    return rules_from(**stated)


def protected_counts(
    plan: Plan, delivery: Delivery, crosswalk: Crosswalk | None, counted: Mapping[str, TrueCounts]
) -> Safe:
    """Protect all counts of a build: of indicators, beside them, and by other ways of splitting.

    Raises
    ------
    ConfigError, DisclosureError
        With all problems at once, see `sozialraum.privacy.protecting.protect`.
    """
    rules = disclosure_rules(plan)
    exact = {day: exact_counts(plan, one) for day, one in counted.items()}
    if rules.published_input or not any(c.pairs.inside().shape[1] for c in counted.values()):
        return Safe(exact)
    units = units_of(plan, delivery, crosswalk, counted)
    counts = [_cases(plan, units, day, one) for day, one in sorted(counted.items())]
    ledger = None
    if plan.disclosure.ledger is not None:
        ledger = ledger_of(plan)
    target = plan.join.target
    if not any(c.cases.shape[1] for c in counts):
        return Safe({d: _only_open(plan, e) for d, e in exact.items()}, ledger=ledger)
    names = counted_columns(plan)
    made = protect(
        [c for c in counts if c.cases.shape[1]],
        units.geographies,
        publish=(target,),
        rules=rules,
        stated=_stated(plan, names),
        confidential=confidential_variables(plan),
        columns=names,
        ledger=ledger,
        accepted=(*plan.disclosure.corrects, *plan.disclosure.different),
    )
    keys, split = delivery.areas[target].index, crosswalk is not None
    found = made.protected.on(target)
    tables = {
        day: _beside_open(plan, _on(found.get(day), one, keys, split=split), exact[day])
        for day, one in counted.items()
    }
    unrecorded = no_ledger(plan.file.name) if ledger is None else ()
    return Safe(tables, made.protected, ledger, made.draft, (*made.problems, *unrecorded))


def no_ledger(file: str) -> tuple[Problem, ...]:
    """Return the warning on protected counts that no ledger will remember."""
    return (problem("privacy.no_ledger", "warning", file=file),)


def ledger_of(plan: Plan) -> Ledger:
    """Return the ledger a build names, verified with its key."""
    folder, said = plan.file.parent, plan.disclosure
    return open_ledger(folder / (said.ledger or ""), folder / (said.key or ""))


def exact_counts(plan: Plan, counted: TrueCounts) -> ProtectedTable:
    """Return true counts in the form of protected ones: for open data, and for the office."""
    pairs, names = counted.pairs.inside(), [*counted_columns(plan)]
    cases, base = _of(pairs, names, "cases"), _of(pairs, names, "base")
    for mask, other in counted.by_mask.items():
        moved = other.inside()
        own = [n for n in names if not is_beside(n) and f"{n}.cases" in moved]
        cases = cases.join(_of(moved, own, "cases").add_suffix(f"@{mask}"))
        base = base.join(_of(moved, own, "base").add_suffix(f"@{mask}"))
    label = np.where(cases.isna(), "missing", np.where(base == 0, "no_base", "ok"))
    shown = cases.index.difference(counted.excluded.index, sort=False)
    return ProtectedTable(
        stichtag=counted.stichtag,
        geography=plan.join.target,
        middle=cases.where(base > 0),
        low=cases.where(base > 0),
        high=cases.where(base > 0),
        base=base,
        status=status_frame(pd.DataFrame(label, cases.index, cases.columns)),
        total=cases.loc[shown].sum(),
        total_base=base.loc[shown].sum(),
        exact=frozenset((*names, *(i.id for i in plan.indicators))),
    )


def _of(pairs: pd.DataFrame, names: list[str], part: str) -> pd.DataFrame:
    columns = {f"{n}.{part}": n for n in names}
    return pairs.reindex(columns=list(columns)).rename(columns=columns).astype(float)


def _open(plan: Plan) -> list[str]:
    rules = disclosure_rules(plan)
    return [i.id for i in plan.indicators if rules.is_open(i.id)]


def _only_open(plan: Plan, exact: ProtectedTable) -> ProtectedTable:
    """Return the table of what is published already, alone."""
    kept = _open(plan)
    own = [n for n in exact.middle if of_part(n.partition("@")[0]) in kept]
    frames = {n: getattr(exact, n)[own] for n in _FRAMES}
    sums = {"total": exact.total[own], "total_base": exact.total_base[own]}
    return replace(exact, **frames, **sums, exact=frozenset(kept))


def _beside_open(plan: Plan, table: ProtectedTable, exact: ProtectedTable) -> ProtectedTable:
    """Return the table with what is published already as it is, to the last digit."""
    own = _only_open(plan, exact)
    rest = [n for n in table.middle if n not in own.middle]
    frames = {n: getattr(table, n)[rest].join(getattr(own, n)) for n in _FRAMES}
    sums = {
        n: pd.concat([getattr(table, n)[rest], getattr(own, n)]) for n in ("total", "total_base")
    }
    return replace(table, **frames, **sums, exact=own.exact)


def _on(
    table: ProtectedTable | None, counted: TrueCounts, keys: pd.Index, *, split: bool
) -> ProtectedTable:
    """Return a table in the order of the areas; in an area without any unit nobody is counted."""
    if table is None:
        empty = pd.DataFrame(index=keys)
        nothing = pd.Series(dtype=float)
        return ProtectedTable(
            stichtag=counted.stichtag, geography="", middle=empty, low=empty, high=empty,
            base=empty, status=empty, total=nothing, total_base=nothing,
        )  # fmt: skip
    frames = {n: getattr(table, n).reindex(keys) for n in _FRAMES}
    lost = ~keys.isin(table.middle.index)
    label = frames["status"].astype(object)
    label.loc[lost] = "no_base" if split else "missing"
    frames["status"] = status_frame(label)
    if split:
        frames["base"].loc[lost] = 0.0
    return replace(table, **frames)


def _cases(plan: Plan, units: Units, day: str, counted: TrueCounts) -> CaseCounts:
    """Return the counts of one Stichtag on the units, those that persons stand behind."""
    pairs = units.pairs[day]
    rules = disclosure_rules(plan)
    hidden = {i.id for i in plan.indicators if is_uncounted(i, rules)}
    apart = {i.id for i in plan.indicators if i.kind in APART}
    names = [n for n in counted_columns(plan) if f"{n}.cases" in pairs and n not in hidden]
    cases, base = _of(pairs, names, "cases"), _of(pairs, names, "base")
    for mask, other in counted.by_mask.items():
        moved = other.inside()
        own = [n for n in names if not is_beside(n) and f"{n}.cases" in moved and not units.whole]
        for frame, part in ((cases, "cases"), (base, "base")):
            frame[[f"{n}@{mask}" for n in own]] = _of(moved, own, part).to_numpy()
    most = {i.id: i.most for i in plan.indicators if i.most is not None and i.id in names}
    unbounded = [c for c in cases if of_part(str(c).partition("@")[0]) in apart]
    return CaseCounts(day, cases, base, whole=units.whole, most=most, unbounded=unbounded)


def confidential_variables(plan: Plan) -> list[str]:
    """Return the variables whose base nobody knows either."""
    found = [i for i in plan.indicators if i.confidential_base]
    return [name for i in found for name in (i.id, *i.parts)]


def _stated(plan: Plan, names: Mapping[str, tuple[str, str]]) -> dict[str, dict[str, Any]]:
    """Return the sums that the build file states between columns that are counted."""
    variable = {cases: name for name, (cases, _) in names.items()}
    found = {}
    for rule in plan.derived:
        parts = linear_terms(rule.formula)
        plain = parts and all(n in (-1, 0, 1) for n in parts.values())
        if rule.name in variable and parts and plain and set(parts) <= set(variable):
            found[variable[rule.name]] = {variable[c]: int(n) for c, n in parts.items() if n}
    if plan.outcomes is not None and plan.outcomes.strata and BESIDE[1] in names:
        found[BESIDE[1]] = {stratum(group.label): 1 for group in plan.outcomes.strata}
    return found
