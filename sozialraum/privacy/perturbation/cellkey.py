"""The cell-key method: the same group of persons gets the same noise in every table and every year.

Each record has a random key; the key of a cell is the sum of its records' keys modulo 2⁶⁴, and
chooses the noise from the perturbation table. Whole-number arithmetic makes the result independent
of order, machine and library: shuffled or split records give identical bits. A key belongs to the
noise v if ``low ≤ key < high`` of v's interval.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.privacy.perturbation.ptable import PTable

Keys = NDArray[np.uint64]
_SPAN = 2**64


def record_keys(secret: bytes, identifiers: Iterable[str]) -> Keys:
    """Return a 64-bit key per record: the first 8 bytes of HMAC-SHA-256 of its identifier.

    The secret must never leave the office; it is needed again next year, or noise differs between
    editions.

    Examples
    --------
    >>> record_keys(b"only for this example", ["a", "a", "b"]).dtype
    dtype('uint64')
    """
    digests = [hmac.digest(secret, name.encode(), hashlib.sha256)[:8] for name in identifiers]
    return np.array([int.from_bytes(digest, "big") for digest in digests], dtype=np.uint64)


def cell_keys(keys: Keys, cells: pd.Series) -> pd.DataFrame:
    """Return count and key of each cell.

    Parameters
    ----------
    keys : (n_records,) record keys
    cells : (n_records,) cell of each record; NaN = in none

    Returns
    -------
    Frame by cell, sorted: ``count`` (int64), ``key`` (uint64, sum modulo 2⁶⁴).

    Examples
    --------
    >>> keys = np.array([2**63, 2**63 + 5, 7], dtype=np.uint64)
    >>> cell_keys(keys, pd.Series(["C1", "C1", "C2"])).to_dict("index")
    {'C1': {'count': 2, 'key': 5}, 'C2': {'count': 1, 'key': 7}}
    """
    codes, names = pd.factorize(cells, sort=True)
    inside = codes >= 0
    total = np.zeros(len(names), np.uint64)
    np.add.at(total, codes[inside], np.asarray(keys, np.uint64)[inside])
    count = np.bincount(codes[inside], minlength=len(names))
    return pd.DataFrame({"count": count, "key": total}, index=pd.Index(names))


def perturb(cells: pd.DataFrame, table: PTable) -> pd.Series:
    """Return the counts with noise; zeros stay zeros.

    Parameters
    ----------
    cells : columns ``count`` and ``key``, as `cell_keys` returns them
    table : see `sozialraum.privacy.perturbation.ptable.make_ptable`
    """
    thresholds = [_thresholds(p) for p in table.probability]
    last = len(thresholds) - 1
    noisy = []
    for count, key in zip(cells["count"], cells["key"], strict=True):
        at = min(int(count), last)
        position = np.searchsorted(thresholds[at], np.uint64(key), side="right")
        noisy.append(int(count) + int(table.noise[at][position]))
    return pd.Series(noisy, index=cells.index, dtype="int64")


def _thresholds(probability: NDArray[np.float64]) -> Keys:
    """Return the upper ends of all intervals but the last, as whole keys."""
    ends = [int(Fraction(float(c)) * _SPAN) for c in np.cumsum(probability)[:-1]]
    return np.array([min(end, _SPAN - 1) for end in ends], dtype=np.uint64)


@dataclass(frozen=True)
class TrapReport:
    """What an attacker who knows the maximum noise D can be certain of."""

    small_zones: int
    certain: int


def known_deviation_attack(
    published: np.ndarray, true: np.ndarray, matrix: object, *, deviation: int, minimum: int
) -> TrapReport:
    """Count the zones with 1 to `minimum` - 1 persons that are provably so if D is known.

    Parameters
    ----------
    published, true : (n_rows,) counts with and without noise
    matrix : (n_rows, n_atoms) which atoms a row holds

    Notes
    -----
    The largest total of a zone that fits all published intervals is a linear programme; with D = 2
    zones are found, with D = 3 and more hardly any: publish no D, and choose it at least 3.
    """
    import scipy.sparse as sp
    from scipy.optimize import linprog

    rows = sp.csr_array(matrix)
    low = np.where(published > 0, np.maximum(published - deviation, 1), 0)
    high = np.where(published > 0, published + deviation, deviation)
    box = sp.vstack([rows, -rows])
    ends = np.concatenate([high, -low])
    small = np.flatnonzero((true >= 1) & (true < minimum))
    certain = 0
    for row in small:
        found = linprog(-rows[[row]].toarray()[0], box, ends, method="highs")
        certain += found.status == 0 and -found.fun < minimum - 1e-6
    return TrapReport(small.size, certain)
