"""``[ganztag]``: places, groups and rooms for the claim to all-day care, a variant per share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sozialraum.planning.allocation.published_rules import read_published_rules
from sozialraum.planning.checks import first_listed, listed
from sozialraum.planning.decisions.forecast_variants import (
    PupilsToCome,
    pupils_to_come,
    school_year,
)
from sozialraum.planning.demography.all_day import (
    groups_for,
    missing,
    places_needed,
    rooms_for,
    whole_up,
)
from sozialraum.planning.head_counts import about, stated_in_tens
from sozialraum.planning.people_sections import Forecast, Ganztag, GanztagNorms, GanztagVariant
from sozialraum.planning.plan_inputs import Drafted, PlanInputs, known_column
from sozialraum.planning.scenario import Variant
from sozialraum.texts import percent, text

TENTHS = (0.1, 0.5, 0.9)


def ganztag_variants(section: Ganztag, inputs: PlanInputs, forecast: Forecast) -> Drafted:
    """Say per school and year how many places the claim takes, in each variant."""
    made = pupils_to_come(forecast, inputs)
    stated = known_column(inputs.schools, "all_day")
    schools = list(made.units)
    names = known_column(inputs.schools, "name")
    called = {} if names is None else names.astype(str).to_dict()
    places = stated.reindex(schools).to_numpy(float)
    variants = [_variant(section, one, made, places, called) for one in section.scenarios()]
    return variants, {}


def _variant(
    section: Ganztag,
    one: GanztagVariant,
    made: PupilsToCome,
    places: np.ndarray,
    called: dict[str, str],
) -> Variant:
    pupils = made.projection.pupils[..., : section.grades]
    share = section.today if one.take_up is None else one.take_up
    years = made.projection.years
    found = [
        places_needed(pupils[y], year, take_up=share, today=section.today)
        for y, year in enumerate(years)
    ]
    rows = [
        _rows(section.norms, made.units, year, *found[y], places) for y, year in enumerate(years)
    ]
    told = min(y for y, year in enumerate(years) if year >= min(section.year, years[-1]))
    need = found[told][1]
    lacking = missing(need, places)
    known = np.isfinite(places)
    whole = lacking[:, known].sum(axis=1) if known.any() else np.full(len(lacking), np.nan)
    expected = missing(need.mean(axis=0), places)
    return Variant(
        name=one.name,
        sentences=_sentences(section, one, years[told], share, whole, expected, made, called),
        figures={
            "places_needed": float(whole_up(need.sum(axis=1).mean())),
            "places_there": float(places[known].sum()) if known.any() else float("nan"),
            "places_missing": float(np.median(whole)),
            "places_missing_low": float(np.quantile(whole, 0.1)),
            "places_missing_high": float(np.quantile(whole, 0.9)),
            "schools_short": float((expected > 0).sum()) if known.any() else float("nan"),
        },
        classes=pd.Series(
            np.select([~known, expected > 0], ["unknown", "short"], "enough"),
            index=list(made.units),
        ),
        table=pd.concat(rows).sort_index(kind="stable"),
        arguments={**section.model_dump(exclude={"variants"}), **one.model_dump()},
    )


def _rows(
    norms: GanztagNorms | None,
    schools: tuple[str, ...],
    year: int,
    entitled: np.ndarray,
    need: np.ndarray,
    places: np.ndarray,
) -> pd.DataFrame:
    low, middle, high = np.quantile(need, TENTHS, axis=0)
    expected = need.mean(axis=0)
    table: dict[str, Any] = {
        "school_year": school_year(year),
        "entitled": entitled.mean(axis=0),
        "places_needed": whole_up(middle),
        "places_needed_low": whole_up(low),
        "places_needed_high": whole_up(high),
        "places_there": places,
        "places_missing": missing(expected, places),
    }
    if norms is not None:
        groups = groups_for(expected, norms.group)
        table["groups"] = groups
        if norms.area_per_child is not None and norms.room is not None:
            asked = {"area_per_child": norms.area_per_child, "room": norms.room}
            table["group_rooms"] = rooms_for(groups, size=norms.group, shared=norms.shared, **asked)
        if norms.hours is not None:
            table["staff_hours"] = groups * norms.hours * norms.factor
    return pd.DataFrame(table, index=pd.Index(schools, name="school"))


def _sentences(
    section: Ganztag,
    one: GanztagVariant,
    year: int,
    share: float,
    whole: np.ndarray,
    expected: np.ndarray,
    made: PupilsToCome,
    called: dict[str, str],
) -> tuple[str, ...]:
    gaps = sorted(zip(-expected, made.units, strict=True))
    short = [f"{called.get(s, s)} ({stated_in_tens(-gap)})" for gap, s in gaps if gap < 0]
    found = []
    if known := int(np.isfinite(expected).sum()):
        low, middle, high = np.quantile(whole, TENTHS)
        words = {"low": stated_in_tens(low), "middle": about(middle), "high": stated_in_tens(high)}
        words |= {"year": school_year(year)}
        kind = "short" if short else "enough"
        found.append(text(f"planning.ganztag.{kind}", schools=len(short), of=known, **words))
    if short:
        found.append(text("planning.ganztag.where", schools=first_listed(short)))
    stated = {"share": percent(share, 0), "today": percent(section.today, 0)}
    found.append(text("planning.ganztag.share", **stated))
    if one.citation:
        found.append(text("planning.ganztag.source", citation=one.citation))
    lost = [called.get(s, s) for s, gap in zip(made.units, expected, strict=True) if np.isnan(gap)]
    if lost:
        found.append(text("planning.ganztag.unknown", schools=listed(lost)))
    found.append(
        text("planning.ganztag.law", citation=read_published_rules("ganztag")["claim"]["citation"])
    )
    if section.norms is not None:
        found.append(text("planning.ganztag.norms", citation=section.norms.citation))
    return tuple(found)
