"""From a release to the ledger: what it tells about counts, audited with all that was published.

A share with a known base, an index, a class each stand for an interval of counts. The intervals of
a build and of everything in the ledger are audited together before a file is written; where the
build would give a small group away it is made again with more withheld, or refused.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from sozialraum.errors import ConfigError, DisclosureError
from sozialraum.model import Problem, Release
from sozialraum.pipeline.assembling import candidates_of, disclosure_rules
from sozialraum.pipeline.units import Units, counted, units_of
from sozialraum.privacy.audit.complementary import NotProtectable, protect_tables
from sozialraum.privacy.audit.index_equation import equation_of
from sozialraum.privacy.audit.ledger import (
    Entry,
    Ledger,
    append,
    next_entry,
    read_ledger,
    refuse_grown,
    refuse_missing_geographies,
)
from sozialraum.privacy.audit.published_rows import OTHERS, edition_rows, index_rows
from sozialraum.privacy.audit.rows import Form, Row, Term
from sozialraum.privacy.audit.system import Series
from sozialraum.privacy.edition import WITHHELD, Candidate, Withheld
from sozialraum.privacy.publishable import UNIT_FACTOR, is_published
from sozialraum.privacy.reasons import cell_reasons
from sozialraum.privacy.rounding import count_window
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.publish.manifest import write_manifest
from sozialraum.publish.tables.csv_parquet import csv_text
from sozialraum.texts import problem, text

if TYPE_CHECKING:
    from sozialraum.config import Plan
    from sozialraum.pipeline.measuring import Measured
    from sozialraum.pipeline.result import Result
    from sozialraum.pipeline.scoring import Scored, Yardstick
    from sozialraum.sources.delivery import Delivery
    from sozialraum.space.crosswalk import Crosswalk

# Withholding more changes what else is withheld; it settles after one round, rarely two.
_ROUNDS = 6
T = TypeVar("T")
Remake = Callable[[Mapping[str, Withheld]], tuple[Release, list[Problem]]]


@dataclass(frozen=True, eq=False, repr=False)
class Publication:
    """What a release tells about counts, and the true counts it is audited against.

    Parameters
    ----------
    rows : one interval per published (or withheld) share, complement, index and city value
    about : per row what it is: (Stichtag, area key, indicator id; "" for the index and the city)
    units : smallest areas with a count, and to which areas they belong
    rules : of disclosure control
    problems : what the audit cannot see, for the check report
    """

    rows: tuple[Row, ...]
    about: tuple[tuple[str, str, str], ...]
    units: Units
    rules: DisclosureRules
    problems: tuple[Problem, ...] = ()

    def against(self, ledger: Ledger) -> tuple[tuple[Row, ...], dict[str, Any]]:
        """Return the earlier rows that share a count with this publication, and audit arguments.

        Earlier rows on other counts and other Stichtage tell nothing about this one.

        Raises
        ------
        DisclosureError
            If an earlier publication stands on areas or counts that this build does not have.
        """
        refuse_missing_geographies(ledger, self.units.geographies)
        earlier, series = _linked(self.rows, ledger.rows)
        counts = {s: counted(self.units, *s) for s in sorted(series)}
        absent = [s for s, count in counts.items() if count is None]
        if absent:
            raise DisclosureError(
                [problem("privacy.counts_missing", column=v, stichtag=day) for v, day in absent]
            )
        named = {term.geography for row in (*self.rows, *earlier) for term in row.terms}
        places = {name: zones for name, zones in self.units.geographies.items() if name in named}
        control = {"minimum": self.rules.minimum, "insiders": self.rules.insiders}
        return earlier, {"counts": counts, "geographies": places, **control}


def publication(
    release: Release,
    plan: Plan,
    delivery: Delivery,
    crosswalk: Crosswalk | None,
    measured: Mapping[str, Measured],
    candidates: Sequence[Candidate],
    rules: DisclosureRules,
) -> Publication:
    """Return what a release tells about counts.

    Counts are named by the columns they come from, not by the indicator, so that two builds that
    call the same count differently are audited together. Where counts were moved to areas that
    split the delivered ones, they are rounded to whole persons for the audit and every interval is
    widened by one person per count.
    """
    units = units_of(plan, delivery, crosswalk, measured)
    rows: list[Row] = []
    about: list[tuple[str, str, str]] = []
    bent = False
    for edition, candidate in zip(release.editions, candidates, strict=True):
        where = {"geography": plan.join.target, "indicators": release.indicators}
        shares = edition_rows(edition, candidate.base.round(), rules=rules, **where)
        for row in shares:
            (term,) = row.terms
            name = term.variable.removeprefix(OTHERS)
            if pd.notna(candidate.value.at[term.zone, name]):
                rows.append(row)
                about.append((edition.stichtag, term.zone, name))
        city = _city_rows(release, edition.city, candidate, plan.join.target, rules)
        told: list[Row] = []
        straight = equation_of(candidate, release.indicators).is_straight
        bent |= not straight
        if straight:
            open_data = [i.id for i in release.indicators if is_published(i, rules)]
            told = index_rows(
                candidate, edition.table, breaks=release.breaks.get("index"),
                decimals=rules.index_decimals, known=open_data, **where,
            )  # fmt: skip
        for row in (*city, *told):
            rows.append(row)
            about.append((edition.stichtag, row.terms[0].zone, ""))
    named = [_named(row, units, plan.area_word, release.areas["name"]) for row in rows]
    notes = [] if units.whole else [problem("privacy.ledger_of_fractions", "note")]
    if bent:
        notes.append(problem("privacy.index_not_audited", "note"))
    return Publication(tuple(named), tuple(about), units, rules, tuple(notes))


def told_by(
    plan: Plan,
    delivery: Delivery,
    crosswalk: Crosswalk | None,
    measured: dict[str, Measured],
    scored: dict[str, dict[str, Scored]],
    yardsticks: dict[str, Yardstick],
    rules: DisclosureRules,
) -> Callable[[Release], Publication]:
    """Return the function from a release of a build to what it tells."""

    def tell(release: Release) -> Publication:
        candidates = candidates_of(plan, measured, scored, yardsticks, {})
        return publication(release, plan, delivery, crosswalk, measured, candidates, rules)

    return tell


@dataclass(frozen=True, eq=False, repr=False)
class Made:
    """A release, what the office should know about it, and why more is withheld.

    Parameters
    ----------
    release, problems : as made
    reasons : per (Stichtag, area key, indicator id; "" for the index) the German proof, with
        published figures, that forced it; for the office alone, in no file
    """

    release: Release
    problems: list[Problem]
    reasons: Mapping[tuple[str, str, str], str]


def make(remake: Remake, rows_of: Callable[[Release], Publication], ledger: Ledger | None) -> Made:
    """Make a release that fits to everything in the ledger, withholding as little more as it takes.

    Parameters
    ----------
    remake : makes the release with more withheld per Stichtag
    rows_of : what a release tells
    ledger : earlier publications; None makes the release as it is

    Returns
    -------
    What was made. Where no choice of withheld values protects everybody the release is as without
    the ledger: `save_recorded` refuses it.

    Raises
    ------
    DisclosureError
        If an earlier publication stands on areas or counts that this build does not have.
    """
    first = remake({})
    if ledger is None:
        return Made(*first, {})
    held: dict[str, Withheld] = {}
    reasons: dict[tuple[str, str, str], str] = {}
    made = first
    for _ in range(_ROUNDS):
        found = rows_of(made[0])
        if ledger.holds(found.rows, found.units.geographies):
            break
        earlier, control = found.against(ledger)
        try:
            protection = protect_tables(found.rows, earlier=earlier, **control)
        except NotProtectable:
            return Made(*first, {})
        if not protection.weakened:
            break
        for number in protection.weakened:
            day, area, name = found.about[number]
            kind = protection.rows[number].forms[0].kind
            held[day] = held.get(day, Withheld()) | _withheld(area, name, kind)
            reasons[day, area, name] = protection.reasons.get(number, "")
        made = remake(held)
    release, problems = made
    note = [problem("privacy.withheld_for_ledger", "note")] if held else []
    return Made(release, [*problems, *note], reasons)


def next_record(found: Publication, ledger: Ledger, *, title: str, date: str) -> Entry | None:
    """Return the audited entry of a publication; None where the same is in the ledger already.

    Raises
    ------
    DisclosureError
        If the publication, or an earlier one because of it, would give a small group away.
    """
    if ledger.holds(found.rows, found.units.geographies):
        return None
    earlier, control = found.against(ledger)
    return next_entry(ledger, found.rows, earlier=earlier, title=title, date=date, **control)


def ledger_of(plan: Plan) -> Ledger | None:
    """Return the ledger a build names, verified; None where it names none or all is open data.

    Raises
    ------
    ConfigError, DisclosureError
        If it lies outside the folder of the build file, or was changed.
    """
    if plan.disclosure.ledger is None or plan.disclosure.published_input:
        return None
    folder = plan.file.parent.resolve()
    path = (folder / plan.disclosure.ledger).resolve()
    if not path.is_relative_to(folder) or path.is_dir():
        raise ConfigError(
            problem("privacy.ledger_outside", file=plan.file.name, key="disclosure.ledger")
        )
    return read_ledger(path)


def write_reasons(release: Release, folder: Path, facts: Mapping[str, Any]) -> list[Path]:
    """Write ``gesperrt.csv``: a sentence per withheld field, without a number.

    The manifest of the folder is written anew. Nothing is written where nothing is withheld.
    """
    listed = cell_reasons(release)
    listed = listed[listed["status"].isin(WITHHELD)]
    if listed.empty:
        return []
    path = folder / "gesperrt.csv"
    shown = listed[["key", "name", "indicator", "reason"]]
    path.write_bytes(b"\xef\xbb\xbf" + csv_text(shown).encode("utf-8"))
    write_manifest(release, folder, facts=facts)
    return [path]


def save_recorded(result: Result, write: Callable[[tuple[Problem, ...]], T]) -> T:
    """Audit a result with everything in its ledger, write it, and record it.

    Results for the office itself, and those of a build without a ledger, are only written.

    Parameters
    ----------
    result : of a build
    write : writes everything or nothing; is given the findings for the check report

    Raises
    ------
    DisclosureError
        If the result must not be published; nothing is written then.
    """
    plan = result.plan
    ledger = ledger_of(plan) if result.release.level == "public" else None
    if ledger is None:
        return write(result.problems)
    tell = told_by(
        plan, result.delivery, result.crosswalk, result.measured, result.scored,
        result.yardsticks, disclosure_rules(plan),
    )  # fmt: skip
    found = tell(result.release)
    entry = next_record(found, ledger, title=plan.title, date=plan.stichtag.isoformat())
    return write_recorded(ledger, entry, lambda: write((*result.problems, *found.problems)))


def write_recorded(ledger: Ledger, entry: Entry | None, write: Callable[[], T]) -> T:
    """Write the files of an audited publication, then append its entry; return what was written.

    Parameters
    ----------
    ledger, entry : as audited; entry None where the same publication is in the ledger already
    write : writes everything or nothing

    Raises
    ------
    DisclosureError
        Before anything is written: if the ledger could not be appended to, or has grown since.
        Afterwards: if the entry could not be appended; the files must then not be passed on.
    """
    if entry is None:
        return write()
    folder = next(p for p in ledger.path.parents if p.exists())
    if not os.access(ledger.path if ledger.path.exists() else folder, os.W_OK):
        raise DisclosureError(problem("privacy.ledger_not_writable", file=ledger.path.name))
    refuse_grown(ledger)
    written = write()
    try:
        append(ledger, entry)
    except OSError as error:
        raise DisclosureError(problem("privacy.not_recorded", file=ledger.path.name)) from error
    return written


def _withheld(area: str, name: str, kind: str) -> Withheld:
    if name:
        return Withheld(cells=frozenset([(area, name)]))
    if kind == "class":
        return Withheld(indices=frozenset([area]))
    return Withheld(classes=frozenset([area]))


def _linked(rows: Sequence[Row], earlier: Sequence[Row]) -> tuple[tuple[Row, ...], set[Series]]:
    """Return the earlier rows that share a count with `rows`, however far, and all counts named."""
    series = {(t.variable, t.stichtag) for row in rows for t in row.terms}
    about = [{(t.variable, t.stichtag) for t in row.terms} for row in earlier]
    size = -1
    while size != len(series):
        size = len(series)
        for named in about:
            if not named.isdisjoint(series):
                series |= named
    kept = [r for r, named in zip(earlier, about, strict=True) if not named.isdisjoint(series)]
    return tuple(kept), series


def _city_rows(
    release: Release,
    city: pd.Series,
    candidate: Candidate,
    geography: str,
    rules: DisclosureRules,
) -> list[Row]:
    """Return the published shares of the whole municipality, where the same areas make them up."""
    rows = []
    for i in release.indicators:
        factor = UNIT_FACTOR.get(i.unit)
        if factor is None or is_published(i, rules) or np.isnan(city.get(i.id, np.nan)):
            continue
        base = candidate.base[i.id].where(candidate.value[i.id].notna()).dropna()
        cases = float((candidate.value[i.id] / factor * candidate.base[i.id]).sum())
        low, high = count_window(
            city[i.id] / factor, base.sum(), minimum=rules.minimum, candidates=rules.candidates
        )
        if low - 0.5 <= cases <= high + 0.5:
            terms = tuple(
                Term(i.id, geography, str(area), candidate.stichtag) for area in base.index
            )
            rows.append(Row(text("privacy.whole_city"), terms, (Form(low, high, "rate"),)))
    return rows


def _named(row: Row, units: Units, area_word: str, called: pd.Series) -> Row:
    """Return a row about columns instead of indicators, with the name readers know the area by."""
    terms = tuple(replace(t, variable=_column(t.variable, units.names)) for t in row.terms)
    label = row.label
    if len({t.zone for t in terms}) == 1:
        label = f"{'Index ' if len(terms) > 1 else ''}{area_word} {called[terms[0].zone]}"
    if units.whole:
        return replace(row, terms=terms, label=label)
    slack = sum(abs(t.coefficient) for t in terms)
    forms = tuple(replace(f, low=f.low - slack, high=f.high + slack) for f in row.forms)
    return Row(label, terms, forms)


def _column(variable: str, names: Mapping[str, tuple[str, str]]) -> str:
    """Return the count that `edition_rows` names by its indicator."""
    name = variable.removeprefix(OTHERS)
    return names[name][int(variable != name)]
