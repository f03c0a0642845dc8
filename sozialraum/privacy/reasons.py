"""German sentences on what was withheld and why, without the number that was withheld."""

from __future__ import annotations

from collections.abc import Sequence

from sozialraum.model import Edition, Indicator
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import text


def release_notes(
    editions: Sequence[Edition],
    *,
    indicators: Sequence[Indicator],
    rules: DisclosureRules,
    area_word: str = "",
) -> tuple[str, ...]:
    """Return the notes of a release: the rules in words, and which indicators have withheld values.

    No note holds a count of persons or of areas.
    """
    if rules.published_input:
        return (text("privacy.notes.published_input", reason=rules.reason),)
    current = editions[-1]
    notes = [text("privacy.notes.rounded"), text("privacy.notes.index")]
    for sign in ("suppressed", "suppressed_secondary", "small_base"):
        labels = [i.label for i in indicators if (current.signs[i.id] == sign).any()]
        if labels:
            notes.append(text(f"privacy.notes.{sign}", labels=_listed(labels)))
    if (current.table["status"] == "small_base").any():
        notes.append(text("privacy.notes.small_area", area_word=area_word or "Gebiet"))
    if (current.table["status"] == "suppressed").any():
        notes.append(text("privacy.notes.leaking_index", area_word=area_word or "Gebiet"))
    city = [i.label for i in indicators if current.city.isna().get(i.id, False)]
    if city:
        notes.append(text("privacy.notes.city", labels=_listed(city)))
    open_data = [i.label for i in indicators if i.id in rules.published]
    if open_data:
        notes.append(text("privacy.notes.published", labels=_listed(open_data)))
    return tuple(notes)


def _listed(labels: Sequence[str]) -> str:
    return ", ".join(f"„{label}“" for label in labels)
