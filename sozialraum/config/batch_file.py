"""The file of ``sozialraum batch``: which builds, or one template and a table of values."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, PrivateAttr, ValidationError

from sozialraum.config.pydantic_errors import german
from sozialraum.config.sections import Section
from sozialraum.config.toml_text import as_tuples, read_toml
from sozialraum.model.errors import ConfigError
from sozialraum.model.options import Sign
from sozialraum.texts import problem

Words = Annotated[str, Field(min_length=1)]


class BatchFile(Section):
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

    _file: Path = PrivateAttr(default=Path())

    @property
    def file(self) -> Path:
        """The file it was read from."""
        return self._file

    def place_of(self, written: str) -> Path:
        """Return where a path of this file lies."""
        return self._file.parent / written


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
    file = Path(path)
    try:
        batch = BatchFile.model_validate(as_tuples(read_toml(file)))
    except ValidationError as error:
        raise ConfigError([german(e, file.name, BatchFile) for e in error.errors()]) from None
    if (batch.template is None) != (batch.table is None):
        lacking = "table" if batch.table is None else "template"
        raise ConfigError(problem("batch.half_template", file=file.name, key=lacking))
    if not batch.builds and batch.template is None:
        raise ConfigError(problem("batch.nothing_asked", file=file.name))
    batch._file = file
    return batch
