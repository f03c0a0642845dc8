"""German sentences on how counts were protected, and why a value is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import pandas as pd

from sozialraum.model import Edition, Indicator, Problem, Release
from sozialraum.model.problem import Severity
from sozialraum.model.protected import Protected
from sozialraum.privacy.recoding import smallest_base
from sozialraum.privacy.release import is_uncounted
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.publish.periods import span_words
from sozialraum.texts import problem, text
from sozialraum.texts.periods import days_in_words


def release_notes(
    editions: Sequence[Edition],
    *,
    protected: Protected | None,
    indicators: Sequence[Indicator],
    rules: DisclosureRules,
    level: Literal["public", "intern"] = "public",
    area_word: str = "",
    spans: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """Return the notes of a release: what is not told comes first, then how counts were protected.

    No note holds a number that was counted.
    """
    if level == "intern":
        return (text("privacy.notes.intern"),)
    current = editions[-1]
    public = [i for i in indicators if rules.is_open(i.id)]
    uncounted = [i for i in indicators if is_uncounted(i, rules)]
    counted = [i for i in indicators if i not in uncounted and i not in public]
    untold = (
        {name for name, day, _ in protected.unpublished if day == current.stichtag}
        if (protected is not None)
        else set()
    )
    notes = [
        text(f"privacy.notes.{name}", labels=_labels(some))
        for name, some in (
            ("not_told", [i for i in counted if i.id in untold]),
            ("uncounted", uncounted),
        )
        if some
    ]
    notes += _way_of_protection(current, counted, rules)
    notes += _small(current, counted, rules)
    if withheld := [i for i in public if (current.signs[i.id] == "suppressed").any()]:
        notes.append(text("privacy.notes.delivered", labels=_labels(withheld)))
    if public and not rules.published_input:
        word, labels = "published_where" if rules.reason else "published", _labels(public)
        notes.append(text(f"privacy.notes.{word}", labels=labels, reason=_within(rules.reason)))
    return (*notes, *_not_collected(editions, indicators, spans or {}))


def _within(reason: str) -> str:
    """Return a reason as it stands in brackets: without the stop of a sentence."""
    return reason.strip().rstrip(".")


def _way_of_protection(
    current: Edition, counted: Sequence[Indicator], rules: DisclosureRules
) -> list[str]:
    """Say whether counts are published as they are, with noise, or as windows."""
    if rules.published_input:
        word = "published_partly" if _suppressed_anywhere(current) else "published_input"
        return [text(f"privacy.notes.{word}", reason=_within(rules.reason))]
    if rules.noise:
        return [text("privacy.notes.noise")]
    if current.values[[i.id for i in counted]].notna().any(axis=None):
        return [text("privacy.notes.windows", minimum=rules.minimum)]
    return []


def _not_collected(
    editions: Sequence[Edition], indicators: Sequence[Indicator], spans: Mapping[str, str]
) -> Iterator[str]:
    """Say which indicators were not collected at which Stichtage, and which have no index for it.

    Indicators of the same Stichtage are said together.
    """
    alike: dict[tuple[str, ...], list[str]] = {}
    for i in indicators:
        outside = (e.stichtag for e in editions if e.signs[i.id].eq("not_collected").any())
        if days := tuple(outside):
            alike.setdefault(days, []).append(f"„{i.label}“ ({span_words(i)})")
    for days, labels in alike.items():
        told = {"days": days_in_words(days, spans), "labels": ", ".join(labels)}
        yield text("privacy.notes.not_collected", **told)
    today, own = editions[-1].stichtag, [i for i in indicators if i.use == "index"]
    empty = [e.stichtag for e in editions if e.table["status"].eq("not_collected").any()]
    other = [day for day in empty if any(not i.comparable(day, today) for i in own)]
    if other:
        labels = [f"„{i.label}“" for i in own if not i.comparable(other[0], today)]
        told = {"days": days_in_words(other, spans), "labels": ", ".join(labels)}
        yield text("privacy.notes.no_index_before", **told)
        empty = [day for day in empty if day not in other]
    if empty:
        yield text("privacy.notes.no_index_then", days=days_in_words(empty, spans))


def _suppressed_anywhere(current: Edition) -> bool:
    """Tell whether a value or an index is not shown though it was counted."""
    hidden = ("suppressed", "small_base")
    cells = current.signs.isin(hidden).any(axis=None)
    return bool(cells or current.table["status"].isin(hidden).any())


def _small(current: Edition, counted: Sequence[Indicator], rules: DisclosureRules) -> list[str]:
    """Say where nothing is told because the base is too small, and that values were withheld."""
    small = [i for i in counted if (current.signs[i.id] == "small_base").any()]
    if not small:
        return []
    return [text("privacy.notes.small_base", labels=_labels(small), least=smallest_base(rules.k))]


def uncounted_warnings(
    indicators: Sequence[Indicator], rules: DisclosureRules, *, file: str
) -> list[Problem]:
    """Return a warning per reason why nobody knows the persons behind values, with the ways out.

    Delivered without counts, or a sum of amounts per person of which the largest is not stated.

    Parameters
    ----------
    indicators, rules : of the build
    file : name of the build file
    """
    found = [i for i in indicators if is_uncounted(i, rules)]
    if not found:
        return []
    left = {i.axis for i in indicators if i not in found}
    nothing = any(i.axis not in left for i in found)
    listed = dict.fromkeys((*rules.published, *(i.id for i in found)))
    names = ", ".join(f'"{name}"' for name in listed)
    severity: Severity = "error" if nothing else "warning"
    reasons = {
        "privacy.no_counts": [i for i in found if i.value is not None],
        "privacy.no_largest": [i for i in found if i.value is None],
    }
    return [
        problem(code, severity, file=file, found=len(those), labels=_labels(those), names=names)
        for code, those in reasons.items()
        if those
    ]


def cell_reasons(release: Release) -> pd.DataFrame:
    """Return a German sentence for every field that shows no value, for the page of the committee.

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
            kind = f"index_{status}" if status in ("small_base", "suppressed") else status
            lines.append(
                (area, names[area], "Index", status, _sentence(kind, names[area], "Index"))
            )
        for indicator in release.indicators:
            sign = str(edition.signs[indicator.id].at[area])
            if sign != "ok":
                reason = _sentence(_why(sign, indicator, release), names[area], indicator.label)
                lines.append((area, names[area], indicator.label, sign, reason))
    return pd.DataFrame(lines, columns=["key", "name", "indicator", "status", "reason"])


def _why(sign: str, indicator: Indicator, release: Release) -> str:
    """Return which sentence says why there is no value: a sign may have several reasons."""
    if indicator.id in release.details.get("uncounted", ()):
        return "uncounted" if sign == "suppressed" else sign
    rules = release.details["disclosure"]
    if rules["published_input"] or indicator.id in rules["published"]:
        return "delivered" if sign == "suppressed" else sign
    return sign


def _sentence(kind: str, name: str, label: str) -> str:
    return text(f"privacy.reasons.{kind}", name=name, label=label)


def _labels(indicators: Sequence[Indicator]) -> str:
    return ", ".join(f"„{indicator.label}“" for indicator in indicators)
