"""Old Excel workbooks (.xls, BIFF8) written byte by byte: no wheel that writes them is kept up.

A workbook is a stream of records (kind, length, content) in an OLE compound file: a header, one
sector of allocation table, one of directory, then the stream.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

_SECTOR = 512
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_FILLER = 0x0FFF  # a kind of record that no reader knows
HIDDEN = "hidden"
PROTECTED = b"\x01\x00\x01\x00\x01\x00" + bytes(48)  # RC4, without a key that fits


def record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _text(words: str, length: str) -> bytes:
    return struct.pack(f"<{length}B", len(words), 1) + words.encode("utf-16-le")


def _beginning(kind: int) -> bytes:
    return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 1996, 0, 6))


def _cell(row: int, column: int, value: object, strings: list[str], style: int = 0) -> bytes:
    place = struct.pack("<HHH", row, column, style)
    if isinstance(value, bool):
        return record(0x0205, place + bytes([value, 0]))
    if isinstance(value, int | float):
        return record(0x0203, place + struct.pack("<d", value))
    if value is None:
        return b""
    if value not in strings:
        strings.append(str(value))
    return record(0x00FD, place + struct.pack("<I", strings.index(str(value))))


def _styles(formats: Mapping[int, str]) -> bytes:
    """Return formats of numbers, and one style per column: 0 as it is, n + 1 for column n."""
    listed = {column: 164 + n for n, column in enumerate(sorted(formats))}
    words = [
        record(0x041E, struct.pack("<H", listed[column]) + _text(formats[column], "H"))
        for column in sorted(formats)
    ]
    shown = [0, *(listed.get(column, 0) for column in range(max(formats, default=-1) + 1))]
    return b"".join(words) + b"".join(
        record(0x00E0, struct.pack("<HH", 0, number) + bytes(16)) for number in shown
    )


def _sheet(
    rows: Sequence[Sequence[object]], strings: list[str], formats: Mapping[int, str]
) -> bytes:
    width = max(len(row) for row in rows)
    cells = [
        _cell(r, c, value, strings, c + 1 if c in formats else 0)
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
    ]
    size = record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    return _beginning(0x0010) + size + b"".join(cells)


def stream(
    sheets: Mapping[str, Sequence[Sequence[object]]],
    *,
    hidden: Sequence[str] = (),
    protected: bool = False,
    formats: Mapping[int, str] | None = None,
) -> bytes:
    """Return the records of a workbook; filled up to 4,096 bytes, below which files are packed otherwise."""
    strings: list[str] = []
    bodies = [_sheet(rows, strings, formats or {}) + record(0x000A) for rows in sheets.values()]
    listed = struct.pack("<II", len(strings), len(strings)) + b"".join(
        _text(words, "H") for words in strings
    )
    head = _beginning(0x0005) + (record(0x002F, PROTECTED) if protected else b"")
    head += record(0x0042, struct.pack("<H", 1200)) + _styles(formats or {})
    names = [
        record(0x0085, bytes(4) + bytes([name in hidden, 0]) + _text(name, "B")) for name in sheets
    ]
    foot = record(0x00FC, listed) + record(0x000A)
    before = len(head) + sum(map(len, names)) + len(foot)
    fill = max(0, 4096 - before - sum(map(len, bodies)) - 4)
    foot = record(_FILLER, bytes(fill)) + foot
    start = before + 4 + fill
    for k, body in enumerate(bodies):
        names[k] = names[k][:4] + struct.pack("<I", start) + names[k][8:]
        start += len(body)
    return head + b"".join(names) + foot + b"".join(bodies)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    words = name.encode("utf-16-le") + b"\x00\x00"
    return (
        words.ljust(64, b"\x00")
        + struct.pack("<HBBIII", len(words), kind, 1, _FREE, _FREE, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def compound(content: bytes, name: str = "Workbook") -> bytes:
    """Return an OLE compound file with one stream."""
    sectors = -(-len(content) // _SECTOR)
    table = [_TABLE, _END, *range(3, 2 + sectors), _END]
    table += [_FREE] * (_SECTOR // 4 - len(table))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack("<HHHHH", 0x003E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", 0, *[_FREE] * 108)
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry(name, 2, _FREE, 2, len(content))
    directory += (bytes(64) + struct.pack("<HBBIII", 0, 0, 1, _FREE, _FREE, _FREE) + bytes(48)) * 2
    body = content.ljust(sectors * _SECTOR, b"\x00")
    return head + struct.pack(f"<{len(table)}I", *table) + directory + body
