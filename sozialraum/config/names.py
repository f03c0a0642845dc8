"""Names that a build file uses, held against those it defines: one check for every key.

A key whose type is marked with `Names` says what it names; this walks through a plan, section by
section, and asks for each such text whether it is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from sozialraum.config.plan import Plan
from sozialraum.config.pydantic_errors import did_you_mean
from sozialraum.model.options import Names
from sozialraum.model.problem import Problem
from sozialraum.texts import problem

ROOT = "index"


def unknown_names(plan: Plan, file: str) -> Iterator[Problem]:
    """Yield every name that the build file uses and does not define, with the one meant."""
    for place, kind, name in named_in(plan):
        known = _known(plan, place, kind)
        if name in known:
            continue
        values: dict[str, Any] = {
            "file": file,
            "key": place,
            "found": name,
            "known": ", ".join(known),
        }
        code = "config.unknown_areas" if kind == "areas" else "config.unknown_name"
        yield problem(code, **values, hint=did_you_mean(name, known))


def named_in(section: BaseModel, place: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield (place, kind, name) of every marked text in a section and all below it."""
    for name, field in type(section).model_fields.items():
        key = f"{place}.{name}" if place else name
        hint: Any = field.annotation
        for mark in field.metadata:
            hint = Annotated[hint, mark]
        yield from _walk(hint, getattr(section, name), key)


def _walk(hint: Any, value: Any, place: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, BaseModel):
        if hint is type(value) or type(value) in get_args(hint) or get_origin(hint) is Annotated:
            yield from named_in(value, place)
        return
    if get_origin(hint) is Annotated:
        kind, *marks = get_args(hint)
        names = [m.of for m in marks if isinstance(m, Names)]
        if names and isinstance(value, str):
            yield place, names[0], value
        yield from _walk(kind, value, place)
        return
    inner = get_args(hint)
    if isinstance(value, dict) and get_origin(hint) is dict:
        for key, one in value.items():
            yield from _walk(inner[0], key, f"{place}.{key}")
            yield from _walk(inner[1], one, f"{place}.{key}")
    elif isinstance(value, tuple) and get_origin(hint) is tuple:
        for n, one in enumerate(value):
            kind = inner[0] if Ellipsis in inner else inner[n]
            yield from _walk(kind, one, f"{place}[{n + 1}]")
    elif get_origin(hint) in (Union, UnionType):
        for kind in inner:
            yield from _walk(kind, value, place)


def _known(plan: Plan, place: str, kind: str) -> list[str]:
    """Return the names of a kind that a place may use: an axis knows its own indicators only."""
    if kind == "areas":
        return sorted(plan.areas)
    path = place.split(".")
    own = plan.indicators_of(path[1]) if path[0] == "axes" else plan.indicators
    if kind == "indicators":
        return [i.id for i in own]
    nodes = (plan.axes[path[1]] if path[0] == "axes" else plan).aggregation.nodes
    named = [i.dimension for i in own if i.dimension] + [n.id for n in nodes]
    # judgements may speak of the index itself, where there are no dimensions; so may a parent
    root = [ROOT] if "judgements" in place or place.endswith("parent") else []
    return list(dict.fromkeys([*named, *root]))
