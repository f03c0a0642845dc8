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
from sozialraum.publish.graphics.plan_labels import LONGEST, point_labels
from sozialraum.publish.graphics.plan_views import SHOWS_OFFERS, UNCLASSED, class_colours
from sozialraum.texts import text

WIDTH = 360.0
LETTER = 10.0  # units of the drawing: high enough to be read where it is a third of a page wide
_MEAN = 0.5  # width of a letter to its height
_MOST_OUTLINED = 150  # areas: more of them are one ground
# areas without anyone it is about are drawn as ground, not judged
_GROUND = "#ffffff"
_SIGNS = ("dot", "square", "offer")
_SCALE = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
_ALONE = """
path.ground{stroke:#bbbbbb}path.border{stroke:#1a1a1a;stroke-width:.9;fill:none}
path{stroke:#ffffff;stroke-width:.4;fill-rule:evenodd}.mark{stroke:#1a1a1a;stroke-width:1.2}
.dot{fill:#1a1a1a}.square,.offer{fill:#ffffff}.scale{stroke:#1a1a1a;stroke-width:1.5;fill:none}
text{font-family:"Libertinus Serif";fill:#1a1a1a}text.halo{fill:#ffffff;stroke:#ffffff}
"""


@dataclass(frozen=True)
class LegendEntry:
    """One line of the legend: the colour of a class or the name of a sign, and what it means."""

    style: str
    words: str
    round: bool = False


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
            if one.round:
                shape = f'<circle cx="11" cy="7" r="6" fill="{one.style}" class="mark"/>'
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
    """Draws areas and points of a plan into one frame: metres to pixels, north up.

    Parameters
    ----------
    release : the plan
    letter : height of a letter in units of a drawing that is `WIDTH` wide; signs go with it
    longest : letters of a name
    """

    def __init__(
        self, release: PlanRelease, *, letter: float = LETTER, longest: int = LONGEST
    ) -> None:
        self.release, self.letter, self.longest = release, letter, longest
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
            labels=point_labels(self.release, verb, variant, longest=self.longest),
        )
        paint = class_colours(self.release, verb)
        parts = list(self._grounds(on_areas or dict.fromkeys(self.shapes, ""), paint))
        offers = self.release.points.get(OFFERS) if verb in SHOWS_OFFERS else None
        parts += self._borders(verb, variant)
        parts += self._offers(offers)
        parts += self._marks(points, marks, paint)
        parts += self._names(points, marks, offers)
        parts.append(self._scale_bar())
        label = text("publish.plan.map", name=variant["name"])
        height = self.height + 2.2 * self.letter
        svg = (
            f'<svg viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" '
            f'aria-label="{markup(label)}">{"".join(parts)}</svg>'
        )
        shown = [c for c in [*reversed(paint), *UNCLASSED] if c in set(classes.values())]
        entries = [
            LegendEntry(paint.get(c, _GROUND), legend.get(c, c), round=not on_areas) for c in shown
        ]
        return PlanMap(svg, (*entries, *_signs(verb, marks, offers is not None)), label)

    def _grounds(self, classes: Mapping[str, str], paint: Mapping[str, str]) -> Iterator[str]:
        bare = [self.shapes[k] for k, c in classes.items() if c not in paint]
        for shape in bare if len(bare) <= _MOST_OUTLINED else [unite(bare)]:
            yield f'<path class="ground" fill="{_GROUND}" d="{self._path(shape)}"/>'
        for name, colour in paint.items():
            shapes = [self.shapes[k] for k, c in classes.items() if c == name]
            if shapes:
                yield f'<path fill="{colour}" d="{self._path(unite(shapes))}"/>'

    def _borders(self, verb: str, variant: Mapping[str, Any]) -> Iterator[str]:
        """Draw the outline of each district that a variant proposes."""
        given = self.release.assignments.get(verb, {}).get(variant["name"], {})
        members: dict[str, list[shapely.Geometry]] = {}
        for key, school in given.items():
            members.setdefault(school, []).append(self.shapes[key])
        for school in sorted(members):
            yield f'<path class="border" d="{self._path(unite(members[school]))}"/>'

    def _offers(self, offers: Any) -> Iterator[str]:
        """Draw what is there already as small squares."""
        if offers is None:
            return
        side = self.letter / 2
        for key in sorted(offers.index):
            x, y = self._place(*offers.geometry[key].coords[0])
            corner = f'x="{x - side / 2:.1f}" y="{y - side / 2:.1f}"'
            title = markup(offers["name"][key])
            yield (
                f'<rect class="mark offer" {corner} width="{side:g}" height="{side:g}">'
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
            r = self.rim
            shape = f'circle class="{paint} cx="{x:.1f}" cy="{y:.1f}" r="{r:g}"'
            if key in marks.stands:  # what is there already
                corner = f'x="{x - r:.1f}" y="{y - r:.1f}"'
                shape = f'rect class="mark square" {corner} width="{2 * r:g}" height="{2 * r:g}"'
            yield f"<{shape}><title>{title}</title></{shape.split()[0]}>"

    @property
    def rim(self) -> float:
        """From the middle of a sign to its rim."""
        return 0.55 * self.letter

    def _names(self, points: Any, marks: _Marks, offers: Any) -> Iterator[str]:
        """Write what places are called where it covers no other name and no mark.

        Small squares are covered only by a name that has no other place.
        """
        if points is None:
            return
        spots = {
            k: self._place(*points.geometry[k].coords[0])
            for k in sorted(marks.drawn & set(points.index))
        }
        taken = [_square(*at, self.rim) for at in spots.values()]
        stand = [] if offers is None else [g.coords[0] for g in offers.geometry]
        small = [_square(*self._place(*at), self.letter / 4) for at in stand]
        for key in (k for k in spots if marks.labels.get(k)):
            word = marks.labels[key]
            boxes = [b for b in _boxes(*spots[key], len(word), self.letter) if self._holds(b.frame)]
            free = [b for b in boxes if not any(_meet(b.frame, other) for other in taken)]
            free.sort(key=lambda b: any(_meet(b.frame, other) for other in small))
            if free:
                taken.append(free[0].frame)
                yield free[0].written(word, self.letter)

    def _holds(self, frame: Sequence[float]) -> bool:
        left, top, right, bottom = frame
        return left >= 0 and right <= WIDTH and top >= 0 and bottom <= self.height

    def _scale_bar(self) -> str:
        long = [m for m in _SCALE if m * self.scale <= WIDTH / 4] or [_SCALE[0]]
        end, y = 4 + long[-1] * self.scale, self.height + 1.2 * self.letter
        shown = f"{long[-1] // 1000} km" if long[-1] >= 1000 else f"{long[-1]} m"
        bar = f"M4 {y - 5:.1f}V{y:.1f}H{end:.1f}V{y - 5:.1f}"
        return (
            f'<path class="scale" d="{bar}"/><text x="{end + 6:.1f}" y="{y:.1f}" '
            f'font-size="{self.letter:g}">{shown}</text>'
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


@dataclass(frozen=True)
class _Box:
    """A place for a word: its frame, and from which of its ends it is written."""

    frame: tuple[float, float, float, float]
    anchor: str

    def written(self, word: str, letter: float) -> str:
        left, _, right, bottom = self.frame
        x = {"start": left, "end": right, "middle": (left + right) / 2}[self.anchor]
        said = (
            f'x="{x:.1f}" y="{bottom - 0.3 * letter:.1f}" text-anchor="{self.anchor}" '
            f'font-size="{letter:g}"'
        )
        # not every program that draws paints the rim below the letters: the dots of ä would go
        halo = f'<text class="halo" {said} stroke-width="{letter / 5:.1f}">{markup(word)}</text>'
        return f"{halo}<text {said}>{markup(word)}</text>"


def _boxes(x: float, y: float, letters: int, letter: float) -> Iterator[_Box]:
    """Yield places for a word beside a mark: right, left, above, below, then the corners."""
    away, half, wide = 0.8 * letter, 0.6 * letter, _MEAN * letter * letters
    for down in (0.0, -away, away):
        yield _Box((x + away, y + down - half, x + away + wide, y + down + half), "start")
        yield _Box((x - away - wide, y + down - half, x - away, y + down + half), "end")
        if not down:
            for over in (-away - half, away + half):
                frame = (x - wide / 2, y + over - half, x + wide / 2, y + over + half)
                yield _Box(frame, "middle")


def _square(x: float, y: float, half: float) -> tuple[float, float, float, float]:
    return x - half, y - half, x + half, y + half


def _meet(one: Sequence[float], other: Sequence[float]) -> bool:
    apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    return not apart
