"""From what was recognised, and what the office answered, to a proposed build file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sozialraum.config.recipe_file import recipe_sections
from sozialraum.config.steps import Classes
from sozialraum.model.keys import is_ags
from sozialraum.sources.recognise.layers import name_attribute
from sozialraum.sources.recognise.seen import SeenFolder, SeenLayer, SeenTable
from sozialraum.texts import text
from sozialraum.texts.seen_words import names_listed
from sozialraum.workflows.new.cells import CELLS, cell_areas, cell_tables
from sozialraum.workflows.new.choosing import Chosen, choose
from sozialraum.workflows.new.indicators import propose_indicators
from sozialraum.workflows.new.joined_names import merged_areas
from sozialraum.workflows.new.offers import propose_offers
from sozialraum.workflows.new.proposal import (
    OPEN,
    Proposal,
    ProposedAreas,
    ProposedOffers,
    ProposedTable,
    slug_of,
)
from sozialraum.workflows.new.questions import questions_of
from sozialraum.workflows.new.series import Series

_WORDS = (
    "Schulsprengel", "Sprengel", "Schulbezirk", "Stadtteil", "Ortsteil", "Stadtbezirk", "Bezirk",
    "Planungsraum", "Sozialraum", "Quartier", "Gemeinde", "Baublock", "Viertel",
)  # fmt: skip
_MATCHING = 0.95
_CLASSES = Classes.model_fields["k"].default


def propose(
    seen: SeenFolder,
    name: str,
    *,
    data: str,
    recipe: str = "minmax_mean",
    replies: Mapping[str, str] | None = None,
) -> Proposal | None:
    """Return a proposed build file; None where no table fits any areas.

    Parameters
    ----------
    seen : files as recognised
    name : of the municipality
    data : folder of the files, as the build file would have it
    recipe : method of the catalogue
    replies : id of a question -> answer; see `sozialraum.workflows.new.questions`

    Notes
    -----
    Same files and replies, same proposal: the terminal and the assistant both call this.
    """
    said = dict(replies or {})
    recipe = said.get("recipe", recipe)
    settings = recipe_sections(recipe, Path())
    chosen = choose(seen, said)
    if chosen is None:
        return None
    areas = _areas(chosen, said)
    by_layer = {x.label: a.name for x, a in zip(_layers(chosen), areas, strict=True)}
    found = propose_indicators((*chosen.tables, *chosen.cells), said)
    settled = {k.removeprefix("table:") for k, v in said.items() if k[:6] == "table:" and v == "ja"}
    tables = tuple(_tables(chosen, by_layer, found.columns, settled))
    tables += tuple(cell_tables(chosen.cells, found.columns))
    method, raster = _way_of_join(chosen, areas)
    crs = said.get("crs") or _system(chosen)
    offers = propose_offers(seen, chosen, crs)
    proposal = Proposal(
        name=name,
        recipe=recipe,
        orientation=settings.get("orientation", "deprivation"),
        stichtag=chosen.day,
        crs=crs,
        area_word=said.get("area_word") or _area_word(chosen.target),
        data=data,
        areas=(*areas, *cell_areas(chosen.cells)),
        tables=tables,
        target=by_layer[chosen.target.label],
        source=CELLS if chosen.cells else by_layer[chosen.source.label],
        method="cells" if chosen.cells else method,
        raster=raster,
        indicators=found.indicators,
        classes=_classes(chosen, areas[-1], settings),
        population=found.population,
        left_out=tuple(line for line in chosen.left_out if not _is_of(line, offers)),
        offers=offers,
        **_answered(said, name),
    )
    return replace(proposal, questions=tuple(questions_of(proposal, chosen, _ags(chosen), said)))


def _way_of_join(chosen: Chosen, areas: tuple[ProposedAreas, ...]) -> tuple[str, str]:
    """Return the method of the join, and the raster that weighs it, if any."""
    if chosen.source.label == chosen.target.label or areas[0].parents:
        return "nested", ""
    return ("dasymetric", chosen.weights) if chosen.weights else ("areal", "")


def _is_of(line: str, offers: ProposedOffers | None) -> bool:
    """Tell whether a line on what is not used speaks of the list of offers, which is."""
    return offers is not None and line.startswith(offers.file)


def _answered(replies: Mapping[str, str], name: str) -> dict[str, Any]:
    """Return what only the office knows: as it was answered, else open."""
    return {
        "title": replies.get("title") or text("recognise.build.title", name=name),
        "place": replies.get("place") or name,
        "ags": replies.get("ags") or OPEN,
        "sources": (replies["sources"],) if replies.get("sources") else (OPEN,),
        "published": replies.get("published") == "ja",
        "reason": replies.get("published_reason", ""),
        "ledger": replies.get("ledger", ""),
        "key": replies.get("key", ""),
    }


def _classes(chosen: Chosen, target: ProposedAreas, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return classes of two areas at least, with the outer words; {} where areas are enough.

    Protected numbers of few areas are often the same: with a class for each there would be none.
    """
    stated = settings.get("classes", {})
    k = stated.get("k", _CLASSES)
    areas = chosen.target.features - sum(len(parts) - 1 for parts, _ in target.merge)
    fewer = max(2, areas // 2)
    if areas < 2 or fewer >= k or {"limits", "shares"} & set(stated):
        return {}
    kept = [round(i * (k - 1) / (fewer - 1)) for i in range(fewer)]
    made: dict[str, Any] = {"k": fewer}
    if "labels" in stated:
        made["labels"] = [stated["labels"][i] for i in kept]
    if "numbers" in stated:
        made["numbers"] = sorted(stated["numbers"])[:fewer]
        if stated["numbers"][0] > stated["numbers"][-1]:
            made["numbers"].reverse()
    return made


def _layers(chosen: Chosen) -> list[SeenLayer]:
    """Return source and target, once where they are the same."""
    return list({x.label: x for x in (chosen.source, chosen.target)}.values())


def _areas(chosen: Chosen, replies: Mapping[str, str]) -> tuple[ProposedAreas, ...]:
    names: list[str] = []
    for layer in _layers(chosen):
        stem = layer.layer or layer.file.rpartition("/")[2].rpartition(".")[0]
        names.append(slug_of(stem, names))
    made = [
        _one(layer, name, chosen, replies)
        for layer, name in zip(_layers(chosen), names, strict=True)
    ]
    if len(made) > 1:
        parent = _parent(chosen)
        made[0] = replace(made[0], parents={made[1].name: parent} if parent else {})
    return tuple(made)


def _one(layer: SeenLayer, name: str, chosen: Chosen, replies: Mapping[str, str]) -> ProposedAreas:
    key = chosen.keys[layer.label]
    crs = None if layer.crs else replies.get(f"crs:{layer.label}") or OPEN
    tables = [t for t in chosen.tables if t.match is not None and t.match.layer == layer.label]
    title = name_attribute(layer, key)
    far = tuple(layer.columns[key][i] for i in layer.apart)
    width = layer.width(key) if any(t.match.way == "zeros" for t in tables) else None  # type: ignore[union-attr]
    return ProposedAreas(
        name=name,
        label=layer.label,
        file=layer.file,
        layer=layer.layer,
        key=key,
        title=title,
        crs=crs,
        width=width,
        rows=layer.rows,
        apart=far if replies.get(f"apart:{layer.label}") == "ja" else (),
        far=tuple(layer.columns[title][i] for i in layer.apart) if title else far,
        merge=merged_areas(tables),
        **next((around for t in tables if (around := _around(t, "areas"))), {}),
    )


def _around(table: SeenTable, side: str) -> dict[str, Any]:
    """Return the signs that the keys of a table, or of its areas, lack; {} where none do."""
    match = table.match
    if match is None or match.side != side:
        return {}
    return {"prefix": match.prefix, "suffix": match.suffix}


def _parent(chosen: Chosen) -> str | None:
    """Return the attribute of the source that holds keys of the target."""
    wanted = set(chosen.target.columns[chosen.keys[chosen.target.label]])
    for attribute, keys in chosen.source.columns.items():
        other = attribute != chosen.keys[chosen.source.label]
        if other and set(keys) <= wanted and len(set(keys)) >= _MATCHING * len(wanted):
            return attribute
    return None


def _tables(
    chosen: Chosen,
    by_layer: Mapping[str, str],
    columns: Mapping[str, Mapping[str, str]],
    settled: Collection[str],
) -> Iterator[ProposedTable]:
    """Yield the tables in use; of those in `settled` the office has said that they belong here."""
    for table in chosen.tables:
        used = columns.get(table.label, {})
        match = table.match
        if not used or match is None:
            continue
        layer = next(x for x in _layers(chosen) if x.label == match.layer)
        yield ProposedTable(
            label=table.label,
            file=table.file,
            areas=by_layer[match.layer],
            key=table.key,
            width=layer.width(match.attribute) if match.way == "zeros" else None,
            columns=used,
            by=_by(table, chosen.keys[match.layer]),
            doubt="" if match.sure or table.label in settled else _doubt(table),
            decimal=table.decimal,
            others=match.elsewhere > 0,
            layer=table.layer,
            **_around(table, "table"),
            **{"sheet": table.sheet} | _reshaped(table, chosen.series.get(table.label)),
        )


def _reshaped(table: SeenTable, series: Series | None) -> dict[str, Any]:
    """Return what makes one row per area and day of a table; nothing where it is that."""
    form = table.form
    if series is not None and series.sheets:
        return {"sheet": "", "stichtag": {"sheets": dict(series.sheets)}}
    if series is not None:
        return {"files": series.files, "stichtag": {"name": series.name}}
    if form is None:
        return {}
    when = {"column": form.column, "columns": form.heads}
    return {
        "names": form.names,
        "values": form.values,
        "stichtag": {way: said for way, said in when.items() if said},
    }


def _by(table: SeenTable, key: str) -> str:
    """Return in which notation a table writes its keys."""
    match: Any = table.match
    if match.way in ("ars", "part"):
        return str(match.way)
    return "name" if match.attribute != key or match.way == "names" else "key"


def _doubt(table: SeenTable) -> str:
    match: Any = table.match
    left = names_listed(match.left_table) or "–"
    return text("recognise.build.doubt", matched=match.matched, areas=match.areas, left=left)


def _system(chosen: Chosen) -> str:
    """Return the system in which areas are measured: that of the target, or the zone it lies in."""
    layer = chosen.target
    if re.fullmatch(r"EPSG:(258[0-9]{2}|326[0-9]{2}|3146[6-9]|5650|4647)", layer.crs):
        return layer.crs
    return "EPSG:25833" if (layer.longitude or 9.0) >= 12.0 else "EPSG:25832"


def _area_word(layer: SeenLayer) -> str:
    label = layer.label.casefold()
    found = next((w for w in _WORDS if w.casefold() in label), None)
    return found or text("recognise.build.area_word")


def _ags(chosen: Chosen) -> str:
    """Return the municipality or district whose key all keys begin with; "" where none is told."""
    layer = chosen.target
    for keys in layer.columns.values():
        digits = {k for k in keys if k}
        if not digits or not all(k.isdigit() and len(k) in {8, 10, 12} for k in digits):
            continue
        same = min(len(k) for k in digits)
        while same and len({k[:same] for k in digits}) > 1:
            same -= 1
        first = next(iter(digits))
        ags = first[:8] if same >= 8 else f"{first[:5]}000" if same >= 5 else ""
        if ags and is_ags(ags):
            return ags
    return ""
