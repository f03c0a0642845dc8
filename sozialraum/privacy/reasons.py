"""German sentences on what was withheld and why, without the number that was withheld."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sozialraum.model import Edition, Indicator, Release
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
    # One sentence for primary and secondary: who can tell them apart knows more.
    signs = current.signs.astype(object).replace("suppressed_secondary", "suppressed")
    for sign in ("suppressed", "small_base"):
        labels = [i.label for i in indicators if (signs[i.id] == sign).any()]
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


def cell_reasons(
    release: Release, *, proofs: Mapping[tuple[str, str], str] | None = None
) -> pd.DataFrame:
    """Return a German sentence for every field that shows no value, for the page of the committee.

    Parameters
    ----------
    release : as `protect` made it; of a "public" release primary and secondary suppression read the
        same
    proofs : per (area key, indicator id) a sentence on which published items would combine (see
        `sozialraum.privacy.audit.certificates.certificate` with ``figures=False``); only used for
        level "intern"

    Returns
    -------
    Columns ``key``, ``name``, ``indicator`` (label; the index itself as "Index"), ``status``,
    ``reason``. No sentence holds a number.
    """
    edition, lines = release.current, []
    names = release.areas["name"] if "name" in release.areas else release.areas.index.to_series()
    for area in edition.table.index:
        status = str(edition.table["status"].at[area])
        if status != "ok":
            kind = _area_kind(status, bool(pd.isna(edition.table["class"].at[area])))
            lines.append(
                (area, names[area], "Index", status, _sentence(kind, names[area], "Index"))
            )
        for indicator in release.indicators:
            sign = str(edition.signs[indicator.id].at[area])
            if sign == "ok":
                continue
            reason = _sentence(sign, names[area], indicator.label)
            proof = (proofs or {}).get((str(area), indicator.id), "")
            if proof and release.level == "intern":
                reason = f"{reason} {proof}"
            lines.append((area, names[area], indicator.label, sign, reason))
    return pd.DataFrame(lines, columns=["key", "name", "indicator", "status", "reason"])


def _area_kind(status: str, no_class: bool) -> str:
    if status in ("small_base", "suppressed"):
        return f"index_{status}_{'nothing' if no_class else 'class'}"
    return status


def _sentence(kind: str, name: str, label: str) -> str:
    return text(f"privacy.reasons.{kind}", name=name, label=label)


def _listed(labels: Sequence[str]) -> str:
    return ", ".join(f"„{label}“" for label in labels)
