"""Larger areas (Gemeinden of a Kreis) and the whole, as page, papers and ``show`` print them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sozialraum.publish.escape import visible
from sozialraum.publish.published_numbers import Figure, index_digits, indicator_figures
from sozialraum.publish.wording import shown_number
from sozialraum.texts import number, text

if TYPE_CHECKING:
    from sozialraum.model import Edition, Release


@dataclass(frozen=True)
class LevelTable:
    """The larger areas of one level at one Stichtag, as words.

    Parameters
    ----------
    label : what they are called
    heads : of the columns: name, number of areas, class, index, then the indicators
    rows : one per larger area in order of their names, and last the whole
    """

    label: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class LevelWords:
    """What a level is printed with.

    Parameters
    ----------
    labels, figures : of the indicators, by id
    digits : of the index; None where there is none
    place, areas_called : the whole, and what its areas are called
    """

    labels: Mapping[str, str]
    figures: Mapping[str, Figure]
    digits: int | None
    place: str
    areas_called: str

    def table(self, level: Mapping[str, Any], day: str, city: Mapping[str, float]) -> LevelTable:
        """Return the words of one level at one Stichtag; `city` holds the values of the whole."""
        ids = [i for i in self.labels if i in level["indicators"]]
        listed = level["editions"].get(day, ())
        middle = () if self.digits is None else ("class", "index")
        heads = (
            visible(level["label"]), visible(self.areas_called),
            *(text(f"publish.levels.{n}") for n in middle), *(visible(self.labels[i]) for i in ids),
        )  # fmt: skip
        rows = [self._row(one, ids) for one in listed]
        shown = (self._value(i, city.get(i)) for i in ids)
        areas = number(sum(one["areas"] for one in listed))
        name = visible(self.place) or text("publish.cockpit.page.all")
        whole = (name, areas, *("–" for _ in middle), *shown)
        return LevelTable(visible(level["label"]), heads, (*rows, whole))

    def _row(self, one: Mapping[str, Any], ids: list[str]) -> tuple[str, ...]:
        index = "–" if one["index"] is None else number(one["index"], self.digits or 0)
        middle = () if self.digits is None else (visible(one["class"] or "–"), index)
        shown = (self._value(i, one["values"].get(i)) for i in ids)
        return (visible(one["name"]), number(one["areas"]), *middle, *shown)

    def _value(self, indicator: str, value: float | None) -> str:
        if value is None or np.isnan(value):
            return text("publish.levels.untold")
        return shown_number(value, self.figures[indicator])


def levels_of(release: Release, edition: Edition | None = None) -> tuple[LevelTable, ...]:
    """Return all levels of a release at one Stichtag, or at the newest; empty without any."""
    told = release.details.get("levels", ())
    if not told:
        return ()
    day, facts = release.current if edition is None else edition, release.facts
    words = LevelWords(
        labels={i.id: i.label for i in release.indicators}, figures=indicator_figures(release),
        digits=index_digits(release) if release.breaks else None, place=facts.place,
        areas_called=facts.areas_called,
    )  # fmt: skip
    return tuple(words.table(one, day.stichtag, day.city.to_dict()) for one in told)


def levels_data(release: Release) -> dict[str, Any]:
    """Return the levels for the page: per level label, heads, and rows per edition."""
    by_edition = [levels_of(release, edition) for edition in release.editions]
    levels = [
        {"label": of[-1].label, "heads": of[-1].heads, "editions": [one.rows for one in of]}
        for of in zip(*by_edition, strict=True)
    ]
    called = visible(release.facts.areas_called)
    return {"levels": levels, "areasCalled": called} if levels else {}
