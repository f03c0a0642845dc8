"""A proposed build file as text: TOML with a German comment on each line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sozialraum.config.template import toml_value
from sozialraum.texts import text
from sozialraum.texts.shell_words import shell_word
from sozialraum.workflows.new.proposal import (
    OPEN,
    Proposal,
    ProposedAreas,
    ProposedIndicator,
    ProposedTable,
    Question,
)

_COMMENT_AT = 43
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def proposal_text(proposal: Proposal, file: str) -> str:
    """Return the text of a build file; same proposal, same bytes.

    Parameters
    ----------
    file : where it will lie, for the command in its first lines
    """
    lines = [
        *_head(proposal, file),
        *(line for areas in proposal.areas for line in _areas(areas)),
        *(line for table in proposal.tables for line in _table(table)),
        *_join(proposal),
        *(line for i in proposal.indicators for line in _indicator(i)),
        *_offers(proposal),
        *_classes(proposal),
        *_disclosure(proposal),
        *_output(),
        *_left_out(proposal),
    ]
    return "\n".join(lines) + "\n"


def _line(setting: str, comment: str = "", **values: Any) -> str:
    if not comment:
        return setting
    return _beside(setting, text(f"recognise.build.{comment}", **values))


def _beside(setting: str, comment: str) -> str:
    return f"{setting + '  ':<{_COMMENT_AT}}# {comment}"


def _pair(key: str, value: object, comment: str = "", **values: object) -> str:
    name = key if _BARE.fullmatch(key) else toml_value(key)
    return _line(f"{name} = {toml_value(value)}", comment, **values)


def _head(p: Proposal, file: str) -> Iterator[str]:
    yield f"# {text('recognise.build.head', place=p.place)}"
    yield f"# {text('recognise.build.next', file=shell_word(file))}"
    yield ""
    yield _pair("title", p.title, "title_key")
    yield _pair("place", p.place)
    yield _pair("recipe", p.recipe, "recipe")
    guess = _proposed(p, "ags")
    yield _pair("ags", p.ags, "ags_open" if p.ags == OPEN else "ags", guess=guess or "–")
    yield _stichtag(p)
    yield _pair("crs", p.crs, "crs")
    yield _pair("orientation", p.orientation, f"orientation_{p.orientation}")
    yield _pair("area_word", p.area_word, "area_word_key")
    yield _pair("data", p.data, "data")
    yield _pair("sources", list(p.sources), "sources_open" if p.sources == (OPEN,) else "sources")


def _stichtag(p: Proposal) -> str:
    if p.stichtag is None:
        return _pair("stichtag", OPEN, "stichtag_open")
    guessed = _question(p, "stichtag") is not None
    return _line(
        f"stichtag = {p.stichtag.isoformat()}", "stichtag_guess" if guessed else "stichtag"
    )


def _question(p: Proposal, one: str) -> Question | None:
    return next((q for q in p.questions if q.id == one), None)


def _proposed(p: Proposal, one: str) -> str:
    found = _question(p, one)
    return "" if found is None else found.proposal


def _areas(areas: ProposedAreas) -> Iterator[str]:
    yield from ("", f"[areas.{areas.name}]")
    if areas.grid:
        yield _pair("grid", areas.file, "grid")
        yield _pair("key", areas.key, "area_key")
        return
    yield _pair("file", areas.file)
    if areas.layer:
        yield _pair("layer", areas.layer)
    yield _pair("key", areas.key, "area_key")
    if areas.title:
        yield _pair("name", areas.title, "area_name")
    if areas.width is not None:
        yield _pair("width", areas.width, "width")
    yield from _around(areas)
    if areas.rows:
        yield _pair("rows", {a: list(entries) for a, entries in areas.rows.items()}, "rows_land")
    if areas.apart:
        yield _pair("apart", list(areas.apart), "apart")
    if areas.crs is not None:
        yield _pair("crs", areas.crs, "crs_open" if areas.crs == OPEN else "crs_stated")
    if areas.parents:
        yield _pair("parents", dict(areas.parents), "parents")
    if areas.merge:
        merge = [{"keys": list(parts), "key": whole} for parts, whole in areas.merge]
        yield _pair("merge", merge, "merge")


def _table(table: ProposedTable) -> Iterator[str]:
    yield from ("", "[[tables]]")
    if table.files:
        yield _pair("files", [table.files], "files")
    else:
        yield _pair("file", table.file)
    if table.sheet:
        yield _pair("sheet", table.sheet)
    if table.layer:
        yield _pair("layer", table.layer)
    yield _pair("areas", table.areas)
    yield _pair("key", table.key, "table_key" if isinstance(table.key, str) else "table_place")
    if table.width is not None:
        yield _pair("width", table.width, "width")
    yield from _around(table)
    if table.by != "key":
        yield _pair("by", table.by, f"by_{table.by}")
    if table.decimal:
        yield _pair("decimal", table.decimal, "decimal")
    if table.others:
        yield _pair("others", "leave_out", "others")
    yield from _shape(table)
    if table.doubt:
        yield f"# ??? {table.doubt}"
    yield "[tables.columns]"
    yield from (_pair(new, old) for new, old in table.columns.items())


def _around(keyed: ProposedAreas | ProposedTable) -> Iterator[str]:
    """Write what stands around keys before they are compared."""
    if keyed.prefix:
        yield _pair("prefix", keyed.prefix, "prefix")
    if keyed.suffix:
        yield _pair("suffix", keyed.suffix, "suffix")


def _shape(table: ProposedTable) -> Iterator[str]:
    """Write how a table with several rows or columns per area is reshaped."""
    if table.names:
        yield _pair("names", list(table.names), "names")
    if table.values:
        yield _pair("values", list(table.values), "values")
    for way in table.stichtag:
        yield _pair("stichtag", dict(table.stichtag), f"stichtag_{way}")


def _join(p: Proposal) -> Iterator[str]:
    yield from ("", "[join]", _pair("target", p.target, "target"))
    if p.source != p.target:
        yield _pair("source", p.source, "source")
    yield _pair("method", p.method, f"method_{p.method}")
    if p.raster:
        yield _pair("raster", p.raster, "raster")
    if p.population:
        yield from ("", "[population]", _pair("variable", p.population, "population"))


def _indicator(i: ProposedIndicator) -> Iterator[str]:
    """Write one indicator; one that is not used as a comment."""
    lines = ["[[indicators]]", _pair("id", i.id), _pair("label", i.label)]
    if i.bases:
        best, *others = i.bases
        lines.append(_pair("numerator", i.column))
        also = (
            f" ({text('recognise.build.also', titles=', '.join(b.column for b in others))})"
            if others
            else ""
        )
        lines.append(_beside(_pair("denominator", best.column), best.why + also))
    else:
        lines += [_pair("value", i.column, "value"), _pair("unit", i.unit)]
    known = "direction" if i.direction != OPEN else "direction_open"
    lines.append(_pair("direction", i.direction, known))
    yield ""
    yield from lines if i.used else (f"# {line}" for line in lines)


def _classes(p: Proposal) -> Iterator[str]:
    if p.classes:
        yield from ("", "[classes]")
    for key, value in p.classes.items():
        yield _pair(key, value, "classes" if key == "k" else "")


def _disclosure(p: Proposal) -> Iterator[str]:
    yield from ("", "[disclosure]", _pair("minimum", 5, "minimum"))
    if p.ledger:
        yield _pair("ledger", p.ledger, "ledger")
        yield _pair("key", p.key, "key")
    values = [i.id for i in p.used if i.unit]
    if values:
        off = "" if p.published else "# "
        yield off + _pair("published", values, "published")
        yield off + _pair("reason", p.reason or OPEN, "reason")


def _offers(p: Proposal) -> Iterator[str]:
    """Yield the list of offers, and which of its columns is what."""
    if p.offers is None:
        return
    yield from ("", _line("[offers]", "offers"))
    yield _pair("file", p.offers.file)
    if p.offers.layer:
        yield _pair("layer", p.offers.layer)
    for key, column in p.offers.columns.items():
        yield _pair(key, column)
    if p.offers.crs:
        yield _pair("crs", p.offers.crs, "offers_crs")


def _output() -> Iterator[str]:
    files = ["karte", "csv", "parquet", "xlsx", "geopackage", "methode"]
    yield from ("", "[output]", f"files = {toml_value(files)}")


def _left_out(p: Proposal) -> Iterator[str]:
    if p.left_out:
        yield from (
            "",
            f"# {text('recognise.build.left_out')}",
            *(f"# - {line}" for line in p.left_out),
        )
