"""What only the office knows: asked on the terminal, in the assistant, or left open in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sozialraum.texts import text
from sozialraum.texts.seen_words import names_listed
from sozialraum.workflows.new.choosing import Chosen
from sozialraum.workflows.new.proposal import OPEN, Proposal, ProposedIndicator, Question

SYSTEMS = ("EPSG:25832", "EPSG:25833")
DIRECTIONS = ("burden", "resource")


def questions_of(
    proposal: Proposal, chosen: Chosen, ags: str, replies: Mapping[str, str]
) -> Iterator[Question]:
    """Yield what is not answered yet, in the order of the build file.

    Parameters
    ----------
    ags : the municipality that the keys tell; "" where they tell none
    """
    if proposal.ags == OPEN:
        yield Question("ags", text("recognise.ask.ags"), proposal=ags)
    if not chosen.sure and "stichtag" not in replies:
        day = "" if chosen.day is None else chosen.day.isoformat()
        yield Question("stichtag", text("recognise.ask.stichtag"), proposal=day)
    if proposal.sources == (OPEN,):
        yield Question("sources", text("recognise.ask.sources"))
    for areas in proposal.areas:
        if areas.crs == OPEN:
            said = text("recognise.ask.crs", label=areas.label)
            choices = {c: text(f"recognise.ask.crs_{c[-2:]}") for c in SYSTEMS}
            yield Question(f"crs:{areas.label}", said, choices)
        if areas.far and f"apart:{areas.label}" not in replies:
            said = text("recognise.ask.apart", names=names_listed(areas.far), n=len(areas.far))
            choices = {word: text(f"recognise.ask.apart_{word}") for word in ("ja", "nein")}
            yield Question(f"apart:{areas.label}", said, choices)
    for table in proposal.tables:
        if table.doubt and f"table:{table.label}" not in replies:
            said = text("recognise.ask.table", label=table.label, doubt=table.doubt)
            yield Question(f"table:{table.label}", said, _yes_no(), "ja")
    for indicator in proposal.used:
        yield from _about(indicator, replies)
    if any(i.unit for i in proposal.used):
        yield from _about_publication(replies)


def _about(indicator: ProposedIndicator, replies: Mapping[str, str]) -> Iterator[Question]:
    one = indicator.id
    if len(indicator.bases) > 1 and not indicator.bases[0].proved and f"base:{one}" not in replies:
        choices = {b.title: b.why for b in indicator.bases}
        said = text("recognise.ask.base", label=indicator.label)
        yield Question(f"base:{one}", said, choices, indicator.bases[0].title)
    if indicator.direction == OPEN:
        choices = {d: text(f"recognise.ask.{d}") for d in DIRECTIONS}
        yield Question(
            f"direction:{one}", text("recognise.ask.direction", label=indicator.label), choices
        )


def _about_publication(replies: Mapping[str, str]) -> Iterator[Question]:
    """Ask whether shares without counts are published already: else none of them may be shown."""
    if "published" not in replies:
        choices = {word: text(f"recognise.ask.published_{word}") for word in ("ja", "nein")}
        yield Question("published", text("recognise.ask.published"), choices)
    if replies.get("published") == "ja" and not replies.get("published_reason"):
        yield Question("published_reason", text("recognise.ask.published_reason"))


def _yes_no() -> dict[str, str]:
    return {word: text(f"recognise.ask.{word}") for word in ("ja", "nein")}
