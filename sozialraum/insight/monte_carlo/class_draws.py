"""Class positions and class numbers from frozen `Breaks`."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from sozialraum.model import Breaks
from sozialraum.model.deciding import steps


def positions(index: ArrayLike, breaks: Breaks) -> NDArray[np.int64]:
    """Return the place of each value among the classes.

    0 is the class of the lowest index values, k - 1 that of the highest, -1 means no value. A
    limit belongs to the class below it where ``breaks.right`` is true, else to the class above.

    Examples
    --------
    >>> positions([0.1, 0.5, 0.9, float("nan")], Breaks("fixed", (0.5,))).tolist()
    [0, 1, 1, -1]
    """
    return steps(index, breaks.inner, right=breaks.right, places=breaks.places)


def class_numbers(breaks: Breaks) -> NDArray[np.int64]:
    """Return the class numbers as printed, lowest index values first; 1..k where none are given."""
    return np.asarray(breaks.numbers or range(1, breaks.k + 1), dtype=np.int64)


def cut(index: pd.Series, breaks: Breaks) -> pd.Series:
    """Return the class number of each area (``Int64``; missing where the index is).

    Examples
    --------
    >>> index = pd.Series([0.1, 0.9, None], index=["01", "02", "03"])
    >>> cut(index, Breaks("fixed", (0.5,), numbers=(5, 1))).tolist()
    [5, 1, <NA>]
    """
    place = positions(index, breaks)
    numbers = pd.array(class_numbers(breaks)[place], dtype="Int64")
    numbers[place < 0] = pd.NA
    return pd.Series(numbers, index=index.index, name="class")
