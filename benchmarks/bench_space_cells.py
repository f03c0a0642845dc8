"""Cells against the peers: exact zonal sums, census cells to municipalities, densities at schools.

Areas are the seeded coverages of `bench_space`; rasters hold small counts.
"""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
from bench_space import CORNER, CRS, by_sjoin, coverage
from measure import Case
from scipy.spatial import cKDTree

from sozialraum.model import Raster
from sozialraum.space.crosswalks.density import density_around
from sozialraum.space.grids.cells import cell_pieces, grid_of
from sozialraum.space.grids.zonal import zone_sums

COUNTRY = 741_600.0  # 55 million cells of 100 m


@cache
def cells(n: int, side: float) -> Raster:
    """Return an n × n raster of small counts over the square."""
    values = np.random.default_rng(2).poisson(3, (n, n)).astype(float)
    return Raster(values, CORNER[0], CORNER[1] + side, side / n, side / n, CRS)


def by_exactextract(areas: gpd.GeoDataFrame, raster: Raster) -> pd.Series:
    """Return exactextract's sums."""
    import exactextract
    from exactextract.raster import NumPyRasterSource

    rows, columns = raster.values.shape
    right = raster.left + columns * raster.cell_width
    bottom = raster.top - rows * raster.cell_height
    source = NumPyRasterSource(raster.values, raster.left, bottom, right, raster.top)
    return exactextract.exact_extract(source, areas, ["sum"], output="pandas")["sum"]


def by_rasterstats(areas: gpd.GeoDataFrame, raster: Raster) -> list:
    """Return rasterstats' sums (cells by their centre, not exact)."""
    from rasterio.transform import Affine
    from rasterstats import zonal_stats

    at = Affine(raster.cell_width, 0.0, raster.left, 0.0, -raster.cell_height, raster.top)
    return zonal_stats(areas, raster.values, affine=at, stats=["sum"], nodata=-1)


@cache
def homes(n: int, side: float) -> tuple[np.ndarray, np.ndarray]:
    """Return n inhabited 100 m cells in raster order, clustered in towns, and their persons."""
    rng = np.random.default_rng(3)
    towns = rng.uniform(0, side, (max(1, n // 800), 2))
    xy = towns[rng.integers(0, len(towns), n)] + rng.normal(0, 1500, (n, 2))
    xy = np.floor(xy / 100) * 100 + 50 + CORNER
    in_order = np.asfortranarray(xy[np.lexsort((xy[:, 0], -xy[:, 1]))])
    return in_order, rng.poisson(6, n) + 1.0


@cache
def schools(n: int, n_homes: int, side: float) -> np.ndarray:
    """Return n schools near homes."""
    rng = np.random.default_rng(4)
    xy, _ = homes(n_homes, side)
    return xy[rng.integers(0, len(xy), n)] + rng.uniform(-50, 50, (n, 2))


def density(n_homes: int, n_schools: int, side: float, h: float) -> np.ndarray:
    """Return our sums around schools, binning included."""
    xy, w = homes(n_homes, side)
    return density_around(xy[:, 0], xy[:, 1], w, schools(n_schools, n_homes, side), bandwidth=h)


def by_ckdtree(n_homes: int, n_schools: int, side: float, h: float) -> np.ndarray:
    """Return the same by two trees of scipy."""
    xy, w = homes(n_homes, side)
    there = cKDTree(schools(n_schools, n_homes, side))
    near = there.sparse_distance_matrix(
        cKDTree(xy, balanced_tree=False, compact_nodes=False), h, output_type="coo_matrix"
    )
    return np.bincount(near.row, w[near.col] * (1 - (near.data / h) ** 2), n_schools)


def by_balltree(n_homes: int, n_schools: int, side: float, h: float) -> np.ndarray:
    """Return the same by scikit-learn's BallTree."""
    from sklearn.neighbors import BallTree

    xy, w = homes(n_homes, side)
    index, far = BallTree(xy).query_radius(
        schools(n_schools, n_homes, side), h, return_distance=True
    )
    return np.array([(w[i] * (1 - (d / h) ** 2)).sum() for i, d in zip(index, far, strict=True)])


def census_sums(areas: gpd.GeoDataFrame, n_homes: int, side: float) -> np.ndarray:
    """Return our exact sums of listed cells."""
    x, y, persons = census(n_homes, side)
    pieces = cell_pieces(grid_of(x, y, 100.0, ()), areas.geometry.to_numpy())
    return np.bincount(pieces.target, pieces.mass * persons[pieces.source], len(areas))


@cache
def census(n_homes: int, side: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the inhabited cells as the census lists them: by northing, then easting, each once."""
    xy, persons = homes(n_homes, side)
    table = pd.DataFrame({"y": xy[:, 1], "x": xy[:, 0], "n": persons})
    table = table.groupby(["y", "x"])["n"].sum().reset_index()
    return table["x"].to_numpy(), table["y"].to_numpy(), table["n"].to_numpy()


def by_centres(areas: gpd.GeoDataFrame, n_homes: int, side: float) -> pd.Series:
    """Return the persons of the cells whose centre lies in each area: what is usually done."""
    x, y, persons = census(n_homes, side)
    joined = by_sjoin(np.column_stack([x, y]), areas)
    return pd.Series(persons[joined.index]).groupby(joined["index_right"].to_numpy()).sum()


def by_kernel_density(n_homes: int, n_schools: int, side: float, h: float) -> np.ndarray:
    """Return scikit-learn's density, brought to the scale of ours (K(0) = 1, persons)."""
    from sklearn.neighbors import KernelDensity

    xy, w = homes(n_homes, side)
    fitted = KernelDensity(bandwidth=h, kernel="epanechnikov", rtol=1e-6).fit(xy, sample_weight=w)
    # its kernel has volume 1: 2 / (pi h²) at the centre
    density = np.exp(fitted.score_samples(schools(n_schools, n_homes, side)))
    return density * w.sum() * np.pi * h * h / 2


def zonal_case(name: str, areas: tuple, n: int, goal: str, *, rounds: int = 5) -> Case:
    """Sums over an n × n raster; areas = (how many, pieces per border, side)."""
    count, pieces, side = areas
    zones = lambda: coverage(count, pieces, side, 2)  # noqa: E731
    return Case(
        name,
        lambda: zone_sums(zones(), cells(n, side)),
        {
            "exactextract": lambda: by_exactextract(zones(), cells(n, side)),
            "rasterstats (centres)": lambda: by_rasterstats(zones(), cells(n, side)),
        },
        goal,
        f"{n * n:,} cells, {count:,} zones",
        rounds,
    )


def census_case(areas: tuple, n_homes: int, goal: str, rounds: int = 5) -> Case:
    """Census cells to municipalities: exact, where the peer takes cells by their centre."""
    count, pieces, side = areas
    zones = lambda: coverage(count, pieces, side, 2)  # noqa: E731
    return Case(
        "census cells to municipalities, exact",
        lambda: census_sums(zones(), n_homes, side),
        {"geopandas.sjoin (centres)": lambda: by_centres(zones(), n_homes, side)},
        goal,
        f"{len(census(n_homes, side)[0]):,} cells → {count:,}",
        rounds,
    )


def density_case(n_homes: int, n_schools: int, side: float, goal: str) -> Case:
    """Weighted sums around schools against the trees."""
    given = (n_homes, n_schools, side, 1000.0)
    return Case(
        "density around schools, h = 1 km",
        lambda: density(*given),
        {
            "scipy cKDTree": lambda: by_ckdtree(*given),
            "sklearn BallTree": lambda: by_balltree(*given),
        },
        goal,
        f"{n_schools:,} × {n_homes:,}",
    )


def kernel_density_case(n_homes: int, n_schools: int, side: float, of: int, goal: str) -> Case:
    """scikit-learn's own estimator on some of the schools: all of them take it many minutes."""
    given = (n_homes, n_schools, side, 1000.0)
    return Case(
        "density around some schools, h = 1 km",
        lambda: density(*given),
        {"sklearn KernelDensity": lambda: by_kernel_density(*given)},
        goal,
        f"{n_schools:,} of {of:,} × {n_homes:,}",
        1,
    )


def cases(small: bool = False) -> list[Case]:
    """Return the jobs of the README's table; small ones for the tests."""
    if small:
        paper = (6, 5, 2_000.0)
        return [
            zonal_case("zonal sums, exact", paper, 50, ""),
            census_case((6, 5, 5_000.0), 2000, ""),
            density_case(2000, 20, 5_000.0, ""),
            kernel_density_case(2000, 5, 5_000.0, 20, ""),
        ]
    return [
        zonal_case(
            "zonal sums, exact, Germany 100 m",
            (11_000, 12, COUNTRY),
            7416,
            "≥ 8× exactextract",
            rounds=3,
        ),
        zonal_case(
            "zonal sums, exact, region 10 m", (500, 40, 100_000.0), 10_000, "≥ 12× exactextract"
        ),
        census_case((11_000, 12, COUNTRY), 3_700_000, "≥ 10× the centres", rounds=3),
        density_case(3_100_000, 15_500, 600_000.0, "≥ 8× the best of scipy"),
        kernel_density_case(3_100_000, 200, 600_000.0, 15_500, "–"),
    ]


def test_the_peers_give_the_same_answers():
    zones, census, around, some = cases(small=True)
    np.testing.assert_allclose(zones.ours(), zones.peers["exactextract"](), rtol=1e-4)
    # by centres: only cells on borders differ
    centres = census.peers["geopandas.sjoin (centres)"]()
    assert centres.sum() > 1000
    np.testing.assert_allclose(census.ours()[centres.index.astype(int)], centres, rtol=0.2)
    for peer in around.peers.values():
        np.testing.assert_allclose(around.ours(), peer(), rtol=1e-9)
    np.testing.assert_allclose(some.ours(), some.peers["sklearn KernelDensity"](), rtol=1e-5)
