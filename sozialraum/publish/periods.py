"""What a Stichtag is called beside others, as short as tells them apart; and spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sozialraum.model import Indicator
from sozialraum.model.dates.period import Period
from sozialraum.texts import catalogue, text
from sozialraum.texts.periods import day_label, period_label

if TYPE_CHECKING:
    from sozialraum.model import Release

_WORDS = {"month": "label_month", "quarter": "label_quarter", "half": "label_half",
          "school_year": "label_school_year"}  # fmt: skip


def span_words(indicator: Indicator) -> str:
    """Return in which periods an indicator is collected, and since when otherwise; "" if always.

    Examples
    --------
    >>> late = Indicator(id="kita", label="Kita", direction="resource", numerator="k",
    ...     denominator="n", since="2023-12-31")
    >>> span_words(late)
    'erhoben ab 31.12.2023'
    """
    stated = {key: getattr(indicator, key) for key in ("since", "until", "at")}
    shown = {k: period_label(Period.parse(v)) for k, v in stated.items() if v is not None}
    told = [text(f"publish.span.{'_'.join(shown)}", **shown)] if shown else []
    return "; ".join((*told, *break_words(indicator)))


def break_words(indicator: Indicator) -> tuple[str, ...]:
    """Return since when an indicator is counted otherwise, and what changed; empty without."""
    if indicator.break_at is None:
        return ()
    since = period_label(Period.parse(indicator.break_at))
    note = f" ({indicator.break_note})" if indicator.break_note else ""
    return (text("publish.span.broken", since=since, note=note),)


def break_place(indicator: Indicator, days: Sequence[str]) -> int | None:
    """Return the place of the first Stichtag of the new definition; None where none lies before."""
    after = [indicator.comparable(day, days[-1]) for day in days]
    return None if all(after) or days[-1] < indicator.broken_on else after.index(True)


def names_of(release: Release, lang: str = "de") -> list[str]:
    """Return what the Stichtage of a release are called, oldest first."""
    return period_names([e.stichtag for e in release.editions], release.facts.spans, lang)


def as_of(release: Release, lang: str = "de") -> str:
    """Return what the Stichtag of a release is called."""
    return day_label(release.facts.stichtag, release.facts.spans, lang)


def axis_word(release: Release) -> str:
    """Return the key of the word for what the Stichtage of a release are: years, quarters, days."""
    days = [edition.stichtag for edition in release.editions]
    grains = {Period.parse(release.facts.spans.get(day, day)).grain for day in days}
    if len(grains) == 1 and (word := _WORDS.get(next(iter(grains)))):
        return word
    return "label_year" if all(name.isdigit() for name in names_of(release)) else "label_day"


def period_names(
    stichtage: Sequence[str], spans: Mapping[str, str] | None = None, lang: str = "de"
) -> list[str]:
    """Return the span that each Stichtag closes; else its year, or month, or the day.

    Days that close no span get what is short and tells them apart from each other.

    Parameters
    ----------
    stichtage : ISO dates, each once
    spans : ISO date -> text of the `Period` that ends there, where the data are of one
    lang : language of the names

    Examples
    --------
    >>> period_names(["2023-12-31", "2024-12-31"])
    ['2023', '2024']
    >>> period_names(["2023-03-31", "2023-12-31"], {"2023-03-31": "2023-Q1"})
    ['1. Quartal 2023', '2023']
    >>> period_names(["2023-01-31", "2023-02-28", "2024-01-31"])
    ['Januar 2023', 'Februar 2023', 'Januar 2024']
    >>> period_names(["2023-03-01", "2023-03-15"])
    ['01.03.2023', '15.03.2023']
    """
    closed = dict(spans or {})
    rest = [day for day in stichtage if day not in closed]
    names = dict(zip(rest, _short_names(rest, lang), strict=True))
    return [day_label(d, closed, lang) if d in closed else names[d] for d in stichtage]


def _short_names(days: Sequence[str], lang: str) -> list[str]:
    """Return the year of each day, or month and year, or the day where that is not enough."""
    for digits, name in ((len("2024"), _year), (len("2024-12"), _month)):
        if len({day[:digits] for day in days}) == len(days):
            return [name(day, lang) for day in days]
    return [day_label(day, lang=lang) for day in days]


def _year(iso: str, lang: str) -> str:
    return iso[:4]


def _month(iso: str, lang: str) -> str:
    return f"{catalogue('publish', lang)['months'][int(iso[5:7]) - 1]} {iso[:4]}"
