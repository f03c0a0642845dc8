"""What became of each measure of the register: an honest comparison, or why there is none.

Computed from protected counts. The base is a day after the one whose figures chose the areas: else
a return to the mean would look like a success.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from sozialraum.planning.evaluation import (
    GROUPS,
    ChangeComparison,
    compare_areas,
    compare_change,
    nearest_comparison,
    pre_trend,
    staggered_change,
)
from sozialraum.planning.targets import Target, TargetStatus, judge
from sozialraum.texts import date, signed, text

if TYPE_CHECKING:
    from sozialraum.model import Indicator
    from sozialraum.sources.delivering.delivered import RegisteredMeasure
    from sozialraum.workflows.build.computed import Computed

FEWEST = 4  # areas with a measure, and without
_SURE, _APART = 0.05, 0.1


@dataclass(frozen=True, eq=False)
class MeasureOutcome:
    """A measure, its figures, and what may be said of them.

    Parameters
    ----------
    measure : as registered
    label : of its indicator
    cells : (group, period) ``cases``, ``base``; empty where nothing is told
    days : ISO dates before and after; "" where there is none
    groups : number of programme and of comparison areas
    change : of the programme against the comparison; None where it is not told
    sentences : German: figures first, then the comparison or why there is none
    target : where its goal stands; None without one
    """

    measure: RegisteredMeasure
    label: str
    cells: pd.DataFrame
    days: tuple[str, str]
    groups: tuple[int, int]
    change: ChangeComparison | None
    sentences: tuple[str, ...]
    target: TargetStatus | None


def measure_outcomes(computed: Computed) -> tuple[MeasureOutcome, ...]:
    """Return what became of each measure, in the order of the register."""
    return tuple(_outcome(computed, one) for one in computed.delivery.register)


def counts_of(computed: Computed, indicator: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return protected cases and persons of an indicator, (n_areas, n_days) in order of the days.

    NaN where an area is not told, or has no index.
    """
    cases, base = {}, {}
    for day, one in sorted(computed.measured.items()):
        shown = one.status[indicator].eq("ok")
        cases[day] = one.table.middle[indicator].where(shown)
        base[day] = one.table.base[indicator].where(shown)
    return pd.DataFrame(cases), pd.DataFrame(base)


def _outcome(computed: Computed, measure: RegisteredMeasure) -> MeasureOutcome:
    cases, base = counts_of(computed, measure.indicator)
    indicator = next(i for i in computed.plan.indicators if i.id == measure.indicator)
    rates, areas = cases / base.where(base > 0), list(measure.areas)
    before, after, reason = _days(measure, list(rates.columns))
    if before and after and not indicator.comparable(before, after):
        reason = "broken"
    others = _comparison(computed, measure, rates) if reason in ("", "chosen", "unsaid") else []
    reason = reason or ("" if others else "no_need")
    days = [day for day in (before, after) if day]
    cells = _cells(cases, base, areas, others, days)
    if not reason and rates.loc[[*areas, *others], days].isna().any(axis=None):
        reason = "untold"
    if reason:
        change, said = None, [text(f"planning.account.reason.{reason}", chosen=_date(measure))]
    else:
        change, said = _compared(rates, cells, areas, others, days)
    return MeasureOutcome(
        measure=measure, label=indicator.label, cells=cells, days=(before, after),
        groups=(len(areas), len(others)), change=change, sentences=tuple(said),
        target=_target(measure, indicator, cases, base, days),
    )  # fmt: skip


def _date(measure: RegisteredMeasure) -> str:
    return "" if measure.chosen is None else date(measure.chosen)


def _days(measure: RegisteredMeasure, days: list[str]) -> tuple[str, str, str]:
    """Return the day before the start, the latest day after it, and why they do not do."""
    begin = measure.begin.isoformat()
    last = measure.end.isoformat() if measure.end is not None else "9999"
    earlier = [d for d in days if d < begin]
    later = [d for d in days if d >= begin]
    during = [d for d in later if d <= last] or later[:1]
    before, after = (earlier or [""])[-1], (during or [""])[-1]
    if not after or not before:
        return before, after, "no_after" if not after else "no_before"
    if measure.chosen is None:
        return before, after, "unsaid"
    return before, after, "" if measure.chosen.isoformat() < before else "chosen"


def _comparison(computed: Computed, measure: RegisteredMeasure, rates: pd.DataFrame) -> list[str]:
    """Return stated areas, or those nearest in need when the areas were chosen."""
    if measure.comparison:
        return list(measure.comparison)
    treated = {
        key
        for other in computed.delivery.register
        if other.indicator == measure.indicator
        for key in other.areas
    }
    known = [d for d in rates if measure.chosen is not None and d <= measure.chosen.isoformat()]
    if not known:
        return []
    indicator = next(i for i in computed.plan.indicators if i.id == measure.indicator)
    sign = 1.0 if indicator.direction == "burden" else -1.0
    need = (sign * rates[known[-1]]).dropna()
    programme = pd.Series(need.index.isin(measure.areas), need.index)
    usable = programme | ~need.index.isin(treated)
    return nearest_comparison(need[usable], programme[usable])


def _cells(
    cases: pd.DataFrame, base: pd.DataFrame, areas: list[str], others: list[str], days: list[str]
) -> pd.DataFrame:
    """Return the sums of both groups on both days; NaN where a part is not told."""
    periods = ("before", "after") if len(days) == 2 else ("before",)
    groups = [(group, keys) for group, keys in zip(GROUPS, (areas, others), strict=True) if keys]
    rows = []
    for group, keys in groups:
        for period, day in zip(periods, days, strict=True):
            sums = (frame.loc[keys, day].sum(skipna=False) for frame in (cases, base))
            rows.append((group, period, *sums))
    return pd.DataFrame(rows, columns=["group", "period", "cases", "base"])


def _compared(
    rates: pd.DataFrame, cells: pd.DataFrame, areas: list[str], others: list[str], days: list[str]
) -> tuple[ChangeComparison | None, list[str]]:
    """Return the comparison with its sentences, or the reason why it is not told."""
    before, after = days
    if min(len(areas), len(others)) < FEWEST:
        return None, [text("planning.account.reason.few", n=FEWEST)]
    panel = rates.loc[[*areas, *others]]
    programme = pd.Series(panel.index.isin(areas), panel.index)
    earlier = pre_trend(panel, programme, base_period=before)
    if earlier < _APART:
        return None, [text("planning.account.reason.apart")]
    change = compare_change(cells)
    by_area = compare_areas(panel[before], panel[after], programme)
    shown = change.low > 0 or change.high < 0
    agreed = shown == (by_area.p < _SURE)
    word = "disagree" if not agreed else "shown" if shown else "not_shown"
    tested = "untested" if pd.isna(earlier) else "parallel"
    verdict = [text(f"planning.account.verdict.{one}") for one in (word, tested)]
    return change, [*change.sentences, *verdict]


def _target(
    measure: RegisteredMeasure, indicator: Indicator, cases: pd.DataFrame, base: pd.DataFrame,
    days: Sequence[str],
) -> TargetStatus | None:  # fmt: skip
    """Judge the goal of a measure by its own areas together, today."""
    if measure.goal is None or measure.deadline is None:
        return None
    today, keys = cases.columns[-1], list(measure.areas)
    total = {d: (cases.loc[keys, d].sum(skipna=False), base.loc[keys, d].sum(skipna=False))
             for d in {today, *days[:1]}}  # fmt: skip
    start = total[days[0]] if days and days[0] < today else (float("nan"), 0.0)
    known = start[1] > 0 and not pd.isna(start[0]) and indicator.comparable(days[0], today)
    first = pd.Timestamp(days[0]).date() if known else None
    path = {} if first is None or first >= measure.deadline else {
        "baseline": float(start[0] / start[1]), "baseline_date": first,
    }  # fmt: skip
    goal = Target(
        id=measure.id, label=indicator.label, indicator=measure.indicator, value=measure.goal,
        deadline=measure.deadline, better="lower" if indicator.direction == "burden" else "higher",
        responsible=measure.responsible, **path,
    )  # fmt: skip
    return judge(goal, *map(float, total[today]), day=pd.Timestamp(today).date())


def staggered_sentences(computed: Computed) -> list[str]:
    """Return per indicator with measures of several starts what they changed together.

    Silent where one of the measures may not be compared itself.
    """
    found = []
    for indicator in computed.plan.indicators:
        own = [m for m in computed.delivery.register if m.indicator == indicator.id]
        if len({m.begin for m in own}) < 2:
            continue
        cases, base = counts_of(computed, indicator.id)
        days = list(cases)
        if any(_days(m, days)[2] for m in own) or not indicator.comparable(days[0], days[-1]):
            continue
        starts = pd.Series(None, cases.index, dtype=object)
        for m in sorted(own, key=lambda m: m.begin, reverse=True):
            starts[list(m.areas)] = next(d for d in days if d >= m.begin.isoformat())
        rates = cases / base.where(base > 0)
        told = rates.notna().all(axis=1)
        table = staggered_change(rates[told], starts[told], persons=base[told].mean(axis=1))
        table = table.dropna(subset=["change"])
        if table.empty or min(starts[told].notna().sum(), starts[told].isna().sum()) < FEWEST:
            continue
        mean = (table["change"] * table["weight"]).sum() / table["weight"].sum()
        points = signed(100 * mean, 1)
        found.append(
            text("planning.account.verdict.staggered", label=indicator.label, points=points)
        )
    return found
