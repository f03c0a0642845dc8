"""What a plan proposes, on the map of the index: the chosen places of its variants.

Nothing but the released values of the plan is used: which places a variant chooses, what they are
called and where they are. `sozialraum plan` writes this map beside the variants, so the manifest of
the plan holds its hash together with those of the plan file and of all inputs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd

from sozialraum.model import Release
from sozialraum.model.plan_release import PlanRelease
from sozialraum.texts import number, text

VERB = "locate"  # the decision that chooses places


def with_measures(release: Release, plan: PlanRelease) -> Release:
    """Return the release with the layer ``measures`` and one layer of points per variant.

    The areas are painted after the first variant, which the plan file names first; the places of
    the others can be switched on. Unchanged where the plan chooses no places.
    """
    variants = [v for v in plan.scenarios.get(VERB, {}).get("variants", ()) if v["points"]]
    if not variants:
        return release
    layers = {_label(v["name"]): _places(plan, v) for v in variants}
    first = layers[_label(variants[0]["name"])]
    notes = {"plan": plan.title, "variant": variants[0]["name"], "n": number(len(first))}
    facts = release.facts
    stated = (text("publish.measures.told", **notes), *facts.findings)
    return replace(
        release,
        facts=replace(facts, findings=stated),
        points={**layers, **release.points},
        layers={**release.layers, "measures": _proposed(release.areas, first)},
    )


def _label(variant: str) -> str:
    return text("publish.measures.places", variant=variant)


def _places(plan: PlanRelease, variant: dict[str, Any]) -> gpd.GeoDataFrame:
    places = plan.points[VERB].loc[list(variant["points"])].copy()
    places["kind"] = ""
    return places[["name", "kind", "geometry"]]


def _proposed(areas: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return per area the names of the places proposed in it; empty where there is none."""
    inside = places.to_crs(areas.crs)
    point, area = areas.sindex.query(inside.geometry, predicate="intersects")
    names: dict[str, list[str]] = {}
    for p, a in zip(point.tolist(), area.tolist(), strict=True):
        names.setdefault(str(areas.index[a]), []).append(str(inside["name"].iloc[p]))
    labels = [", ".join(sorted(names.get(str(key), ()))) for key in areas.index]
    return pd.DataFrame({"label": labels}, index=areas.index)
