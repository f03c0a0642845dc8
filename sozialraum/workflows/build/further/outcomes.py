"""What ``[outcomes]`` says of transitions by classes: rates, trend, standardised rates.

Cases are sums of protected counts. A class is spoken of only where enough children have the outcome
and enough have not, in each group that is told apart.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sozialraum.config import Plan
from sozialraum.insight.outcomes import (
    OutcomeCounts,
    standardised_rates,
    transition_rates,
    trend_test,
)
from sozialraum.model import Release
from sozialraum.model.protected import ProtectedTable
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import number, signed, text
from sozialraum.workflows.build.counts.variables import BESIDE, stratum

_CRITICAL = 1.959963984540054  # of a two-sided test at 5 %


def outcome_sentences(
    plan: Plan, table: ProtectedTable, release: Release, rules: DisclosureRules
) -> tuple[str, ...]:
    """Return the sentences of ``[outcomes]``; none where the build does not ask.

    Parameters
    ----------
    plan : the build
    table : protected counts of its Stichtag
    release : for the published classes
    rules : ``minimum`` children with the outcome, and without it, that a class must have
    """
    if plan.outcomes is None or not plan.transitions:
        return ()
    ordered = release.breaks["index"].labels
    if plan.orientation == "participation":
        ordered = ordered[::-1]
    place = release.current.table["class_label"].map({n: p for p, n in enumerate(ordered, 1)})
    rates = outcome_rates(plan, table, place.astype(float), rules)
    names = dict(enumerate(ordered, 1))
    return tuple(_sentences(plan, table, place.astype(float), rates.rename(index=names)))


def outcome_rates(
    plan: Plan, table: ProtectedTable, place: pd.Series, rules: DisclosureRules
) -> pd.DataFrame:
    """Return the rates of the classes that may be spoken of.

    Parameters
    ----------
    plan : with ``[outcomes]`` and ``[transitions]``
    table : protected counts
    place : by area key the class, 1 = lowest burden; NaN for none
    rules : of disclosure control

    Returns
    -------
    DataFrame by class: ``rate``, ``rate_low``, ``rate_high`` (0..1); with groups ``standardised``,
    NaN where a group of the class is too small to be told.
    """
    assert plan.outcomes is not None
    found = _rates(_outcome(table, BESIDE[1]), place, level=plan.outcomes.level)
    kept = found[_enough(found, rules)][["rate", "rate_low", "rate_high"]]
    if not plan.outcomes.strata:
        return kept
    return kept.assign(standardised=_standardised(plan, table, place, rules))


def _outcome(table: ProtectedTable, name: str) -> OutcomeCounts:
    """Return the protected counts of a variable, where they are told."""
    counts = pd.DataFrame({"cases": table.middle[name], "all": table.base[name]}).dropna()
    return OutcomeCounts(name, counts["cases"], counts["all"])


def _rates(outcome: OutcomeCounts, place: pd.Series, **more: float) -> pd.DataFrame:
    """Return the rates of the classes of the areas whose counts are told."""
    return transition_rates(outcome, place.reindex(outcome.cases.index), **more)


def _enough(rates: pd.DataFrame, rules: DisclosureRules) -> pd.Series:
    """Tell which rows have enough children with the outcome, and enough without."""
    others = rates["children"] - rates["cases"]
    return rates["cases"].ge(rules.minimum) & others.ge(rules.minimum)


def _standardised(
    plan: Plan, table: ProtectedTable, place: pd.Series, rules: DisclosureRules
) -> pd.Series:
    """Return the directly standardised rate per class; the standard are all classes together."""
    assert plan.outcomes is not None and plan.outcomes.strata
    rows = []
    for group in plan.outcomes.strata:
        name = stratum(group.label)
        if name not in table.middle or table.middle[name].notna().sum() == 0:
            return pd.Series(dtype=float)
        rates = _rates(_outcome(table, name), place)
        told = rates[_enough(rates, rules)].reset_index(names="type")
        rows.append(told[["type", "cases", "children"]].assign(stratum=group.label))
    strata = pd.concat(rows)
    # a class without one of its groups cannot be standardised; it must not shape the standard
    whole = strata.groupby("type")["stratum"].nunique() == len(plan.outcomes.strata)
    strata = strata[strata["type"].isin(whole.index[whole])]
    if strata.empty:
        return pd.Series(dtype=float)
    return standardised_rates(strata, level=plan.outcomes.level)["standardised"]


def _sentences(
    plan: Plan, table: ProtectedTable, place: pd.Series, rates: pd.DataFrame
) -> Iterator[str]:
    assert plan.outcomes is not None
    if len(rates) < 2:
        return
    label = plan.transitions[0].label
    event = label[:1].upper() + label[1:]
    ends = rates[["rate", "rate_low", "rate_high"]].itertuples()
    stated = ", ".join(
        text("pipeline.outcomes.rate", label=n, rate=_of(r), low=_of(a), high=_of(b))
        for n, r, a, b in ends
    )
    yield text("pipeline.outcomes.rates", event=event, rates=stated)
    outcome = _outcome(table, BESIDE[1])
    if plan.outcomes.trend and 0 < outcome.cases.sum() < outcome.children.sum():
        z, _ = trend_test(outcome, place.reindex(outcome.cases.index))
        kind = "flat" if abs(z) < _CRITICAL else "more" if z > 0 else "less"
        yield text(f"pipeline.outcomes.{kind}", z=signed(z, 1))
    yield from _composition(plan, rates)


def _composition(plan: Plan, rates: pd.DataFrame) -> Iterator[str]:
    """Say what the rates would be if all classes were composed alike."""
    assert plan.outcomes is not None
    groups = ", ".join(group.label for group in plan.outcomes.strata or ())
    if not groups:
        return
    known = rates["standardised"].dropna()
    if known.empty:
        yield text("pipeline.outcomes.unknown", groups=groups)
        return
    stated = ", ".join(
        text(
            "pipeline.outcomes.standardised",
            label=n,
            standardised=_of(s),
            rate=_of(rates.at[n, "rate"]),
        )
        for n, s in known.items()
    )
    yield text("pipeline.outcomes.same", groups=groups, rates=stated)


def _of(rate: float) -> str:
    return number(100 * rate)
