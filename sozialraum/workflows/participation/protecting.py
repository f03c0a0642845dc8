"""Counts of a programme through the one door of the house; rates follow from what is protected.

Children of every age group and area, and the further bookings of all of them, are protected in one
call (`sozialraum.privacy.protecting`); sums over ages follow from the ages.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from sozialraum.model import Problem
from sozialraum.model.participation_release import ALL_AGES, CHILDREN, MORE, CountedChildren
from sozialraum.model.protected import Partition, Protected
from sozialraum.privacy.case_counts import CaseCounts
from sozialraum.privacy.ledger import Ledger
from sozialraum.privacy.protecting import protect
from sozialraum.privacy.recoding import recode_open
from sozialraum.privacy.release_memory import Draft
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import problem, text

_MOST = 1e6  # children of a place whose number nobody delivered
OFFERS = "angebote"
Window = tuple[float, float]


@dataclass(frozen=True, eq=False, repr=False)
class ProtectedProgramme:
    """The counts of a programme, protected.

    Parameters
    ----------
    protected : the windows of areas, one variable per measure and age group
    draft : what the ledger records; None without a ledger
    problems : areas with more participants than children, tables that are not told
    """

    protected: Protected
    draft: Draft | None
    problems: tuple[Problem, ...]


def protect_programme(
    counted: CountedChildren,
    children: Mapping[str, pd.DataFrame],
    *,
    rules: DisclosureRules,
    stichtag: str,
    ledger: Ledger | None = None,
    accepted: Collection[str] = (),
) -> ProtectedProgramme:
    """Return the counts of all areas and age groups such that none gives a small group away.

    Parameters
    ----------
    counted : of `count_participation`; children outside the age groups are in no number
    children : per area set (n_areas, n_age_groups) children who could take part
    rules : what may be told about few persons
    stichtag : ISO date
    ledger : what was released earlier; None without one
    accepted : variables that the office says are a correction of, or another count than, one that
        was released earlier

    Raises
    ------
    ConfigError, DisclosureError
        If the ledger forbids the release.
    """
    known, more = _usable(counted, children)
    ages = list(next(iter(children.values())).columns)
    stated = {variable(CHILDREN, ALL_AGES): {variable(CHILDREN, age): 1 for age in ages}}
    made = protect(
        [_cases(counted, known, stichtag)], {name: counted.units[name] for name in children},
        publish=list(children), rules=rules, stated=stated, ledger=ledger, accepted=accepted,
    )  # fmt: skip
    problems = (*_more_than_children(more), *made.problems)
    return ProtectedProgramme(made.protected, made.draft, problems)


def quality_windows(counts: pd.Series, rules: DisclosureRules) -> dict[str, Window]:
    """Return the window of each number: so wide that the others and their sum do not narrow it.

    Duplicates, contradictions and addresses that were not found are counts of few persons as well.
    Each is a table of one cell: its window follows from no other number.

    Examples
    --------
    >>> quality_windows(pd.Series({"exact": 40, "not_found": 2, "ambiguous": 0}), DisclosureRules())
    {'exact': (33.0, 53.0), 'not_found': (1.0, 11.0), 'ambiguous': (0.0, 0.0)}
    """
    found = recode_open(counts.to_numpy(float), Partition(rules.k, 4 * rules.k + 1, rules.zeros))
    ends = zip(found.low.tolist(), found.high.tolist(), strict=True)
    return dict(zip(map(str, counts.index), ends, strict=True))


def variable(measure: str, age: str) -> str:
    """Return what a count is called in tables, in the ledger and in messages."""
    shown = text("participation.words.all") if age == ALL_AGES else age
    return text(f"participation.words.count_{measure}", age=shown)


def all_ages(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of age groups with their sum; NaN where one of them is."""
    return table.assign(**{ALL_AGES: table.sum(axis=1, skipna=False)})


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
    base: dict[str, pd.Series] = {}
    areas: dict[str, dict[str, pd.Series]] = {name: {} for name in known}
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


def protect_offers(
    counted: CountedChildren,
    offers: Sequence[str],
    taking: float,
    *,
    rules: DisclosureRules,
    stichtag: str,
) -> Protected | None:
    """Return the windows of children per listed offer; all that are in no list are one.

    Parameters
    ----------
    counted : of `count_participation`
    offers : keys of the listed offers; others are told as one, ""
    taking : children that take part, as it is told; NaN where it is not
    rules : what may be told about few persons
    stichtag : ISO date

    Returns
    -------
    The table `OFFERS`; None without a list, or where nobody is told to take part.
    """
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
