"""Perturbation tables of the cell-key method: mean 0, exactly the variance asked for.

Row i is for a true count i: noise v in −min(i, D)..D with probabilities p that maximise −Σ p ln p
under Σ p = 1, Σ v p = 0, Σ v² p = V (`sozialraum.kernels.optimisation.entropy`); counts 1..js are
never produced; with `monotone`, p does not fall from the left end up to v = 0. References: Fraser &
Wooton (2006), Giessing (2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from sozialraum.kernels.optimisation.entropy import most_random

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PTable:
    """Noise and probabilities per true count; counts above the last row use the last row.

    Parameters
    ----------
    deviation, variance, smallest : D, V, js
    noise : per row the possible values of v
    probability : per row their probabilities
    """

    deviation: int
    variance: float
    smallest: int
    noise: tuple[Ints, ...]
    probability: tuple[Floats, ...]

    def row(self, count: int) -> tuple[Ints, Floats]:
        """Return noise and probabilities for a true count."""
        at = min(int(count), len(self.noise) - 1)
        return self.noise[at], self.probability[at]


def make_ptable(
    *,
    deviation: int,
    variance: float,
    smallest: int = 0,
    monotone: bool | Sequence[bool] = True,
) -> PTable:
    """Return the table for D = `deviation`, V = `variance`, js = `smallest`.

    Parameters
    ----------
    monotone : for all rows, or one value per row from i = 1

    Raises
    ------
    ValueError
        If a row cannot have the variance; the message names the range that it can have.

    Examples
    --------
    >>> table = make_ptable(deviation=2, variance=1.0)
    >>> table.noise[1].tolist(), table.probability[1].round(6).tolist()
    ([-1, 0, 1, 2], [0.375, 0.375, 0.125, 0.125])
    """
    last = deviation if smallest == 0 else deviation + smallest + 1
    tied = [monotone] * last if isinstance(monotone, bool) else list(monotone)
    noise, probability = [np.array([0])], [np.array([1.0])]
    for count in range(1, last + 1):
        values = possible_noise(count, deviation, smallest)
        found = most_random(values, variance, monotone=tied[count - 1])
        if found is None:
            low, high = feasible_variance(values, monotone=tied[count - 1])
            message = (
                f"The 'variance' parameter of make_ptable must be between {low:.4f} and {high:.4f} "
                f"for a count of {count} (deviation {deviation}). Got {variance} instead."
            )
            raise ValueError(message)
        noise.append(values)
        probability.append(found)
    return PTable(deviation, variance, smallest, tuple(noise), tuple(probability))


def possible_noise(count: int, deviation: int, smallest: int = 0) -> Ints:
    """Return the noise a count may get: no result below 0, none in 1..`smallest`."""
    every = range(-min(count, deviation), deviation + 1)
    return np.array([v for v in every if count + v == 0 or count + v > smallest])


def feasible_variance(values: Ints, *, monotone: bool = True) -> tuple[float, float]:
    """Return the smallest and largest variance that noise with mean 0 can have."""
    v = values.astype(float)
    chain = int(np.searchsorted(values, 0)) if monotone and 0 in values else 0
    order = np.eye(chain, v.size) - np.eye(chain, v.size, 1)
    ends = [
        scipy.optimize.linprog(
            sign * v**2, order if chain else None, np.zeros(chain) if chain else None,
            np.vstack([np.ones(v.size), v]), [1.0, 0.0],
        )
        for sign in (1.0, -1.0)
    ]  # fmt: skip
    if any(end.status != 0 for end in ends):
        return float("nan"), float("nan")
    return float(ends[0].fun), float(-ends[1].fun)
