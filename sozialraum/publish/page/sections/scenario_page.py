"""A plan on one offline page: what is proposed, then decision by decision map, figures, doubt.

All sentences and figures stand in the page itself; its own script draws the maps and shows one
variant at a time. Its policy allows nothing from outside.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sozialraum.model.plan_release import PlanRelease
from sozialraum.publish.escape import markup
from sozialraum.publish.graphics.plan_views import UNCLASSED, area_view
from sozialraum.publish.page.sections.plan_places import size_line, variant_points
from sozialraum.publish.page.sections.shell import (
    Head,
    PageSection,
    PointLayer,
    Tab,
    noted_foot,
    shell_html,
)
from sozialraum.publish.plans.plan_tables import detail_table, figure_table, row_table, unnamed
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
    facts = release.facts
    day = [text("publish.plan.as_of", date=date(facts.stichtag))] if facts.stichtag else []
    head = Head(
        title=release.title,
        about=" · ".join([release.place, *day]),
        headline=_proposal(release),
        intern=text("publish.plan.intern") if release.level == "intern" else "",
    )
    sections = [_section(release, verb) for verb in release.scenarios]
    return shell_html(head, sections, release.areas, after=_unknown(release), foot=_foot(release))


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


def _section(release: PlanRelease, verb: str) -> PageSection:
    scenario = release.scenarios[verb]
    variants = [_variant(release, verb, variant) for variant in scenario["variants"]]
    return PageSection(
        id=verb,
        heading=scenario["title"].removeprefix(f"{release.title}: "),
        variants=tuple(variants),
        first=scenario["variants"].index(proposed_variant(release, verb)),
        has_map=any(v.view is not None or v.places for v in variants),
        beside=figure_table(release, scenario),
        below=_folded(release, verb),
    )


def _variant(release: PlanRelease, verb: str, variant: Mapping[str, Any]) -> Tab:
    """Return one tab: its sentences, the first of them strong, and its map."""
    first, *more = variant["sentences"] or [""]
    rest = _list(more[SENTENCES:], "more")
    said = (
        f'{_heading(release, verb, variant)}<p class="lead">{markup(first)}</p>'
        f"{_list(more[:SENTENCES], 'more')}"
        f"{_details(text('publish.plan.further'), rest) if rest else ''}"
    )
    view, places = area_view(release, verb, variant), variant_points(release, verb, variant)
    legend = release.legends.get(verb, {})
    return Tab(
        name=_called(release, verb, variant),
        words=said,
        view=view,
        unclassed={mark: legend[name] for name, mark in UNCLASSED.items() if name in legend},
        # offers alone are no map
        places=places if view is not None or set(map(_label, places)) - {_offer()} else (),
        lines=size_line(release, verb, variant),
    )


def _heading(release: PlanRelease, verb: str, variant: Mapping[str, Any]) -> str:
    """Return the name of a variant as a heading; "" where it has none of its own."""
    called = _called(release, verb, variant)
    return "" if called in unnamed(release.scenarios[verb]) else f"<h3>{markup(called)}</h3>"


def _label(places: PointLayer) -> str:
    return places.label


def _offer() -> str:
    return text("publish.plan.offer")


def _called(release: PlanRelease, verb: str, variant: Mapping[str, Any]) -> str:
    proposal = release.proposal
    if proposal is not None and proposal.recommend.get(verb) == variant["name"]:
        return text("publish.proposal.proposed", name=variant["name"])
    return str(variant["name"])


def _folded(release: PlanRelease, verb: str) -> str:
    """Return what is read second: rows, and how sure it is."""
    scenario = release.scenarios[verb]
    parts = [row_table(release, verb, variant) for variant in scenario["variants"]]
    parts += [detail_table(release, verb, detail) for detail in scenario.get("details", ())]
    whole = "".join(parts)
    return _details(text("publish.plan.all"), whole) if whole else ""


def _details(summary: str, body: str) -> str:
    return f"<details><summary>{markup(summary)}</summary>{body}</details>"


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
    return noted_foot(lines)
