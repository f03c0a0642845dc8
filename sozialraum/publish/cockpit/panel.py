"""The released figures as a panel: per indicator the shown numbers of all areas and Stichtage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.publish.method import formed_of
from sozialraum.publish.periods import break_place, names_of, span_words
from sozialraum.publish.published_numbers import Figure, indicator_figures

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sozialraum.model import Indicator, Release

# the signs of cells without a value, in the order of their codes
GONE = ("missing", "no_base", "small_base", "suppressed", "not_collected")
CHANGE = ("change", "low", "high", "sure")


@dataclass(frozen=True, eq=False, kw_only=True)
class PanelRow:
    """One indicator over all Stichtage.

    Parameters
    ----------
    indicator, figure : as released, and how its values are shown
    theme : its chapter; "" for none
    formed, span : what it is made of, and when it is collected, in German
    values : (n_periods, n_areas) as shown, in steps of the last shown digit; NaN = none
    status : same shape, codes: 0 = a value, else 1 + place in `GONE`
    persons : same shape, persons behind each value to tens; NaN where nobody knows
    city : (n_periods,) of all areas together, in steps; NaN where not told
    change : by area key, from the first to the last Stichtag with a value: columns `CHANGE`, in
        steps; ``sure`` where it is more than chance; empty where there is no such change
    new_from : place of the first Stichtag of a new definition; None where all are of one
    """

    indicator: Indicator
    figure: Figure
    theme: str
    formed: str
    span: str
    values: NDArray[np.float64]
    status: NDArray[np.int64]
    persons: NDArray[np.float64]
    city: NDArray[np.float64]
    change: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(CHANGE)))
    new_from: int | None = None

    @property
    def step(self) -> float:
        """What a step is worth in the unit the value is computed in."""
        return 1.0 / (self.figure.factor * 10.0**self.figure.digits)

    @property
    def ends(self) -> tuple[int, int] | None:
        """The first and the last Stichtag with any value that may be compared; None without two."""
        known = self.alike(np.isfinite(self.values).any(axis=1))
        return (int(known[0]), int(known[-1])) if len(known) > 1 else None

    def alike(self, known: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Return the places of the known Stichtage that are counted like the last one of them."""
        places = np.flatnonzero(known)
        if self.new_from is None or not len(places) or places[-1] < self.new_from:
            return places
        return places[places >= self.new_from]


@dataclass(frozen=True, eq=False, kw_only=True)
class Panel:
    """All indicators of a release over all its Stichtage.

    Parameters
    ----------
    release : where the figures come from, and nothing else does
    days, periods : ISO dates, and what they are called
    rows : in the order of the build file, theme by theme
    """

    release: Release
    days: tuple[str, ...]
    periods: tuple[str, ...]
    rows: tuple[PanelRow, ...]

    @property
    def themes(self) -> tuple[str, ...]:
        """The chapters in order."""
        return tuple(dict.fromkeys(row.theme for row in self.rows))

    def counts(self) -> Mapping[str, int]:
        """Return how many indicators there are, and why some have no value today."""
        last = [row.status[-1] for row in self.rows]
        told = [bool((codes == 0).any()) for codes in last]
        outside = [bool((codes == 1 + GONE.index("not_collected")).all()) for codes in last]
        hidden = [bool((codes == 1 + GONE.index("suppressed")).all()) for codes in last]
        rest = len(last) - sum(told) - sum(outside) - sum(hidden)
        return {"n": len(last), "told": sum(told), "outside": sum(outside), "hidden": sum(hidden),
                "missing": rest}  # fmt: skip


def panel_of(release: Release) -> Panel:
    """Return the panel of a release."""
    figures = indicator_figures(release)
    days = tuple(e.stichtag for e in release.editions)
    named = [i.theme or i.dimension for i in release.indicators]
    order = {theme: n for n, theme in enumerate(dict.fromkeys(named))}
    places = sorted(range(len(named)), key=lambda n: order[named[n]])
    rows = tuple(_row(release, release.indicators[n], figures, named[n]) for n in places)
    return Panel(release=release, days=days, periods=tuple(names_of(release)), rows=rows)


def _row(release: Release, i: Indicator, figures: Mapping[str, Figure], theme: str) -> PanelRow:
    figure = figures[i.id]
    unit = figure.factor * 10.0**figure.digits
    values = np.vstack([e.values[i.id].to_numpy(float) for e in release.editions])
    signs = np.vstack([e.signs[i.id].astype(str).to_numpy(object) for e in release.editions])
    persons = np.vstack([
        np.full(values.shape[1], np.nan) if e.persons is None else e.persons[i.id].to_numpy(float)
        for e in release.editions
    ])  # fmt: skip
    code = {name: n for n, name in enumerate(GONE, 1)}
    status = np.array([[code.get(s, 1) for s in row] for row in signs], dtype=np.int64)
    status[np.isfinite(values)] = 0
    city = np.array([float(e.city.get(i.id, np.nan)) for e in release.editions])
    return PanelRow(
        indicator=i, figure=figure, theme=theme, formed=formed_of(i), span=span_words(i),
        values=_steps(values, unit), status=status, persons=persons, city=_steps(city, unit),
        new_from=break_place(i, [e.stichtag for e in release.editions]),
    )  # fmt: skip


def _steps(values: NDArray[np.float64], unit: float) -> NDArray[np.float64]:
    """Return values in whole steps; half a step goes upwards, as on the maps."""
    return np.floor(values * unit + 0.5 + 1e-9)
