"""Who lives around a school: kernel-weighted counts within a bandwidth, as in the NRW index.

``count[j] = Σ_i n[i] K(d[i, j] / h)`` with K(0) = 1 falling to 0 at the bandwidth h. Shares are
formed from two such counts, so that a child across the street tells more about a school than one at
the far end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy
import shapely
from numpy.typing import NDArray
from scipy import sparse

from sozialraum.kernels.density import bin_points, density_sums
from sozialraum.model.errors import DataError
from sozialraum.model.options import DensityKernel as Kernel
from sozialraum.space.crosswalk import Crosswalk, sources_without_target
from sozialraum.space.grids.labelgrid import in_chunks, usable_threads
from sozialraum.texts import problem

if TYPE_CHECKING:
    import geopandas as gpd

    from sozialraum.model.raster import Raster

KERNELS = ("uniform", "linear", "epanechnikov", "quartic", "gaussian")
# A Gaussian has no end; beyond three bandwidths it is 1 % of its height and cut.
GAUSSIAN_REACH = 3.0


def _checked(kernel: str, bandwidth: float) -> tuple[int, float]:
    """Return the kernel's number and how far it reaches, in metres."""
    if kernel not in KERNELS:
        message = f"The 'kernel' parameter must be one of {list(KERNELS)}. Got {kernel!r} instead."
        raise ValueError(message)
    if not bandwidth > 0:
        message = f"The 'bandwidth' parameter must be > 0 metres. Got {bandwidth} instead."
        raise ValueError(message)
    return KERNELS.index(kernel), bandwidth * (GAUSSIAN_REACH if kernel == "gaussian" else 1.0)


def density_crosswalk(
    source: gpd.GeoDataFrame,
    schools: gpd.GeoDataFrame,
    *,
    bandwidth: float,
    kernel: Kernel = "epanechnikov",
    barriers: gpd.GeoDataFrame | None = None,
) -> Crosswalk:
    """Make the crosswalk from areas or points to kernel-weighted counts around schools.

    Parameters
    ----------
    source : areas (their inner point stands for them) or points, index = key, CRS in metres
    schools : points, index = school key
    bandwidth : metres; a Gaussian reaches three bandwidths, all others one
    kernel : "uniform", "linear", "epanechnikov", "quartic" or "gaussian"; K(0) = 1
    barriers : lines (motorway, river) that nobody crosses: a source whose straight line to the
        school meets one does not count for it

    Returns
    -------
    `Crosswalk` of method "density". Its columns do **not** add up to 1: a child between two schools
    counts for both, one far from all counts for none (listed in ``unmatched_source``). Form shares
    after `apply`.

    Notes
    -----
    Conservation: none of the total; at a weight of 1 per school nobody counts more than once, and
    who counts for no school is in `Crosswalk.outside`. Unit of ``mass``: sources, 1 each. NaN: a
    source without a count makes the schools it counts for NaN. Error: `density_bounds` gives the
    lowest and the highest count, wherever in their area people live.
    """
    _, reach = _checked(kernel, bandwidth)
    _refuse_unmeasurable(source, schools)
    here = _inner_points(source)
    there = shapely.get_coordinates(schools.geometry.to_crs(source.crs).to_numpy())
    pairs = scipy.spatial.cKDTree(there).sparse_distance_matrix(
        scipy.spatial.cKDTree(here), reach, output_type="coo_matrix"
    )
    school, place, metres = pairs.row, pairs.col, pairs.data
    if barriers is not None:
        ways = shapely.linestrings(np.stack([here[place], there[school]], axis=1))
        free = ~_meets(ways, barriers.to_crs(source.crs))
        school, place, metres = school[free], place[free], metres[free]
    weight = _weights(metres / bandwidth, kernel)
    return _around_schools(source, schools, school, place, weight, bandwidth, kernel, barriers)


def density_bounds(
    source: gpd.GeoDataFrame,
    schools: gpd.GeoDataFrame,
    *,
    bandwidth: float,
    kernel: Kernel = "epanechnikov",
    barriers: gpd.GeoDataFrame | None = None,
) -> tuple[Crosswalk, Crosswalk]:
    """Return the lowest and the highest crosswalk around schools, wherever in an area people live.

    Nobody knows where in an area its persons live: at its farthest corner they weigh
    ``K(farthest / h)``, at its nearest point ``K(nearest / h)``. Where the way from some part of
    an area may meet a barrier, the lowest weight is 0. The truth, and `density_crosswalk`, lie
    between. Arguments as of `density_crosswalk`.

    Parameters
    ----------
    source : areas the counts come from
    kernel : as for `density_crosswalk`
    barriers : lines that nobody crosses

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point, box
    >>> block = gpd.GeoDataFrame(index=["b"], geometry=[box(300, 0, 500, 0.1)], crs=25833)
    >>> school = gpd.GeoDataFrame(index=["S"], geometry=[Point(0, 0)], crs=25833)
    >>> low, high = density_bounds(block, school, bandwidth=1000)
    >>> print(low.matrix.toarray().round(2), high.matrix.toarray().round(2))
    [[0.75]] [[0.91]]
    """
    _, reach = _checked(kernel, bandwidth)
    _refuse_unmeasurable(source, schools)
    shapes = source.geometry.to_numpy()
    there = schools.geometry.to_crs(source.crs).to_numpy()
    school, place = shapely.STRtree(shapes).query(there, predicate="dwithin", distance=reach)
    near = shapely.distance(there[school], shapes[place])
    # of all points of an area, a corner is the farthest
    far = shapely.hausdorff_distance(there[school], shapes[place])
    highest, lowest = _weights(near / bandwidth, kernel), _weights(far / bandwidth, kernel)
    if barriers is not None:
        both = shapely.geometrycollections(np.stack([there[school], shapes[place]], axis=1))
        lowest[_meets(shapely.convex_hull(both), barriers.to_crs(source.crs))] = 0.0
    return tuple(  # type: ignore[return-value]
        _around_schools(source, schools, school, place, weight, bandwidth, kernel, barriers)
        for weight in (lowest, highest)
    )


def _refuse_unmeasurable(source: gpd.GeoDataFrame, schools: gpd.GeoDataFrame) -> None:
    for name, frame in (("source", source), ("schools", schools)):
        if frame.crs is None:
            raise DataError(problem("space.no_crs", what=name))
        if frame.crs.is_geographic:
            raise DataError(problem("space.not_projected", found=frame.crs.name, what=name))


def _around_schools(
    source: gpd.GeoDataFrame,
    schools: gpd.GeoDataFrame,
    school: NDArray[np.int64],
    place: NDArray[np.int64],
    weight: NDArray[np.float64],
    bandwidth: float,
    kernel: str,
    barriers: gpd.GeoDataFrame | None,
) -> Crosswalk:
    shape = (len(schools), len(source))
    matrix = sparse.csr_array(sparse.coo_array((weight, (school, place)), shape=shape))
    matrix.eliminate_zeros()
    keys = tuple(source.index.astype(str))
    alone = np.flatnonzero(np.diff(matrix.indptr) == 0)
    return Crosswalk(
        matrix=matrix,
        target_keys=tuple(schools.index.astype(str)),
        source_keys=keys,
        method="density",
        unmatched_source=sources_without_target(matrix, keys),
        unmatched_target=pd.Series(1.0, index=schools.index[alone].astype(str), dtype=float),
        details={
            "bandwidth": bandwidth,
            "reach": _checked(kernel, bandwidth)[1],
            "kernel": kernel,
            "barriers": barriers is not None,
        },
    )


def _weights(ratio: NDArray[np.float64], kernel: str) -> NDArray[np.float64]:
    """Return K(u) elementwise; the NumPy twin of `kernels.density.kernel_weight`."""
    inside = ratio <= (GAUSSIAN_REACH if kernel == "gaussian" else 1.0)
    square = ratio**2
    values = {
        "uniform": np.ones_like(ratio),
        "linear": 1.0 - ratio,
        "epanechnikov": 1.0 - square,
        "quartic": (1.0 - square) ** 2,
        "gaussian": np.exp(-0.5 * square),
    }[kernel]
    return np.where(inside, values, 0.0)


def _inner_points(areas: gpd.GeoDataFrame) -> NDArray[np.float64]:
    shapes = areas.geometry.to_numpy()
    return shapely.get_coordinates(shapely.point_on_surface(shapes))


def _meets(shapes: NDArray[np.object_], barriers: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return which shapes meet a barrier."""
    met, _ = shapely.STRtree(barriers.geometry.to_numpy()).query(shapes, predicate="intersects")
    found = np.zeros(len(shapes), bool)
    found[met] = True
    return found


def density_around(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    persons: NDArray[np.float64],
    schools: NDArray[np.float64],
    *,
    bandwidth: float,
    kernel: Kernel = "epanechnikov",
) -> NDArray[np.float64]:
    """Return ``Σ persons K(d / h)`` around each school, for millions of cells or addresses.

    Parameters
    ----------
    x, y : (n_points,) metres
    persons : (n_points,) or (n_points, n_variables); all finite
    schools : (n_schools, 2) metres
    kernel : as for `density_crosswalk`

    Returns
    -------
    (n_schools,) or (n_schools, n_variables)

    Examples
    --------
    >>> near, far = np.array([0.0, 600.0]), np.array([0.0, 0.0])
    >>> density_around(near, far, np.array([10.0, 10.0]), np.array([[0.0, 0.0]]), bandwidth=1000)
    array([16.4])
    """
    kind, reach = _checked(kernel, bandwidth)
    wide = np.ascontiguousarray(np.asarray(persons, float).reshape(len(x), -1 if len(x) else 1))
    out = np.zeros((len(schools), wide.shape[1]))
    if not (np.isfinite(x).all() and np.isfinite(y).all() and np.isfinite(wide).all()):
        message = "The 'x', 'y' and 'persons' parameters of density_around must be finite. Got NaN."
        raise ValueError(message)
    if len(x) and len(schools):
        left, bottom = float(np.min(x)), float(np.min(y))
        columns = int((np.max(x) - left) / reach) + 1
        rows = int((np.max(y) - bottom) / reach) + 1
        place = (left, bottom, 1.0 / reach, columns, rows)
        places = np.ascontiguousarray(x, float), np.ascontiguousarray(y, float)
        given = (*bin_points(*places, wide, *place), *place)
        sx, sy = np.ascontiguousarray(schools[:, 0]), np.ascontiguousarray(schools[:, 1])
        threads = usable_threads(len(x))
        in_chunks(
            lambda lo, hi: density_sums(*given, sx, sy, bandwidth, reach, kind, lo, hi, out),
            np.linspace(0, len(schools), threads * 4 + 1 if threads > 1 else 2).astype(np.int64),
            threads,
        )
    return out[:, 0] if np.ndim(persons) == 1 else out


def density_of_raster(
    raster: Raster, schools: gpd.GeoDataFrame, *, bandwidth: float, kernel: Kernel = "epanechnikov"
) -> pd.Series:
    """Return the kernel-weighted persons of a raster's cells around each school.

    Parameters
    ----------
    schools : points around which is counted
    bandwidth : metres
    """
    rows, columns = np.nonzero(np.nan_to_num(raster.values, nan=0.0))
    x = raster.left + (columns + 0.5) * raster.cell_width
    y = raster.top - (rows + 0.5) * raster.cell_height
    there = shapely.get_coordinates(schools.geometry.to_crs(raster.crs).to_numpy())
    found = density_around(
        x, y, raster.values[rows, columns], there, bandwidth=bandwidth, kernel=kernel
    )
    return pd.Series(found, index=schools.index)
