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
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sozialraum.model.errors import ConfigError, DisclosureError
from sozialraum.texts import problem

T = TypeVar("T")
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

    def holds(self, told: Mapping[str, Any]) -> tuple[int, str] | None:
        """Return number and head of the release that told exactly this already."""
        for number, entry in enumerate(self.entries, start=1):
            if entry.get("told") == told and entry["audience"] == PUBLIC:
                return number, entry["mac"]
        return None


def new_ledger(ledger: str | Path, key: str | Path) -> None:
    """Make an empty ledger and the key that belongs to it.

    The key file is readable by its owner alone.

    Raises
    ------
    ConfigError
        If one of the files is there already.
    """
    ledger, key = Path(ledger), Path(key)
    there = [path for path in (ledger, key) if path.exists()]
    if there:
        raise ConfigError([problem("privacy.ledger_exists", file=p.name) for p in there])
    secret = secrets.token_bytes(32)
    for path in (ledger, key):
        path.parent.mkdir(parents=True, exist_ok=True)
    ledger.write_bytes(b"")
    _write_key(key, {"secret": secret.hex(), "number": 0, "head": _start(secret)})


def open_ledger(
    ledger: str | Path, key: str | Path | None, *, public: str | Path | None = None
) -> Ledger:
    """Read and verify a ledger.

    Parameters
    ----------
    ledger, key : the files; relative to the working folder
    public : folder of the result; the key must not lie in it

    Returns
    -------
    The ledger. A line that was written before a crash and is not yet in the key file counts: it
    binds, though nothing was published.

    Raises
    ------
    ConfigError
        If the key is missing, no key, readable by others, or inside the result.
    DisclosureError
        If a line was changed, lines are missing, or it is another ledger.
    """
    path = Path(ledger)
    known = _key(path, key, public)
    secret = bytes.fromhex(known["secret"])
    entries, head = _chain(path, secret, known)
    return Ledger(path, Path(str(key)), secret, tuple(entries), head)


def append(
    ledger: Ledger,
    told: Mapping[str, Any],
    *,
    title: str,
    date: str,
    audience: str = PUBLIC,
    inputs: Mapping[str, bytes] | None = None,
) -> Ledger:
    """Append a release to the file and anchor it in the key; return the ledger with it.

    Parameters
    ----------
    ledger : as read before the release was made
    told : what it tells, plain values; see `sozialraum.privacy.release_memory.Draft`
    title, date : of the release
    audience : "public", or "intern" for papers that stay in the office: they bind nobody
    inputs : file -> digest of its bytes; recorded under the secret

    Raises
    ------
    DisclosureError
        If somebody else recorded a release meanwhile: this one was not audited with it.
    """
    entry = _entry(ledger, told, title, date, audience, inputs or {})
    with _locked(ledger.path):
        _refuse_grown(ledger)
        _append_line(ledger, json.dumps(entry, ensure_ascii=False))
        known = {"secret": ledger.secret.hex(), "number": entry["number"], "head": entry["mac"]}
        _write_key(ledger.key, known)
    entries = (*ledger.entries, entry)
    return Ledger(ledger.path, ledger.key, ledger.secret, entries, entry["mac"])


def write_recorded(
    ledger: Ledger,
    told: Mapping[str, Any],
    prepare: Callable[[int, str], T],
    finish: Callable[[T], None],
    *,
    title: str,
    date: str,
    audience: str = PUBLIC,
    inputs: Mapping[str, bytes] | None = None,
) -> Ledger:
    """Write a release in the order in which a crash leaves nothing that was not recorded.

    Parameters
    ----------
    prepare : writes everything under a temporary name, given number and head of the release
    finish : gives it its name, given what `prepare` returned
    title, date, audience, inputs : as of `append`

    Returns
    -------
    The ledger. Where it holds the very release already, nothing is appended and its number stands
    again. Otherwise the line is written and anchored after `prepare` and before `finish`.
    """
    known = ledger.holds(told)
    if known is not None:
        finish(prepare(known[0], known[1][:HEAD_SHOWN]))
        return ledger
    entry = _entry(ledger, told, title, date, audience, inputs or {})
    ready = prepare(entry["number"], entry["mac"][:HEAD_SHOWN])
    grown = append(ledger, told, title=title, date=date, audience=audience, inputs=inputs)
    finish(ready)
    return grown


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


def shown(ledger: Ledger) -> list[dict[str, Any]]:
    """Return per release what may be listed on the console: no window, no fingerprint."""
    keys = ("number", "title", "date", "audience")
    return [
        {k: entry[k] for k in keys} | {"head": entry["mac"][:HEAD_SHOWN]}
        for entry in ledger.entries
    ]


def _entry(
    ledger: Ledger,
    told: Mapping[str, Any],
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
        "told": dict(told) if audience == PUBLIC else {},
        "inputs": {
            name: hmac.digest(ledger.secret, digest, hashlib.sha256).hex()
            for name, digest in sorted(inputs.items())
        },
        "previous": ledger.head,
    }
    return {**entry, "mac": _mac(ledger.secret, entry)}


def _key(path: Path, key: str | Path | None, public: str | Path | None) -> dict[str, Any]:
    """Return what stands in the key file; refuse one that is not safe."""
    if key is None or not Path(key).is_file():
        raise ConfigError(problem("privacy.ledger_key_missing", file=path.name))
    key = Path(key)
    if public is not None and key.resolve().is_relative_to(Path(public).resolve()):
        raise ConfigError(problem("privacy.ledger_key_public", file=key.name))
    if os.name == "posix" and key.stat().st_mode & 0o077:
        raise ConfigError(problem("privacy.ledger_key_readable", file=key.name))
    try:
        known = json.loads(key.read_text(encoding="utf-8"))
        secret = bytes.fromhex(known["secret"])
        ok = len(secret) == 32 and isinstance(known["number"], int) and len(known["head"]) == 64
    except (ValueError, KeyError, TypeError):
        ok = False
    if not ok:
        raise ConfigError(problem("privacy.ledger_key_broken", file=key.name))
    return known


def _chain(path: Path, secret: bytes, known: Mapping[str, Any]) -> tuple[list[dict[str, Any]], str]:
    """Return the entries of a ledger whose chain, number and head fit the key."""
    previous, entries = _start(secret), []
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    torn = bool(lines and lines[-1])
    lines = lines[:-1]
    anchored = previous if known["number"] == 0 else None
    for number, line in enumerate(lines, start=1):
        entry = _plain(line)
        head = entry.pop("mac", "")
        if entry.get("previous") != previous or not hmac.compare_digest(
            str(head), _mac(secret, entry)
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


def _write_key(path: Path, known: Mapping[str, Any]) -> None:
    """Replace the key file as a whole; only its owner may read it."""
    new = path.with_name(path.name + ".neu")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(dict(known), file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the ledger for one writer; the system lets go of it if the process dies."""
    with path.open("r+b") as file:
        if os.name == "nt":
            import msvcrt

            file.seek(1 << 40)  # far behind the end, so that reading is not in the way
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        yield


def _plain(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _start(secret: bytes) -> str:
    return hmac.digest(secret, b"start", hashlib.sha256).hex()


def _mac(secret: bytes, entry: Mapping[str, Any]) -> str:
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True)
    return hmac.digest(secret, text.encode(), hashlib.sha256).hex()
