"""``cockpit.html``: overview, one indicator, one area, two side by side, map, in one file."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from sozialraum.model.units import SHARE_FACTOR
from sozialraum.publish.asset_files import asset
from sozialraum.publish.cockpit.comparison import comparison_markup
from sozialraum.publish.cockpit.goals import goals_data
from sozialraum.publish.cockpit.packing import ALPHABET, RESERVED, in_words
from sozialraum.publish.cockpit.panel import GONE, Panel, PanelRow
from sozialraum.publish.escape import markup, script_json, visible
from sozialraum.publish.graphics.colours import palette
from sozialraum.publish.graphics.drawing import place_areas
from sozialraum.publish.monitoring.offers import coverage_markup
from sozialraum.publish.page.policy import policy
from sozialraum.publish.periods import as_of
from sozialraum.texts import catalogue, text

_SCRIPTS = ("cockpit_zahlen.js", "cockpit_bilder.js", "cockpit.js")
_WIDTH = 720  # units of the map
_VIEWS = ("overview", "one", "area", "two", "compare", "offers", "method")


def cockpit_page(panel: Panel) -> bytes:
    """Return the page as bytes."""
    script = "\n".join(["(() => {", '"use strict";', *map(asset, _SCRIPTS), "})();"])
    style = asset("cockpit.css")
    facts = panel.release.facts
    title = f"{facts.title} – {facts.place}" if facts.place else facts.title
    rules = policy(f"<script>{script}</script><style>{style}</style>")
    head = (
        '<!doctype html>\n<html lang="de">\n<head>\n<meta charset="utf-8">\n'
        f'{rules}\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{markup(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )
    data = (
        f'<script type="application/json" id="daten">{script_json(cockpit_data(panel))}</script>\n'
    )
    end = f"{data}<script>{script}</script>\n</body>\n</html>\n"
    return (head + _body(panel) + end).encode("utf-8")


def _body(panel: Panel) -> str:
    facts, words = panel.release.facts, catalogue("publish")["cockpit"]
    band = ""
    if panel.release.level == "intern":
        band = f'<p class="intern">{markup(text("publish.plain.intern"))}</p>\n'
    day = as_of(panel.release)
    lead = " · ".join(filter(None, (facts.place, words["as_of"].format(date=day))))
    made = {"method": _method(panel), "compare": comparison_markup(panel),
            "offers": coverage_markup(panel.release)}  # fmt: skip
    views = [view for view in _VIEWS if made.get(view, view)]
    buttons = "".join(
        f'<button type="button" data-sicht="{view}">{markup(words["views"][view])}</button>'
        for view in views
    )
    parts = "".join(
        f'<section id="{view}" aria-labelledby="h-{view}" hidden>'
        f'<h2 id="h-{view}" tabindex="-1">{markup(words["views"][view])}</h2>'
        f'<div class="inhalt">{made.get(view, "")}</div></section>\n'
        for view in views
    )
    return (
        f"{band}<header><h1>{markup(facts.title)}</h1>\n<p>{markup(lead)}</p>\n"
        f"<p>{markup(counts_words(panel))}</p></header>\n"
        f'<nav aria-label="{markup(words["nav"])}">{buttons}</nav>\n<main>\n{parts}</main>\n'
    )


def counts_words(panel: Panel) -> str:
    """Return how many indicators have a value today, and why others have none."""
    counts, words = panel.counts(), catalogue("publish")["cockpit"]["counts"]
    said = [text("publish.cockpit.counts.told", n=counts["told"], period=panel.periods[-1])]
    said += [
        text(f"publish.cockpit.counts.{name}", n=counts[name])
        for name in ("outside", "hidden", "missing")
        if counts[name]
    ]
    return f"{words['all'].format(n=counts['n'])} {', '.join(said)}."


def _method(panel: Panel) -> str:
    """Return sources, secrecy and definitions as markup."""
    facts, words = panel.release.facts, catalogue("publish")["cockpit"]
    blocks = [f"<p>{markup(line)}</p>" for line in words["method_lines"]]
    blocks += [f"<p>{markup(line)}</p>" for line in panel.release.notes]
    blocks += [f"<p>{markup(line)}</p>" for line in facts.limits]
    heads = "".join(f'<th scope="col">{markup(h)}</th>' for h in words["definitions"])
    rows = "".join(
        f'<tr><th scope="row">{markup(row.indicator.label)}</th>'
        + "".join(f"<td>{markup(cell)}</td>" for cell in definition(row))
        + "</tr>"
        for row in panel.rows
    )
    label = markup(words["definitions_label"])
    blocks.append(
        f'<div class="breit" tabindex="0" role="group" aria-label="{label}"><table>'
        f"<caption>{label}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
        "</table></div>"
    )
    if facts.sources:
        items = "".join(f"<li>{markup(s)}</li>" for s in facts.sources)
        blocks.append(f"<h3>{markup(text('publish.plain.sources'))}</h3><ul>{items}</ul>")
    return "\n".join(blocks)


def definition(row: PanelRow) -> tuple[str, ...]:
    """Return kind, making, direction, source and span of an indicator, in German."""
    words, i = catalogue("publish")["method"], row.indicator
    notes = " ".join(filter(None, (row.span, i.note)))
    return words[f"kind_{i.kind}"], row.formed, words[f"dir_{i.direction}"], i.source, notes


def cockpit_data(panel: Panel) -> dict[str, Any]:
    """Return everything the page draws; words and whole numbers alone."""
    words, release = catalogue("publish"), panel.release
    canvas = place_areas(release.areas, width=_WIDTH)
    themes = panel.themes
    known = all(n.isdigit() and len(n) == 4 for n in panel.periods)
    first = dt.date.fromisoformat(panel.days[0]).toordinal()
    span = max(dt.date.fromisoformat(panel.days[-1]).toordinal() - first, 1)
    units = {n.removeprefix("unit_"): w for n, w in words["page"].items() if n.startswith("unit_")}
    return {
        "alphabet": ALPHABET,
        "reserved": RESERVED,
        "areas": [visible(n) for n in release.areas["name"]],
        "keys": [visible(k) for k in release.areas.index],
        "areaWord": visible(release.facts.area_word),
        "areaWords": visible(release.facts.areas_called),
        "periods": list(panel.periods),
        "years": known,
        # place of each Stichtag on the axis of time, in thousandths: time, not number of the row
        "times": [
            round(1000 * (dt.date.fromisoformat(d).toordinal() - first) / span) for d in panel.days
        ],
        "themes": [visible(t) or words["cockpit"]["no_theme"] for t in themes],
        "indicators": [_row(panel, row, themes.index(row.theme)) for row in panel.rows],
        "signs": [words["signs"][g] or words["cockpit"]["signs"][g] for g in GONE],
        "signWords": [words["page"][f"mark_{m}"] for m in "muksn"],
        "units": units,
        "paths": list(canvas.paths),
        "box": f"0 0 {_WIDTH} {round(canvas.height)}",
        "colours": {"level": list(palette("blues", 5)), "neutral": list(palette("teals", 5))},
        "words": words["cockpit"]["page"],
    }


def _row(panel: Panel, row: PanelRow, theme: int) -> dict[str, Any]:
    i, figure = row.indicator, row.figure
    found: dict[str, Any] = {
        "label": visible(i.label),
        "theme": theme,
        "unit": figure.unit,
        "digits": figure.digits,
        "kind": i.kind,
        "direction": i.direction,
        "absolute": i.is_absolute,
        "about": " · ".join(filter(None, (*definition(row)[:3], visible(i.source), row.span))),
        "v": in_words(row.values, row.status),
        "c": in_words(row.city),
    }
    if i.kind in ("share", "rate"):
        # persons per value, as far as they are told: to tens
        found["n"] = in_words(np.round(row.persons / 10))
        found["one"] = SHARE_FACTOR.get(i.unit, 1.0) / row.step  # what a share of 1 is in steps
    if goals := goals_data(panel, i):
        found["g"] = goals
    if row.new_from is not None:
        found["b"] = row.new_from
    if len(row.change):
        keys = panel.release.areas.index
        change = row.change.reindex(keys)
        found["d"] = in_words(change[["change", "low", "high"]].to_numpy(float))
        found["sure"] = "".join("1" if s is True else "0" for s in change["sure"].eq(True))
    return found
