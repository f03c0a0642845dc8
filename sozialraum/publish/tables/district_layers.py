"""Catchments as layers of one GeoPackage: the districts, and the blocks they are made of."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from sozialraum.model.surfaces import unite
from sozialraum.publish.tables.geopackage import one_moment

DISTRICTS_LAYER, BLOCKS_LAYER = "sprengel", "bloecke"


def write_districts(
    blocks: gpd.GeoDataFrame, assigned: pd.DataFrame, path: str | Path, *, day: str
) -> None:
    """Write a layer of districts, one row per school, and one of the blocks.

    Parameters
    ----------
    blocks : shapes, index = key, in the coordinates that are written
    assigned : index = key of the block; columns ``schule``, ``name`` and whatever else is to stand
        beside each block
    path : of the GeoPackage
    day : ISO date that is stamped into the file, so that two runs give the same bytes
    """
    path = Path(path)
    path.unlink(missing_ok=True)
    shapes = blocks.geometry.reindex(assigned.index)
    table = assigned.rename_axis("block").reset_index()
    single = gpd.GeoDataFrame(table, geometry=shapes.to_numpy(), crs=blocks.crs)
    with one_moment(f"{day}T00:00:00.000Z"):
        for layer, frame in ((DISTRICTS_LAYER, _districts(single)), (BLOCKS_LAYER, single)):
            pyogrio.write_dataframe(
                frame, path, layer=layer, driver="GPKG",
                geometry_type="MultiPolygon", promote_to_multi=True,
            )  # fmt: skip


def _districts(blocks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    rows = [
        {"schule": school, "name": own["name"].iloc[0], "geometry": unite(own.geometry.to_numpy())}
        for school, own in blocks.groupby("schule", sort=True)
    ]
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=blocks.crs)
