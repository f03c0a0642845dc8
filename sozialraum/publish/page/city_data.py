"""What the page knows of all areas together: tabs, intervals of ranks, people and reach."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sozialraum.model import Release
from sozialraum.publish.escape import visible
from sozialraum.publish.layer_facts import rank_interval, rate_label
from sozialraum.publish.layers import city_rate
from sozialraum.publish.view import View
from sozialraum.texts import catalogue

TABS = {
    "lage": "index",
    "reach": "participation",
    "both": "status_participation",
    "change": "change",
    "sure": "certainty",
}
_RATE_DIGITS = 4  # of a rate in the data; the page shows whole ones of 100


def tabs_of(views: list[View], lang: str = "de") -> list[dict[str, Any]]:
    """Return the questions the views answer: label, and the place of the view that does."""
    words, ids = catalogue("publish", lang)["tabs"], [view.id for view in views]
    return [
        {"label": words[tab], "view": ids.index(view)} for tab, view in TABS.items() if view in ids
    ]


def interval_of(release: Release) -> dict[str, list[int | None]] | None:
    """Return the lowest and the highest rank each area may have; None where nobody knows."""
    found = rank_interval(release).reindex(release.areas.index)
    if found.isna().all().all():
        return None
    return {end: _numbers(found[f"rank_{end}"], 0) for end in ("low", "high")}


def people_of(release: Release) -> dict[str, Any] | None:
    """Return how many people of the group live in each area, as published; None without."""
    layer, told = release.layers.get("people"), release.details.get("people", {})
    if layer is None or not told.get("label"):
        return None
    count = layer["count"].reindex(release.areas.index)
    return {"label": visible(told["label"]), "values": _numbers(count, 0)}


def reach_of(release: Release, lang: str = "de") -> dict[str, Any] | None:
    """Return the published rates of the offer, 0..1, with intervals, bases and the city's."""
    layer = release.layers.get("participation")
    if layer is None:
        return None
    areas, people = release.areas.index, release.layers.get("people", pd.DataFrame())
    city = city_rate(release, "participation")
    ends = {
        end: _numbers(layer[f"rate_{end}"].reindex(areas), _RATE_DIGITS)
        for end in ("low", "high")
        if f"rate_{end}" in layer
    }
    bases = people.get("reach_count", pd.Series(dtype=float)).reindex(areas)
    return {
        "label": rate_label("participation", release.facts.called, lang),
        "values": _numbers(layer["rate"].reindex(areas), _RATE_DIGITS),
        "bases": _numbers(bases, 0),
        "city": None if np.isnan(city) else round(city, _RATE_DIGITS),
        **ends,
    }


def _numbers(values: pd.Series, digits: int) -> list[Any]:
    """Return numbers as they stand in JSON; None where there is none."""
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    shown = (round(float(v), digits) if np.isfinite(v) else None for v in numbers)
    return [int(v) if v is not None and digits == 0 else v for v in shown]
