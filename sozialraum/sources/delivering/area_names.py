"""What areas are called: whole names from another file, and names that were cut off."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from sozialraum.sources.tabular.lists import read_list
from sozialraum.texts import problem

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from sozialraum.config.deliveries import NamesFile
    from sozialraum.model import Problem

# Words a whole name may begin with in lower case, and an ending that cannot stand alone.
_SMALL = re.compile(
    r"(?:ab|am|an|auf|bei|beim|bis|das|dem|den|der|des|die|hinter|im|in|ob|unter|vom|von|vor|zu|zum"
    r"|zur|zwischen|[a-z])[ .'’-]"
)
_ENDING = re.compile(r"(?:str|pl|wg|stra(?:ß|ss)e|platz|weg)\.?", re.IGNORECASE)
_SHOWN = 5


def cut_names(names: Iterable[str]) -> list[str]:
    """Return the names that seem cut off at their front, in the order given.

    A name that begins in lower case, but with no small word ("am Markt"), has lost its beginning;
    so has an ending that stands alone with its full stop ("Str.").

    Examples
    --------
    >>> cut_names(["platzviertel", "Str.", "am Markt", "Ost", "Alte Str.", "kiez"])
    ['platzviertel', 'Str.', 'kiez']
    """
    return [name for name in names if _is_cut(name)]


def _is_cut(name: str) -> bool:
    lone = name.endswith(".") and _ENDING.fullmatch(name) is not None
    return lone or (name[:1].islower() and _SMALL.match(name) is None)


def check_names(areas: gpd.GeoDataFrame, column: str | None) -> list[Problem]:
    """Return a warning where the names of areas seem cut off.

    Parameters
    ----------
    areas : index = key; column ``name``
    column : the names come from; None = the keys are the names
    """
    cut = [] if column is None else cut_names(areas["name"])
    if not cut:
        return []
    listed = ", ".join(f"„{name}“" for name in dict.fromkeys(cut[:_SHOWN]))
    more = " …" if len(cut) > _SHOWN else ""
    said = {"n": len(cut), "of": len(areas), "found": listed + more}
    return [problem("sources.name_cut", "warning", column=column, **said)]


def read_names(
    path: Path, section: NamesFile, *, width: int | None
) -> tuple[pd.Series, list[Problem]]:
    """Return names by key, without keys that a file names in two ways; and what was restored."""
    read, messages = read_list(
        path, columns=[section.key, section.name], keys=[(section.key, width)], layer=section.layer
    )
    columns = [section.key, section.name]
    told = pd.DataFrame(read)[columns]
    told = told[told[section.name] != ""].drop_duplicates()
    twice = told[section.key].duplicated(keep=False)
    return told[~twice].set_index(section.key)[section.name], messages


def with_names(areas: gpd.GeoDataFrame, names: pd.Series) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return areas under other names; an area without one keeps its own and is told."""
    found, messages = names.reindex(areas.index), []
    without = areas.index[found.isna()]
    if len(without):
        listed = ", ".join(without[:_SHOWN]) + (" …" if len(without) > _SHOWN else "")
        said = {"n": len(without), "of": len(areas), "found": listed}
        messages.append(problem("sources.name_not_there", "note", **said))
    return areas.assign(name=found.fillna(areas["name"]).astype(str)), messages
