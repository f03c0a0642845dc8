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
from sozialraum.index.classes import total_groups
from sozialraum.model import Edition, Facts, Problem, Release
from sozialraum.privacy.edition import Withheld
from sozialraum.privacy.gate import (
    Candidate,
    Layer,
    disclosure_warnings,
    protect,
    with_layer,
    with_words,
)
from sozialraum.privacy.rules import DisclosureRules, rules_from
from sozialraum.sources.delivering.merging import merged_sets
from sozialraum.sources.delivery import Delivery
from sozialraum.sources.plausibility.left_out import left_out, told_left_out
from sozialraum.space.crosswalk import Crosswalk
from sozialraum.texts import text
from sozialraum.workflows.build.computed import Computed
from sozialraum.workflows.build.imputing import imputation_words
from sozialraum.workflows.build.measuring import Measured
from sozialraum.workflows.build.scoring import MAIN, FittedMethod, Scored, contributor, public_name
from sozialraum.workflows.build.split_areas import Split, split_of
from sozialraum.workflows.build.words.findings import findings
from sozialraum.workflows.build.words.method_words import method_paragraph, ran_steps
from sozialraum.workflows.build.words.participation_layers import participation_layers
from sozialraum.workflows.build.words.release_text import (
    recipe_words,
    with_certainty_text,
    with_release_text,
)

if TYPE_CHECKING:
    from sozialraum.insight.uncertainty import Certainty


def disclosure_rules(plan: Plan, *, intern: bool = False) -> DisclosureRules:
    """Return the rules of a build: its profile's, what the build file sets, those of [intern]."""
    given = plan.disclosure.model_dump(exclude_unset=True, exclude={"ledger"})
    return rules_from(**given | (plan.intern.model_dump() if intern else {}))


def make_release(
    computed: Computed,
    rules: DisclosureRules,
    level: Literal["public", "intern"] = "public",
    withheld: Mapping[str, Withheld] | None = None,
) -> tuple[Release, list[Problem]]:
    """Return the release under `rules`, and what the office should know about its decimals.

    `withheld` says per Stichtag what earlier publications forbid to tell. How sure it is is added
    by `with_certainty`.
    """
    plan, delivery, measured = computed.plan, computed.delivery, computed.measured
    fitted_by_day, day = computed.fitted_by_day, computed.day
    candidates = candidates_of(computed, withheld or {})
    scales = {public_name(plan, axis): y.scale for axis, y in fitted_by_day.items()}
    for axis, fitted in fitted_by_day.items():
        for part in ("restandard", "node_scale"):
            if getattr(fitted, part) is not None:
                scales[f"{public_name(plan, axis)}.{part}"] = getattr(fitted, part)
    breaks = {public_name(plan, axis): y.breaks for axis, y in fitted_by_day.items()}
    held = (withheld or {}).get(day, Withheld())
    areas = delivery.areas[plan.join.target]
    axis = computed.main
    split = split_of(plan, measured[day], computed.scored[day][axis], fitted_by_day[axis])
    warned = disclosure_warnings(candidates, indicators=plan.indicators, breaks=breaks, rules=rules)
    release = protect(
        candidates,
        facts=facts(plan),
        areas=areas,
        indicators=plan.indicators,
        scales=scales,
        breaks=breaks,
        rules=rules,
        level=level,
        points=delivery.points,
        outlines=delivery.outlines,
        layers=_layers(plan, delivery, measured, rules, held, split),
        details={
            **_details(computed),
            "merged": merged_sets(plan),
            "left_out": [
                told_left_out(rows, rules.minimum)
                for rows in left_out(delivery, plan, dropped=False)
                if rows.day == day
            ],
            "split": ()
            if split is None
            else split.sentences(plan.area_words or plan.area_word, decimals=rules.index_decimals),
            "repairs": {n: t.to_dict("records") for n, t in delivery.repairs.items() if len(t)},
        },
    )
    found = findings(plan, measured[day], release, rules, held.sentences)
    notes = tuple(sentence for finding in found for sentence in finding.sentences)
    stated = with_words(release, findings=notes, words={})
    return with_release_text(stated, plan, measured[day].base), warned


def with_certainty(
    release: Release, sure: Certainty, plan: Plan, fitted: FittedMethod, held: Withheld
) -> Release:
    """Return the release with the layer of a simulation, and sentences on it.

    Parameters
    ----------
    release : as `make_release` made it
    sure : the simulation
    fitted : of the main axis
    held : what the audit withholds at the Stichtag; areas held there get no certainty, and those
        that show a class only: it would tell how far their index lies from a class limit
    """
    layer = sure.layer()
    untold = release.current.table["index"].isna().reindex(layer.index)
    untold |= layer.index.isin([area for area, name in held.rates if name == "certainty"])
    layer = layer.mask(untold, axis=0)
    return with_certainty_text(
        with_layer(release, "certainty", layer, sure.details), sure, plan, fitted
    )


def candidates_of(computed: Computed, withheld: Mapping[str, Withheld]) -> list[Candidate]:
    """Return the true numbers of each Stichtag, oldest first, for the gate."""
    plan, measured, fitted_by_day, main = (
        computed.plan,
        computed.measured,
        computed.fitted_by_day,
        computed.main,
    )
    contribute = contributor(plan, main, fitted_by_day[main])
    parts = {axis: contributor(plan, axis, fitted_by_day[axis]) for axis in plan.axis_names[1:]}
    further = {axis: part for axis, part in parts.items() if part is not None}
    return [
        Candidate(
            stichtag=day,
            table=_table(plan, measured[day], computed.scored[day], fitted_by_day),
            value=measured[day].value,
            base=measured[day].base,
            status=measured[day].status,
            contribute=contribute,
            further=further,
            city=measured[day].city,
            withheld=withheld.get(day, Withheld()),
        )
        for day in sorted(measured)
    ]


def _table(
    plan: Plan,
    measured: Measured,
    scored: dict[str, Scored],
    fitted_by_day: dict[str, FittedMethod],
) -> pd.DataFrame:
    """Return index, class and dimensions of all axes, with the status of each area."""
    table = pd.DataFrame(index=measured.value.index)
    for axis, one in scored.items():
        main = axis == plan.axis_names[0]
        prefix = "" if main else f"{axis}_"
        table[f"{prefix}index"] = one.index
        table[f"{prefix}class"] = one.classes
        table[f"{prefix}class_label"] = one.labels
        if main:
            for dimension in one.nodes.columns.drop(MAIN):
                table[f"dim_{dimension}"] = one.nodes[dimension]
    total = plan.recipe_facts.get("total")
    if total and {total["first"], total["second"]} <= set(scored):
        table["total_class_label"] = total_groups(
            {axis: one.classes for axis, one in scored.items()},
            {axis: fitted_by_day[axis].breaks for axis in scored},
            **total,
        )
    table["status"] = _area_status(measured, table["index"])
    return table


def _area_status(measured: Measured, index: pd.Series) -> pd.Series:
    """Return "ok", or why an area has no index: the most frequent reason among its indicators."""
    why = measured.status.astype(object)
    status = pd.Series("ok", index=index.index, dtype=object)
    for key in index.index[index.isna()]:
        reasons = why.loc[key][why.loc[key] != "ok"]
        status[key] = reasons.mode().iloc[0] if len(reasons) else "missing"
    return status


def facts(plan: Plan) -> Facts:
    """Return what every output prints about itself."""
    recipe = plan.recipe_facts
    return Facts(
        title=plan.title,
        place=plan.place,
        area_word=plan.area_word,
        area_words=plan.area_words,
        stichtag=plan.stichtag.isoformat(),
        orientation=plan.orientation,
        direction=plan.direction or text(f"pipeline.direction.{plan.orientation}"),
        method=method_paragraph(plan),
        recipe=recipe_words(plan),
        evidence=recipe.get("evidence", ""),
        changed=plan.changed,
        sources=plan.sources,
        limits=plan.limits or tuple(text("pipeline.limits").splitlines()),
        department=plan.department,
        called=_called(plan),
    )


def _called(plan: Plan) -> dict[str, str]:
    """Return what the city calls offer and outcome; as a heading, without the article."""
    sections = {"participation": plan.participation, "transitions": plan.transitions}
    return {n: re.sub(r"^eine?[nmr]? ", "", s.label) for n, s in sections.items() if s is not None}


def _layers(
    plan: Plan,
    delivery: Delivery,
    measured: dict[str, Measured],
    rules: DisclosureRules,
    held: Withheld,
    split: Split | None,
) -> dict[str, Layer]:
    """Return what is shown beside the index: participation, change, districts."""
    day = plan.stichtag.isoformat()
    layers: dict[str, Layer] = dict(participation_layers(plan, measured[day], rules, held.rates))
    if any(earlier < day for earlier in measured):
        layers["change"] = partial(_change, 15 if rules.published_input else rules.index_decimals)
    if plan.clusters is not None:
        layers["clusters"] = partial(_clusters, plan, delivery)
    if delivery.outlines:
        outlines = next(iter(delivery.outlines.values()))
        layers["districts"] = largest_overlap(delivery.areas[plan.join.target], outlines)
    if split is not None:
        layers["join"] = split.layer()
    return layers


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


def _change(digits: int, editions: Sequence[Edition]) -> pd.DataFrame:
    """Return the change of the published index since the Stichtag before.

    Where one of the two is withheld there is none: with the other it would give it away.
    """
    now, then = (e.table["index"].astype(float) for e in (editions[-1], editions[-2]))
    return pd.DataFrame({"change": (now - then).round(digits)})


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
    plan = computed.plan
    return {
        "excluded": computed.measured[computed.day].excluded.to_dict(),
        "recipe": {k: v for k, v in plan.recipe_facts.items() if k != "roles"},
        "steps": ran_steps(plan),
        **({"reference": Path(plan.reference).name} if plan.reference else {}),
        "learnt": {
            f"{public_name(plan, axis)}.{part}": getattr(fitted, part).to_dict()
            for axis, fitted in computed.fitted_by_day.items()
            for part in ("treatment", "weights")
            if getattr(fitted, part) is not None
        },
        "imputed": imputation_words(plan, computed.measured),
        "join": {} if computed.crosswalk is None else _join_facts(plan, computed.crosswalk),
        "missing_tolerance": plan.join.missing_tolerance,
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
