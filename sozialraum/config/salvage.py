"""What can be understood of a build file with mistakes, so that its data are checked all the same.

The plan made here is never built: wrong entries are left out, what is missing is filled in with
anything, so that the files it names can be looked at and all problems be told at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sozialraum.config.joining import Join
from sozialraum.config.monitoring.indicator_table import with_listed
from sozialraum.config.plan import Plan
from sozialraum.config.reading import with_recipe
from sozialraum.config.toml_text import as_tuples, read_toml
from sozialraum.model.errors import ConfigError

_ROUNDS = 60
NOWHERE = "-"
_ANYTHING = {
    "title": "-",
    "crs": "EPSG:25832",
    "orientation": "deprivation",
    "indicators": [
        {"id": "-", "label": "-", "numerator": "-", "denominator": "-", "direction": "burden"}
    ],
}


def salvage(path: str | Path, *, data: str | Path | None = None) -> Plan | None:
    """Return the part of a build file that can be understood; None where that is too little.

    Parameters
    ----------
    path, data : as for `read_build`
    """
    file = Path(path)
    try:
        given, _ = with_listed(read_toml(file), file)
        merged, _, _ = with_recipe(given, file)
    except ConfigError:
        return None
    plan = _understood(merged)
    if plan is None or not plan.areas:
        return None
    plan = _on_known_areas(plan)
    plan.lies_at(file, data)
    return plan


def _understood(merged: dict[str, Any]) -> Plan | None:
    for _ in range(_ROUNDS):
        try:
            return Plan.model_validate(as_tuples(merged))
        except ValidationError as error:
            places = {e["loc"]: e["type"] for e in error.errors()}
        for loc in sorted(places, key=_last_first):
            _leave_out(merged, loc, places[loc])
    return None


def _on_known_areas(plan: Plan) -> Plan:
    """Return a plan without what speaks of areas that nobody describes."""
    known = set(plan.areas)
    update: dict[str, Any] = {
        name: tuple(s for s in getattr(plan, name) if s.areas in known)
        for name in ("tables", "derived", "reforms")
    }
    if plan.join.target not in known or plan.join.source not in (None, *known):
        update["join"] = Join(target=next(iter(plan.areas)))
    return plan.model_copy(update=update)


def _last_first(loc: tuple[Any, ...]) -> tuple[Any, ...]:
    """Order places so that entries of a list go from its end."""
    return tuple((0, -part, "") if isinstance(part, int) else (1, 0, part) for part in loc)


def _leave_out(merged: dict[str, Any], loc: tuple[Any, ...], kind: str) -> None:
    """Delete what stands at a place; where something is missing, the entry that misses it."""
    holders: list[tuple[Any, Any]] = []
    inside: Any = merged
    for part in loc:
        holds = part in inside if isinstance(inside, dict) else False
        if isinstance(inside, list) and isinstance(part, int) and part < len(inside):
            holds = True
        if not holds:
            break
        holders.append((inside, part))
        inside = inside[part]
    if kind == "missing" and loc[0] == "areas" and loc[-1] in ("file", "key"):
        holder = holders[-1][0][holders[-1][1]]
        holder[loc[-1]] = NOWHERE
    elif kind == "missing" and len(loc) == 1:
        merged[loc[0]] = _anything(merged, loc[0])
    elif holders:
        holder, part = holders[-1]
        del holder[part]
        if loc == (part,) and part in _ANYTHING:
            merged[part] = _ANYTHING[part]


def _anything(merged: dict[str, Any], key: str) -> Any:
    """Return a value for a key that is missing."""
    if key == "stichtag":
        import datetime as dt

        return dt.date(2000, 1, 1)
    if key == "join":
        return {"target": next(iter(merged.get("areas", {})), "-")}
    return _ANYTHING.get(key, {})
