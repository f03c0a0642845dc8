"""From a release to the ledger: audited with all that was published, written, recorded.

Every build with counts is audited completely before a file is written: all its figures together,
and with everything in its ledger if it keeps one. Where it would give a small group away it is made
again with more withheld, or refused.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from sozialraum.model import Problem, Release
from sozialraum.model.errors import ConfigError, DisclosureError
from sozialraum.privacy.audit.complementary import protect_tables
from sozialraum.privacy.audit.ledger import (
    INTERNAL,
    Entry,
    Ledger,
    append,
    internal_entry,
    next_entry,
    read_ledger,
    refuse_grown,
)
from sozialraum.privacy.edition import WITHHELD, Withheld
from sozialraum.privacy.reasons import cell_reasons
from sozialraum.publish.tables.csv_parquet import csv_text
from sozialraum.texts import problem
from sozialraum.workflows.build.disclosing.publication import About, Publication, publication
from sozialraum.workflows.build.release_draft import disclosure_rules, make_release

if TYPE_CHECKING:
    from sozialraum.config import Plan
    from sozialraum.workflows.build.computed import Computed

# Withholding more changes what else is withheld; it settles after one round, rarely two.
_ROUNDS = 6
T = TypeVar("T")


@dataclass(frozen=True, eq=False, repr=False)
class Made:
    """A release, what the office should know about it, and why more is withheld.

    Parameters
    ----------
    release, problems : as made
    reasons : per `About` the German proof, with published figures, that forced it; for the office
        alone, in no file
    held : per Stichtag what is withheld beyond the rules
    told : what the release tells, as it passed the audit; None where nothing was audited
    """

    release: Release
    problems: list[Problem]
    reasons: Mapping[About, str]
    held: Mapping[str, Withheld] = field(default_factory=dict)
    told: Publication | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Audited:
    """The release of a build, and what it tells as it passed the audit."""

    release: Release
    told: Publication

    def of(self, release: Release) -> Publication | None:
        """Return what was told, if `release` is the very one that was audited."""
        return self.told if release is self.release else None


class TooFine(Exception):
    """The published constants of the method would give a group away: round them further."""


def make(computed: Computed) -> Made:
    """Make a release that gives nothing away, withholding as little more as it takes.

    It is audited with all earlier publications in the build's ledger; a build of open data keeps
    none and is released as it is.

    Raises
    ------
    NotProtectable
        If no choice of withheld values protects everybody.
    DisclosureError
        If an earlier publication stands on areas or counts that this build does not have.
    TooFine
        If it takes the least to round the constants of the method further.
    """
    rules, ledger = disclosure_rules(computed.plan), ledger_of(computed.plan)
    made = make_release(computed, rules)
    if ledger is None:
        return Made(*made, {})
    held: dict[str, Withheld] = {}
    reasons: dict[About, str] = {}
    told: Publication | None = None
    for _ in range(_ROUNDS):
        found = publication(made[0], computed, rules)
        if not found.rows or ledger.holds(found.rows, found.units.geographies):
            told = found
            break
        earlier, control = found.against(ledger)
        protection = protect_tables(found.rows, earlier=earlier, **control)
        if not protection.weakened:
            told = found
            break
        for number in protection.weakened:
            about = found.about[number]
            if about.part == "constant":
                raise TooFine
            more = about.withheld(protection.rows[number].forms[0].kind)
            held[about.stichtag] = held.get(about.stichtag, Withheld()) | more
            reasons[about] = protection.reasons.get(number, "")
        made = make_release(computed, rules, withheld=held)
    release, problems = made
    why = "privacy.withheld_for_ledger" if ledger.entries else "privacy.withheld_for_audit"
    notes = [problem(why, "note")] if held else []
    return Made(release, [*problems, *notes], reasons, held, told)


def next_record(found: Publication, ledger: Ledger, *, title: str, date: str) -> Entry | None:
    """Return the audited entry of a publication; None where the same is in the ledger already.

    Raises
    ------
    DisclosureError
        If the publication, or an earlier one because of it, would give a small group away.
    """
    if not found.rows or ledger.holds(found.rows, found.units.geographies):
        return None
    earlier, control = found.against(ledger)
    return next_entry(ledger, found.rows, earlier=earlier, title=title, date=date, **control)


def ledger_of(plan: Plan) -> Ledger | None:
    """Return what a build is audited with: its ledger, verified, or an empty one.

    None where all is open data. A ledger without a path is in no file.

    Raises
    ------
    ConfigError, DisclosureError
        If it lies outside the folder of the build file, or was changed.
    """
    if plan.disclosure.published_input:
        return None
    if plan.disclosure.ledger is None:
        return Ledger(None)
    folder = plan.file.parent.resolve()
    name = plan.disclosure.ledger
    path = folder / name
    if "\0" in name or not path.resolve().is_relative_to(folder) or path.is_dir():
        raise ConfigError(
            problem("privacy.ledger_outside", file=plan.file.name, key="disclosure.ledger")
        )
    return read_ledger(path.resolve())


def reasons_file(release: Release) -> dict[str, bytes]:
    """Return ``gesperrt.csv``: a sentence per withheld field, without a number.

    Empty where nothing is withheld.
    """
    listed = cell_reasons(release)
    listed = listed[listed["status"].isin(WITHHELD)]
    if listed.empty:
        return {}
    shown = listed[["key", "name", "indicator", "reason"]]
    return {"gesperrt.csv": b"\xef\xbb\xbf" + csv_text(shown).encode("utf-8")}


def save_recorded(
    computed: Computed,
    release: Release,
    audited: Audited | None,
    problems: tuple[Problem, ...],
    write: Callable[[tuple[Problem, ...]], T],
) -> T:
    """Audit a release with everything in the ledger of its build, write it, and record it.

    A release for the office itself is recorded as such: that it exists and who may see it. It binds
    no later publication, because the public does not have it.

    Parameters
    ----------
    computed, release : of a build, and what of it is to be written
    audited : the release that passed the audit of the build
    problems : findings of the build
    write : writes everything or nothing; is given the findings for the check report

    Raises
    ------
    DisclosureError
        If the release must not be published; nothing is written then.
    """
    plan, ledger = computed.plan, ledger_of(computed.plan)
    if ledger is None:
        return write(problems)
    intern = release.level == "intern"
    if intern and ledger.path is None:
        return write(problems)
    known = None if audited is None else audited.of(release)
    if known is not None and ledger.path is None:  # nothing can have been published since
        return write((*problems, *known.problems))
    found = known or _told(computed, release, intern=intern)
    about = {"title": plan.title, "date": plan.stichtag.isoformat()}
    if intern:
        entry = internal_entry(ledger, found.rows, **about)
        return write_recorded(ledger, entry, lambda: write(problems))
    entry = next_record(found, ledger, **about)
    problems = (*problems, *found.problems)
    if any(e.audience == INTERNAL for e in ledger.entries):
        problems = (*problems, problem("privacy.internal_not_audited", "note"))
    return write_recorded(ledger, entry, lambda: write(problems))


def _told(computed: Computed, release: Release, *, intern: bool) -> Publication:
    """Return what a release tells; refuse one of other rules than the build's."""
    rules = disclosure_rules(computed.plan, intern=intern)
    if release.details["disclosure"] != rules.public():
        raise DisclosureError(problem("privacy.other_rules"))
    return publication(release, computed, rules)


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
    if entry is None or ledger.path is None:
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
