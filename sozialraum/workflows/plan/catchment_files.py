"""Catchments to be carried away: who belongs where, as lists; street lists are read back first."""

from __future__ import annotations

import re
from dataclasses import replace

import geopandas as gpd
import pandas as pd

from sozialraum.model.addresses import plain_letters
from sozialraum.planning.input_assembly import index_of_blocks
from sozialraum.planning.plan_file import PlanFile
from sozialraum.planning.plan_sections import HouseList
from sozialraum.planning.plans import PlanResult
from sozialraum.planning.scenario import Variant
from sozialraum.sources.paths import resolve
from sozialraum.sources.tabular.lists import read_list
from sozialraum.space.addressing.street_list import street_list
from sozialraum.texts import text
from sozialraum.workflows.build.result import Result

VERB, NAMED = "catchments", 5


def with_catchment_files(
    plan: PlanFile, base: Result, result: PlanResult, schools: gpd.GeoDataFrame | None
) -> tuple[PlanResult, dict[str, bytes]]:
    """Return the result, its variants saying what was not written, and the files by name.

    Parameters
    ----------
    plan, base, result : the plan file, the build it stands on, what was computed
    schools : points by key, with the columns the plan names
    """
    scenario = result.scenarios.get(VERB)
    if scenario is None or plan.catchments is None or not plan.catchments.files:
        return result, {}
    blocks = base.delivery.areas[plan.demand.areas]
    houses = None if plan.houses is None else _houses(plan.houses, base)
    home = None if houses is None else index_of_blocks(houses, blocks)
    names = _names(plan, schools)
    files: dict[str, bytes] = {}
    variants = []
    for variant in scenario.variants:
        ending = _ending(variant.name)
        if f"zuordnung_{ending}.csv" in files:  # names that differ in signs alone
            ending = f"{ending}-{len(variants) + 1}"
        files[f"zuordnung_{ending}.csv"] = _csv(_assignment(variant, scenario.variants[0], names))
        if houses is not None:
            table, said = _streets(plan.houses, houses, home.map(variant.assignment), names)
            if table is not None:
                files[f"strassen_{ending}.csv"] = _csv(table)
            variant = replace(variant, sentences=(*variant.sentences, *said))
        variants.append(variant)
    told = replace(scenario, variants=tuple(variants))
    return replace(result, scenarios={**result.scenarios, VERB: told}), files


def house_files(plan: PlanFile) -> list[str]:
    """Return the list of houses a plan names, for the manifest."""
    return [] if plan.houses is None else [plan.houses.file]


def _houses(section: HouseList, base: Result) -> gpd.GeoDataFrame:
    words = [section.street, section.house_number, section.suffix, section.postcode]
    points, _ = read_list(
        resolve(section.file, base.plan.root),
        columns=[word for word in words if word is not None],
        x=section.x,
        y=section.y,
        crs=section.crs,
        layer=section.layer,
        target_crs=base.plan.crs,
    )
    return points


def _names(plan: PlanFile, schools: gpd.GeoDataFrame | None) -> pd.Series:
    if schools is None or plan.schools is None or plan.schools.name is None:
        return pd.Series(dtype=object)
    return schools[plan.schools.name].dropna().astype(str)


def _assignment(variant: Variant, first: Variant, names: pd.Series) -> pd.DataFrame:
    """Return a row per block: its school in this variant, and in the first one."""
    school = variant.assignment.sort_index()
    before = first.assignment.reindex(school.index)
    return pd.DataFrame(
        {
            "block": school.index,
            "schule": school.to_numpy(),
            "name": [names.get(s, s) for s in school],
            "schule_vorher": before.to_numpy(),
            "anders": ["ja" if a != b else "" for a, b in zip(school, before, strict=True)],
        }
    )


def _streets(
    section: HouseList, houses: gpd.GeoDataFrame, school: pd.Series, names: pd.Series
) -> tuple[pd.DataFrame | None, tuple[str, ...]]:
    """Return the street list if it reads back whole, and what is to be said of it."""
    made = street_list(
        houses,
        school,
        street=section.street,
        house_number=section.house_number,
        suffix=section.suffix,
        postcode=section.postcode,
    )
    said = []
    if made.unreadable.any():
        shown = _shown(section, houses[made.unreadable])
        said.append(text("planning.streets.unreadable", n=int(made.unreadable.sum()), houses=shown))
    if made.unlike.any():
        shown = _shown(section, houses[made.unlike])
        said.append(text("planning.streets.unlike", n=int(made.unlike.sum()), houses=shown))
        return None, tuple(said)
    columns = {"street": "strasse", "postcode": "plz", "area": "schule", "rule": "hausnummern"}
    table = made.table.rename(columns=columns)
    table.insert(3, "name", [names.get(s, s) for s in table["schule"]])
    said.append(text("planning.streets.written", houses=len(houses), rows=len(table)))
    return table, tuple(said)


def _shown(section: HouseList, houses: pd.DataFrame) -> str:
    letters = houses[section.suffix] if section.suffix else pd.Series("", houses.index)
    parts = zip(houses[section.street], houses[section.house_number], letters, strict=True)
    named = sorted({" ".join(" ".join(map(str, part)).split()) for part in parts})
    return ", ".join(named[:NAMED]) + (", …" if len(named) > NAMED else "")


def _ending(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", plain_letters(name).casefold()).strip("-") or "variante"


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(sep=";", index=False, lineterminator="\r\n").encode("utf-8-sig")
