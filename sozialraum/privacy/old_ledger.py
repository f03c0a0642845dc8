"""Ledgers from before counts were protected first: what they told joins the audit.

Their rows are intervals of sums of counts, named by columns instead of fingerprints: counts, those
not counted ("kinder ohne sgb2"), indices of several counts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sozialraum.model.errors import DisclosureError
from sozialraum.privacy.case_counts import Columns, Floats, Id, Places
from sozialraum.privacy.ledger import Ledger, plain_line
from sozialraum.privacy.recording import recording
from sozialraum.privacy.release_memory import geography_digest
from sozialraum.texts import problem

_WITHOUT, _WITH = " ohne ", " mit "
_CLOSE = 1e-6


@dataclass(frozen=True)
class TiedRow:
    """An interval of a sum of several columns in single areas.

    Parameters
    ----------
    terms : per (column, set of areas, place of the area) its coefficient
    low, high : ends
    """

    terms: Mapping[tuple[Id, str, int], float]
    low: float
    high: float


@dataclass(frozen=True, eq=False, repr=False)
class OldRows:
    """What old ledgers tell of the columns of a release.

    Parameters
    ----------
    single : per column and set of areas the ends of every area; NaN where nothing was told
    tied : rows that several columns are in
    """

    single: dict[tuple[Id, str], tuple[Floats, Floats]] = field(default_factory=dict)
    tied: list[TiedRow] = field(default_factory=list)

    def of(self, name: Id) -> list[tuple[str, Floats, Floats]]:
        """Return what is told of one column alone."""
        return [(place, *ends) for (own, place), ends in self.single.items() if own == name]


def import_old(old: str | Path, ledger: Ledger) -> tuple[Ledger, int]:
    """Append all public rows of an old ledger to a new one, as one entry of its last date.

    Returns
    -------
    The ledger, and how many releases the old one holds. What was imported already is not again.

    Raises
    ------
    DisclosureError
        If a line of the old ledger was changed, or is missing.
    """
    old, rows, dates = Path(old), [], [""]
    geographies: dict[str, Any] = {}
    previous = "0" * 64
    for number, line in enumerate(old.read_text(encoding="utf-8").splitlines(), start=1):
        plain = plain_line(line)
        digest = plain.pop("digest", None)
        if plain.get("previous") != previous or digest != _digest(plain):
            raise DisclosureError(problem("privacy.ledger_broken", file=old.name, row=number))
        rows += [{k: row[k] for k in ("low", "high", "terms")} for row in plain["rows"]]
        geographies |= plain["geographies"]
        dates.append(str(plain.get("date", "")))
        previous = digest
    told = {"old": {"rows": rows, "geographies": geographies}}
    grown = recording(ledger, told, title=old.name, date=max(dates)).record()
    return grown, len(dates) - 1


def old_rows(
    ledger: Ledger | None,
    columns: Columns,
    places: Mapping[str, Places],
    names: Mapping[str, tuple[str, str]],
    *,
    accepted: Collection[str],
) -> OldRows:
    """Return the rows of imported ledgers that speak of the columns of a release.

    Parameters
    ----------
    names : variable -> the columns of its cases and of its base
    accepted : variables whose counts were corrected: old rows that do not hold them are left out

    Raises
    ------
    DisclosureError
        If areas of such a row are not given or are cut otherwise, or the counts lie outside it.
    """
    found = OldRows()
    entries = [] if ledger is None else [e["told"]["old"] for e in ledger.entries
                                         if "old" in e.get("told", {})]  # fmt: skip
    if not entries:
        return found
    digests = {geography_digest(columns.units, place): name for name, place in places.items()}
    called = _called(columns.ids, names)
    wrong: dict[Any, None] = {}
    for told in entries:
        known = {old: digests.get(digest) for old, digest in told["geographies"].items()}
        for row in told["rows"]:
            if all((term[0], term[3]) in called for term in row["terms"]):
                _add(found, row, known, called, columns, places, accepted, wrong)
    if wrong:
        raise DisclosureError(list(wrong))
    return found


def _called(
    ids: tuple[Id, ...], names: Mapping[str, tuple[str, str]]
) -> dict[tuple[str, str], tuple[Id, bool]]:
    """Return how old rows call each column, and whether they mean those not counted."""
    found = {}
    for name in ids:
        cases, base = names.get(name[0], (name[0], ""))
        found[cases, name[1]] = name, False
        found[f"{cases}{_WITH}{base}", name[1]] = name, False
        found[f"{base}{_WITHOUT}{cases}", name[1]] = name, True
    return found


def _add(
    found: OldRows,
    row: Mapping[str, Any],
    known: Mapping[str, str | None],
    called: Mapping[tuple[str, str], tuple[Id, bool]],
    columns: Columns,
    places: Mapping[str, Places],
    accepted: Collection[str],
    wrong: dict[Any, None],
) -> None:
    """Add one row as ends of a column, or as a row that ties columns."""
    low = -np.inf if row["low"] is None else float(row["low"])
    high = np.inf if row["high"] is None else float(row["high"])
    terms: dict[tuple[Id, str, int], float] = {}
    value = 0.0
    number = columns.number()
    for variable, geography, zone, day, coefficient in row["terms"]:
        place = known.get(geography)
        if place is None or zone not in places[place].keys:
            wrong[problem("privacy.geography_changed", key=geography)] = None
            return
        name, others = called[variable, day]
        area = int(places[place].keys.get_loc(zone))
        inside = places[place].code == area
        if others:  # base − cases: the base is known
            base = coefficient * columns.base[inside, number[name]].sum()
            low, high, coefficient = low - base, high - base, -coefficient
        key = (name, place, area)
        terms[key] = terms.get(key, 0.0) + coefficient
        value += coefficient * columns.cases[inside, number[name]].sum()
    if not low - _CLOSE <= value <= high + _CLOSE:
        if not {name[0] for name, _, _ in terms} & set(accepted):
            column = next(iter(terms))[0][0]
            wrong[problem("privacy.contradiction", label=column)] = None
        return
    if len(terms) > 1:
        found.tied.append(TiedRow(terms, low, high))
        return
    ((name, place, area), coefficient) = next(iter(terms.items()))
    ends = sorted((low / coefficient, high / coefficient))
    own = found.single.setdefault((name, place), _open(len(places[place].keys)))
    own[0][area] = np.fmax(own[0][area], ends[0])
    own[1][area] = np.fmin(own[1][area], ends[1])


def _open(areas: int) -> tuple[Floats, Floats]:
    return np.full(areas, np.nan), np.full(areas, np.nan)


def _digest(plain: Mapping[str, Any]) -> str:
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
