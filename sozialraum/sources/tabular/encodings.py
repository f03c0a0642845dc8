"""Bytes to text without guessing: byte-order mark, strict UTF-8, Windows-1252, or as stated.

No detector is asked: those call a cp1252 file cp1250 and a cp850 file cp437. What a wrong encoding
does to German words is recognised instead, and refused.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sozialraum.model import Problem
from sozialraum.texts import problem

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# "ä ö ü ß Ä Ö Ü" in UTF-8, read as Windows-1252
MOJIBAKE = re.compile("Ã[¤¶¼Ÿ„–œ\u009f\u0084\u0096\u009c]|â‚¬|Â§")
# ä ö ü Ä Ö Ü of cp850 (DOS) and Mac Roman, read as Windows-1252, inside a word
_FOREIGN_LETTERS = "„”ŽŠšŸ™§á\u0081"
# a letter that a program could not write: a question mark, or the sign for "no character"
_LOST = re.compile(
    "(?<![\\w./?=&])[A-Za-zÄÖÜäöüß]*(?:[A-Za-zäöüß][?][a-zäöüß]|\ufffd)[A-Za-zäöüß?\ufffd]*(?![\\w/=])"
)
_FOREIGN_UMLAUT = re.compile("[A-Za-zß][„”ŽŠšŸ™§][a-zß]|\u0081|[a-z][á§][a-zß]?\\b")


@dataclass(frozen=True)
class Decoded:
    """A text with the encoding it was read in and what was noticed."""

    text: str
    encoding: str
    problems: tuple[Problem, ...] = ()


def decode(raw: bytes, *, file: str, encoding: str | None = None) -> Decoded:
    """Return bytes as text.

    Parameters
    ----------
    raw : the whole file
    file : its name, for messages
    encoding : as stated in the build file; None = byte-order mark, then strict UTF-8, then
        Windows-1252

    Examples
    --------
    >>> decode("Göggingen".encode("cp1252"), file="a.csv").encoding
    'cp1252'
    """
    if encoding is not None:
        return _decode_as(raw, encoding, file)
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return _decode_as(raw, name, file)
    if b"\x00" in raw[:4096]:
        return Decoded("", "", (problem("sources.binary_text", file=file),))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_windows(raw, file)
    return Decoded(text, "utf-8", mojibake(text, file))


def mojibake(text: str, file: str, column: str | None = None) -> tuple[Problem, ...]:
    """Return a problem if `text` shows umlauts that were read in a wrong encoding.

    Examples
    --------
    >>> [p.code for p in mojibake("GÃ¶ggingen", "a.shp")]
    ['sources.mojibake']
    """
    found = None if text.isascii() else MOJIBAKE.search(text)
    if found is None:
        return ()
    word = _word_around(text, found)
    row = text.count("\n", 0, found.start()) + 1 if column is None else None
    return (problem("sources.mojibake", file=file, row=row, column=column, found=word),)


def _decode_as(raw: bytes, encoding: str, file: str) -> Decoded:
    try:
        text = raw.decode(encoding)
    except LookupError:
        return Decoded(
            "", encoding, (problem("sources.unknown_encoding", file=file, found=encoding),)
        )
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        wrong = problem("sources.wrong_encoding", file=file, row=row, encoding=encoding)
        return Decoded("", encoding, (wrong,))
    return Decoded(text, encoding, mojibake(text, file))


def foreign_umlaut(raw: bytes) -> str | None:
    """Return a word of other umlauts than those of Windows-1252 in some bytes; None without any.

    Examples
    --------
    >>> foreign_umlaut("Göggingen".encode("cp850")), foreign_umlaut("Göggingen".encode("cp1252"))
    ('G”ggingen', None)
    """
    text = raw.decode("cp1252", errors="replace").replace("\ufffd", "\u0081")
    found = _first_foreign(text)
    return None if found is None else _shown(text, found)


def _first_foreign(text: str) -> re.Match[str] | None:
    # looking for single letters is a hundred times quicker than the pattern
    suspected = any(letter in text for letter in _FOREIGN_LETTERS)
    return _FOREIGN_UMLAUT.search(text) if suspected else None


def _shown(text: str, found: re.Match[str]) -> str:
    return _word_around(text, found).replace("\u0081", "?")


def _decode_windows(raw: bytes, file: str) -> Decoded:
    # 0x81 is no character of Windows-1252, but the "ü" of cp850
    text = raw.decode("cp1252", errors="replace").replace("\ufffd", "\u0081")
    found = _first_foreign(text)
    if found is None:
        return Decoded(text, "cp1252", mojibake(text, file))
    row = text.count("\n", 0, found.start()) + 1
    word = _shown(text, found)
    return Decoded("", "", (problem("sources.foreign_umlaut", file=file, row=row, found=word),))


def _word_around(text: str, found: re.Match[str]) -> str:
    left = re.search(r"[^\s;,\t\"]*$", text[: found.start()])
    right = re.match(r"[^\s;,\t\"]*", text[found.start() :])
    return (left.group() if left else "")[-30:] + (right.group() if right else "")[:30]


def lost_umlaut(text: str) -> str | None:
    """Return a word whose umlaut is lost for good, "Z?hlbezirk"; None without any.

    Examples
    --------
    >>> lost_umlaut("Z?hlbezirk 12"), lost_umlaut("Wirklich?"), lost_umlaut("seite.php?id=1")
    ('Z?hlbezirk', None, None)
    """
    if "?" not in text and "\ufffd" not in text:
        return None
    found = _LOST.search(text)
    return None if found is None else found.group()


def lost_umlaut_head(file: str, wanted: str, names: Sequence[str]) -> Problem | None:
    """Return a problem if a head has `wanted` but for its umlauts."""
    for name in names:
        if lost_umlaut(name) is None:
            continue
        pattern = re.escape(name).replace(r"\?", ".").replace("\ufffd", ".")
        if re.fullmatch(pattern, wanted, re.I):
            return problem("sources.lost_umlaut_head", file=file, column=wanted, found=name)
    return None
