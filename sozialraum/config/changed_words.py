"""What a build changes in its recipe, in words a committee reads: no key, no notation of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sozialraum.texts import catalogue, number, text


def changed_line(word: str, path: str, **values: Any) -> str:
    """Return the line on one difference.

    Parameters
    ----------
    word : "changed", "added" or "left_out": which sentence of the texts
    path : of the key, like ``axes.status.scaling.method``
    values : what stands in the file and in the recipe

    Examples
    --------
    >>> changed_line("changed", "classes.labels", now=["wenig", "viel"], standard=["gut"])
    'Klassen, Namen: „wenig“, „viel“ statt „gut“'
    """
    shown = {name: setting_in_words(value) for name, value in values.items()}
    return text(f"config.{word}", key=key_in_words(path), **shown)


def key_in_words(path: str) -> str:
    """Return what a key of a build file is about; names of the build itself stand in quotes.

    Parameters
    ----------
    path : parts with dots between them

    Examples
    --------
    >>> key_in_words("scaling.method"), key_in_words("axes.lage.classes.limits")
    ('Skala, Verfahren', 'Achse, „lage“, Klassen, Grenzen')
    """
    known = catalogue("config")["key_words"]
    return ", ".join(known.get(part, f"„{part}“") for part in path.split("."))


def setting_in_words(value: Any) -> str:
    """Return a value as it is said: lists without brackets, numbers with a comma.

    Parameters
    ----------
    value : of a build file

    Examples
    --------
    >>> setting_in_words([0.5, 1]), setting_in_words(True), setting_in_words({"method": "pca"})
    ('0,5, 1', 'ja', 'Verfahren = pca')
    """
    words = catalogue("config")["value_words"]
    if value is None or isinstance(value, bool):
        return str(words[{None: "none", True: "yes", False: "no"}[value]])
    if isinstance(value, float | int):
        return _number(float(value))
    if isinstance(value, Mapping):
        told = (f"{key_in_words(str(k))} = {setting_in_words(v)}" for k, v in value.items())
        return ", ".join(told)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(f"„{v}“" if isinstance(v, str) else setting_in_words(v) for v in value)
    return str(words.get(value, value))


def _number(value: float) -> str:
    """Return a number with the digits it has, four at most."""
    return number(value, next((d for d in range(4) if round(value, d) == value), 4))
