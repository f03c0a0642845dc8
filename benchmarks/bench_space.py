"""The join against its peers: area tables, points in areas, zonal sums, densities around schools.

All areas are seeded synthetic coverages (Voronoi cells with wiggly shared borders), in metres.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import Voronoi, cKDTree

from sozialraum.model import Raster
from sozialraum.space.assembly import Pieces
from sozialraum.space.crosswalk import make_crosswalk
from sozialraum.space.density import density_around
from sozialraum.space.intersection import kernel_pieces
from sozialraum.space.overlay import geos_pieces
from sozialraum.space.points import locate
from sozialraum.space.zonal import zone_sums

CRS = "EPSG:25832"
CORNER = np.array([400_000.0, 5_500_000.0])


@cache
def coverage(n: int, pieces: int, side: float, seed: int) -> gpd.GeoDataFrame:
    """Return n areas that fill a square, with so many wiggly pieces per border."""
    rng = np.random.default_rng(seed)
    p = rng.uniform(0.001, 0.999, (n, 2))
    for _ in range(2):  # towards cells of similar size
        cells = _voronoi(p)
        corners = np.clip(cells.vertices, 0, 1)
        p = np.array([corners[cells.regions[cells.point_region[k]]].mean(axis=0) for k in range(n)])
    cells = _voronoi(p)
    corners = np.round(np.clip(cells.vertices, 0, 1), 12)
    ways: dict[tuple[int, int], np.ndarray] = {}
    shapes = []
    for k in range(n):
        region = cells.regions[cells.point_region[k]]
        angle = np.arctan2(*(corners[region] - p[k]).T[::-1])
        ring = [region[i] for i in np.argsort(angle)]
        path = []
        for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
            low, high = min(a, b), max(a, b)
            if (low, high) not in ways:
                ways[low, high] = _wiggle(corners[low], corners[high], pieces, rng)
            way = ways[low, high]
            path.append(way[:-1] if a == low else way[:0:-1])
        shapes.append(shapely.Polygon(np.concatenate(path) * side + CORNER))
    valid = shapely.make_valid(np.array(shapes), method="structure", keep_collapsed=False)
    return gpd.GeoDataFrame(index=[f"{k:06d}" for k in range(n)], geometry=valid, crs=CRS)


@cache
def nested(n: int, pieces: int, m: int, side: float) -> gpd.GeoDataFrame:
    """Return m targets made of whole areas of ``coverage(n, pieces, side, 1)``."""
    blocks = coverage(n, pieces, side, 1).geometry.to_numpy()
    seeds = CORNER + np.random.default_rng(5).uniform(0, side, (m, 2))
    _, group = cKDTree(seeds).query(shapely.get_coordinates(shapely.centroid(blocks)))
    unions = [shapely.coverage_union_all(blocks[group == g]) for g in np.unique(group)]
    return gpd.GeoDataFrame(
        index=[f"{k:06d}" for k in range(len(unions))], geometry=unions, crs=CRS
    )


def _voronoi(p: np.ndarray) -> Voronoi:
    mirrors = [p * [-1, 1], p * [1, -1], p * [-1, 1] + [2, 0], p * [1, -1] + [0, 2]]
    return Voronoi(np.concatenate([p, *mirrors]))


def _wiggle(a: np.ndarray, b: np.ndarray, pieces: int, rng: np.random.Generator) -> np.ndarray:
    """Return a path from a to b; borders on the rim of the square stay straight."""
    t = np.linspace(0, 1, pieces + 1)[:, None]
    path = a + t * (b - a)
    on_rim = any(a[d] == b[d] and a[d] in (0.0, 1.0) for d in (0, 1))
    if on_rim:
        return path
    waves = np.arange(1, 4)
    height = rng.normal(size=3) / waves
    off = (np.sin(np.pi * t * waves) * height).sum(axis=1, keepdims=True)
    return path + 0.02 * off * (b - a)[::-1] * [-1, 1]


def by_kernel(source: gpd.GeoDataFrame, target: gpd.GeoDataFrame) -> Pieces:
    """Return our square metres by target and source."""
    return kernel_pieces(source.geometry.to_numpy(), target.geometry.to_numpy())


def by_tobler(source: gpd.GeoDataFrame, target: gpd.GeoDataFrame) -> object:
    """Return tobler's table of areas."""
    from tobler.area_weighted.area_interpolate import _area_tables_binning

    return _area_tables_binning(source, target, "auto")


def by_overlay(source: gpd.GeoDataFrame, target: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return geopandas' overlay."""
    left, right = source.reset_index(names="s"), target.reset_index(names="t")
    return gpd.overlay(left, right, how="intersection", keep_geom_type=True)


@cache
def variables(n: int) -> pd.DataFrame:
    """Return 86 counts per source area."""
    rng = np.random.default_rng(0)
    keys = [f"{k:06d}" for k in range(n)]
    names = [f"v{k}" for k in range(86)]
    return pd.DataFrame(rng.integers(0, 900, (n, 86)).astype(float), index=keys, columns=names)


@cache
def cloud(n: int, side: float) -> np.ndarray:
    """Return n random addresses."""
    return CORNER + np.random.default_rng(1).uniform(0, side, (n, 2))


def by_sjoin(xy: np.ndarray, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return geopandas' spatial join, making the points included."""
    places = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*xy.T), crs=CRS)
    return gpd.sjoin(places, areas, predicate="within")


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
    xy = np.floor(xy / 100) * 100 + 50
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


def cases(small: bool = False) -> list:
    """Return the jobs of the README's table; small ones for the tests."""
    from measure import Case

    # sources, targets, pieces per border of each, side of the square in metres, goal
    tables = [
        ("area table, city, nested", 4000, 30, 6, 0, 12_000.0, "≥ 12× tobler"),
        ("area table, state", 20_000, 500, 8, 40, 100_000.0, "≥ 7× tobler"),
    ]
    if small:
        tables = [("area table", 60, 6, 3, 5, 2_000.0, "")]
    found = []
    for name, n, m, a, b, side, goal in tables:
        found.append(_area_case(Case, name, n, m, a, b, side, goal, slow=not small and n > 9999))
    n, m, a, b, side = (60, 6, 3, 5, 2_000.0) if small else (20_000, 500, 8, 40, 100_000.0)
    points, grid, n_homes, n_schools = (
        (500, 50, 2000, 20) if small else (1_000_000, 10_000, 3_100_000, 15_500)
    )
    country = 5_000.0 if small else 600_000.0
    goals = lambda: coverage(m, b, side, 2)  # noqa: E731
    found.append(_moving_case(Case, n, m, a, b, side))
    found.append(
        Case(
            "addresses to areas",
            lambda: locate(*cloud(points, side).T, goals().geometry.to_numpy()).area,
            {"geopandas.sjoin": lambda: by_sjoin(cloud(points, side), goals())},
            "≥ 20×",
            f"{points:,} → {m}",
        )
    )
    found.append(
        Case(
            "zonal sums, exact",
            lambda: zone_sums(goals(), cells(grid, side)),
            {
                "exactextract": lambda: by_exactextract(goals(), cells(grid, side)),
                "rasterstats (centres)": lambda: by_rasterstats(goals(), cells(grid, side)),
            },
            "≥ 12× exactextract",
            f"{grid * grid:,} cells, {m} zones",
        )
    )
    found.append(
        Case(
            "density around schools, h = 1 km",
            lambda: density(n_homes, n_schools, country, 1000.0),
            {
                "scipy cKDTree": lambda: by_ckdtree(n_homes, n_schools, country, 1000.0),
                "sklearn BallTree": lambda: by_balltree(n_homes, n_schools, country, 1000.0),
            },
            "≥ 8× the best of scipy",
            f"{n_schools:,} × {n_homes:,}",
        )
    )
    return found


def _area_case(
    case: Callable,
    name: str,
    n: int,
    m: int,
    a: int,
    b: int,
    side: float,
    goal: str,
    *,
    slow: bool,
) -> object:
    def areas() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
        goals = coverage(m, b, side, 2) if b else nested(n, a, m, side)
        return coverage(n, a, side, 1), goals

    peers = {
        "tobler": lambda: by_tobler(*areas()),
        "shapely": lambda: geos_pieces(*(f.geometry.to_numpy() for f in areas())),
    }
    if slow:
        peers["geopandas.overlay"] = lambda: by_overlay(*areas())
    return case(name, lambda: by_kernel(*areas()), peers, goal, f"{n:,} → {m}")


def _moving_case(case: Callable, n: int, m: int, a: int, b: int, side: float) -> object:
    @cache
    def walk() -> object:
        return make_crosswalk(coverage(n, a, side, 1), coverage(m, b, side, 2))

    @cache
    def table() -> object:
        return by_tobler(coverage(n, a, side, 1), coverage(m, b, side, 2))

    def by_table() -> object:
        from tobler.area_weighted import area_interpolate

        frame = coverage(n, a, side, 1).join(variables(n))
        goals = coverage(m, b, side, 2)
        return area_interpolate(
            frame, goals, extensive_variables=list(variables(n).columns), table=table()
        )

    size = f"86 counts, {n:,} → {m}"
    return case(
        "counts through a table",
        lambda: walk().apply(variables(n)),
        {"tobler": by_table},
        "≥ 8×",
        size,
    )


def test_the_peers_give_the_same_answers():
    by_name = {case.name: case for case in cases(small=True)}
    table = by_name["area table"]
    ours, geos = table.ours(), table.peers["shapely"]()
    squares = [pd.Series(p.mass, index=[p.target, p.source]) for p in (ours, geos)]
    both = pd.concat(squares, axis=1).fillna(0.0)
    np.testing.assert_allclose(both[0], both[1], atol=0.01)
    located = by_name["addresses to areas"]
    joined = located.peers["geopandas.sjoin"]()["index_right"].astype(int)
    np.testing.assert_array_equal(located.ours()[joined.index], joined)
    zones = by_name["zonal sums, exact"]
    np.testing.assert_allclose(zones.ours(), zones.peers["exactextract"](), rtol=1e-4)
    around = by_name["density around schools, h = 1 km"]
    for peer in around.peers.values():
        np.testing.assert_allclose(around.ours(), peer(), rtol=1e-9)
