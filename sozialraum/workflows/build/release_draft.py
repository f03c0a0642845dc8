"""From everything a build computed to the release that may be written, through the gate."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sozialraum.config import Plan
from sozialraum.config.further import layer_of
from sozialraum.index.fitted_index import FittedIndex
from sozialraum.model import Edition, Facts, Release, Scale
from sozialraum.privacy.release import Layer, sealed_release, with_layer
from sozialraum.sources.delivering.merging import merged_sets
from sozialraum.sources.delivery import Delivery
from sozialraum.sources.origin import origin_words
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.texts import text
from sozialraum.workflows.build.computed import Computed
from sozialraum.workflows.build.counts.protecting import disclosure_rules
from sozialraum.workflows.build.editions import editions_of
from sozialraum.workflows.build.further.area_types import type_sentences
from sozialraum.workflows.build.further.comparisons import comparisons
from sozialraum.workflows.build.further.goals import goal_lights
from sozialraum.workflows.build.further.index_change import change_layer, change_words
from sozialraum.workflows.build.further.offers import offer_details
from sozialraum.workflows.build.further.programme_years import programme_sentences
from sozialraum.workflows.build.further.smoothing import strength_details
from sozialraum.workflows.build.geography.level_details import level_details
from sozialraum.workflows.build.geography.split_areas import Split, split_of
from sozialraum.workflows.build.geography.streets import streets_of
from sozialraum.workflows.build.imputing import imputation_words
from sozialraum.workflows.build.scoring import public_name
from sozialraum.workflows.build.words.findings import findings
from sozialraum.workflows.build.words.headline_people import people_layer, people_words
from sozialraum.workflows.build.words.method_words import method_paragraph, ran_steps
from sozialraum.workflows.build.words.participation_layers import city_rates, participation_layers
from sozialraum.workflows.build.words.protection_words import release_notes
from sozialraum.workflows.build.words.release_text import (
    recipe_words,
    with_certainty_text,
    with_release_text,
    with_words,
)
from sozialraum.workflows.build.words.smoothing_words import smoothing_words

if TYPE_CHECKING:
    from sozialraum.insight.uncertainty import Certainty


def draft_release(computed: Computed, level: Literal["public", "intern"] = "public") -> Release:
    """Return the release of a build. How sure it is is added by `with_certainty`."""
    plan, delivery, measured = computed.plan, computed.delivery, computed.measured
    fitted_by_day, day, axis = computed.fitted_by_day, computed.day, computed.main
    rules = disclosure_rules(plan)
    today, split = measured[day], None
    if axis:
        scored = computed.scored[day][axis]
        split = split_of(computed.scoring, today, scored, fitted_by_day[axis])
    editions, about = editions_of(computed), facts(plan, computed.delivery.spans)
    release = sealed_release(
        editions,
        facts=about,
        notes=release_notes(
            editions, protected=computed.protected, indicators=plan.indicators, rules=rules,
            level=level, area_word=about.area_word, spans=about.spans,
        ),
        areas=delivery.areas[plan.join.target],
        indicators=plan.indicators,
        scales=_scales(computed),
        breaks={public_name(plan, axis): y.limits for axis, y in fitted_by_day.items()},
        rules=rules,
        level=level,
        points=delivery.points,
        outlines=delivery.outlines,
        streets=streets_of(plan, delivery),
        layers=_layers(computed, split),
        details={
            **_details(computed),
            **_further_details(computed, split),
        },
    )  # fmt: skip
    notes = tuple(s for f in findings(plan, today, release, rules) for s in f.sentences)
    lead = tuple(release.details["smoothing"][:1])
    notes += (*programme_sentences(computed), *change_words(computed, release))
    stated = with_words(release, findings=(*lead, *notes), words={})
    return with_release_text(stated, plan, today.base)


def _scales(computed: Computed) -> dict[str, Scale]:
    """Return every scale by its public name: of indicators, dimensions and the index."""
    plan, fitted = computed.plan, computed.fitted_by_day
    scales = {public_name(plan, axis): y.scale for axis, y in fitted.items()}
    for axis, y in fitted.items():
        for part in ("restandard", "node_scale"):
            if getattr(y, part) is not None:
                scales[f"{public_name(plan, axis)}.{part}"] = getattr(y, part)
    return scales


def _further_details(computed: Computed, split: Any) -> dict[str, Any]:
    """Return what outputs tell beside the index: the city, its people, what was left out."""
    plan, delivery = computed.plan, computed.delivery
    words, today = plan.area_words or plan.area_word, computed.measured[computed.day]
    return {
        "city_rates": city_rates(plan, today),
        **offer_details(computed),
        **({"compare": comparisons(plan, today)} if plan.compare else {}),
        **({"levels": level_details(computed)} if plan.levels else {}),
        **({"goals": goal_lights(computed)} if plan.goals else {}),
        "people": people_words(plan),
        "merged": merged_sets(plan),
        "left_out": computed.left_out,
        "split": () if split is None else split.sentences(words, decimals=plan.output.decimals),
        "repairs": {n: t.to_dict("records") for n, t in delivery.repairs.items() if len(t)},
    }


def with_certainty(release: Release, sure: Certainty, plan: Plan, fitted: FittedIndex) -> Release:
    """Return the release with the layer of a simulation, and sentences on it.

    Parameters
    ----------
    release : as `draft_release` made it
    sure : the simulation
    plan, fitted : what the index was made of, and the method of the main axis
    """
    layer = sure.layer()
    layer = layer.mask(release.current.table["index"].isna().reindex(layer.index), axis=0)
    return with_certainty_text(
        with_layer(release, "certainty", layer, sure.details), sure, plan, fitted
    )


def facts(plan: Plan, spans: Mapping[str, str]) -> Facts:
    """Return what every output prints about itself."""
    recipe = plan.recipe_facts
    return Facts(
        title=plan.title,
        place=plan.place,
        area_word=plan.area_word,
        area_words=plan.area_words,
        stichtag=plan.stichtag.isoformat(),
        orientation=plan.orientation,
        direction=plan.direction or text(f"pipeline.direction.{plan.orientation}")
        if plan.axis_names
        else "",
        method=method_paragraph(plan),
        recipe=recipe_words(plan),
        evidence=str(recipe.get("evidence", "")),
        changed=plan.changed,
        sources=tuple(dict.fromkeys((*plan.sources, *_fetched(plan)))),
        limits=plan.limits or tuple(text(_limits(plan)).splitlines()),
        department=plan.department,
        strong=plan.output.strong,
        called=_called(plan),
        place_word=plan.place_kind,
        spans=dict(sorted(spans.items())),
    )


def _limits(plan: Plan) -> str:
    return "pipeline.limits" if plan.axis_names else "pipeline.limits_layers"


def _fetched(plan: Plan) -> tuple[str, ...]:
    """Return the sources of files that ``fetch`` brought."""
    files = [a.file for a in plan.areas.values()] + [t.file for t in plan.tables if t.file]
    return origin_words(plan.root, files)


def _called(plan: Plan) -> dict[str, str]:
    """Return what the city calls offer and outcome; as a heading, without the article."""
    named = {layer_of(variable): section.label for variable, section in plan.beside.items()}
    return {name: re.sub(r"^eine?[nmr]? ", "", label) for name, label in named.items()}


def _layers(computed: Computed, split: Split | None) -> dict[str, Layer]:
    """Return what is shown beside the index: participation, change, districts."""
    plan, delivery, day = computed.plan, computed.delivery, computed.day
    layers: dict[str, Layer] = dict(participation_layers(plan, computed.measured[day]))
    if (change := change_layer(computed)) is not None:
        layers["change"] = change
    if plan.clusters is not None:
        layers["clusters"] = partial(_clusters, plan, delivery)
    if computed.types is not None:
        layers["types"] = computed.types.layer
    if delivery.outlines:
        outlines = next(iter(delivery.outlines.values()))
        layers["districts"] = largest_overlap(delivery.areas[plan.join.target], outlines)
    if split is not None:
        layers["join"] = split.layer()
    people = people_layer(plan, computed.measured[day])
    return layers if people is None else {**layers, "people": people}


def _clusters(plan: Plan, delivery: Delivery, editions: Sequence[Edition]) -> pd.DataFrame:
    """Return where burden lies together: "HH", "LL", "HL", "LH", "none" per area.

    Neighbours share a border. High means burden, whatever the index measures. The published index
    is compared, so that the clusters tell nothing that it does not tell.
    """
    from sozialraum.insight.autocorrelation import local_moran
    from sozialraum.space.neighbours import find_neighbours

    index = editions[-1].table["index"].astype(float)
    burden = index if plan.orientation == "deprivation" else -index
    neighbours = find_neighbours(delivery.areas[plan.join.target], **plan.neighbours.model_dump())
    found = local_moran(burden, neighbours, **plan.clusters.model_dump())  # type: ignore[union-attr]
    return found[["cluster"]]


def largest_overlap(areas: gpd.GeoDataFrame, outlines: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return per area the name of the outline that covers most of it; none where none does.

    Returns
    -------
    DataFrame by area key with the column ``district``.
    """
    shapes, over = areas.geometry.to_numpy(), outlines.geometry.to_numpy()
    area, outline = shapely.STRtree(over).query(shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[area], over[outline]))
    table = pd.DataFrame({"area": area, "name": outlines["name"].to_numpy()[outline], "m2": shared})
    best = table[table["m2"] > 0].sort_values("m2", kind="stable").groupby("area")["name"].last()
    return pd.DataFrame({"district": best.reindex(range(len(areas))).to_numpy()}, index=areas.index)


def _details(computed: Computed) -> dict[str, Any]:
    """Return what the manifest and the method page say beyond the numbers; nothing of it counts."""
    plan, types = computed.plan, computed.types
    today = computed.measured[computed.day]
    outside = {
        day: one.not_collected for day, one in computed.measured.items() if one.not_collected
    }
    return {
        "excluded": {**today.excluded.to_dict(), **today.screened},
        "axes": {
            public_name(plan, axis): plan.axis(axis).label
            for axis in plan.axis_names
            if plan.axis(axis).label
        },
        "recipe": {k: v for k, v in plan.recipe_facts.items() if k != "roles"},
        "steps": ran_steps(plan),
        **({"reference": Path(plan.reference).name} if plan.reference else {}),
        "learnt": {
            f"{public_name(plan, axis)}.{part}": getattr(fitted, part).to_dict()
            for axis, fitted in computed.fitted_by_day.items()
            for part in ("treatment", "weights")
            if getattr(fitted, part) is not None
        }
        | ({} if types is None else {"index.typology": types.typology.to_dict()})
        | strength_details(today),
        "smoothing": smoothing_words(computed),
        "types": type_sentences(computed.scoring, types),
        "imputed": imputation_words(plan, computed.measured),
        "join": {} if computed.crosswalk is None else _join_facts(plan, computed.crosswalk),
        "missing_tolerance": plan.join.missing_tolerance,
        **({"not_collected": outside} if outside else {}),
    }


def _join_facts(plan: Plan, crosswalk: Crosswalk) -> dict[str, Any]:
    """Return how the counts moved: method, areas split, areas that fell back to plain areas."""
    shares = crosswalk.matrix.tocsc()
    split = int((np.diff(shares.indptr) > 1).sum())
    return {
        "method": crosswalk.method,
        "source": plan.areas[plan.source_areas].label or plan.source_areas,
        "target": plan.areas[plan.join.target].label or plan.join.target,
        "sources": len(crosswalk.source_keys),
        "split_sources": split,
        "fallback": len(crosswalk.details.get("areal_fallback", ())),
        "unmatched_sources": sorted(map(str, crosswalk.unmatched_source.index)),
        "unmatched_targets": sorted(map(str, crosswalk.unmatched_target.index)),
        **{k: crosswalk.details[k] for k in ("basis", "reach") if k in crosswalk.details},
    }
