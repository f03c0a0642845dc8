"""German numbers and dates: 1.234,5 and 31.12.2024."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

MINUS = "\u2212"
NO_VALUE = "\u2013"


def plain(value: float, digits: int) -> str:
    """Return `value` with a decimal point and no thousands mark; never ``-0``.

    Examples
    --------
    >>> plain(1234.5, 1), plain(-0.04, 1)
    ('1234.5', '0.0')
    """
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text


def number(value: float | None, digits: int = 0) -> str:
    """Return `value` as a German reads it; ``–`` where there is none.

    Examples
    --------
    >>> number(1234.5, 1), number(0.256, 2), number(-3, 0), number(float("nan"))
    ('1.234,5', '0,26', '−3', '–')
    """
    if value is None or math.isnan(value):
        return NO_VALUE
    body = f"{abs(value):,.{digits}f}".translate(str.maketrans(",.", ".,"))
    zero = not any(c in "123456789" for c in body)
    return body if value >= 0 or zero else MINUS + body


def apart(values: Sequence[float], digits: int = 0, *, most: int = 6) -> tuple[str, ...]:
    """Return `values` with as many decimals as tell different ones apart, `digits` at least.

    Parameters
    ----------
    values : numbers of one sentence ("von … auf …")
    digits, most : fewest and most decimals

    Examples
    --------
    >>> apart([41.2, 33.8], 1), apart([11.53, 11.48], 1), apart([11.5, 11.5], 1)
    (('41,2', '33,8'), ('11,53', '11,48'), ('11,5', '11,5'))
    """
    for places in range(digits, most):
        shown = tuple(number(value, places) for value in values)
        if len(set(shown)) == len(set(values)):
            return shown
    return tuple(number(value, most) for value in values)


def signed(value: float | None, digits: int = 0) -> str:
    """Return `value` with its sign, for changes.

    Examples
    --------
    >>> signed(0.5, 1), signed(-2, 0), signed(0.0, 1)
    ('+0,5', '−2', '±0,0')
    """
    text = number(value, digits)
    if text == NO_VALUE or text.startswith(MINUS):
        return text
    return ("+" if any(c in "123456789" for c in text) else "±") + text


def percent(share: float | None, digits: int = 1) -> str:
    r"""Return a share 0..1 as German per cent.

    Examples
    --------
    >>> percent(0.1234), percent(1, 0)
    ('12,3\xa0%', '100\xa0%')
    """
    text = number(None if share is None else share * 100, digits)
    return text if text == NO_VALUE else f"{text}\u00a0%"


def date(day: dt.date | str) -> str:
    """Return a day as German: 31.12.2024.

    Examples
    --------
    >>> date("2024-12-31")
    '31.12.2024'
    """
    when = dt.date.fromisoformat(day) if isinstance(day, str) else day
    return f"{when.day:02d}.{when.month:02d}.{when.year}"
