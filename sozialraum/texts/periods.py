"""What a period is called: "Januar 2024", "3. Quartal 2024", "Schuljahr 2023/24"."""

from __future__ import annotations

from sozialraum.model.dates.period import Period
from sozialraum.texts import catalogue, date, text


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
