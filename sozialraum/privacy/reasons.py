"""German sentences on what was withheld and why, without the number that was withheld."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sozialraum.model import Edition, Indicator, Problem, Release
from sozialraum.privacy.publishable import is_published, is_uncounted
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import problem, text


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
    current = editions[-1]
    uncounted = [i for i in indicators if is_uncounted(i, rules)]
    public = [i for i in indicators if is_published(i, rules)]
    counted = [i for i in indicators if i not in uncounted and i not in public]
    if rules.published_input:
        word = "published_partly" if _withheld_anywhere(current) else "published_input"
        notes = [text(f"privacy.notes.{word}", reason=rules.reason)]
    else:
        shown = current.values[[i.id for i in counted]].notna().any(axis=None)
        notes = [text("privacy.notes.rounded")] if shown else []
        notes.append(text("privacy.notes.index"))
    notes += _withheld(current, counted, uncounted, public)
    notes += _without_index(current, area_word or "Gebiet")
    if public and not rules.published_input:
        word, labels = "published_where" if rules.reason else "published", _labels(public)
        notes.append(text(f"privacy.notes.{word}", labels=labels, reason=rules.reason))
    return tuple(notes)


def _withheld_anywhere(current: Edition) -> bool:
    hidden = ("suppressed", "suppressed_secondary", "small_base")
    cells = current.signs.isin(hidden).any(axis=None)
    return bool(cells or current.table["status"].isin(hidden).any())


def _withheld(
    current: Edition,
    counted: Sequence[Indicator],
    uncounted: Sequence[Indicator],
    public: Sequence[Indicator],
) -> list[str]:
    """Say which indicators have values or city values that are not shown, each with its reason."""
    # One sentence for primary and secondary: who can tell them apart knows more.
    signs = current.signs.astype(object).replace("suppressed_secondary", "suppressed")

    def having(sign: str, some: Sequence[Indicator]) -> list[Indicator]:
        return [i for i in some if (signs[i.id] == sign).any()]

    groups = [
        ("suppressed", having("suppressed", counted)),
        ("small_base", having("small_base", [*counted, *public])),
        ("uncounted", list(uncounted)),
        ("delivered", having("suppressed", public)),
        ("city", [i for i in counted if current.city.isna().get(i.id, False)]),
    ]
    return [text(f"privacy.notes.{n}", labels=_labels(some)) for n, some in groups if some]


def _without_index(current: Edition, area_word: str) -> list[str]:
    status = current.table["status"]
    kinds = {"small_base": "small_area", "suppressed": "leaking_index"}
    return [
        text(f"privacy.notes.{note}", area_word=area_word)
        for kind, note in kinds.items()
        if (status == kind).any()
    ]


def uncounted_warnings(
    indicators: Sequence[Indicator], rules: DisclosureRules, *, file: str
) -> list[Problem]:
    """Return one warning on all indicators that are delivered without counts, with both ways out.

    Parameters
    ----------
    indicators, rules : of the build
    file : name of the build file
    """
    found = [i for i in indicators if is_uncounted(i, rules)]
    if not found:
        return []
    listed = dict.fromkeys((*rules.published, *(i.id for i in found)))
    names = ", ".join(f'"{name}"' for name in listed)
    return [
        problem(
            "privacy.no_counts",
            "warning",
            file=file,
            found=len(found),
            labels=_labels(found),
            names=names,
        )
    ]


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
            reason = _sentence(_why(sign, indicator, release), names[area], indicator.label)
            proof = (proofs or {}).get((str(area), indicator.id), "")
            if proof and release.level == "intern":
                reason = f"{reason} {proof}"
            lines.append((area, names[area], indicator.label, sign, reason))
    return pd.DataFrame(lines, columns=["key", "name", "indicator", "status", "reason"])


def _why(sign: str, indicator: Indicator, release: Release) -> str:
    """Return which sentence says why there is no value: a sign may have several reasons."""
    if indicator.id in release.details.get("uncounted", ()):
        return "uncounted" if sign.startswith("suppressed") else sign
    rules = release.details["disclosure"]
    if rules["published_input"] or indicator.id in rules["published"]:
        return "delivered" if sign == "suppressed" else sign
    return sign


def _area_kind(status: str, no_class: bool) -> str:
    if status in ("small_base", "suppressed"):
        return f"index_{status}_{'nothing' if no_class else 'class'}"
    return status


def _sentence(kind: str, name: str, label: str) -> str:
    return text(f"privacy.reasons.{kind}", name=name, label=label)


def _labels(indicators: Sequence[Indicator]) -> str:
    return ", ".join(f"„{indicator.label}“" for indicator in indicators)
