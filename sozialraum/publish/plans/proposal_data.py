"""What the Vorlage of a plan says: decision, map, figures, law, money, annexes, doubt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sozialraum.model.plan_release import PlanProposal, PlanRelease
from sozialraum.publish.escape import visible
from sozialraum.publish.grammar import legend_words
from sozialraum.publish.graphics.plan_labels import rows_of_year
from sozialraum.publish.graphics.plan_map import Canvas, PlanMap
from sozialraum.publish.graphics.plan_views import area_view
from sozialraum.publish.plans.plan_tables import shown_figures, variant_heads
from sozialraum.publish.plans.proposing import decision_lines, leading, proposed_variant
from sozialraum.texts import catalogue, date, text

ACCENT = "#0c4a8d"
ROWS = 6  # of the table of figures on the one page
LINES = 3  # of doubt and of limits
LARGE, MOST = 5.0, 60  # height and number of letters of names on a sheet of A3


def proposal_data(release: PlanRelease) -> dict[str, Any]:
    """Return everything the papers show, as plain values.

    Parameters
    ----------
    release : with the proposal of the office

    Returns
    -------
    Words and lines; ``maps`` has a drawing per decision that has one, the first is the one on the
    page of A4.
    """
    proposal, facts = release.proposal or PlanProposal(), release.facts
    verb = _main_verb(release, proposal)
    first = leading(verb)
    return {
        "words": catalogue("publish")["proposal_paper"],
        "title": visible(release.title),
        "place": visible(release.place),
        "author": visible(facts.department or release.place),
        "intern": text("publish.plan.intern") if release.level == "intern" else "",
        "decision": visible(proposal.decision or text("publish.office.decision_hint")),
        "lines": [[visible(h), visible(" ".join(said))] for h, said in decision_lines(release)],
        "figures": _figures(release, verb),
        "legal": [visible(line) for line in proposal.legal],
        "costs": visible(proposal.costs),
        "annexes": [visible(line) for line in proposal.annexes],
        "doubt": [
            visible(s) for s in proposed_variant(release, verb)["sentences"][first : first + LINES]
        ],
        "limits": [visible(s) for s in release.scenarios[verb]["limits"]],
        "maps": _maps(release, verb),
        "foot": _foot(release),
        "day": facts.stichtag,
        "accent": ACCENT,
        "logo": None,
    }


def _main_verb(release: PlanRelease, proposal: PlanProposal) -> str:
    """Return the decision on the page of A4: the first that is proposed, else the first."""
    proposed = [verb for verb in release.scenarios if verb in proposal.recommend]
    return next(iter([*proposed, *release.scenarios]))


def _figures(release: PlanRelease, verb: str) -> dict[str, Any]:
    """Return the first known key figures of all variants: heads and rows of words."""
    variants = release.scenarios[verb]["variants"]
    rows = []
    for name in variants[0]["figures"]:
        values = [v["figures"].get(name) for v in variants]
        if any(v is not None for v in values):
            rows.append([visible(release.labels.get(name, name)), *shown_figures(name, values)])
    heads = map(visible, variant_heads(release.scenarios[verb]))
    return {"heads": ["", *heads], "rows": rows[:ROWS]}


def _maps(release: PlanRelease, first: str) -> list[dict[str, Any]]:
    canvas, large, found = Canvas(release), Canvas(release, letter=LARGE, longest=MOST), []
    wanted = {} if release.proposal is None else release.proposal.recommend
    for verb in sorted(release.scenarios, key=lambda v: v != first):
        if wanted and verb not in wanted:
            continue
        drawn = canvas.draw(verb, proposed_variant(release, verb))
        if drawn is not None:
            found.append(
                _map(release, verb, drawn, large.draw(verb, proposed_variant(release, verb)))
            )
    return found


def _map(release: PlanRelease, verb: str, drawn: PlanMap, large: PlanMap) -> dict[str, Any]:
    scenario = release.scenarios[verb]
    heading = scenario["title"].removeprefix(f"{release.title}: ")
    variant = proposed_variant(release, verb)
    view = area_view(release, verb, variant, plain=True)
    return {
        "heading": visible(f"{heading} – {variant['name']}"),
        "lead": visible(" ".join(variant["sentences"][:2])),
        "svg": drawn.standing_alone(),
        "large": large.standing_alone(),
        "notes": [visible(line) for line in _notes(release, verb, variant)],
        "direction": "" if view is None else visible(legend_words(view)),
        "alt": visible(drawn.words),
        "legend": [
            {"swatch": swatch, "words": visible(words), "colour": colour}
            for (swatch, words), colour in zip(drawn.swatches(), drawn.colours(), strict=True)
        ],
    }


def _notes(release: PlanRelease, verb: str, variant: Mapping[str, Any]) -> Iterator[str]:
    """Say what is written beside the signs, and what the dark lines are."""
    if verb.startswith("allocate"):
        unit = variant["arguments"].get("currency", "")
        yield text("publish.proposal_paper.amounts", unit=unit)
    elif verb == "ganztag" and (rows := rows_of_year(verb, variant)):
        yield text("publish.proposal_paper.missing", year=rows[0]["school_year"])
    if release.assignments.get(verb, {}).get(variant["name"]):
        yield text("publish.proposal_paper.borders")


def _foot(release: PlanRelease) -> str:
    facts = release.facts
    said = [text("publish.plan.as_of", date=date(facts.stichtag))] if facts.stichtag else []
    if facts.sources:
        said.append(text("publish.plan.sources", sources="; ".join(facts.sources)))
    if facts.distance:
        said.append(facts.distance)
    said.append(text("publish.proposal_paper.hash", hash=facts.plan_hash))
    return visible(" ".join(said))
