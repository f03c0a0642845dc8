"""Tables of keys, made from the sections: name, what is allowed, what holds without it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from sozialraum.model.options import PeriodText
from sozialraum.texts import number, text

# the three kinds of files, each with the model that reads it
FILES = {
    "build": "sozialraum.config.plan:Plan",
    "plan": "sozialraum.planning.plan_sections:PlanFile",
    "teilnahme": "sozialraum.config.participation:ParticipationPlan",
}
_PLAIN = {str: "text", bool: "bool", int: "int", float: "float", dt.date: "date"}


def sections_of(file: str) -> dict[str, type]:
    """Return the sections of one kind of file, with the subsections named by their path.

    Parameters
    ----------
    file : "build", "plan" or "teilnahme"

    Examples
    --------
    >>> sections_of("plan")["gap"].__name__, "areas.repair" in sections_of("build")
    ('Gap', True)
    """
    module, _, name = FILES[file].partition(":")
    return dict(_inner(getattr(importlib.import_module(module), name), ""))


def _inner(model: type[BaseModel], path: str) -> Iterator[tuple[str, type]]:
    for name, field in _fields(model).items():
        section = _model_in(field.annotation)
        if section is not None and not issubclass(model, section):  # a variant: the same keys
            place = f"{path}{field.alias or name}"
            yield place, section
            yield from _inner(section, f"{place}.")


def _fields(model: Any) -> dict[str, FieldInfo]:
    """Return the keys of a section; an indicator is a plain dataclass."""
    if issubclass(model, BaseModel):
        return dict(model.model_fields)
    hints = get_type_hints(model, include_extras=True)
    return {
        field.name: FieldInfo.from_annotated_attribute(
            hints[field.name],
            PydanticUndefined if field.default is dataclasses.MISSING else field.default,
        )
        for field in dataclasses.fields(model)
    }


def _model_in(annotation: Any) -> type | None:
    """Return the section that a type holds, alone, in a list or in a table."""
    if isinstance(annotation, type) and get_origin(annotation) is None:
        held = issubclass(annotation, BaseModel) or dataclasses.is_dataclass(annotation)
        return annotation if held else None
    found = (_model_in(part) for part in get_args(annotation))
    return next((model for model in found if model is not None), None)


def key_table(file: str, section: str = "") -> str:
    """Return the keys of a section as a Markdown table, for "" those outside all sections."""
    module, _, name = FILES[file].partition(":")
    top = getattr(importlib.import_module(module), name)
    model = sections_of(file)[section] if section else top
    rows = [
        f"| `{field.alias or key}` | {_words(field)} | {_default(field)} |"
        for key, field in _fields(model).items()
        if _model_in(field.annotation) is None
    ]
    head = " | ".join(text(f"manual.keys.{c}") for c in ("key", "allowed", "default"))
    return "\n".join([f"| {head} |", "|---|---|---|", *rows])


def _words(field: FieldInfo) -> str:
    """Return in German what a key may hold."""
    return _bounded(_type_words(field.annotation), tuple(field.metadata))


def _type_words(annotation: Any) -> str:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated and any(isinstance(mark, PeriodText) for mark in parts[1:]):
        return text("manual.keys.period")
    if origin is Annotated:
        return _bounded(_type_words(parts[0]), parts[1:])
    if annotation in _PLAIN:
        return text(f"manual.keys.{_PLAIN[annotation]}")
    if origin is Literal:
        return ", ".join(f"`{_toml(part)}`" for part in parts)
    if origin is dict:
        return text("manual.keys.table", values=_type_words(parts[1]))
    if origin is tuple:
        items = parts[:1] if Ellipsis in parts else dict.fromkeys(map(_type_words, parts))
        inner = ", ".join(i if isinstance(i, str) else _type_words(i) for i in items)
        return text("manual.keys.list", values=inner)
    known = [p for p in parts if p is not type(None)]
    if origin is Union or known:
        return text("manual.keys.or").join(dict.fromkeys(_type_words(p) for p in known))
    return text("manual.keys.text")


def _bounded(words: str, marks: tuple[Any, ...]) -> str:
    """Add the bounds of a number."""
    said = [m for mark in marks for m in (getattr(mark, "metadata", None) or [mark])]
    low = next((m.ge for m in said if isinstance(m, Ge)), None)
    above = next((m.gt for m in said if isinstance(m, Gt)), None)
    high = next((m.le for m in said if isinstance(m, Le)), None)
    below = next((m.lt for m in said if isinstance(m, Lt)), None)
    bounds = {"from": low, "above": above, "to": high, "below": below}
    stated = [
        text(f"manual.keys.{word}", value=number(float(value)))  # type: ignore[arg-type]
        for word, value in bounds.items()
        if value is not None
    ]
    return f"{words} {' '.join(stated)}" if stated else words


def _default(field: FieldInfo) -> str:
    """Return what holds where the key is left out."""
    if field.is_required():
        return text("manual.keys.needed")
    default = field.get_default(call_default_factory=True)
    if default is None or default is PydanticUndefined or default in ("", (), {}):
        return "–"
    return f"`{_toml(default)}`"


def _toml(value: Any) -> str:
    """Return a value as it stands in a build file."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(v) for v in value)}]"
    return str(value)
