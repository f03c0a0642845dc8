"""What a plan proposes, decision by decision, in sentences; the same on the page and in papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sozialraum.model.plan_release import PlanRelease
from sozialraum.texts import number, text

MOST_NAMED = 8
_CHANGES = ("mean_metres", "largest_metres", "over_capacity", "pupils_beyond_limit")


def proposed_variant(release: PlanRelease, verb: str) -> Mapping[str, Any]:
    """Return the variant that the office proposes; the first that is not today where it does not.

    Parameters
    ----------
    release, verb : the plan and one of its decisions
    """
    variants = release.scenarios[verb]["variants"]
    wanted = None if release.proposal is None else release.proposal.recommend.get(verb)
    named = [v for v in variants if v["name"] == wanted]
    today = text("planning.catchment.today")
    drawn = [v for v in variants if verb != "catchments" or v["name"] != today]
    return (named or drawn or variants)[0]


def decision_lines(release: PlanRelease) -> Iterator[tuple[str, list[str]]]:
    """Yield per decision its heading, and what the proposed variant means.

    Parameters
    ----------
    release : as it may be shown
    """
    recommended = {} if release.proposal is None else release.proposal.recommend
    for verb, scenario in release.scenarios.items():
        if recommended and verb not in recommended:
            continue
        variant = proposed_variant(release, verb)
        heading = scenario["title"].removeprefix(f"{release.title}: ")
        if verb in recommended:
            heading = f"{heading} – {variant['name']}"
        said = [*variant["sentences"][: leading(verb)], *_places(release, verb, variant)]
        yield heading, [*said, *_against_today(release, verb, scenario, variant)]


def leading(verb: str) -> int:
    """Return how many sentences of a variant say what it means; those after say how it was found.

    Parameters
    ----------
    verb : of the decision; for all-day places the second sentence names the schools
    """
    return 2 if verb == "ganztag" else 1


def _places(release: PlanRelease, verb: str, variant: Mapping[str, Any]) -> list[str]:
    """Say which places it is about: new sites, or who gets most."""
    points = release.points.get(verb)
    called = {} if points is None or "name" not in points else points["name"].astype(str).to_dict()
    if verb == "locate":
        stands = {row["key"] for row in variant["table"] if row.get("fixed")}
        new = [called.get(k, k) for k in variant["points"] if k not in stands]
        return [text("publish.proposal.sites", places=_named(new))] if new else []
    if verb.startswith("allocate"):
        rows = [r for r in variant["table"] if isinstance(r.get("now"), int | float)]
        rows.sort(key=lambda r: (-r["now"], r["key"]))
        best = [f"{called.get(r['key'], r['key'])} ({_amount(r['now'])})" for r in rows[:3]]
        return [text("publish.proposal.most", places=", ".join(best))] if best else []
    return []


def _named(names: list[str]) -> str:
    shown = ", ".join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return f"{shown} {text('publish.proposal.more', n=more)}" if more > 0 else shown


def _amount(value: float) -> str:
    return number(value, 0 if value == round(value) else 2)


def _against_today(
    release: PlanRelease, verb: str, scenario: Mapping[str, Any], variant: Mapping[str, Any]
) -> list[str]:
    """Say what changes against today, where today is among the variants."""
    today = scenario["variants"][0]
    is_today = today["name"] == text("planning.catchment.today")
    if verb != "catchments" or today is variant or not is_today:
        return []
    before, after = (
        {n: _stated(n, one["figures"][n]) for n in _CHANGES if n in one["figures"]}
        for one in (today, variant)
    )
    changes = [
        text("publish.proposal.change", label=release.labels.get(n, n), now=now, before=before[n])
        for n, now in after.items()
        if now != before.get(n, now)
    ]
    return [text("publish.proposal.against", changes="; ".join(changes))] if changes else []


def _stated(name: str, value: Any) -> str:
    """Return a figure; of a count that is too small to be told, that it is."""
    if not isinstance(value, int | float):
        return "." if name.endswith("metres") else text("publish.proposal.few")
    return number(value)
