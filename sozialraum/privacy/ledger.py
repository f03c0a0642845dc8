"""The release ledger (Freigabebuch): what was told so far, chained and anchored under a key.

One JSON line per release. Every line is sealed with the secret of the office; number and head of
the chain stand in the key file, so that a line cannot be changed, cut off or exchanged unseen.
Nothing in a line is finer than what was published. Ledger and key stay in the office, and never in
the same folder as a result.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sozialraum.model.errors import ConfigError, DisclosureError
from sozialraum.privacy.ledger_key import read_key, write_key
from sozialraum.texts import problem

PUBLIC, INTERNAL = "public", "intern"
HEAD_SHOWN = 16


@dataclass(frozen=True, repr=False)
class Ledger:
    """All releases so far, oldest first.

    Parameters
    ----------
    path, key : files of the ledger and of its key
    secret : of the office; in no output, no message and no repr
    entries : as read and verified
    head : seal of the last entry
    """

    path: Path
    key: Path
    secret: bytes = field(repr=False)
    entries: tuple[Mapping[str, Any], ...]
    head: str

    def __repr__(self) -> str:
        """Return the number of entries."""
        return f"Ledger({self.path.name!r}, {self.number} releases)"

    @property
    def number(self) -> int:
        """Number of releases."""
        return len(self.entries)

    def holds(self, statements: Mapping[str, Any]) -> tuple[int, str] | None:
        """Return number and head of the release that told exactly this already."""
        for number, entry in enumerate(self.entries, start=1):
            if entry.get("told") == statements and entry["audience"] == PUBLIC:
                return number, entry["mac"]
        return None


def new_ledger(ledger: str | Path, key: str | Path) -> None:
    """Make an empty ledger and the key that belongs to it.

    The key file is readable by its owner alone.

    Raises
    ------
    ConfigError
        If one of the files is there already, or both are the same.
    """
    ledger, key = Path(ledger), Path(key)
    if ledger.resolve() == key.resolve():
        raise ConfigError(problem("privacy.ledger_is_key", file=key.name))
    there = [path for path in (ledger, key) if path.exists()]
    if there:
        raise ConfigError([problem("privacy.ledger_exists", file=p.name) for p in there])
    secret = secrets.token_bytes(32)
    for path in (ledger, key):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_key(key, {"secret": secret.hex(), "number": 0, "head": _start(secret)})
    try:
        ledger.write_bytes(b"")
    except OSError:
        key.unlink()
        raise


def open_ledger(ledger: str | Path, key: str | Path | None) -> Ledger:
    """Read and verify a ledger.

    Parameters
    ----------
    ledger, key : the files; relative to the working folder

    Returns
    -------
    The ledger. A line that was written before a crash and is not yet in the key file counts: it
    binds, though nothing was published.

    Raises
    ------
    ConfigError
        If the ledger is missing, or the key is missing, no key, or readable by others.
    DisclosureError
        If a line was changed, lines are missing, or it is another ledger.
    """
    path = Path(ledger)
    known = read_key(path, key)
    if known["number"] == 0 and not path.is_file():
        raise ConfigError(problem("privacy.ledger_missing", file=path.name))
    secret = bytes.fromhex(known["secret"])
    entries, head = _chain(path, secret, known)
    return Ledger(path, Path(str(key)), secret, tuple(entries), head)


def refuse_inside(ledger: Ledger, public: str | Path) -> None:
    """Raise `ConfigError` if a ledger or its key lies in the folder of a result."""
    folder = Path(public).resolve()
    wrong = [
        problem(code, file=path.name)
        for code, path in (
            ("privacy.ledger_public", ledger.path),
            ("privacy.ledger_key_public", ledger.key),
        )
        if path.resolve().is_relative_to(folder)
    ]
    if wrong:
        raise ConfigError(wrong)


def verify_release(ledger: Ledger, number: int, head: str) -> None:
    """Refuse a release that the ledger does not hold.

    Raises
    ------
    DisclosureError
        If its number or head is none of the ledger: an old pair of ledger and key was restored, or
        the folder is of another office.
    """
    there = ledger.entries[number - 1]["mac"] if 1 <= number <= ledger.number else ""
    if not head or not there.startswith(head):
        raise DisclosureError(problem("privacy.not_in_ledger", file=ledger.path.name, found=number))


def _chain(path: Path, secret: bytes, known: Mapping[str, Any]) -> tuple[list[dict[str, Any]], str]:
    """Return the entries of a ledger whose chain, number and head fit the key."""
    previous, entries = _start(secret), []
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    torn = bool(lines and lines[-1])
    lines = lines[:-1]
    anchored = previous if known["number"] == 0 else None
    for number, line in enumerate(lines, start=1):
        entry = plain_line(line)
        head = entry.pop("mac", "")
        if not head and "digest" in entry:
            raise DisclosureError(problem("privacy.ledger_of_0_1", file=path.name))
        if entry.get("previous") != previous or not hmac.compare_digest(
            str(head), seal(secret, entry)
        ):
            raise DisclosureError(problem("privacy.ledger_broken", file=path.name, row=number))
        entries.append({**entry, "mac": head})
        previous = head
        if number == known["number"]:
            anchored = head
    if anchored != known["head"] or (torn and len(entries) < known["number"]):
        found = problem(
            "privacy.ledger_head", file=path.name, expected=known["number"], found=len(entries)
        )
        raise DisclosureError(found)
    return entries, previous


def plain_line(line: bytes | str) -> dict[str, Any]:
    """Return what a line of a ledger holds; nothing where it is torn."""
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def under_secret(secret: bytes, inputs: Mapping[str, bytes]) -> dict[str, str]:
    """Return digests of files as they are recorded: nobody without the secret can try one out."""
    return {
        name: hmac.digest(secret, digest, hashlib.sha256).hex()
        for name, digest in sorted(inputs.items())
    }


def _start(secret: bytes) -> str:
    return hmac.digest(secret, b"start", hashlib.sha256).hex()


def seal(secret: bytes, entry: Mapping[str, Any]) -> str:
    """Return the seal of a line."""
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True)
    return hmac.digest(secret, text.encode(), hashlib.sha256).hex()
