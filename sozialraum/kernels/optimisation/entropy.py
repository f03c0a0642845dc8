"""The distribution of largest entropy with mean 0 and a given variance, over a few whole numbers.

Probabilities maximise −Σ p ln p under Σ p = 1, Σ v p = 0, Σ v² p = V, and with `monotone` do not
fall from the left end up to v = 0. The optimum is ``p ∝ exp(a + b v + c v²)`` on groups of
neighbours that the monotone condition ties together; Newton's method finds a, b, c, the signs of
the multipliers decide the groups.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_MOMENT = 1e-12
_TIE = 1e-11


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
