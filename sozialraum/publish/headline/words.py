"""Words and numbers of the headline: names in a row, persons to two digits, plurals."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from sozialraum.texts import number, text


class AreaRef(NamedTuple):
    """An area, or a whole district, that a sentence names: its keys, its name, its letter."""

    keys: tuple[str, ...]
    name: str
    letter: str


Sentence = tuple[str | AreaRef, ...]


def named_in_a_row(parts: Sequence[Sentence]) -> list[str | AreaRef]:
    """Join with commas and "und"."""
    out: list[str | AreaRef] = []
    for i, part in enumerate(parts):
        glue = "" if i == 0 else text("publish.headline.and") if i == len(parts) - 1 else ", "
        out += [*([glue] if glue else []), *part]
    return out


def dative(words: str) -> str:
    """Return a plural in the dative.

    Examples
    --------
    >>> dative("statistische Bezirke"), dative("Planungsräume"), dative("Gemeinden")
    ('statistischen Bezirken', 'Planungsräumen', 'Gemeinden')

    Where only one of them is named, a word that is no plural yet gets its ending as well.

    >>> dative("Gebiet"), dative("Sprengel"), dative("Stadtbezirk")
    ('Gebieten', 'Sprengeln', 'Stadtbezirken')
    """
    endings = {"n": "", "s": "", "e": "n", "l": "n", "r": "n"}
    return " ".join(word + endings.get(word[-1], "en") for word in words.split())


def two_digits(persons: float) -> str:
    """Return persons to two significant digits, at least to ten.

    Examples
    --------
    >>> two_digits(2914), two_digits(304), two_digits(95), two_digits(392_140)
    ('2.900', '300', '100', '390.000')
    """
    step = 10 ** max(1, int(np.floor(np.log10(max(persons, 1)))) - 1)
    return number(float(np.floor(persons / step + 0.5) * step))


def whole_percent(share: float) -> str:
    """Return a share in whole per cent; half a per cent upwards."""
    return number(float(np.floor(share * 100 + 0.5)))


def weighted(values: pd.Series, persons: pd.Series) -> float:
    """Return the rate of several areas together; NaN where nothing is known."""
    weight = persons.where(values.notna())
    return float((weight * values).sum() / weight.sum()) if weight.sum() > 0 else np.nan


def pile(homes: pd.Series) -> list[str]:
    """Return the smallest set of larger areas that holds more than half, in the order of its size.

    Examples
    --------
    >>> pile(pd.Series(["Mitte", "Mitte", "Spandau", "Neukölln"]))
    ['Mitte', 'Neukölln']
    """
    counts = homes.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    for n, (before, now) in enumerate(pairwise([0, *counts.cumsum()]), 1):
        if before <= len(homes) / 2 < now:
            return [str(name) for name in counts.index[:n]]
    return []
