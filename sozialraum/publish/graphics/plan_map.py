"""The map of one variant of a plan as a drawing for papers: areas, places, their names.

Colours are those of the page (see `sozialraum.publish.graphics.plan_views`): strong where there is
more to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely

from sozialraum.model.plan_release import OFFERS, PlanRelease
from sozialraum.model.surfaces import unite
from sozialraum.publish.escape import markup
from sozialraum.publish.graphics.plan_labels import point_labels
from sozialraum.publish.graphics.plan_views import SHOWS_OFFERS, UNCLASSED, class_colours
from sozialraum.texts import text

WIDTH = 360.0
LETTER = 10.0  # units of the drawing
# areas without anyone it is about are drawn as ground, not judged
_GROUND = "#ffffff"
_SIGNS = ("dot", "square", "offer")
_SCALE = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
_ALONE = """
path.ground{stroke:#bbbbbb}
path{stroke:#ffffff;stroke-width:.4;fill-rule:evenodd}.mark{stroke:#1a1a1a;stroke-width:1.2}
.dot{fill:#1a1a1a}.square,.offer{fill:#ffffff}.scale{stroke:#1a1a1a;stroke-width:1.5;fill:none}
text{stroke:#ffffff;stroke-width:2;paint-order:stroke;font-family:"Libertinus Serif";fill:#1a1a1a}
"""


@dataclass(frozen=True)
class LegendEntry:
    """One line of the legend: the colour of a class or the name of a sign, and what it means."""

    style: str
    words: str


@dataclass(frozen=True)
class PlanMap:
    """A drawing and its legend.

    Parameters
    ----------
    svg : the drawing
    legend : its entries, in their order
    words : for those who do not see it
    """

    svg: str
    legend: tuple[LegendEntry, ...]
    words: str

    def standing_alone(self) -> str:
        """Return the drawing with its own styles, for a paper."""
        head, rest = self.svg.split(">", 1)
        head = head.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        return f"{head}><style>{_ALONE}</style>{rest}"

    def swatches(self) -> Iterator[tuple[str, str]]:
        """Yield the sign of each entry of the legend as a drawing, and its words."""
        for one in self.legend:
            shape = f'<rect x="1" y="1" width="20" height="12" fill="{one.style}" class="mark"/>'
            if one.style in _SIGNS:
                half = {"dot": 6, "square": 5, "offer": 3}[one.style]
                shape = (
                    f'<rect x="{11 - half}" y="{7 - half}" width="{2 * half}" height="{2 * half}"'
                )
                shape += f' rx="{half}"' if one.style == "dot" else ""
                shape += f' class="mark {one.style}"/>'
            yield (
                '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 22 14" width="22">'
                f"<style>{_ALONE}</style>{shape}</svg>",
                one.words,
            )

    def colours(self) -> list[str]:
        """Return the colour of each entry of the legend, "" for those with a sign."""
        return ["" if one.style in _SIGNS else one.style for one in self.legend]


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

    def draw(self, verb: str, variant: Mapping[str, Any]) -> PlanMap | None:
        """Return the map of one variant, or None where it has none."""
        classes, points = variant["classes"], self.release.points.get(verb)
        on_areas = {k: c for k, c in classes.items() if k in self.shapes}
        on_points = (
            {} if points is None else {k: c for k, c in classes.items() if k in points.index}
        )
        if not on_areas and not on_points:
            return None
        legend = self.release.legends.get(verb, {})
        marks = _Marks(
            chosen=set(variant["points"]),
            classes=on_points,
            stands={row["key"] for row in variant["table"] if row.get("fixed")},
            labels=point_labels(self.release, verb, variant),
        )
        paint = class_colours(self.release, verb)
        parts = list(self._grounds(on_areas or dict.fromkeys(self.shapes, ""), paint))
        offers = self.release.points.get(OFFERS) if verb in SHOWS_OFFERS else None
        parts += self._offers(offers)
        parts += self._marks(points, marks, paint)
        parts += self._names(points, marks)
        parts.append(self._scale_bar())
        label = text("publish.plan.map", name=variant["name"])
        height = self.height + 2.2 * LETTER
        svg = (
            f'<svg viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" '
            f'aria-label="{markup(label)}">{"".join(parts)}</svg>'
        )
        shown = [c for c in [*reversed(paint), *UNCLASSED] if c in set(classes.values())]
        entries = [LegendEntry(paint.get(c, _GROUND), legend.get(c, c)) for c in shown]
        return PlanMap(svg, (*entries, *_signs(verb, marks, offers is not None)), label)

    def _grounds(self, classes: Mapping[str, str], paint: Mapping[str, str]) -> Iterator[str]:
        bare = [self.shapes[k] for k, c in classes.items() if c not in paint]
        if bare:
            yield f'<path class="ground" fill="{_GROUND}" d="{self._path(unite(bare))}"/>'
        for name, colour in paint.items():
            shapes = [self.shapes[k] for k, c in classes.items() if c == name]
            if shapes:
                yield f'<path fill="{colour}" d="{self._path(unite(shapes))}"/>'

    def _offers(self, offers: Any) -> Iterator[str]:
        """Draw what is there already as small squares."""
        if offers is None:
            return
        for key in sorted(offers.index):
            x, y = self._place(*offers.geometry[key].coords[0])
            corner = f'x="{x - 2.5:.1f}" y="{y - 2.5:.1f}"'
            title = markup(offers["name"][key])
            yield (
                f'<rect class="mark offer" {corner} width="5" height="5">'
                f"<title>{title}</title></rect>"
            )

    def _marks(self, points: Any, marks: _Marks, colours: Mapping[str, str]) -> Iterator[str]:
        if points is None:
            return
        for key in sorted(marks.drawn & set(points.index)):
            x, y = self._place(*points.geometry[key].coords[0])
            kind = marks.classes.get(key)
            paint = 'mark dot"' if kind is None else f'mark" fill="{colours.get(kind, _GROUND)}"'
            title = markup(points["name"][key]) if "name" in points else markup(key)
            shape = f'circle class="{paint} cx="{x:.1f}" cy="{y:.1f}" r="6"'
            if key in marks.stands:  # what is there already
                corner = f'x="{x - 5:.1f}" y="{y - 5:.1f}"'
                shape = f'rect class="mark square" {corner} width="10" height="10"'
            yield f"<{shape}><title>{title}</title></{shape.split()[0]}>"

    def _names(self, points: Any, marks: _Marks) -> Iterator[str]:
        """Write what places are called where it covers no other name and no mark."""
        if points is None:
            return
        keys = [k for k in sorted(marks.drawn & set(points.index)) if marks.labels.get(k)]
        spots = {k: self._place(*points.geometry[k].coords[0]) for k in keys}
        taken = [(x - 6, y - 6, x + 6, y + 6) for x, y in spots.values()]
        for key in keys:
            word = marks.labels[key]
            for box in _boxes(*spots[key], 0.54 * LETTER * len(word)):
                inside = box[0] >= 0 and box[2] <= WIDTH and box[1] >= 0 and box[3] <= self.height
                if inside and not any(_meet(box, other) for other in taken):
                    taken.append(box)
                    yield (
                        f'<text x="{box[0]:.1f}" y="{box[3] - 2:.1f}" '
                        f'font-size="{LETTER:.0f}">{markup(word)}</text>'
                    )
                    break

    def _scale_bar(self) -> str:
        long = [m for m in _SCALE if m * self.scale <= WIDTH / 4] or [_SCALE[0]]
        end, y = 4 + long[-1] * self.scale, self.height + 1.2 * LETTER
        shown = f"{long[-1] // 1000} km" if long[-1] >= 1000 else f"{long[-1]} m"
        bar = f"M4 {y - 5:.1f}V{y:.1f}H{end:.1f}V{y - 5:.1f}"
        return (
            f'<path class="scale" d="{bar}"/><text x="{end + 6:.1f}" y="{y:.1f}" '
            f'font-size="{LETTER:.0f}">{shown}</text>'
        )

    def _place(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.left) * self.scale, (self.top - y) * self.scale

    def _path(self, shape: shapely.Geometry) -> str:
        rings = []
        for part in shapely.get_parts(shape):
            for ring in (part.exterior, *part.interiors):
                line = [self._place(x, y) for x, y in ring.coords]
                rings.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line) + "Z")
        return "".join(rings)


@dataclass(frozen=True)
class _Marks:
    """Which points are drawn, and how."""

    chosen: set[str]
    classes: Mapping[str, str]
    stands: set[str]
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def drawn(self) -> set[str]:
        return self.chosen | set(self.classes)


def _signs(verb: str, marks: _Marks, has_offers: bool) -> Iterator[LegendEntry]:
    """Yield the signs of points; those painted by a class stand among the classes."""
    if marks.chosen - marks.stands:
        word = {"gap": "doubled", "catchments": "school"}.get(verb, "chosen")
        yield LegendEntry("dot", text(f"publish.plan.{word}"))
    if marks.stands:
        yield LegendEntry("square", text("publish.plan.stands"))
    if has_offers:
        yield LegendEntry("offer", text("publish.plan.offer"))


def _boxes(x: float, y: float, width: float) -> Sequence[tuple[float, float, float, float]]:
    """Return places for a word beside a mark: right, left, above, below."""
    half, high = LETTER / 2, LETTER
    return (
        (x + 8, y - half - 1, x + 8 + width, y + half + 1),
        (x - 8 - width, y - half - 1, x - 8, y + half + 1),
        (x - width / 2, y - 9 - high, x + width / 2, y - 7),
        (x - width / 2, y + 7, x + width / 2, y + 9 + high),
    )


def _meet(one: Sequence[float], other: Sequence[float]) -> bool:
    apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    return not apart
