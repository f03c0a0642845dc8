"""Words of a plan that the columns of its points do not have, and sections that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.config.pydantic_errors import did_you_mean
from sozialraum.model.errors import SozialraumError
from sozialraum.model.keys import clean_key
from sozialraum.model.problem import Problem
from sozialraum.planning.checks import listed
from sozialraum.planning.decisions.gap_variants import offers_meant
from sozialraum.planning.plan_sections import PlanFile
from sozialraum.planning.point_columns import point_columns
from sozialraum.texts import problem
from sozialraum.workflows.plan.plan_layers import POINTS, points_of

# section -> the decisions that read it
_READERS = {
    "demand": ("locate", "gap", "catchments", "allocate"),
    "offers": ("gap", "kita", "allocate"),
    "sites": ("locate",),
    "schools": ("catchments", "allocate", "ganztag", "forecast"),
    "distances": ("locate", "gap", "catchments", "kita"),
    "neighbours": ("catchments",),
    "crossings": ("catchments",),
    "houses": ("catchments",),
}

Stated = tuple[str, str, str, tuple[str, ...]]  # place, section of points, key of its column, words


def unread_sections(plan: PlanFile, file: str) -> Iterator[Problem]:
    """Yield sections that are there and that no decision of the plan reads.

    Parameters
    ----------
    plan, file : as understood, and its name
    """
    drawn = plan.catchments is not None and plan.catchments.files
    for name, readers in _READERS.items():
        stated = name in plan.model_fields_set and getattr(plan, name) is not None
        asked = set(readers) & set(plan.verbs)
        if stated and (not asked or (name == "houses" and not drawn)):
            wanted = ", ".join(f"[{reader}]" for reader in readers)
            wanted = "[catchments] files = true" if name == "houses" else wanted
            yield problem("planning.unread_section", "warning", file=file, key=name, wanted=wanted)


def words_unknown_to_points(
    plan: PlanFile, build: Plan, layers: dict[str, gpd.GeoDataFrame | None], file: str
) -> Iterator[Problem]:
    """Yield kinds and groups that no point has, and variants of ``[gap]`` without any offer.

    Parameters
    ----------
    plan, build, file : as understood, and the name of the plan
    layers : points of each section, None where they could not be read
    """
    found = []
    for place, name, column, words in _stated_words(plan):
        known = _words_of(plan, build, layers.get(name), name, column, place)
        for n, word in enumerate(words, 1):
            if known is not None and word not in known:
                key, hint = f"{place}[{n}]", did_you_mean(word, known)
                words_of = {"hint": hint, "known": listed(known) or "–"}
                found.append(_unknown_word(f"„{word}“", file, key, words_of))
    yield from found or _nobody_meant(plan, layers.get("offers"), file)


def _unknown_word(word: str, file: str, key: str, words: dict[str, Any]) -> Problem:
    return problem("planning.unknown_word", file=file, key=key, found=word, **words)


def _stated_words(plan: PlanFile) -> Iterator[Stated]:
    for name in POINTS:
        section = getattr(plan, name)
        if section is not None:
            yield f"{name}.kinds", name, "kind", section.kinds
    for n, pot in enumerate(plan.allocate, 1):
        place = "allocate" if len(plan.allocate) == 1 else f"allocate[{n}]"
        if pot.units in POINTS:
            yield f"{place}.kinds", pot.units, "kind", pot.kinds
    for place, one in _gaps(plan):
        yield f"{place}.kinds", "offers", "kind", one.kinds
        yield f"{place}.groups", "offers", "group", one.groups


def _gaps(plan: PlanFile) -> Iterator[tuple[str, Any]]:
    """Yield every variant of ``[gap]`` with its place."""
    if plan.gap is None:
        return
    for n, one in enumerate(plan.gap.each(), 1):
        yield f"gap.variants[{n}]" if plan.gap.variants else "gap", one


def _words_of(
    plan: PlanFile, build: Plan, layer: gpd.GeoDataFrame | None, name: str, column: str, place: str
) -> list[str] | None:
    """Return the words that stand in a column of points; None where there is no such column."""
    section = getattr(plan, name)
    if section is None or getattr(section, column) is None:
        return None
    if place == f"{name}.kinds" and section.kinds:  # the layer has only those that were meant
        layer = _all_points(section, build)
    if layer is None or getattr(section, column) not in layer:
        return None
    stated = layer[getattr(section, column)].dropna().map(clean_key)
    return sorted({word for word in stated if word})


def _all_points(section: Any, build: Plan) -> gpd.GeoDataFrame | None:
    try:
        return points_of(section.model_copy(update={"kinds": ()}), build)
    except SozialraumError:  # told where the layer is read
        return None


def _nobody_meant(plan: PlanFile, layer: gpd.GeoDataFrame | None, file: str) -> Iterator[Problem]:
    """Yield variants of ``[gap]`` of whose ages and kinds together there is no offer."""
    if plan.gap is None or layer is None:
        return
    try:
        offers: pd.DataFrame = point_columns(plan.offers, layer)
    except SozialraumError:  # told where the columns are looked at
        return
    for place, one in _gaps(plan):
        stated = {c for c, v in (("kind", one.kinds), ("group", one.groups)) if v}
        if stated <= set(offers) and not offers_meant(one, offers).any():
            yield problem("planning.no_offer_meant", file=file, key=place, name=one.label)
