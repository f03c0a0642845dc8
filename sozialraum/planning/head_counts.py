"""How sentences and tables tell numbers of persons who live somewhere: in tens.

How many children live where is known, and exact inside; a decision is told no more exactly than
anybody needs it.
"""

from __future__ import annotations

import math

from sozialraum.texts import number, text

TENS = 10


def in_tens(count: float) -> int | None:
    """Return a number of persons in tens; None for fewer than ten, 0 for nobody.

    Examples
    --------
    >>> in_tens(72), in_tens(75), in_tens(3), in_tens(0)
    (70, 80, None, 0)
    """
    if round(count) < TENS:
        return 0 if round(count) == 0 else None
    return math.floor(count / TENS + 0.5) * TENS


def stated_in_tens(count: float) -> str:
    """Return a number of children or places as sentences tell it: like the tables, in tens.

    Examples
    --------
    >>> stated_in_tens(0), stated_in_tens(3), stated_in_tens(905)
    ('0', 'weniger als 10', '910')
    """
    told = in_tens(count)
    return text("planning.sentence.few", minimum=TENS) if told is None else number(told)


def about(count: float) -> str:
    """Return a computed number of children or places, and that it is not exact.

    Examples
    --------
    >>> about(905), about(3), about(0)
    ('etwa 910', 'weniger als 10', '0')
    """
    told = stated_in_tens(count)
    return text("planning.sentence.about", count=told) if in_tens(count) else told


def children(count: float) -> str:
    """Return a number of children in German, in tens.

    Examples
    --------
    >>> children(0), children(3), children(1234)
    ('kein Kind', 'weniger als 10 Kinder', '1.230 Kinder')
    """
    told = in_tens(count)
    if told == 0:
        return text("planning.sentence.no_children")
    if told is None:
        return text("planning.sentence.children_few", minimum=TENS)
    return text("planning.sentence.children", count=number(told))
