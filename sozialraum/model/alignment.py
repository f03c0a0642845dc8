"""Row order is no input: indexed arguments are laid together by key, or refused.

The contract of every public function of this package; tests cite its numbers.

1. *By key, else refuse.* Two indexed arguments of one call have the same keys, each once, in any
   order; the rows are laid together by key (`aligned`). Otherwise the call is a `ValueError` that
   names up to five keys of each side. Nothing is ever matched by position, and no missing key is
   filled in.
2. The index out is the index of the first argument, in its order. Nothing is modified in place,
   nothing is printed.
3. NaN stays NaN; the docstring says whether it is left out of a sum or spreads.
4. *Language.* A wrong call is a `ValueError` or `TypeError` in English, in one grammar: ``The
   'method' parameter of fit_breaks must be … Got … instead.`` Wrong data, a wrong file or a
   disclosure is a `Problem` with a German sentence. No `ValueError` leaves a workflow.
"""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

NAMED_KEYS = 5


def aligned(caller: str, /, **arguments: Any) -> tuple[Any, ...]:
    """Return the arguments of one call with their rows in the order of the first (contract 1).

    Parameters
    ----------
    caller : name of the public function, for the message
    arguments : Series or frames by parameter name, the first decides the order; None and plain
        numbers, which hold for every row alike, pass as they are

    Returns
    -------
    The arguments, in the order given; the very same object where its rows stand right already.

    Raises
    ------
    ValueError
        If a key stands twice, or the keys differ.
    TypeError
        If an argument has no index.

    Examples
    --------
    >>> cases, base = pd.Series([1, 2], ["a", "b"]), pd.Series([30, 10], ["b", "a"])
    >>> aligned("rate", cases=cases, base=base)[1].tolist()
    [10, 30]
    >>> aligned("rate", cases=cases, base=base.drop("a"))
    Traceback (most recent call last):
    ...
    ValueError: The 'base' parameter of rate must have the keys of 'cases', each once, in any order. Got none of ['a'] instead.
    """  # noqa: E501
    passed = {n: a for n, a in arguments.items() if not (a is None or isinstance(a, Real))}
    for name, argument in passed.items():
        _refuse_unindexed(caller, name, argument)
    if not passed:
        return tuple(arguments.values())
    first, *others = passed
    keys = passed[first].index
    _refuse_doubled(caller, first, keys, f"the keys of {first!r}")
    found = dict(arguments)
    for name in others:
        found[name] = _in_order(caller, name, passed[name], keys, repr(first))
    return tuple(found.values())


def aligned_to(caller: str, keys: pd.Index, of: str, /, **arguments: Any) -> tuple[Any, ...]:
    """Return arguments in the order of keys that stand elsewhere: columns, areas of a graph.

    Parameters
    ----------
    caller, arguments : as for `aligned`
    keys : the order
    of : what the keys belong to, for the message ("'neighbours'", "the columns of 'distance'")

    Examples
    --------
    >>> places = pd.Series([30, 10], ["B", "A"])
    >>> aligned_to("f", pd.Index(["A", "B"]), "the columns of 'd'", places=places)[0].tolist()
    [10, 30]
    """
    found = []
    for name, argument in arguments.items():
        if argument is None or isinstance(argument, Real):
            found.append(argument)
            continue
        _refuse_unindexed(caller, name, argument)
        found.append(_in_order(caller, name, argument, keys, of))
    return tuple(found)


def aligned_tables(
    caller: str, /, **tables: pd.DataFrame | None
) -> tuple[pd.DataFrame | None, ...]:
    """Return frames whose cells belong together, rows and columns in the order of the first.

    Parameters
    ----------
    caller : name of the public function, for the message
    tables : frames by parameter name; further columns of the later ones are left out; None passes

    Raises
    ------
    ValueError
        If keys differ, or a column of the first is not in another.

    Examples
    --------
    >>> value = pd.DataFrame({"a": [0.1], "b": [0.2]}, index=["01"])
    >>> base = pd.DataFrame({"b": [20], "a": [10]}, index=["01"])
    >>> aligned_tables("f", value=value, base=base)[1].columns.tolist()
    ['a', 'b']
    """
    found = list(aligned(caller, **tables))
    there = [k for k, table in enumerate(found) if table is not None]
    for k in there[1:]:
        found[k] = _with_columns(caller, list(tables)[k], found[k], found[there[0]].columns)
    return tuple(found)


def in_key_order(keys: pd.Index) -> NDArray[np.int64]:
    """Return the places of the rows in the order of their keys: what seeded draws go by.

    A draw that followed the order of the rows would make that order an input.

    Examples
    --------
    >>> in_key_order(pd.Index(["b", "c", "a"])).tolist()
    [2, 0, 1]
    """
    try:
        return np.asarray(keys.argsort(), dtype=np.int64)
    except TypeError:  # keys of several kinds
        return np.asarray(keys.astype(str).argsort(), dtype=np.int64)


def refuse_doubled(caller: str, /, **arguments: pd.Series | pd.DataFrame) -> None:
    """Refuse arguments of which a key stands twice, where their keys may differ from each other."""
    for name, argument in arguments.items():
        _refuse_unindexed(caller, name, argument)
        _refuse_doubled(caller, name, argument.index, "its keys")


def _in_order(caller: str, name: str, argument: Any, keys: pd.Index, of: str) -> Any:
    own = argument.index
    if own is keys or own.equals(keys):
        _refuse_doubled(caller, name, own, f"the keys of {of}")
        return argument
    _refuse_doubled(caller, name, own, f"the keys of {of}")
    row = own.get_indexer(keys)
    if len(own) != len(keys) or (row < 0).any():
        unknown, lacking = own[~own.isin(keys)], keys[row < 0]
        got = [f"unknown {_named(unknown)}"] if len(unknown) else []
        got += [f"none of {_named(lacking)}"] if len(lacking) else []
        raise ValueError(_message(caller, name, f"the keys of {of}", " and ".join(got)))
    return argument.iloc[row]


def _with_columns(caller: str, name: str, table: pd.DataFrame, columns: pd.Index) -> pd.DataFrame:
    if table.columns.equals(columns):
        return table
    absent = columns[~columns.isin(table.columns)]
    if len(absent):
        message = (
            f"The {name!r} parameter of {caller} must have the columns {list(columns)[:NAMED_KEYS]}"
            f". Got none of {_named(absent)} instead."
        )
        raise ValueError(message)
    return table[list(columns)]


def _refuse_unindexed(caller: str, name: str, argument: Any) -> None:
    if not isinstance(argument, pd.Series | pd.DataFrame):
        message = (
            f"The {name!r} parameter of {caller} must be a Series or DataFrame with an index. "
            f"Got {type(argument).__name__} instead."
        )
        raise TypeError(message)


def _refuse_doubled(caller: str, name: str, keys: pd.Index, wanted: str) -> None:
    if not keys.is_unique:
        twice = keys[keys.duplicated()].unique()
        raise ValueError(_message(caller, name, wanted, f"more than once {_named(twice)}"))


def _message(caller: str, name: str, wanted: str, got: str) -> str:
    return (
        f"The {name!r} parameter of {caller} must have {wanted}, each once, in any order. "
        f"Got {got} instead."
    )


def _named(keys: Iterable[Any]) -> str:
    """Return up to five keys as a list, and how many more there are."""
    names = [str(key) for key in keys]
    more = f" and {len(names) - NAMED_KEYS} more" if len(names) > NAMED_KEYS else ""
    return f"{names[:NAMED_KEYS]}{more}"
