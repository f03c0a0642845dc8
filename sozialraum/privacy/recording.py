"""Writing in the release ledger: one line per release, in an order that survives a crash.

A folder is written under a temporary name, with number and head of the release in its manifest;
then the line is appended and anchored in the key; then the folder gets its name. A crash leaves
nothing that was not recorded; a line without a folder only binds.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sozialraum.model.errors import DisclosureError
from sozialraum.model.file_lock import Locked, locked_for_writing
from sozialraum.privacy.ledger import HEAD_SHOWN, PUBLIC, Ledger, open_ledger, seal, under_secret
from sozialraum.privacy.ledger_key import write_key
from sozialraum.texts import problem


@dataclass(frozen=True, eq=False, repr=False)
class Recording:
    """The place of a release in a ledger, known before it is written anywhere.

    Parameters
    ----------
    ledger : as read before the release was made
    entry : its next line; None where the ledger holds this very release
    release : number and first part of the head, for the public manifest
    """

    ledger: Ledger
    entry: Mapping[str, Any] | None
    release: Mapping[str, Any]

    def record(self) -> Ledger:
        """Append the line and anchor it; return the ledger with it.

        Raises
        ------
        DisclosureError
            If somebody else recorded a release meanwhile, or the files cannot be written.
        """
        return self.ledger if self.entry is None else _appended(self.ledger, self.entry)


def recording(
    ledger: Ledger,
    statements: Mapping[str, Any],
    *,
    title: str,
    date: str,
    audience: str = PUBLIC,
    inputs: Mapping[str, bytes] | None = None,
) -> Recording:
    """Return the place of a release; where the ledger holds it already, its number and head again.

    Parameters
    ----------
    ledger : as read before the release was made
    statements : what it tells, plain values; see `sozialraum.privacy.release_memory.Draft`
    title, date : of the release
    audience : "public", or "intern" for papers that stay in the office: they bind nobody
    inputs : file -> digest of its bytes; recorded under the secret
    """
    entry = _entry(ledger, statements, title, date, audience, inputs or {})
    now = open_ledger(ledger.path, ledger.key)  # this very release may have been recorded since
    known = now.holds(statements) if audience == PUBLIC else _noted(now, entry)
    number, head = known or (entry["number"], entry["mac"])
    release = {"number": number, "head": head[:HEAD_SHOWN]}
    return Recording(now, None, release) if known else Recording(ledger, entry, release)


def _entry(
    ledger: Ledger,
    statements: Mapping[str, Any],
    title: str,
    date: str,
    audience: str,
    inputs: Mapping[str, bytes],
) -> dict[str, Any]:
    """Return the next line of a ledger with its seal."""
    entry = {
        "number": ledger.number + 1,
        "title": title,
        "date": date,
        "audience": audience,
        "told": dict(statements) if audience == PUBLIC else {},
        "inputs": under_secret(ledger.secret, inputs),
        "previous": ledger.head,
    }
    return {**entry, "mac": seal(ledger.secret, entry)}


def _appended(ledger: Ledger, entry: Mapping[str, Any]) -> Ledger:
    """Write the next line of a ledger to the file, and number and head to its key."""
    known = {"secret": ledger.secret.hex(), "number": entry["number"], "head": entry["mac"]}
    try:
        with locked_for_writing(ledger.path.with_name(f".{ledger.path.name}.sperre")):
            _refuse_grown(ledger)
            _append_line(ledger, json.dumps(entry, ensure_ascii=False))
            write_key(ledger.key, known)
    except Locked:
        raise DisclosureError(problem("privacy.ledger_grown", file=ledger.path.name)) from None
    except OSError as error:
        file = Path(error.filename or ledger.path).name
        raise DisclosureError(problem("privacy.ledger_not_writable", file=file)) from error
    return replace(ledger, entries=(*ledger.entries, entry), head=entry["mac"])


def _noted(ledger: Ledger, new: Mapping[str, Any]) -> tuple[int, str] | None:
    """Return number and head of the same paper of the office: of these inputs, under this title."""
    same = ("title", "date", "audience", "inputs")
    for entry in ledger.entries:
        if all(entry.get(k) == new[k] for k in same):
            return entry["number"], entry["mac"]
    return None


def _refuse_grown(ledger: Ledger) -> None:
    now = open_ledger(ledger.path, ledger.key)
    if now.head != ledger.head:
        raise DisclosureError(problem("privacy.ledger_grown", file=ledger.path.name))


def _append_line(ledger: Ledger, line: str) -> None:
    """Append one line, and make sure it is on the disk; a line torn by a crash is cut off."""
    with ledger.path.open("r+b") as file:
        whole = file.read().rfind(b"\n") + 1
        file.truncate(whole)
        file.seek(whole)
        file.write(line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
