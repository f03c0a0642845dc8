"""A published index as an equation about counts.

Where an index is a sum of contributions that are straight lines of the shares, index, class, shares
and dimension values of an area are intervals of sums; what an attacker can do with them is
arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.model import Breaks, Indicator
from sozialraum.model.alignment import aligned
from sozialraum.model.deciding import steps
from sozialraum.privacy.publishable import UNIT_FACTOR, is_published
from sozialraum.privacy.rounding import rounding_grid
from sozialraum.privacy.rules import DisclosureRules

if TYPE_CHECKING:
    from sozialraum.privacy.edition import Candidate

Floats = NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Affine:
    """Contribution of one indicator to the index: ``offset + slope × share``."""

    offset: float
    slope: float

    def of(self, share: Floats) -> Floats:
        """Return the contributions of shares."""
        return self.offset + self.slope * share


@dataclass(frozen=True, eq=False)
class Equation:
    """The index of a build, taken apart.

    Parameters
    ----------
    main : indicators of the main index
    parts : (n_areas, n_main) true contributions
    lines : contribution of each indicator as a straight line of its value; None where it is none
    dimensions : per column ``dim_…`` the ids of its indicators and the line from its value to the
        sum of their contributions
    """

    main: tuple[Indicator, ...]
    parts: pd.DataFrame
    lines: dict[str, Affine | None]
    dimensions: dict[str, tuple[tuple[str, ...], Affine]]

    @property
    def is_straight(self) -> bool:
        """Tell whether every contribution is a straight line."""
        return bool(self.main) and all(self.lines.values())

    def holds_for(self, area: str, index: float) -> bool:
        """Tell whether the contributions of an area add up to its index."""
        parts = self.parts.loc[area]
        return bool(abs(parts.sum() - index) < 1e-7 and parts.notna().any())

    def cell(self, indicator: Indicator, base: float) -> tuple[Affine, int]:
        """Return the contribution as a line of the share 0..1, and the whole base."""
        line = self.lines[indicator.id]
        return Affine(line.offset, line.slope * UNIT_FACTOR[indicator.unit]), max(round(base), 1)


def equation_of(
    candidate: Candidate, indicators: Sequence[Indicator], *, axis: str = "index"
) -> Equation:
    """Return the index of a candidate taken apart; without indicators if nothing is known of it.

    `axis` is a further axis of the candidate, or "index" for the main one. The candidate keeps it.
    """
    asked = axis, tuple(i.id for i in indicators)
    if asked not in candidate.equations:
        candidate.equations[asked] = _equation_of(candidate, indicators, axis)
    return candidate.equations[asked]


def _equation_of(candidate: Candidate, indicators: Sequence[Indicator], axis: str) -> Equation:
    contribute = candidate.contribute if axis == "index" else candidate.further.get(axis)
    if contribute is None:
        return Equation((), pd.DataFrame(index=candidate.value.index), {}, {})
    parts = contribute(candidate.value)
    main = tuple(i for i in indicators if i.id in parts and parts[i.id].notna().any())
    parts = parts[[i.id for i in main]]
    lines = {i.id: affine_line(candidate.value[i.id], parts[i.id]) for i in main}
    dimensions = {}
    for name in dict.fromkeys(i.dimension for i in main):
        column, ids = f"dim_{name}", tuple(i.id for i in main if i.dimension == name)
        if axis == "index" and column in candidate.table:
            total = parts[list(ids)].sum(axis=1, skipna=False)
            line = affine_line(candidate.table[column].astype(float), total)
            if line is not None:
                dimensions[column] = ids, line
    return Equation(main, parts, lines, dimensions)


def affine_line(value: pd.Series, part: pd.Series) -> Affine | None:
    """Return the straight line through value and contribution; None if it is none."""
    value, part = aligned("affine_line", value=value, part=part)
    known = value.notna() & part.notna()
    x, y = value[known].to_numpy(float), part[known].to_numpy(float)
    if x.size < 2 or x.max() == x.min():
        return None
    first, last = int(x.argmin()), int(x.argmax())
    slope = (y[last] - y[first]) / (x[last] - x[first])
    offset = y[first] - slope * x[first]
    return Affine(offset, slope) if np.abs(offset + slope * x - y).max() < 1e-7 else None


def told_interval(
    index: float, number: float, breaks: Breaks | None, decimals: int | None
) -> Interval:
    """Return the interval that index and class stand for."""
    low, high = -math.inf, math.inf
    if decimals is not None:
        published, half = round(index, decimals), 0.5 * 10.0**-decimals
        low, high = published - half, published + half
    if breaks is not None and not pd.isna(number) and breaks.inner:
        position = int(steps(index, breaks.inner, right=breaks.right, places=breaks.places))
        ends = (-math.inf, *breaks.inner, math.inf)
        low, high = max(low, ends[position]), min(high, ends[position + 1])
    return low, high


def shown_interval(
    area: str,
    equation: Equation,
    hidden: Sequence[Indicator],
    candidate: Candidate,
    values: pd.DataFrame,
    rules: DisclosureRules,
) -> Interval:
    """Return smallest and largest sum of the shown contributions that an attacker must reckon with.

    A published dimension without a withheld indicator narrows the sum of its contributions.
    """
    gone = {i.id for i in hidden}
    ends = {}
    for indicator in equation.main:
        true = candidate.value[indicator.id].at[area]
        if indicator.id not in gone and not np.isnan(true):
            base = candidate.base[indicator.id].at[area]
            told = _window(indicator, values[indicator.id].at[area], true, base, rules)
            around = equation.lines[indicator.id].of(np.array(told))
            ends[indicator.id] = around.min(), around.max()
    low = high = 0.0
    for column, (ids, line) in equation.dimensions.items():
        if all(i in ends for i in ids):
            parts = [ends.pop(i) for i in ids]
            published = round(candidate.table[column].at[area], rules.index_decimals)
            half = 0.5 * 10.0**-rules.index_decimals
            told = np.sort(line.of(np.array([published - half, published + half])))
            low += max(sum(p[0] for p in parts), told[0])
            high += min(sum(p[1] for p in parts), told[1])
    return low + sum(e[0] for e in ends.values()), high + sum(e[1] for e in ends.values())


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
