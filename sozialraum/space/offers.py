"""For which ages there is an offer in an area or within reach of it: where the chain breaks."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from sozialraum.space.crosswalks.points import area_of_points

HERE, NEAR, NONE = "here", "near", "none"
OLDEST = 18


def offer_coverage(
    areas: gpd.GeoDataFrame,
    offers: gpd.GeoDataFrame,
    *,
    oldest: int = OLDEST,
    reach: float = 1000.0,
    detour: float = 1.0,
) -> pd.DataFrame:
    """Return for every area and age whether there is an offer.

    An offer is near where the straight line from the inner point of the area to it, times
    `detour`, is at most `reach`. One without coordinates is there for its own area alone.

    Parameters
    ----------
    areas : index = area key, CRS in metres
    offers : points; columns ``age_from``, ``age_to`` (completed years, both ends belong to it;
        NaN = no limit); ``area`` (key, used where a point is empty)
    oldest : ages are 0 to `oldest`
    reach : metres that are walked
    detour : at least 1

    Returns
    -------
    DataFrame, index = area key, a column per age: "here" in the area, "near" within reach of it,
    "none" neither.

    Raises
    ------
    ValueError
        If `reach` is not positive or `detour` is below 1.

    Examples
    --------
    >>> from shapely import Point, box
    >>> areas = gpd.GeoDataFrame(index=["A", "B"],
    ...                          geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)],
    ...                          crs=25833)
    >>> offers = gpd.GeoDataFrame({"age_from": [1.0], "age_to": [2.0]},
    ...                           geometry=[Point(0.5, 0.5)], crs=25833)
    >>> offer_coverage(areas, offers, oldest=3, reach=1.5)
          0     1     2     3
    A  none  here  here  none
    B  none  near  near  none
    """
    if not reach > 0:
        message = f"The 'reach' parameter of offer_coverage must be positive. Got {reach} instead."
        raise ValueError(message)
    if not detour >= 1:
        message = (
            f"The 'detour' parameter of offer_coverage must be at least 1. Got {detour} instead."
        )
        raise ValueError(message)
    ages = np.arange(oldest + 1)
    low = offers["age_from"].fillna(0).to_numpy(float)
    high = offers["age_to"].fillna(np.inf).to_numpy(float)
    fits = (low[:, None] <= ages) & (ages <= high[:, None])
    offers = offers if offers.crs == areas.crs else offers.to_crs(areas.crs)
    told = np.full((len(areas), len(ages)), NONE, dtype=object)
    for word, (area, offer) in ((NEAR, _near(areas, offers, reach / detour)),
                                (HERE, _here(areas, offers))):  # fmt: skip
        held = np.zeros(told.shape, bool)
        np.logical_or.at(held, area, fits[offer])
        told[held] = word
    return pd.DataFrame(told, index=areas.index, columns=ages)


def offer_areas(areas: gpd.GeoDataFrame, offers: gpd.GeoDataFrame) -> pd.Series:
    """Return the key of the area each offer is in; missing where it is in none.

    Parameters
    ----------
    areas, offers : as of `offer_coverage`

    Returns
    -------
    Series of keys, index as `offers`.
    """
    offers = offers if offers.crs == areas.crs else offers.to_crs(areas.crs)
    found = pd.Series([None] * len(offers), index=offers.index, dtype=object)
    placed = ~(offers.geometry.isna() | offers.geometry.is_empty)
    if placed.any():
        found[placed] = area_of_points(offers[placed], areas)["key"].to_numpy(object)
    if "area" in offers:
        stated = offers["area"].isin(set(areas.index)) & ~placed
        found[stated] = offers.loc[stated, "area"]
    return found


def _here(
    areas: gpd.GeoDataFrame, offers: gpd.GeoDataFrame
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    place = pd.Series(np.arange(len(areas)), areas.index)
    home = offer_areas(areas, offers)
    inside = np.flatnonzero(home.notna().to_numpy())
    return place.reindex(home.iloc[inside]).to_numpy(np.int64), inside


def _near(
    areas: gpd.GeoDataFrame, offers: gpd.GeoDataFrame, metres: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    placed = np.flatnonzero(~(offers.geometry.isna() | offers.geometry.is_empty).to_numpy())
    tree = shapely.STRtree(offers.geometry.to_numpy()[placed])
    inner = shapely.point_on_surface(areas.geometry.to_numpy())
    area, offer = tree.query(inner, predicate="dwithin", distance=metres)
    return area, placed[offer]
