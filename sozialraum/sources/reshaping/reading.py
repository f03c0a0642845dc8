"""Delivered tables of any form: what one file holds, as one table per Stichtag."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sozialraum.model import Period, Problem
from sozialraum.sources.reshaping.municipal_keys import with_municipality
from sozialraum.sources.reshaping.reshape import reshape
from sozialraum.sources.reshaping.shape import LeftRows, Shape
from sozialraum.sources.reshaping.streaming import STREAMED_BYTES, is_streamed, stream_table
from sozialraum.sources.tabular.assembly import ReadTable
from sozialraum.sources.tabular.key_translation import Translation
from sozialraum.sources.tabular.tables import Opened, open_table, table_of
from sozialraum.texts import problem
from sozialraum.texts.periods import period_label

KnownAreas = Callable[[Period | None], Collection[str] | None]


def read_tables(
    path: str | Path,
    *,
    key: str | int,
    shape: Shape | None = None,
    sheet: str | int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    layer: str | None = None,
    width: int | None = None,
    decimal: str | None = None,
    sentinels: Sequence[object] | Mapping[str, Sequence[object]] = (),
    columns: Mapping[str, str] | None = None,
    text: Sequence[str] = (),
    areas: KnownAreas | None = None,
    translate: Translation | None = None,
    municipal: Sequence[str] | None = None,
    streamed: int = STREAMED_BYTES,
) -> tuple[dict[Period | None, ReadTable], list[Problem], list[LeftRows]]:
    """Return the tables of a file by Stichtag, what was found in it, and what was left out.

    Parameters
    ----------
    path, key, sheet, layer, encoding, delimiter, width, decimal, sentinels, columns, text : as of
        `sozialraum.sources.tabular.tables.read_table`
    shape : how the table is reshaped; None = it is one table as it stands
    areas : period -> keys of the areas at that time, or None where they are not known
    translate : what makes a delivered key one of the areas
    municipal : AGS of the build, where keys are unique only within a Gemeinde; else None
    streamed : bytes from which on a text file is read piece by piece, only what `shape` keeps

    Returns
    -------
    period -> table (None = the file says no Stichtag); problems of the file as a whole, those of a
    table stand in it; rows left out. Nothing is raised for bad data.
    """
    stated, path = shape or Shape(), Path(path)
    opened = (
        stream_table(path, key, stated, delimiter)
        if is_streamed(path, streamed)
        else open_table(
            path, key=key, sheet=sheet, encoding=encoding, delimiter=delimiter, layer=layer
        )
    )
    if municipal is not None:
        opened, wrong = with_municipality(opened, municipal, width)
        if wrong:
            return {}, [*opened.grid.problems, *wrong], []
        width = None  # that of a key within its Gemeinde
    if columns is not None:
        stated = replace(stated, wanted=frozenset(columns.values()))
    made = reshape(opened, stated)
    there, later = _there(made.parts, columns, opened.file)
    tables = {
        period: table_of(
            part,
            width=width,
            decimal=decimal,
            sentinels=sentinels,
            columns=there[period],
            text=text,
            areas=None if areas is None else areas(period),
            translate=translate,
        )
        for period, part in made.parts.items()
    }
    problems = made.problems if tables else [*opened.grid.problems, *made.problems]
    return tables, [*problems, *later], made.left


def _there(
    parts: Mapping[Period | None, Opened], columns: Mapping[str, str] | None, file: str
) -> tuple[dict[Period | None, Mapping[str, str] | None], list[Problem]]:
    """Return the columns of each Stichtag; what only other Stichtage have is told, no error."""
    if columns is None or len(parts) < 2:
        return dict.fromkeys(parts, columns), []
    heads = {period: part.header for period, part in parts.items()}
    has = {
        period: {new for new, old in columns.items() if head is not None and head.find(old)}
        for period, head in heads.items()
    }
    somewhere = set().union(*has.values())
    there, notes = {}, []
    for period, found in has.items():
        later = [new for new in columns if new in somewhere - found]
        there[period] = {new: old for new, old in columns.items() if new not in later}
        if later:
            said = {"columns": ", ".join(f"„{n}“" for n in later), "n": len(later)}
            when = "" if period is None else period_label(period)
            notes.append(
                problem("sources.columns_of_other_days", "note", file=file, when=when, **said)
            )
    return there, notes  # type: ignore[return-value]
