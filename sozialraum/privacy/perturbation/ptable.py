"""Perturbation tables of the cell-key method: mean 0, exactly the variance asked for.

Row i is for a true count i: noise v in −min(i, D)..D with probabilities p that maximise −Σ p ln p
under Σ p = 1, Σ v p = 0, Σ v² p = V; counts 1..js are never produced; with `monotone`, p does not
fall from the left end up to v = 0. References: Fraser & Wooton (2006), Giessing (2016). The optimum
is ``p ∝ exp(a + b v + c v²)`` on groups of neighbours that the monotone condition ties together;
Newton's method finds a, b, c, the signs of the multipliers decide the groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_MOMENT = 1e-12
_TIE = 1e-11


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


def most_random(values: Ints, variance: float, *, monotone: bool = True) -> Floats | None:
    """Return the probabilities of largest entropy; None if there are none with this variance."""
    chain = int(np.searchsorted(values, 0)) if monotone and 0 in values else 0
    tied = np.zeros(chain, bool)  # tied[j]: p[j] = p[j + 1]
    for _ in range(4 * chain + 2):
        solution = _exponential(_groups(tied, values.size), values.astype(float), variance)
        if solution is None:
            return _by_trying_all(values, variance, chain)
        probability, score = solution
        falling = probability[:chain] > probability[1 : chain + 1] + _TIE
        loose = tied & (_multipliers(probability, score, tied) < -1e-9)
        if not falling.any() and not loose.any():
            return probability
        tied = (tied & ~loose) | falling
    return _by_trying_all(values, variance, chain)


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


def _groups(tied: NDArray[np.bool_], size: int) -> Ints:
    """Return the group number of each value; tied neighbours share one."""
    joined = np.zeros(size, bool)
    joined[1 : tied.size + 1] = tied
    return np.cumsum(~joined) - 1


def _exponential(groups: Ints, v: Floats, variance: float) -> tuple[Floats, Floats] | None:
    """Return ``p = exp(a + b v + c v²)``, averaged in groups, that meets the moments; its score."""
    size = np.bincount(groups).astype(float)
    moments = np.column_stack(
        [np.ones(size.size), np.bincount(groups, v) / size, np.bincount(groups, v**2) / size]
    )
    goal = np.array([1.0, 0.0, variance])
    theta = np.array([-np.log(v.size), 0.0, 0.0])

    def dual(at: Floats) -> float:
        return float(size @ np.exp(np.minimum(moments @ at, 700.0)) - goal @ at)

    for _ in range(100):
        weight = size * np.exp(np.minimum(moments @ theta, 700.0))
        slope = moments.T @ weight - goal
        if np.abs(slope).max() < 1e-15:
            break
        try:
            step = np.linalg.solve(moments.T @ (moments * weight[:, None]), slope)
        except np.linalg.LinAlgError:
            return None
        # So near the optimum the dual is flat to the last digit: full steps, no search.
        length, here = 1.0, dual(theta)
        near = slope @ step < 1e-9
        while not near and dual(theta - length * step) > here - 1e-4 * length * (slope @ step):
            length /= 2
        theta = theta - length * step
        if np.abs(theta).max() > 1e4:
            return None
    probability = np.exp(np.minimum(moments @ theta, 700.0))
    if np.abs(moments.T @ (size * probability) - goal).max() > _MOMENT:
        return None
    return probability[groups], np.column_stack([np.ones(v.size), v, v**2]) @ theta


def _multipliers(probability: Floats, score: Floats, tied: NDArray[np.bool_]) -> Floats:
    """Return the multiplier of each tie p[j] ≤ p[j + 1]; a negative one wants the tie undone.

    Stationarity: −ln p[j] + score[j] = m[j] − m[j − 1], with m = 0 at the ends of a group.
    """
    pull = score - np.log(probability)
    found = np.zeros(tied.size)
    running = 0.0
    for j in range(tied.size):
        running = running + pull[j] if tied[j] else 0.0
        found[j] = running
    return found


def _by_trying_all(values: Ints, variance: float, chain: int) -> Floats | None:
    """Return the best over all sets of ties, for rows where step-wise tying does not settle."""
    best, found = -np.inf, None
    for mask in range(2**chain):
        tied = np.array([(mask >> j) & 1 for j in range(chain)], bool)
        solution = _exponential(_groups(tied, values.size), values.astype(float), variance)
        if solution is None:
            continue
        p = solution[0]
        if (p[:chain] > p[1 : chain + 1] + _TIE).any():
            continue
        entropy = -(p * np.log(np.maximum(p, 1e-300))).sum()
        if entropy > best + 1e-13:
            best, found = entropy, p
    return found
