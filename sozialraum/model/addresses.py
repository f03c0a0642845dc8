"""Streets, house numbers and postcodes in one spelling, so that two lists can be joined by them.

Nothing is looked up and nothing is remembered here: text in, text out.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, NamedTuple

Kind = Literal["single", "range", "none", "unreadable"]

_SPELT_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "ø": "oe", "å": "aa", "œ": "oe"}
    | {"ı": "i", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
)
_PLACE = re.compile(r"pl\.")
_SAINT = re.compile(r"\bst\.")
_STREET = re.compile(r"str(?:asse|ase)?$")
_WORDS = re.compile(r"[^\W_]+")
_FRACTION = re.compile(r"(?<=\d)[.,]0+(?!\d)")
_HOUSE = r"(\d{1,4})\s*(1/2|½|[a-z]{0,2}(?![a-z]))"
_JOIN = r"\s*(?:-|/|\+|,|&|u\.|und|bis)\s*"
_SINGLE = re.compile(_HOUSE)
_RANGE = re.compile(
    rf"{_HOUSE}(?:{_JOIN}(?:\d{{1,4}}\s*[a-z]?|[a-z]))*?{_JOIN}(?:{_HOUSE}|([a-z]))"
)
_DASHES = str.maketrans("‐‑‒–—―−", "-------")
_NO_NUMBER = {"", "ohnehnr", "ohnehausnummer", "ohnenr", "ohne", "onr", "sn", "nan", "none"}


class HouseNumber(NamedTuple):
    """A house number taken apart.

    Parameters
    ----------
    kind : "single", "range" (12-16, 12 a–c), "none" (nothing stated) or "unreadable"
    number, suffix : the first house; suffix in small letters, "" without
    last_number, last_suffix : the last house of a range; otherwise those of the first
    """

    kind: Kind
    number: int = 0
    suffix: str = ""
    last_number: int = 0
    last_suffix: str = ""


def plain_letters(raw: object) -> str:
    """Return text in small letters, umlauts and ß spelt out, accents dropped, blanks single.

    Letters of other alphabets stay: cleaning to ASCII would turn "Ксения" into nothing, and all
    children with such names into one.

    Examples
    --------
    >>> plain_letters(" GROẞE  Öfen"), plain_letters("Yıldız"), plain_letters("Ксения")
    ('grosse oefen', 'yildiz', 'ксения')
    """
    text = unicodedata.normalize("NFC", str(raw)).replace("İ", "i").casefold()
    split = unicodedata.normalize("NFKD", text.translate(_SPELT_OUT))
    return " ".join("".join(c for c in split if not unicodedata.combining(c)).split())


def normalise_street(raw: object) -> str:
    """Return a street name as it is compared: one word, "straße" in one spelling.

    Hyphens, dots and blanks do not count; "Str.", "str.", "Strasse", "-Straße" are one; "Pl." is
    "Platz" and "St." is "Sankt".

    Examples
    --------
    >>> {normalise_street(s) for s in ("Karl-Marx-Str.", "Karl Marx Straße", "KARL-MARX-STRASSE")}
    {'karlmarxstrasse'}
    >>> normalise_street("Str. des 17. Juni"), normalise_street("St. Anna-Pl.")
    ('strassedes17juni', 'sanktannaplatz')
    """
    text = _SAINT.sub("sankt ", _PLACE.sub("platz ", plain_letters(raw)))
    return "".join(_STREET.sub("strasse", word) for word in _WORDS.findall(text))


def split_house_number(raw: object, suffix: object = "") -> HouseNumber:
    """Take a house number apart.

    Parameters
    ----------
    raw : as written: "12", "12.0", "12 a–c", "12-16", "12/14 b", "ohne HNr."; a number
    suffix : what a column of its own says, if there is one

    Examples
    --------
    >>> split_house_number("12.0")
    HouseNumber(kind='single', number=12, suffix='', last_number=12, last_suffix='')
    >>> split_house_number("7", "B")[:3]
    ('single', 7, 'b')
    >>> split_house_number("12 a–c")[1:], split_house_number("12/14 b")[1:]
    ((12, 'a', 12, 'c'), (12, '', 14, 'b'))
    >>> split_house_number("ohne HNr.").kind, split_house_number("Ecke").kind
    ('none', 'unreadable')
    """
    text = _FRACTION.sub("", f"{_note(raw)} {_note(suffix)}".translate(_DASHES)).casefold().strip()
    if "".join(_WORDS.findall(text)) in _NO_NUMBER:
        return HouseNumber("none")
    single = _SINGLE.fullmatch(text)
    if single:
        number, letter = int(single[1]), _letter(single[2])
        return HouseNumber("single", number, letter, number, letter)
    several = _RANGE.fullmatch(text)
    if several is None:
        return HouseNumber("unreadable")
    first, letter = int(several[1]), _letter(several[2])
    if several[5]:
        return HouseNumber("range", first, letter, first, several[5])
    return HouseNumber("range", first, letter, int(several[3]), _letter(several[4]))


def split_address(raw: object) -> tuple[str, str]:
    """Cut "Karl-Marx-Str. 12 a" into street and house number; the number is "" without one.

    Examples
    --------
    >>> split_address("Karl-Marx-Str. 12 a"), split_address("Straße des 17. Juni 135")
    (('Karl-Marx-Str.', '12 a'), ('Straße des 17. Juni', '135'))
    """
    text = " ".join(str(raw).split())
    for digit in re.finditer(r"(?<=[\s,])\d", text):
        street, number = text[: digit.start()].rstrip(", "), text[digit.start() :]
        if split_house_number(number).kind != "unreadable":
            return street, number
    return text, ""


def normalise_postcode(raw: object) -> str:
    """Return a German postcode as five digits, "" if it is none: "1067" and 1067.0 are "01067".

    Examples
    --------
    >>> normalise_postcode("1067.0"), normalise_postcode(86150.0), normalise_postcode("D-86150")
    ('01067', '86150', '86150')
    """
    text = _FRACTION.sub("", _note(raw))
    digits = text.strip().casefold().removeprefix("d").lstrip("- ")
    return digits.zfill(5) if digits.isdigit() and len(digits) in (4, 5) else ""


def _note(raw: object) -> str:
    """Return what a cell says; an empty one (None, NaN) says nothing."""
    return "" if raw is None or raw != raw else str(raw)


def _letter(suffix: str) -> str:
    return "1/2" if suffix == "½" else suffix
