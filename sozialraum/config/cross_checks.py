"""What contradicts itself in a build file, section against section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sozialraum.config.joining import check_join, read_by_none
from sozialraum.config.monitoring.goal_checks import goal_checks
from sozialraum.config.monitoring.kinds import compare_checks, kind_checks, segregation_checks
from sozialraum.config.monitoring.watching import beside_checks, chain_checks, watch_checks
from sozialraum.config.names import unknown_names
from sozialraum.config.plan import Plan
from sozialraum.config.pydantic_errors import did_you_mean
from sozialraum.config.steps import SECTIONS, STEPS
from sozialraum.model.problem import Problem
from sozialraum.texts import problem, text
from sozialraum.texts.periods import day_label

# Normalisers that need a stated value per indicator, and the key it stands under.
ANCHORS = {
    "goalposts": "goalposts", "target": "targets", "distance": "references",
    "base100": "references",
}  # fmt: skip


def cross_checks(plan: Plan, file: str) -> Iterator[Problem]:
    """Find what contradicts itself: names nobody defines, keys without what they need."""
    yield from unknown_names(plan, file)
    yield from _table_checks(plan, file)
    yield from _names_missing(plan, file)
    ids = [i.id for i in plan.indicators]
    for doubled in sorted({i for i in ids if ids.count(i) > 1}):
        yield problem("config.duplicate_indicator", file=file, key=f"indicators.{doubled}")
    yield from _not_collected_today(plan, file)
    yield from check_join(plan.join, file)
    yield from _cell_checks(plan, file)
    if plan.disclosure.published_input and not plan.disclosure.reason:
        yield problem("config.needs_reason", file=file, key="disclosure.reason")
    for axis in plan.axis_names:
        if axis != "index" and axis not in plan.axes:
            hint = did_you_mean(axis, ["index", *plan.axes])
            place: dict[str, Any] = {"file": file, "key": "indicators.axis"}
            yield problem("config.unknown_axis", **place, found=axis, hint=hint)
    for axis in plan.axis_names:
        yield from _anchors_missing(plan, axis, file)
        yield from _classes_contradicting(plan, axis, file)
        yield from _coefficients_against(plan, axis, file)
    yield from _persons_missing(plan, file)
    yield from _shown_people_unknown(plan, file)
    yield from _imputation_checks(plan, file)
    yield from _level_checks(plan, file)
    yield from _outcome_checks(plan, file)
    yield from _type_names_missing(plan, file)
    yield from _ledger_checks(plan, file)
    yield from beside_checks(plan, file)
    yield from kind_checks(plan, file)
    yield from compare_checks(plan, file)
    yield from goal_checks(plan, file)
    yield from segregation_checks(plan, file)
    yield from watch_checks(plan, file)
    yield from chain_checks(plan, file)


def _not_collected_today(plan: Plan, file: str) -> Iterator[Problem]:
    """Find indicators that are not collected at the build's own Stichtag."""
    for i in plan.indicators:
        if not i.collected(plan.stichtag.isoformat()):
            stated = {k: v for k in ("since", "until", "at") if (v := getattr(i, k)) is not None}
            found = ", ".join(f'{k} = "{v}"' for k, v in stated.items())
            key = f"indicators.{i.id}.{next(iter(stated))}"
            today = day_label(plan.stichtag.isoformat(), plan.spans)
            yield problem(
                "config.not_collected", file=file, key=key, label=i.label, found=found, date=today
            )


def _table_checks(plan: Plan, file: str) -> Iterator[Problem]:
    """Find tables without a key, and columns of numbers without those that say what they are."""
    for n, table in enumerate(plan.tables, 1):
        own = plan.areas.get(table.areas)
        if table.key is None and (own is None or own.file != table.file):
            yield problem("config.missing_key", file=file, key=f"tables[{n}].key")
        if table.values and not table.names:
            yield problem("config.values_alone", file=file, key=f"tables[{n}].values")
        if table.by != "key" and (table.prefix or table.suffix) and table.by == "name":
            yield problem("config.affix_of_names", file=file, key=f"tables[{n}].by")


def _cell_checks(plan: Plan, file: str) -> Iterator[Problem]:
    """Find a join of cells whose areas are none."""
    source = plan.areas.get(plan.source_areas)
    if plan.join.method == "cells" and source is not None and source.grid is None:
        key = f"areas.{plan.source_areas}.grid"
        yield problem("config.needs_cells", file=file, key=key)


def _ledger_checks(plan: Plan, file: str) -> Iterator[Problem]:
    """Find a ledger without its key, a key without its ledger, and answers on nobody."""
    rules, ids = plan.disclosure, [i.id for i in plan.indicators]
    if (rules.ledger is None) != (rules.key is None):
        lacking = "key" if rules.key is None else "ledger"
        yield problem("config.ledger_alone", file=file, key=f"disclosure.{lacking}", found=lacking)
    for name in ("corrects", "different"):
        for found in sorted(set(getattr(rules, name)) - set(ids)):
            place: dict[str, Any] = {"file": file, "key": f"disclosure.{name}"}
            hint = did_you_mean(found, ids)
            yield problem("config.unknown_answer", **place, found=found, hint=hint)


def _anchors_missing(plan: Plan, axis: str, file: str) -> Iterator[Problem]:
    """Find indicators without the value their normaliser refers to."""
    scaling = plan.axis(axis).scaling
    section = place_of_axis(plan, axis, "scaling")
    lacking: dict[str, list[str]] = {}
    for i in plan.indicators_of(axis):
        method: str = (scaling.methods or {}).get(i.id, scaling.method)
        key = ANCHORS.get(method)
        if key is not None and i.id not in (getattr(scaling, key) or {}):
            lacking.setdefault(method, []).append(i.id)
    for method, ids in lacking.items():
        place = f"{section}.{ANCHORS[method]}"
        yield problem(
            "config.needs_anchor",
            file=file,
            key=place,
            method=method,
            section=place,
            missing=", ".join(ids),
        )


def _names_missing(plan: Plan, file: str) -> Iterator[Problem]:
    """Find indicators and tables of the file whose names say nothing: "", ".", "???"."""
    named = [
        (f"indicators[{n}].{name}", getattr(i, name))
        for n, i in enumerate(plan.indicators, 1)
        for name in ("id", "label", "numerator", "denominator", "value", "incoming", "outgoing")
    ]
    loose = ("dimension", "axis", "source", "note", "reason", "theme")
    named += [
        (f"indicators[{n}].{name}", getattr(i, name))
        for n, i in enumerate(plan.indicators, 1)
        for name in loose
        if getattr(i, name).strip()
    ]
    named += [(f"areas.{name}", name) for name in plan.areas]
    named += [(f"axes.{name}", name) for name in plan.axes]
    for key, notes in named:
        if notes is not None and not notes.strip().strip(".?"):
            place: dict[str, Any] = {"file": file, "key": key, "found": f"„{notes}“"}
            expected = text("config.type.blank")
            yield problem("config.wrong_type", **place, expected=expected)


def _classes_contradicting(plan: Plan, axis: str, file: str) -> Iterator[Problem]:
    """Find names of classes that are too few or too many, and cuts without their limits."""
    classes, place = plan.axis(axis).classes, place_of_axis(plan, axis, "classes")
    if classes.method in ("fixed", "sd") and classes.limits is None:
        values: dict[str, Any] = {"key": f"{place}.limits", "method": classes.method}
        yield problem("config.needs_limits", file=file, **values)
        return
    stated = classes.limits if classes.method in ("fixed", "sd") else classes.shares
    k = classes.k if stated is None else len(stated) + (stated is classes.limits)
    for name in ("labels", "numbers"):
        given = getattr(classes, name)
        if given is not None and (len(given) != k or len(set(given)) != k):
            found = ", ".join(map(str, given))
            yield problem("config.class_names", file=file, key=f"{place}.{name}", k=k, found=found)


def _type_names_missing(plan: Plan, file: str) -> Iterator[Problem]:
    """Find kinds of areas with too few or too many names, or two of one name."""
    kinds = plan.typology
    given = None if kinds is None else kinds.labels
    if kinds is not None and given is not None and {len(given), len(set(given))} != {kinds.k}:
        place: dict[str, Any] = {"file": file, "key": "typology.labels"}
        yield problem("config.type_names", **place, k=kinds.k, found=", ".join(given))


def _level_checks(plan: Plan, file: str) -> Iterator[Problem]:
    """Find larger areas that nobody names, and builds whose larger areas may not be told."""
    target = plan.areas.get(plan.join.target)
    known = sorted(target.parents) if target is not None else []
    for n, level in enumerate(plan.levels, 1):
        for key in ("parent", "name"):
            found = getattr(level, key)
            if target is None or found in known or not found:
                continue
            place: dict[str, Any] = {"file": file, "key": f"levels[{n}].{key}", "found": found}
            hint = did_you_mean(found, known)
            yield problem("config.level_unknown", **place, known=", ".join(known) or "–", hint=hint)
    means = [level for level in plan.levels if level.of == "index"]
    if means and plan.population is None:
        yield problem("config.level_persons", file=file, key="levels")
    if means and not plan.disclosure.published_input:
        yield problem("config.level_secret", file=file, key="levels")


def _outcome_checks(plan: Plan, file: str) -> Iterator[Problem]:
    """Find outcomes of nothing, groups that are called alike, and outcomes that are inputs."""
    if plan.outcomes is None:
        return
    if not plan.transitions:
        yield problem("config.outcomes_alone", file=file, key="outcomes")
    groups = [group.label for group in plan.outcomes.strata or ()]
    for found in sorted({g for g in groups if groups.count(g) > 1}):
        yield problem("config.strata_twice", file=file, key="outcomes.strata", found=found)


def _imputation_checks(plan: Plan, file: str) -> Iterator[Problem]:
    """Find builds in which filled values would meet what cannot deal with them."""
    if plan.imputation is None:
        return
    counted = [i for i in plan.indicators if i.value is None]
    secret = [i.label for i in counted if i.id not in plan.published]
    if secret and not plan.disclosure.published_input:
        found = ", ".join(secret)
        yield problem("config.imputation_secret", file=file, key="imputation", found=found)
    if plan.uncertainty is not None:
        yield problem("config.imputation_uncertain", file=file, key="imputation")


def _coefficients_against(plan: Plan, axis: str, file: str) -> Iterator[Problem]:
    """Find published coefficients that turn an indicator against its declared direction."""
    weighting = plan.axis(axis).weighting
    if weighting is None or weighting.method != "published" or weighting.against == "keep":
        return
    for name, coefficient in (weighting.coefficients or {}).items():
        if coefficient < 0:
            key = f"{place_of_axis(plan, axis, 'weighting')}.coefficients.{name}"
            yield problem("config.coefficient_negative", file=file, key=key, found=coefficient)


def _persons_missing(plan: Plan, file: str) -> Iterator[Problem]:
    """Find steps that weigh by the persons of an area where nobody says who they are."""
    if plan.population is not None:
        return
    for axis in plan.axis_names:
        for name in STEPS:
            if getattr(getattr(plan.axis(axis), name), "weights", None) == "population":
                key = f"{place_of_axis(plan, axis, name)}.weights"
                yield problem("config.needs_population", file=file, key=key)


def _shown_people_unknown(plan: Plan, file: str) -> Iterator[Problem]:
    """Find people of the headline that are the base of no indicator and not the population."""
    people = plan.population
    if people is None or not people.shown or people.shown == people.variable:
        return
    known = list(dict.fromkeys(str(i.denominator) for i in plan.indicators if i.denominator))
    if people.shown not in known:
        yield problem(
            "config.shown_people",
            file=file,
            key="population.shown",
            found=f"„{people.shown}“",
            known=", ".join([people.variable, *known]),
            hint=did_you_mean(people.shown, known),
        )


def place_of_axis(plan: Plan, axis: str, section: str) -> str:
    """Return where a step of an axis stands in the build file."""
    return f"axes.{axis}.{section}" if axis in plan.axes else section


def without_effect(plan: Plan, given: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """Find keys of the build file that the chosen method never reads."""
    tables = {"": given, **{f"axes.{n}.": a for n, a in given.get("axes", {}).items()}}
    for place, table in tables.items():
        owner = plan.axes[place.split(".")[1]] if place else plan
        for name in STEPS if place else (*SECTIONS, "smoothing"):
            step = getattr(owner, name)
            for key in [] if step is None else step.unread():
                value = getattr(step, key)
                if key in table.get(name, {}) and value != type(step).model_fields[key].default:
                    readers = ", ".join(step.reads[key])
                    values = {"method": getattr(step, step.choice), "readers": readers}
                    where = {"file": file, "key": f"{place}{name}.{key}", "found": value}
                    yield problem("config.no_effect", "warning", **where, **values)
    yield from read_by_none(plan.join, file)
