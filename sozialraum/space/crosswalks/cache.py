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
from pathlib import Path
from typing import TYPE_CHECKING

from sozialraum.model.errors import DataError
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.space.crosswalks.store import MOST_BYTES, add, forget, makers, write
from sozialraum.space.making import make_crosswalk

if TYPE_CHECKING:
    import geopandas as gpd


_LATEST: dict[str, Crosswalk] = {}
_MOST_REMEMBERED = 3


def input_hash(
    source: gpd.GeoDataFrame, target: gpd.GeoDataFrame, options: Mapping[str, object]
) -> str:
    """Return the SHA-256 of keys, geometries, CRS and options; the same on every machine."""
    digest = hashlib.sha256(makers().encode())
    for value in (source, target, *(v for item in sorted(options.items()) for v in item)):
        add(digest, value)
    return digest.hexdigest()


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
        write(folder / f"{name}.json", json.dumps({"crosswalk": path.name}))
        forget(folder, most)
    return made


def remembered(name: str, make: Callable[[], Crosswalk]) -> Crosswalk:
    """Return the crosswalk made under `name` before in this process; nothing is written.

    Those that rest on persons are made once for `check` and the build after it. Only the latest
    few are held.
    """
    found = _LATEST.pop(name, None)
    _LATEST[name] = made = make() if found is None else found
    while len(_LATEST) > _MOST_REMEMBERED:
        _LATEST.pop(next(iter(_LATEST)))
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
