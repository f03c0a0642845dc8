"""The file of ``sozialraum batch``: which builds, or one template and a table of values."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from sozialraum.config.file_models import FileModel, read_file
from sozialraum.model.options import Sign
from sozialraum.model.problem import Problem
from sozialraum.texts import problem

Words = Annotated[str, Field(min_length=1)]


class BatchFile(FileModel):
    """Which builds are made: files and patterns of files, or a template filled from a table.

    Parameters
    ----------
    builds : build files, or patterns such as ``"gemeinden/*.toml"``; relative to this file
    template : a build file with ``{{column}}`` where a value of the table belongs
    table : a row per build; csv, xlsx or ods
    name : column of the table that names the result folder of each build
    sheet, encoding, delimiter : of the table; recognised where not stated
    """

    builds: tuple[Words, ...] = ()
    template: Words | None = None
    table: Words | None = None
    name: Words = "name"
    sheet: Words | None = None
    encoding: Words | None = None
    delimiter: Sign | None = None


def read_batch(path: str | Path) -> BatchFile:
    """Read a file of ``sozialraum batch``.

    Parameters
    ----------
    path : the TOML file

    Raises
    ------
    ConfigError
        With every problem: key path, expected, found, what to do.
    """
    return read_file(BatchFile, path, kind="batch", checks=_asked_nothing)


def _asked_nothing(batch: BatchFile, file: str) -> list[Problem]:
    """Find a template without a table, or the other way round, and a list that names no build."""
    if (batch.template is None) != (batch.table is None):
        lacking = "table" if batch.table is None else "template"
        return [problem("batch.half_template", file=file, key=lacking)]
    if not batch.builds and batch.template is None:
        return [problem("batch.nothing_asked", file=file)]
    return []
