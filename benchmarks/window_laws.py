"""The laws that windows of counts keep for every base, checked on all counts at once."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sozialraum.model.protected import Partition
from sozialraum.privacy.recoding import recode, smallest_base

WIDTHS, ZEROS = (1, 3, 5, 9), ("show", "suppress")
Floats = NDArray[np.float64]


def every_count(bases: Iterable[int]) -> tuple[Floats, Floats]:
    """Return all counts of all bases, one after the other: x and b."""
    sizes = np.array(list(bases))
    b = np.repeat(sizes, sizes + 1)
    ends = np.cumsum(sizes + 1)
    x = np.arange(b.size) - np.repeat(ends - sizes - 1, sizes + 1)
    return x.astype(float), b.astype(float)


def broken_laws(x: Floats, b: Floats, k: int) -> list[str]:
    """Return the laws that some window breaks: none, or something is told of few persons."""
    found = []
    for width, zeros in itertools.product(WIDTHS, ZEROS):
        for law, kept in _laws(x, b, k, width, zeros).items():
            if not kept:
                found.append(f"{law}: k={k}, width={width}, zeros={zeros}")
    return found


def _laws(x: Floats, b: Floats, k: int, width: int, zeros: str) -> dict[str, bool]:
    window = recode(x, b, Partition(k, width, zeros))
    low, high = window.low, window.high
    same = b[1:] == b[:-1]
    stays = (low[1:] == low[:-1]) & (high[1:] == high[:-1])
    begins = (low[1:] == x[1:]) & (high[:-1] == x[:-1])
    told = b >= smallest_base(k)
    inner = told & (low > k) & (high < b - k)
    size = (high - low + 1)[inner]
    return {
        "every count lies in its window": bool(((low <= x) & (x <= high)).all()),
        "windows partition 0..b": bool((stays | begins)[same].all())
        and bool((low[x == 0] == 0).all() and (high[x == b] == b[x == b]).all()),
        "a window of a small count reaches the minimum": bool(
            (high[told & (x >= 1) & (x < k)] >= k).all()
        ),
        "a window of a small complement reaches b - k": bool(
            (low[told & (b - x < k)] <= (b - k)[told & (b - x < k)]).all()
        ),
        "inner windows have their width": bool(((size >= width) & (size <= 2 * width - 1)).all()),
        "zeros are shown, or are not": bool(
            ((high[told & (x == 0)] == 0) == (zeros == "show")).all()
        ),
        "small bases tell nothing": bool(((low == 0) & (high == b))[~told].all()),
    }
