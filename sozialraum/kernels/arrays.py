"""The one door between frames and kernels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def as_kernel_array(values: Any) -> NDArray[np.float64]:
    """Return `values` as a fresh, writable, C-ordered float64 array.

    pandas 3 hands out read-only, F-ordered views; each further layout would compile a kernel again.

    Examples
    --------
    >>> as_kernel_array([[1, 2], [3, 4]]).flags.c_contiguous
    True
    """
    to_numpy = getattr(values, "to_numpy", None)
    plain = to_numpy(dtype=float) if to_numpy is not None else values
    return np.array(plain, dtype=np.float64, order="C")
