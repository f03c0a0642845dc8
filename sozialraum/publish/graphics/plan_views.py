"""How the areas and places of a plan are painted: strong colour where there is more to do.

Page and papers take colours, order of the legend and the sentence about them from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sozialraum.model.plan_release import PlanRelease
from sozialraum.publish.graphics.colours import palette
from sozialraum.publish.view import Ends, Stripes, View
from sozialraum.texts import text

# per decision its classes, the one with least to do first
LEVELS = {
    "gap": ("ok", "thin", "empty"),
    "locate": ("covered", "partly", "uncovered", "uncovered_needy"),
    "catchments": ("same", "moved"),
    "forecast": ("less", "same", "more"),
    "ganztag": ("enough", "short"),
    "kita": ("enough", "short"),
}
CHANGES = {"allocate": ("loss", "same", "gain")}  # the worse one first
SHOWS_OFFERS = ("locate", "gap", "kita")
UNCLASSED = {"nobody": "u", "unknown": "m"}  # marks of areas without a class
NEW = "#1a1a1a"  # places of which nobody knows what they had


def class_colours(release: PlanRelease, verb: str) -> dict[str, str]:
    """Return the colour of each class that a decision has in any variant, least to do first.

    Parameters
    ----------
    release : the plan
    verb : of the decision; several of a kind are told apart by what follows "allocate"
    """
    variants = release.scenarios[verb]["variants"]
    used = {name for variant in variants for name in variant["classes"].values()}
    legend = [name for name in release.legends.get(verb, {}) if name in used]
    if verb.startswith("allocate"):
        colours = palette("orange_purple", 3, midpoint="same")
        painted = dict(zip(CHANGES["allocate"], colours, strict=True)) | {"new": NEW}
        return {name: colour for name, colour in painted.items() if name in used}
    known = [name for name in LEVELS.get(verb, ()) if name in legend]
    if not known:
        known = [name for name in legend if name not in UNCLASSED]
    return dict(zip(known, palette("blues", len(known)), strict=True)) if known else {}


def area_view(
    release: PlanRelease, verb: str, variant: Mapping[str, Any], *, plain: bool = False
) -> View | None:
    """Return how a variant paints the areas; None where its classes stand on none.

    Parameters
    ----------
    release, verb : plan and decision
    variant : as released; where it is not the first, stripes say where there is more to do than
        under the first, dots where there is less
    plain : without stripes and dots, as on paper
    """
    keys = [str(key) for key in release.areas.index]
    classes = variant["classes"]
    if not any(key in classes for key in keys):
        return None
    legend = release.legends.get(verb, {})
    colours = class_colours(release, verb)
    places = {name: f"{k:x}" for k, name in enumerate(colours)} | UNCLASSED
    labels = tuple(legend.get(name, name) for name in colours)
    worse, better = None, None
    if not plain:
        worse, better = _against_first(release, verb, variant, list(colours))
    return View(
        id=verb,
        group="index",
        label=str(variant["name"]),
        codes=("".join(places.get(classes.get(key, ""), ".") for key in keys),),
        classes=labels,
        colours=tuple(colours.values()),
        ends=Ends(strong=_short(labels[-1]), weak=_short(labels[0])) if len(labels) > 1 else None,
        days=(release.facts.stichtag,),
        stripes=worse,
        dots=better,
    )


def _short(label: str) -> str:
    """Return a label without what it adds in brackets; the legend has it whole."""
    return label.split(" (")[0]


def _against_first(
    release: PlanRelease, verb: str, variant: Mapping[str, Any], order: list[str]
) -> tuple[Stripes | None, Stripes | None]:
    """Return where a variant does worse and where better than the first one."""
    first = release.scenarios[verb]["variants"][0]
    if first["name"] == variant["name"] or verb not in LEVELS or verb == "catchments":
        return None, None
    places = {name: k for k, name in enumerate(order)}
    steps = [
        (places.get(variant["classes"].get(str(key))), places.get(first["classes"].get(str(key))))
        for key in release.areas.index
    ]
    moved = [0 if now is None or then is None else now - then for now, then in steps]
    if not any(moved):
        return None, None
    worse, better = (
        Stripes(label=text(f"publish.shell.{way}", first=first["name"]), areas=areas)
        for way, areas in (
            ("worse", tuple(n > 0 for n in moved)),
            ("better", tuple(n < 0 for n in moved)),
        )
    )
    return worse, better
