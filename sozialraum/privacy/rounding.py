"""Rounding of shares, so coarse that a share and a known base never give the count back.

A share published to 0.1 % with a base below 1,000 *is* the count. The step is chosen from the base
alone, never from the value: a step that depended on the value would itself tell something about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from sozialraum.model import Indicator
from sozialraum.model.alignment import aligned_tables
from sozialraum.model.units import share_factors

STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
_SAFE_BASE = 100_000  # above it any step of 0.001 holds a hundred counts


@lru_cache(maxsize=65_536)
def rounding_grid(
    base: int, *, minimum: int = 5, candidates: int = 3
) -> tuple[float, int, int] | None:
    """Return the finest safe step for shares of `base` persons, its lowest and highest multiple.

    An attacker knows the base and the rule (at least `minimum` counted, at least `minimum` not
    counted). The step is the smallest of `STEPS` for which every published multiple stands for at
    least `candidates` whole counts. At both ends multiples with fewer counts are drawn to their
    neighbour, and a counted share never becomes 0 or 1.

    Returns
    -------
    step, lowest multiple, highest multiple; None where no step is coarse enough.

    Examples
    --------
    >>> rounding_grid(100), rounding_grid(1000), rounding_grid(12)
    ((0.05, 1, 19), (0.005, 1, 199), None)
    """
    counts = np.arange(max(minimum, 1), base - max(minimum, 1) + 1)
    if counts.size < candidates:
        return None
    if base > _SAFE_BASE:
        return STEPS[0], 1, round(1 / STEPS[0]) - 1
    for step in STEPS:
        if step * base < candidates - 1:
            continue
        ends = _safe_ends(counts, base, step, candidates)
        if ends is not None:
            return step, *ends
    return None


def _safe_ends(
    counts: np.ndarray, base: int, step: float, candidates: int
) -> tuple[int, int] | None:
    multiple = np.clip(_nearest(counts / base, step), 1, round(1 / step) - 1)
    size = np.bincount(multiple)
    up, down = np.cumsum(size), np.cumsum(size[::-1])[::-1]
    low, high = (
        int(np.argmax(up >= candidates)),
        int(size.size - 1 - np.argmax(down[::-1] >= candidates)),
    )
    inner = size[low + 1 : high]
    enough = counts.size >= candidates if low >= high else bool((inner >= candidates).all())
    if not enough:
        return None
    return (low, high) if low <= high else (high, high)


def _nearest(share: np.ndarray, step: float) -> np.ndarray:
    """Return the nearest multiple; halves go up, whatever the binary fraction of the step."""
    return np.floor(np.round(share / step, 9) + 0.5).astype(int)


def round_shares(
    share: pd.DataFrame,
    base: pd.DataFrame,
    *,
    indicators: Sequence[Indicator] | None = None,
    minimum: int = 5,
    candidates: int = 3,
) -> pd.DataFrame:
    """Round each share to the step that its base allows.

    Parameters
    ----------
    share : (n_areas, n_indicators), shares in 0..1, or in the notation of the indicators (values of
        `compute_indicators` carry it); NaN stays NaN; a counted 0 stays 0
    base : same shape, persons; fractions of persons (moved counts) are rounded to whole ones
    indicators : whose units the shares have; None = what the frame says itself, else shares
    minimum, candidates : see `rounding_grid`

    Returns
    -------
    Rounded shares in their own units; NaN where no step is coarse enough, or the base is unknown.

    Raises
    ------
    ValueError
        If keys differ, or a value is no share of persons.

    Examples
    --------
    >>> round_shares(pd.DataFrame({"a": [17 / 53, 5 / 753]}), pd.DataFrame({"a": [53, 753]}))
          a
    0  0.30
    1  0.01
    """
    share, base = aligned_tables("round_shares", share=share, base=base)
    factors = share_factors("round_shares", "share", share, indicators).to_numpy()
    shares, bases = share.to_numpy(dtype=float) / factors, base.to_numpy(dtype=float)
    rounded = np.full(shares.shape, np.nan)
    for cell in zip(*np.nonzero(~np.isnan(shares) & (bases > 0)), strict=True):
        rounded[cell] = _rounded(shares[cell], bases[cell], minimum, candidates)
    rounded = np.where(factors == 1, rounded, (rounded * factors).round(6))
    return pd.DataFrame(rounded, index=share.index, columns=share.columns)


def _rounded(share: float, base: float, minimum: int, candidates: int) -> float:
    if share == 0:
        return 0.0
    grid = rounding_grid(round(base), minimum=minimum, candidates=candidates)
    if grid is None:
        return float("nan")
    step, low, high = grid
    multiple = int(np.clip(_nearest(np.array(share), step), low, high))
    return round(multiple * step, 3)


def count_window(
    shown: float, base: float, *, minimum: int = 5, candidates: int = 3
) -> tuple[float, float]:
    """Return the smallest and largest count that a published share stands for.

    Examples
    --------
    >>> count_window(0.3, 53), count_window(0.0, 53)
    ((14.0, 18.0), (0.0, 0.0))
    """
    persons = round(base)
    grid = rounding_grid(persons, minimum=minimum, candidates=candidates)
    if shown == 0 or grid is None:
        return shown * persons, shown * persons
    step, lowest, highest = grid
    multiple = round(shown / step)
    low = np.ceil(round((multiple - 0.5) * step * persons, 6))
    high = np.ceil(round((multiple + 0.5) * step * persons, 6)) - 1
    return (
        float(minimum if multiple <= lowest else low),
        float(persons - minimum if multiple >= highest else high),
    )
