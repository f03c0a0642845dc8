"""``index.gpkg``: areas, points and outlines with a style that QGIS shows by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from sozialraum.model import Release
from sozialraum.publish.escape import visible
from sozialraum.publish.tables.qgis_style import LEGEND_COLUMN, legend_entries, styles
from sozialraum.publish.tables.table_columns import flat_table

AREAS_LAYER = "gebiete"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def write_geopackage(release: Release, path: str | Path) -> None:
    """Write areas, points and outlines in the CRS of the build.

    GDAL would stamp the time of writing into the file; it is given the Stichtag instead, so two
    builds are alike.
    """
    path = Path(path)
    path.unlink(missing_ok=True)
    with one_moment(f"{release.facts.stichtag}T00:00:00.000Z"):
        pyogrio.write_dataframe(
            _areas(release),
            path,
            layer=AREAS_LAYER,
            driver="GPKG",
            geometry_type="MultiPolygon",
            promote_to_multi=True,
        )
        for label, layer in {**release.outlines, **release.points}.items():
            pyogrio.write_dataframe(
                layer.reset_index(drop=True),
                path,
                layer=layer_name(label),
                driver="GPKG",
                promote_to_multi=label in release.outlines,
            )
        pyogrio.write_dataframe(
            _styles(release), path, layer="layer_styles", driver="GPKG", layer_options={"FID": "id"}
        )


def layer_name(label: str) -> str:
    """Return a label as the name of a layer.

    Examples
    --------
    >>> layer_name("Offene Ganztagsschulen (Träger)")
    'offene_ganztagsschulen_traeger'
    """
    return re.sub(r"[^a-z0-9]+", "_", label.lower().translate(_UMLAUTS)).strip("_") or "ebene"


def _areas(release: Release) -> gpd.GeoDataFrame:
    table = flat_table(release)
    if "index" in release.breaks:
        table[LEGEND_COLUMN] = legend_entries(release)
    return gpd.GeoDataFrame(
        table, geometry=release.areas.geometry.to_numpy(), crs=release.areas.crs
    )


def _styles(release: Release) -> pd.DataFrame:
    """Return the table from which QGIS takes styles; the first one is shown without a click."""
    made = styles(release)
    return pd.DataFrame(
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": AREAS_LAYER,
            "f_geometry_column": "geom",
            "styleName": [visible(name) for name in made],
            "styleQML": list(made.values()),
            "styleSLD": "",
            "useAsDefault": [nr == 0 for nr in range(len(made))],
            "description": [visible(name) for name in made],
            "owner": "",
            "ui": "",
            "update_time": pd.Timestamp(release.facts.stichtag, tz="UTC"),
        }
    )


@contextmanager
def one_moment(moment: str) -> Iterator[None]:
    """Let GDAL stamp this moment into a file, and write it in one go.

    A GeoPackage is written in a folder of its own that takes its name only when all is written;
    to wait for the disk after every layer, as SQLite does, would guard nothing (and takes most of
    the time).
    """
    options = {"OGR_CURRENT_DATE": moment, "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    before = {name: pyogrio.get_gdal_config_option(name) for name in options}
    pyogrio.set_gdal_config_options(options)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)
