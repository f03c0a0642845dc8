"""From counts to rates that may be shown: protected first, computed from what is protected."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from sozialraum.insight.take_up.quality import astray_of
from sozialraum.insight.take_up.rates import offer_shares, rates_of
from sozialraum.insight.take_up.reach import reach_of_total
from sozialraum.model import ParticipationRelease, Problem
from sozialraum.model.participation_release import ALL_AGES, CHILDREN, MORE, CountedChildren
from sozialraum.model.protected import Protected, ProtectedTable
from sozialraum.privacy.ledger import Ledger
from sozialraum.privacy.release import sealed_participation
from sozialraum.privacy.release_memory import Draft
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import text
from sozialraum.workflows.participation.protecting import (
    OFFERS,
    all_ages,
    protect_offers,
    protect_programme,
    quality_windows,
    variable,
)


@dataclass(frozen=True, eq=False, repr=False)
class ReleasedProgramme:
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


def release_programme(
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
) -> ReleasedProgramme:
    """Return rates of all areas and age groups such that none gives a small group away.

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
    made = protect_programme(
        counted, children, rules=rules, stichtag=stichtag, ledger=ledger, accepted=accepted
    )
    living = {name: all_ages(table) for name, table in children.items()}
    tables = {name: made.protected.on(name)[stichtag] for name in children}
    ages = next(iter(living.values())).columns
    names = {(m, a): variable(m, a) for m in (CHILDREN, MORE) for a in ages}
    quality = quality_windows(counted.quality.inside()[CHILDREN], rules)
    taking, further = (_total(tables, m) for m in (CHILDREN, MORE))
    astray = astray_of(quality, list(children), taking)
    told = protect_offers(counted, offers, taking, rules=rules, stichtag=stichtag)
    release = sealed_participation(
        title=title,
        stichtag=stichtag,
        areas=rates_of(
            tables, living, names, astray, minimum=rules.k, exact_totals=rules.prints_totals
        ),
        offers=offer_shares(None if told is None else told.on(OFFERS)[stichtag], offers, taking),
        totals=reach_of_total(taking, taking + further, astray[next(iter(children)), False]),
        area_sets={**{name: name for name in children}, **(labels or {})},
        details={"disclosure": stated_rules.public()},
        level=level,
        **about,
    )
    return ReleasedProgramme(release, made.protected, told, quality, made.draft, made.problems)


def _total(tables: Mapping[str, ProtectedTable], measure: str) -> float:
    """Return the number of all areas together, as it is told with the first set that tells it."""
    for table in tables.values():
        if not np.isnan(total := table.total[variable(measure, ALL_AGES)]):
            return float(total)
    return float("nan")
