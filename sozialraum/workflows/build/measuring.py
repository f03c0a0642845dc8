"""From protected counts to values on the areas of the index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.index.formed import with_formed
from sozialraum.index.indicators import compute_indicators, scaled
from sozialraum.model import Problem, status_frame
from sozialraum.model.protected import ProtectedTable
from sozialraum.privacy.release import is_uncounted
from sozialraum.workflows.build.counts.counting import TrueCounts
from sozialraum.workflows.build.counts.protecting import disclosure_rules

if TYPE_CHECKING:
    from sozialraum.insight.small_area.strengthened import Strengthened


@dataclass(frozen=True, eq=False, repr=False)
class Measured:
    """The protected numbers of one Stichtag on the areas of the index; it holds no true count.

    Parameters
    ----------
    stichtag : ISO date
    table : protected counts per indicator, and of `BESIDE`, what is shown beside the index
    value, base, status : (n_areas, n_indicators), as `compute_indicators` gives them; an area
        without index has no value
    city : value of the whole municipality per indicator
    persons : (n_areas,) persons, where the build names a population; else None
    excluded : by area key the German reason why the area has no index
    missing : (n_areas, n_indicators) share of the base that rests on areas without a delivered
        count, 0..1
    problems : what was found on the way
    split : (n_areas,) share of the persons that comes from source areas that had to be split, 0..1;
        None where the join splits none
    filled : `value` as the index is computed from it: with guesses where it is missing, if the
        build has ``[imputation]``, and without the areas that ``[screening]`` leaves out
    estimated : shares estimated from years, indicators and neighbours, if the build has
        ``[smoothing]``; `filled` then holds them
    screened : by area key the German reason why ``[screening]`` gives it no index
    by_mask : way of splitting -> (n_areas, n_indicators) values by it, as far as the build compares
    uncounted : indicators of which nobody knows how many persons stand behind them
    populations : persons who could have answered, per survey, to tens
    noisy : True where noise took the place of windows
    """

    stichtag: str
    table: ProtectedTable
    value: pd.DataFrame
    base: pd.DataFrame
    status: pd.DataFrame
    city: pd.Series
    persons: pd.Series | None
    excluded: pd.Series
    missing: pd.DataFrame
    problems: tuple[Problem, ...]
    split: pd.Series | None = None
    by_mask: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    uncounted: tuple[str, ...] = ()
    noisy: bool = False
    filled: pd.DataFrame | None = None
    estimated: Strengthened | None = None
    screened: Mapping[str, str] = field(default_factory=dict)
    populations: Mapping[str, float] = field(default_factory=dict)

    @property
    def used(self) -> pd.DataFrame:
        """The values the index is computed from: as protected, and guesses where there are any."""
        return self.value if self.filled is None else self.filled

    @property
    def not_collected(self) -> tuple[str, ...]:
        """The indicators that begin after this Stichtag, or ended before it."""
        outside = (self.status == "not_collected").any()
        return tuple(str(i) for i in outside.index[outside])

    @property
    def unpublished(self) -> tuple[str, ...]:
        """The indicators of which no area is told, because their table would give counts away."""
        out = (self.table.status == "suppressed").all()
        whole = {str(i) for i in out.index[out]} - self.table.exact
        return tuple(i for i in self.value if i in whole or i in self.uncounted)


def measure(plan: Plan, counted: TrueCounts, table: ProtectedTable) -> Measured:
    """Form every indicator from protected counts.

    A value that was delivered without counts is used where it is published already; otherwise
    nobody knows how many persons stand behind it, and it is told nowhere. Above the build's
    ``missing_tolerance`` a value is missing.
    """
    table = with_formed(table, plan.indicators)
    value, base, status = compute_indicators(table, plan.indicators, delivered=counted.delivered)
    rules = disclosure_rules(plan)
    told = plan.on_day(counted.stichtag).indicators
    hidden = [i.id for i in told if i.id not in table.exact and is_uncounted(i, rules)]
    status = status_frame(status.astype(object).assign(**dict.fromkeys(hidden, "suppressed")))
    value, status = _blank(value, status, counted.missing > plan.join.missing_tolerance, "missing")
    status = _with_reasons(status, counted.reasons)
    for key, label in _exclusion_labels(plan, counted.excluded).items():
        value.loc[key], status.loc[key] = np.nan, label
    outside = [i.id for i in plan.indicators if i not in told]
    value[outside], base[outside] = np.nan, np.nan
    status = status_frame(status.astype(object).assign(**dict.fromkeys(outside, "not_collected")))
    return Measured(
        stichtag=counted.stichtag,
        table=table,
        value=value,
        base=base,
        status=status,
        city=_city(plan, table, counted.excluded),
        persons=counted.persons,
        excluded=counted.excluded,
        missing=counted.missing,
        problems=counted.problems,
        split=counted.split,
        uncounted=tuple(hidden),
        noisy=bool(rules.noise),
        populations=_populations(plan, counted),
        by_mask={
            mask: masked(plan, table, mask, counted.delivered)
            for mask in plan.join.masks
            if any(str(c).endswith(f"@{mask}") for c in table.middle)
        },
    )


def _populations(plan: Plan, counted: TrueCounts) -> dict[str, float]:
    """Return how many persons could have answered each survey; head counts, which are known."""
    everybody = {i.id: i.population for i in plan.indicators if i.population is not None}
    counts = counted.counts
    return {
        name: round(float(counts[column].sum()), -1)
        for name, column in everybody.items()
        if column in counts and counts[column].notna().any()
    }


def not_collected_in(plan: Plan, axis: str, measured: Measured) -> list[str]:
    """Return the indicators of an axis that are not collected at a Stichtag as they are today.

    It has no index then: with fewer of them, or with one that was counted by another definition, it
    would not be the same index.
    """
    outside, day, today = measured.not_collected, measured.stichtag, plan.stichtag.isoformat()
    return [
        i.id for i in plan.indicators_of(axis) if i.id in outside or not i.comparable(day, today)
    ]


def counted_alike(plan: Plan, measured: Mapping[str, Measured]) -> dict[str, Measured]:
    """Return the Stichtage at which every indicator of the index is counted as today."""
    today, own = plan.stichtag.isoformat(), [i for i in plan.indicators if i.use == "index"]
    return {day: one for day, one in measured.items() if all(i.comparable(day, today) for i in own)}


def masked(plan: Plan, table: ProtectedTable, mask: str, delivered: pd.DataFrame) -> pd.DataFrame:
    """Return the values that another way of splitting gives, protected like all others."""
    columns = {f"{i.id}@{mask}": i.id for i in plan.indicators if f"{i.id}@{mask}" in table.middle}
    names = ("middle", "low", "high", "base", "status")
    frames = {n: getattr(table, n)[list(columns)].rename(columns=columns) for n in names}
    of_mask = replace(table, **frames, exact=frozenset())
    return compute_indicators(of_mask, plan.indicators, delivered=delivered)[0]


def _city(plan: Plan, table: ProtectedTable, excluded: pd.Series) -> pd.Series:
    """Return the city's value of each indicator, of the areas that are shown.

    An exact total of the shown areas alone would tell the sum of those that are left out.
    """
    total, base = table.total.copy(), table.total_base.copy()
    own = [i for i in table.middle if i not in table.exact and pd.notna(total[i])]
    if len(excluded):
        middle = table.middle[own].drop(index=excluded.index)
        total[own] = middle.sum()
        base[own] = table.base[own].drop(index=excluded.index).where(middle.notna()).sum()
    found = {}
    for i in plan.indicators:
        known = i.value is None and i.id in total and base[i.id] > 0
        found[i.id] = float(scaled(i, total[i.id], base[i.id])) if known else np.nan
    return pd.Series(found, dtype=float)


def _with_reasons(status: pd.DataFrame, reasons: pd.DataFrame) -> pd.DataFrame:
    """Tell missing values that the deliverer withheld from those never delivered."""
    labels = status.astype(object)
    return status_frame(labels.mask(labels.eq("missing") & reasons.ne(""), reasons))


def _blank(
    value: pd.DataFrame, status: pd.DataFrame, where: pd.DataFrame, label: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    marked = status.astype(object).mask(where & status.isin(["ok", "no_base"]), label)
    return value.mask(where), status_frame(marked)


def _exclusion_labels(plan: Plan, excluded: pd.Series) -> dict[str, str]:
    stated = {e.key for e in plan.exclude}
    return {key: "missing" if key in stated else "small_base" for key in excluded.index}
