"""The state of a desk as the page shows it: plain values and German sentences."""

from __future__ import annotations

from typing import Any

from sozialraum.assistant.desk import Desk, finding_values
from sozialraum.model.errors import SozialraumError
from sozialraum.texts import number, text
from sozialraum.texts.seen_words import seen_layer_words, seen_table_words

_NO_CELLS = {"personal", "unreadable", "words"}


def state_of(desk: Desk) -> dict[str, Any]:
    """Return everything the page needs."""
    problems: list[Any] = []
    made = None
    try:
        made = desk.propose()
    except SozialraumError as error:
        problems = [finding_values(p) for p in error.problems]
    return {
        "stand": desk.state,
        "opened": desk.opened is not None,
        "place": desk.place,
        "files": [{"name": name, "words": _words(desk, name)} for name in desk.files()],
        "problems": problems,
        "proposal": None if made is None else _proposal(made.proposal, desk),
        "layers": _layers(desk),
        "tables": _tables(desk),
        "text": desk.text() if made is not None or desk.opened is not None else "",
    }


def _words(desk: Desk, name: str) -> list[str]:
    """Return what was recognised in a file."""
    if desk.seen is None:
        return []
    layers = [list(seen_layer_words(x)) for x in desk.seen.layers if x.file == name]
    tables = [list(seen_table_words(t)) for t in desk.seen.tables if t.file == name]
    found = [line.strip() for lines in (*layers, *tables) for line in lines]
    return found or [text("assistant.not_read")]


def _layers(desk: Desk) -> list[dict[str, Any]]:
    if desk.seen is None:
        return []
    return [
        {"label": x.label, "features": x.features}
        for x in desk.seen.layers
        if x.geometry == "areas"
    ]


def _tables(desk: Desk) -> list[dict[str, Any]]:
    """Return the recognised columns of each table."""
    if desk.seen is None:
        return []
    return [
        {
            "label": t.label,
            "key": t.key if isinstance(t.key, str) else "",
            "used": desk.replies.get(f"table:{t.label}") != "nein",
            "sample": [list(row) for row in t.sample],
            "columns": [
                {
                    "title": c.title,
                    "kind": text(f"recognise.kind.{c.kind}"),
                    "filled": number(c.filled),
                    "total": "" if c.total is None else number(c.total),
                }
                for c in t.columns
            ],
        }
        for t in desk.seen.tables
        if t.kind not in _NO_CELLS and t.columns
    ]


def _proposal(proposal: Any, desk: Desk) -> dict[str, Any]:
    asked = [q for q in proposal.questions if not q.id.startswith(("direction:", "base:"))]
    target = next(a.label for a in proposal.areas if a.name == proposal.target)
    return {
        "target": target,
        "area_word": proposal.area_word,
        "stichtag": "" if proposal.stichtag is None else proposal.stichtag.isoformat(),
        "ags": desk.replies.get("ags", ""),
        "sources": desk.replies.get("sources", ""),
        "indicators": [_indicator(i) for i in proposal.indicators],
        "left_out": list(proposal.left_out),
        "open": len(proposal.open),
        "questions": [
            {
                "id": q.id,
                "text": q.text,
                "choices": [{"value": v, "text": m} for v, m in q.choices.items()],
                "proposal": q.proposal,
            }
            for q in asked
        ],
    }


def _indicator(one: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "label": one.label,
        "used": one.used,
        "direction": one.direction,
        "value": bool(one.unit),
        "bases": [{"title": b.title, "why": b.why, "proved": b.proved} for b in one.bases],
    }
