"""Official formats, recognised by their first lines and never by the name of the file."""

from __future__ import annotations

import re
from collections.abc import Sequence

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


def _without_head(first: Sequence[str]) -> str:
    """Return the formats that have no head at all."""
    if len(first) == 18 and re.fullmatch(r"DE[A-Z]{2}.{12}", first[1]):
        return "house_coordinates"
    if len(first) == 13 and any(re.fullmatch(r"[0-9]{9}", c) for c in first):
        return "street_grid_rules"
    if len(first) == 4 and re.fullmatch(r"[0-9]{9}", first[0]):
        return "street_grid_names"
    return "table"
