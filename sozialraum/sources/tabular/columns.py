"""The columns of a table: which hold numbers, in which decimal style, and what their signs say."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sozialraum.model import Problem
from sozialraum.sources.tabular import cells
from sozialraum.sources.tabular.encodings import lost_umlaut, mojibake
from sozialraum.sources.tabular.styles import decide_style, evidence
from sozialraum.texts import problem

_SHOWN = 20
_USUAL_SENTINELS = (-9999.0, -999.0, -99.0, -9.0, -1.0, 9999.0, 99999.0, 999999.0)


@dataclass
class ReadColumns:
    """Columns as read: numbers with status, words, problems, and the decimal style of the file."""

    numbers: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    status: dict[str, NDArray[np.object_]] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    decimal: str = ""


def read_columns(
    columns: Mapping[str, Sequence[object]],
    *,
    rows: Sequence[int] | Mapping[str, Sequence[int]],
    file: str,
    decimal: str | None = None,
    sentinels: Sequence[object] | Mapping[str, Sequence[object]] = (),
    text: Collection[str] = (),
) -> ReadColumns:
    """Read the tidy cells of each column as numbers or words.

    Parameters
    ----------
    columns : name -> cells, all of one length; float64 where all of them are whole numbers
    rows : rows of the cells as the spreadsheet shows them, of all columns or by column
    decimal : stated decimal mark; None = by `cells.decide_style`
    sentinels : stated marks for "not there", of all columns or by column
    text : columns that hold words
    """
    read = ReadColumns()
    columns = {name: _as_words(c) if name in text else c for name, c in columns.items()}
    columns, whole = _whole_percent(columns)
    kinds = {
        name: "text" if name in text else cells.kind_of(column) for name, column in columns.items()
    }
    proofs = _proofs(columns, kinds)
    styles: set[str] = set()
    marks: dict[str, dict[str, int]] = {}
    lines = rows if isinstance(rows, Mapping) else dict.fromkeys(columns, rows)
    for name, column in columns.items():
        if kinds[name] in {"text", "code"}:
            read.words[name] = [cells.tidy(c) for c in column]
            read.problems += mojibake(" ".join(read.words[name]), file, name)
            continue
        others = frozenset().union(*(p for n, p in proofs.items() if n != name))
        style = decide_style(proofs.get(name, frozenset()), others, decimal)
        own = sentinels.get(name, ()) if isinstance(sentinels, Mapping) else sentinels
        parsed = _take_numbers(read, name, column, lines[name], style, own, file)
        styles |= {style} - {"mixed", "open", ""}
        for mark, places in parsed.marks.items():
            marks.setdefault(mark, {})[name] = len(places)
    read.problems += _lost_words(read.words, lines, file)
    read.problems += [*_kind_notes(kinds, text, file), *_mark_notes(marks, file)]
    read.problems += _whole_percent_note(whole, file)
    read.decimal = "".join(sorted(styles))
    if styles >= {",", "."}:
        read.problems.append(problem("sources.styles_differ", "warning", file=file))
    return read


def _as_words(column: Sequence[object]) -> Sequence[object]:
    return [f"{v:.0f}" for v in column] if isinstance(column, np.ndarray) else column


def _proofs(
    columns: Mapping[str, Sequence[object]], kinds: Mapping[str, str]
) -> dict[str, frozenset[str]]:
    """Return what each column of numbers says of the sign before decimals."""
    return {
        name: frozenset() if isinstance(columns[name], np.ndarray) else evidence(columns[name])
        for name, kind in kinds.items()
        if kind == "number"
    }


def _take_numbers(
    read: ReadColumns, name: str, column: Sequence[object], rows: Sequence[int], style: str,
    sentinels: Sequence[object], file: str,
) -> cells.Column:  # fmt: skip
    """Add the numbers of a column; where its style stays open, all of them are missing."""
    if style in {"mixed", "open"}:
        read.problems += _undecided(style, name, column, rows, file)
        parsed = _all_missing(len(column))
    else:
        parsed = cells.parse_column(column, style, sentinels=sentinels)
    read.numbers[name], read.status[name] = parsed.values, parsed.status
    read.problems += _bad_cells(parsed, name, column, rows, file)
    read.problems += _suspicious(parsed, name, rows, file)
    read.problems += _half_percent(parsed, name, column, rows, file)
    return parsed


def _all_missing(n: int) -> cells.Column:
    """Return a column in which nothing could be read."""
    return cells.Column(np.full(n, np.nan), np.full(n, "missing", dtype=object))


def _lost_words(
    words: Mapping[str, Sequence[str]], lines: Mapping[str, Sequence[int]], file: str
) -> list[Problem]:
    """Return one warning for all words whose umlauts were lost."""
    lost = [
        (row, name, cell)
        for name, column in words.items()
        for row, cell in zip(lines[name], column, strict=True)
        if lost_umlaut(cell)
    ]
    if not lost:
        return []
    row, name, cell = lost[0]
    where = {"file": file, "row": row, "column": name}
    return [
        problem("sources.lost_umlaut_words", "warning", **where, n=len(lost), found=_shown(cell))
    ]


def marks_by_column(
    sentinels: Sequence[object] | Mapping[str, Sequence[object]],
    names: Mapping[str, Collection[str]],
) -> Sequence[object] | Mapping[str, Sequence[object]]:
    """Return marks stated by old or new name of the column by its new name; others as they are.

    Parameters
    ----------
    names : new name -> all names by which the column may be called
    """
    if not isinstance(sentinels, Mapping):
        return sentinels
    return {
        new: [mark for name in sorted(known) for mark in sentinels.get(name, ())]
        for new, known in names.items()
    }


def marks_of_nothing(
    sentinels: Sequence[object] | Mapping[str, Sequence[object]],
    names: Mapping[str, Collection[str]],
    file: str,
) -> list[Problem]:
    """Return the columns of `sentinels` that the table does not have, as problems."""
    stated = set(sentinels) if isinstance(sentinels, Mapping) else set()
    lost = sorted(stated - {name for known in names.values() for name in known})
    found = ", ".join(sorted(names))
    return [problem("sources.no_sentinel_column", file=file, column=n, found=found) for n in lost]


def _undecided(
    style: str, name: str, column: Sequence[object], rows: Sequence[int], file: str
) -> list[Problem]:
    """Return an example of each kind of cell of a column whose decimal mark cannot be told."""
    examples: dict[str, tuple[int, str]] = {}
    for row, cell in zip(rows, column, strict=True):
        for kind in evidence([cell]):
            examples.setdefault(kind, (row, str(cell)))
    row = min(r for r, _ in examples.values())
    found = ", ".join(f"„{cell}“ (Zeile {r})" for r, cell in sorted(set(examples.values())))
    return [problem(f"sources.decimal_{style}", file=file, row=row, column=name, found=found)]


def _bad_cells(
    parsed: cells.Column, name: str, column: Sequence[object], rows: Sequence[int], file: str
) -> list[Problem]:
    found = [
        problem("sources.no_number", file=file, row=rows[i], column=name, found=_shown(column[i]))
        for i in parsed.bad[:_SHOWN]
    ]
    rest = len(parsed.bad) - _SHOWN
    if rest > 0:
        found.append(problem("sources.more_no_numbers", file=file, column=name, n=rest))
    return found


def _half_percent(
    parsed: cells.Column, name: str, column: Sequence[object], rows: Sequence[int], file: str
) -> list[Problem]:
    """Refuse a column with "5 %" and "0,05": the same share, a hundred times apart."""
    marked = set(parsed.marks.get("percent", ()))
    if not marked:
        return []
    plain = [int(i) for i in np.flatnonzero(np.nan_to_num(parsed.values)) if i not in marked]
    if not plain:
        return []
    with_sign, without = min(marked), plain[0]
    found = f"„{_shown(column[with_sign])}“ (Zeile {rows[with_sign]}), „{_shown(column[without])}“"
    return [
        problem("sources.percent_mixed", file=file, row=rows[without], column=name, found=found)
    ]


def _whole_percent(
    columns: Mapping[str, Sequence[object]],
) -> tuple[dict[str, Sequence[object]], list[str]]:
    """Return columns of whole numbers that are only shown as per cent as these, and their names.

    12 in a cell with a format of per cent is shown as 1200 %: a count in a wrong format, or 12 %.
    """
    found = {name: column for name, column in columns.items() if _is_whole_percent(column)}
    kept = {name: [_unshown(c) for c in column] for name, column in found.items()}
    return {**columns, **kept}, list(kept)


def _is_whole_percent(column: Sequence[object]) -> bool:
    """Tell whether all numbers of a column are whole, and some above one are shown as per cent."""
    if isinstance(column, np.ndarray) or not any(isinstance(c, cells.Percent) for c in column):
        return False
    numbers = [_unshown(c) for c in column if cells.looks_like_number(c)]
    plain = [float(n) for n in numbers if isinstance(n, int | float)]
    whole = len(plain) == len(numbers) and all(n.is_integer() for n in plain)
    return whole and max(plain) > 1


def _unshown(cell: object) -> object:
    """Return the number that a cell holds, where it shows a hundred times as much and a sign."""
    return round(cell / 100, 12) if isinstance(cell, cells.Percent) else cell


def _whole_percent_note(names: Sequence[str], file: str) -> list[Problem]:
    if not names:
        return []
    said = {"n": len(names), "columns": _listed(names)}
    return [problem("sources.percent_of_whole", "warning", file=file, **said)]


def _kind_notes(kinds: Mapping[str, str], text: Collection[str], file: str) -> list[Problem]:
    """Tell which columns were not read as numbers though nobody said so."""
    notes = []
    for kind in ("text", "code"):
        names = [name for name, found in kinds.items() if found == kind and name not in text]
        if names:
            notes.append(
                problem(f"sources.column_is_{kind}", "note", file=file, columns=_listed(names))
            )
    return notes


def _mark_notes(marks: Mapping[str, Mapping[str, int]], file: str) -> list[Problem]:
    """Tell which signs were understood, how often, and in which columns."""
    return [
        problem(
            f"sources.mark_{mark}",
            "note",
            file=file,
            n=sum(where.values()),
            columns=_listed(list(where)),
        )
        for mark, where in sorted(marks.items())
    ]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"„{n}“" for n in names[:6])
    return shown if len(names) <= 6 else f"{shown} und {len(names) - 6} weitere"


def _suspicious(parsed: cells.Column, name: str, rows: Sequence[int], file: str) -> list[Problem]:
    """Warn of what is usually no number: −9999 among counts, a column of nothing but dashes."""
    values = parsed.values
    there = values[~np.isnan(values)]
    dashes = len(parsed.marks.get("nothing", ()))
    if dashes and dashes == len(there):
        return [problem("sources.only_dashes", "warning", file=file, column=name, found=dashes)]
    found = []
    low, high = (there.min(), there.max()) if len(there) else (0.0, 0.0)
    for usual in _USUAL_SENTINELS:
        if not low <= usual <= high:
            continue
        rest = there[there != usual]
        odd = len(rest) and (rest.min() >= 0 if usual < 0 else 5 * rest.max() < usual)
        if odd and len(rest) < len(there):
            row = rows[int(np.flatnonzero(values == usual)[0])]
            n = len(there) - len(rest)
            found.append(
                problem(
                    "sources.unstated_sentinel",
                    "warning",
                    file=file,
                    row=row,
                    column=name,
                    found=f"{usual:.0f}",
                    n=n,
                )
            )
    return found


def _shown(cell: object) -> str:
    """Return a cell for a message, short; these are aggregates, never a person's data."""
    return str(cell)[:40]
