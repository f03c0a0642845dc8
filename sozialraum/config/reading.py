"""Reading a build file: TOML, recipe defaults, checks; every problem is told at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sozialraum.config.joining import check_join
from sozialraum.config.plan import Plan
from sozialraum.config.recipe_file import recipe_sections
from sozialraum.config.steps import STEPS
from sozialraum.config.told import did_you_mean, german
from sozialraum.config.toml_text import as_tuples, read_toml
from sozialraum.model.errors import ConfigError
from sozialraum.model.problem import Problem
from sozialraum.texts import problem, text

# Normalisers that need a stated value per indicator, and the key it stands under.
ANCHORS = {
    "goalposts": "goalposts", "target": "targets", "distance": "references",
    "base100": "references",
}  # fmt: skip


def read_build(path: str | Path, *, data: str | Path | None = None) -> Plan:
    """Read a build file and check everything that can be checked without the data.

    Parameters
    ----------
    path : the TOML file
    data : folder below which the delivered files lie, instead of the one the build file names

    Returns
    -------
    The plan with the defaults of its recipe filled in.

    Raises
    ------
    ConfigError
        With every problem: key path, expected, found, what to do.
    """
    file = Path(path)
    given = read_toml(file)
    recipe, facts, problems = _recipe_defaults(given, file)
    merged = _merge(recipe, given)
    plan, invalid = _validate(merged, file.name)
    problems += invalid
    problems += list(_turned_round(recipe, given, file.name))
    if plan is not None:
        problems += list(_cross_checks(plan, file.name))
    if problems or plan is None:
        raise ConfigError(problems)
    plan._file = file
    plan._root = Path(data) if data is not None else file.parent / plan.data
    plan._changed = tuple(_changes(recipe, given))
    plan._recipe = facts
    return plan


def build_schema() -> dict[str, Any]:
    """Return the JSON Schema of a build file, for editors."""
    return Plan.model_json_schema()


def _recipe_defaults(
    given: dict[str, Any], file: Path
) -> tuple[dict[str, Any], dict[str, Any], list[Problem]]:
    """Return the sections of the named recipe, its facts, and problems."""
    name = given.get("recipe", "")
    if not isinstance(name, str) or not name:
        return {}, {}, []
    try:
        sections = recipe_sections(name, file.parent)
    except ConfigError as error:
        return {}, {}, [p if p.file else replace(p, file=file.name) for p in error.problems]
    return sections, sections.pop("recipe", {}), []


def _merge(defaults: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Fill in defaults below the given keys; a given list or value replaces the default whole."""
    merged = dict(defaults)
    for key, value in given.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merge(merged[key], value) if both else value
    return merged


def _changes(recipe: dict[str, Any], given: dict[str, Any], path: str = "") -> Iterator[str]:
    """Name every key in which the build file differs from its recipe.

    What a recipe does not mention in a step is prescribed all the same: the step's default. Values
    that the recipe asks the municipality for are no difference.
    """
    standards = {**_step_defaults(path), **recipe} if recipe else {}
    for key, standard in standards.items():
        if key not in given or (standard is None and key == ANCHORS.get(recipe.get("method", ""))):
            continue
        if isinstance(standard, dict) and isinstance(given[key], dict):
            yield from _changes(standard, given[key], f"{path}{key}.")
        elif standard != given[key]:
            yield text("config.changed", key=f"{path}{key}", now=given[key], standard=standard)


def _step_defaults(path: str) -> dict[str, Any]:
    """Return the defaults of the step section at a place like ``axes.status.scaling.``."""
    section = STEPS.get(path.rstrip(".").rsplit(".", 1)[-1])
    if section is None:
        return {}
    return {name: field.default for name, field in section.model_fields.items()}


def _validate(merged: dict[str, Any], file: str) -> tuple[Plan | None, list[Problem]]:
    try:
        return Plan.model_validate(as_tuples(merged)), []
    except ValidationError as error:
        # pydantic also calls a list too short when all its entries are wrong
        stated = [e for e in error.errors() if not (e["type"] == "too_short" and e["input"])]
        return None, [german(e, file, Plan) for e in stated]


def _turned_round(recipe: dict[str, Any], given: dict[str, Any], file: str) -> Iterator[Problem]:
    """Find words of the recipe that say the opposite once the orientation is changed."""
    if given.get("orientation", recipe.get("orientation")) == recipe.get("orientation"):
        return
    if "direction" in recipe and "direction" not in given:
        yield problem("config.turned_round", file=file, key="direction")
    labelled = "labels" in recipe.get("classes", {})
    if labelled and "labels" not in given.get("classes", {}):
        yield problem("config.turned_round", file=file, key="classes.labels")


def _cross_checks(plan: Plan, file: str) -> Iterator[Problem]:
    """Find references to names that the build file does not define."""
    sets = set(plan.areas)
    named = [("join.target", plan.join.target), ("join.source", plan.join.source)]
    named += [(f"tables[{n}].areas", t.areas) for n, t in enumerate(plan.tables, 1)]
    named += [(f"derived[{n}].areas", d.areas) for n, d in enumerate(plan.derived, 1)]
    named += [(f"reforms[{n}].areas", r.areas) for n, r in enumerate(plan.reforms, 1)]
    for key, name in named:
        if name is not None and name not in sets:
            hint = did_you_mean(name, sorted(sets))
            yield problem(
                "config.unknown_areas",
                file=file,
                key=key,
                found=name,
                known=", ".join(sorted(sets)),
                hint=hint,
            )
    ids = [i.id for i in plan.indicators]
    for doubled in sorted({i for i in ids if ids.count(i) > 1}):
        yield problem("config.duplicate_indicator", file=file, key=f"indicators.{doubled}")
    yield from check_join(plan.join, file)
    if plan.disclosure.published_input and not plan.disclosure.reason:
        yield problem("config.needs_reason", file=file, key="disclosure.reason")
    for axis in plan.axis_names:
        if axis != "index" and axis not in plan.axes:
            yield problem("config.unknown_axis", file=file, key="indicators.axis", found=axis)
    for axis in plan.axis_names:
        yield from _anchors_missing(plan, axis, file)


def _anchors_missing(plan: Plan, axis: str, file: str) -> Iterator[Problem]:
    """Find indicators without the value their normaliser refers to."""
    scaling = plan.axis(axis).scaling
    section = f"axes.{axis}.scaling" if axis in plan.axes else "scaling"
    lacking: dict[str, list[str]] = {}
    for i in plan.indicators_of(axis):
        method = (scaling.methods or {}).get(i.id, scaling.method)
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
