"""Which columns hold the same counts, or sums of each other's: found by fingerprints.

A fingerprint of a column is ``F(x) = Σ c_u · x_u mod 2⁶¹ − 1`` with one coefficient per unit, made
from its key under a secret of the office. It knows no name, order of rows or date, and it is
linear: F(a) + F(b) = F(a + b). So renamed, copied, summed and subtracted columns are found again
although no count is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

PRIME = (1 << 61) - 1
MOST_COLUMNS = 3
MOST_FACTOR = 10_000
_HALF = 30
Ints = NDArray[np.int64]
Relation = tuple[tuple[str, int], ...]


def coefficients(secret: bytes, units: Iterable[object]) -> Ints:
    """Return one coefficient per unit, from its key alone."""
    found = [
        int.from_bytes(hmac.digest(secret, str(unit).encode(), hashlib.sha256)[:8], "big") % PRIME
        for unit in units
    ]
    return np.array(found, dtype=np.int64)


def fingerprints(coefficient: Ints, counts: NDArray[np.float64]) -> list[int]:
    """Return the fingerprint of every column of (n_units, n_columns) counts.

    Unknown counts (NaN) weigh nothing, fractional ones are rounded first. Coefficients are split
    into halves of 30 and 31 bits, so that sums of persons stay exact in 64-bit integers.

    Examples
    --------
    >>> c = np.array([3, 5, 7])
    >>> fingerprints(c, np.array([[2.0, 1.0, 3.0], [0.0, 4.0, 4.0], [1.0, 0.0, 1.0]]))
    [13, 23, 36]
    """
    whole = np.rint(np.nan_to_num(counts)).astype(np.int64)
    below = (coefficient & ((1 << _HALF) - 1)) @ whole
    above = (coefficient >> _HALF) @ whole
    return [
        (int(high) * (1 << _HALF) + int(low)) % PRIME
        for high, low in zip(above, below, strict=True)
    ]


def divided(value: int, counts: NDArray[np.float64]) -> list[int]:
    """Return the fingerprints of a column divided by what divides its counts, itself first.

    So a column is found again that was multiplied with a number. Of the divisors those up to
    `MOST_FACTOR` are tried, and what they leave.

    Parameters
    ----------
    value : the fingerprint of the column
    counts : the column, (n_units,); NaN weighs nothing

    Examples
    --------
    >>> divided(600, np.array([300.0, 0.0, 50.0, np.nan]))
    [600, 300, 120, 60, 24, 12]
    """
    whole = np.rint(np.nan_to_num(counts)).astype(np.int64)
    factor = int(np.gcd.reduce(whole, initial=0))
    last = min(math.isqrt(factor), MOST_FACTOR)
    small = [n for n in range(1, last + 1) if factor % n == 0] or [1]
    divisors = sorted({*small, *(factor // n for n in small if factor)})
    return [value * pow(n, -1, PRIME) % PRIME for n in divisors]


class Finder:
    """Finds what a new fingerprint is the sum or difference of, among those added so far.

    Parameters
    ----------
    most : columns a relation may have at most, 1 to 3
    """

    def __init__(self, most: int = MOST_COLUMNS) -> None:
        self._most = most
        self._names: list[str] = []
        self._values: list[int] = []
        self._sums = np.zeros(0, dtype=np.int64)
        self._pairs = np.zeros((0, 2), dtype=np.int64)

    def add(self, name: str, value: int) -> None:
        """Add a known fingerprint; one of a column of zeros is no help and is left out."""
        if value % PRIME:
            if self._most == MOST_COLUMNS:
                self._add_pairs(value % PRIME)
            self._names.append(name)
            self._values.append(value % PRIME)

    def find(self, value: int) -> Relation | None:
        """Return ((name, ±1), …) of as few columns as possible; None where there is none.

        A column of zeros is no relation: nothing is told of it by others.
        """
        target = value % PRIME
        if not target or not self._names:
            return None
        signed = self._signed()
        for search in (self._one, self._two, self._three)[: self._most]:
            found = search(target, signed)
            if found is not None:
                return tuple(sorted((self._names[i], s) for i, s in found))
        return None

    def _signed(self) -> Ints:
        values = np.array(self._values, dtype=np.int64)
        return np.concatenate([values, PRIME - values])

    def _column(self, position: int) -> tuple[int, int]:
        n = len(self._names)
        return position % n, 1 if position < n else -1

    def _one(self, target: int, signed: Ints) -> list[tuple[int, int]] | None:
        at = np.flatnonzero(signed == target)
        return [self._column(int(at[0]))] if at.size else None

    def _two(self, target: int, signed: Ints) -> list[tuple[int, int]] | None:
        rest = (target - signed) % PRIME
        order = np.argsort(signed, kind="stable")
        place = np.searchsorted(signed[order], rest)
        hit = (place < order.size) & (signed[order[np.minimum(place, order.size - 1)]] == rest)
        for first in np.flatnonzero(hit):
            pair = [self._column(int(first)), self._column(int(order[place[first]]))]
            if pair[0][0] != pair[1][0]:
                return pair
        return None

    def _three(self, target: int, signed: Ints) -> list[tuple[int, int]] | None:
        rest = (target - signed) % PRIME
        first = np.searchsorted(self._sums, rest)
        last = np.searchsorted(self._sums, rest, side="right")
        for third in np.flatnonzero(first < last):
            own = self._column(int(third))
            for position in range(first[third], last[third]):
                i, j = (self._of_sign(int(p)) for p in self._pairs[position])
                if len({own[0], i[0], j[0]}) == MOST_COLUMNS:
                    return [own, i, j]
        return None

    def _add_pairs(self, value: int) -> None:
        """Add the sums of a new column with all others, in order; columns as ±(place + 1)."""
        n, signed = len(self._names), self._signed()
        if not n:
            return
        places = np.concatenate([np.arange(1, n + 1), -np.arange(1, n + 1)])
        sums = np.concatenate([(signed + value) % PRIME, (signed + PRIME - value) % PRIME])
        pairs = np.column_stack([np.tile(places, 2), np.repeat([n + 1, -n - 1], 2 * n)])
        order = np.argsort(sums, kind="stable")
        at = np.searchsorted(self._sums, sums[order])
        self._sums = np.insert(self._sums, at, sums[order])
        self._pairs = np.insert(self._pairs, at, pairs[order], axis=0)

    def _of_sign(self, place: int) -> tuple[int, int]:
        return abs(place) - 1, 1 if place > 0 else -1


def keys_digest(keys: Iterable[object]) -> str:
    """Return the content hash of a set of keys, whatever their order."""
    return hashlib.sha256("\n".join(sorted(str(key) for key in keys)).encode()).hexdigest()
