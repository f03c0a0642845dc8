"""From delivered tables to true counts on the areas of the index: derive, move, pair.

What is made here never leaves the office: protected counts are made of it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.config.sections import Derived
from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.model.protected import RawCounts
from sozialraum.sources.delivery import Delivery
from sozialraum.sources.tabular.formula import evaluate, names
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.texts import number, problem, text
from sozialraum.workflows.build.counts.chain_counts import cohort_problems, not_recorded
from sozialraum.workflows.build.counts.variables import (
    counted_columns,
    is_beside,
    known_pairs,
    of_part,
)
from sozialraum.workflows.build.geography.joining import SPLITTING, persons_of, with_mask


@dataclass(frozen=True, eq=False, repr=False)
class TrueCounts:
    """The true numbers of one Stichtag; nothing of it is published.

    Parameters
    ----------
    stichtag : ISO date
    raw : (n_areas, n_variables) persons, on the areas of the index
    pairs : (n_areas, 2 × n_variables) ``<variable>.cases`` and ``<variable>.base``, both missing
        where one of them is; a variable is an indicator, or one of `BESIDE`
    units : the same on the delivered areas, before they moved; None where nothing moved
    by_mask : way of splitting -> the same as `pairs`, as far as the build compares
    delivered : (n_areas, n_values) values delivered without counts
    persons : (n_areas,) persons, where the build names a population; else None
    excluded : by area key the German reason why the area has no index
    missing : (n_areas, n_indicators) share of the base without a delivered count, 0..1
    reasons : (n_areas, n_indicators) "small_base" or "suppressed" where the deliverer withheld it,
        else ""
    problems : what was found on the way
    split : (n_areas,) share of the persons that comes from source areas that had to be split, 0..1;
        None where the join splits none
    """

    stichtag: str
    raw: RawCounts
    pairs: RawCounts
    units: RawCounts | None
    delivered: pd.DataFrame
    persons: pd.Series | None
    excluded: pd.Series
    missing: pd.DataFrame
    reasons: pd.DataFrame
    problems: tuple[Problem, ...]
    split: pd.Series | None = None
    by_mask: Mapping[str, RawCounts] = field(default_factory=dict)

    @property
    def counts(self) -> pd.DataFrame:
        """The counts for a calculation inside the office; never to be published."""
        return self.raw.inside()


def count(plan: Plan, delivery: Delivery, crosswalk: Crosswalk | None, stichtag: str) -> TrueCounts:
    """Derive counts and move them to the areas of the index.

    Where a numerator is missing in a source area, its denominator there does not count either, so
    that a share speaks of the persons it is known for; `missing` tells how many are left out.
    An indicator that is not collected at the Stichtag is counted nowhere.
    """
    ids, plan = [i.id for i in plan.indicators], plan.on_day(stichtag)
    is_current = stichtag == plan.stichtag.isoformat()
    tables, problems = derived_tables(plan, delivery.tables[stichtag], strict=is_current)
    keys = delivery.areas[plan.join.target].index
    counts, pairs, missing = _on_target(plan, tables, crosswalk, keys)
    if is_current:
        _refuse_beside(plan, counts)
    persons = None
    if plan.population is not None:
        column = plan.population.variable
        counts = counts.reindex(columns=list(dict.fromkeys([*counts.columns, column])))
        persons = counts[column]
    source = tables.get(plan.source_areas)
    values = [i.value for i in plan.indicators if i.value is not None]
    return TrueCounts(
        stichtag=stichtag,
        raw=RawCounts(counts),
        pairs=RawCounts(pairs),
        units=None if crosswalk is None or source is None else RawCounts(known_pairs(plan, source)),
        delivered=counts.reindex(columns=list(dict.fromkeys(values))),
        persons=persons,
        excluded=_excluded(plan, counts),
        missing=missing.reindex(columns=ids, fill_value=0.0),
        reasons=_delivered_reasons(plan, delivery, crosswalk, stichtag, keys).reindex(
            columns=ids, fill_value=""
        ),
        problems=tuple(problems),
        split=_split_share(plan, source, crosswalk, keys),
        by_mask=_by_masks(plan, delivery, tables, crosswalk, keys) if is_current else {},
    )


def _refuse_beside(plan: Plan, counts: pd.DataFrame) -> None:
    """Refuse rates beside the index without their columns, or with more cases than persons."""
    left_out = not_recorded(plan, counts)
    wanted = {
        name: pair
        for name, pair in counted_columns(plan).items()
        if is_beside(name)
        and name not in left_out
        and of_part(name) == name
        and not plan.released_columns & set(pair)
    }
    known = ", ".join(map(str, counts.columns))
    absent = [c for pair in wanted.values() for c in pair if c not in counts]
    if absent:
        raise DataError([problem("pipeline.no_count", column=c, known=known) for c in absent])
    for cases, base in wanted.values():
        above = counts[cases] > counts[base] * (1 + 1e-9)
        if above.any():
            keys = ", ".join(map(str, counts.index[above][:5]))
            raise DataError(problem("pipeline.more_than_all", column=cases, key=keys, base=base))
    _refuse_partial(plan, counts)
    if found := list(cohort_problems(plan, counts)):
        raise DataError(found)


def refuse_partial_groups(plan: Plan, delivery: Delivery) -> None:
    """Refuse groups of ``[[outcomes.strata]]`` that are not all children in the delivered areas."""
    delivered = delivery.tables.get(plan.stichtag.isoformat())
    if delivered is not None:
        for table in derived_tables(plan, delivered, strict=False)[0].values():
            _refuse_partial(plan, table)


def _refuse_partial(plan: Plan, counts: pd.DataFrame) -> None:
    """Refuse groups of ``[[outcomes.strata]]`` that together are not all children."""
    groups = plan.outcomes.strata if plan.outcomes is not None else None
    if not groups or not plan.transitions:
        return
    everybody = plan.transitions[0]
    columns = [getattr(g, part) for g in (*groups, everybody) for part in ("cases", "children")]
    if not set(columns) <= set(counts.columns):
        return  # not here; that a column is lacking is told elsewhere
    for part, whole in (("cases", everybody.cases), ("children", everybody.children)):
        apart = counts[whole] - counts[[getattr(g, part) for g in groups]].sum(axis=1, skipna=False)
        off = apart.abs() > 1e-6 * counts[whole].clip(lower=1.0)
        if off.any():
            keys = ", ".join(map(str, counts.index[off][:5]))
            raise DataError(
                problem("pipeline.strata_differ", column=whole, key=keys, n=int(off.sum()))
            )


def _by_masks(
    plan: Plan,
    delivery: Delivery,
    tables: dict[str, pd.DataFrame],
    crosswalk: Crosswalk | None,
    keys: pd.Index,
) -> dict[str, RawCounts]:
    """Return the counts that other ways of splitting give, as far as the build compares them."""
    if crosswalk is None or crosswalk.method not in SPLITTING:
        return {}
    return {
        mask: RawCounts(_on_target(plan, tables, with_mask(plan, delivery, mask), keys)[1])
        for mask in plan.join.masks
    }


def _split_share(
    plan: Plan, source: pd.DataFrame | None, crosswalk: Crosswalk | None, keys: pd.Index
) -> pd.Series | None:
    """Return how much of each area rests on source areas that had to be split."""
    if source is None or crosswalk is None or crosswalk.method not in SPLITTING:
        return None
    persons = persons_of(plan, source).to_frame("persons")
    return crosswalk.split_share(persons)["persons"].reindex(keys)


def derived_tables(
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


def _on_target(
    plan: Plan, tables: dict[str, pd.DataFrame], crosswalk: Crosswalk | None, keys: pd.Index
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return on the target areas: all counts, the counts of each indicator, the missing shares."""
    missing = pd.DataFrame(0.0, index=keys, columns=[i.id for i in plan.indicators])
    counts = tables.get(plan.join.target, pd.DataFrame(index=keys)).reindex(keys)
    source = tables.get(plan.source_areas)
    pairs = known_pairs(plan, counts)
    if crosswalk is not None and source is not None:
        refuse_moved_values(plan, source, counts)
        moved_pairs = known_pairs(plan, source)
        known = _moved(crosswalk, moved_pairs.fillna(0.0)).reindex(keys)
        named = counted_columns(plan)
        firsts = [next(iter(i.parts), i.id) for i in plan.indicators]
        bases = {n: source[named[n][1]] for n in firsts if n in named and named[n][1] in source}
        whole = _moved(crosswalk, pd.DataFrame(bases).fillna(0.0)).reindex(keys)
        for name in (n for n in bases if f"{n}.base" in known):
            left_out = 1.0 - known[f"{name}.base"] / whole[name].where(whole[name] > 0)
            missing[of_part(name)] = left_out.fillna(0.0).clip(lower=0.0)
        counts = counts.join(_moved(crosswalk, source).reindex(keys))
        pairs = pairs.join(known[[c for c in known if c not in pairs]])
    return counts, pairs, missing


def _moved(crosswalk: Crosswalk, counts: pd.DataFrame) -> pd.DataFrame:
    """Move what the build file declares as counts; estimated ones may have fractions."""
    return crosswalk.apply(counts, units=dict.fromkeys(counts.columns, "count"))


def refuse_moved_values(plan: Plan, source: pd.DataFrame, counts: pd.DataFrame) -> None:
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
    keys: pd.Index,
) -> pd.DataFrame:
    """Tell what the deliverer withheld ("." or "/")."""
    listed = delivery.status.get(stichtag, {})
    labels = pd.DataFrame("", index=keys, columns=[i.id for i in plan.indicators], dtype=object)
    for why in ("small_base", "suppressed"):
        marked = _marked_areas(plan, listed, crosswalk, keys, why)
        for indicator in plan.indicators:
            used = set(indicator.columns) & set(marked)
            if not used:
                continue
            there = marked[sorted(used)].any(axis=1) & labels[indicator.id].eq("")
            labels[indicator.id] = labels[indicator.id].mask(there, why)
    return labels


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
        marked = _with_status(own, why).reindex(keys, fill_value=False)
    if crosswalk is not None and source is not None:
        cells = _with_status(source, why).astype(float)
        moved = crosswalk.apply(cells.reindex(crosswalk.source_keys, fill_value=0.0))
        marked = marked.join(moved.reindex(keys) > 0)
    return marked


def _with_status(listed: pd.DataFrame, why: str) -> pd.DataFrame:
    """Tell of each cell whether it was delivered with this status; columns without are left out."""
    cells = listed.astype(object).eq(why)
    return cells.loc[:, cells.any()]


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
