"""What an old Excel workbook (.xls) says about its cells: shown as per cent, joined.

A workbook is a stream of records (kind, length, content) in an OLE compound file.

References
----------
Microsoft, [MS-CFB] Compound File Binary File Format; [MS-XLS] Excel Binary File Format (.xls).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sozialraum.sources.workbooks.remarks import CellBlock, Remarks
from sozialraum.sources.workbooks.xlsx import is_percent_format, xlsx_remarks

_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_LAST = 0xFFFFFFFA  # sector numbers from here on are marks
_MINI_BELOW = 4096
_BOF, _EOF, _SHEET, _FORMAT, _XF = 0x0809, 0x000A, 0x0085, 0x041E, 0x00E0
_NUMBER, _RK, _MULRK, _FORMULA, _MERGED = 0x0203, 0x027E, 0x00BD, 0x0006, 0x00E5
_BIFF8 = 0x0600
_BUILT_IN = {9, 10}  # 0 % and 0.00 %


def old_excel_remarks(path: Path, sheet: str) -> Remarks:
    """Return what a sheet of an .xls file says about its cells.

    Raises
    ------
    LookupError
        If the file is not built as such a workbook is.
    """
    content = path.read_bytes()
    if content.startswith(b"PK"):  # a newer workbook under an old name
        return xlsx_remarks(path, sheet)
    try:
        stream = _workbook(content)
        book = _read_book(stream)
        return _remarks(stream, book.sheets[sheet], book.percent)
    except struct.error as error:
        message = f"a record ends too early: {error}"
        raise LookupError(message) from None


@dataclass
class _Book:
    """Where each sheet begins in the stream, and the cell styles that show per cent."""

    sheets: dict[str, int] = field(default_factory=dict)
    percent: set[int] = field(default_factory=set)


def _read_book(stream: bytes) -> _Book:
    book, formats, styles, version = _Book(), set(_BUILT_IN), [], _BIFF8
    for kind, body in _records(stream, 0):
        if kind == _BOF:
            version = struct.unpack_from("<H", body)[0]
        elif kind == _SHEET:
            book.sheets[_text(body, 6, 1, version)] = struct.unpack_from("<I", body)[0]
        elif kind == _FORMAT:
            if is_percent_format(_text(body, 2, 2 if version == _BIFF8 else 1, version)):
                formats.add(struct.unpack_from("<H", body)[0])
        elif kind == _XF:
            styles.append(struct.unpack_from("<H", body, 2)[0])
    book.percent = {n for n, shown in enumerate(styles) if shown in formats}
    return book


def _remarks(stream: bytes, start: int, percent: set[int]) -> Remarks:
    found = Remarks()
    for kind, body in _records(stream, start):
        if kind in (_NUMBER, _RK, _FORMULA):
            row, column, style = struct.unpack_from("<HHH", body)
            cells = [(row, column, style)]
        elif kind == _MULRK:
            row, column = struct.unpack_from("<HH", body)
            styles = [struct.unpack_from("<H", body, at)[0] for at in range(4, len(body) - 2, 6)]
            cells = [(row, column + n, style) for n, style in enumerate(styles)]
        else:
            cells = []
            if kind == _MERGED:
                found.joined += _blocks(body)
        found.percent += [CellBlock(r, c, r, c) for r, c, style in cells if style in percent]
    return found


def _blocks(body: bytes) -> Iterator[CellBlock]:
    (count,) = struct.unpack_from("<H", body)
    for n in range(count):
        top, bottom, left, right = struct.unpack_from("<HHHH", body, 2 + 8 * n)
        yield CellBlock(top, left, bottom, right)


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield kind and content of the records of one part, up to its end."""
    at = start
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _EOF:
            return
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _text(body: bytes, at: int, size: int, version: int) -> str:
    """Return a text whose length takes `size` bytes; in BIFF8 a flag tells wide letters."""
    length = int.from_bytes(body[at : at + size], "little")
    start = at + size
    if version != _BIFF8:
        return body[start : start + length].decode("cp1252", "replace")
    wide = bool(body[start] & 1)
    letters = body[start + 1 : start + 1 + length * (2 if wide else 1)]
    return letters.decode("utf-16-le" if wide else "latin-1", "replace")


# --- the compound file ----------------------------------------------------------------------------


def _workbook(content: bytes) -> bytes:
    """Return the stream of the workbook in a compound file; a bare stream as it is."""
    if not content.startswith(_MAGIC):
        return content
    shift, short = struct.unpack_from("<HH", content, 30)
    (first_directory,) = struct.unpack_from("<I", content, 48)
    small_at = struct.unpack_from("<I", content, 60)[0]
    sector, tiny = 1 << min(shift, 16), 1 << min(short, 16)
    table = _allocation(content, sector)
    whole = _chain(content[sector:], table, first_directory, sector)
    entries = [whole[at : at + 128] for at in range(0, len(whole) - 127, 128)]
    root, book = _entry(entries, "Root Entry"), _entry(entries, "Workbook", "Book")
    start, size = struct.unpack_from("<IQ", book, 116)
    size &= 0xFFFFFFFF  # version 3 leaves anything in the upper half
    if size >= _MINI_BELOW:
        return _chain(content[sector:], table, start, sector)[:size]
    small = _chain(content[sector:], table, struct.unpack_from("<I", root, 116)[0], sector)
    links = _numbers(_chain(content[sector:], table, small_at, sector))
    return _chain(small, links, start, tiny)[:size]


def _allocation(content: bytes, sector: int) -> list[int]:
    """Return which sector follows which."""
    listed = list(struct.unpack_from("<109I", content, 76))
    (more,) = struct.unpack_from("<I", content, 68)
    seen: set[int] = set()
    while more < _LAST and more not in seen:
        seen.add(more)
        block = _numbers(content[(more + 1) * sector : (more + 2) * sector])
        listed += block[:-1]
        more = block[-1] if block else _LAST
    places = [n for n in listed if n < _LAST]
    return [link for n in places for link in _numbers(content[(n + 1) * sector : (n + 2) * sector])]


def _numbers(raw: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4]))


def _chain(body: bytes, table: list[int], start: int, sector: int) -> bytes:
    """Return the sectors of a chain one after the other; a ring ends where it closes."""
    found, at, seen = [], start, set()
    while at < _LAST and at not in seen:
        seen.add(at)
        found.append(body[at * sector : (at + 1) * sector])
        at = table[at]
    return b"".join(found)


def _entry(entries: list[bytes], *names: str) -> bytes:
    for entry in entries:
        length = struct.unpack_from("<H", entry, 64)[0]
        if entry[: max(length - 2, 0)].decode("utf-16-le", "replace") in names:
            return entry
    message = f"no {names[0]} in the compound file"
    raise LookupError(message)
