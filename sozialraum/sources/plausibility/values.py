"""Numbers that cannot be: parts above the whole, shares outside their range, sums that differ."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.model import Indicator, Problem
from sozialraum.model.units import SHARE_FACTOR
from sozialraum.sources.plausibility.listing import SHOWN, files_of, listing
from sozialraum.sources.tabular.formula import names
from sozialraum.sources.tabular.totals import is_whole
from sozialraum.texts import number, percent, problem

if TYPE_CHECKING:
    from sozialraum.config.plan import Plan

# Where so many cases were to be expected, none in all indicators has a chance of 1 in 20,000.
_EXPECTED = 10.0
_RARE = 0.2  # of the areas; more such rows are what the numbers are like
_OF_A_WHOLE = ("share", "rate", "vote")


def needed_variables(plan: Plan, known: Collection[str] | None = None) -> Iterator[tuple[str, str]]:
    """Yield what needs a variable, in words, and the variable.

    Of a station of education that does not record a group among the `known` variables, those of
    the other group alone.
    """
    counted = {share.cases: share.value for share in plan.counted_shares}
    needed = _needed(plan, counted, known)
    yield from (one for one in needed if one[1] not in plan.released_columns)


def _needed(
    plan: Plan, counted: Mapping[str, str], known: Collection[str] | None
) -> Iterator[tuple[str, str]]:
    for i in plan.indicators:
        for variable in i.columns:
            yield f"Indikator „{i.label}“", counted.get(variable, variable)
        if i.population is not None:
            yield f"Indikator „{i.label}“", i.population
    for label, cases, base in beside_index(plan, known):
        yield from ((f"„{label}“", cases), (f"„{label}“", base))
    if plan.population is not None:
        yield "Bevölkerung", plan.population.variable
    for rule in plan.derived:
        for variable in names(rule.formula):
            yield f"Formel „{rule.name}“", variable


def beside_index(
    plan: Plan, known: Collection[str] | None = None
) -> Iterator[tuple[str, str, str]]:
    """Yield label, cases and base of the rates that are shown beside the index."""
    for section in plan.beside.values():
        if (pair := section.pair) is not None:
            yield section.label, *pair
    for group in (plan.outcomes.strata or ()) if plan.outcomes is not None else ():
        yield group.label, group.cases, group.children
    for lent in plan.smoothing.auxiliary if plan.smoothing is not None else ():
        yield lent.label, lent.numerator, lent.denominator
    if plan.chain is not None:
        yield from plan.chain.rates(known)


def _count_columns(frame: pd.DataFrame, plan: Plan) -> list[str]:
    used = [v for i in plan.indicators for v in i.columns if v != i.value]
    used += [column for _, *pair in beside_index(plan) for column in pair]
    used += [plan.population.variable] if plan.population is not None else []
    return [c for c in dict.fromkeys(used) if c is not None and c in frame.columns]


def check_counts(frame: pd.DataFrame, plan: Plan, where: dict[str, str]) -> Iterator[Problem]:
    """Yield counts of persons that are negative or not whole."""
    derived = {rule.name for rule in plan.derived}
    derived |= {str(i.numerator) for i in plan.indicators if i.kind == "euro"}  # they have cents
    columns = _count_columns(frame, plan)
    counts = frame[columns].to_numpy(float)
    below, odd = counts < 0, (counts >= 0) & (counts != np.round(counts))
    for n, column in enumerate(columns):
        if below[:, n].any():
            yield _negative(frame[column][below[:, n]], where, column)
        if odd[:, n].any() and column not in derived:
            broken = frame[column][odd[:, n]]
            key, value = str(broken.index[0]), number(float(broken.iloc[0]), 2)
            yield problem(
                "check.not_whole",
                "warning",
                **where,
                column=column,
                key=key,
                found=value,
                n=len(broken),
            )


def _negative(values: pd.Series, where: dict[str, str], column: str) -> Problem:
    """Tell of negative counts: one value everywhere is a mark, several are a balance."""
    where = where | {"column": column, "key": str(values.index[0])}
    said = {"n": len(values), "keys": listing([str(key) for key in values.index])}
    if values.nunique() == 1:
        mark = f"{values.iloc[0]:g}"
        return problem("check.negative", **where, found=mark, **said)
    found = number(float(values.iloc[0]), _digits(values.iloc[0]))
    return problem("check.balance", **where, found=found, **said)


def check_shares(frame: pd.DataFrame, plan: Plan, where: dict[str, str]) -> Iterator[Problem]:
    """Yield shares, delivered or to be formed, that are outside their range."""
    formed = [*beside_index(plan)]
    for i in plan.indicators:
        if i.kind not in _OF_A_WHOLE:
            continue
        if i.value is not None and i.value in frame.columns and i.unit in SHARE_FACTOR:
            yield from _delivered_share(frame[i.value].dropna(), i, where)
        elif i.unit in SHARE_FACTOR:
            formed.append((i.label, str(i.numerator), str(i.denominator)))
    rates = {i.label for i in plan.indicators if i.kind == "rate"}
    for label, cases, base in formed:
        if cases in frame.columns and base in frame.columns:
            name = "check.cases_above" if label in rates else "check.numerator_above"
            yield from _formed_share(frame, label, cases, base, where, name)


def _delivered_share(values: pd.Series, i: Indicator, where: dict[str, str]) -> Iterator[Problem]:
    """Yield delivered shares outside their range; a share written as per cent is told once."""
    limit = SHARE_FACTOR[i.unit]
    outside = values[(values < 0) | (values > limit)]
    if i.unit == "share" and len(outside) > 0.2 * len(values) and values.min() >= 0:
        found = number(float(values.max()), 1)
        yield problem("check.per_cent", **where, column=str(i.value), label=i.label, found=found)
        return
    for key, value in outside.head(SHOWN).items():
        yield problem(
            "check.share_outside",
            **where,
            column=str(i.value),
            key=str(key),
            label=i.label,
            limit=number(limit),
            found=number(float(value), 3),
        )


def _formed_share(
    frame: pd.DataFrame, label: str, cases: str, base: str, where: dict[str, str], name: str
) -> Iterator[Problem]:
    """Yield areas with more persons counted than there are, or cases per 1,000 above the base."""
    above = frame[frame[cases] > frame[base] + 1e-6]
    for key, row in above.head(SHOWN).iterrows():
        yield problem(
            name,
            **where,
            key=str(key),
            column=cases,
            denominator=base,
            label=label,
            limit=number(row[base], _digits(row[base])),
            found=number(row[cases], _digits(row[cases])),
        )
    if len(above) > SHOWN:
        rest = len(above) - SHOWN
        yield problem("check.more_numerators", **where, column=cases, n=rest)


def _digits(value: float) -> int:
    return 0 if float(value).is_integer() else 2


def check_gaps(frame: pd.DataFrame, plan: Plan, where: dict[str, str]) -> Iterator[Problem]:
    """Yield needed columns that are empty, mostly empty, or the same everywhere.

    Areas without any number have been told as such, and count only where there are no others.
    """
    there = frame[frame.notna().any(axis=1)]
    frame = frame if there.empty else there
    needed = dict.fromkeys(v for _, v in needed_variables(plan) if v in frame.columns)
    for column in needed:
        missing = float(frame[column].isna().mean())
        if missing == 1.0:
            # Values of other years may stand for a year that nobody counted.
            ways = plan.imputation.methods_used() if plan.imputation is not None else set()
            filled = bool(ways & {"last", "linear", "regression"})
            yield problem(
                "check.all_missing", "warning" if filled else "error", **where, column=column
            )
        elif missing > 0.5:
            yield problem(
                "check.mostly_missing", "warning", **where, column=column, found=percent(missing, 0)
            )
        elif missing:
            alone = frame.index[frame[column].isna() & ~frame.isna().all(axis=1)].astype(str)
            if len(alone):
                keys = ", ".join(alone[:5]) + (", …" if len(alone) > 5 else "")
                notes = {"n": len(alone), "keys": keys}
                yield problem("check.some_missing", "note", **where, column=column, **notes)
        elif len(frame) > 2 and frame[column].nunique() == 1:
            value = number(float(frame[column].dropna().iloc[0]), 2)
            yield problem("check.constant", "warning", **where, column=column, found=value)


def check_all_zero(frame: pd.DataFrame, plan: Plan, where: dict[str, str]) -> Iterator[Problem]:
    """Yield the areas with 0 in every indicator although people live there.

    Such a row usually says "not told". Of counts it is odd only where cases were to be expected.
    """
    counted = {i.id: i for i in plan.indicators if i.numerator in frame and i.denominator in frame}
    stated = {i.id: i for i in plan.indicators if i.value is not None and i.value in frame}
    columns = [i.numerator for i in counted.values()] + [i.value for i in stated.values()]
    if len(columns) < 2:
        return
    cells = frame[[c for c in columns if c is not None]]
    zero = cells.eq(0).where(cells.notna(), True).all(axis=1) & (cells.notna().sum(axis=1) > 1)
    if plan.population is not None and plan.population.variable in frame:
        persons = frame[plan.population.variable]
        zero &= ~(persons < max(plan.population.minimum, 1.0))
    zero &= ~zero.index.isin([e.key for e in plan.exclude])
    expected = pd.Series(0.0, frame.index)
    for i in counted.values():
        cases, base = frame[i.numerator], frame[i.denominator]
        rate = cases.sum() / max(base[cases.notna()].sum(), 1.0)
        expected += base.fillna(0.0) * rate
    odd = zero & ((expected >= _EXPECTED) | (not counted))
    if odd.any() and odd.mean() <= _RARE:
        keys = [str(key) for key in frame.index[odd]]
        said = {"n": len(keys), "keys": listing(keys), "m": len(columns)}
        yield problem("check.zero_everywhere", "warning", **where, **said)


def check_sums(sets: dict[str, pd.DataFrame], plan: Plan, day: str) -> Iterator[Problem]:
    """Yield variables whose sums differ between two sets of areas of the same city."""
    listed = list(sets)
    for i, first in enumerate(listed):
        for second in listed[i + 1 :]:
            for column in sets[first].columns.intersection(sets[second].columns):
                one, other = sets[first][column], sets[second][column]
                complete = not (one.isna().any() or other.isna().any())
                if complete and is_whole(one) and is_whole(other) and one.sum() != other.sum():
                    yield problem(
                        "check.sums_differ",
                        "warning",
                        file=files_of(plan, second, day),
                        column=column,
                        first=first,
                        second=second,
                        expected_sum=number(one.sum()),
                        found=number(other.sum()),
                    )
