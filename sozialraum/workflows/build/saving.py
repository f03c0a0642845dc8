"""A result in its folder, and in the ledger of its build: both or neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sozialraum.privacy.reasons import cell_reasons
from sozialraum.privacy.recording import Recording, recording
from sozialraum.publish.bundle import write_into
from sozialraum.publish.design import Design
from sozialraum.publish.folder import whole_folder
from sozialraum.publish.tables.csv_parquet import csv_text
from sozialraum.sources.paths import resolve
from sozialraum.workflows.build.larger_areas import level_files

if TYPE_CHECKING:
    from sozialraum.config import Plan
    from sozialraum.model import Problem, Release
    from sozialraum.workflows.build.computed import Computed
    from sozialraum.workflows.build.counts.protecting import Safe

# The word of ``[output] files`` whose table ``open_result`` reads.
READ_BACK = "parquet"
_NO_VALUE = ("small_base", "suppressed")


def save_result(
    computed: Computed,
    release: Release,
    target: Path,
    *,
    files: Sequence[str],
    problems: Sequence[Problem],
    facts: Mapping[str, Any],
    safe: Safe | None,
) -> list[str]:
    """Write a result, and record it in the ledger of its build if it keeps one.

    Everything is written under another name, then the ledger, then the folder gets its name: a
    crash leaves nothing that can be read and was not recorded.

    Parameters
    ----------
    computed, release : what is written
    target : result folder
    files : words of ``[output] files``
    problems : findings for the check report
    facts : plain values for the manifest
    safe : what the ledger records; None where nothing is recorded

    Returns
    -------
    Names of the files.

    Raises
    ------
    DataError, DisclosureError
        If it cannot be written, or the ledger has grown since. Nothing is written then.
    """
    place = None if safe is None else _place(computed, safe)
    anchored = {} if place is None else {"release": dict(place.release)}
    with whole_folder(target) as fresh:
        write_into(
            release,
            fresh,
            files=tuple(dict.fromkeys((*files, READ_BACK))),
            problems=problems,
            facts={**facts, **anchored},
            design=design_of(computed.plan),
            further={**reasons_file(release), **level_files(computed)},
        )
        if place is not None:
            place.record()
    return sorted(p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file())


def _place(computed: Computed, safe: Safe) -> Recording | None:
    """Return the place of a result in the ledger of its build; None where it keeps none."""
    if safe.ledger is None or safe.draft is None:
        return None
    return recording(
        safe.ledger,
        safe.draft.told,
        title=computed.plan.title,
        date=computed.day,
        inputs={n: d.encode() for n, d in sorted(computed.delivery.files.items())},
    )


def design_of(plan: Plan) -> Design:
    """Return how the papers of a build look; the logo is an SVG below the data folder."""
    output, logo = plan.output, None
    if output.logo is not None:
        logo = resolve(output.logo, plan.root).read_text(encoding="utf-8")
    return Design(accent=output.accent, logo=logo, lang=output.lang, basemap=output.basemap)


def reasons_file(release: Release) -> dict[str, bytes]:
    """Return ``gesperrt.csv``: a sentence per field that is not told, without a number.

    Empty where everything is told.
    """
    listed = cell_reasons(release)
    listed = listed[listed["status"].isin(_NO_VALUE)]
    if listed.empty:
        return {}
    shown = listed[["key", "name", "indicator", "reason"]]
    return {"gesperrt.csv": b"\xef\xbb\xbf" + csv_text(shown).encode("utf-8")}
