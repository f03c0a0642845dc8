"""The census-like grid of children, and the smallest GeoTIFF that holds it.

The file is written by hand, so that it does not depend on the version of a library: one strip, no
compression.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
from pyproj import Transformer

from sozialraum.model import Raster
from sozialraum.testing.layout import CRS

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from sozialraum.testing.people import People

CELL = 100.0
GRID_CRS = "EPSG:3035"
SMALLEST_PUBLISHED = 3  # as in the census: one and two are not told


def children_grid(people: People, houses: pd.DataFrame) -> Raster:
    """Return children under 10 (end of 2024) per 100 m cell; cells with one or two hold 0."""
    children = people.children[people.children["here_2024"] & (people.children["age_2024"] < 10)]
    to_grid = Transformer.from_crs(CRS, GRID_CRS, always_xy=True)
    x, y = to_grid.transform(houses["x"].to_numpy(), houses["y"].to_numpy())
    column = np.floor(np.round(x, 3) / CELL).astype(np.int64)
    row = np.floor(np.round(y, 3) / CELL).astype(np.int64)
    left, top = column.min() - 2, row.max() + 3
    shape = (top - row.min() + 2, column.max() + 3 - left)
    at = children["address"].to_numpy()
    flat = (top - 1 - row[at]) * shape[1] + column[at] - left
    values = np.bincount(flat, minlength=shape[0] * shape[1]).astype(float).reshape(shape)
    values[values < SMALLEST_PUBLISHED] = 0.0
    return Raster(
        values, float(left * CELL), float(top * CELL), CELL, CELL, GRID_CRS, "kinder_100m.tif"
    )


def write_geotiff(path: Path, raster: Raster) -> None:
    """Write whole numbers as GeoTIFF (uint16, 65535 = no data), the same bytes everywhere."""
    cells = np.where(np.isnan(raster.values), 65535, raster.values).astype("<u2")
    rows, columns = cells.shape
    epsg = int(raster.crs.rpartition(":")[2])
    geo_keys = [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, epsg]
    tags = [  # tag, type (2 ASCII, 3 SHORT, 4 LONG, 12 DOUBLE), values; ascending
        (256, 4, [columns]), (257, 4, [rows]), (258, 3, [16]), (259, 3, [1]), (262, 3, [1]),
        (273, 4, [0]),
        (277, 3, [1]), (278, 4, [rows]), (279, 4, [cells.nbytes]), (284, 3, [1]), (339, 3, [1]),
        (33550, 12, [raster.cell_width, raster.cell_height, 0.0]),
        (33922, 12, [0.0, 0.0, 0.0, raster.left, raster.top, 0.0]),
        (34735, 3, geo_keys), (42113, 2, b"65535\0"),
    ]  # fmt: skip
    directory, beyond = _directory(tags)
    path.write_bytes(directory + beyond + cells.tobytes())


def _directory(tags: list[tuple[int, int, list[float] | bytes]]) -> tuple[bytes, bytes]:
    """Return the tag directory and the values beyond it; tag 273 tells where the cells begin."""
    after = 8 + 2 + 12 * len(tags) + 4
    packed = [_pack(kind, values) for _, kind, values in tags]
    room = [len(p) + len(p) % 2 if len(p) > 4 else 0 for p in packed]
    cells_at = after + sum(room)
    entries, beyond = b"", b""
    for (tag, kind, values), data, taken in zip(tags, packed, room, strict=True):
        data = struct.pack("<I", cells_at) if tag == 273 else data
        count = len(values)
        if taken:
            entries += struct.pack("<HHII", tag, kind, count, after + len(beyond))
            beyond += data.ljust(taken, b"\0")
        else:
            entries += struct.pack("<HHI", tag, kind, count) + data.ljust(4, b"\0")
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + struct.pack("<I", 0), beyond


def _pack(kind: int, values: list[float] | bytes) -> bytes:
    if isinstance(values, bytes):
        return values
    return struct.pack("<" + {3: "H", 4: "I", 12: "d"}[kind] * len(values), *values)
