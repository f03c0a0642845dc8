"""A GeoPackage writer whose bytes depend on the data alone, not on a library or a clock.

Only what the standard (OGC 12-128r19) asks for: one feature table per file, no index, a fixed
time stamp. Applications that want speed write with GDAL; shipped example files have to be the
same for everyone who makes them again.
"""

from __future__ import annotations

import sqlite3
import struct
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

_MADE = "2025-01-15T00:00:00.000Z"
_SYSTEMS = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
  organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
  identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x
  DOUBLE, max_y DOUBLE,
  srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES
  gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name
  UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""
# EPSG:25833 as WKT 1: what any reader of GeoPackages understands
_WKT_25833 = (
    'PROJCS["ETRS89 / UTM zone 33N",GEOGCS["ETRS89",'
    'DATUM["European_Terrestrial_Reference_System_1989",'
    'SPHEROID["GRS 1980",6378137,298.257222101,AUTHORITY["EPSG","7019"]],AUTHORITY["EPSG","6258"]],'
    'PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AUTHORITY["EPSG","4258"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],'
    'PARAMETER["central_meridian",15],PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],'
    'PARAMETER["false_northing",0],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],'
    'AXIS["Northing",NORTH],AUTHORITY["EPSG","25833"]]'
)
_SRS = (
    ("Undefined cartesian SRS", -1, "NONE", -1, "undefined", None),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", None),
    ("ETRS89 / UTM zone 33N", 25833, "EPSG", 25833, _WKT_25833, None),
)


def write_geopackage(
    path: Path, frame: gpd.GeoDataFrame, *, layer: str, index: str | None = None
) -> None:
    """Write one layer in EPSG:25833.

    Parameters
    ----------
    path : file to write; an older one is replaced
    frame : columns of text, whole numbers, numbers or truth values, and geometry of one kind
    layer : name of the layer
    index : name under which the frame's index becomes a text column; None leaves it out

    Raises
    ------
    ValueError
        If the frame is not in EPSG:25833.
    """
    if frame.crs is None or frame.crs.to_epsg() != 25833:
        message = "The 'frame' parameter of write_geopackage must be in EPSG:25833."
        raise ValueError(message)
    table = frame.drop(columns=frame.geometry.name)
    if index is not None:
        table.insert(0, index, frame.index.astype(str))
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA application_id = 1196444487")  # "GPKG"
        connection.execute("PRAGMA user_version = 10300")
        connection.executescript(_SYSTEMS)
        _fill(connection, table, frame, layer)
        connection.execute("VACUUM")
    finally:
        connection.close()
    _forget_library(path)


def _fill(
    connection: sqlite3.Connection, table: object, frame: gpd.GeoDataFrame, layer: str
) -> None:
    kind = str(frame.geometry.geom_type.iloc[0]).upper()
    columns = {c: _sql_type(table[c].dtype) for c in table.columns}
    spec = "".join(f', "{name}" {kind_}' for name, kind_ in columns.items())
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,?)", _SRS)
    connection.execute(
        f'CREATE TABLE "{layer}" '
        f"(fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {kind}{spec})"
    )
    bounds = [float(b) for b in frame.total_bounds]
    connection.execute(
        "INSERT INTO gpkg_contents VALUES (?,?,?,?,?,?,?,?,?,?)",
        (layer, "features", layer, "", _MADE, *bounds, 25833),
    )
    connection.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?,?,?,?,0,0)", (layer, "geom", kind, 25833)
    )
    marks = ",".join("?" * (2 + len(columns)))
    cells = (
        zip(*(table[c].tolist() for c in columns), strict=True) if columns else ((),) * len(frame)
    )
    rows = (
        (i + 1, _blob(geometry), *row)
        for i, (geometry, row) in enumerate(zip(frame.geometry, cells, strict=True))
    )
    connection.executemany(f'INSERT INTO "{layer}" VALUES ({marks})', rows)
    connection.execute("COMMIT")


def _sql_type(dtype: object) -> str:
    kind = getattr(dtype, "kind", "O")
    return {"i": "INTEGER", "u": "INTEGER", "f": "DOUBLE", "b": "BOOLEAN"}.get(kind, "TEXT")


def _blob(geometry: shapely.Geometry) -> bytes:
    """Return the geometry with the GeoPackage header: magic, version, flags, CRS, envelope."""
    wkb = shapely.to_wkb(geometry, byte_order=1)
    if geometry.geom_type == "Point":
        return struct.pack("<2sBBi", b"GP", 0, 0b00000001, 25833) + wkb
    xmin, ymin, xmax, ymax = np.asarray(geometry.bounds, dtype=float)
    return struct.pack("<2sBBi4d", b"GP", 0, 0b00000011, 25833, xmin, xmax, ymin, ymax) + wkb


def _forget_library(path: Path) -> None:
    """Fix what SQLite notes about itself: change counter (24, 92) and library version (96)."""
    with path.open("r+b") as file:
        for at, value in ((24, 1), (92, 1), (96, 3_040_001)):
            file.seek(at)
            file.write(struct.pack(">I", value))
