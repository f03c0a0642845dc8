"""Reading a build file: TOML, recipe defaults, checks; every problem is told at once."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from sozialraum.config.joining import check_join
from sozialraum.config.plan import Plan
from sozialraum.config.sections import STEPS
from sozialraum.errors import ConfigError
from sozialraum.model.problem import Problem
from sozialraum.texts import catalogue, problem, text

# Normalisers that need a stated value per indicator, and the key it stands under.
ANCHORS = {
    "goalposts": "goalposts", "target": "targets", "distance": "references",
    "base100": "references",
}  # fmt: skip
_LARGEST = 1_000_000  # bytes; the longest build file has 40,000
_DEEPEST = 20
_SYNTAX = re.compile(r"\(at line (\d+), column (\d+)\)")


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
    recipe, facts, problems = _recipe_defaults(given, file.name)
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


def recipe_names() -> list[str]:
    """Return the names of the recipes in the catalogue."""
    folder = resources.files("sozialraum.index").joinpath("recipes")
    return sorted(
        p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith(".toml")
    )


def read_toml(file: Path) -> dict[str, Any]:
    """Return a file that people write; what is no TOML, or made to break a reader, is refused."""
    if not file.is_file():
        raise ConfigError(problem("config.no_file", file=str(file)))
    if file.stat().st_size > _LARGEST:
        raise ConfigError(problem("config.too_large", file=file.name))
    try:
        given = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(problem("config.not_utf8", file=file.name, row=row)) from None
    except tomllib.TOMLDecodeError as error:
        place = _SYNTAX.search(str(error))
        bad = int(place.group(1)) if place else None
        detail = str(error)
        found = problem(
            "config.syntax", file=file.name, row=bad, line=_line(file, bad), detail=detail
        )
        raise ConfigError(found) from None
    except (RecursionError, ValueError):  # brackets in brackets, a number of thousands of digits
        raise ConfigError(problem("config.too_deep", file=file.name)) from None
    if _depth(given) > _DEEPEST:
        raise ConfigError(problem("config.too_deep", file=file.name))
    return given


def _depth(given: dict[str, Any]) -> int:
    """Return how many lists and tables stand in each other, without recursion."""
    depth = 0
    level: list[Any] = [given]
    while level:
        depth += 1
        inside = [v for part in level for v in (part.values() if isinstance(part, dict) else part)]
        level = [v for v in inside if isinstance(v, dict | list)]
    return depth


def _line(file: Path, row: int | None) -> str:
    lines = file.read_bytes().decode("utf-8-sig").splitlines()
    return lines[row - 1].strip()[:80] if row is not None and row <= len(lines) else ""


def _recipe_defaults(
    given: dict[str, Any], file: str
) -> tuple[dict[str, Any], dict[str, Any], list[Problem]]:
    """Return the sections of the named recipe, its facts, and problems."""
    name = given.get("recipe", "")
    if not isinstance(name, str) or not name:
        return {}, {}, []
    if name not in recipe_names():
        hint = did_you_mean(name, recipe_names())
        known = ", ".join(recipe_names())
        return (
            {},
            {},
            [
                problem(
                    "config.unknown_recipe",
                    file=file,
                    key="recipe",
                    found=name,
                    known=known,
                    hint=hint,
                )
            ],
        )
    source = resources.files("sozialraum.index").joinpath("recipes", f"{name}.toml")
    sections = tomllib.loads(source.read_text(encoding="utf-8"))
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
        told = [e for e in error.errors() if not (e["type"] == "too_short" and e["input"])]
        return None, [_german(e, file) for e in told]


def as_tuples(value: Any) -> Any:
    """Return a parsed TOML value with tuples instead of lists: a plan is frozen."""
    if isinstance(value, list):
        return tuple(as_tuples(v) for v in value)
    if isinstance(value, dict):
        return {k: as_tuples(v) for k, v in value.items()}
    return value


def _german(error: Any, file: str) -> Problem:
    """Tell one pydantic finding in German, with the path of the key and what was meant."""
    path = _path(error["loc"])
    kind = error["type"]
    found = _short(error["input"])
    context = error.get("ctx", {})
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        names = _fields_at(error["loc"][:-1])
        hint = did_you_mean(str(error["loc"][-1]), names)
        return problem("config.unknown_key", file=file, key=path, known=", ".join(names), hint=hint)
    if kind == "missing":
        return problem("config.missing_key", file=file, key=path)
    if kind == "literal_error":
        hint = did_you_mean(str(error["input"]), re.findall(r"'([^']*)'", context["expected"]))
        allowed = context["expected"].replace(" or ", " oder ").replace("'", '"')
        return problem(
            "config.not_allowed", file=file, key=path, found=found, allowed=allowed, hint=hint
        )
    if path.endswith("ags") and isinstance(error["input"], str):
        return problem("config.bad_ags", file=file, key=path, found=found)
    if path.endswith(("ags", "key")):
        return problem("config.key_needs_quotes", file=file, key=path, found=found)
    if kind == "value_error":
        return problem("config.bad_value", file=file, key=path, found=found, detail=error["msg"])
    known_type: bool = kind in catalogue("config")["type"]
    expected = text(f"config.type.{kind}", **context) if known_type else error["msg"]
    return problem("config.wrong_type", file=file, key=path, found=found, expected=expected)


def _path(loc: tuple[Any, ...]) -> str:
    parts: list[str] = []
    for part in loc:
        if isinstance(part, int):
            parts[-1] += f"[{part + 1}]"
        else:
            parts.append(str(part))
    return ".".join(parts)


def _short(value: Any) -> str:
    shown = repr(value) if not isinstance(value, dict) else "eine Tabelle"
    return shown if len(shown) <= 60 else shown[:57] + "…"


def _fields_at(loc: tuple[Any, ...]) -> list[str]:
    """Return the keys allowed at a place of the plan."""
    model: Any = Plan
    for part in loc:
        if isinstance(part, int) or not (isinstance(model, type) and issubclass(model, BaseModel)):
            continue
        field = model.model_fields.get(str(part))
        model = _inner_model(field.annotation) if field else model
    if isinstance(model, type) and issubclass(model, BaseModel):
        return sorted(model.model_fields)
    fields = getattr(model, "__dataclass_fields__", {})
    return sorted(name for name in fields if not name.startswith("_"))


def _inner_model(annotation: Any) -> Any:
    """Return the section or dataclass inside a tuple, a dict or an optional."""
    if isinstance(annotation, type) and (
        issubclass(annotation, BaseModel) or hasattr(annotation, "__dataclass_fields__")
    ):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _inner_model(inner)
        if found is not None:
            return found
    return None


def did_you_mean(word: str, known: list[str]) -> str:
    """Return the German hint at the known word closest to `word`, or nothing."""
    close = difflib.get_close_matches(word, known, n=1)
    return text("config.did_you_mean", word=close[0]) if close else ""


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
