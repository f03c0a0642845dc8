"""Where an index is cut: inner class limits from the sorted values of the areas."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sozialraum.kernels.arrays import as_kernel_array
from sozialraum.kernels.jenks import natural_breaks
from sozialraum.model.errors import DataError
from sozialraum.texts import problem

Values = NDArray[np.float64]


def ends(x: Values, lower: float | None, upper: float | None) -> tuple[float, float]:
    """Return the ends of the range that is cut: those stated, else those of the data."""
    return (float(x.min()) if lower is None else lower, float(x.max()) if upper is None else upper)


def equal_widths(low: float, high: float, k: int) -> Values:
    """Return limits of k classes of one width."""
    return low + (high - low) * np.arange(1, k) / k


def jenks(x: Values, k: int) -> Values:
    """Return limits with the smallest squared deviation within k classes."""
    distinct, counts = np.unique(x, return_counts=True)
    # Centred: sums of squares of 32 000 ± 5 would lose the ± 5 in their last digits.
    centred = distinct - x.mean()
    first = natural_breaks(as_kernel_array(centred), as_kernel_array(counts), k)
    return _between(distinct[first - 1], distinct[first])


def ntile(x: Values, k: int, shares: Sequence[float] | None, larger: str) -> Values:
    """Return limits of k groups, as large as each other or as stated; see `classes.fit_breaks`."""
    if shares is None:
        sizes = np.full(k, len(x) // k) + (np.arange(k) < len(x) % k)
        first = np.cumsum(sizes if larger == "low" else sizes[::-1])[:-1]
    else:
        first = np.floor(np.asarray(cumulated(shares)) * len(x) + 0.5).astype(int)
    return np.sort(x)[np.minimum(first, len(x) - 1)]


def cumulated(shares: Sequence[float]) -> list[float]:
    """Return the part of all below each limit."""
    # To twelve digits: 0.5 + 0.2 + 0.1 + 0.1 is a little less than 0.9 in a computer.
    return [round(float(at), 12) for at in np.cumsum(shares)[:-1]]


def top_share(x: Values, k: int, share: float, top: str) -> tuple[Values, bool]:
    """Return limits with a share of the areas in one end class, and the edge rule."""
    ordered = np.sort(x if top == "high" else -x)
    place = len(x) - max(1, int(np.floor(share * len(x) + 0.5)))
    limit = ordered[place]
    rest = ordered[ordered < limit]
    if not len(rest):
        raise DataError(problem("index.too_few_values", found=1, k=k))
    inner = np.append(equal_widths(rest[0], rest[-1], k - 1), limit)
    return (inner, False) if top == "high" else (-inner[::-1], True)


def _between(below: Values, above: Values) -> Values:
    """Return limits halfway, never equal to the value below, so that both edge rules cut alike."""
    middle = below + (above - below) / 2
    return np.where(middle > below, middle, above)
