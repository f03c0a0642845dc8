"""Whether the index gives a withheld share back.

Weights, scale, class, shown shares and bases are public, so a published index is one equation about
the withheld counts of its area: with two or three decimals a single withheld count often has one
solution. Every published index is therefore tried as an attacker would, and where it tells too much
only the class is shown, or nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.model import Breaks, Indicator, Problem
from sozialraum.privacy.publishable import UNIT_FACTOR, is_published
from sozialraum.privacy.rounding import rounding_grid
from sozialraum.privacy.rows import Form, Row, Term
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.privacy.edition import Candidate

Floats = NDArray[np.float64]
Interval = tuple[float, float]
_SLACK = 1e-9
_WITHHELD = ("small_base", "suppressed", "suppressed_secondary")


@dataclass(frozen=True)
class Affine:
    """Contribution of one indicator to the index: ``offset + slope × share``."""

    offset: float
    slope: float

    def of(self, share: Floats) -> Floats:
        """Return the contributions of shares."""
        return self.offset + self.slope * share


def compatible_counts(
    target: int,
    hidden: Sequence[tuple[Affine, int]],
    shown: Interval,
    index: Interval,
    *,
    least: int = 1,
) -> NDArray[np.int64]:
    """Return the counts of one withheld cell that fit what is published of its area.

    Parameters
    ----------
    target : which of the hidden cells
    hidden : contribution and base of each withheld cell
    shown : smallest and largest sum of the contributions of the shown cells
    index : interval that the published index (and class) stands for
    least : smallest count of a withheld cell (1 where zeros are always shown)

    Notes
    -----
    ``index − shown − c(target)`` must be a sum of contributions of the other hidden cells: with
    none exactly 0, with one other its counts are tried, with more the others beyond the first count
    as an interval.
    """
    contribution, base = hidden[target]
    counts = np.arange(least, base + 1)
    low = index[0] - shown[1] - contribution.of(counts / base)
    high = index[1] - shown[0] - contribution.of(counts / base)
    others = [one for n, one in enumerate(hidden) if n != target]
    for affine, persons in others[1:]:
        ends = affine.of(np.array([least / persons, 1.0]))
        low, high = low - ends.max(), high - ends.min()
    if not others:
        return counts[(low <= _SLACK) & (high >= -_SLACK)]
    affine, persons = others[0]
    possible = np.sort(affine.of(np.arange(least, persons + 1) / persons))
    first = np.searchsorted(possible, low - _SLACK)
    return counts[
        (first < possible.size) & (possible[np.minimum(first, possible.size - 1)] <= high + _SLACK)
    ]


def leaking_cells(
    candidate: Candidate,
    signs: pd.DataFrame,
    values: pd.DataFrame,
    *,
    indicators: Sequence[Indicator],
    breaks: Breaks | None,
    rules: DisclosureRules,
    decimals: int | None,
) -> pd.DataFrame:
    """Return the withheld cells that the index (`decimals` None: the class alone) gives away.

    Parameters
    ----------
    candidate : true numbers
    signs, values : what is withheld and what is shown
    decimals : of the index

    Returns
    -------
    Columns ``area``, ``indicator``, ``exact`` (one count fits), ``small`` (all that fit are below
    the minimum, or all but fewer than the minimum are counted). Where the index is no sum of
    straight lines nothing can be proven: then every withheld cell is listed for an index with
    decimals.
    """
    parts = None if candidate.contribute is None else candidate.contribute(candidate.value)
    main = [
        i for i in indicators if parts is not None and i.id in parts and parts[i.id].notna().any()
    ]
    affine = {i.id: _affine(candidate.value[i.id], parts[i.id]) for i in main} if main else {}
    lines = []
    for area in signs.index:
        index = candidate.table["index"].at[area]
        hidden = _hidden(area, main or indicators, signs, candidate)
        if not hidden or np.isnan(index):
            continue
        if not (main and all(affine.values()) and _adds_up(parts.loc[area], index)):
            lines += [(area, i.id, True, True) for i in hidden if decimals is not None]
            continue
        told = _told(index, candidate.table["class"].at[area], breaks, decimals)
        shown = _shown(area, main, hidden, affine, candidate, values, rules)
        cells = [_cell(affine[i.id], i, candidate.base.at[area, i.id]) for i in hidden]
        for n, indicator in enumerate(hidden):
            small_base = signs.at[area, indicator.id] == "small_base"
            least = 1 if rules.zeros == "show" and not small_base else 0
            fit = compatible_counts(n, cells, shown, told, least=least)
            small = not small_base and _is_small(fit, cells[n][1], rules.minimum)
            lines.append((area, indicator.id, fit.size == 1, small))
    frame = pd.DataFrame(lines, columns=["area", "indicator", "exact", "small"])
    return frame[frame["exact"] | frame["small"]].reset_index(drop=True)


def index_rows(
    candidate: Candidate,
    table: pd.DataFrame,
    *,
    geography: str,
    indicators: Sequence[Indicator],
    breaks: Breaks | None,
    decimals: int,
) -> list[Row]:
    """Return the published indices and classes as rows over the counts of all their indicators.

    ``low ≤ Σ offset + Σ slope × count / base ≤ high`` per area, for the ledger and the audit;
    together with `sozialraum.privacy.published_rows.edition_rows`. Ranks follow from the published
    index and tell nothing more.

    Parameters
    ----------
    candidate : for the contributions (a function of published values) and the bases
    table : as published: where the index is NaN only the class is told, where the class is missing
        nothing
    geography : name of the areas
    decimals : of the index

    Raises
    ------
    ValueError
        If the index is no sum of straight lines.
    """
    parts = (
        pd.DataFrame() if candidate.contribute is None else candidate.contribute(candidate.value)
    )
    main = [i for i in indicators if i.id in parts and parts[i.id].notna().any()]
    affine = {i.id: _affine(candidate.value[i.id], parts[i.id]) for i in main}
    if not main or not all(affine.values()):
        message = "The contributions given to index_rows must be straight lines of the values."
        raise ValueError(message)
    rows = []
    for area in table.index[table["class"].notna()]:
        counted = [i for i in main if candidate.base.at[area, i.id] > 0]
        cells = {i.id: _cell(affine[i.id], i, candidate.base.at[area, i.id]) for i in counted}
        digits = None if np.isnan(table["index"].at[area]) else decimals
        true = candidate.table["index"].at[area]
        low, high = _told(true, table["class"].at[area], breaks, digits)
        constant = sum(cell.offset for cell, _ in cells.values())
        terms = tuple(
            Term(i, geography, str(area), candidate.stichtag, cell.slope / base)
            for i, (cell, base) in cells.items()
        )
        form = Form(low - constant, high - constant, "class" if digits is None else "index")
        rows.append(Row(f"Index {area}", terms, (form,)))
    return rows


def _hidden(
    area: str, indicators: Sequence[Indicator], signs: pd.DataFrame, candidate: Candidate
) -> list[Indicator]:
    """Return the indicators of an area whose count is withheld."""
    return [
        i
        for i in indicators
        if signs.at[area, i.id] in _WITHHELD
        and candidate.base.at[area, i.id] >= 1
        and i.unit in UNIT_FACTOR
    ]


def _cell(affine: Affine, indicator: Indicator, base: float) -> tuple[Affine, int]:
    return Affine(affine.offset, affine.slope * UNIT_FACTOR[indicator.unit]), max(round(base), 1)


def _is_small(fit: NDArray[np.int64], base: int, minimum: int) -> bool:
    """Tell whether all counts that fit are small, or leave few uncounted."""
    return bool(fit.size > 0 and (fit.max() < minimum or base - fit.min() < minimum))


def index_leak_warnings(
    candidate: Candidate,
    signs: pd.DataFrame,
    values: pd.DataFrame,
    *,
    indicators: Sequence[Indicator],
    breaks: Breaks | None,
    rules: DisclosureRules,
) -> list[Problem]:
    """Return a warning that says how many withheld values the asked-for decimals would give back.

    They are not given back: there the index is withheld. Empty where none would be.
    """
    found = leaking_cells(
        candidate, signs, values, indicators=indicators, breaks=breaks, rules=rules,
        decimals=rules.index_decimals,
    )  # fmt: skip
    if found.empty:
        return []
    return [
        problem(
            "privacy.index_leak",
            "warning",
            decimals=rules.index_decimals,
            exact=int(found["exact"].sum()),
            cells=len(found),
            areas=found["area"].nunique(),
        )
    ]


def _affine(value: pd.Series, part: pd.Series) -> Affine | None:
    """Return the straight line through value and contribution; None if it is none."""
    known = value.notna() & part.notna()
    x, y = value[known].to_numpy(float), part[known].to_numpy(float)
    if x.size < 2 or x.max() == x.min():
        return None
    first, last = int(x.argmin()), int(x.argmax())
    slope = (y[last] - y[first]) / (x[last] - x[first])
    offset = y[first] - slope * x[first]
    return Affine(offset, slope) if np.abs(offset + slope * x - y).max() < 1e-7 else None


def _adds_up(parts: pd.Series, index: float) -> bool:
    return bool(abs(parts.sum() - index) < 1e-7 and parts.notna().any())


def _told(index: float, number: float, breaks: Breaks | None, decimals: int | None) -> Interval:
    """Return the interval that index and class stand for."""
    low, high = -math.inf, math.inf
    if decimals is not None:
        published, half = round(index, decimals), 0.5 * 10.0**-decimals
        low, high = published - half, published + half
    if breaks is not None and not pd.isna(number) and breaks.inner:
        position = int(
            np.searchsorted(breaks.inner, index, side="left" if breaks.right else "right")
        )
        ends = (-math.inf, *breaks.inner, math.inf)
        low, high = max(low, ends[position]), min(high, ends[position + 1])
    return low, high


def _shown(
    area: str,
    main: Sequence[Indicator],
    hidden: Sequence[Indicator],
    affine: dict[str, Affine],
    candidate: Candidate,
    values: pd.DataFrame,
    rules: DisclosureRules,
) -> Interval:
    """Return smallest and largest sum of the contributions that an attacker must reckon with."""
    low = high = 0.0
    gone = {i.id for i in hidden}
    for indicator in main:
        true = candidate.value[indicator.id].at[area]
        if indicator.id in gone or np.isnan(true):
            continue
        window = _window(
            indicator,
            values[indicator.id].at[area],
            true,
            candidate.base[indicator.id].at[area],
            rules,
        )
        ends = affine[indicator.id].of(np.array(window))
        low, high = low + ends.min(), high + ends.max()
    return low, high


def _window(
    indicator: Indicator, shown: float, true: float, base: float, rules: DisclosureRules
) -> Interval:
    """Return the true values that a published value stands for."""
    if np.isnan(shown) or is_published(indicator, rules):
        return true, true  # taken as known: the attacker is granted more than is told
    factor = UNIT_FACTOR.get(indicator.unit)
    if factor is None:
        half = 0.0 if shown == 0 else 0.5 * 10.0 ** (math.floor(math.log10(abs(shown))) - 2)
        return shown - half, shown + half
    grid = rounding_grid(round(base), minimum=rules.minimum, candidates=rules.candidates)
    if shown == 0 or grid is None:
        return shown, shown
    step, lowest, highest = grid
    multiple = round(shown / factor / step)
    low = (multiple - 0.5) * step if multiple > lowest else rules.minimum / base
    high = (multiple + 0.5) * step if multiple < highest else 1 - rules.minimum / base
    return low * factor, high * factor
