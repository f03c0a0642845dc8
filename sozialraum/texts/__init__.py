"""Every word that planners and committees read, and how numbers and dates look in it.

The sentences live in ``texts/<language>/<room>.toml``; code names them as ``"room.key"``. German is
complete, English has what the committee page shows. A text that counts says both forms, divided by
a bar: ``"{n:1 Ort liegt|# Orte liegen} außerhalb."``
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from numbers import Integral
from typing import Any

from sozialraum.model.problem import Problem, Severity
from sozialraum.texts.numbers import apart, date, number, percent, plain, signed

__all__ = [
    "apart",
    "catalogue",
    "date",
    "number",
    "percent",
    "plain",
    "problem",
    "signed",
    "text",
]


@cache
def catalogue(room: str, lang: str = "de") -> dict[str, Any]:
    """Return all texts of one room in one language."""
    path = resources.files("sozialraum.texts").joinpath(lang, f"{room}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


class _Counted(int):
    """A whole number that picks the form of a text: ``{n:1 Ort|# Orte}``."""

    def __format__(self, form: str) -> str:
        if "|" not in form:
            return super().__format__(form)
        one, several = form.split("|")
        return one if self == 1 else several.replace("#", number(self))


def _filled(words: object, values: Mapping[str, object]) -> str:
    """Return a text with its values; whole numbers pick between its forms."""
    given = {
        name: _Counted(value)
        if isinstance(value, Integral) and not isinstance(value, bool)
        else value
        for name, value in values.items()
    }
    return str(words).format(**given)


def text(name: str, /, lang: str = "de", **values: object) -> str:
    """Return the text ``"room.key"`` (or ``"room.key.part"``) with its values filled in.

    Raises
    ------
    KeyError
        If the catalogue has no such text, or a value is not given.
    """
    room, *path = name.split(".")
    found: Any = catalogue(room, lang)
    for part in path:
        if not isinstance(found, dict) or part not in found:
            message = f"texts/{lang}/{room}.toml has no text {name!r}"
            raise KeyError(message)
        found = found[part]
    return _filled(found, values)


def problem(
    name: str,
    /,
    severity: Severity = "error",
    *,
    file: str | None = None,
    row: int | None = None,
    column: str | None = None,
    key: str | None = None,
    found: object = None,
    lang: str = "de",
    **values: object,
) -> Problem:
    """Return a `Problem` whose words come from the table ``[key]`` of a catalogue.

    The table holds ``message`` and, where they apply, ``expected``, ``found`` and ``action``; all
    may use the named `values`, and ``{file} {row} {column} {key} {found}``.
    """
    given = {"file": file, "row": row, "column": column, "key": key, "found": found, **values}
    room, *path = name.split(".")
    entry: Any = catalogue(room, lang)
    for part in path:
        entry = entry[part]
    words = {k: _filled(v, given) for k, v in entry.items()}
    return Problem(
        code=name,
        severity=severity,
        message=words["message"],
        file=file,
        row=row,
        column=column,
        key=key,
        expected=words.get("expected"),
        found=words.get("found", None if found is None else str(found)),
        action=words.get("action"),
    )
