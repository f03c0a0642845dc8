"""Catchments to be carried away: workbook, layers, and a street list that was read back first.

Who belongs where is told as it is; how many children that is, as the page tells it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from sozialraum.model.addresses import plain_letters
from sozialraum.model.plan_release import PlanRelease
from sozialraum.planning.input_assembly import index_of_blocks
from sozialraum.planning.plan_file import PlanFile
from sozialraum.planning.plan_sections import HouseList
from sozialraum.planning.plans import PlanResult
from sozialraum.publish.tables.district_layers import write_districts
from sozialraum.publish.tables.plain_workbook import PlainSheet, write_plain_workbook
from sozialraum.space.addressing.street_list import street_list
from sozialraum.texts import catalogue, date, text
from sozialraum.workflows.build.result import Result
from sozialraum.workflows.plan.plan_layers import houses_of

VERB, NAMED = "catchments", 5
Writer = Callable[[Path], None]  # writes one file


@dataclass(frozen=True, kw_only=True, eq=False)
class DrawnCatchments:
    """One variant, ready to be written.

    Parameters
    ----------
    name : of the variant
    ending : of its files
    assigned : index = block; ``schule``, ``name``, ``schule_vorher`` and ``anders`` ("ja" or "")
    streets : the street list; None where there is none, or it does not read back whole
    """

    name: str
    ending: str
    assigned: pd.DataFrame
    streets: pd.DataFrame | None


def drawn_catchments(
    plan: PlanFile, base: Result, result: PlanResult, schools: gpd.GeoDataFrame | None
) -> tuple[PlanResult, list[DrawnCatchments]]:
    """Return the result, its variants saying what was not written, and what there is to write.

    Parameters
    ----------
    plan, base, result : the plan file, the build it stands on, what was computed
    schools : points by key, with the columns the plan names
    """
    scenario = result.scenarios.get(VERB)
    demand, asked = plan.demand, plan.catchments
    if scenario is None or demand is None or asked is None or not asked.files:
        return result, []
    blocks = base.delivery.areas[demand.areas]
    listed = plan.houses
    houses = None if listed is None else houses_of(listed, base.plan)
    home = pd.Series(dtype=object) if houses is None else index_of_blocks(houses, blocks)
    names = _names(plan, schools)
    drawn: list[DrawnCatchments] = []
    variants = []
    for variant in scenario.variants:
        ending = _ending(variant.name)
        if ending in {one.ending for one in drawn}:  # names that differ in signs alone
            ending = f"{ending}-{len(drawn) + 1}"
        assigned = _assignment(variant.assignment, scenario.variants[0].assignment, names)
        table = None
        if listed is not None and houses is not None:
            table, said = _streets(listed, houses, home.map(variant.assignment), names)
            variant = replace(variant, sentences=(*variant.sentences, *said))
        drawn.append(
            DrawnCatchments(name=variant.name, ending=ending, assigned=assigned, streets=table)
        )
        variants.append(variant)
    told = replace(scenario, variants=tuple(variants))
    return replace(result, scenarios={**result.scenarios, VERB: told}), drawn


def catchment_files(
    drawn: list[DrawnCatchments], release: PlanRelease, base: Result, areas: str
) -> dict[str, Writer]:
    """Return what writes the files of each variant, by name.

    Parameters
    ----------
    drawn : variants, as `drawn_catchments` returns them
    release : what may be told of them
    base, areas : the build, and the area set the blocks are in
    """
    files: dict[str, Writer] = {}
    blocks, day = base.delivery.areas[areas], base.plan.stichtag.isoformat()
    told = release.scenarios[VERB]["variants"] if drawn else ()
    for one, variant in zip(drawn, told, strict=True):
        files[f"zuordnung_{one.ending}.xlsx"] = _book(one, variant, release, day)
        files[f"sprengel_{one.ending}.gpkg"] = _layers(one, blocks, day)
        if one.streets is not None:
            files[f"strassen_{one.ending}.csv"] = _csv(one.streets)
    return files


def _layers(one: DrawnCatchments, blocks: gpd.GeoDataFrame, day: str) -> Writer:
    return lambda path: write_districts(blocks, one.assigned, path, day=day)


def _csv(table: pd.DataFrame) -> Writer:
    content = table.to_csv(sep=";", index=False, lineterminator="\r\n").encode("utf-8-sig")
    return lambda path: _write(path, content)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _book(
    one: DrawnCatchments, variant: Mapping[str, Any], release: PlanRelease, day: str
) -> Writer:
    """Return what writes the workbook of a variant: blocks, schools, streets, what to know."""
    words = catalogue("planning")["files"]
    sheets = [
        _sheet(words, "blocks", _shown_blocks(one.assigned, words)),
        _sheet(words, "schools", _shown_schools(one, variant, release)),
    ]
    if one.streets is not None:
        shown = one.streets.rename(columns={c: words[c] for c in one.streets})
        sheets.append(_sheet(words, "streets", shown))
    notes = (*variant["sentences"], "", *release.scenarios[VERB]["limits"], *release.notes)
    lines = (*notes, words["unknown"])
    sheets.append(PlainSheet(name=words["read_me"], heading=one.name, lines=lines))
    head = {"title": release.title, "author": release.place, "day": day}
    as_of = f"{release.title}: {one.name} – {release.place}, {date(day)}"
    warning = text("publish.plan.intern") if release.level == "intern" else ""
    return lambda path: write_plain_workbook(path, sheets, notes=(as_of,), warning=warning, **head)


def _sheet(words: Mapping[str, str], name: str, table: pd.DataFrame) -> PlainSheet:
    return PlainSheet(name=words[name], heading=words[f"{name}_heading"], table=table)


def _shown_blocks(assigned: pd.DataFrame, words: Mapping[str, str]) -> pd.DataFrame:
    table = assigned.rename_axis("block").reset_index()
    return table.rename(columns={c: words[c] for c in table})


def _shown_schools(
    one: DrawnCatchments, variant: Mapping[str, Any], release: PlanRelease
) -> pd.DataFrame:
    """Return the rows of the page, with names and headings."""
    rows = pd.DataFrame(variant["table"])
    called = one.assigned.drop_duplicates("schule").set_index("schule")["name"]
    rows.insert(1, "name", [called.get(key, key) for key in rows["key"]])
    words = catalogue("planning")["files"]
    heads = {"key": words["schule"], "name": words["name"], **release.labels}
    return rows.rename(columns={c: heads.get(c, c) for c in rows})


def house_files(plan: PlanFile) -> list[str]:
    """Return the list of houses a plan names, for the manifest."""
    return [] if plan.houses is None else [plan.houses.file]


def _names(plan: PlanFile, schools: gpd.GeoDataFrame | None) -> pd.Series:
    if schools is None or plan.schools is None or plan.schools.name is None:
        return pd.Series(dtype=object)
    return schools[plan.schools.name].dropna().astype(str)


def _assignment(school: pd.Series, first: pd.Series, names: pd.Series) -> pd.DataFrame:
    """Return a row per block: its school in this variant, and in the first one."""
    school = school.sort_index()
    before = first.reindex(school.index)
    return pd.DataFrame(
        {
            "schule": school,
            "name": [names.get(s, s) for s in school],
            "schule_vorher": before,
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
    if name == text("planning.sentence.variant"):  # it has no name of its own
        return "variante"
    return re.sub(r"[^a-z0-9]+", "-", plain_letters(name).casefold()).strip("-") or "variante"
