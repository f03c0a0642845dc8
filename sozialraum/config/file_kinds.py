"""Which of the files that people write one is, and a refusal where another kind is needed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from sozialraum.config.toml_text import read_toml
from sozialraum.model.errors import ConfigError
from sozialraum.model.problem import Problem
from sozialraum.texts import problem, text

FileKind = Literal["build", "plan", "participation", "batch", "fetch"]
# keys that only one kind of file has; those of builds decide first
_SIGNS: dict[FileKind, frozenset[str]] = {
    "build": frozenset({"indicators", "join", "tables", "recipe"}),
    "plan": frozenset(
        {
            "build",
            "demand",
            "locate",
            "gap",
            "allocate",
            "catchments",
            "targets",
            "forecast",
            "kita",
            "ganztag",
            "sites",
            "schools",
        }
    ),
    "participation": frozenset({"records", "register", "ages"}),
    "batch": frozenset({"builds", "template"}),
    "fetch": frozenset({"downloads"}),
}


def kind_of_file(path: str | Path) -> FileKind:
    """Return which kind of file it is, by its keys; a build file where they do not tell."""
    try:
        return kind_by_keys(read_toml(Path(path))) or "build"
    except ConfigError:
        return "build"


def kind_by_keys(given: Iterable[str]) -> FileKind | None:
    """Return the kind that the keys of a file tell; None where they do not."""
    keys = set(given)
    return next((kind for kind, signs in _SIGNS.items() if signs & keys), None)


def refuse_other_kind(given: dict[str, Any], file: Path, wanted: FileKind) -> None:
    """Refuse a file of another kind in one sentence, instead of every key it has and lacks.

    Raises
    ------
    ConfigError
        With what it is, what was needed, and the command for it.
    """
    kind = kind_by_keys(given)
    if kind is not None and kind != wanted:
        raise ConfigError(other_kind(kind, file, wanted))


def other_kind(kind: FileKind, file: Path, wanted: FileKind) -> Problem:
    """Return what to say of a file that is of one kind where another was needed."""
    return problem(
        "config.other_kind",
        file=file.name,
        kind=text(f"config.kinds.{kind}"),
        wanted=text(f"config.kinds.{wanted}"),
        command=text(f"config.commands.{kind}", file=file.name),
    )
