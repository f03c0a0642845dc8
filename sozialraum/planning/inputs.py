"""What every plan asks of its input: known words, matching keys, numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np
import pandas as pd

from sozialraum.errors import DataError
from sozialraum.model.problem import Problem
from sozialraum.texts import number, problem, text

MOST_KEYS_IN_A_MESSAGE = 5
SMALL_COUNT = 5  # fewer children are not told in a sentence
_MULTIPLE: ContextVar[int] = ContextVar("multiple", default=1)
_FEWEST: ContextVar[int] = ContextVar("fewest", default=SMALL_COUNT)
_ZEROS: ContextVar[bool] = ContextVar("zeros", default=True)


def require_one_of(value: str, allowed: Iterable[str], *, name: str, caller: str) -> None:
    """Raise ValueError unless `value` is one of the `allowed` words."""
    words = list(allowed)
    if value not in words:
        message = (
            f"The {name!r} parameter of {caller} must be one of {words}. Got {value!r} instead."
        )
        raise ValueError(message)


def require_at_least(value: float, least: float, *, name: str, caller: str) -> None:
    """Raise ValueError unless `value` is a number of at least `least`."""
    if not value >= least:
        message = (
            f"The {name!r} parameter of {caller} must be at least {least}. Got {value!r} instead."
        )
        raise ValueError(message)


def listed(keys: Iterable[object]) -> str:
    """Return keys for a message: the first five, and how many more there are.

    Examples
    --------
    >>> listed(["07", "01"]), listed("abcdefg")
    ('01, 07', 'a, b, c, d, e und 2 weitere')
    """
    names = sorted(str(key) for key in keys)
    head = ", ".join(names[:MOST_KEYS_IN_A_MESSAGE])
    more = len(names) - MOST_KEYS_IN_A_MESSAGE
    return f"{head} und {more} weitere" if more > 0 else head


def number_problems(values: pd.Series, what: str) -> list[Problem]:
    """Return the problems of a column of finite numbers of at least 0, one row per key."""
    column = values.astype(float)
    wrong = {
        "duplicate_key": column.index[column.index.duplicated()].unique(),
        "missing_number": column.index[~np.isfinite(column.to_numpy())],
        "negative_number": column.index[column.to_numpy() < 0],
    }
    return [
        problem(f"planning.{code}", what=what, keys=listed(keys), column=what)
        for code, keys in wrong.items()
        if len(keys)
    ]


def key_problems(given: Iterable[str], known: Iterable[str], what: str) -> list[Problem]:
    """Return one problem if some `given` keys are not among the `known` ones."""
    unknown = set(given) - set(known)
    return [problem("planning.unknown_key", what=what, keys=listed(unknown))] if unknown else []


def raise_problems(problems: list[Problem]) -> None:
    """Raise all problems at once, if there are any."""
    if problems:
        raise DataError(problems)


@contextmanager
def counts_told(
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
    """Return a number of children in German, as `counts_told` says; else few are "fewer than 5".

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
    told = math.floor(count / multiple + 0.5) * multiple
    return text("planning.sentence.children", count=number(told))
