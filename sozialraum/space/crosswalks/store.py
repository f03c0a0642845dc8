"""Where geometry work is kept between runs: the folder, names from all inputs, a limited size."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from sozialraum.model.raster import Raster
from sozialraum.space.crosswalks.assembly import Pieces

# The environment variable that names the folder of kept crosswalks; empty: nothing is kept.
FOLDER = "SOZIALRAUM_CACHE"
# What is kept stays below this size; what was not used for longest goes first.
MOST_BYTES = 500_000_000
_KEEPING: ContextVar[Path | None] = ContextVar("folder of kept pieces", default=None)


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


def add(digest: hashlib._Hash, value: object) -> None:
    """Add a value to the hash of what something was made from."""
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
            add(digest, one)
    else:
        digest.update(repr(value).encode())


def write(path: Path, content: str) -> None:
    """Write a file that appears whole or not at all, also beside another run."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(content, encoding="utf-8")
    unfinished.replace(path)


def forget(folder: Path, most: int) -> None:
    """Remove what was not used for longest, until the folder is small enough."""
    found = [(s.st_mtime_ns, s.st_size, f) for f in folder.iterdir() for s in (f.stat(),)]
    excess = sum(size for _, size, _ in found) - most
    for _, size, file in sorted(found):
        if excess <= 0:
            return
        file.unlink(missing_ok=True)
        excess -= size


@contextmanager
def keeping_pieces(folder: Path | None) -> Iterator[None]:
    """Let overlays be kept in a folder, of a build whose shares rest on persons.

    What is kept is square metres of outlines in each other; no count is among it.
    """
    token = _KEEPING.set(folder)
    try:
        yield
    finally:
        _KEEPING.reset(token)


def pieces_name(source: NDArray[np.object_], target: NDArray[np.object_]) -> str:
    """Return the SHA-256 of two lists of outlines and of the code that lays them over each other.

    Parameters
    ----------
    source, target : polygons in one coordinate system
    """
    digest = hashlib.sha256(makers().encode())
    for shapes in (source, target):
        digest.update(f"[{len(shapes)}]".encode())
        digest.update(b"".join(shapely.to_wkb(shapes, byte_order=1)))
    return digest.hexdigest()


def kept_pieces(name: str) -> Pieces | None:
    """Return the pieces that are kept under a name; None where there are none."""
    folder = _KEEPING.get()
    if folder is None:
        return None
    file = folder / f"{name}.npy"
    try:
        target, source, mass = np.load(file, allow_pickle=False)
    except (OSError, ValueError):
        return None
    with suppress(OSError):
        os.utime(file)
    return Pieces(target.astype(np.int64), source.astype(np.int64), mass)


def keep_pieces(name: str, pieces: Pieces) -> None:
    """Keep pieces under a name, where a build keeps them; that they cannot be is no error."""
    folder = _KEEPING.get()
    if folder is None:
        return
    rows = np.stack([pieces.target, pieces.source, pieces.mass]).astype(float)
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{name}.npy.{os.getpid()}"
        with unfinished.open("wb") as file:
            np.save(file, rows, allow_pickle=False)
        unfinished.replace(folder / f"{name}.npy")
        forget(folder, MOST_BYTES)


def is_keeping() -> bool:
    """Tell whether a build keeps its overlays."""
    return _KEEPING.get() is not None
