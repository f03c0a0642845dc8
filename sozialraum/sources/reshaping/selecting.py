"""Rows that are kept: columns with entries; how many go, and what they held, is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sozialraum.model import Problem
from sozialraum.sources.reshaping.body import Body, column_at
from sozialraum.sources.reshaping.shape import LeftRows
from sozialraum.sources.tabular import cells
from sozialraum.sources.tabular.headers import close_names
from sozialraum.sources.tabular.styles import decide_style, evidence
from sozialraum.texts import number, problem

_SHOWN = 3


def select_rows(
    body: Body, wanted: Mapping[str, Sequence[str]], counted: Sequence[int]
) -> tuple[Body, list[LeftRows], list[Problem]]:
    """Return the rows with the stated entries.

    Parameters
    ----------
    wanted : column -> entries; a row needs one of them in every column
    counted : columns of numbers, from 0, whose sums in the left rows are told
    """
    left, problems = [], []
    for column, entries in wanted.items():
        place, wrong = column_at(body, column, "rows")
        if wrong is not None:
            problems.append(wrong)
            continue
        words, kept = body.words(place), {cells.tidy(entry) for entry in entries}
        there = set(words)
        problems += [
            problem(
                "sources.no_such_entry", file=body.opened.file, column=column, **_near(e, there)
            )
            for e in sorted(kept - there)
        ]
        keep = np.isin(words, sorted(kept))
        gone = body.kept(~keep)
        if len(gone.rows) and kept & there:
            sums = sums_of(gone, counted)
            left.append(LeftRows(column, len(gone.rows), sums))
            problems.append(_left_out_note(left[-1], body, list(entries)))
        body = body.kept(keep)
    return body, left, problems


def _near(entry: str, there: set[str]) -> dict[str, str]:
    return {"key": entry, "found": close_names(entry, sorted(there))}


def _left_out_note(left: LeftRows, body: Body, entries: list[str]) -> Problem:
    """Tell how many rows are left out, and what they held in the first columns."""
    sums = [f"{number(total)} in „{name}“" for name, total in left.sums.items()]
    said = {"n": left.rows, "of": len(body.rows), "entries": ", ".join(f"„{e}“" for e in entries)}
    return problem(
        "sources.rows_left_out" if sums else "sources.rows_left_out_plain",
        "note",
        file=body.opened.file,
        column=left.column,
        sums=", ".join(sums[:_SHOWN]),
        **said,  # type: ignore[arg-type]
    )


def sums_of(body: Body, places: Sequence[int]) -> dict[str, float]:
    """Return the sum of each column of numbers over the rows: what they hold."""
    titles, sums = body.header.titles(), {}
    for place in places:
        column = cells.tidy_column(body.cells(place).tolist())
        if cells.kind_of(column) != "number":
            continue
        style = decide_style(evidence(column), frozenset(), None)
        if style in {"mixed", "open"}:
            style = ","
        sums[titles[place]] = float(np.nansum(cells.parse_column(column, style).values))
    return sums
