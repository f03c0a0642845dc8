"""Many whole numbers as one short text, read again when they are drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

# signs that stand in JSON and in a page as they are
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-:+=^!/*?()[]{}@%$#_~|;,"
RESERVED = 8  # lowest numbers: why there is none


def in_words(numbers: NDArray[np.float64], gone: NDArray[np.int64] | None = None) -> dict[str, Any]:
    """Return numbers as a text of equally long words: ``{"w": width, "m": least, "s": words}``.

    Parameters
    ----------
    numbers : whole numbers of any shape, row by row; NaN = none
    gone : same shape, below `RESERVED`: why there is none; without it 1 stands for all reasons

    Returns
    -------
    A word is a number in base `len(ALPHABET)`, highest digit first: below `RESERVED` a reason, else
    the number less ``m`` and plus `RESERVED`.

    Examples
    --------
    >>> in_words(np.array([3.0, np.nan, 5.0]))
    {'w': 1, 'm': 3, 's': '81A'}
    """
    flat = np.asarray(numbers, float).ravel()
    known = np.isfinite(flat)
    least = int(flat[known].min()) if known.any() else 0
    reasons = np.ones(flat.shape, np.int64) if gone is None else np.asarray(gone).ravel()
    words = np.where(known, np.nan_to_num(flat) - least + RESERVED, reasons).astype(np.int64)
    base, width = len(ALPHABET), 1
    while words.size and words.max() >= base**width:
        width += 1
    digits = np.column_stack([words // base**place % base for place in reversed(range(width))])
    signs = np.array(list(ALPHABET))[digits]
    return {"w": width, "m": least, "s": "".join(signs.ravel().tolist())}
