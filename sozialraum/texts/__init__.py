"""Every word that planners and committees read, and how numbers and dates look in it.

The sentences live in ``texts/<language>/<room>.toml``; code names them as ``"room.key"``. German is
complete, English has what the committee page shows. A text that counts says both forms, divided by
a bar: ``"{n:1 Ort liegt|# Orte liegen} außerhalb."``
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
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
    "speaking_of",
    "text",
]


CITY = "Stadt"
_PLACE: ContextVar[str] = ContextVar("place_word", default=CITY)
_BY_PLACE = re.compile("\u27e8([^\u27e9]*)\u27e9")


def catalogue(room: str, lang: str = "de") -> dict[str, Any]:
    """Return all texts of one room in one language, in the words of the place spoken of."""
    return _catalogue(room, lang, _PLACE.get())


@contextmanager
def speaking_of(place_word: str) -> Iterator[None]:
    """Let texts speak of a "Stadt", "Gemeinde", "Landkreis" or "Region".

    Examples
    --------
    >>> with speaking_of("Landkreis"):
    ...     text("publish.layers.status_participation.stripes")
    'deutlich weniger erreicht als im ganzen Landkreis'
    """
    token = _PLACE.set(place_word)
    try:
        yield
    finally:
        _PLACE.reset(token)


@cache
def _catalogue(room: str, lang: str, place: str) -> dict[str, Any]:
    forms = {} if place == CITY else _read("places", lang)[place]
    found: dict[str, Any] = _of_place(_read(room, lang), forms)
    return found


@cache
def _read(room: str, lang: str) -> dict[str, Any]:
    path = resources.files("sozialraum.texts").joinpath(lang, f"{room}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _of_place(words: Any, forms: Mapping[str, str]) -> Any:
    """Return texts with what is marked put in the words of a place; of a city as it stands."""
    if isinstance(words, str):
        return _BY_PLACE.sub(lambda found: forms.get(found[1], found[1]), words)
    if isinstance(words, dict):
        return {key: _of_place(one, forms) for key, one in words.items()}
    return [_of_place(one, forms) for one in words] if isinstance(words, list) else words


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
