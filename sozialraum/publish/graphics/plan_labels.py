"""What is written beside the places on the map of a plan: names, posts, missing places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sozialraum.model.plan_release import PlanRelease
from sozialraum.texts import number

LONGEST = 24  # letters of a name on a map
_NAMED = ("locate", "catchments", "gap")


def point_labels(
    release: PlanRelease, verb: str, variant: Mapping[str, Any], *, longest: int = LONGEST
) -> dict[str, str]:
    """Return the words beside points, by key.

    Parameters
    ----------
    release : names of points
    verb : sites, schools and doubled offers are named; ``allocate`` tells what a school gets,
        ``ganztag`` how many places are missing in the year it is about
    variant : as released
    longest : letters of a name; of a longer one the end is left out
    """
    if verb.startswith("allocate"):
        rows = ((row["key"], row.get("now")) for row in variant["table"])
        return {key: _amount(value) for key, value in rows if value is not None}
    if verb == "ganztag":
        missing = ((row["key"], row.get("places_missing")) for row in rows_of_year(verb, variant))
        return {key: f"−{number(value)}" for key, value in missing if value}
    points = release.points.get(verb)
    if verb not in _NAMED or points is None or "name" not in points:
        return {}
    wanted = set(variant["points"]) or set(variant["classes"]) or set(points.index)
    named = ((str(k), str(n)) for k, n in points["name"].items() if k in wanted or verb == "gap")
    return {key: _short(name, longest) for key, name in named}


def rows_of_year(verb: str, variant: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the rows the map is about: of all-day places those of one year.

    It is the year of the sentences: the one that was asked for, else the last there is.

    Parameters
    ----------
    verb, variant : the decision, and a variant of it as released
    """
    if verb != "ganztag":
        return list(variant["table"])
    years = sorted({row["school_year"] for row in variant["table"]})
    asked = str(variant["arguments"].get("year", ""))
    year = next((y for y in years if y[:4] >= asked), years[-1] if years else "")
    return [row for row in variant["table"] if row["school_year"] == year]


def _amount(value: float) -> str:
    return number(value, 0 if value == round(value) else 2)


def _short(name: str, longest: int) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"
