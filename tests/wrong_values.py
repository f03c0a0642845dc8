"""A generated corpus of wrong build files: every key of every section, wrong in every way it can be."""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import geopandas as gpd
import numpy as np
from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BaseModel
from shapely.geometry import box

from sozialraum.config.plan import Plan
from sozialraum.config.steps import STEPS
from sozialraum.model.options import Ascending, Colour, Names, NotZero, PeriodText, UsablePath

SIDE = 5
BASE: dict[str, Any] = {
    "title": "Probe", "stichtag": dt.date(2024, 12, 31), "crs": "EPSG:25833",
    "orientation": "deprivation",
    "areas": {"felder": {"file": "felder.gpkg", "key": "feld", "name": "name"}},
    "tables": [{"file": "zahlen.csv", "areas": "felder", "key": "feld"}],
    "join": {"target": "felder"},
    "population": {"variable": "einwohner"},
    "indicators": [
        {"id": "armut", "label": "Armut", "numerator": "arm", "denominator": "kinder",
         "direction": "burden", "dimension": "geld"},
        {"id": "kita", "label": "Kita", "numerator": "kita", "denominator": "kinder",
         "direction": "resource", "dimension": "lernen"},
    ],
    "scaling": {}, "aggregation": {}, "classes": {},
}  # fmt: skip


@dataclass(frozen=True)
class Wrong:
    """One wrong value: where it stands, what it is, and in which way it is wrong."""

    place: tuple[Any, ...]
    value: Any
    how: str
    base: dict[str, Any] = field(default_factory=lambda: BASE, repr=False)
    model: Any = field(default=Plan, repr=False)

    def within(self, base: dict[str, Any], model: Any) -> Wrong:
        """Return the same in a file of another kind."""
        return replace(self, base=base, model=model)

    @property
    def key(self) -> str:
        """The place as messages write it."""
        written = ""
        for part in self.place:
            written += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
        return written.removeprefix(".")

    def __str__(self) -> str:
        return f"{self.key} = {str(self.value)[:30]} ({self.how})"

    def build_file(self) -> dict[str, Any]:
        """Return the whole file with this one value wrong."""
        given = deepcopy(self.base)
        inside: Any = given
        model: Any = self.model
        for part, after in zip(self.place[:-1], self.place[1:], strict=True):
            model = _below(model, part)
            if isinstance(inside, list):
                while len(inside) <= part:
                    inside.append(minimal(model))
            elif part not in inside:
                made = minimal(model) if isinstance(model, type) else {}
                inside[part] = [] if isinstance(after, int) else made
            inside = inside[part]
        if isinstance(inside, list) and isinstance(self.place[-1], int):
            inside.append(self.value)
        else:
            inside[self.place[-1]] = self.value
        return given


def _below(model: Any, part: Any) -> Any:
    """Return the section or annotation one step below."""
    if isinstance(part, int) or not isinstance(model, type):
        return _section_in(model)
    hint = hints_of(model).get(part)
    inner = _section_in(hint)
    if get_origin(hint) is dict and inner is not None:
        return dict[str, inner]
    return inner


def _section_in(hint: Any) -> Any:
    if isinstance(hint, type) and (issubclass(hint, BaseModel) or is_dataclass(hint)):
        return hint
    return next((found for h in get_args(hint) if (found := _section_in(h))), None)


def minimal(model: Any) -> dict[str, Any]:
    """Return the required keys of a section with some value."""
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return {}
    hints, fields_of = hints_of(model), model.model_fields
    named = {n: f.alias or n for n, f in fields_of.items() if f.is_required()}
    return {alias: _some(hints[alias]) for alias in named.values()}


def hints_of(model: Any) -> dict[str, Any]:
    """Return the types of the keys of a section, by the names they have in a file."""
    hints = get_type_hints(model, include_extras=True)
    if issubclass(model, BaseModel):
        return {f.alias or n: hints[n] for n, f in model.model_fields.items()}
    return hints


def _some(hint: Any) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        names = [m.of for m in inner[1:] if isinstance(m, Names)]
        return (
            {"areas": "felder", "indicators": "armut"}.get(names[0], "geld")
            if names
            else _some(inner[0])
        )
    if origin is Literal:
        return inner[0]
    if origin is tuple:
        return [_some(inner[0])]
    if origin in (Union, types.UnionType):
        return _some(inner[0])
    known = {str: "etwas", int: 3, float: 0.5, bool: True, dt.date: dt.date(2020, 1, 1)}
    return known.get(hint, {})


def corpus() -> list[Wrong]:
    """Return all wrong values, each once."""
    found = {str(w): w for w in (*of_section(Plan, ()), *_related())}
    return list(found.values())


def of_section(model: Any, place: tuple[Any, ...]) -> Iterator[Wrong]:
    hints = hints_of(model)
    named = (
        [f.alias or n for n, f in model.model_fields.items()]
        if issubclass(model, BaseModel)
        else [f.name for f in fields(model)]
    )
    yield Wrong((*place, f"{named[0]}x"), "etwas", "misspelt key")
    for name in named:
        if not name.startswith("__"):
            yield from _of_value(hints[name], (*place, name))


def _of_value(hint: Any, place: tuple[Any, ...]) -> Iterator[Wrong]:
    origin, inner = get_origin(hint), get_args(hint)
    section = _section_in(hint)
    if section is not None:
        yield from _of_sections(hint, section, place)
    elif origin is Annotated:
        yield from _of_marks(inner, place)
        if not any(isinstance(m, Ascending | Colour | PeriodText | UsablePath) for m in inner[1:]):
            yield from _of_value(inner[0], place)
    elif origin is Literal:
        word = str(inner[0])
        yield Wrong(place, f"{word}x", "near-miss word")
        yield Wrong(place, ["etwas"], "wrong type")
    elif origin in (Union, types.UnionType):
        yield from _of_union([h for h in inner if h is not type(None)], place)
    elif origin is tuple:
        yield Wrong(place, True, "wrong type")
        yield from _in_list(inner, place)
    elif origin is dict:
        yield Wrong(place, 5, "wrong type")
        yield from _in_table(inner, place)
    else:
        yield from _plain(hint, place)


def _of_union(kinds: list[Any], place: tuple[Any, ...]) -> Iterator[Wrong]:
    if len(kinds) == 1:
        yield from _of_value(kinds[0], place)
        return
    yield Wrong(place, dt.date(2024, 1, 1), "wrong type")
    for kind in kinds:
        if get_origin(kind) is Annotated:
            yield from _of_marks(get_args(kind), place)
        elif get_origin(kind) is dict:
            yield from _in_table(get_args(kind), place)


def _of_sections(hint: Any, section: Any, place: tuple[Any, ...]) -> Iterator[Wrong]:
    yield Wrong(place, 5, "wrong type")
    shape = str(hint)
    if place == ("axes",):
        return
    if "dict[" in shape.split("[[")[0] and get_origin(hint) is dict:
        yield from of_section(section, (*place, "felder"))
    elif "tuple[" in shape:
        yield from of_section(section, (*place, 0))
    else:
        yield from of_section(section, place)


def _of_marks(inner: tuple[Any, ...], place: tuple[Any, ...]) -> Iterator[Wrong]:
    for mark in inner[1:]:
        if isinstance(mark, Names):
            yield Wrong(place, "gibtsnicht", "unknown name")
        elif isinstance(mark, Ascending):
            yield Wrong(place, [1.0, 0.0], "not ascending")
            yield Wrong(place, [float("nan"), 1.0], "no number")
        elif isinstance(mark, NotZero):
            yield Wrong(place, 0.0, "zero")
        elif isinstance(mark, Colour):
            yield Wrong(place, "rot", "no colour")
        elif isinstance(mark, PeriodText):
            yield Wrong(place, "2024-13", "no period")
            yield Wrong(place, 2024, "wrong type")
        elif isinstance(mark, UsablePath):
            yield Wrong(place, "CON", "reserved name")
        elif isinstance(mark, MinLen):
            yield Wrong(place, [], "too short")
        elif isinstance(mark, MaxLen):
            pass
        else:
            yield from _out_of_range(mark, place)


def _out_of_range(mark: Any, place: tuple[Any, ...]) -> Iterator[Wrong]:
    edges = [mark, *getattr(mark, "metadata", ())]
    for edge in edges:
        if isinstance(edge, Ge):
            yield Wrong(place, edge.ge - 1, "below range")
        elif isinstance(edge, Gt):
            yield Wrong(place, edge.gt, "on the open end")
        elif isinstance(edge, Le):
            yield Wrong(place, edge.le + 1, "above range")
        elif isinstance(edge, Lt):
            yield Wrong(place, edge.lt, "on the open end")


def _in_list(inner: tuple[Any, ...], place: tuple[Any, ...]) -> Iterator[Wrong]:
    item = inner[0]
    marks = get_args(item)[1:] if get_origin(item) is Annotated else ()
    if any(isinstance(m, Names) for m in marks):
        yield Wrong(place, ["gibtsnicht", "armut"], "unknown name")
    elif get_origin(item) is Literal:
        yield Wrong(place, [f"{get_args(item)[0]}x"], "near-miss word")
    else:
        yield Wrong(place, [dt.date(2024, 1, 1), dt.date(2024, 1, 2)], "wrong type")


def _in_table(inner: tuple[Any, ...], place: tuple[Any, ...]) -> Iterator[Wrong]:
    key, value = inner
    if get_origin(key) is Annotated:
        yield Wrong((*place, "gibtsnicht"), _some(value), "unknown name")
    known = "geld" if "dimension" in str(place) or "judgements" in place else "armut"
    # the day of a sheet is a date
    other = True if place[-1] == "sheets" else dt.date(2024, 1, 1)
    yield Wrong((*place, known), other, "wrong type")


def _plain(hint: Any, place: tuple[Any, ...]) -> Iterator[Wrong]:
    if hint is str:
        yield Wrong(place, 5, "wrong type")
        yield Wrong(place, "???", "placeholder")
    elif hint is float:
        yield Wrong(place, "viel", "wrong type")
        yield Wrong(place, float("nan"), "no number")
        yield Wrong(place, float("inf"), "no number")
    elif hint is int:
        yield Wrong(place, "zwei", "wrong type")
        yield Wrong(place, 2.5, "wrong type")
    elif hint is bool:
        yield Wrong(place, "ja", "wrong type")
    elif hint is dt.date:
        yield Wrong(place, "gestern", "wrong type")


def _related() -> Iterator[Wrong]:
    """Yield values that are right alone and wrong beside the others."""
    yield Wrong(("scaling",), {"method": "goalposts", "goalposts": {"armut": [0.0, 1.0]}}, "anchor")
    yield Wrong(("scaling",), {"method": "normal_scores", "rank_share": "r/n"}, "does not fit")
    yield Wrong(("classes",), {"labels": ["a", "b"]}, "too few names")
    yield Wrong(("classes",), {"method": "fixed"}, "needs limits")
    yield Wrong(("classes",), {"method": "fixed", "limits": [1.0], "numbers": [1]}, "too few")
    yield Wrong(("classes",), {"lower": 2.0, "upper": 1.0}, "turned round")
    yield Wrong(("classes",), {"method": "quantile", "shares": [0.5, 0.1]}, "not a whole")
    yield Wrong(("aggregation",), {"method": "owa", "owa_weights": [1.0]}, "too few weights")
    nodes = [{"id": "geld", "parent": "lernen"}, {"id": "lernen", "parent": "geld"}]
    yield Wrong(("aggregation",), {"nodes": nodes}, "below itself")
    yield Wrong(("aggregation",), {"nodes": [{"id": "leer"}]}, "no parts")
    yield Wrong(("aggregation",), {"dimension_weights": {"geld": 0.0, "lernen": 0.0}}, "all zero")
    yield Wrong(("weighting",), {"method": "ahp"}, "needs judgements")
    yield Wrong(("weighting",), {"method": "ahp", "judgements": {"geld": [[1.0, 2.0]],
                "lernen": [[1.0]]}}, "not square")  # fmt: skip
    yield Wrong(("weighting",), {"method": "published"}, "needs coefficients")
    yield Wrong(("disclosure",), {"value_base": 20.0}, "a former key")
    yield Wrong(("disclosure",), {"profile": "ba-standart"}, "near-miss word")
    yield Wrong(("disclosure",), {"published_input": True}, "needs reason")
    yield Wrong(("uncertainty",), {"vary": {"scaling": ["zscore"]}}, "stated missing")
    yield Wrong(("derived",), [{"name": "x", "formula": "arm +* 2", "areas": "felder"}], "formula")


def without_effect() -> list[tuple[Wrong, str]]:
    """Return, per step and key that only some methods read, a value under one that does not."""
    found = []
    for name, step in STEPS.items():
        words = get_args(step.model_fields[step.choice].annotation)
        for key, readers in step.reads.items():
            deaf = [w for w in words if w not in readers and w in _WORKING[name]]
            if deaf and (name, key) in _ODD:
                table = {step.choice: deaf[0], key: _ODD[name, key]}
                found.append((Wrong((name,), table, "without effect"), f"{name}.{key}"))
    return found


_WORKING = {
    "treatment": ("none",), "scaling": ("minmax", "rank"), "weighting": ("equal",),
    "dimension_scaling": ("minmax", "rank"), "aggregation": ("mean",),
    "restandardise": ("zscore", "minmax"), "classes": ("equal", "jenks"),
}  # fmt: skip
_ODD: dict[tuple[str, str], Any] = {
    ("treatment", "most"): 3, ("treatment", "skew_limit"): 3.0,
    ("treatment", "kurtosis_limit"): 3.0, ("scaling", "ddof"): 1,
    ("scaling", "weights"): "population", ("scaling", "centre"): "zero",
    ("scaling", "output"): [0.0, 100.0], ("scaling", "location"): 5.0, ("scaling", "step"): 2.0,
    ("scaling", "goalposts"): {"armut": [0.0, 1.0]}, ("scaling", "targets"): {"armut": 0.1},
    ("scaling", "references"): {"armut": 0.1}, ("scaling", "ties"): "min",
    ("scaling", "rank_share"): "r/n", ("scaling", "factor"): 10.0, ("scaling", "cap"): False,
    ("weighting", "judgements"): {"geld": [[1.0]]}, ("weighting", "targets"): {"armut": 2.0},
    ("weighting", "anchor"): "armut", ("weighting", "against"): "keep",
    ("weighting", "factors"): 9, ("weighting", "coefficients"): {"armut": 1.0},
    ("dimension_scaling", "ddof"): 1, ("dimension_scaling", "output"): [0.0, 10.0],
    ("dimension_scaling", "ties"): "min", ("dimension_scaling", "factor"): 10.0,
    ("dimension_scaling", "rank_share"): "r/n", ("aggregation", "power"): 3.0,
    ("aggregation", "penalty"): "subtract", ("aggregation", "alpha"): 0.1,
    ("aggregation", "beta"): 0.1, ("aggregation", "owa_weights"): [0.5, 0.5],
    ("aggregation", "owa_exponent"): 2.0, ("aggregation", "share_bounds"): [0.1, 0.9],
    ("restandardise", "ddof"): 1, ("restandardise", "output"): [0.0, 9.0],
    ("restandardise", "location"): 1.0, ("restandardise", "step"): 2.0,
    ("restandardise", "weights"): "population", ("restandardise", "ties"): "min",
    ("classes", "k"): 4, ("classes", "limits"): [0.2, 0.4], ("classes", "lower"): 0.1,
    ("classes", "upper"): 0.9, ("classes", "quantile_type"): 6,
    ("classes", "weights"): "population", ("classes", "ddof"): 1, ("classes", "share"): 0.2,
    ("classes", "top"): "low", ("classes", "larger"): "high",
}  # fmt: skip


# --- files ----------------------------------------------------------------------------------------


def write_city(folder: Path) -> None:
    """Write a made-up city of 25 squares with counts that no rule withholds."""
    random = np.random.default_rng(7)
    cells = [(x, y) for y in range(SIDE) for x in range(SIDE)]
    keys = [f"{n:02d}" for n in range(1, len(cells) + 1)]
    shapes = [box(x * 500, y * 500, x * 500 + 500, y * 500 + 500) for x, y in cells]
    named = {"feld": keys, "name": [f"Feld {k}" for k in keys]}
    areas = gpd.GeoDataFrame(named, geometry=shapes, crs="EPSG:25833")
    areas.geometry = areas.translate(400_000, 5_800_000)
    areas.to_file(folder / "felder.gpkg", driver="GPKG")
    kinder = random.integers(300, 900, len(keys))
    rows = ["feld;arm;kita;kinder;einwohner"]
    for key, n in zip(keys, kinder, strict=True):
        arm, kita = int(n * random.uniform(0.1, 0.6)), int(n * random.uniform(0.3, 0.9))
        rows.append(f"{key};{arm};{kita};{n};{n * 6}")
    (folder / "zahlen.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def toml(given: dict[str, Any]) -> str:
    """Return a table as TOML, tables in tables written inline."""
    return "".join(f"{_quoted(key)} = {_value(value)}\n" for key, value in given.items())


def _quoted(key: str) -> str:
    return key if key.replace("_", "").isalnum() and key.isascii() else f'"{key}"'


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(k)} = {_value(v)}" for k, v in value.items()) + "}"
    return value.isoformat() if isinstance(value, dt.date) else str(value)
