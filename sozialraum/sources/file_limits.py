"""Limits on size, held before a file is read: a small file can unpack to a very large one."""

from __future__ import annotations

import gzip
import re
import sqlite3
import zipfile
import zlib
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.texts import number, problem

SHEET = re.compile(r"xl/worksheets/[^/]+\.xml$")
_CELL = re.compile(rb"r=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_MEGABYTE = 1_000_000

# what `zipfile` raises for damaged archives, beyond its own error
BROKEN_ZIP = (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, IndexError, zlib.error)


@dataclass(frozen=True)
class Limits:
    """What a delivered file may hold at most; Germany's 11,000 municipalities need a twentieth.

    Parameters
    ----------
    file_bytes : size of the file on disk
    unpacked_bytes : size after unpacking
    ratio : unpacked size over packed size, looked at from one megabyte on
    members : files in an archive
    cells : cells of a table, or of the part of a raster that is read
    sheet_cells : cells of a sheet of a workbook from its first to its last; readers keep them all
    features : areas or points of a layer
    vertices : vertices of a layer
    """

    file_bytes: int = 2_000 * _MEGABYTE
    unpacked_bytes: int = 1_000 * _MEGABYTE
    ratio: float = 100.0
    members: int = 10_000
    cells: int = 100_000_000
    sheet_cells: int = 10_000_000
    features: int = 5_000_000
    vertices: int = 50_000_000


LIMITS = Limits()


def check_size(path: Path, limits: Limits = LIMITS) -> list[Problem]:
    """Return the limits a file breaks, judged without reading its content.

    Archives (xlsx, ods, zip), gzip files and GeoPackages are looked into; everything else is
    weighed.
    """
    size = path.stat().st_size
    if size == 0:
        return [problem("sources.empty_file", file=path.name)]
    if size > limits.file_bytes:
        return [_too_large(path, size, limits.file_bytes)]
    suffix = path.suffix.lower()
    if suffix in {".xlsx", ".xlsm", ".ods", ".zip", ".kmz"}:
        return _check_archive(path, limits)
    if suffix == ".gz":
        return _check_gzip(path, limits)
    if suffix == ".gpkg":
        return _broken_off(path, size) or _check_geopackage(path, limits)
    return []


def require_size(path: Path, limits: Limits = LIMITS) -> None:
    """Raise `DataError` if a file breaks a limit."""
    problems = check_size(path, limits)
    if problems:
        raise DataError(problems)


def read_gzip(path: Path, limits: Limits = LIMITS) -> bytes:
    """Return the unpacked content of a gzip file that passed `check_size`."""
    with gzip.open(path) as packed:
        return packed.read(limits.unpacked_bytes)


def _too_large(path: Path, size: int, limit: int) -> Problem:
    return problem(
        "sources.too_large",
        file=path.name,
        found=f"{size / _MEGABYTE:.0f} MB",
        limit=f"{limit / _MEGABYTE:.0f} MB",
    )


def _check_archive(path: Path, limits: Limits) -> list[Problem]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (*BROKEN_ZIP, OSError):
        # Excel packs a workbook with a password into the container of its old format
        with path.open("rb") as file:
            locked = file.read(4) == b"\xd0\xcf\x11\xe0"
        code = "password" if locked else "broken_archive"
        return [problem(f"sources.{code}", file=path.name)]
    if len(members) > limits.members:
        return [problem("sources.too_many_members", file=path.name, found=len(members))]
    if any(m.flag_bits & 1 for m in members):
        return [problem("sources.password", file=path.name)]
    found = _check_ratio(path, sum(m.file_size for m in members), limits)
    return found or _check_sheets(path, limits)


def _check_sheets(path: Path, limits: Limits) -> list[Problem]:
    """Return a problem for a sheet that one stray cell far off makes larger than is read.

    A reader lays the whole rectangle out; with a cell in XFD1048576 it would end the process.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = [n for n in archive.namelist() if SHEET.match(n)]
            large = any(_extent(archive.read(n), limits) > limits.sheet_cells for n in names)
    except (*BROKEN_ZIP, OSError):
        return [problem("sources.broken_archive", file=path.name)]
    if not large:
        return []
    return [problem("sources.too_many_cells", file=path.name, limit=number(limits.sheet_cells))]


def _extent(sheet: bytes, limits: Limits) -> int:
    """Return how many cells a sheet has up to its last row and column; at most so many, if few."""
    letters = next((n for n in (3, 2) if re.search(rb"r=[\"'][A-Z]{%d}\d" % n, sheet)), 1)
    digits = next((n for n in (7, 6, 5) if re.search(rb"r=[\"'][A-Z]+\d{%d}[\"']" % n, sheet)), 4)
    most = 10**digits * sum(26**n for n in range(1, letters + 1))
    if most <= limits.sheet_cells:
        return most
    columns, rows = 0, 0
    for cell in _CELL.finditer(sheet):
        columns = max(columns, _column_number(cell.group(1)))
        rows = max(rows, int(cell.group(2)))
    return columns * rows


@cache
def _column_number(letters: bytes) -> int:
    return sum((c - 64) * 26**n for n, c in enumerate(reversed(letters)))


def _check_gzip(path: Path, limits: Limits) -> list[Problem]:
    """Count the bytes of a gzip file piecewise; the length it states itself can lie."""
    unpacked = 0
    allowed = min(limits.unpacked_bytes, max(limits.ratio * path.stat().st_size, _MEGABYTE))
    try:
        with gzip.open(path) as packed:
            while unpacked <= allowed and (piece := packed.read(_MEGABYTE)):
                unpacked += len(piece)
    except (OSError, EOFError, zlib.error):
        return [problem("sources.broken_archive", file=path.name)]
    return _check_ratio(path, unpacked, limits)


def _check_ratio(path: Path, unpacked: int, limits: Limits) -> list[Problem]:
    ratio = unpacked / path.stat().st_size
    if unpacked > limits.unpacked_bytes:
        return [_too_large(path, unpacked, limits.unpacked_bytes)]
    if unpacked > _MEGABYTE and ratio > limits.ratio:
        return [
            problem(
                "sources.bomb", file=path.name, found=f"{ratio:.0f}", limit=f"{limits.ratio:.0f}"
            )
        ]
    return []


def _broken_off(path: Path, size: int) -> list[Problem]:
    """Return a problem for a GeoPackage that ends before its last page: a copy that broke off.

    The header of SQLite says how large pages are and, if it was kept up to date, how many.
    """
    with path.open("rb") as file:
        head = file.read(100)
    page = int.from_bytes(head[16:18], "big")
    pages, current = int.from_bytes(head[28:32], "big"), head[24:28] == head[92:96]
    expected = (65_536 if page == 1 else page) * pages
    known = head.startswith(b"SQLite format 3\0") and len(head) == 100 and current
    if not known or size >= expected:
        return []
    return [problem("sources.broken_off", file=path.name, found=size, size=expected)]


def _check_geopackage(path: Path, limits: Limits) -> list[Problem]:
    """Let only plain tables pass as layers: a view of 96 kB can count three million rows."""
    try:
        with closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        ) as base:
            kinds = {
                name: (kind, sql or "")
                for name, kind, sql in base.execute("SELECT name, type, sql FROM sqlite_master")
                if kind in ("table", "view")
            }
            # a list of layers that is itself a view need never come to an end
            lists = [n for n in kinds if n.lower().startswith("gpkg_") and not _is_plain(*kinds[n])]
            if lists:
                return [problem("sources.no_plain_layer", file=path.name, found=lists[0])]
            layers = [row[0] for row in base.execute("SELECT table_name FROM gpkg_contents")]
            return [
                found
                for layer in layers
                for found in _check_layer(base, path, layer, kinds, limits)
            ]
    except (sqlite3.Error, UnicodeDecodeError, TypeError, AttributeError):
        return [problem("sources.broken_geopackage", file=path.name)]


def _is_plain(kind: str, sql: str) -> bool:
    return kind == "table" and sql.upper().split()[:2] == ["CREATE", "TABLE"]


def _check_layer(
    base: sqlite3.Connection,
    path: Path,
    layer: str,
    kinds: dict[str, tuple[str, str]],
    limits: Limits,
) -> list[Problem]:
    if not _is_plain(*kinds.get(layer, ("", ""))):
        return [problem("sources.no_plain_layer", file=path.name, found=layer)]
    quoted = layer.replace('"', '""')
    rows = base.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0]
    if rows > limits.features:
        return [
            problem("sources.too_many_features", file=path.name, found=rows, limit=limits.features)
        ]
    return []
