"""Rates of a programme on the map of its areas: dark where few take part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from sozialraum.model import ParticipationRelease
from sozialraum.model.participation_release import ALL_AGES, CITY
from sozialraum.publish.map_layers import UNKNOWN, value_view
from sozialraum.publish.page.sections.shell import Tab
from sozialraum.publish.published_numbers import Figure
from sozialraum.publish.tables.participation_tables import area_label
from sozialraum.publish.view import Ends, View
from sozialraum.publish.wording import limit_words
from sozialraum.texts import percent, text

FEWEST = 3  # areas named in the headline


def ranked(release: ParticipationRelease, area_set: str) -> list[tuple[str, str]]:
    """Return the whole municipality, then the areas of a set, those with the lowest rate first.

    Parameters
    ----------
    release : as it may be shown
    area_set : one of its sets; areas without a rate come last, by key
    """
    table = release.areas[release.areas["age"] == ALL_AGES]
    city = [(CITY, str(key)) for key in table.loc[table["area_set"] == CITY, "key"]]
    own = table[table["area_set"] == area_set].sort_values(
        ["rate", "key"], na_position="last", kind="stable"
    )
    return [*city, *((area_set, str(key)) for key in own["key"])]


def fewest_reached(release: ParticipationRelease, area_set: str) -> list[tuple[str, str]]:
    """Return name and rate of the areas that lie below the whole municipality, lowest first.

    Parameters
    ----------
    release : as it may be shown
    area_set : one of its sets

    Returns
    -------
    At most `FEWEST`, and only areas whose upper end lies below the rate of the whole municipality.
    """
    table = release.areas[release.areas["age"] == ALL_AGES].set_index(["area_set", "key"])
    city = table.loc[[CITY], "rate"].iloc[0] if CITY in table.index else float("nan")
    places = [p for p in ranked(release, area_set) if p[0] != CITY]
    below = [p for p in places if table.at[p, "rate_high"] < city]
    return [(_called(release, p), percent(table.at[p, "rate"], 0)) for p in below[:FEWEST]]


def _called(release: ParticipationRelease, place: tuple[str, str]) -> str:
    """Return the name of an area; what it is and its key where it has none."""
    return release.area_names.get(place) or area_label(release, *place)


def rate_variants(
    release: ParticipationRelease, area_set: str, ages: Mapping[str, str]
) -> list[Tab]:
    """Return one tab per age group: the map of its rates.

    Parameters
    ----------
    release : as it may be shown
    area_set : a set with shapes
    ages : label per age group
    """
    keys = release.shapes[area_set].index
    table = release.areas[release.areas["area_set"] == area_set]
    found = []
    for age, name in ages.items():
        cells = table[table["age"] == age].set_index("key").reindex(keys)
        view = _view(cells, name, release.stichtag, f"{area_set}-{age}")
        unclassed = {mark: text(f"publish.page.mark_{mark}") for mark in UNKNOWN}
        found.append(Tab(name=name, view=view, unclassed=unclassed))
    return found


def _view(cells: pd.DataFrame, name: str, day: str, id: str) -> View:
    """Return the rates of an age group in up to five classes, named by their limits."""
    strong, weak = (text(f"publish.grammar.participation_{end}") for end in ("strong", "weak"))
    view = value_view(
        [cells["rate"].astype(float)],
        [cells["status"].where(cells["status"].notna(), "missing")],
        id=id,
        group="participation",
        label=name,
        figure=Figure(100, 0, "percent"),
        ends=Ends(strong=strong, weak=weak),
        days=(day,),
        strong_low=True,
    )
    places = np.arange(len(view.colours))
    return replace(view, classes=tuple(limit_words(view, int(k)) or strong for k in places))
