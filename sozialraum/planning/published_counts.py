"""How sentences tell numbers of children: in multiples, and none of too few."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sozialraum.texts import number, text

SMALL_COUNT = 5  # fewer children are not told in a sentence
_MULTIPLE: ContextVar[int] = ContextVar("multiple", default=1)
_FEWEST: ContextVar[int] = ContextVar("fewest", default=SMALL_COUNT)
_ZEROS: ContextVar[bool] = ContextVar("zeros", default=True)


@contextmanager
def counts_published(
    *, multiple: int = 1, fewest: int = SMALL_COUNT, zeros: bool = True
) -> Iterator[None]:
    """Within this block sentences tell children in multiples, and none of fewer than `fewest`.

    Unless `zeros`, nobody is told as "fewer than" too.

    Examples
    --------
    >>> with counts_told(multiple=5):
    ...     children(72), children(73)
    ('70 Kinder', '75 Kinder')
    """
    tokens = _MULTIPLE.set(multiple), _FEWEST.set(fewest), _ZEROS.set(zeros)
    try:
        yield
    finally:
        _MULTIPLE.reset(tokens[0])
        _FEWEST.reset(tokens[1])
        _ZEROS.reset(tokens[2])


def children(count: float) -> str:
    """Return a number of children in German; few are "fewer than 5" unless `counts_published`.

    Examples
    --------
    >>> children(0), children(3), children(1234)
    ('kein Kind', 'weniger als 5 Kinder', '1.234 Kinder')
    """
    multiple, fewest = _MULTIPLE.get(), _FEWEST.get()
    if round(count) == 0 and _ZEROS.get():
        return text("planning.sentence.no_children")
    if round(count) < fewest:
        return text("planning.sentence.children_few", minimum=fewest)
    stated = math.floor(count / multiple + 0.5) * multiple
    return text("planning.sentence.children", count=number(stated))
