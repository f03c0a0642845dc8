"""The one way from a TOML file to what it says: build, plan, participation, batch, fetch, recipe.

Unknown keys, words that are nearly right, wrong types and paths are understood and told alike,
whatever the file is for; every problem is told at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import PrivateAttr, ValidationError

from sozialraum.config.file_kinds import FileKind, refuse_other_kind
from sozialraum.config.pydantic_errors import german, one_per_key
from sozialraum.config.sections import Section
from sozialraum.config.toml_text import as_tuples, read_toml
from sozialraum.model.errors import ConfigError
from sozialraum.model.problem import Problem

Wording = Callable[[Any, str, type[Section]], Problem]
Rest = Callable[[dict[str, Any], str], tuple[dict[str, Any], list[Problem]]]


class FileModel(Section):
    """Base of a whole file: it knows where it lies, and where its data are."""

    _file: Path = PrivateAttr(default=Path())
    _root: Path = PrivateAttr(default=Path())

    @property
    def file(self) -> Path:
        """The file it was read from."""
        return self._file

    @property
    def root(self) -> Path:
        """The folder below which all its data lie."""
        return self._root

    def place_of(self, written: str) -> Path:
        """Return where a path lies that is written relative to the file."""
        return self._file.parent / written

    def lies_at(self, file: Path, data: str | Path | None = None) -> None:
        """Say where the file lies, and the folder of its data if it is not the one it names."""
        self._file = file
        self._root = Path(data) if data is not None else self.place_of(getattr(self, "data", "."))


S = TypeVar("S", bound=Section)
F = TypeVar("F", bound=FileModel)


def understood(
    model: type[S], given: dict[str, Any], file: str, *, worded: Wording = german
) -> tuple[S | None, list[Problem]]:
    """Return a parsed file as its model, None where it is none, and all that is wrong with it.

    Parameters
    ----------
    model : what the file should say
    given : as parsed
    file : its name, for messages
    worded : tells one finding of pydantic in German
    """
    try:
        return model.model_validate(as_tuples(given)), []
    except ValidationError as error:
        # pydantic also calls a list too short when all its entries are wrong
        wrong = error.errors()
        within = {e["loc"][:n] for e in wrong for n in range(len(e["loc"]))}
        stated = [e for e in wrong if e["type"] != "too_short" or e["loc"] not in within]
        return None, [worded(e, file, model) for e in one_per_key(stated, given)]


def read_file(
    model: type[F],
    path: str | Path,
    *,
    kind: FileKind,
    data: str | Path | None = None,
    worded: Wording = german,
    former: Rest = lambda given, file: (given, []),
    checks: Callable[[F, str], Sequence[Problem]] = lambda plan, file: (),
) -> F:
    """Read a file and check everything that can be checked without its data.

    Parameters
    ----------
    model : what the file should say
    path : the TOML file
    kind : which kind of file it should be
    data : folder below which its data lie, instead of the one it names
    worded : tells one finding of pydantic in German
    former : takes keys away that there once were, and tells what took their place
    checks : finds what contradicts itself in a file that is understood

    Raises
    ------
    ConfigError
        With every problem: key path, expected, found, what to do.
    """
    file = Path(path)
    written = read_toml(file)
    refuse_other_kind(written, file, kind)
    given, problems = former(written, file.name)
    plan, wrong = understood(model, given, file.name, worded=worded)
    if plan is None:
        raise ConfigError([*problems, *wrong])
    plan.lies_at(file, data)
    if found := [*problems, *checks(plan, file.name)]:
        raise ConfigError(found)
    return plan
