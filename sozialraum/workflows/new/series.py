"""Tables of one form for several days: sheets of a workbook, or files with a year in the name."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from sozialraum.sources.recognise.seen import SeenTable

_YEAR = re.compile(r"(?<![0-9])(?:19[89]|20[0-4])[0-9](?![0-9])")


@dataclass(frozen=True)
class Series:
    """How one section reads the tables of several days.

    Parameters
    ----------
    tables : all of them, the newest last
    sheets : sheet -> day, of one workbook
    files, name : pattern of files, and the form of their names that says the year
    """

    tables: tuple[SeenTable, ...]
    sheets: Mapping[str, str] = field(default_factory=dict)
    files: str = ""
    name: str = ""


def series_of(
    newest: SeenTable, others: Sequence[SeenTable], files: Collection[str]
) -> Series | None:
    """Return the series that ends with a table; None where it stands alone.

    Parameters
    ----------
    others : tables of the same areas and columns, each for another day
    files : all that lie in the folder: a pattern must not take in one of another form
    """
    if newest.form is not None or len(newest.period.days) != 1 or newest.layer:
        return None
    fits = [t for t in others if _continues(t, newest)]
    days = {t.period.days[0] for t in fits}
    if not fits or len(days) < len(fits) or max(days) >= newest.period.days[0]:
        return None
    tables = (*sorted(fits, key=lambda t: t.period.days[0]), newest)
    found = _by_sheets(tables) or _by_names(tables)
    if found is None or not found.files:
        return found
    taken = {file for file in files if fnmatch.fnmatchcase(file, found.files)}
    return found if taken == {t.file for t in tables} else None


def _continues(table: SeenTable, newest: SeenTable) -> bool:
    """Tell whether a table is the same one for an earlier day, and complete."""
    match, own = table.match, newest.match
    return (
        table.form is None
        and len(table.period.days) == 1
        and table.key == newest.key
        and table.decimal == newest.decimal
        and match is not None
        and own is not None
        and (match.layer, match.attribute, match.way, match.matched)
        == (own.layer, own.attribute, own.way, own.matched)
    )


def _by_sheets(tables: tuple[SeenTable, ...]) -> Series | None:
    if len({t.file for t in tables}) > 1 or not all(t.sheet for t in tables):
        return None
    return Series(tables, sheets={t.sheet: t.period.days[0].isoformat() for t in tables})


def _by_names(tables: tuple[SeenTable, ...]) -> Series | None:
    """Return a series of files that differ in the year of their names alone."""
    if any(t.sheet for t in tables):
        return None
    forms = set()
    for table in tables:
        path, day = PurePosixPath(table.file), table.period.days[0]
        found = _YEAR.findall(path.name)
        if found != [str(day.year)] or (day.month, day.day) != (12, 31) or "{" in path.name:
            return None
        before, behind = path.name.split(found[0])
        forms.add((str(path.parent), before, behind))
    if len(forms) > 1:
        return None
    folder, before, behind = forms.pop()
    stem = PurePosixPath(behind).stem if "." in behind else behind
    stem = behind.split(".")[0] if behind.startswith(".") else stem
    pattern = f"{before}*{behind}" if folder == "." else f"{folder}/{before}*{behind}"
    return Series(tables, files=pattern, name=f"{before}{{yyyy}}{stem}")
