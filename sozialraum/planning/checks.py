"""What every plan asks of its input: known words, matching keys, numbers."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from sozialraum.model.errors import DataError
from sozialraum.model.problem import Problem
from sozialraum.texts import number, problem

MOST_KEYS_IN_A_MESSAGE = 5
# ways from areas to points: a search over that many takes about 1 GB
MOST_WAYS = 20_000_000


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
    return first_listed(sorted(str(key) for key in keys))


def first_listed(names: list[str]) -> str:
    """Return names in their order: the first five, and how many more there are.

    Examples
    --------
    >>> first_listed(["Südschule (40)", "Nordschule (20)"])
    'Südschule (40), Nordschule (20)'
    """
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


def refuse_too_many(pairs: int, *, most: int) -> None:
    """Refuse more ways between areas and points than fit into memory, before they are laid out."""
    if pairs > most:
        words = {"pairs": number(pairs), "most": number(most)}
        raise DataError(problem("planning.too_many_pairs", **words))
