"""Areas small enough to check on squared paper."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import Voronoi
from shapely import box

CRS = "EPSG:25833"
EAST, NORTH = 390_000.0, 5_820_000.0


def areas(**shapes) -> gpd.GeoDataFrame:
    """Named shapes as areas; keyword order is row order."""
    return gpd.GeoDataFrame(index=list(shapes), geometry=list(shapes.values()), crs=CRS)


def keyed(shapes, *, prefix="a", crs=CRS) -> gpd.GeoDataFrame:
    """Shapes with keys a000, a001, …"""
    keys = [f"{prefix}{k:03d}" for k in range(len(shapes))]
    return gpd.GeoDataFrame(index=keys, geometry=list(shapes), crs=crs)


def chequer(n: int, side: float, *, left=EAST, bottom=NORTH) -> np.ndarray:
    """n × n squares."""
    return np.array(
        [
            box(left + i * side, bottom + j * side, left + (i + 1) * side, bottom + (j + 1) * side)
            for j in range(n)
            for i in range(n)
        ],
        dtype=object,
    )


def mosaic(n: int, *, seed: int, side=1000.0, left=EAST, bottom=NORTH) -> np.ndarray:
    """n Voronoi cells that fill a square exactly, with exactly shared borders."""
    rng = np.random.default_rng(seed)
    p = rng.uniform(0.02, 0.98, (n, 2))
    mirrored = np.concatenate(
        [p, p * [-1, 1], p * [1, -1], p * [-1, 1] + [2, 0], p * [1, -1] + [0, 2]]
    )
    v = Voronoi(mirrored)
    corners = np.round(np.clip(v.vertices, -1, 2) * side, 3) + np.array([left, bottom])
    return np.array(
        [shapely.Polygon(corners[v.regions[v.point_region[k]]]) for k in range(n)], dtype=object
    )


def persons(frame, seed=0, columns=("kinder", "arme")) -> pd.DataFrame:
    """Whole numbers of persons per area."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        rng.integers(0, 500, (len(frame), len(columns))).astype(float),
        index=frame.index,
        columns=list(columns),
    )
