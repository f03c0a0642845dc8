"""Random damage to delivered files: bytes, cells, geometry, lines of a build file.

Each mutation follows from its random generator alone, so that a seed and a number name it.
"""

from __future__ import annotations

import io
import random
import re
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import shapely

# What a mutation may change without anybody being able to see it: it could have been delivered so.
PLAUSIBLE = {
    "byte": "ein anderes Zeichen, eine andere Ziffer oder Koordinate",
    "digit": "eine andere plausible Zahl",
    "swap": "zwei vertauschte Zahlen",
    "cell": "eine andere plausible Zahl",
    "vertex": "eine andere plausible Grenze",
    "xml": "eine andere plausible Zahl",
    "line": "die Build-Datei sagt es so; das Manifest hält es fest",
    "value": "die Build-Datei sagt es so; das Manifest hält es fest",
}
_CELLS = ["", " ", ".", "/", "-", "x", "k.A.", "-5", "1e400", "nan", "=1+1", "1.234,5", "99999999",
          " 7 ", "ü", '"', ";", "\u200b1", "0", "1,5", "inf", "1.12.2024", "WAHR"]  # fmt: skip
_VALUES = ["1", "-1", "0.5", "nan", "inf", '""', '"x"', '"???"', "true", "[]", "{}", "[1.0, 0.0]",
           "2024-01-01", '"C:\\Users"', '"../x"', '"NUL"', "1e309", '"zscore"', '"population"',
           "99999999999999999999", "'''x'''", '["armut"]']  # fmt: skip

_NUMBER = re.compile(rb"[0-9]{1,12}")


def other_numbers(before: bytes, after: bytes) -> bool:
    """Tell whether two tables differ in whole numbers alone: nobody could see it in the second.

    Examples
    --------
    >>> other_numbers(b"01;30;50", b"01;30;5"), other_numbers(b"01;30;50", b"01;30;")
    (True, False)
    """
    one, two = before.splitlines(), after.splitlines()
    rows = [(a.split(b";"), b.split(b";")) for a, b in zip(one, two, strict=False)]
    if len(one) != len(two) or any(len(a) != len(b) for a, b in rows):
        return False
    changed = [cells for a, b in rows for cells in zip(a, b, strict=True) if cells[0] != cells[1]]
    return bool(changed) and all(_NUMBER.fullmatch(cell) for cells in changed for cell in cells)


Mutation = Callable[[bytes, random.Random], bytes]


def mutations_of(file: Path) -> dict[str, Mutation]:
    """Return the kinds of damage that fit a file, by name."""
    kinds: dict[str, Mutation] = {
        "byte": _byte, "cut": _cut, "insert": _insert, "end": _end, "twice": _twice,
    }  # fmt: skip
    suffix = file.suffix.lower()
    if suffix == ".csv":
        kinds |= {"digit": _digit, "swap": _swap, "cell": _cell, "row": _row, "head": _head}
    elif suffix == ".toml":
        kinds = {"byte": _byte, "line": _line, "value": _value, "cut": _cut}
    elif suffix == ".xlsx":
        kinds |= {"xml": _xml}
    elif suffix == ".gpkg":
        kinds |= {"vertex": _vertex, "shape": _shape, "away": _away}
    return kinds


# --- bytes ----------------------------------------------------------------------------------------


def _byte(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 20))):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _cut(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.choice((1, 7, 200, 5000)) :]


def _insert(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + rng.randbytes(rng.choice((1, 4, 300))) + data[start:]


def _end(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.choice((0, 1, 100, len(data) // 2, len(data) - 1))]


def _twice(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[start : start + 500] + data[start:]


# --- cells ----------------------------------------------------------------------------------------


def _rows(data: bytes) -> list[list[bytes]]:
    sign = max((b";", b",", b"\t"), key=data[:2000].count)
    return [line.split(sign) for line in data.splitlines()]


def _joined(rows: list[list[bytes]], data: bytes) -> bytes:
    sign = max((b";", b",", b"\t"), key=data[:2000].count)
    return b"\n".join(sign.join(row) for row in rows) + b"\n"


def _digit(data: bytes, rng: random.Random) -> bytes:
    places = [m.start() for m in re.finditer(rb"\d", data)]
    at = rng.choice(places)
    return data[:at] + str(rng.randrange(10)).encode() + data[at + 1 :]


def _swap(data: bytes, rng: random.Random) -> bytes:
    rows = _rows(data)
    one, two = (rng.randrange(1, len(rows)) for _ in range(2))
    column = rng.randrange(min(len(rows[one]), len(rows[two])))
    rows[one][column], rows[two][column] = rows[two][column], rows[one][column]
    return _joined(rows, data)


def _cell(data: bytes, rng: random.Random) -> bytes:
    rows = _rows(data)
    row = rows[rng.randrange(len(rows))]
    row[rng.randrange(len(row))] = rng.choice(_CELLS).encode()
    return _joined(rows, data)


def _row(data: bytes, rng: random.Random) -> bytes:
    rows = _rows(data)
    at = rng.randrange(len(rows))
    if rng.random() < 0.5:
        del rows[at]
    else:
        rows.insert(at, list(rows[rng.randrange(len(rows))]))
    return _joined(rows, data)


def _head(data: bytes, rng: random.Random) -> bytes:
    rows = _rows(data)
    at = rng.randrange(len(rows[0]))
    rows[0][at] = rng.choice((b"", b"x", rows[0][rng.randrange(len(rows[0]))], rows[0][at] + b"x"))
    return _joined(rows, data)


def _xml(data: bytes, rng: random.Random) -> bytes:
    """Change one part of a workbook and pack it again."""
    packed = zipfile.ZipFile(io.BytesIO(data))
    parts = {name: packed.read(name) for name in packed.namelist()}
    sheets = [n for n in parts if n.endswith(".xml") and "sheet" in n.lower()]
    name = rng.choice(sheets or sorted(parts))
    values = list(re.finditer(rb"<v>([^<]*)</v>", parts[name]))
    if values:
        at = rng.choice(values)
        new = rng.choice((b"", b"-3", b"7", b"1e999", b"x", b"0.5", b"99999999"))
        parts[name] = parts[name][: at.start(1)] + new + parts[name][at.end(1) :]
    else:
        parts[name] = _byte(parts[name], rng)
    packing = io.BytesIO()
    with zipfile.ZipFile(packing, "w", zipfile.ZIP_DEFLATED) as again:
        for part, content in parts.items():
            again.writestr(part, content)
    return packing.getvalue()


# --- geometry -------------------------------------------------------------------------------------


def _reshaped(data: bytes, change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a file in memory has no name that GDAL likes
        layer = gpd.read_file(io.BytesIO(data))
    written = io.BytesIO()
    change(layer).to_file(written, driver="GPKG", engine="pyogrio")
    return written.getvalue()


def _vertex(data: bytes, rng: random.Random) -> bytes:
    """Move one corner of one shape."""
    far = rng.choice((0.01, 5.0, 400.0, 1e5, 1e9))

    def change(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        at = rng.randrange(len(layer))
        shape = layer.geometry.iloc[at]
        corners = shapely.get_coordinates(shape)
        moved = rng.randrange(len(corners))
        same = (corners == corners[moved]).all(axis=1)
        corners[same] += far
        layer.loc[layer.index[at], "geometry"] = shapely.set_coordinates(shape, corners)
        return layer

    return _reshaped(data, change)


def _shape(data: bytes, rng: random.Random) -> bytes:
    """Put something else in the place of one shape."""

    def change(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        at = layer.index[rng.randrange(len(layer))]
        x, y = layer.total_bounds[:2]
        other = layer.geometry.iloc[rng.randrange(len(layer))]
        new = [None, shapely.Polygon(), other, shapely.Point(x, y), shapely.LineString([(x, y),
               (x + 9, y)]), shapely.Polygon([(x, y), (x + 9, y + 9), (x + 9, y), (x, y + 9)]),
               shapely.GeometryCollection([other, shapely.Point(x, y)])]  # fmt: skip
        layer.loc[at, "geometry"] = rng.choice(new)
        return layer

    return _reshaped(data, change)


def _away(data: bytes, rng: random.Random) -> bytes:
    """Leave out or repeat one shape."""

    def change(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        at = rng.randrange(len(layer))
        if rng.random() < 0.5:
            return layer.drop(index=layer.index[at])
        return layer.iloc[[*range(len(layer)), at]].reset_index(drop=True)

    return _reshaped(data, change)


# --- lines of a build file ------------------------------------------------------------------------


def _line(data: bytes, rng: random.Random) -> bytes:
    lines = data.decode().splitlines()
    at = rng.randrange(len(lines))
    what = rng.randrange(3)
    if what == 0:
        del lines[at]
    elif what == 1:
        lines.insert(rng.randrange(len(lines)), lines[at])
    else:
        other = rng.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    return "\n".join(lines).encode()


def _value(data: bytes, rng: random.Random) -> bytes:
    lines = data.decode().splitlines()
    stated = [n for n, line in enumerate(lines) if re.match(r"\s*[\w.]+\s*=", line)]
    at = rng.choice(stated)
    key = lines[at].split("=")[0]
    if rng.random() < 0.2:
        key = key.strip()[:-1] + rng.choice("abcx_ ") + " "
    lines[at] = f"{key}= {rng.choice(_VALUES)}"
    return "\n".join(lines).encode()
