"""What a Stichtag is called beside others, as short as tells them apart; and spans."""

from __future__ import annotations

from collections.abc import Sequence

from sozialraum.model import Indicator
from sozialraum.model.dates.period import Period
from sozialraum.texts import catalogue, date, text
from sozialraum.texts.periods import period_label


def span_words(indicator: Indicator) -> str:
    """Return in which periods an indicator is collected; "" where the build file does not say.

    Examples
    --------
    >>> late = Indicator(id="kita", label="Kita", direction="resource", numerator="k",
    ...     denominator="n", since="2023-12-31")
    >>> span_words(late)
    'erhoben ab 31.12.2023'
    """
    stated = {key: getattr(indicator, key) for key in ("since", "until", "at")}
    shown = {k: period_label(Period.parse(v)) for k, v in stated.items() if v is not None}
    return text(f"publish.span.{'_'.join(shown)}", **shown) if shown else ""


def period_names(stichtage: Sequence[str], lang: str = "de") -> list[str]:
    """Return the year of each Stichtag, or month and year, or the day where that is not enough.

    Parameters
    ----------
    stichtage : ISO dates, each once
    lang : language of the names

    Examples
    --------
    >>> period_names(["2023-12-31", "2024-12-31"])
    ['2023', '2024']
    >>> period_names(["2023-01-31", "2023-02-28", "2024-01-31"])
    ['Januar 2023', 'Februar 2023', 'Januar 2024']
    >>> period_names(["2023-03-01", "2023-03-15"])
    ['01.03.2023', '15.03.2023']
    """
    for digits, name in ((len("2024"), _year), (len("2024-12"), _month)):
        if len({day[:digits] for day in stichtage}) == len(stichtage):
            return [name(day, lang) for day in stichtage]
    return [shown_date(day, lang) for day in stichtage]


def shown_date(iso: str, lang: str) -> str:
    """Return an ISO date as readers of `lang` write it.

    Examples
    --------
    >>> shown_date("2024-12-31", "de"), shown_date("2024-12-31", "en")
    ('31.12.2024', '31 December 2024')
    """
    return date(iso) if lang == "de" else f"{int(iso[8:])} {_month(iso, lang)}"


def _year(iso: str, lang: str) -> str:
    return iso[:4]


def _month(iso: str, lang: str) -> str:
    return f"{catalogue('publish', lang)['months'][int(iso[5:7]) - 1]} {iso[:4]}"
