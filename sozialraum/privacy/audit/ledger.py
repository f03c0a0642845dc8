"""The release ledger: everything that was ever published, as interval rows, append-only and hashed.

One JSON line per publication. A line holds what readers could already see (published intervals,
never a raw count), the geographies by content hash, and the hash of the line before, so that a
removed or changed line is noticed.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sozialraum.model.errors import DisclosureError
from sozialraum.privacy.audit.bounds import Breach, audit_release
from sozialraum.privacy.audit.rows import Form, Row, Term
from sozialraum.privacy.audit.system import Series
from sozialraum.texts import problem

_START = "0" * 64
PUBLIC, INTERNAL = "public", "intern"


@dataclass(frozen=True)
class Entry:
    """One publication in the ledger.

    Parameters
    ----------
    title, date : of the publication
    rows : what it tells; none of an internal one, of which `content` is the hash of its rows
    geographies : content hash of each geography that the rows name
    previous, digest : hash of the line before, and of this one
    audience : "public", or "intern" for papers that stay in the office
    content : hash of what an internal one tells
    """

    title: str
    date: str
    rows: tuple[Row, ...]
    geographies: Mapping[str, str]
    previous: str
    digest: str
    audience: str = PUBLIC
    content: str = ""


@dataclass(frozen=True)
class Ledger:
    """All publications so far, oldest first.

    Parameters
    ----------
    path : file of JSON lines; it need not exist yet. None: there is none, and nothing is recorded
    entries : as read and verified
    """

    path: Path | None
    entries: tuple[Entry, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row ever published; `audit_release(…, earlier=ledger.rows)`.

        Internal papers have none: the public does not know them.
        """
        return tuple(row for entry in self.entries for row in entry.rows)

    def holds(self, rows: Sequence[Row], geographies: Mapping[str, pd.Series]) -> bool:
        """Tell whether exactly these rows were published already, in the same geographies."""
        used = {name: geography_digest(geographies[name]) for name in _named(rows)}
        told = _digest({"rows": [_row_to_plain(row) for row in rows]})
        return any(
            told == _digest({"rows": [_row_to_plain(row) for row in entry.rows]})
            and dict(entry.geographies) == used
            for entry in self.entries
        )

    def geographies_missing(self, geographies: Mapping[str, pd.Series]) -> list[str]:
        """Return the geographies of earlier rows that are not given, or not as they were."""
        now = {name: geography_digest(zones) for name, zones in geographies.items()}
        then = {name: digest for e in self.entries for name, digest in e.geographies.items()}
        return sorted(name for name, digest in then.items() if now.get(name) != digest)


def read_ledger(path: str | Path) -> Ledger:
    """Read and verify a ledger; an absent file is an empty ledger.

    Parameters
    ----------
    path : of the ledger

    Raises
    ------
    DisclosureError
        If a line was changed, removed or put in: the chain of hashes is broken.
    """
    path = Path(path)
    if not path.exists():
        return Ledger(path)
    entries, previous = [], _START
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        plain = _plain(line)
        digest = plain.pop("digest", None)
        if plain.get("previous") != previous or digest != _digest(plain):
            raise DisclosureError(problem("privacy.ledger_broken", file=path.name, row=number))
        entries.append(_entry(plain, digest))
        previous = digest
    return Ledger(path, tuple(entries))


def record(
    ledger: Ledger,
    rows: Sequence[Row],
    counts: Mapping[Series, pd.Series],
    geographies: Mapping[str, pd.Series],
    *,
    title: str,
    date: str,
    **control: Any,
) -> Ledger:
    """Audit a publication together with all earlier ones, and append it to the ledger.

    Parameters
    ----------
    ledger : as read now
    rows : the publication, in the forms in which it will be published
    counts, geographies : as in `audit_release`; the geographies of earlier publications must be
        among them
    title, date : of the publication; date as ISO text, given by the caller so that builds stay
        reproducible
    control : minimum, level, insiders, population of `audit_release`

    Returns
    -------
    The ledger with one entry more.

    Raises
    ------
    DisclosureError
        If the publication, or an earlier one because of it, would give a small group away; the file
        is then unchanged.
    """
    entry = next_entry(ledger, rows, counts, geographies, title=title, date=date, **control)
    return append(ledger, entry)


def next_entry(
    ledger: Ledger,
    rows: Sequence[Row],
    counts: Mapping[Series, pd.Series],
    geographies: Mapping[str, pd.Series],
    *,
    title: str,
    date: str,
    earlier: Sequence[Row] | None = None,
    digests: Mapping[str, str] | None = None,
    **control: Any,
) -> Entry:
    """Return the entry of a publication that passed the audit; nothing is written.

    Arguments and errors as of `record`. `earlier` are the earlier rows to audit with, where the
    caller has left out those that share no count with `rows`; None takes all. `digests` are content
    hashes for the entry, where the caller has checked the geographies of `earlier` itself; None
    takes them from `geographies`.
    """
    if digests is None:
        refuse_missing_geographies(ledger, geographies)
        digests = {name: geography_digest(geographies[name]) for name in _named(rows)}
    known = ledger.rows if earlier is None else earlier
    breaches = audit_release(rows, counts, geographies, earlier=known, **control)
    if breaches:
        raise DisclosureError(breach_problems(breaches))
    return _new_entry(
        ledger,
        title=title,
        date=date,
        geographies=dict(digests),
        rows=[_row_to_plain(row) for row in rows],
    )


def internal_entry(ledger: Ledger, rows: Sequence[Row], *, title: str, date: str) -> Entry | None:
    """Return the entry of papers that stay in the office; None if they are in the ledger already.

    It says that they exist, who may see them, and by a hash what they tell; of their rows, which
    may be finer than the public's, it holds none. Nothing is audited: they bind no publication.
    """
    content = _digest({"rows": [_row_to_plain(row) for row in rows]})
    if any(entry.content == content for entry in ledger.entries):
        return None
    return _new_entry(
        ledger, title=title, date=date, geographies={}, rows=[], audience=INTERNAL, content=content
    )


def _new_entry(ledger: Ledger, **told: Any) -> Entry:
    previous = ledger.entries[-1].digest if ledger.entries else _START
    plain = {"number": len(ledger.entries) + 1, "previous": previous, **told}
    return _entry(plain, _digest(plain))


def append(ledger: Ledger, entry: Entry) -> Ledger:
    """Append an entry of `next_entry` to the file, and return the ledger with it.

    Raises
    ------
    DisclosureError
        If somebody else recorded a publication meanwhile: `entry` was not audited with that one.
    """
    refuse_grown(ledger)
    plain = {
        "number": len(ledger.entries) + 1,
        "title": entry.title,
        "date": entry.date,
        "previous": entry.previous,
        "geographies": dict(entry.geographies),
        "rows": [_row_to_plain(row) for row in entry.rows],
        "digest": entry.digest,
    }
    if entry.audience != PUBLIC:
        plain |= {"audience": entry.audience, "content": entry.content}
    _append(ledger.path, json.dumps(plain, ensure_ascii=False, sort_keys=True))
    return Ledger(ledger.path, (*ledger.entries, entry))


def refuse_grown(ledger: Ledger) -> None:
    """Raise `DisclosureError` if the file is no longer as `ledger` was read."""
    if read_ledger(ledger.path).entries != ledger.entries:
        raise DisclosureError(problem("privacy.ledger_grown", file=ledger.path.name))


def refuse_missing_geographies(
    ledger: Ledger, geographies: Mapping[str, pd.Series], *, whole: bool = True
) -> None:
    """Raise `DisclosureError` if earlier geographies are not given, or not as they were.

    Where delivered areas are split (not `whole`) there is no unit that both are made of.
    """
    what = "privacy.geography_changed" if whole else "privacy.geography_split"
    problems = [problem(what, key=name) for name in ledger.geographies_missing(geographies)]
    if problems:
        raise DisclosureError(problems)


def breach_problems(breaches: Sequence[Breach]) -> list[Any]:
    """Return breaches as problems; the words name places, not persons, and no number."""
    return [problem("privacy.breach", key=b.name, proof=b.hint) for b in breaches]


def geography_digest(zones: pd.Series) -> str:
    """Return the content hash of a geography: which unit belongs to which zone.

    Examples
    --------
    >>> geography_digest(pd.Series(["C1"], ["b1"]))[:8] == geography_digest(
    ...     pd.Series(["C2"], ["b1"]))[:8]
    False
    """
    lines = [f"{unit}\t{'' if pd.isna(zone) else zone}" for unit, zone in sorted(zones.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _named(rows: Sequence[Row]) -> list[str]:
    """Return the geographies that rows are about."""
    return sorted({term.geography for row in rows for term in row.terms})


def _append(path: Path, line: str) -> None:
    """Append one line and make sure it is on the disk before anything is published."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def _plain(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _digest(plain: Mapping[str, Any]) -> str:
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _row_to_plain(row: Row) -> dict[str, Any]:
    """Return a row in its published form only; weaker forms are nobody's business."""
    form = row.forms[0]
    return {
        "label": row.label,
        "kind": form.kind,
        "low": form.low if math.isfinite(form.low) else None,
        "high": form.high if math.isfinite(form.high) else None,
        "terms": [[t.variable, t.geography, t.zone, t.stichtag, t.coefficient] for t in row.terms],
    }


def _entry(plain: Mapping[str, Any], digest: str) -> Entry:
    rows = tuple(
        Row(
            label=line["label"],
            terms=tuple(Term(*term) for term in line["terms"]),
            forms=(
                Form(
                    -math.inf if line["low"] is None else line["low"],
                    math.inf if line["high"] is None else line["high"],
                    line["kind"],
                ),
            ),
        )
        for line in plain["rows"]
    )
    return Entry(
        plain["title"],
        plain["date"],
        rows,
        plain["geographies"],
        plain["previous"],
        digest,
        plain.get("audience", PUBLIC),
        plain.get("content", ""),
    )
