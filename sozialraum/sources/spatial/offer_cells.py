"""Cells of a list of offers as towns write them: ages, weekdays, links, and whom to call."""

from __future__ import annotations

import math
import re

OLDEST = 120
_NUMBER = r"(\d{1,3}(?:[.,]\d+)?)"
_YEARS = r"\s*(?:jahren?|j\.?)?"
_SPAN = re.compile(rf"(?:von\s+)?{_NUMBER}{_YEARS}\s*(?:-|–|—|bis|/)\s*{_NUMBER}{_YEARS}")
_FROM = re.compile(rf"(?:(?:ab|von)\s+{_NUMBER}{_YEARS}|{_NUMBER}{_YEARS}\s*(?:\+|und älter))")
_TO = re.compile(rf"(?:bis|unter)\s+{_NUMBER}{_YEARS}")
_ONE = re.compile(rf"{_NUMBER}{_YEARS}")
_ALL = {"", "alle", "alle alter", "jedes alter", "-", "–"}
_DAYS = ("mo", "di", "mi", "do", "fr", "sa", "so")
_DAY = re.compile(
    r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|mo|di|mi|do|fr|sa|so)s?\.?"
)
_DAILY = {"täglich": "1111111", "jeden tag": "1111111", "werktags": "1111110",
          "wochentags": "1111100", "am wochenende": "0000011", "wochenende": "0000011"}  # fmt: skip
_MAIL = re.compile(r"\S+@\S+")
_PHONE = re.compile(r"(?:\+|\b0)\d[\d\s/()–-]{5,}\d")
_LEAST_DIGITS = 7


def age_span(cell: str) -> tuple[float, float] | None:
    """Return youngest and oldest of one cell, in completed years; NaN where it has no limit.

    None where the cell says no age.

    Examples
    --------
    >>> age_span("6-10"), age_span("ab 12 Jahren"), age_span("bis 3"), age_span("mittags")
    ((6.0, 10.0), (12.0, nan), (nan, 3.0), None)
    """
    told = " ".join(cell.lower().split())
    if told in _ALL:
        return math.nan, math.nan
    if (found := _SPAN.fullmatch(told)) is not None:
        return _years(found[1]), _years(found[2])
    if (found := _FROM.fullmatch(told)) is not None:
        return _years(found[1] or found[2]), math.nan
    if (found := _TO.fullmatch(told)) is not None:
        return math.nan, _years(found[1]) - told.startswith("unter")
    found = _ONE.fullmatch(told)
    return None if found is None else (_years(found[1]),) * 2


def age_limit(cell: str) -> float | None:
    """Return one limit in completed years; NaN where the cell is empty, None where it is no age.

    Examples
    --------
    >>> age_limit("6"), age_limit("6,5 Jahre"), age_limit("sechs")
    (6.0, 6.0, None)
    """
    told = " ".join(cell.lower().split())
    if told in _ALL:
        return math.nan
    found = _ONE.fullmatch(told)
    return None if found is None else _years(found[1])


def weekdays(cell: str) -> str | None:
    """Return the days Monday to Sunday as seven digits, "" for none told, None if not understood.

    Examples
    --------
    >>> weekdays("Mo, Mi-Fr"), weekdays("dienstags und donnerstags"), weekdays("nach Absprache")
    ('1011100', '0101000', None)
    """
    told = " ".join(cell.lower().split())
    if not told:
        return ""
    if told in _DAILY:
        return _DAILY[told]
    held = ["0"] * len(_DAYS)
    for part in re.split(r"\s*(?:,|;|/|\+|&|\bund\b)\s*", told):
        ends = [_day(one) for one in re.split(r"\s*(?:-|–|\bbis\b)\s*", part)]
        if not part or None in ends or len(ends) > 2:
            return None
        first, last = ends[0], ends[-1]
        assert first is not None
        assert last is not None
        for n in range(first, last + 1 if last >= first else last + 8):
            held[n % 7] = "1"
    return "".join(held)


def without_contacts(cell: str) -> str:
    """Return a text without addresses of e-mail and numbers of telephones: they lead to persons.

    Examples
    --------
    >>> without_contacts("Treff, 0821 1234567, a@b.example"), without_contacts("01067 Musterstadt")
    ('Treff', '01067 Musterstadt')
    """
    plain = _PHONE.sub(_unless_short, _MAIL.sub("", cell))
    return cell if plain == cell else " ".join(plain.split()).rstrip(" ,;:")


def _unless_short(found: re.Match[str]) -> str:
    digits = sum(sign.isdigit() for sign in found[0])
    return "" if digits >= _LEAST_DIGITS else found[0]


def _years(written: str) -> float:
    return float(int(float(written.replace(",", "."))))


def _day(word: str) -> int | None:
    if _DAY.fullmatch(word) is None:
        return None
    return _DAYS.index("sa" if word.startswith("sonna") else word[:2])
