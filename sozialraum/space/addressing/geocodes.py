"""Geocodes that cannot be right: points far from the municipality they are said to be in."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sozialraum.model import Problem
from sozialraum.model.alignment import aligned, refuse_doubled
from sozialraum.model.errors import DataError
from sozialraum.space.areas import NAMED_KEYS
from sozialraum.texts import number, problem


def distance_to_municipality(
    points: gpd.GeoDataFrame, municipality: pd.Series, municipalities: gpd.GeoDataFrame
) -> pd.Series:
    """Return how far each point lies from the municipality it is said to be in.

    Parameters
    ----------
    points : any projected CRS, index = key of the point
    municipality : (n_points,) key of the municipality (AGS or ARS, as in `municipalities`)
    municipalities : outlines, index = key

    Returns
    -------
    (n_points,) metres, 0 inside; NaN for a point without geometry or of an unknown municipality.

    Raises
    ------
    DataError
        If a CRS is missing: metres would mean nothing.
    """
    if points.crs is None or municipalities.crs is None or not municipalities.crs.is_projected:
        raise DataError(problem("addresses.no_crs"))
    points, asked = aligned("distance_to_municipality", points=points, municipality=municipality)
    refuse_doubled("distance_to_municipality", municipalities=municipalities)
    known = asked.isin(municipalities.index).to_numpy()
    place = points.geometry.to_crs(municipalities.crs).to_numpy()
    metres = np.full(len(points), np.nan)
    outline = municipalities.geometry.reindex(asked[known]).to_numpy()
    metres[known] = shapely.distance(place[known], outline)
    return pd.Series(metres, points.index, name="distance")


def far_geocodes(
    points: gpd.GeoDataFrame,
    municipality: pd.Series,
    municipalities: gpd.GeoDataFrame,
    *,
    limit: float = 500.0,
) -> list[Problem]:
    """Return the points that lie more than `limit` metres outside their municipality.

    Points keep their place; the finding names their keys. Arguments as of
    `distance_to_municipality`.

    Parameters
    ----------
    municipalities : areas, index = keys of the municipalities
    """
    metres = distance_to_municipality(points, municipality, municipalities)
    far = sorted(metres.index[metres > limit].astype(str))
    lost = ~municipality.loc[points.index].isin(municipalities.index)
    found = []
    if far:
        values = {"n": len(far), "limit": number(limit), "keys": ", ".join(far[:NAMED_KEYS])}
        found.append(problem("addresses.far_geocode", "warning", **values))
    if lost.any():
        keys = ", ".join(sorted(points.index[lost].astype(str))[:NAMED_KEYS])
        found.append(problem("addresses.no_municipality", "warning", n=int(lost.sum()), keys=keys))
    return found
