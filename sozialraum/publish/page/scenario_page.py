"""Variants of a decision side by side on one offline page: map, sentence, figures, table.

The page needs no script: maps are SVG drawings, so it opens everywhere, prints as it stands, and
its policy allows nothing from outside.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import shapely

from sozialraum.model.plan_release import PlanRelease
from sozialraum.model.surfaces import unite
from sozialraum.publish.asset_files import asset
from sozialraum.publish.escape import markup
from sozialraum.publish.page.policy import policy
from sozialraum.texts import date, number, percent, text

WIDTH = 360.0
_SIGN = "."
_HIDDEN = ("arguments", "sentence", "status")  # the sentences stand above the table already
_CODED = ("light",)
_DATES = ("deadline",)
_FINER = ("share", "low", "high", "goal")
_SHARES = (
    *_FINER, "share_covered", "need_covered", "group_covered", "utilisation", "need_share",
    "loss", "chosen_share", "p_less", "p_more", "p_other_stage", "class_chance", "error",
    "unchanged", "own_quotas", "whole", "bias", "inside", "right_classes",
    "right_classes_unchanged",
)  # fmt: skip
LEAST_LOSS = 0.01
# areas without anyone it is about are drawn as ground, not judged; what changes is darkest
_PAINT = {"nobody": "ground", "same": "c1", "moved": "strong"}


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
    notes = "".join(f"<li>{markup(note)}</li>" for note in release.notes)
    style = asset("szenarien.css")
    band = ""
    if release.level == "intern":
        band = f'<p class="intern">{markup(text("publish.plan.intern"))}</p>'
    body = (
        f"{band}<header><h1>{markup(release.title)}</h1><p>{markup(release.place)}</p></header>"
        f"{_patterns()}<main>{sections}</main><footer><ul>{notes}</ul></footer>"
    )
    return (
        '<!DOCTYPE html>\n<html lang="de">\n<head>\n<meta charset="utf-8">\n'
        f"{policy(f'<style>{style}</style>')}\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{markup(release.title)}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>{body}</body>\n</html>\n"
    )


def _section(release: PlanRelease, verb: str, canvas: Canvas) -> str:
    scenario = release.scenarios[verb]
    variants = scenario["variants"]
    cards = "".join(_card(release, verb, variant, canvas) for variant in variants)
    tables = "".join(_table(release, verb, variant) for variant in variants)
    details = "".join(_detail(release, verb, detail) for detail in scenario.get("details", ()))
    limits = "".join(f"<li>{markup(limit)}</li>" for limit in scenario["limits"])
    heading = scenario["title"].removeprefix(f"{release.title}: ")
    shape = "cards one" if len(variants) == 1 else "cards"
    return (
        f'<section aria-labelledby="{verb}"><h2 id="{verb}">{markup(heading)}</h2>'
        f'<div class="{shape}">{cards}</div>{_figures(release, scenario)}{tables}{details}'
        f'<ul class="limits">{limits}</ul></section>'
    )


def _card(release: PlanRelease, verb: str, variant: Mapping[str, Any], canvas: Canvas) -> str:
    first, *more = variant["sentences"] or [""]
    listed = "".join(f"<li>{markup(sentence)}</li>" for sentence in more)
    messages = f'<ul class="more">{listed}</ul>' if more else '<div class="more"></div>'
    drawn = canvas.draw(verb, variant)
    picture = f"<figure>{drawn}</figure>" if drawn else "<div></div>"
    return (
        f'<article class="{"drawn" if drawn else "plain"}"><h3>{markup(variant["name"])}</h3>'
        f'<p class="lead">{markup(first)}</p>{picture}{messages}</article>'
    )


def _figures(release: PlanRelease, scenario: Mapping[str, Any]) -> str:
    """Return the key figures, a row each, a column per variant; those nobody knows are left out."""
    variants = scenario["variants"]
    names = [
        n for n in variants[0]["figures"] if any(_known(v["figures"].get(n)) for v in variants)
    ]
    head = "".join(f'<th scope="col">{markup(v["name"])}</th>' for v in variants)
    rows = "".join(
        f'<tr><th scope="row">{markup(release.labels.get(name, name))}</th>'
        + "".join(f"<td>{shown}</td>" for shown in shown_figures(name, row))
        + "</tr>"
        for name in names
        for row in [[v["figures"].get(name) for v in variants]]
    )
    one = len(variants) == 1
    caption = text("planning.page.figures_of_one" if one else "publish.plan.figures")
    body = f"<table><caption>{caption}</caption><tr><td></td>{head}</tr>{rows}</table>"
    return f'<div class="wide" role="region" tabindex="0" aria-label="{caption}">{body}</div>'


def shown_figures(name: str, values: Sequence[Any]) -> list[str]:
    """Return one key figure of all variants as readers see it: shares in per cent.

    Examples
    --------
    >>> shown_figures("stock", [0.5, 12.0, None])
    ['0,50', '12,00', '.']
    """
    digits = _digits(values)
    return [_shown(name, value, digits) for value in values]


def _table(release: PlanRelease, verb: str, variant: Mapping[str, Any]) -> str:
    if not variant["table"]:
        return ""
    rows = text("publish.plan.rows", n=number(len(variant["table"])))
    label = f"{variant['name']}: {rows}"
    return (
        f"<details><summary>{markup(label)}</summary>"
        f"{_rows(release, verb, variant['table'], label)}</details>"
    )


def _detail(release: PlanRelease, verb: str, detail: Mapping[str, Any]) -> str:
    """Return a further table under its heading, folded up: the page is read in one go first."""
    return (
        f'<details class="detail"><summary><h3>{markup(detail["title"])}</h3></summary>'
        f"<p>{markup(detail['sentence'])}</p>"
        f"{_rows(release, verb, detail['rows'], detail['title'])}</details>"
    )


def _rows(release: PlanRelease, verb: str, rows: list[Mapping[str, Any]], label: str) -> str:
    """Return rows as a table: keys with their names, columns that say nothing left out."""
    columns = [c for c in rows[0] if c not in _HIDDEN and any(_known(row[c]) for row in rows)]
    words = {"key": text("planning.page.called"), **release.labels}
    legend = {**release.legends.get(verb, {})}
    called = _called(release, verb)
    digits = {c: _digits([row[c] for row in rows]) for c in columns}
    wordy = {c for c in columns if any(isinstance(row[c], str) for row in rows)}
    head = "".join(
        f'<th scope="col"{_word(c in wordy)}>{markup(words.get(c, c))}</th>' for c in columns
    )
    body = "".join(
        "<tr>" + "".join(_cell(c, row[c], called, legend, digits[c]) for c in columns) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{markup(label)}">'
        f"<table><tr>{head}</tr>{body}</table></div>"
    )


def _called(release: PlanRelease, verb: str) -> dict[str, str]:
    """Return what the points and areas of a decision are called, by key."""
    called: dict[str, str] = {}
    for layer in (release.areas, release.points.get(verb)):
        if layer is not None and "name" in layer:
            called.update({str(k): str(n) for k, n in layer["name"].items() if str(n) != str(k)})
    return called


def _cell(
    column: str, value: Any, called: Mapping[str, str], legend: Mapping[str, str], digits: int
) -> str:
    kind = _word(isinstance(value, str))
    if column == "key":
        name = called.get(value)
        return f'<th scope="row">{markup(value if name is None else f"{name} ({value})")}</th>'
    if column in _CODED:
        value = legend.get(value, value)
    return f"<td{kind}>{_shown(column, value, digits)}</td>"


def _word(is_word: bool) -> str:
    return ' class="word"' if is_word else ""


def _known(value: Any) -> bool:
    return value is not None and value != "inf"


def _digits(values: Sequence[Any]) -> int:
    """Return the decimals of a column: two where one of its numbers is small and not whole."""
    numbers = [v for v in values if isinstance(v, float)]
    return 2 if any(abs(v) < 100 and v != round(v) for v in numbers) else 0


def _shown(name: str, value: Any, digits: int) -> str:
    if value is None:
        return _SIGN
    if isinstance(value, bool):
        return text("publish.plan.yes") if value else text("publish.plan.no")
    if isinstance(value, int | float):
        if name == "loss" and value < LEAST_LOSS:
            return text("planning.page.little")
        if name in _SHARES:
            return percent(float(value), 1 if name in _FINER else 0)
        return number(float(value), digits)
    return markup(date(value) if name in _DATES else value)


def _patterns() -> str:
    """Return the hatch for the class that matters most, so that colour does not stand alone."""
    return (
        '<svg width="0" height="0" aria-hidden="true" class="defs"><defs>'
        '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="6" height="6" class="hatch-ground"/>'
        '<line x1="0" y1="0" x2="0" y2="6" class="hatch-line"/></pattern></defs></svg>'
    )


class Canvas:
    """Draws areas and points of a plan into one frame: metres to pixels, north up."""

    def __init__(self, release: PlanRelease) -> None:
        self.release = release
        shapes = release.areas.geometry
        self.left, bottom, right, self.top = shapes.total_bounds
        self.scale = WIDTH / (right - self.left)
        self.height = (self.top - bottom) * self.scale
        simple = shapely.coverage_simplify(shapes.to_numpy(), 1.0 / self.scale)
        self.shapes = dict(zip(release.areas.index, simple, strict=True))

    def draw(self, verb: str, variant: Mapping[str, Any]) -> str:
        """Return the map of one variant with its legend, or nothing where it has none."""
        classes = variant["classes"]
        on_areas = {k: c for k, c in classes.items() if k in self.shapes}
        points = self.release.points.get(verb)
        on_points = (
            {} if points is None else {k: c for k, c in classes.items() if k in points.index}
        )
        if not on_areas and not on_points:
            return ""
        legend = self.release.legends.get(verb, {})
        order = [c for c in legend if c in set(classes.values())]
        parts = "".join(self._grounds(on_areas or dict.fromkeys(self.shapes, "ground"), legend))
        stands = {row["key"] for row in variant["table"] if row.get("fixed")}
        parts += "".join(self._marks(points, variant["points"], on_points, legend, stands))
        label = text("publish.plan.map", name=variant["name"])
        entries = "".join(
            f'<li><span class="key {_paint(c, legend)}"></span>{markup(legend[c])}</li>'
            for c in order
        )
        for kind, some in (("dot", set(variant["points"]) - stands), ("square", stands)):
            word = {"dot": "publish.plan.chosen", "square": "publish.plan.stands"}[kind]
            entries += (
                f'<li><span class="key {kind}"></span>{markup(text(word))}</li>' if some else ""
            )
        return (
            f'<svg viewBox="0 0 {WIDTH:.0f} {self.height:.0f}" role="img" '
            f'aria-label="{markup(label)}">{parts}</svg><ul class="legend">{entries}</ul>'
        )

    def _grounds(self, classes: Mapping[str, str], legend: Mapping[str, str]) -> Iterator[str]:
        for name in [*legend, "ground"]:
            shapes = [self.shapes[k] for k, c in classes.items() if c == name]
            if shapes:
                merged = unite(shapes)
                yield f'<path class="{_paint(name, legend)}" d="{self._path(merged)}"/>'

    def _marks(
        self,
        points: Any,
        chosen: list[str],
        classes: Mapping[str, str],
        legend: Mapping[str, str],
        stands: set[str],
    ) -> Iterator[str]:
        if points is None:
            return
        wanted = set(chosen) | set(classes)
        for key in sorted(wanted & set(points.index)):
            x, y = self._place(*points.geometry[key].coords[0])
            paint = _paint(classes[key], legend) if key in classes else "dot"
            title = markup(points["name"][key]) if "name" in points else markup(key)
            shape = f'circle class="mark {paint}" cx="{x:.1f}" cy="{y:.1f}" r="6"'
            if key in stands:  # what is there already
                corner = f'x="{x - 5:.1f}" y="{y - 5:.1f}"'
                shape = f'rect class="mark square" {corner} width="10" height="10"'
            yield f"<{shape}><title>{title}</title></{shape.split()[0]}>"

    def _place(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.left) * self.scale, (self.top - y) * self.scale

    def _path(self, shape: shapely.Geometry) -> str:
        rings = []
        for part in shapely.get_parts(shape):
            for ring in (part.exterior, *part.interiors):
                line = [self._place(x, y) for x, y in ring.coords]
                rings.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line) + "Z")
        return "".join(rings)


def _paint(name: str, legend: Mapping[str, str]) -> str:
    """Return the style of a class: its own, or by its place in the legend."""
    if name in _PAINT:
        return _PAINT[name]
    return f"c{list(legend).index(name)}" if name in legend else "ground"
