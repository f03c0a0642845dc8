"""Noise in place of windows: the cell-key method through the same door.

A cell's key is the sum of its units' coefficients, each as often as persons were counted there: the
same persons have the same noise in every table and every year. The coefficients are made under the
secret of the office; without one, whoever runs the program could take the noise off again.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.model.errors import ConfigError
from sozialraum.model.protected import Recoded
from sozialraum.privacy.case_counts import Columns, Floats, Places
from sozialraum.privacy.links import coefficients
from sozialraum.privacy.ptable import PTable, make_ptable
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import problem

_SPREAD = 8  # coefficients have 61 bits, cell keys 64
_SPAN = 2**64


@dataclass(frozen=True, eq=False, repr=False)
class Noise:
    """Adds noise to counts.

    Parameters
    ----------
    coefficient : (n_units,) under the secret of the office
    table : of the noise
    """

    coefficient: np.ndarray
    table: PTable

    def recode(self, columns: Columns, n: int, place: Places, x: Floats, b: Floats) -> Recoded:
        """Return counts with noise, and the ends between which the true ones lie."""
        keys = np.zeros(len(place.keys), dtype=np.uint64)
        inside = place.code >= 0
        counted = np.rint(columns.cases[inside, n]).astype(np.uint64)
        with np.errstate(over="ignore"):
            weighed = self.coefficient[inside] * counted
            np.add.at(keys, place.code[inside], weighed)
        cells = pd.DataFrame({"count": x.astype(np.int64), "key": keys})
        noisy = np.clip(perturb(cells, self.table).to_numpy(float), 0.0, b)
        deviation = self.table.deviation
        low, high = np.maximum(noisy - deviation, 0.0), np.minimum(noisy + deviation, b)
        return Recoded(noisy, low, high)


def refuse_noise(rules: DisclosureRules, *, keyed: bool) -> None:
    """Refuse noise that has no secret of the office (`keyed`), or is smaller than the minimum.

    Raises
    ------
    ConfigError
    """
    if rules.noise and not keyed:
        raise ConfigError(problem("privacy.noise_without_key"))
    if rules.noise and rules.deviation < rules.k:  # a 1 shown as 0 could be up to the deviation
        raise ConfigError(
            problem("privacy.noise_too_small", expected=rules.k, found=rules.deviation)
        )


def noise_of(rules: DisclosureRules, columns: Columns, secret: bytes | None) -> Noise | None:
    """Return the noise that the rules ask for; None where they recode into windows.

    Raises
    ------
    ConfigError
        If there is no secret of the office, or the noise is smaller than the minimum.
    """
    if not rules.noise:
        return None
    refuse_noise(rules, keyed=secret is not None)
    assert secret is not None
    own = hmac.digest(secret, b"noise", hashlib.sha256)
    coefficient = coefficients(own, columns.units).astype(np.uint64) * np.uint64(_SPREAD)
    table = make_ptable(deviation=rules.deviation, variance=rules.variance)
    return Noise(coefficient, table)


def perturb(cells: pd.DataFrame, table: PTable) -> pd.Series:
    """Return the counts with noise; zeros stay zeros.

    Parameters
    ----------
    cells : columns ``count`` and ``key`` (uint64); a key belongs to the noise v if it lies in the
        interval of v, lower end included
    table : see `sozialraum.privacy.ptable.make_ptable`
    """
    thresholds = [_thresholds(p) for p in table.probability]
    last = len(thresholds) - 1
    noisy = []
    for count, key in zip(cells["count"], cells["key"], strict=True):
        at = min(int(count), last)
        position = np.searchsorted(thresholds[at], np.uint64(key), side="right")
        noisy.append(int(count) + int(table.noise[at][position]))
    return pd.Series(noisy, index=cells.index, dtype="int64")


def _thresholds(probability: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return the upper ends of all intervals but the last, as whole keys."""
    ends = [int(Fraction(float(c)) * _SPAN) for c in np.cumsum(probability)[:-1]]
    return np.array([min(end, _SPAN - 1) for end in ends], dtype=np.uint64)
