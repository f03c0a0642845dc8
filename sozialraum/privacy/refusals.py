"""Whether the refusal of a table would itself tell something: from public figures alone.

A table with a window of few persons is told unless its counts lie too close to the low ends of
their windows: the exact total less all of them leaves fewer than `least_room` persons. Likewise
one with a window of few others, and the high ends. All that follows from what is told. Who runs
the program knows of a refused table that its counts are among those that lie so close. That tells
nothing of an area in which some of them have enough cases and enough others. Where none has, the
table is refused whatever its counts are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.model.protected import Partition
from sozialraum.privacy.case_counts import Floats
from sozialraum.privacy.recoding import smallest_base, windows

# in minima: among many areas such totals can be reached in many ways
MANY_WAYS = 8
_CLOSE = 1e-6
Windows = tuple[tuple[int, int], ...]
_windows = lru_cache(maxsize=4096)(windows)


def least_room(base: ArrayLike, k: int) -> NDArray[np.int64]:
    """Return the persons that must be free between all counts and the ends of their windows.

    `k`, and twice as many where an area of which nothing is told has as many.

    Parameters
    ----------
    base : (n_areas,) or (n_areas, n_columns) persons
    k : smallest number of persons that may be told
    """
    persons = np.rint(np.asarray(base, float))
    untold = ((persons >= k) & (persons < smallest_base(k))).any(axis=0)
    return np.where(untold, 2 * k, k)


def refuses(low: Floats, high: Floats, base: Floats, total: Floats, k: int) -> NDArray[np.bool_]:
    """Return which tables of one set of areas are refused.

    Parameters
    ----------
    low, high, base : (n_areas, n_tables) ends of the windows, 0 and the base where nothing is told
    total : (n_tables,) exact totals
    k : smallest number of persons that may be told
    """
    least = least_room(base, k) - _CLOSE
    few = ((low < k) & (high > 0)).any(axis=0)
    few_others = ((base - high < k) & (base > low)).any(axis=0)
    near_low, near_high = total - low.sum(axis=0) < least, high.sum(axis=0) - total < least
    return (few & near_low) | (few_others & near_high)


def refusal_discloses(base: ArrayLike, total: float, others: float, partition: Partition) -> bool:
    """Tell whether a refusal would tell something of few persons, by bases and totals alone.

    Parameters
    ----------
    base : (n_areas,) persons, above 0
    total, others : persons counted, and those not counted; infinite where they are no group
    partition : how the counts are grouped

    Examples
    --------
    >>> refusal_discloses([60, 70, 80], 100, 110, Partition(5, 11, "suppress"))
    False
    >>> refusal_discloses([12, 70, 80], 11, 151, Partition(5, 11, "suppress"))
    True
    """
    persons, k = np.rint(np.asarray(base, float)).astype(int), partition.minimum
    if persons.size >= 4 * k and min(total, others) >= MANY_WAYS * k:
        return False
    told = [_windows(b, k, partition.width, partition.zeros) for b in persons.tolist()]
    mirrored = [
        tuple((own[-1][1] - high, own[-1][1] - low) for low, high in own[::-1]) for own in told
    ]
    possible, enough = False, np.zeros(persons.size, bool)
    for number, areas in sorted([(total, told), (others, mirrored)], key=lambda side: side[0]):
        if number < np.inf:
            any_counts, own = _near_low_ends(areas, int(number), int(least_room(persons, k)), k)
            possible, enough = possible or any_counts, enough | own
        if enough.all():
            return False
    return possible


def _near_low_ends(
    areas: Sequence[Windows], total: int, room: int, k: int
) -> tuple[bool, NDArray[np.bool_]]:
    """Return whether any counts of a total lie near all low ends; per area whether enough can.

    Sums are bits of whole numbers: bit n of ``before[i]`` is set where low ends of the areas before
    i can add up to n, bit n of `after` where those after i leave n, and fewer than `room` persons;
    first whatever the windows, then with a window of few persons among them.
    """
    every, before = (1 << (total + 1)) - 1, [(1, 0)]
    for own in areas:
        any_sums, few = _with(before[-1], own, k, sign=1)
        before.append((any_sums & every, few & every))
    untold = [own[0][1] for own in areas if len(own) == 1]
    least = min(k, max(untold, default=0))
    rest = bool(before[-1][1] & _bits(total, range(least, room)))
    after = _bits(total, range(room)), 0
    possible, enough = bool(before[-1][1] & after[0]), np.zeros(len(areas), bool)
    for i in reversed(range(len(areas))):
        own = areas[i]
        middle = [low for low in _lows(own) if k <= low <= own[-1][1] - k]
        any_sums, few = (_shifted(sums, middle) for sums in before[i])
        enough[i] = rest if len(own) == 1 else bool(few & after[0] | any_sums & after[1])
        after = _with(after, own, k, sign=-1)
    return possible, enough


def _with(sums: tuple[int, int], own: Windows, k: int, *, sign: int) -> tuple[int, int]:
    """Return sums with one area more: whatever its window, and with a window of few persons."""
    lows = [sign * low for low in _lows(own)]
    of_few = [sign * low for low, high in own if low < k and high > 0]
    return _shifted(sums[0], lows), _shifted(sums[1], lows) | _shifted(sums[0], of_few)


def _lows(own: Windows) -> list[int]:
    return [0] if len(own) == 1 else [low for low, _ in own]


def _shifted(sums: int, steps: Iterable[int]) -> int:
    found = 0
    for step in steps:
        found |= sums << step if step >= 0 else sums >> -step
    return found


def _bits(total: int, free: Iterable[int]) -> int:
    return sum(1 << (total - n) for n in free if n <= total)
