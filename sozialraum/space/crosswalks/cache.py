"""Geometry work is done once: a crosswalk is kept under the hash of everything it was made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from sozialraum.model.errors import DataError
from sozialraum.model.raster import Raster
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.space.making import make_crosswalk

if TYPE_CHECKING:
    import geopandas as gpd

# Raised when the makers change, so that no crosswalk of an older method is found again.
VERSION = "2"


def input_hash(
    source: gpd.GeoDataFrame, target: gpd.GeoDataFrame, options: Mapping[str, object]
) -> str:
    """Return the SHA-256 of keys, geometries, CRS and options; the same on every machine."""
    digest = hashlib.sha256(VERSION.encode())
    for value in (source, target, *(v for item in sorted(options.items()) for v in item)):
        _add(digest, value)
    return digest.hexdigest()


def _add(digest: hashlib._Hash, value: object) -> None:
    if isinstance(value, pd.DataFrame):
        digest.update(json.dumps([list(map(str, value.index)), list(map(str, value))]).encode())
        for name in value.columns:
            column = value[name]
            if str(column.dtype) == "geometry":
                digest.update(str(column.crs).encode())
                digest.update(b"".join(shapely.to_wkb(column.to_numpy(), byte_order=1)))
            else:
                digest.update(json.dumps(list(map(str, column))).encode())
    elif isinstance(value, Raster):
        place = (value.left, value.top, value.cell_width, value.cell_height, value.crs)
        digest.update(repr((value.values.shape, *place)).encode())
        digest.update(np.ascontiguousarray(value.values, dtype="<f8").tobytes())
    elif isinstance(value, list | tuple):
        digest.update(f"[{len(value)}]".encode())
        for one in value:
            _add(digest, one)
    else:
        digest.update(repr(value).encode())


def cached_crosswalk(
    source: gpd.GeoDataFrame,
    target: gpd.GeoDataFrame,
    *,
    folder: str | Path,
    **options: object,
) -> Crosswalk:
    """Return the crosswalk of `make_crosswalk`, from `folder` if it was made before.

    Parameters
    ----------
    source, target : as of `make_crosswalk`
    folder : where crosswalks are kept; ``<hash of the inputs>.json`` names the saved crosswalk
    options : as of `make_crosswalk`

    Notes
    -----
    A file that was changed or is damaged is not used: the crosswalk is made again.
    """
    folder = Path(folder)
    note = folder / f"{input_hash(source, target, options)}.json"
    try:
        return Crosswalk.load(folder / json.loads(note.read_text(encoding="utf-8"))["crosswalk"])
    except (FileNotFoundError, DataError, json.JSONDecodeError, KeyError):
        made = make_crosswalk(source, target, **options)  # type: ignore[arg-type]
    path = made.save(folder)
    note.write_text(json.dumps({"crosswalk": path.name}), encoding="utf-8")
    return made
