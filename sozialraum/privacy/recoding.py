"""Counts recoded into windows that follow from the base alone (Fallzahlklassen, Randklassen).

A count x of b persons is replaced by the window of counts it lies in before anything is computed
from it. The windows of a base are the same for every x, so nothing computed later can tell more
than the window.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.model.arguments import checks_options
from sozialraum.model.options import AtLeastOne, Count, Zeros
from sozialraum.model.protected import Partition, Recoded

Floats = NDArray[np.float64]

SMALLEST_BASE = 10


def smallest_base(minimum: int) -> int:
    """Return the persons below which nothing is told of a cell.

    Examples
    --------
    >>> smallest_base(3), smallest_base(5), smallest_base(10)
    (10, 12, 22)
    """
    return max(SMALLEST_BASE, 2 * minimum + 2)


@checks_options
def windows(
    base: Count, minimum: AtLeastOne, width: AtLeastOne, zeros: Zeros = "show"
) -> tuple[tuple[int, int], ...]:
    """Return the windows (low, high), in order, that partition the counts 0..base.

    Parameters
    ----------
    base : persons whom the counts are part of
    minimum : smallest number of persons that may be told
    width : counts per inner window; the last one takes the remainder
    zeros : "show": {0} is a window of its own; "suppress": 0 joins the low window

    Returns
    -------
    {0}, the low window 1..minimum, inner windows, the high window base−minimum..base. Below
    `smallest_base` one window: nothing is told. Fewer than `width` counts between the low and the
    high window join the low one.

    Examples
    --------
    >>> windows(30, 5, 9)
    ((0, 0), (1, 5), (6, 14), (15, 24), (25, 30))
    >>> windows(12, 5, 3)
    ((0, 0), (1, 6), (7, 12))
    >>> windows(11, 5, 3)
    ((0, 11),)
    """
    every = np.arange(base + 1)
    found = recode(every, np.full(base + 1, base), Partition(minimum, width, zeros))
    ends = np.unique(np.column_stack([found.low, found.high]).astype(int), axis=0)
    return tuple((int(low), int(high)) for low, high in ends)


def recode(x: ArrayLike, b: ArrayLike, partition: Partition) -> Recoded:
    """Return the window of every count, and its middle.

    Parameters
    ----------
    x, b : counts and bases of the same shape, whole persons, 0 ≤ x ≤ b; NaN where unknown
    partition : how counts are grouped

    Returns
    -------
    Arrays of the same shape; NaN where x or b is. Where b is below `smallest_base` the window is
    0..b: the caller tells nothing of it.

    Examples
    --------
    >>> found = recode([0, 3, 10, 30], [30, 30, 30, 30], Partition(5, 3, "show"))
    >>> found.low.tolist(), found.high.tolist()
    ([0.0, 1.0, 9.0, 25.0], [0.0, 5.0, 11.0, 30.0])
    """
    x, b = np.broadcast_arrays(np.asarray(x, float), np.asarray(b, float))
    k, width, first = partition.minimum, partition.width, float(partition.zeros == "show")
    between = b - 2 * k - 1
    inner = np.where(between >= width, between // width, 0)
    low_end = np.where(inner > 0, k, b - k - 1)
    place = np.clip((x - k - 1) // width, 0, np.maximum(inner - 1, 0))
    start = k + 1 + width * place
    end = np.where(place == inner - 1, b - k - 1, start + width - 1)
    small, none = b < smallest_base(k), (x < first)
    cases = [small, none, x <= low_end, x >= b - k]
    low = np.select(cases, [0.0, 0.0, first, b - k], start)
    high = np.select(cases, [b, 0.0, low_end, b], end)
    return _found(low, high, np.isnan(x) | np.isnan(b))


def recode_open(x: ArrayLike, partition: Partition) -> Recoded:
    """Return the windows of counts without a complement: bases that are confidential themselves.

    {0} where zeros are shown, everything below `smallest_base`, then windows of `width` counts
    without end.

    Examples
    --------
    >>> found = recode_open([0, 4, 12, 40], Partition(5, 3, "show"))
    >>> found.low.tolist(), found.high.tolist()
    ([0.0, 1.0, 12.0, 39.0], [0.0, 11.0, 14.0, 41.0])
    """
    x = np.asarray(x, float)
    least, width = smallest_base(partition.minimum), partition.width
    first = float(partition.zeros == "show")
    start = least + width * ((x - least) // width)
    cases = [x < first, x < least]
    low = np.select(cases, [0.0, first], start)
    high = np.select(cases, [0.0, least - 1.0], start + width - 1)
    return _found(low, high, np.isnan(x))


def recode_within(x: ArrayLike, base: Recoded, partition: Partition) -> Recoded:
    """Return the windows of counts whose base is only known by its own window.

    The windows follow from the base's lower end; the high window reaches up to the base's upper
    end.
    """
    x = np.minimum(np.asarray(x, float), base.low)
    found = recode(x, base.low, partition)
    top = found.high == base.low
    return _found(found.low, np.where(top, base.high, found.high), np.isnan(found.low))


def recode_sums(
    amount: ArrayLike, persons: ArrayLike, partition: Partition, *, most: float
) -> Recoded:
    """Return windows for sums of amounts (euros, hours) so wide that no person shows in them.

    Parameters
    ----------
    amount : sums, in any unit
    persons : persons each sum is of; below `smallest_base` nothing is told (NaN)
    partition : its `minimum` is used
    most : largest amount of one person, in the unit of `amount`; above 0

    Returns
    -------
    Windows of ``minimum × most``, counted from 0.

    Raises
    ------
    ValueError
        If `most` is not above 0.

    Examples
    --------
    >>> found = recode_sums([1234.0, 90.0], [40, 9], Partition(5, 3, "show"), most=100.0)
    >>> found.low.tolist(), found.high.tolist()
    ([1000.0, nan], [1500.0, nan])
    """
    if not most > 0:
        message = f"The 'most' parameter of recode_sums must be above 0. Got {most} instead."
        raise ValueError(message)
    amount, persons = np.asarray(amount, float), np.asarray(persons, float)
    width = partition.minimum * most
    low = np.floor(amount / width) * width
    return _found(low, low + width, ~(persons >= smallest_base(partition.minimum)))


def _found(low: Floats, high: Floats, unknown: NDArray[np.bool_]) -> Recoded:
    low, high = np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)
    return Recoded((low + high) / 2, low, high)
