"""Roads between home and school that are unsafe to cross."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely


def unsafe_crossings(
    homes: gpd.GeoDataFrame, schools: gpd.GeoDataFrame, roads: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Return how many roads lie between a home and a school: those the Luftlinie meets.

    Pieces of a road count as one from one junction to the next.

    Parameters
    ----------
    homes, schools : areas (their inner point counts) or points, in the CRS of `roads`
    roads : lines that are unsafe to cross

    Returns
    -------
    (homes, schools) number of roads
    """
    a, b = (
        shapely.get_coordinates(shapely.point_on_surface(places.geometry.to_numpy()))
        for places in (homes, schools)
    )
    home, school = (place.ravel() for place in np.indices((len(a), len(b))))
    ways = shapely.linestrings(np.stack([a[home], b[school]], axis=1))
    merged = shapely.line_merge(shapely.union_all(roads.geometry.to_numpy()))
    crossing, _ = shapely.STRtree(shapely.get_parts(merged)).query(ways, predicate="intersects")
    met = np.bincount(crossing, minlength=len(ways)).reshape(len(a), len(b))
    return pd.DataFrame(met.astype(float), homes.index, schools.index)
