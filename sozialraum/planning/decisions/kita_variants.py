"""``[kita]``: places needed by single age, who finds one, and groups to build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.planning.allocation.published_rules import read_published_rules
from sozialraum.planning.checks import number_problems, raise_problems
from sozialraum.planning.decisions.forecast_variants import pupils_to_come
from sozialraum.planning.demography.early_care import (
    FORMS,
    least_groups,
    need_by_age,
    staff_hours,
    without_place,
)
from sozialraum.planning.demography.projection import Projection
from sozialraum.planning.head_counts import about, in_tens, stated_in_tens
from sozialraum.planning.people_sections import Forecast, Kita
from sozialraum.planning.plan_inputs import Drafted, PlanInputs, known_column
from sozialraum.planning.scenario import Variant
from sozialraum.texts import number, text

TENTHS = (0.1, 0.5, 0.9)
GROUPS = "kita_groups"
SPLIT, WHOLE = ("under3", "over3"), ("all",)


def kita_variants(section: Kita, inputs: PlanInputs, forecast: Forecast) -> Drafted:
    """Say per area and year how many places are needed, and how many children find none."""
    made = pupils_to_come(forecast, inputs).projection
    variants, details = [], {}
    for one in section.each():
        variant, groups = _variant(one, made, inputs)
        variants.append(variant)
        if groups is not None and GROUPS not in details:
            details[GROUPS] = groups
    return variants, details


def _variant(
    section: Kita, made: Projection, inputs: PlanInputs
) -> tuple[Variant, pd.DataFrame | None]:
    needs = _needs(section, made, inputs)
    inside = _by_area(inputs, made.areas, _places(inputs))
    told = min(y for y, year in enumerate(made.years) if year >= min(section.year, made.years[-1]))
    rows = _year_tables(section, made, inputs, needs, inside)
    table = pd.concat(rows).sort_index(kind="stable")
    now = rows[told]
    left_told = {kind: now[f"left_{kind}"].to_numpy() for kind in needs}
    gap = {
        kind: np.maximum(need[told] - inside[kind], 0.0).sum(axis=1) for kind, need in needs.items()
    }
    groups = _groups(section, made.areas, left_told)
    lacking, lived = sum(left_told.values()), now[f"need_{next(iter(needs))}"]
    return Variant(
        name=section.label,
        sentences=_sentences(section, made.years[told], gap, left_told, groups),
        figures={
            f"{what}_{kind}": float(now[f"{what}_{kind}"].sum())
            for kind in needs
            for what in ("need", "places", "short", "left")
        }
        | {f"short_{kind}": float(np.median(drawn)) for kind, drawn in gap.items()},
        classes=pd.Series(
            np.select([lacking >= 1, lived > 0], ["short", "enough"], "nobody"),
            index=list(made.areas),
        ),
        table=table,
        arguments=section.arguments(),
    ), groups


def _year_tables(
    section: Kita,
    made: Projection,
    inputs: PlanInputs,
    needs: Mapping[str, np.ndarray],
    inside: Mapping[str, np.ndarray],
) -> list[pd.DataFrame]:
    """Return a table per year: who needs a place in each area, and who finds none within reach."""
    places = _places(inputs)
    metres = inputs.people.metres.reindex(list(made.areas)).to_numpy(float)
    rows = []
    for y, year in enumerate(made.years):
        expected = {kind: need[y].mean(axis=0) for kind, need in needs.items()}
        left = {
            kind: without_place(here, places[kind], metres, section.radius)
            for kind, here in expected.items()
        }
        rows.append(_year_table(made.areas, year, expected, inside, left))
    return rows


def _year_table(
    areas: Sequence[str],
    year: int,
    expected: Mapping[str, NDArray[np.float64]],
    inside: Mapping[str, NDArray[np.float64]],
    left: Mapping[str, NDArray[np.float64]],
) -> pd.DataFrame:
    """Return need, places and what is short of one year, per area."""
    frame = pd.DataFrame({"year": str(year)}, index=pd.Index(areas, name="area"))
    for kind, here in expected.items():
        frame[f"need_{kind}"], frame[f"places_{kind}"] = here, inside[kind]
        frame[f"short_{kind}"] = np.maximum(here - inside[kind], 0.0)
        frame[f"left_{kind}"] = left[kind]
    return frame


def _needs(section: Kita, made: Projection, inputs: PlanInputs) -> dict[str, np.ndarray]:
    """Return per kind of place (years, draws, areas) children who need one."""
    under, over = need_by_age(made.children, section.by_age())
    if known_column(inputs.offers, "under3") is None:
        return {"all": under + over}
    return {"under3": under, "over3": over}


def _places(inputs: PlanInputs) -> dict[str, np.ndarray]:
    whole = inputs.offers["capacity"].to_numpy(float)
    young = known_column(inputs.offers, "under3")
    stated = [inputs.offers["capacity"], *([] if young is None else [young])]
    raise_problems([one for column in stated for one in number_problems(column, "Plätze")])
    if young is None:
        return {"all": whole}
    under = young.to_numpy(float)
    return {"under3": under, "over3": np.maximum(whole - under, 0.0)}


def _by_area(
    inputs: PlanInputs, areas: tuple[str, ...], places: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Return the places that stand in each area."""
    home = inputs.people.offer_area.reindex(inputs.offers.index).to_numpy()
    return {
        kind: pd.Series(count).groupby(home).sum().reindex(list(areas)).fillna(0.0).to_numpy()
        for kind, count in places.items()
    }


def _groups(
    section: Kita, areas: tuple[str, ...], left: dict[str, np.ndarray]
) -> pd.DataFrame | None:
    """Return the fewest groups per area for who finds no place, where forms are stated."""
    if section.groups is None or set(left) != set(SPLIT):
        return None
    rows = {}
    for place, area in enumerate(areas):
        under, over = (float(left[kind][place]) for kind in SPLIT)
        if np.ceil(under - 1e-6) + np.ceil(over - 1e-6) < 1:
            continue
        found = least_groups(under, over, rule=section.groups, hours=section.hours)
        staff, skilled = staff_hours(found, rule=section.groups, hours=section.hours)
        forms = {f"form_{form}": count for form, count in found.items()}
        rows[area] = {**forms, "staff_hours": staff, "skilled_hours": skilled}
    return pd.DataFrame.from_dict(rows, orient="index")


def _sentences(
    section: Kita,
    year: int,
    gap: dict[str, np.ndarray],
    left: dict[str, np.ndarray],
    groups: pd.DataFrame | None,
) -> tuple[str, ...]:
    found = []
    for kind, drawn in gap.items():
        low, middle, high = np.quantile(drawn, TENTHS)
        words = {"low": stated_in_tens(low), "middle": about(middle), "high": stated_in_tens(high)}
        words |= {"who": text(f"planning.kita.{kind}"), "year": year}
        words |= {"radius": number(section.radius), "left": about(left[kind].sum())}
        told = "gap" if in_tens(high) != 0 or in_tens(left[kind].sum()) != 0 else "enough"
        found.append(text(f"planning.kita.{told}", **words))
    found.append(text("planning.kita.difference"))
    if groups is not None:
        counts = {form: int(groups.get(f"form_{form}", pd.Series(0)).sum()) for form in FORMS}
        citation = read_published_rules("kita")[section.groups]["citation"]
        found.append(text("planning.kita.groups", citation=citation, hours=section.hours, **counts))
    return (*found, text("planning.kita.law"))
