"""Keys of a table that are those of the areas in another notation, and what states it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd

from sozialraum.model import Problem
from sozialraum.sources.tabular.key_translation import (
    Translation,
    affix_keys,
    names_of_areas,
    proposed_affix,
)
from sozialraum.texts import problem

_ENOUGH = 0.5  # share of the foreign keys that must be another notation


@dataclass(frozen=True)
class Notation:
    """Another notation of keys.

    Parameters
    ----------
    code : which finding tells it
    pairs : key of the table -> key of the area
    stated : what the build file has to say
    """

    code: str
    pairs: dict[str, str]
    stated: str


def other_notation(foreign: Sequence[str], areas: gpd.GeoDataFrame) -> Notation | None:
    """Return the notation that most keys of no area are in, or None.

    Parameters
    ----------
    foreign : keys of the table that no area has
    areas : index = key, column ``name``
    """
    keys = [str(key) for key in areas.index]
    names, _ = names_of_areas(areas["name"].astype(str).to_dict())
    known = frozenset(keys)
    prefix, suffix, side = proposed_affix(foreign, keys)
    stated = affix_keys(prefix, suffix)
    if side == "areas":
        around = {f"{prefix}{key}{suffix}": key for key in keys}
        return _enough("check.affix_of_areas", {k: around.get(k, k) for k in foreign}, stated)
    tried = (
        ("check.names_of_areas", Translation(names=names, known=known), 'by = "name"'),
        ("check.ars_of_areas", Translation(ars=True, known=known), 'by = "ars"'),
        ("check.part_of_cell", Translation(names=names, part=True, known=known), 'by = "part"'),
        ("check.affix_of_table", Translation(prefix=prefix, suffix=suffix, known=known), stated),
    )
    for code, translation, words in tried:
        made = translation.made(foreign)
        found = _enough(code, made, words) if words else None
        if found is not None:
            return found
    return None


def _enough(code: str, made: dict[str, str], stated: str) -> Notation | None:
    pairs = {key: area for key, area in made.items() if area != key}
    several = len(pairs) > 1 and len(pairs) >= _ENOUGH * len(made)
    return Notation(code, pairs, stated) if several else None


def notation_problem(notation: Notation, file: str, areas: str) -> Problem:
    """Tell that keys are written in another way, and what states it in the build file."""
    table, area = next(iter(notation.pairs.items()))
    said = {"n": len(notation.pairs), "areas": areas, "table": table, "area": area}
    return problem(notation.code, file=file, stated=notation.stated, **said)  # type: ignore[arg-type]
