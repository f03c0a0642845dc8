"""The join against its peers: area tables, whole crosswalks, counts moved, points in areas.

All areas are seeded synthetic coverages (Voronoi cells with wiggly shared borders), in metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from measure import Case
from scipy.spatial import Voronoi, cKDTree

from sozialraum.space.crosswalk import Crosswalk
from sozialraum.space.crosswalks.assembly import Pieces
from sozialraum.space.crosswalks.intersection import kernel_pieces
from sozialraum.space.crosswalks.overlay import geos_pieces
from sozialraum.space.crosswalks.points import areas_at
from sozialraum.space.making import make_crosswalk

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
    """Return 86 counts and 86 shares per source area."""
    rng = np.random.default_rng(0)
    keys = [f"{k:06d}" for k in range(n)]
    counts = pd.DataFrame(rng.integers(1, 900, (n, 86)).astype(float), index=keys).add_prefix("v")
    shares = pd.DataFrame(rng.random((n, 86)), index=keys).add_prefix("r")
    return pd.concat([counts, shares], axis=1)


RATES = {f"r{k}": f"v{k}" for k in range(86)}


@cache
def cloud(n: int, side: float) -> np.ndarray:
    """Return n random addresses."""
    return CORNER + np.random.default_rng(1).uniform(0, side, (n, 2))


def by_sjoin(xy: np.ndarray, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return geopandas' spatial join, making the points included."""
    places = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*xy.T), crs=CRS)
    return gpd.sjoin(places, areas, predicate="within")


@dataclass(frozen=True)
class Places:
    """Sources and targets of one scale: how many, pieces per border, side of the square in metres.

    Targets without pieces of their own are made of whole sources.
    """

    name: str
    sources: int
    targets: int
    side: float
    source_pieces: int
    target_pieces: int = 0

    @property
    def source(self) -> gpd.GeoDataFrame:
        return coverage(self.sources, self.source_pieces, self.side, 1)

    @property
    def target(self) -> gpd.GeoDataFrame:
        if self.target_pieces:
            return coverage(self.targets, self.target_pieces, self.side, 2)
        return nested(self.sources, self.source_pieces, self.targets, self.side)

    @property
    def size(self) -> str:
        return f"{self.sources:,} → {self.targets:,}"


CITY = Places("city, nested", 4000, 30, 12_000.0, 6)
STATE = Places("state", 20_000, 500, 100_000.0, 8, 40)
NATION = Places("nation", 100_000, 15_500, 600_000.0, 8, 20)
PAPER = Places("small", 60, 6, 2_000.0, 3, 5)


def table_case(places: Places, goal: str, *, overlay: bool = False, rounds: int = 5) -> Case:
    """Square metres of every pair."""
    peers = {
        "tobler": lambda: by_tobler(places.source, places.target),
        "shapely": lambda: geos_pieces(
            places.source.geometry.to_numpy(), places.target.geometry.to_numpy()
        ),
    }
    if overlay:
        peers["geopandas.overlay"] = lambda: by_overlay(places.source, places.target)
    ours = lambda: by_kernel(places.source, places.target)  # noqa: E731
    return Case(f"area table, {places.name}", ours, peers, goal, places.size, rounds)


def whole_case(places: Places, goal: str, rounds: int = 5) -> Case:
    """From two sets of areas to moved counts and shares, checks and lists of ours included."""

    def ours() -> pd.DataFrame:
        walk = make_crosswalk(places.source, places.target)
        return walk.apply(variables(places.sources), rates=RATES)

    def tobler() -> gpd.GeoDataFrame:
        return interpolated(places, None)

    name = f"86 counts and 86 shares, geometry included, {places.name}"
    return Case(name, ours, {"tobler": tobler}, goal, places.size, rounds)


def interpolated(places: Places, table: object) -> gpd.GeoDataFrame:
    """Return tobler's counts and shares (it averages shares by area, which is not the same)."""
    from tobler.area_weighted import area_interpolate

    names = list(variables(places.sources))
    return area_interpolate(
        places.source.join(variables(places.sources)),
        places.target,
        extensive_variables=[name for name in names if name[0] == "v"],
        intensive_variables=[name for name in names if name[0] == "r"],
        table=table,
    )


def moving_case(places: Places, goal: str) -> Case:
    """Counts and shares through a table that is there already."""

    @cache
    def walk() -> Crosswalk:
        return make_crosswalk(places.source, places.target)

    @cache
    def table() -> object:
        return by_tobler(places.source, places.target)

    return Case(
        "86 counts and 86 shares through a table",
        lambda: walk().apply(variables(places.sources), rates=RATES),
        {"tobler": lambda: interpolated(places, table())},
        goal,
        places.size,
    )


def points_case(places: Places, points: int, goal: str) -> Case:
    """Addresses in catchments; the peer has to make its points first."""
    goals = lambda: places.target  # noqa: E731
    xy = lambda: cloud(points, places.side)  # noqa: E731
    return Case(
        "addresses to areas",
        lambda: areas_at(*xy().T, goals().geometry.to_numpy()).area,
        {"geopandas.sjoin": lambda: by_sjoin(xy(), goals())},
        goal,
        f"{points:,} → {places.targets}",
    )


def cases(small: bool = False) -> list[Case]:
    """Return the jobs of the README's table; small ones for the tests."""
    if small:
        return [
            table_case(PAPER, "", overlay=True),
            whole_case(PAPER, ""),
            moving_case(PAPER, ""),
            points_case(PAPER, 500, ""),
        ]
    return [
        table_case(CITY, "≥ 12× tobler", overlay=True),
        table_case(STATE, "≥ 7× tobler", overlay=True),
        table_case(NATION, "≥ 4.5× tobler", rounds=3),
        whole_case(STATE, "≥ 7×"),
        whole_case(NATION, "≥ 4.5×", rounds=3),
        moving_case(STATE, "≥ 8×"),
        points_case(STATE, 1_000_000, "≥ 20×"),
    ]


def test_the_peers_give_the_same_answers():
    table, whole, moved, located = cases(small=True)
    found = (table.ours(), table.peers["shapely"]())
    squares = [pd.Series(p.mass, index=[p.target, p.source]) for p in found]
    both = pd.concat(squares, axis=1).fillna(0.0)
    np.testing.assert_allclose(both[0], both[1], atol=0.01)
    cut = table.peers["geopandas.overlay"]()
    assert cut.area.sum() == pytest.approx(both[0].sum(), rel=1e-9)
    counts = [name for name in variables(60) if name[0] == "v"]
    # tobler keeps its table in single precision
    for case in (whole, moved):
        theirs = case.peers["tobler"]()[counts].to_numpy()
        np.testing.assert_allclose(case.ours()[counts], theirs, rtol=1e-5)
    joined = located.peers["geopandas.sjoin"]()["index_right"].astype(int)
    np.testing.assert_array_equal(located.ours()[joined.index], joined)
