"""What a message tells to write into a file can be written: every section, key and value is there."""

import re
from typing import Annotated, Any, get_args, get_type_hints

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from sozialraum.config.participation import ParticipationPlan
from sozialraum.config.plan import Plan
from sozialraum.config.recipe_file import RecipeFile
from sozialraum.config.toml_text import as_tuples
from sozialraum.planning.plan_sections import PlanFile
from sozialraum.texts import catalogue

ROOMS = ("addresses", "check", "cli", "config", "index", "insight", "participation", "pipeline",
         "planning", "privacy", "publish", "sources", "space")  # fmt: skip
FILES = (Plan, ParticipationPlan, PlanFile, RecipeFile)


def told(table: Any, place: str) -> list[tuple[str, str]]:
    """Return (place, words) of everything a message expects or advises."""
    found = []
    for key, entry in table.items():
        if isinstance(entry, dict):
            found += told(entry, f"{place}.{key}")
        elif isinstance(entry, str) and key in ("action", "expected", "message"):
            found.append((f"{place}.{key}", entry))
    return found


TEXTS = [pair for room in ROOMS for pair in told(catalogue(room), room)]
ADVICE = [(place, words) for place, words in TEXTS if place.endswith((".action", ".expected"))]


def models() -> list[type[BaseModel]]:
    """Return every section of every kind of file."""
    found: list[type[BaseModel]] = list(FILES)
    for model in found:
        for hint in get_type_hints(model, include_extras=True).values():
            found += [m for m in classes_in(hint) if m not in found]
    return found


def classes_in(hint: Any) -> list[Any]:
    if isinstance(hint, type) and (
        issubclass(hint, BaseModel) or hasattr(hint, "__dataclass_fields__")
    ):
        return [hint]
    return [found for part in get_args(hint) for found in classes_in(part)]


def keys_of(model: Any) -> dict[str, Any]:
    if issubclass(model, BaseModel):
        return {f.alias or n: _written(f) for n, f in model.model_fields.items()}
    return get_type_hints(model, include_extras=True)


def _written(field: Any) -> Any:
    """Return the type of a key with the marks that say which values it takes."""
    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


SECTIONS = models()


def test_there_is_advice_to_follow():
    assert len(ADVICE) > 200


def reachable(path: list[str]) -> list[Any]:
    """Return the sections that a path like areas.NAME.repair leads to in some kind of file."""
    found: list[Any] = []
    for root in FILES:
        ends: list[Any] = [root]
        for n, part in enumerate(path):
            below: list[Any] = []
            for model in ends:
                keys = keys_of(model)
                if part in keys:
                    inner = classes_in(keys[part])
                    below += inner or ([dict] if n == len(path) - 1 or "dict" in str(keys[part])
                                       else [])  # fmt: skip
                elif n and (part.isupper() or part == "…" or part.startswith("{")):
                    below.append(model)  # a name of one's own
            ends = [m for m in below if m is not dict] or ([dict] if below else [])
            if ends == [dict]:
                break
        found += ends
    return found


def test_every_section_in_a_message_is_a_section():
    wrong = []
    for place, words in TEXTS:
        for written in re.findall(r"(?<![\w\].])\[{1,2}([a-z_]+(?:\.[\w…{}]+)*)\]{1,2}", words):
            if not reachable(written.split(".")):
                wrong.append((place, written))
    assert wrong == []


ASSIGNED = re.compile(r'(?<![\w.])([a-z_]+) ?= ?("[^"{}…]*"|true|false|-?\d+(?:\.\d+)?(?![\d-]))')


@pytest.mark.parametrize("part", ["action", "expected"])
def test_every_key_with_a_value_in_a_message_is_taken_by_a_section_that_is_named(part):
    import tomllib

    wrong = []
    for place, words in ADVICE:
        if not place.endswith(part):
            continue
        named = [
            m
            for written in re.findall(r"(?<![\w\].])\[{1,2}([a-z_]+(?:\.[\w…{}]+)*)\]{1,2}", words)
            for m in reachable(written.split("."))
            if m is not dict
        ]
        for key, value in ASSIGNED.findall(words):
            given = as_tuples(tomllib.loads(f"x = {value}")["x"])
            fits = [m for m in (named or SECTIONS) if takes(m, key, given)]
            if not fits:
                wrong.append((place, f"{key} = {value}"))
    assert wrong == []


def takes(model: Any, key: str, value: Any) -> bool:
    """Tell whether a section has a key and the key this value."""
    keys = keys_of(model)
    if key not in keys:
        return False
    if value in ("???", "…", "", "NAME", "Name aus [areas.…]") or str(value).isupper():
        return True
    try:
        TypeAdapter(keys[key], config=None if classes_in(keys[key]) else {"strict": True})
        TypeAdapter(keys[key]).validate_python(value)
    except ValidationError:
        return False
    return True
