"""From delivered tables to values on the areas of the index: derive, move, form shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.config.sections import Derived
from sozialraum.index.indicators import city_values, compute_indicators
from sozialraum.model import Indicator, Problem, status_frame
from sozialraum.model.errors import DataError
from sozialraum.privacy.raw_counts import RawCounts
from sozialraum.sources.delivery import Delivery
from sozialraum.sources.tabular.formula import evaluate, names
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.texts import number, problem, text
from sozialraum.workflows.build.joining import SPLITTING, persons_of


@dataclass(frozen=True, eq=False, repr=False)
class Measured:
    """The true numbers of one Stichtag on the areas of the index; nothing of it is published.

    Parameters
    ----------
    stichtag : ISO date
    raw : (n_areas, n_variables) persons; a type that cannot be printed or written
    value, base, status : (n_areas, n_indicators), as `compute_indicators` gives them; an area
        without index has no value
    city : value of the whole municipality per indicator, from sums of counts
    excluded : by area key the German reason why the area has no index
    missing : (n_areas, n_indicators) share of the base that rests on areas without a delivered
        count, 0..1
    problems : what was found on the way
    split : (n_areas,) share of the persons that comes from source areas that had to be split, 0..1;
        None where the join splits none
    filled : `value` with guesses where it is missing, if the build has ``[imputation]``
    by_mask : way of splitting -> (n_areas, n_indicators) values by it, as far as the build compares
    """

    stichtag: str
    raw: RawCounts
    value: pd.DataFrame
    base: pd.DataFrame
    status: pd.DataFrame
    city: pd.Series
    excluded: pd.Series
    missing: pd.DataFrame
    problems: tuple[Problem, ...]
    split: pd.Series | None = None
    by_mask: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    filled: pd.DataFrame | None = None

    @property
    def used(self) -> pd.DataFrame:
        """The values the index is computed from: as delivered, and guesses where there are any."""
        return self.value if self.filled is None else self.filled

    @property
    def counts(self) -> pd.DataFrame:
        """The counts for a calculation inside the office; never to be published."""
        return self.raw.inside()


def measure(plan: Plan, delivery: Delivery, crosswalk: Crosswalk | None, stichtag: str) -> Measured:
    """Derive counts, move them, and form every indicator.

    Where a numerator is missing in a source area, its denominator there does not count either, so
    that a share speaks of the persons it is known for; `missing` tells how many are left out, and
    above the build's ``missing_tolerance`` the value is missing.
    """
    is_current = stichtag == plan.stichtag.isoformat()
    tables, problems = _derived(plan, delivery.tables[stichtag], strict=is_current)
    keys = delivery.areas[plan.join.target].index
    counts, pairs, missing = _on_target(plan, tables, crosswalk, keys)
    if not is_current:
        counts, pairs = _with_uncollected(plan, counts, pairs)
    formed = [_of_pair(i) if i.value is None else i for i in plan.indicators]
    value, base, status = compute_indicators(pairs, formed)
    excluded = _excluded(plan, counts)
    value, status = _blank(value, status, missing > plan.join.missing_tolerance, "missing")
    status = _delivered_reasons(plan, delivery, crosswalk, stichtag, status)
    for key, label in _exclusion_labels(plan, excluded).items():
        value.loc[key], status.loc[key] = np.nan, label
    city = city_values(pairs.drop(index=excluded.index), formed)
    return Measured(
        stichtag=stichtag,
        raw=RawCounts(counts),
        value=value,
        base=base,
        status=status,
        city=city,
        excluded=excluded,
        missing=missing,
        problems=tuple(problems),
        split=_split_share(plan, tables.get(plan.source_areas), crosswalk, keys),
    )


def _split_share(
    plan: Plan, source: pd.DataFrame | None, crosswalk: Crosswalk | None, keys: pd.Index
) -> pd.Series | None:
    """Return how much of each area rests on source areas that had to be split."""
    if source is None or crosswalk is None or crosswalk.method not in SPLITTING:
        return None
    persons = persons_of(plan, source).to_frame("persons")
    return crosswalk.split_share(persons)["persons"].reindex(keys)


def _derived(
    plan: Plan, tables: dict[str, pd.DataFrame], *, strict: bool
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Return the tables with the derived counts, whole where they must be.

    An earlier Stichtag may lack columns that only the current one was delivered with; a formula
    that needs them is then left out there, unless it is `strict`.
    """
    filled = {name: frame.copy() for name, frame in tables.items()}
    problems: list[Problem] = []
    for rule in plan.derived:
        delivered = filled.get(rule.areas)
        if delivered is None or (not strict and set(names(rule.formula)) - set(delivered.columns)):
            continue
        column = evaluate(rule.formula, filled[rule.areas])
        if rule.whole:
            problems += list(_not_whole(rule, column))
            column = column.round()
        filled[rule.areas][rule.name] = column
    if problems:
        raise DataError(problems)
    return filled, problems


def _not_whole(rule: Derived, column: pd.Series) -> Iterator[Problem]:
    distance = (column - column.round()).abs()
    for key in column.index[distance > rule.tolerance]:
        yield problem("pipeline.not_whole", key=str(key), column=rule.name, formula=rule.formula)


def derived_tables(plan: Plan, delivery: Delivery, stichtag: str) -> dict[str, pd.DataFrame]:
    """Return the delivered tables of one Stichtag with derived counts, before anything moves."""
    tables, _ = _derived(plan, delivery.tables[stichtag], strict=False)
    return tables


def _on_target(
    plan: Plan, tables: dict[str, pd.DataFrame], crosswalk: Crosswalk | None, keys: pd.Index
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return on the target areas: all counts, the counts of each indicator, the missing shares."""
    missing = pd.DataFrame(0.0, index=keys, columns=[i.id for i in plan.indicators])
    counts = tables.get(plan.join.target, pd.DataFrame(index=keys)).reindex(keys)
    source = tables.get(plan.source_areas)
    pairs = _pairs(plan, counts)
    if crosswalk is not None and source is not None:
        _refuse_moved_values(plan, source, counts)
        moved_pairs = _pairs(plan, source)
        known = _moved(crosswalk, moved_pairs.fillna(0.0)).reindex(keys)
        bases = {i.id: source[i.denominator] for i in plan.indicators if i.denominator in source}
        whole = _moved(crosswalk, pd.DataFrame(bases).fillna(0.0)).reindex(keys)
        for name in bases:
            left_out = 1.0 - known[f"{name}.base"] / whole[name].where(whole[name] > 0)
            missing[name] = left_out.fillna(0.0).clip(lower=0.0)
        counts = counts.join(_moved(crosswalk, source).reindex(keys))
        pairs = pairs.join(known)
    return counts, pairs, missing


def _moved(crosswalk: Crosswalk, counts: pd.DataFrame) -> pd.DataFrame:
    """Move what the build file declares as counts; estimated ones may have fractions."""
    return crosswalk.apply(counts, units=dict.fromkeys(counts.columns, "count"))


def _refuse_moved_values(plan: Plan, source: pd.DataFrame, counts: pd.DataFrame) -> None:
    """Refuse shares and means on the areas of the tables: only counts can be added up."""
    moved = [i for i in plan.indicators if i.value in source and i.value not in counts]
    if moved:
        target = plan.areas[plan.join.target].label or plan.join.target
        raise DataError(
            [
                problem("pipeline.value_moved", column=i.value, label=i.label, target=target)
                for i in moved
            ]
        )


def _delivered_reasons(
    plan: Plan,
    delivery: Delivery,
    crosswalk: Crosswalk | None,
    stichtag: str,
    status: pd.DataFrame,
) -> pd.DataFrame:
    """Tell missing values that the deliverer withheld ("." or "/") from those never delivered."""
    listed = delivery.status.get(stichtag, {})
    labels = status.astype(object)
    for why in ("small_base", "suppressed"):
        marked = _marked_areas(plan, listed, crosswalk, labels.index, why)
        for indicator in plan.indicators:
            used = {indicator.numerator, indicator.denominator, indicator.value} & set(marked)
            there = marked[sorted(used)].any(axis=1)
            missing = labels[indicator.id].eq("missing")
            labels[indicator.id] = labels[indicator.id].mask(there & missing, why)
    return status_frame(labels)


def _marked_areas(
    plan: Plan,
    listed: dict[str, pd.DataFrame],
    crosswalk: Crosswalk | None,
    keys: pd.Index,
    why: str,
) -> pd.DataFrame:
    """Return per variable the target areas that rest on a cell delivered with this status."""
    marked = pd.DataFrame(index=keys)
    own, source = listed.get(plan.join.target), listed.get(plan.source_areas)
    if own is not None:
        marked = own.astype(object).eq(why).reindex(keys, fill_value=False)
    if crosswalk is not None and source is not None:
        cells = source.astype(object).eq(why).astype(float)
        moved = crosswalk.apply(cells.reindex(crosswalk.source_keys, fill_value=0.0))
        marked = marked.join(moved.reindex(keys) > 0)
    return marked


def _of_pair(indicator: Indicator) -> Indicator:
    """Return the indicator over its own pair of columns."""
    return replace(indicator, numerator=f"{indicator.id}.cases", denominator=f"{indicator.id}.base")


def _pairs(plan: Plan, counts: pd.DataFrame) -> pd.DataFrame:
    """Return numerator and denominator per indicator, both missing where one of them is."""
    pairs = {}
    for i in plan.indicators:
        if i.value is not None and i.value in counts:
            pairs[i.value] = counts[i.value]
        elif i.numerator in counts and i.denominator in counts:
            known = counts[i.numerator].notna() & counts[i.denominator].notna()
            pairs[f"{i.id}.cases"] = counts[i.numerator].where(known)
            pairs[f"{i.id}.base"] = counts[i.denominator].where(known)
    return pd.DataFrame(pairs, index=counts.index)


def _with_uncollected(
    plan: Plan, counts: pd.DataFrame, pairs: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables with what an earlier Stichtag did not know yet, missing in all areas."""
    needed = [c for i in plan.indicators for c in _pair_columns(i)]
    persons = [] if plan.population is None else [plan.population.variable]
    return tuple(
        frame.reindex(columns=[*frame.columns, *(c for c in columns if c not in frame)])
        for frame, columns in ((counts, persons), (pairs, needed))
    )


def _pair_columns(indicator: Indicator) -> tuple[str, ...]:
    if indicator.value is not None:
        return (indicator.value,)
    return f"{indicator.id}.cases", f"{indicator.id}.base"


def _blank(
    value: pd.DataFrame, status: pd.DataFrame, where: pd.DataFrame, label: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    marked = status.astype(object).mask(where & status.eq("ok"), label)
    return value.mask(where), status_frame(marked)


def _excluded(plan: Plan, counts: pd.DataFrame) -> pd.Series:
    """Return the areas that get no index, with the reason that is printed."""
    reasons: dict[str, str] = {}
    if plan.population is not None and plan.population.minimum > 0:
        persons = counts[plan.population.variable]
        few = text("pipeline.few_persons", minimum=number(plan.population.minimum))
        reasons |= dict.fromkeys(persons.index[persons < plan.population.minimum], few)
    reasons |= {e.key: e.reason for e in plan.exclude}
    known = {key: reason for key, reason in sorted(reasons.items()) if key in counts.index}
    return pd.Series(known, dtype=object)


def _exclusion_labels(plan: Plan, excluded: pd.Series) -> dict[str, str]:
    stated = {e.key for e in plan.exclude}
    return {key: "missing" if key in stated else "small_base" for key in excluded.index}
