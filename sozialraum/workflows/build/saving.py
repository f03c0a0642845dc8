"""A result in its folder, in the ledger of its build, and for the office: all or none of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sozialraum.model.problem import Plain
from sozialraum.privacy.ledger import INTERNAL, Ledger, refuse_inside
from sozialraum.privacy.recording import Recording, recording
from sozialraum.publish.bundle import write_into
from sozialraum.publish.folder import refuse_shared, whole_folder
from sozialraum.publish.page.public_findings import public_findings
from sozialraum.publish.page.report_check import Scope
from sozialraum.publish.tables.csv_parquet import csv_text, marked
from sozialraum.texts import speaking_of
from sozialraum.workflows.build.counts.protecting import disclosure_rules
from sozialraum.workflows.build.further.account import account_files
from sozialraum.workflows.build.further.cockpit import WORD as COCKPIT
from sozialraum.workflows.build.further.cockpit import cockpit_files
from sozialraum.workflows.build.further.education_chain import chain_files
from sozialraum.workflows.build.further.offers import offer_files
from sozialraum.workflows.build.further.programme_years import programme_files
from sozialraum.workflows.build.geography.larger_areas import level_files
from sozialraum.workflows.build.looks import design_of
from sozialraum.workflows.build.words.protection_words import cell_reasons

if TYPE_CHECKING:
    from sozialraum.model import Problem, Release
    from sozialraum.workflows.build.computed import Computed
    from sozialraum.workflows.build.counts.protecting import Safe
    from sozialraum.workflows.build.office import Office

# The word of ``[output] files`` whose table ``open_result`` reads.
READ_BACK = "parquet"
_NO_VALUE = ("small_base", "suppressed")


@dataclass(frozen=True, eq=False, repr=False)
class OfficeCopy:
    """The same build from true counts, and the folder of the office that it goes to.

    Parameters
    ----------
    folder : apart from all that is public
    computed, release, facts : as of a result
    problems : all findings, those on single counts too
    """

    folder: Path
    computed: Computed
    release: Release
    problems: Sequence[Problem]
    facts: Mapping[str, Plain]


def save_result(
    computed: Computed,
    release: Release,
    target: Path,
    *,
    files: Sequence[str],
    problems: Sequence[Problem],
    facts: Mapping[str, Any],
    safe: Safe | None,
    office: OfficeCopy | None = None,
) -> list[str]:
    """Write a result, record it in the ledger of its build, and write the papers of the office.

    Everything is written under another name, then the ledger, then the folder gets its name: a
    crash leaves nothing that can be read and was not recorded.

    Parameters
    ----------
    computed, release : what is written
    target : result folder
    files : words of ``[output] files``
    problems : findings; those that follow from single counts are left out of the check report
    facts : plain values for the manifest
    safe : what the ledger records; None where nothing is recorded
    office : the build from true counts; None for none

    Returns
    -------
    Names of the files.

    Raises
    ------
    ConfigError, DataError, DisclosureError
        If folders, ledger and key do not lie apart, something cannot be written, or the ledger has
        grown since. Nothing is written then.
    """
    if office is not None:
        refuse_shared(target, office.folder)
    rules = disclosure_rules(computed.plan)
    scope: Scope = "all" if rules.published_input else "public"
    place = place_in_ledger(safe, computed, target)
    with speaking_of(computed.plan.place_kind), whole_folder(target) as fresh:
        shown = public_findings(problems, published=rules.published_input)
        inputs = input_facts(computed, published=rules.published_input)
        known = {**facts, **inputs, **_anchor(place)}
        _write(computed, release, fresh, files=files, problems=shown, scope=scope, facts=known)
        ledger = None if place is None else place.record()
        if office is not None:
            _save_for_office(office, ledger, files)
    return sorted(p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file())


def place_in_ledger(
    safe: Safe | None, computed: Computed | Office, target: Path
) -> Recording | None:
    """Return the place of a result in the ledger of its build; None where it keeps none.

    Raises
    ------
    ConfigError
        If the ledger or its key lies in the folder of the result.
    """
    if safe is None or safe.ledger is None or safe.draft is None:
        return None
    refuse_inside(safe.ledger, target)
    return recording(safe.ledger, safe.draft.statements, **_statistic(computed))


def _save_for_office(copy: OfficeCopy, ledger: Ledger | None, files: Sequence[str]) -> None:
    """Write the build from true counts, and record that it exists; it binds nobody."""
    place = None
    if ledger is not None:
        place = recording(ledger, {}, audience=INTERNAL, **_statistic(copy.computed))
    with whole_folder(copy.folder) as fresh:
        known = {**copy.facts, **input_facts(copy.computed, published=True), **_anchor(place)}
        _write(
            copy.computed, copy.release, fresh,
            files=files, problems=copy.problems, scope="office", facts=known,
        )  # fmt: skip
        if place is not None:
            place.record()


def _write(
    computed: Computed,
    release: Release,
    fresh: Path,
    *,
    files: Sequence[str],
    problems: Sequence[Problem],
    scope: Scope,
    facts: Mapping[str, Any],
) -> None:
    write_into(
        release,
        fresh,
        files=tuple(dict.fromkeys(word for word in (*files, READ_BACK) if word != COCKPIT)),
        problems=problems,
        scope=scope,
        facts=facts,
        design=design_of(computed.plan),
        further={
            **reasons_file(release),
            **level_files(computed, release.level),
            **chain_files(computed, release),
            **programme_files(computed),
            **offer_files(release),
            **(cockpit_files(release, design_of(computed.plan)) if COCKPIT in files else {}),
            **account_files(computed, release),
        },
    )


def input_facts(computed: Computed | Office, *, published: bool) -> dict[str, Any]:
    """Return the delivered files: with digests where anybody may compare them, else by name.

    A digest of a small file is as good as its numbers: whoever guesses them sees it.
    """
    files = dict(sorted(computed.delivery.files.items()))
    return {"inputs": files} if published else {"input_files": list(files)}


def _statistic(computed: Computed | Office) -> dict[str, Any]:
    """Return what a ledger notes about a release; digests stand there under its secret."""
    files = sorted(computed.delivery.files.items())
    return {
        "title": computed.plan.title,
        "date": computed.day,
        "inputs": {name: bytes.fromhex(digest) for name, digest in files},
    }


def _anchor(place: Recording | None) -> dict[str, Any]:
    return {} if place is None else {"release": dict(place.release)}


def reasons_file(release: Release) -> dict[str, bytes]:
    """Return ``gesperrt.csv``: a sentence per field that is not told, without a number.

    Empty where everything is told.
    """
    listed = cell_reasons(release)
    listed = listed[listed["status"].isin(_NO_VALUE)]
    if listed.empty:
        return {}
    shown = listed[["key", "name", "indicator", "reason"]]
    return {
        "gesperrt.csv": b"\xef\xbb\xbf" + csv_text(marked(shown, release.level)).encode("utf-8")
    }
