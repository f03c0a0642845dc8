"""Reading a build file: TOML, recipe defaults, checks; every problem is told at once."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from sozialraum.config.changed_words import changed_line
from sozialraum.config.cross_checks import ANCHORS, cross_checks, without_effect
from sozialraum.config.file_kinds import refuse_other_kind
from sozialraum.config.file_models import understood
from sozialraum.config.findings.former_keys import without_former_keys
from sozialraum.config.monitoring.indicator_table import with_listed
from sozialraum.config.plan import Plan
from sozialraum.config.recipe_file import recipe_sections
from sozialraum.config.steps import SECTIONS
from sozialraum.config.toml_text import read_toml
from sozialraum.model.dates.period import Period
from sozialraum.model.errors import ConfigError
from sozialraum.model.indicator import is_shown_alone
from sozialraum.model.problem import Problem
from sozialraum.texts import problem


def read_build(
    path: str | Path, *, data: str | Path | None = None, text: str | None = None
) -> Plan:
    """Read a build file and check everything that can be checked without the data.

    Parameters
    ----------
    path : the TOML file
    data : folder below which the delivered files lie, instead of the one the build file names
    text : what stands in the file, where it was made from a template and lies nowhere; `path` is
        then where it would lie

    Returns
    -------
    The plan with the defaults of its recipe filled in.

    Raises
    ------
    ConfigError
        With every problem: key path, expected, found, what to do.
    """
    file = Path(path)
    written = read_toml(file, text=text)
    refuse_other_kind(written, file, "build")
    given, former = without_former_keys(written, file.name)
    given, listed = with_listed(given, file)
    recipe, facts, problems = _recipe_defaults(given, file)
    used = _without_absent(recipe, given)
    merged = _merge(used, given)
    changes = list(_changes(used, given))
    altered = {step for path, _ in changes if (step := _step_of(path))}
    if altered:  # words of the recipe on its index values no longer fit
        merged = _without_directions(merged, given)
    merged = _with_grain(_with_orientation(merged))
    plan, invalid = understood(Plan, merged, file.name)
    problems += [*former, *invalid]
    problems += list(_turned_round(recipe, given, file.name))
    if plan is not None:
        problems += list(cross_checks(plan, file.name))
    if problems or plan is None:
        ids = [i.id for i in plan.indicators] if plan is not None else []
        raise ConfigError([listed.placed(p, ids) if listed else p for p in problems])
    plan.lies_at(file, data)
    plan._changed = (*(line for _, line in changes), *_left_out(recipe, used))
    plan._altered = frozenset(altered)
    plan._recipe = facts
    plan._findings = tuple(without_effect(plan, given, file.name))
    return plan


def _with_orientation(merged: dict[str, Any]) -> dict[str, Any]:
    """Return the keys; a build of layers alone has no index, and no direction of one."""
    listed = merged.get("indicators")
    listed = [i for i in listed if isinstance(i, dict)] if isinstance(listed, list) else []
    shown = [is_shown_alone(i) for i in listed]
    if shown and all(shown):
        return {"orientation": "deprivation", **merged}
    return merged


def _with_grain(merged: dict[str, Any]) -> dict[str, Any]:
    """Return the keys; a Stichtag like "2024-Q4" says the grain its periods are called by."""
    day = merged.get("stichtag")
    try:
        grain = Period.parse(day).grain if isinstance(day, str) else "day"
    except ValueError:
        return merged
    return merged if grain in ("day", "year") else {"grain": grain, **merged}


def with_recipe(
    given: dict[str, Any], file: Path
) -> tuple[dict[str, Any], dict[str, Any], list[Problem]]:
    """Return a parsed build file with its recipe filled in, the recipe's facts, and problems."""
    recipe, facts, problems = _recipe_defaults(given, file)
    return _merge(_without_absent(recipe, given), deepcopy(given)), facts, problems


def build_schema() -> dict[str, object]:
    """Return the JSON Schema of a build file, for editors."""
    return Plan.model_json_schema()


def _recipe_defaults(
    given: dict[str, Any], file: Path
) -> tuple[dict[str, Any], dict[str, Any], list[Problem]]:
    """Return the sections of the named recipe, its facts, and problems."""
    name = given.get("recipe", "")
    if not isinstance(name, str) or not name.strip("? "):  # none, or an open place of a template
        return {}, {}, []
    try:
        sections = recipe_sections(name, file.parent)
    except ConfigError as error:
        return {}, {}, [p if p.file else replace(p, file=file.name) for p in error.problems]
    return sections, sections.pop("recipe", {}), []


def _without_absent(recipe: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Return a recipe without what it says of indicators and dimensions this build leaves out.

    What a build leaves out is told by `_changes`.
    """
    asked = given.get("indicators")
    listed = [i for i in asked if isinstance(i, dict)] if isinstance(asked, list) else []
    ids, groups = {i.get("id") for i in listed}, {i.get("dimension") for i in listed}
    kept = dict(recipe)
    for path, known in ((("transform",), ids), (("scaling", "goalposts"), ids),
                        (("aggregation", "dimension_weights"), groups)):  # fmt: skip
        section = dict(kept.get(path[0], {}))
        named = section if len(path) == 1 else section.get(path[1])
        if isinstance(named, dict) and named:
            there = {name: value for name, value in named.items() if name in known}
            kept[path[0]] = there if len(path) == 1 else {**section, path[1]: there}
    return kept


def _left_out(recipe: dict[str, Any], used: dict[str, Any], path: str = "") -> Iterator[str]:
    """Name what a recipe says of indicators and dimensions that this build does not have."""
    for key, standard in recipe.items():
        if isinstance(standard, dict) and isinstance(used.get(key), dict):
            yield from _left_out(standard, used[key], f"{path}{key}.")
        elif key not in used:
            yield changed_line("left_out", f"{path}{key}", standard=standard)


def _merge(defaults: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Fill in defaults below the given keys; a given list or value replaces the default whole."""
    merged = dict(defaults)
    for key, value in given.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merge(merged[key], value) if both else value
    return merged


def _changes(
    recipe: dict[str, Any], given: dict[str, Any], path: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield every key in which the build file differs from its recipe, with a line that says so.

    What a recipe does not mention in a step is prescribed all the same: the step's default, or that
    there is no such step. Values that the recipe asks the municipality for are no difference.
    """
    standards = {**_step_defaults(path), **recipe} if recipe else {}
    for key, standard in standards.items():
        if key not in given or (standard is None and key == ANCHORS.get(recipe.get("method", ""))):
            continue
        if isinstance(standard, dict) and isinstance(given[key], dict):
            yield from _changes(standard, given[key], f"{path}{key}.")
        elif standard != given[key]:
            both = {"now": given[key], "standard": standard}
            yield f"{path}{key}", changed_line("changed", f"{path}{key}", **both)
    for key in _ADDED if recipe and not _step_of(path) else ():
        if key in given and key not in recipe and given[key] not in ({}, {"method": "none"}):
            yield f"{path}{key}", changed_line("added", f"{path}{key}", now=given[key])


# Steps that run only where they are asked for.
_ADDED = (
    "screening",
    "smoothing",
    "transform",
    "treatment",
    "weighting",
    "dimension_scaling",
    "restandardise",
)
# What changes numbers without being a section of a step.
_TOGETHER = ("transform", "learn_from", "screening", "smoothing")
# Keys of a step that name classes and change no number.
_WORDS = ("labels", "numbers")


def _step_of(path: str) -> str:
    """Return the step a key like ``axes.status.scaling.method`` changes; "" where it is only words.

    Examples
    --------
    >>> _step_of("axes.status.scaling.method"), _step_of("transform"), _step_of("classes.labels")
    ('scaling', 'transform', '')
    """
    parts = path.rstrip(".").split(".")
    if parts[-1] in _WORDS:
        return ""
    return next((part for part in parts if part in SECTIONS or part in _TOGETHER), "")


def _without_directions(merged: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Return the keys without the directions that only the recipe gives."""
    kept = {k: v for k, v in merged.items() if k != "direction" or k in given}
    if "axes" in kept:
        own = given.get("axes", {})
        kept["axes"] = {
            name: {k: v for k, v in axis.items() if k != "direction" or k in own.get(name, {})}
            for name, axis in kept["axes"].items()
        }
    return kept


def _step_defaults(path: str) -> dict[str, Any]:
    """Return the defaults of the step section at a place like ``axes.status.scaling.``."""
    section = SECTIONS.get(path.rstrip(".").rsplit(".", 1)[-1])
    if section is None:
        return {}
    return {name: field.default for name, field in section.model_fields.items()}


def _turned_round(recipe: dict[str, Any], given: dict[str, Any], file: str) -> Iterator[Problem]:
    """Find words of the recipe that say the opposite once the orientation is changed."""
    if given.get("orientation", recipe.get("orientation")) == recipe.get("orientation"):
        return
    if "direction" in recipe and "direction" not in given:
        yield problem("config.turned_round", file=file, key="direction")
    labelled = "labels" in recipe.get("classes", {})
    if labelled and "labels" not in given.get("classes", {}):
        yield problem("config.turned_round", file=file, key="classes.labels")
