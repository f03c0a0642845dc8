"""What a period is called: "Januar 2024", "3. Quartal 2024", "Schuljahr 2023/24"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sozialraum.model.dates.period import Period
from sozialraum.texts import catalogue, date, text

_NONE: Mapping[str, str] = MappingProxyType({})
_LISTED = 4


def day_label(day: str, spans: Mapping[str, str] = _NONE, lang: str = "de") -> str:
    """Return a Stichtag as people write it: as the span it closes, or as the day.

    Parameters
    ----------
    day : ISO date
    spans : ISO date -> text of the `Period` that ends there, where the data are of one
    lang : language of the label

    Examples
    --------
    >>> day_label("2024-03-31", {"2024-03-31": "2024-Q1"}), day_label("2024-03-31")
    ('1. Quartal 2024', '31.03.2024')
    """
    known = spans.get(day)
    closed = Period.of(dt.date.fromisoformat(day)) if known is None else Period.parse(known)
    return period_label(closed, lang)


def days_in_words(days: Sequence[str], spans: Mapping[str, str] = _NONE) -> str:
    """Return Stichtage in one line: a few by name, many by their number, the first and the last.

    Examples
    --------
    >>> days_in_words(["2023-12-31", "2024-12-31"])
    '31.12.2023, 31.12.2024'
    >>> days_in_words([f"2024-{month:02}-28" for month in range(1, 10)])
    '28.01.2024 bis 28.09.2024 (9 Stichtage)'
    """
    names = [day_label(day, spans) for day in days]
    if len(names) <= _LISTED:
        return ", ".join(names)
    return text("publish.period.several", first=names[0], last=names[-1], n=len(names))


def period_label(period: Period, lang: str = "de") -> str:
    """Return a period as people write it.

    Examples
    --------
    >>> period_label(Period.parse("2024-03")), period_label(Period.parse("2023/24"))
    ('März 2024', 'Schuljahr 2023/24')
    >>> period_label(Period.parse("2024-03-31")), period_label(Period.parse("2024-Q3"), "en")
    ('31.03.2024', 'Q3 2024')
    """
    months = catalogue("publish", lang)["months"]
    month = months[period.start.month - 1]
    if period.grain == "day":
        day = period.start
        return date(day) if lang == "de" else f"{day.day} {month} {day.year}"
    # years are no counts: as text they get no thousands mark
    return text(
        f"publish.period.{period.grain}",
        lang,
        year=str(period.year),
        last=str(period.year + 1),
        part=str(period.part),
        month=month,
        text=str(period),
    )
