"""A build file as template: ``{{column}}`` gives way to the value of each row of a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from sozialraum.config.batch_file import BatchFile
from sozialraum.config.pydantic_errors import did_you_mean
from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError
from sozialraum.sources.tabular.grids import read_grid
from sozialraum.sources.tabular.key_column import key_text
from sozialraum.texts import problem

_MARK = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
# Signs that would end a quoted value of the build file, or start a new line of it.
_UNSAFE = re.compile(r"[\"'\\\x00-\x1f\x7f]")


def filled_templates(batch: BatchFile) -> dict[str, str]:
    """Return the build file of every row, by the name of its result folder.

    Raises
    ------
    ConfigError
        If the table has no such column, a name is missing or double, or a value could break out
        of its place in the build file.
    """
    assert batch.template is not None
    template = batch.place_of(batch.template)
    words = _template_text(template, batch.file.name)
    asked = list(dict.fromkeys(_MARK.findall(words)))
    head, rows = _table(batch)
    lacking = [column for column in (batch.name, *asked) if column not in head]
    if lacking:
        raise ConfigError([_no_column(batch, column, head) for column in lacking])
    problems = [p for n, row in rows for p in _wrong_cells(batch, head, row, n, asked)]
    names = [row[head.index(batch.name)] for _, row in rows]
    problems += [
        problem("batch.same_name", file=batch.table, found=name, n=names.count(name))
        for name in sorted({name for name in names if name and names.count(name) > 1})
    ]
    if problems:
        raise ConfigError(problems)
    return {
        row[head.index(batch.name)]: _filled(words, dict(zip(head, row, strict=True)))
        for _, row in rows
    }


def _template_text(template: Path, file: str) -> str:
    if not template.is_file():
        raise ConfigError(problem("batch.no_template", file=file, found=template.name))
    try:
        return template.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(problem("config.not_utf8", file=template.name, row=row)) from None


def _filled(words: str, values: dict[str, str]) -> str:
    return _MARK.sub(lambda found: values[found[1]], words)


def _table(batch: BatchFile) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the heads of the table and its rows with their numbers; empty rows are none."""
    assert batch.table is not None
    path = batch.place_of(batch.table)
    if not path.is_file():
        raise ConfigError(problem("batch.no_table", file=batch.file.name, found=batch.table))
    grid = read_grid(
        path,
        key=batch.name,
        sheet=batch.sheet,
        encoding=batch.encoding,
        delimiter=batch.delimiter,
    )
    errors = [p for p in grid.problems if p.severity == "error"]
    if errors:
        raise ConfigError(errors)
    lines = [(n, [key_text(c) for c in row]) for n, row in enumerate(grid.rows, 1)]
    lines = [(n, row) for n, row in lines if any(row)]
    if len(lines) < 2:
        raise ConfigError(problem("batch.empty_table", file=path.name))
    head = lines[0][1]
    return head, [(n, [*row, *[""] * (len(head) - len(row))][: len(head)]) for n, row in lines[1:]]


def _wrong_cells(
    batch: BatchFile, head: Sequence[str], row: Sequence[str], number: int, asked: Sequence[str]
) -> list[Problem]:
    found = []
    for column in dict.fromkeys((batch.name, *asked)):
        value = row[head.index(column)]
        if not value:
            found.append(problem("batch.empty_cell", file=batch.table, row=number, column=column))
        elif _UNSAFE.search(value):
            found.append(problem("batch.unsafe_cell", file=batch.table, row=number, column=column))
    return found


def _no_column(batch: BatchFile, column: str, head: Sequence[str]) -> Problem:
    named = [name for name in head if name]
    hint = did_you_mean(column, named)
    return problem(
        "batch.no_column", file=batch.table, column=column, found=", ".join(named), hint=hint
    )
