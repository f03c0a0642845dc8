"""Official formats, recognised by their first lines and never by the name of the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_GERMANY = "DG"
_LAND = re.compile(r"0[1-9]|1[0-6]")
# digits of Land, Regierungsbezirk, Kreis, municipality, and of the Regionalschlüssel
_LEVELS = {2, 3, 5, 8, 9, 12}
_ZERO_LOST = {1, 4, 7, 11}
_CELL_ID = re.compile(r"CRS3035RES[0-9]+mN[0-9]+E[0-9]+|1(?:00m|km|0km)N[0-9]+E[0-9]+")


def official_kind(first: Sequence[str], second: Sequence[str]) -> str:
    """Return the name of an official format, or "table".

    Parameters
    ----------
    first, second : tidy cells of the first two lines

    Examples
    --------
    >>> official_kind(["Kennziffer", "Raumeinheit", "Aggregat"], [])
    'inkar_table'
    >>> official_kind(["Sprengel", "Einwohner"], ["01", "120"])
    'table'
    """
    heads = set(first)
    if any(h.upper().startswith("GITTER_ID") for h in first):
        return "zensus"
    if any(_CELL_ID.fullmatch(c) for c in second):
        return "zensus"
    if {"statistics_code", "value"} <= heads:
        return "ffcsv_new"
    if {"Statistik_Code", "Zeit"} <= heads:
        return "ffcsv_old"
    if first and first[0].startswith(("GENESIS-Tabelle", "Tabelle:")):
        return "genesis"
    if {"Kuerzel", "Raumbezug", "Kennziffer", "Wert"} <= heads:
        return "inkar_whole"
    if {"Kennziffer", "Raumeinheit"} <= heads:
        return "inkar_table"
    return _without_head(first)


def of_other_places(keys: Iterable[str], areas: Sequence[str]) -> set[str]:
    """Return keys of a table that are official, and of other municipalities or levels than areas.

    A table of a whole Land has the areas of one Kreis among others; "03", "03351" and "DG" are
    levels above them. Only official keys say so: codes of a city's own could be areas that lack.

    Parameters
    ----------
    keys : of the table
    areas : of the layer, each once

    Examples
    --------
    >>> parts = ["03351001", "03351002", "03351003"]
    >>> sorted(of_other_places(["DG", "03", "03351", "03351001", "03351009", "03352001"], parts))
    ['03', '03351', '03352001', 'DG']
    """
    length = len(areas[0]) if areas else 0
    official = length in {8, 12} and all(a.isdigit() and len(a) == length for a in areas)
    kreis = areas[0][:5] if official else ""
    if not _LAND.match(kreis) or not all(a.startswith(kreis) for a in areas):
        return set()
    return {k for k in keys if k == _GERMANY or (k.isdigit() and _is_elsewhere(k, kreis))}


def _is_elsewhere(key: str, kreis: str) -> bool:
    """Tell whether an official key, one lost zero apart, is of another place or a level above."""
    whole = key.zfill(len(key) + (len(key) in _ZERO_LOST and kreis.startswith("0")))
    if len(whole) not in _LEVELS:
        return False
    return not whole.startswith(kreis) or len(whole) == len(kreis)


def _without_head(first: Sequence[str]) -> str:
    """Return the formats that have no head at all."""
    if len(first) == 18 and re.fullmatch(r"DE[A-Z]{2}.{12}", first[1]):
        return "house_coordinates"
    if len(first) == 13 and any(re.fullmatch(r"[0-9]{9}", c) for c in first):
        return "street_grid_rules"
    if len(first) == 4 and re.fullmatch(r"[0-9]{9}", first[0]):
        return "street_grid_names"
    return "table"
