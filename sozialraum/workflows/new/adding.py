"""A new delivery added to a build file that is there; its comments stay as they are."""

from __future__ import annotations

import datetime as dt
import fnmatch
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import tomlkit

from sozialraum.config import read_build
from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError
from sozialraum.model.problem import Plain
from sozialraum.sources.recognise.folder import files_below, look_at_files
from sozialraum.sources.recognise.seen import SeenTable
from sozialraum.texts import problem
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.outcome import NewFile

# share of the used columns from which on a table is a later one of the same form
_ALIKE = 0.5


@dataclass(frozen=True)
class NewTable:
    """A table like one of the build file, for another day.

    Parameters
    ----------
    file, sheet : of the new table
    like : place of the earlier ``[[tables]]`` it follows
    day : for which it stands
    """

    file: str
    sheet: str
    like: int
    day: dt.date


@dataclass(frozen=True)
class Addition(NewFile):
    """What a folder has that the build file does not.

    Parameters
    ----------
    path : the build file
    text : the build file with it
    deliveries : the new tables
    stichtag : the new day of the build; None where it stays
    problems : tables that look like earlier ones and cannot be added
    """

    _replaces: ClassVar[bool] = True

    path: Path
    text: str
    deliveries: tuple[NewTable, ...]
    stichtag: dt.date | None
    problems: tuple[Problem, ...]

    def words(self) -> str:
        """Return the build file with what is new."""
        return self.text

    def summary(self) -> dict[str, Plain]:
        """Return what is added and what cannot be, for programs."""
        return {
            "file": self.path.as_posix(),
            "added": [
                {"file": d.file, "sheet": d.sheet, "day": d.day.isoformat()}
                for d in self.deliveries
            ],
            "stichtag": None if self.stichtag is None else self.stichtag.isoformat(),
            "problems": [p.to_dict() for p in self.problems],
        }


@own_errors
def add_deliveries(path: Path, folder: Path) -> Addition:
    """Return a build file with the new tables of its data folder.

    A table is a new delivery where it has the key and every used column of a table of the build
    file, and says another day than all of those.

    Parameters
    ----------
    path : build file
    folder : with the new tables; the data folder of the build file or one in it

    Raises
    ------
    ConfigError
        If the build file cannot be read, or `folder` lies elsewhere.
    """
    plan = read_build(path)
    root = plan.root.resolve()
    if not folder.resolve().is_relative_to(root):
        said = {"file": folder.as_posix(), "root": plan.root.as_posix()}
        raise ConfigError(problem("recognise.other_folder", **said))  # type: ignore[arg-type]
    document = tomlkit.parse(path.read_text(encoding="utf-8-sig"))
    layers = {a.file: root / a.file for a in plan.areas.values()}
    fresh = {p.relative_to(root).as_posix(): p for p in files_below(folder.resolve())}
    seen = look_at_files({**layers, **fresh})
    known = {(t.file, t.sheet or "") for t in plan.tables} | {
        (file, "") for t in plan.tables if t.sheet is None for file in _files(t, fresh)
    }
    known |= {
        (t.file, sheet)
        for t in plan.tables
        if t.stichtag is not None
        for sheet in t.stichtag.sheets or ()
    }
    tables = [t for t in seen.tables if (t.file, t.sheet) not in known and t.key]
    days = {i: t.days(plan.stichtag) or () for i, t in enumerate(plan.tables)}
    found: list[NewTable] = []
    problems: list[Problem] = []
    for table in tables:
        for like, problem_found in _follow(table, plan.tables, days):
            if problem_found is not None:
                problems.append(problem_found)
            else:
                found.append(NewTable(table.file, table.sheet, like, table.period.days[-1]))
    newest = max((*(d.day for d in found), *_of_patterns(plan.tables, seen.tables)), default=None)
    later = newest if newest is not None and newest > plan.stichtag else None
    _write(document, found, plan.stichtag, later)
    return Addition(path, tomlkit.dumps(document), tuple(found), later, tuple(problems))


def _follow(
    table: SeenTable, sections: Sequence[Any], days: dict[int, tuple[dt.date, ...]]
) -> Iterator[tuple[int, Problem | None]]:
    """Yield the section that a table follows, or why it cannot."""
    like = [
        i
        for i, s in enumerate(sections)
        if s.key == table.key and s.file and not s.names and _common(table, s) >= _ALIKE
    ]
    if not like:
        return
    best = max(like, key=lambda i: (_common(table, sections[i]), days[i][-1:]))
    missing = [c for c in _wanted(sections[best]) if not _has(table, c)]
    if missing:
        yield best, problem("recognise.column_gone", file=table.label, column=missing[0])
    elif not table.period.days:
        yield best, problem("recognise.no_day", file=table.label)
    elif any(table.period.days[-1] in days[i] for i in like):
        twin = next(i for i in like if table.period.days[-1] in days[i])
        yield (
            best,
            problem(
                "recognise.same_day", "warning", file=table.label, found=sections[twin].written
            ),
        )
    else:
        yield best, None


def _of_patterns(sections: Iterable[Any], tables: Iterable[SeenTable]) -> Iterator[dt.date]:
    """Yield the newest days of files that a pattern of the build file reads already."""
    patterns = [p for s in sections if s.stichtag is not None and s.stichtag.name for p in s.files]
    for table in tables:
        if table.period.days and any(fnmatch.fnmatchcase(table.file, p) for p in patterns):
            yield table.period.days[-1]


def _files(section: Any, fresh: Iterable[str]) -> Iterator[str]:
    """Yield the files that a section reads; a pattern reads all that fit it."""
    if section.file:
        yield section.file
    for pattern in section.files:
        yield from (name for name in fresh if fnmatch.fnmatchcase(name, pattern))


def _wanted(section: Any) -> tuple[str, ...]:
    return tuple((section.columns or {}).values())


def _has(table: SeenTable, title: str) -> bool:
    folded = title.casefold()
    return any(
        c.title.casefold() == folded or c.title.casefold().endswith(f" {folded}")
        for c in table.columns
    )


def _common(table: SeenTable, section: Any) -> float:
    """Return how many of the used columns of a section a table has; 1 where it names none."""
    wanted = _wanted(section)
    return sum(_has(table, c) for c in wanted) / len(wanted) if wanted else 1.0


def _write(
    document: Any, found: Sequence[NewTable], present: dt.date, later: dt.date | None
) -> None:
    """Add the tables behind those they follow, and say the day of those that had none."""
    tables = document["tables"]
    if later is not None:
        for section in tables:
            if "stichtag" not in section:
                section.add("stichtag", present)
        document["stichtag"] = later
    for one in found:
        section = tomlkit.table()
        for key, value in tables[one.like].items():
            if key not in {"file", "sheet", "stichtag"}:
                section.add(key, value)
        head = tomlkit.table()
        head.add("file", one.file)
        if one.sheet:
            head.add("sheet", one.sheet)
        stated = tables[one.like].get("stichtag")
        own = isinstance(stated, dict) and bool({"column", "columns"} & set(stated))
        head.add("stichtag", stated if own else one.day)
        for key, value in section.items():
            head.add(key, value)
        tables.append(head)
