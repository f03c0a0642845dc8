"""One build, from the build file to a result that may be published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sozialraum.config import Plan, read_build
from sozialraum.errors import ConfigError, DataError
from sozialraum.index.classes import total_groups
from sozialraum.insight.uncertainty import Certainty
from sozialraum.model import Facts, Problem, Release
from sozialraum.pipeline.certainty import certainty
from sozialraum.pipeline.findings import findings
from sozialraum.pipeline.measuring import Measured, measure
from sozialraum.pipeline.outreach import outreach_layers
from sozialraum.pipeline.result import Result
from sozialraum.pipeline.saved import open_saved
from sozialraum.pipeline.scoring import MAIN, Scored, Yardstick, contributor, learn, score
from sozialraum.privacy.gate import Candidate, disclosure_warnings, protect
from sozialraum.privacy.rules import DisclosureRules, rules_from
from sozialraum.sources.checks import check_delivery
from sozialraum.sources.delivery import Delivery, read_delivery
from sozialraum.space.crosswalk import Crosswalk, make_crosswalk
from sozialraum.texts import problem, text

Progress = Callable[[str], None]


def build(
    plan: Plan | str | Path,
    *,
    data: str | Path | None = None,
    progress: Progress = lambda step: None,
) -> Result:
    """Run every step of a build and return its result; nothing is written.

    Parameters
    ----------
    plan : a build file, or what `read_build` made of it
    data : folder below which the delivered files lie, instead of the one the build file names
    progress : told the name of each step as it begins

    Raises
    ------
    ConfigError, DataError, DisclosureError
        With every problem of the step that failed.
    """
    plan = plan if isinstance(plan, Plan) else read_build(plan, data=data)
    progress("read")
    delivery = read_delivery(plan, plan.root)
    progress("check")
    problems = tuple(delivery.problems) + tuple(check_delivery(delivery, plan))
    stop_on_errors(problems)
    progress("join")
    crosswalk = join(plan, delivery)
    progress("indicators")
    stichtage = sorted(delivery.tables)
    measured = {day: measure(plan, delivery, crosswalk, day) for day in stichtage}
    progress("index")
    rules = disclosure_rules(plan)
    current = measured[plan.stichtag.isoformat()]
    yardsticks = _yardsticks(plan, current, rules)
    scored = {
        day: {axis: score(plan, axis, m.value, yardsticks[axis]) for axis in plan.axis_names}
        for day, m in measured.items()
    }
    main = plan.axis_names[0]
    if plan.uncertainty is not None:
        progress("certainty")
    sure = certainty(plan, current, scored[current.stichtag][main], yardsticks[main], rules)
    progress("protect")
    release, warned = _release(plan, delivery, crosswalk, measured, scored, yardsticks, rules, sure)
    return Result(
        plan=plan,
        delivery=delivery,
        crosswalk=crosswalk,
        measured=measured,
        yardsticks=yardsticks,
        scored=scored,
        certainty=sure,
        release=release,
        problems=(*problems, *warned),
    )


def stop_on_errors(problems: tuple[Problem, ...]) -> None:
    """Raise `DataError` with all problems if one of them is an error."""
    if any(p.severity == "error" for p in problems):
        raise DataError(problems)


def join(plan: Plan, delivery: Delivery) -> Crosswalk | None:
    """Return the crosswalk to the areas of the index; None if the tables stand on them already."""
    how = plan.join
    if how.source is None or how.source == how.target:
        return None
    raster = None if how.raster is None else delivery.rasters[how.raster]
    return make_crosswalk(
        delivery.areas[how.source],
        delivery.areas[how.target],
        method=how.method,
        raster=raster,
        mask=how.mask,
        parent=how.parent,
        border=how.border,
        overlaps=how.overlaps,
    )


def disclosure_rules(plan: Plan) -> DisclosureRules:
    """Return the rules of a build: those of its profile, and what the build file sets itself."""
    return rules_from(**plan.disclosure.model_dump(exclude_unset=True))


def _yardsticks(plan: Plan, current: Measured, rules: DisclosureRules) -> dict[str, Yardstick]:
    if plan.reference is None:
        return {axis: learn(plan, axis, current, rules) for axis in plan.axis_names}
    saved = open_saved(plan.file.parent / plan.reference)
    ids = [i.id for i in plan.indicators]
    frozen = {axis: saved.yardstick(_public(plan, axis)) for axis in plan.axis_names}
    known = [i for y in frozen.values() for i in y.scale.ids]
    if sorted(known) != sorted(ids):
        raise ConfigError(
            problem(
                "pipeline.keys_of_reference",
                file=plan.file.name,
                key="reference",
                folder=plan.reference,
                expected=", ".join(sorted(known)),
                found=", ".join(sorted(ids)),
            )
        )
    return frozen


def _public(plan: Plan, axis: str) -> str:
    """Return the name of an axis in a release: the first axis is the index."""
    return MAIN if axis == plan.axis_names[0] else axis


def _release(
    plan: Plan,
    delivery: Delivery,
    crosswalk: Crosswalk | None,
    measured: dict[str, Measured],
    scored: dict[str, dict[str, Scored]],
    yardsticks: dict[str, Yardstick],
    rules: DisclosureRules,
    sure: Certainty | None,
) -> tuple[Release, list[Problem]]:
    """Return the release, and what the office should know about its decimals."""
    main = plan.axis_names[0]
    contribute = contributor(plan, main, yardsticks[main])
    candidates = [
        Candidate(
            stichtag=day,
            table=_table(plan, measured[day], scored[day], yardsticks),
            value=measured[day].value,
            base=measured[day].base,
            status=measured[day].status,
            contribute=contribute,
            city=measured[day].city,
        )
        for day in sorted(measured)
    ]
    scales = {_public(plan, axis): y.scale for axis, y in yardsticks.items()}
    for axis, yardstick in yardsticks.items():
        for part in ("restandard", "node_scale"):
            if getattr(yardstick, part) is not None:
                scales[f"{_public(plan, axis)}.{part}"] = getattr(yardstick, part)
    breaks = {_public(plan, axis): y.breaks for axis, y in yardsticks.items()}
    day = plan.stichtag.isoformat()
    areas = delivery.areas[plan.join.target]
    said = findings(
        plan, measured[day], scored[day][main], yardsticks[main], sure, rules, areas["name"]
    )
    warned = disclosure_warnings(candidates, indicators=plan.indicators, breaks=breaks, rules=rules)
    release = protect(
        candidates,
        facts=replace(facts(plan), findings=said),
        areas=areas,
        indicators=plan.indicators,
        scales=scales,
        breaks=breaks,
        rules=rules,
        points=delivery.points,
        outlines=delivery.outlines,
        layers=_layers(plan, measured, rules, sure),
        details=_details(plan, measured, yardsticks, crosswalk, sure),
    )
    return release, warned


def _table(
    plan: Plan,
    measured: Measured,
    scored: dict[str, Scored],
    yardsticks: dict[str, Yardstick],
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
            {axis: yardsticks[axis].breaks for axis in scored},
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
        method=recipe.get("paragraph", text("pipeline.own_method")),
        recipe=plan.recipe,
        evidence=recipe.get("evidence", ""),
        changed=plan.changed,
        sources=plan.sources,
        limits=plan.limits or tuple(text("pipeline.limits").splitlines()),
        department=plan.department,
    )


def _layers(
    plan: Plan, measured: dict[str, Measured], rules: DisclosureRules, sure: Certainty | None
) -> dict[str, pd.DataFrame]:
    """Return what is shown beside the index: certainty, participation, transitions."""
    layers = outreach_layers(plan, measured[plan.stichtag.isoformat()], rules)
    return layers if sure is None else {"certainty": sure.layer(), **layers}


def _details(
    plan: Plan,
    measured: dict[str, Measured],
    yardsticks: dict[str, Yardstick],
    crosswalk: Crosswalk | None,
    sure: Certainty | None,
) -> dict[str, Any]:
    """Return what the manifest and the method page say beyond the numbers; nothing of it counts."""
    current = measured[plan.stichtag.isoformat()]
    return {
        "excluded": current.excluded.to_dict(),
        "recipe": {k: v for k, v in plan.recipe_facts.items() if k != "roles"},
        "steps": {
            _public(plan, axis): plan.axis(axis).model_dump(mode="json", exclude_unset=True)
            for axis in plan.axis_names
        },
        "learnt": {
            f"{_public(plan, axis)}.{part}": getattr(yardstick, part).to_dict()
            for axis, yardstick in yardsticks.items()
            for part in ("treatment", "weights")
            if getattr(yardstick, part) is not None
        },
        "join": {} if crosswalk is None else _join_facts(plan, crosswalk),
        "missing_tolerance": plan.join.missing_tolerance,
        "certainty": {} if sure is None else sure.details,
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
    }
