"""Geometry work is done once: a crosswalk is kept under the hash of everything it was made from.

A build keeps crosswalks that rest on outlines alone: their shares speak of square metres or of
numbers of buildings. Shares that come from persons (residents of a building, of a grid cell) are
made anew each time, so that no count of persons ever lies in the cache.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from importlib import metadata
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

# The environment variable that names the folder of kept crosswalks; empty: nothing is kept.
FOLDER = "SOZIALRAUM_CACHE"
# What is kept stays below this size; what was not used for longest goes first.
MOST_BYTES = 500_000_000


@cache
def makers() -> str:
    """Return the SHA-256 of the code that makes crosswalks, and of the libraries under it."""
    package = Path(__file__).parents[2]
    digest = hashlib.sha256(repr((metadata.version("shapely"), shapely.geos_version)).encode())
    for room in ("space", "kernels/spatial"):
        for file in sorted((package / room).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def cache_folder() -> Path | None:
    """Return where builds keep crosswalks: of the environment, else of the user's caches."""
    stated = os.environ.get(FOLDER)
    if stated is None:
        import platformdirs

        return platformdirs.user_cache_path("sozialraum", appauthor=False) / "crosswalks"
    return Path(stated) if stated.strip() else None


def input_hash(
    source: gpd.GeoDataFrame, target: gpd.GeoDataFrame, options: Mapping[str, object]
) -> str:
    """Return the SHA-256 of keys, geometries, CRS and options; the same on every machine."""
    digest = hashlib.sha256(makers().encode())
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
    name = input_hash(source, target, options)
    return kept(name, lambda: make_crosswalk(source, target, **options), Path(folder))  # type: ignore[arg-type]


def kept(
    name: str, make: Callable[[], Crosswalk], folder: Path | None, *, most: int = MOST_BYTES
) -> Crosswalk:
    """Return the crosswalk kept in `folder` under `name`; else make it and keep it there.

    A folder that cannot be read or written is no error: the crosswalk is made, and not kept.
    """
    if folder is None:
        return make()
    found = _found(folder / f"{name}.json")
    if found is not None:
        return found
    made = make()
    with suppress(OSError):
        path = made.save(folder)
        _write(folder / f"{name}.json", json.dumps({"crosswalk": path.name}))
        _forget(folder, most)
    return made


def _found(note: Path) -> Crosswalk | None:
    try:
        path = note.parent / json.loads(note.read_text(encoding="utf-8"))["crosswalk"]
        crosswalk = Crosswalk.load(path)
    except (OSError, DataError, ValueError, KeyError, TypeError):
        return None
    with suppress(OSError):
        for file in (note, path, path.with_suffix(".json")):
            os.utime(file)
    return crosswalk


def _write(path: Path, content: str) -> None:
    """Write a file that appears whole or not at all, also beside another run."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(content, encoding="utf-8")
    unfinished.replace(path)


def _forget(folder: Path, most: int) -> None:
    """Remove what was not used for longest, until the folder is small enough."""
    found = [(s.st_mtime_ns, s.st_size, f) for f in folder.iterdir() for s in (f.stat(),)]
    excess = sum(size for _, size, _ in found) - most
    for _, size, file in sorted(found):
        if excess <= 0:
            return
        file.unlink(missing_ok=True)
        excess -= size
