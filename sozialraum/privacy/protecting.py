"""Counts are protected before anything is computed from them: the one door of the house.

Every count is recoded into the middle of a window that follows from its base alone
(`sozialraum.privacy.recoding`). Columns that are sums of others follow from what is recoded
(`sozialraum.privacy.following`). A table whose windows and totals would still tell a small count is
not told (`sozialraum.privacy.tables.whole_tables`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from sozialraum.model import Problem
from sozialraum.model.protected import Protected
from sozialraum.privacy.case_counts import CaseCounts, places_of, side_by_side
from sozialraum.privacy.following import Prints, counted_bases, find_following, prints_of
from sozialraum.privacy.ledger import Ledger
from sozialraum.privacy.noise import noise_of
from sozialraum.privacy.old_ledger import old_rows
from sozialraum.privacy.release_memory import Draft, Memory, draft_of
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.privacy.tables.recoded_tables import sums_on
from sozialraum.privacy.tables.release_tables import tables_of
from sozialraum.privacy.tables.release_work import Tables, Work
from sozialraum.privacy.tables.sealing import sealed
from sozialraum.texts import problem

_NO_SECRET = b"\0" * 32


@dataclass(frozen=True, eq=False, repr=False)
class Protection:
    """What disclosure control made of the counts of a release.

    Parameters
    ----------
    protected : goes on to indices, plans and pages
    draft : what the ledger records of it; None without a ledger
    problems : tables that are not told, and what the ledger says
    """

    protected: Protected
    draft: Draft | None
    problems: tuple[Problem, ...]


def protect(
    counts: Sequence[CaseCounts],
    geographies: Mapping[str, pd.Series],
    *,
    publish: Sequence[str],
    rules: DisclosureRules,
    stated: Mapping[str, Mapping[str, int]] | None = None,
    confidential: Collection[str] = (),
    columns: Mapping[str, tuple[str, str]] | None = None,
    ledger: Ledger | None = None,
    accepted: Collection[str] = (),
) -> Protection:
    """Recode all counts of a release, and decide which tables are told.

    Parameters
    ----------
    counts : one per Stichtag
    geographies : every known set of areas: (n_units,) area of each unit, all over the same units
    publish : names of those that are told
    rules : of disclosure control
    stated : variable -> {variable: ±1}, sums that the build file states
    confidential : variables whose base is not known either
    columns : variable -> its columns of cases and base, as ledgers before counts were protected
        first name them
    ledger : what was released earlier; None without one
    accepted : variables of which the office has said that they correct an earlier release, or are
        another count although they look like one

    Returns
    -------
    Protection. Units with NaN count for nothing; an area without a delivered unit is "missing".

    Raises
    ------
    ValueError
        If frames do not belong together, or a stated sum has other factors than 1 and -1.
    ConfigError, DisclosureError
        If the ledger forbids the release.

    Examples
    --------
    >>> units = [f"{n:02d}" for n in range(24)]
    >>> cases = pd.DataFrame({"arm": [2, 9, 40, *range(5, 26)]}, index=units)
    >>> base = pd.DataFrame({"arm": [60] * 24}, index=units)
    >>> made = protect([CaseCounts("2024-12-31", cases, base)],
    ...     {"bezirk": pd.Series(units, units)}, publish=["bezirk"], rules=DisclosureRules())
    >>> made.protected.on("bezirk")["2024-12-31"].middle.arm.head(3).tolist()
    [3.0, 10.0, 40.0]
    """
    places = places_of(geographies)
    _refuse_unknown(publish, places)
    found = side_by_side(counts, next(iter(geographies.values())).index, places)
    prints = prints_of(found, places, _NO_SECRET if ledger is None else ledger.secret)
    memory = Memory.of(ledger)
    recorded, published = memory.prints(), [n for n, _ in found.ids if rules.is_open(n)]
    bases = counted_bases(found, prints, published, recorded)
    hidden = frozenset((*confidential, *(variable for variable, _ in bases)))
    following = find_following(
        found,
        prints,
        stated=stated or {},
        bases=bases,
        confidential=hidden,
        recorded=recorded,
    )
    work = Work(
        columns=found,
        places=places,
        publish=tuple(publish),
        sums={name: sums_on(found, places[name]) for name in publish},
        rules=rules,
        confidential=hidden,
        following=following,
        memory=memory,
        noise=noise_of(rules, found, None if ledger is None else ledger.secret),
        old_rows=old_rows(ledger, found, places, columns or {}, accepted=accepted),
    )
    _refuse_similar(work, accepted)
    tables, not_told, problems = tables_of(work)
    draft = None if ledger is None else _draft(work, prints, tables)
    told = _unpublished(not_told, {name for name, _ in bases})
    return Protection(sealed(work, tables, not_told), draft, (*problems, *told))


def _refuse_unknown(publish: Sequence[str], places: Collection[str]) -> None:
    if not publish or not set(publish) <= set(places):
        message = (
            f"The 'publish' parameter of protect must name some of {sorted(places)}. "
            f"Got {list(publish)} instead."
        )
        raise ValueError(message)


def _refuse_similar(work: Work, accepted: Collection[str]) -> None:
    """Refuse another count that looks like one of the ledger, unless the office said what it is."""
    found = work.columns
    related = {name for name in found.ids if work.comes_from_ledger(name)}
    work.memory.refuse_similar(
        found.ids, found.cases, found.units, work.places, related=related, accepted=accepted
    )


def _unpublished(reasons: Mapping[tuple[str, str, str], str], bases: set[str]) -> list[Problem]:
    """Return what to say of tables that are not told, and of bases that are counts themselves."""
    lost = [
        problem(f"privacy.not_told.{reason}", "warning", column=name, found=stichtag, key=place)
        for (name, stichtag, place), reason in sorted(reasons.items())
    ]
    return lost + [problem("privacy.counted_base", "note", column=name) for name in sorted(bases)]


def _draft(work: Work, prints: Prints, tables: Tables) -> Draft:
    """Return what the ledger records of tables that are not open data."""
    return draft_of(
        units=work.columns.units,
        places=work.places,
        prints=prints,
        number=work.columns.number(),
        windows={
            key: (table.window, table.partition)
            for key, table in tables.items()
            if not work.is_open(key[0])
        },
        rules=work.rules,
    )
