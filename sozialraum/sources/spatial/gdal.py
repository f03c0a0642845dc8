"""The only place that sets GDAL up: no network, no file that points to other files, no plug-ins.

GDAL opens addresses, virtual rasters and ``CSV:`` prefixes wherever it is given a path.
`sozialraum.sources.paths` lets only plain files through; this is the second lock. It is set before
GDAL is loaded where that is possible, because drivers are skipped only when they are registered.
"""

from __future__ import annotations

import os
from typing import Any

OPTIONS = {
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "/nonexistent",
    "CPL_VSIL_CURL_USE_HEAD": "NO",
    "GDAL_SKIP": "VRT,OGR_VRT,HTTP,WMS,WCS,WMTS,WFS,OAPIF,OGCAPI,GDALG,CSW,PLSCENES,NGW",
    "OGR_SKIP": "OGR_VRT,HTTP,WFS,OAPIF,CSW",
    "GDAL_DRIVER_PATH": "disable",
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_PROXY": "127.0.0.1:9",
    "GDAL_PAM_ENABLED": "NO",
    "GML_DOWNLOAD_SCHEMA": "NO",
    "GML_FIELDTYPES": "ALWAYS_STRINGS",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "OGR_GEOJSON_MAX_OBJ_SIZE": "0",
    "PROJ_NETWORK": "OFF",
}


def harden() -> None:
    """Switch off what could leave the machine or run foreign code; call before each reading."""
    import pyogrio
    import pyproj

    pyogrio.set_gdal_config_options(dict(OPTIONS))
    pyproj.network.set_network_enabled(active=False)


def raster_environment() -> Any:
    """Return rasterio's environment with the same options, for a ``with`` statement."""
    import rasterio

    return rasterio.Env(**OPTIONS, GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR")


for _name in ("GDAL_SKIP", "GDAL_DRIVER_PATH", "CPL_VSIL_CURL_ALLOWED_FILENAME", "PROJ_NETWORK"):
    os.environ.setdefault(_name, OPTIONS[_name])
