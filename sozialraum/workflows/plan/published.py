"""The published rules a plan may name, each with its source and how sure it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sozialraum.planning.allocation.published_rules import published_names, read_published_rules
from sozialraum.texts import text


def published_rules() -> list[dict[str, str]]:
    """Return every rule that is published exactly, in the order of the sections of a plan file.

    Returns
    -------
    Rows with ``where`` (what stands in the plan file), ``label``, ``citation`` and ``evidence``
    (how it was read, in German). A rule that is not published exactly is not in the list.

    Examples
    --------
    >>> [rule["where"] for rule in published_rules()][-1]
    'allocate: published = "be_bonus_2014"'
    """
    return [
        {
            "where": where,
            "label": entry.get("label") or text("planning.rules.claim"),
            "citation": entry["citation"],
            "evidence": text(f"planning.rules.evidence.{entry['evidence']}"),
        }
        for where, entry in _entries()
    ]


def _entries() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, entry in read_published_rules("classes").items():
        yield f'forecast: classes = "{name}"', entry
    for name, entry in read_published_rules("kita").items():
        yield f'kita: groups = "{name}"', entry
    all_day = read_published_rules("ganztag")
    yield "ganztag", all_day["claim"]
    for entry in all_day["scenarios"].values():
        yield f"ganztag: take_up = {entry['take_up']:.2f}", entry
    pots = read_published_rules("allocation")
    for name in published_names():
        yield f'allocate: published = "{name}"', pots[name]
