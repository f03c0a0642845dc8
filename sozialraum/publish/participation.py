"""A release of a programme to files: page, tables, method, manifest; all of them or none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sozialraum.model import ParticipationRelease
from sozialraum.model.participation_release import RELEASED_FILE
from sozialraum.publish.escape import markdown
from sozialraum.publish.folder import whole_folder
from sozialraum.publish.manifest import NAME
from sozialraum.publish.page.sections.participation_page import participation_page
from sozialraum.publish.tables.participation_tables import (
    areas_csv,
    offers_csv,
    released_json,
    suppressed_csv,
    total_in_tens,
)
from sozialraum.texts import number, percent, text

FILES = ("seite", "gebiete", "angebote", "methode")
_WITHHELD = "gesperrt.csv"


def write_participation(
    release: ParticipationRelease,
    folder: str | Path,
    *,
    files: Sequence[str] = FILES,
    number: Mapping[str, Any] | None = None,
    record: Callable[[], object] = lambda: None,
) -> list[Path]:
    """Write the files of a release and nothing else; on failure the folder stays as it was.

    ``gesperrt.csv`` (why a field is empty), ``teilnahme.json`` (what a build reads of it) and the
    manifest are always among them.

    Parameters
    ----------
    number : of the release in the ledger, and the head of its entry; None without a ledger
    record : called when all is written, before the folder gets its name

    Returns
    -------
    The written files.

    Raises
    ------
    DataError
        If the folder holds something that is no result of ours.
    """
    if not isinstance(release, ParticipationRelease):
        message = (
            "The 'release' parameter of write_participation must be a ParticipationRelease. "
            f"Got {type(release).__name__} instead."
        )
        raise TypeError(message)
    target = Path(folder)
    with whole_folder(target) as fresh:
        contents = _contents(release, files)
        for name, content in contents.items():
            (fresh / name).write_bytes(content)
        (fresh / NAME).write_bytes(_manifest(release, contents, number))
        record()
    return sorted(target.iterdir())


def _contents(release: ParticipationRelease, files: Sequence[str]) -> dict[str, bytes]:
    makers: dict[str, tuple[str, Callable[[ParticipationRelease], bytes]]] = {
        "seite": ("teilnahme.html", lambda r: participation_page(r, method=_sentences(r))),
        "gebiete": ("teilnahme_gebiete.csv", areas_csv),
        "angebote": ("teilnahme_angebote.csv", offers_csv),
        "methode": ("methode.md", _method),
    }
    found = {name: make(release) for name, make in (makers[word] for word in files)}
    withheld = suppressed_csv(release)
    found |= {} if withheld is None else {_WITHHELD: withheld}
    return {**found, RELEASED_FILE: released_json(release)}


def _manifest(
    release: ParticipationRelease, contents: dict[str, bytes], recorded: Mapping[str, Any] | None
) -> bytes:
    plain = {
        **({} if recorded is None else {"release": dict(recorded)}),
        "title": release.title,
        "level": release.level,
        "stichtag": release.stichtag,
        **release.details,
        "totals": dict(release.totals),
        "placed": release.placed,
        "matching": dict(release.matching),
        "pseudonym_key": dict(release.key),
        "sources": list(release.sources),
        "files": sorted(contents),
        "outputs": {name: hashlib.sha256(c).hexdigest() for name, c in sorted(contents.items())},
    }
    return f"{json.dumps(plain, ensure_ascii=False, indent=2, sort_keys=True)}\n".encode()


def _sentences(release: ParticipationRelease) -> list[str]:
    """Return in plain German how was counted and what is withheld."""
    rules = release.details["disclosure"]
    ends = {k: number(release.totals[k]) for k in ("low", "high") if release.totals.get("low")}
    used = "key_used" if release.key["used"] else "key_unused"
    for_all = release.level == "public"
    protection = text(
        "participation.method.protection",
        minimum=rules["minimum"],
        least=number(max(10, 2 * rules["minimum"] + 2)),
    )
    return [
        text("participation.method.measures"),
        text(
            "participation.method.children",
            likely=total_in_tens(release, "distinct_children"),
            ends=text("participation.method.children_ends", **ends) if ends else "",
            bookings=total_in_tens(release, "bookings"),
        ),
        text("participation.method.error"),
        text("participation.method.matching", rate=percent(release.placed, 0)),
        protection if for_all else text("participation.method.intern"),
        text("participation.method.offers"),
        text("participation.method.forgotten"),
        text(f"participation.method.{used}", purpose=release.key.get("purpose", "")),
    ]


def _method(release: ParticipationRelease) -> bytes:
    sentences = _sentences(release)
    reasons = [f"- {text(f'addresses.reason.{k}')}: {n}" for k, n in release.matching.items()]
    values = [
        text("participation.method.title", title=markdown(release.title)),
        *sentences[:4],
        text("participation.method.reasons"),
        "\n".join(reasons),
        *sentences[4:-1],
        markdown(sentences[-1]),  # names the purpose of the key
        f"{text('participation.page.sources')}:",
        "\n".join(f"- {markdown(source)}" for source in release.sources),
    ]
    return ("\n\n".join(values) + "\n").encode()
