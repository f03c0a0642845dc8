"""A plan on one offline page: what is proposed, then decision by decision map, figures, doubt.

The page needs no script: maps are SVG drawings, so it opens everywhere, prints as it stands, and
its policy allows nothing from outside.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sozialraum.model.plan_release import PlanRelease
from sozialraum.publish.asset_files import asset
from sozialraum.publish.escape import markup
from sozialraum.publish.graphics.plan_map import HATCH, Canvas, PlanMap
from sozialraum.publish.page.policy import policy
from sozialraum.publish.plans.plan_tables import detail_table, figure_table, row_table
from sozialraum.publish.plans.proposing import decision_lines, proposed_variant
from sozialraum.texts import date, text

SENTENCES = 3  # that stand beside the map; further ones are folded up


def write_plan(release: PlanRelease, folder: Path) -> None:
    """Write ``szenarien.html`` and, for programs, ``szenarien.json``."""
    (folder / "szenarien.html").write_text(plan_html(release), encoding="utf-8", newline="\n")
    (folder / "szenarien.json").write_text(plan_json(release), encoding="utf-8", newline="\n")


def plan_json(release: PlanRelease) -> str:
    """Return the released values of all scenarios as JSON."""
    return json.dumps(release.scenarios, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def plan_html(release: PlanRelease) -> str:
    """Return the whole page."""
    canvas = Canvas(release)
    sections = "".join(_section(release, verb, canvas) for verb in release.scenarios)
    style = asset("szenarien.css")
    band = ""
    if release.level == "intern":
        band = f'<p class="intern">{markup(text("publish.plan.intern"))}</p>'
    hatch = f'<svg width="0" height="0" aria-hidden="true" class="defs">{HATCH}</svg>'
    body = (
        f"{band}<header><h1>{markup(release.title)}</h1><p>{markup(release.place)}</p></header>"
        f"{hatch}<main>{_proposal(release)}{sections}{_unknown(release)}</main>{_foot(release)}"
    )
    return (
        '<!DOCTYPE html>\n<html lang="de">\n<head>\n<meta charset="utf-8">\n'
        f"{policy(f'<style>{style}</style>')}\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{markup(release.title)}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>{body}</body>\n</html>\n"
    )


def _proposal(release: PlanRelease) -> str:
    """Return what is proposed, and per decision what it would mean; this is read first."""
    proposal = release.proposal
    asked = proposal is not None and (proposal.recommend or proposal.decision)
    heading = text("publish.proposal.heading" if asked else "publish.proposal.none")
    decision = ""
    if proposal is not None and proposal.decision:
        decision = f'<p class="lead">{markup(proposal.decision)}</p>'
    lines = "".join(
        f"<dt>{markup(head)}</dt><dd>{markup(' '.join(said))}</dd>"
        for head, said in decision_lines(release)
    )
    return (
        f'<section class="proposal" aria-labelledby="vorschlag">'
        f'<h2 id="vorschlag">{markup(heading)}</h2>{decision}<dl>{lines}</dl></section>'
    )


def _section(release: PlanRelease, verb: str, canvas: Canvas) -> str:
    scenario = release.scenarios[verb]
    shown = proposed_variant(release, verb)
    others = [v for v in scenario["variants"] if v is not shown]
    heading = scenario["title"].removeprefix(f"{release.title}: ")
    drawn = canvas.draw(verb, shown)
    figure = "" if drawn is None else _figure(drawn)
    first, *more = shown["sentences"] or [""]
    said = (
        f'<div class="said"><h3>{markup(_called(release, verb, shown))}</h3>'
        f'<p class="lead">{markup(first)}</p>{_list(more[:SENTENCES], "more")}</div>'
    )
    folded = _folded(release, verb, shown, others, canvas)
    kind = "shown" if figure else "shown plain"
    body = f"{figure}{said}{figure_table(release, scenario)}"
    return (
        f'<section aria-labelledby="{verb}"><h2 id="{verb}">{markup(heading)}</h2>'
        f'<div class="{kind}">{body}</div>{folded}</section>'
    )


def _called(release: PlanRelease, verb: str, variant: Mapping[str, Any]) -> str:
    proposal = release.proposal
    if proposal is not None and proposal.recommend.get(verb) == variant["name"]:
        return text("publish.proposal.proposed", name=variant["name"])
    return str(variant["name"])


def _folded(
    release: PlanRelease,
    verb: str,
    shown: Mapping[str, Any],
    others: list[Mapping[str, Any]],
    canvas: Canvas,
) -> str:
    """Return what is read second: the other variants, rows, doubt."""
    scenario, parts = release.scenarios[verb], []
    cards = "".join(_card(verb, variant, canvas) for variant in others)
    if cards:
        parts.append(_details(text("publish.plan.others"), f'<div class="cards">{cards}</div>'))
    if shown["sentences"][1 + SENTENCES :]:
        rest = _list(shown["sentences"][1 + SENTENCES :], "more")
        parts.append(_details(text("publish.plan.further"), rest))
    parts += [row_table(release, verb, variant) for variant in scenario["variants"]]
    parts += [detail_table(release, verb, detail) for detail in scenario.get("details", ())]
    whole = "".join(parts)
    if not whole:
        return ""
    return _details(text("publish.plan.all"), whole)


def _details(summary: str, body: str) -> str:
    return f"<details><summary>{markup(summary)}</summary>{body}</details>"


def _card(verb: str, variant: Mapping[str, Any], canvas: Canvas) -> str:
    first, *more = variant["sentences"] or [""]
    drawn = canvas.draw(verb, variant)
    picture = _figure(drawn) if drawn is not None else "<div></div>"
    return (
        f'<article><h3>{markup(variant["name"])}</h3><p class="lead">{markup(first)}</p>'
        f"{picture}{_list(more, 'more') or '<div></div>'}</article>"
    )


def _figure(drawn: PlanMap) -> str:
    entries = "".join(
        f'<li><span class="key {one.style}"></span>{markup(one.words)}</li>' for one in drawn.legend
    )
    return f'<figure>{drawn.svg}<ul class="legend">{entries}</ul></figure>'


def _list(lines: Iterable[str], kind: str) -> str:
    items = "".join(f"<li>{markup(line)}</li>" for line in lines)
    return f'<ul class="{kind}">{items}</ul>' if items else ""


def _unknown(release: PlanRelease) -> str:
    """Return what the calculations do not know, each sentence once."""
    limits = dict.fromkeys(line for s in release.scenarios.values() for line in s["limits"])
    heading = markup(text("publish.plan.unknown"))
    return (
        f'<section aria-labelledby="grenzen"><h2 id="grenzen">{heading}</h2>'
        f"{_list(limits, 'limits')}</section>"
    )


def _foot(release: PlanRelease) -> str:
    facts, lines = release.facts, list(release.notes)
    if facts.distance:
        lines.append(facts.distance)
    if facts.stichtag:
        lines.append(text("publish.plan.as_of", date=date(facts.stichtag)))
    if facts.sources:
        lines.append(text("publish.plan.sources", sources="; ".join(facts.sources)))
    if facts.plan_hash:
        lines.append(text("publish.plan.hash", hash=facts.plan_hash))
    return f"<footer>{_list(lines, 'notes')}</footer>"
