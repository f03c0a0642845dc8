"""A raster in memory, with what is needed to lay areas over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Raster:
    """A north-up grid of numbers.

    Parameters
    ----------
    values : (rows, columns) float64, first row = north; NaN where the file has no data
    left, top : coordinates of the north-west corner, in the unit of the CRS
    cell_width, cell_height : size of a cell, both positive
    crs : CRS of the file as authority code or WKT
    file : name of the file, for messages
    scale, offset : what the numbers in the file were turned into values with
    """

    values: NDArray[np.float64]
    left: float
    top: float
    cell_width: float
    cell_height: float
    crs: str
    file: str = ""
    scale: float = 1.0
    offset: float = 0.0
