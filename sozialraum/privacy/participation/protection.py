"""From counts to rates that may be shown: counts are protected first, rates follow.

Children of every age group and area, and the further bookings of all of them, go through the one
door of the house (`sozialraum.privacy.protecting`); sums over ages follow from the ages. Nothing
here sees a count afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from sozialraum.model import ParticipationRelease, Problem
from sozialraum.model.participation_release import ALL_AGES
from sozialraum.model.protected import Protected, ProtectedTable
from sozialraum.model.release import _SEAL
from sozialraum.privacy.case_counts import CaseCounts
from sozialraum.privacy.ledger import Ledger
from sozialraum.privacy.participation.counting import CHILDREN, MORE, CountedChildren
from sozialraum.privacy.participation.quality import astray_of, told_quality
from sozialraum.privacy.participation.rates import all_ages, offer_shares, rates_of
from sozialraum.privacy.participation.reach import reach_of_total
from sozialraum.privacy.protecting import protect
from sozialraum.privacy.release_memory import Draft
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import problem, text

_MOST = 1e6  # children of a place whose number nobody delivered
OFFERS = "angebote"


@dataclass(frozen=True, eq=False, repr=False)
class ProtectedParticipation:
    """A release, and what the office learns of it.

    Parameters
    ----------
    release : fit to be shown
    protected, offers : the windows of areas and of offers; the release is computed from them
    quality : windows of the numbers that say how well was counted
    draft : what the ledger records; None without a ledger
    problems : areas with more participants than children, tables that are not told
    """

    release: ParticipationRelease
    protected: Protected
    offers: Protected | None
    quality: Mapping[str, tuple[float, float]]
    draft: Draft | None
    problems: tuple[Problem, ...]


def protect_participation(
    counted: CountedChildren,
    children: Mapping[str, pd.DataFrame],
    *,
    rules: DisclosureRules,
    stichtag: str,
    title: str = "",
    offers: Sequence[str] = (),
    ledger: Ledger | None = None,
    accepted: Collection[str] = (),
    labels: Mapping[str, str] | None = None,
    level: Literal["public", "intern"] = "public",
    **about: Any,
) -> ProtectedParticipation:
    """Return rates of all areas and age groups such that none gives a small group away.

    It is the only maker of a `ParticipationRelease`.

    Parameters
    ----------
    counted : of `count_participation`; children outside the age groups are in no number
    children : per area set (n_areas, n_age_groups) children who could take part
    rules : what may be told about few persons
    stichtag, title : ISO date and title of the release
    offers : keys of the listed offers; others are told as one
    ledger : what was released earlier; None without one
    accepted : variables that the office says are a correction of, or another count than, one that
        was released earlier
    labels : area set -> what one of its areas is called
    level : "intern": exact counts of areas and offers, for the office alone; every page says so
    about : further fields of the release that hold no number of persons

    Raises
    ------
    ConfigError, DisclosureError
        If the ledger forbids the release.
    """
    stated_rules = rules
    if level == "intern":
        rules = replace(rules, published_input=True, reason=text("participation.method.intern"))
    known, more = _usable(counted, children)
    cases = _cases(counted, known, stichtag)
    ages = list(next(iter(children.values())).columns)
    stated = {variable(CHILDREN, ALL_AGES): {variable(CHILDREN, age): 1 for age in ages}}
    made = protect(
        [cases], {name: counted.units[name] for name in children}, publish=list(children),
        rules=rules, stated=stated, ledger=ledger, accepted=accepted,
    )  # fmt: skip
    tables = {name: made.protected.on(name)[stichtag] for name in children}
    names = {(m, a): variable(m, a) for m in (CHILDREN, MORE) for a in (*ages, ALL_AGES)}
    quality = told_quality(counted.quality.inside()[CHILDREN], rules)
    taking, further = (_total(tables, m) for m in (CHILDREN, MORE))
    astray = astray_of(quality, list(children), taking)
    told = _offers(counted, offers, taking, rules, stichtag)
    release = ParticipationRelease(
        seal=_SEAL,
        title=title,
        stichtag=stichtag,
        areas=rates_of(tables, children, names, astray, rules),
        offers=offer_shares(None if told is None else told.on(OFFERS)[stichtag], offers, taking),
        totals=reach_of_total(taking, taking + further, astray[next(iter(children)), False]),
        area_sets={**{name: name for name in children}, **(labels or {})},
        details={"disclosure": stated_rules.public()},
        level=level,
        **about,
    )
    problems = (*_more_than_children(more), *made.problems)
    return ProtectedParticipation(release, made.protected, told, quality, made.draft, problems)


def variable(measure: str, age: str) -> str:
    """Return what a count is called in tables, in the ledger and in messages."""
    shown = text("participation.words.all") if age == ALL_AGES else age
    return text(f"participation.words.count_{measure}", age=shown)


def _usable(
    counted: CountedChildren, children: Mapping[str, pd.DataFrame]
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Return the children of areas, NaN where more take part, and the keys of these areas."""
    cases = counted.cases.inside()[CHILDREN]
    found, more = {}, set()
    for name, table in children.items():
        taking = cases.groupby(counted.units[name]).sum().reindex(table.index).fillna(0.0)
        wrong = taking > table
        more |= set(map(str, table.index[wrong.any(axis=1)]))
        found[name] = all_ages(table.mask(wrong))
    return found, sorted(more)


def _cases(
    counted: CountedChildren, known: Mapping[str, pd.DataFrame], stichtag: str
) -> CaseCounts:
    """Return the counts as the door takes them: bases are known of areas, not of units."""
    true, frames = counted.cases.inside(), {}
    most = _most_per_unit(counted.units, known)
    base, areas = {}, {name: {} for name in known}
    columns = {(CHILDREN, age): column for age, column in all_ages(true[CHILDREN]).items()}
    columns[MORE, ALL_AGES] = true[MORE].sum(axis=1)
    for (measure, age), column in columns.items():
        frames[variable(measure, str(age))] = column
        base[variable(measure, str(age))] = most[age]
        for name, table in known.items():
            areas[name][variable(measure, str(age))] = table[age]
    return CaseCounts(
        stichtag,
        pd.DataFrame(frames),
        pd.DataFrame(base),
        unbounded=[variable(MORE, ALL_AGES)],
        area_base={name: pd.DataFrame(table) for name, table in areas.items()},
    )


def _most_per_unit(units: pd.DataFrame, known: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return how many children live in a unit at most: no more than in each of its areas."""
    found = [table.reindex(units[name]).set_axis(units.index) for name, table in known.items()]
    least = found[0]
    for other in found[1:]:
        least = least.where(~(other < least) & least.notna(), other)
    return least.fillna(_MOST)


def _total(tables: Mapping[str, ProtectedTable], measure: str) -> float:
    """Return the number of all areas together, as it is told with the first set that tells it."""
    for table in tables.values():
        if not np.isnan(total := table.total[variable(measure, ALL_AGES)]):
            return float(total)
    return float("nan")


def _offers(
    counted: CountedChildren,
    offers: Sequence[str],
    taking: float,
    rules: DisclosureRules,
    stichtag: str,
) -> Protected | None:
    """Return the windows of children per listed offer; all that are in no list are one."""
    if not offers or not taking >= 1:
        return None
    keys = pd.Index(dict.fromkeys([*offers, ""]), dtype=object)
    base = pd.Series(float(round(taking)), keys)
    found = counted.offers.inside()[CHILDREN].reindex(keys).fillna(0.0)
    frames = (pd.DataFrame({OFFERS: column}) for column in (found.clip(upper=base), base))
    places = {OFFERS: pd.Series(keys, keys)}
    return protect([CaseCounts(stichtag, *frames)], places, publish=[OFFERS], rules=rules).protected


def _more_than_children(keys: Sequence[str]) -> tuple[Problem, ...]:
    if not keys:
        return ()
    found = problem("participation.more_than_children", "warning", keys=", ".join(keys[:5]))
    return (found,)
