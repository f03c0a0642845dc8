"""Numbers per area as bytes: half of what their digits take, and read only when asked for.

A column of whole numbers is told as its least number and, per value, what lies above that, plus
one; 0 is "none". All lowest bytes come first, then all second ones: alike beside alike deflates
best. Contributions mostly follow their values along a line: of them only what lies beside it is
told. Nothing is lost: a page reads the very numbers that were given.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

import numpy as np

_MOST_DIGITS = 6
_NUMBERS = {int, float, type(None)}
_FOLLOWS = {"parts": "values"}  # lists of whole numbers beside each other


def outside(
    data: Mapping[str, Any], *, least: int = 200
) -> tuple[Any, list[dict[str, Any]], bytes]:
    r"""Return `data` without its columns, where they stood and how they are told, and their bytes.

    Parameters
    ----------
    data : plain values
    least : a list of so many numbers, or of so many equally long lists of numbers, is a column

    Returns
    -------
    The rest of the data with None for each column. Per column ``to`` (the way to its place) and
    its ``parts`` of ``at`` (first byte), ``n`` values of ``size`` bytes each, ``least`` and
    ``digits`` (value = whole number / 10 ** digits). ``rows``: its parts stand side by side.
    ``rings``: shapes, see `encode_areas`. ``along``: a number of ``line`` = (x, y, slope) and the
    column it follows, to which floor(y + slope * (its value - x) + 0.5) is added, or y where it
    has none. The bytes.

    Examples
    --------
    >>> rest, columns, numbers = outside({"keys": ["a", "b"], "rank": [2, None]}, least=2)
    >>> rest, columns[0]["to"], numbers
    ({'keys': ['a', 'b'], 'rank': None}, ['rank'], b'\x01\x00')
    """
    columns: list[dict[str, Any]] = []
    numbers = bytearray()

    def without(node: Any, way: list[str | int], above: Any) -> Any:
        told = isinstance(node, list) and len(node) >= least
        if told and (found := _column(node, way, above, numbers)):
            columns.append({"to": way, **found})
            return None
        if isinstance(node, dict):
            return {k: without(v, [*way, k], node) for k, v in node.items()}
        if isinstance(node, list) and any(isinstance(one, list | dict) for one in node[:1]):
            return [without(v, [*way, i], above) for i, v in enumerate(node)]
        return node

    return without(data, [], data), columns, bytes(numbers)


def _column(
    node: list[Any], way: list[str | int], above: Any, numbers: bytearray
) -> dict[str, Any] | None:
    """Return how a list is told as bytes, and add them; None where it is no column.

    `above` is the nearest mapping around it.
    """
    if way[-1] == "shapes":
        return _shapes(node, numbers)
    if set(map(type, node)) == {list}:
        return _rows(node, numbers)
    if (found := _whole(node)) is None:
        return None
    line, follows = None, _followed(way, above)
    if follows is not None:
        line, found = _beside(found, follows)
    told = {"parts": [_bytes(*found, numbers)]}
    return told | (
        {"along": [*way[:-2], _FOLLOWS[str(way[-2])], way[-1]]} | {"line": line} if line else {}
    )


def _followed(way: list[str | int], above: Any) -> list[Any] | None:
    """Return the column a column follows; None where it follows none."""
    if len(way) < 2 or not isinstance(way[-1], int) or not isinstance(above, dict):
        return None
    lists = above.get(_FOLLOWS.get(str(way[-2]), ""))
    if not isinstance(lists, list) or way[-1] >= len(lists):
        return None
    return lists[way[-1]] if isinstance(lists[way[-1]], list) else None


def _rows(rows: list[Any], numbers: bytearray) -> dict[str, Any] | None:
    wide = {len(row) for row in rows}
    columns = [_whole(list(one)) for one in zip(*rows, strict=True)] if len(wide) == 1 else []
    told = [one for one in columns if one is not None]
    if not told or len(told) < len(columns):
        return None
    return {"rows": True, "parts": [_bytes(*one, numbers) for one in told]}


def _shapes(shapes: list[Any], numbers: bytearray) -> dict[str, Any]:
    """Tell rings per area, points per ring, and all steps to the east and to the north."""
    rings = [ring for area in shapes for part in area for ring in part]
    steps = np.fromiter(chain.from_iterable(rings), dtype=float)
    counts = np.array([sum(map(len, area)) for area in shapes], dtype=float)
    lengths = np.array([len(ring) // 2 for ring in rings], dtype=float)
    parts = (counts, lengths, steps[::2], steps[1::2])
    return {"rings": True, "parts": [_bytes(one, 0, numbers) for one in parts]}


def _whole(values: list[Any]) -> tuple[np.ndarray, int] | None:
    """Return values times a power of ten, NaN for None, and which; None where none makes them so.

    Examples
    --------
    >>> _whole([0.25, None, 3]), _whole([1 / 3])
    ((array([ 25.,  nan, 300.]), 2), None)
    """
    if not set(map(type, values)) <= _NUMBERS:
        return None
    given = np.array(values, dtype=float)
    known = given[np.isfinite(given)]
    for digits in range(_MOST_DIGITS + 1):
        unit = 10.0**digits
        if np.array_equal(np.round(known * unit) / unit, known):
            return np.round(given * unit), digits
    return None


def _beside(
    found: tuple[np.ndarray, int], follows: list[Any]
) -> tuple[list[float] | None, tuple[np.ndarray, int]]:
    """Return a line through the ends of a column over another, and what lies beside the line.

    The line is drawn through whole numbers, so every machine draws the same. No line where the
    column is not the simpler for it.
    """
    whole, digits = found
    other = _whole(follows)
    if digits or other is None or other[1] or len(other[0]) != len(whole):
        return None, found
    both = np.flatnonzero(np.isfinite(whole) & np.isfinite(other[0]))
    if not both.size:
        return None, found
    first, last = both[other[0][both].argmin()], both[other[0][both].argmax()]
    wide = other[0][last] - other[0][first]
    slope = (whole[last] - whole[first]) / wide if wide else 0.0
    x, y = float(other[0][first]), float(whole[first])
    steps = np.where(np.isfinite(other[0]), other[0] - x, 0.0)
    beside = whole - np.floor(y + slope * steps + 0.5)
    if _span(beside) >= _span(whole):
        return None, found
    return [x, y, float(slope)], (beside, 0)


def _span(whole: np.ndarray) -> float:
    known = whole[np.isfinite(whole)]
    return float(known.max() - known.min())


def _bytes(whole: np.ndarray, digits: int, numbers: bytearray) -> dict[str, int]:
    """Add a column of whole numbers to the bytes, and return where and how it stands there."""
    known = np.isfinite(whole)
    least = int(whole[known].min()) if known.any() else 0
    above = np.where(known, whole - least + 1, 0).astype("<u8")
    size = max(1, (int(above.max(initial=0)).bit_length() + 7) // 8)
    at = len(numbers)
    numbers += above.view(np.uint8).reshape(-1, 8)[:, :size].T.tobytes()
    return {"at": at, "n": len(whole), "size": size, "least": least, "digits": digits}
