"""What is wrong with a file, as pydantic finds it, told in German."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from sozialraum.config.findings.refusals import in_german
from sozialraum.config.sections import WrongValueError
from sozialraum.config.toml_text import as_written
from sozialraum.model.indicator import IndicatorError, SpanError
from sozialraum.model.problem import Problem
from sozialraum.texts import catalogue, problem, text

# findings about a key that is not in the file
_ABSENT = ("missing", "missing_keyword_only_argument", "missing_argument")
# what is found wrong with the text of a key
_NO_KEY = ("value_error", "placeholder", "blank")


def german(error: Any, file: str, model: type[BaseModel]) -> Problem:
    """Tell a finding of pydantic about a `model` in German: path of the key, what was meant."""
    if error["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        return _unknown_key(error, file, model)
    for told in (_missing, _no_such_word, _of_keys):
        if (found := told(error, file, path_of(error["loc"]))) is not None:
            return found
    return _wrong_value(error, file, path_of(error["loc"]))


def _unknown_key(error: Any, file: str, model: type[BaseModel]) -> Problem:
    names = _fields_at(error["loc"][:-1], model)
    stated = {"known": ", ".join(names), "hint": did_you_mean(str(error["loc"][-1]), names)}
    return problem("config.unknown_key", file=file, key=path_of(error["loc"]), **stated)  # type: ignore[arg-type]


def _missing(error: Any, file: str, path: str) -> Problem | None:
    """Tell that a key, or the file of a table, is not there."""
    if error["type"] == "one_file" and not error["input"].get("files"):
        return problem("config.missing_key", file=file, key=f"{path}.file")
    return (
        problem("config.missing_key", file=file, key=path) if error["type"] == "missing" else None
    )


def _no_such_word(error: Any, file: str, path: str) -> Problem | None:
    """Tell that a word is none of those allowed, or a section stands in the wrong form."""
    if error["type"] == "model_type" and isinstance(error["input"], list | tuple):
        return _section_once(path, len(error["input"]), file)
    if error["type"] != "literal_error":
        return None
    expected = error["ctx"]["expected"]
    hint = did_you_mean(str(error["input"]), re.findall(r"'([^']*)'", expected))
    allowed, found = _expected(error), _short(error["input"])
    return problem(
        "config.not_allowed", file=file, key=path, found=found, allowed=allowed, hint=hint
    )


def _of_keys(error: Any, file: str, path: str) -> Problem | None:
    """Tell what is wrong with an AGS, or a key without quotes."""
    given, found = error["input"], _short(error["input"])
    if path == "ags" and error["type"] in _NO_KEY:
        found = ", ".join(map(str, given)) if isinstance(given, list | tuple) else str(given)
        return problem("config.bad_ags", file=file, key=path, found=found)
    key = path.startswith("ags") or path.endswith("key")
    if key and error["type"] in ("string_type", "tuple_type"):
        return problem("config.key_needs_quotes", file=file, key=path, found=found)
    return None


def _wrong_value(error: Any, file: str, path: str) -> Problem:
    """Tell that a value is of the wrong type, impossible, or still open."""
    kind, context, found = error["type"], error.get("ctx", {}), _short(error["input"])
    if _is_open(error["input"]) and not kind.endswith("_type"):
        kind = "placeholder"
    if kind == "value_error" and isinstance(span := context.get("error"), SpanError):
        ends = ("since", "until", "at", "break_at", "break_note")
        stated = ", ".join(f"{k} = {error['input'][k]}" for k in ends if k in error["input"])
        return problem(f"config.{span.code}", file=file, key=path, found=stated)
    if kind == "value_error" and isinstance(odd := context.get("error"), IndicatorError):
        given = ", ".join(odd.keys) or "–"
        known = ", ".join(odd.known)
        return problem(
            f"config.indicator_{odd.code}", file=file, key=path, found=given, known=known
        )
    if kind == "value_error" and isinstance(odd := context.get("error"), WrongValueError):
        place = ".".join(filter(None, (path, odd.key)))
        found = _short(error["input"][odd.key]) if odd.key else found
        return problem("config.bad_value", file=file, key=place, found=found, wanted=odd.wanted)
    if kind == "value_error" and "error" in context:
        told = in_german(str(context["error"]))
        place = ".".join(filter(None, (path, told.key)))
        found = told.found or found
        return problem("config.bad_value", file=file, key=place, found=found, wanted=told.wanted)
    if kind in ("too_short", "too_long"):
        found = text("config.entries", n=int(context["actual_length"]))
    expected = _expected({**error, "type": kind})
    return problem("config.wrong_type", file=file, key=path, found=found, expected=expected)


def one_per_key(errors: Sequence[Any], given: Mapping[str, Any]) -> list[Any]:
    """Return the findings of pydantic with one for a key that takes several kinds of values.

    Pydantic tells each kind by itself, under a place with a name of its own ("raster.str"). What
    fits in kind and is wrong in itself is told alone.

    Parameters
    ----------
    errors : of one file
    given : the file as parsed
    """
    found: dict[tuple[Any, ...], list[Any]] = {}
    for error in errors:
        place, key = _without_kinds(error, given)
        found.setdefault(key, []).append({**error, "loc": place})
    return [one for group in found.values() for one in _fitting(group)]


def _without_kinds(error: Any, given: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return the place of a finding as the file has it, and what it has in common with others."""
    place: list[Any] = []
    here, key = given, None
    for n, part in enumerate(error["loc"]):
        inside = (isinstance(here, dict) and part in here) or (
            isinstance(here, list | tuple) and isinstance(part, int) and part < len(here)
        )
        if inside:
            here = here[part]
        elif n < len(error["loc"]) - 1 or error["type"] not in _ABSENT:
            key = tuple(place) if key is None else key
            continue
        place.append(part)
    return tuple(place), key if key is not None else (*error["loc"], error["type"])


def _fitting(group: list[Any]) -> list[Any]:
    """Return of the findings on one key those of the kind that was meant, or one for all."""
    nearer = [e for e in group if not e["type"].endswith("_type") and e["type"] != "literal_error"]
    if nearer or len(group) == 1:
        return nearer or group
    if len({e["loc"] for e in group}) > 1:  # a list or table with a wrong entry
        deepest = max(len(e["loc"]) for e in group)
        return [e for e in group if len(e["loc"]) == deepest]
    words = list(dict.fromkeys(map(_expected, group)))
    return [{**group[0], "type": "one_of", "ctx": {"expected": " oder ".join(words)}}]


def _expected(error: Any) -> str:
    """Return what a finding of pydantic wants instead."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "literal_error":
        return str(context["expected"]).replace(" or ", " oder ").replace("'", '"')
    known = kind in catalogue("config")["type"]
    return text(f"config.type.{kind}", **context) if known else text("config.refused.fitting")


def _is_open(given: Any) -> bool:
    """Tell whether a value is the ??? of a template."""
    return isinstance(given, str) and len(given.strip()) > 1 and not given.strip().strip("?")


def _section_once(path: str, times: int, file: str) -> Problem:
    """Tell that a section stands there in the form of those that may be repeated."""
    if times == 1:
        return problem("config.section_single", file=file, key=path, section=path)
    return problem("config.section_once", file=file, key=path, section=path, n=times)


def path_of(loc: tuple[Any, ...]) -> str:
    """Return the place of a finding as it is written in the file: ``tables[2].key``."""
    parts: list[str] = []
    for part in loc:
        if isinstance(part, int):
            parts[-1] += f"[{part + 1}]"
        else:
            parts.append(str(part))
    return ".".join(parts)


def _short(value: Any) -> str:
    """Return a value as the file writes it, cut where it is long."""
    shown = as_written(value)
    return shown if len(shown) <= 60 else shown[:57] + "…"


def _fields_at(loc: tuple[Any, ...], model: Any) -> list[str]:
    """Return the keys allowed at a place below `model`."""
    for part in loc:
        if isinstance(part, int) or not (isinstance(model, type) and issubclass(model, BaseModel)):
            continue
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        model = _inner_model(fields[str(part)].annotation) if str(part) in fields else model
    if isinstance(model, type) and issubclass(model, BaseModel):
        return sorted(field.alias or name for name, field in model.model_fields.items())
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
