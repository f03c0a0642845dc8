"""What ``[[tables]]`` asks for: one section per file and sheet, its shape, its keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd

from sozialraum.model import Problem
from sozialraum.sources.reshaping.dating import is_pattern, period_of_file
from sozialraum.sources.reshaping.municipal_keys import AGS
from sozialraum.sources.reshaping.shape import Shape
from sozialraum.sources.tabular.key_translation import Translation, names_of_areas
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.config.deliveries import TableSection
    from sozialraum.config.plan import Plan


def single_tables(
    sections: Sequence[TableSection], root: Path
) -> Iterator[tuple[TableSection, None] | tuple[TableSection, Problem]]:
    """Yield one section per file and sheet, or the section with why there is none.

    Parameters
    ----------
    root : the data folder, in which the files of a pattern are looked up
    """
    for section in sections:
        for one in _each_file(section, root):
            yield from _each_day(one) if one.file else ((section, _no_files(section)),)


def _each_file(section: TableSection, root: Path) -> Iterator[TableSection]:
    if section.file is not None:
        yield section
        return
    for pattern in section.files:
        found = _matching(pattern, root)
        for file in found:
            yield section.model_copy(update={"file": file})
        if not found:
            yield section


def _matching(pattern: str, root: Path) -> list[str]:
    """Return the files of a pattern below the data folder, sorted; none that leave it."""
    if ".." in pattern or pattern.startswith(("/", "\\", "~")) or ":" in pattern or not pattern:
        return []
    base = root.resolve()
    found = [p for p in base.glob(pattern) if p.is_file() and p.resolve().is_relative_to(base)]
    return sorted(p.relative_to(base).as_posix() for p in found)


def _no_files(section: TableSection) -> Problem:
    return problem("sources.no_files", found=", ".join(section.files))


def _each_day(
    section: TableSection,
) -> Iterator[tuple[TableSection, None] | tuple[TableSection, Problem]]:
    """Yield the section of each sheet, or with the period that the name of the file says."""
    when = section.stichtag
    if when is None or (when.sheets is None and when.name is None):
        yield section, None
    elif when.sheets is not None:
        for sheet, text in when.sheets.items():
            day = type(when).model_validate({"at": text})
            yield section.model_copy(update={"sheet": sheet, "stichtag": day}), None
    elif not is_pattern(str(when.name)):
        yield section, problem("sources.no_period_pattern", pattern=when.name)
    else:
        period, wrong = period_of_file(str(when.name), section.written, when.day or "")
        if wrong is not None or period is None:
            yield section, wrong  # type: ignore[misc]
            return
        day = type(when).model_validate({"at": str(period)})
        yield section.model_copy(update={"stichtag": day}), None


def asked_shape(section: TableSection) -> Shape:
    """Return how a table is reshaped, as its section states."""
    when = section.stichtag
    return Shape(
        rows=section.rows,
        names=section.names,
        values=section.values,
        column=None if when is None else when.column,
        columns=None if when is None else when.columns,
        day=(when.day or "") if when is not None else "",
    )


def translation_of(
    section: TableSection, plan: Plan, areas: gpd.GeoDataFrame | None
) -> Translation | None:
    """Return how the keys of a table become keys of its areas; None where they are the same."""
    aliases = plan.areas[section.areas].aliases
    prefix = "" if section.prefix == AGS else section.prefix
    if not (prefix or section.suffix or section.by != "key" or aliases):
        return None
    names: dict[str, str] = {}
    twice: frozenset[str] = frozenset()
    if section.by in ("name", "part") and areas is not None:
        names, twice = names_of_areas(areas["name"].astype(str).to_dict())
    return Translation(
        prefix=prefix,
        suffix=section.suffix,
        ars=section.by == "ars",
        part=section.by == "part",
        names=names,
        twice=twice,
        aliases=aliases,
        known=None if areas is None else frozenset(map(str, areas.index)),
    )
