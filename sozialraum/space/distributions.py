"""Which values the cells under an area have, and how much ground each: from that, order statistics.

Sums can be added strip by strip; a median cannot. What can be added is the distribution: every
value once, with the ground it covers. It gives the same answer in however many strips it came.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sozialraum.kernels.arrays import as_kernel_array
from sozialraum.kernels.spatial.zonal import ring_signs, zone_cells
from sozialraum.model.raster import Raster
from sozialraum.space.ring_arrays import Rings

# Shares of ground that differ by less are equal: coverage is exact to about 1e-12.
TIE = 1e-9
_QUANTILE = re.compile(r"q(\d{1,2}(?:\.\d+)?|100)")


@dataclass(frozen=True, eq=False)
class Distribution:
    """The values under one area, ascending, each once, and the covered ground of each.

    Parameters
    ----------
    value : (n,) ascending, no NaN
    covered : (n,) ``Σ f`` of the cells with that value, in cells; > 0
    """

    value: NDArray[np.float64]
    covered: NDArray[np.float64]

    @classmethod
    def of(cls, value: NDArray[np.float64], covered: NDArray[np.float64]) -> Distribution:
        """Return the distribution of some cells; those without a value (NaN) are left out."""
        known = ~np.isnan(value)
        kinds, which = np.unique(value[known], return_inverse=True)
        return cls(kinds, np.bincount(which, covered[known], minlength=len(kinds)))

    def together(self, other: Distribution) -> Distribution:
        """Return the distribution over the ground of both."""
        if len(self.value) == 0:
            return other
        return Distribution.of(
            np.concatenate([self.value, other.value]), np.concatenate([self.covered, other.covered])
        )

    def statistic(self, name: str) -> float:
        """Return "min", "max", "majority", "median" or "q…"; NaN where there is no value."""
        if len(self.value) == 0:
            return float("nan")
        if name in ("min", "max"):
            return float(self.value[0 if name == "min" else -1])
        if name == "majority":
            most = self.covered.max() * (1 - TIE)
            return float(self.value[np.argmax(self.covered >= most)])
        return self.quantile(quantile_of(name))

    def quantile(self, share: float) -> float:
        """Return the smallest value up to which more than `share` of the ground lies.

        Where exactly that share of the ground lies up to a value, it is the middle between this
        value and the next: the median of 1 and 3 is 2.

        Examples
        --------
        >>> quarter = Distribution(np.array([1.0, 3.0]), np.array([0.5, 1.5]))
        >>> quarter.quantile(0.5), quarter.quantile(0.25)
        (3.0, 2.0)
        """
        up_to = np.cumsum(self.covered)
        sought = share * up_to[-1]
        last = len(self.value) - 1
        low = min(int(np.searchsorted(up_to, sought - TIE * up_to[-1])), last)
        high = min(int(np.searchsorted(up_to, sought + TIE * up_to[-1])), last)
        return float((self.value[low] + self.value[high]) / 2)


def quantile_of(name: str) -> float:
    """Return the share that the name of a quantile means; NaN for what is no such name.

    Examples
    --------
    >>> quantile_of("median"), quantile_of("q25"), quantile_of("q97.5")
    (0.5, 0.25, 0.975)
    """
    if name == "median":
        return 0.5
    found = _QUANTILE.fullmatch(name)
    return float(found[1]) / 100 if found else float("nan")


def distribution_under(
    rings: Rings, raster: Raster, zones: NDArray[np.int64]
) -> list[Distribution]:
    """Return the distribution of the raster's values under each of some areas."""
    values = as_kernel_array(raster.values)
    grid = (raster.left, raster.top, 1.0 / raster.cell_width, 1.0 / raster.cell_height)
    xy = np.ascontiguousarray(rings.xy)
    sign = ring_signs(xy, rings.ring, rings.exterior)
    found = []
    for z in zones:
        cell, fraction = zone_cells(xy, rings.ring, sign, rings.area, *grid, *values.shape, z)
        found.append(Distribution.of(values.ravel()[cell], fraction))
    return found
