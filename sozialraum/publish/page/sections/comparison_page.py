"""Several methods on one offline page: a map with a tab per method, sentences, a table of areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sozialraum.model import Release
from sozialraum.publish.escape import markup
from sozialraum.publish.grammar import named_end
from sozialraum.publish.graphics.colours import palette
from sozialraum.publish.page.sections.shell import Head, PageSection, Tab, noted_foot, shell_html
from sozialraum.publish.periods import as_of
from sozialraum.publish.view import Ends, Stripes, View
from sozialraum.texts import text

LAYER = "methods"
_NOT_COMPARED = "n"  # the mark of an area without a class


def comparison_html(
    release: Release, *, cards: Sequence[Mapping[str, Any]], notes: Sequence[str]
) -> str:
    """Return the whole page.

    Parameters
    ----------
    release : its layer "methods" holds a class step per area and variant
    cards : per variant id (column of the layer), name, k, labels (lowest burden first), sentences
    notes : German sentences on how to read it
    """
    facts, steps = release.facts, release.layers[LAYER].astype("Int64")
    title = text("publish.methods.title", title=facts.title)
    head = Head(
        title=title,
        about=f"{facts.place} · {as_of(release)}",
        headline="".join(f"<h2>{markup(line)}</h2>" for line in [_headline(release, cards, steps)]),
    )
    section = PageSection(
        id="verfahren",
        heading=text("publish.methods.heading"),
        variants=tuple(_variant(card, cards[0], steps, facts.stichtag) for card in cards),
        below=_table(cards, steps, release),
    )
    stand = text("publish.plan.as_of", date=as_of(release))
    sources = text("publish.plan.sources", sources="; ".join(facts.sources))
    foot = noted_foot([*notes, stand, *([sources] if facts.sources else [])])
    return shell_html(head, [section], release.areas, after="", foot=foot)


def _headline(release: Release, cards: Sequence[Mapping[str, Any]], steps: pd.DataFrame) -> str:
    """Say what every method with as many classes agrees on: how many areas, and the worst."""
    alike = [card["id"] for card in cards if card["k"] == cards[0]["k"]]
    known = steps[alike].dropna()
    same = known.eq(known[alike[0]], axis=0).all(axis=1)
    worst = known.index[same & (known[alike[0]] == cards[0]["k"])]
    said = text("publish.methods.agreed", n=int(same.sum()), of=len(known), methods=len(alike))
    if not len(worst):
        return said
    names = ", ".join(release.areas["name"].astype(str).loc[worst])
    return f"{said} {text('publish.methods.always_worst', names=names)}"


def _variant(
    card: Mapping[str, Any], first: Mapping[str, Any], steps: pd.DataFrame, day: str
) -> Tab:
    lead, *more = card["sentences"]
    items = "".join(f"<li>{markup(sentence)}</li>" for sentence in more)
    said = f'<h3>{markup(card["name"])}</h3><p class="lead">{markup(lead)}</p>'
    return Tab(
        name=card["name"],
        words=said + (f"<ul>{items}</ul>" if items else ""),
        view=_view(card, first, steps, day),
        unclassed={_NOT_COMPARED: text("publish.methods.not_compared")},
    )


def _view(card: Mapping[str, Any], first: Mapping[str, Any], steps: pd.DataFrame, day: str) -> View:
    """Return the classes of a method, the darkest the most burdened, against those of the build."""
    step, labels = steps[card["id"]], tuple(map(str, card["labels"]))
    more, less = (text(f"publish.grammar.{end}") for end in ("more", "less"))
    worse, better = None, None
    if card["id"] != first["id"] and card["k"] == first["k"]:
        moved = (step - steps[first["id"]]).fillna(0)
        worse, better = (
            Stripes(label=text(f"publish.shell.{way}", first=first["name"]), areas=tuple(areas))
            for way, areas in (("higher", (moved > 0).tolist()), ("lower", (moved < 0).tolist()))
        )
    return View(
        id=str(card["id"]),
        group="index",
        label=str(card["name"]),
        codes=("".join(_NOT_COMPARED if pd.isna(n) else f"{n - 1:x}" for n in step),),
        classes=labels,
        colours=palette("blues", card["k"]),
        ends=Ends(strong=named_end(labels[-1], more), weak=named_end(labels[0], less)),
        days=(day,),
        stripes=worse,
        dots=better,
    )


def _table(cards: Sequence[Mapping[str, Any]], steps: pd.DataFrame, release: Release) -> str:
    """Return every area with its class under every variant, folded up."""
    head = "".join(f'<th scope="col">{markup(card["name"])} (1–{card["k"]})</th>' for card in cards)
    rows = "".join(
        f'<tr><th scope="row">{markup(release.areas["name"][key])} ({markup(key)})</th>'
        + "".join(_cell(steps.at[key, card["id"]]) for card in cards)
        + "</tr>"
        for key in steps.index
    )
    caption, summary = text("publish.methods.caption"), text("publish.methods.areas")
    label = f'role="region" tabindex="0" aria-label="{markup(summary)}"'
    return (
        f'<details><summary>{summary}</summary><div class="wide" {label}><table>'
        f"<caption>{caption}</caption><tr><td></td>{head}</tr>{rows}</table></div></details>"
    )


def _cell(place: Any) -> str:
    return f"<td>{'.' if pd.isna(place) else place}</td>"
