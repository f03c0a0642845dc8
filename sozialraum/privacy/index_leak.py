"""Whether the index gives a withheld share back.

Weights, scale, class, shown shares and bases are public, so a published index is one equation about
the withheld counts of its area: with two or three decimals a single withheld count often has one
solution. Every published index is therefore tried as an attacker would, and where it tells too much
only the class is shown, or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.model import Breaks, Indicator, Problem
from sozialraum.privacy.audit.index_equation import (
    Affine,
    Interval,
    equation_of,
    shown_interval,
    told_interval,
)
from sozialraum.privacy.publishable import UNIT_FACTOR
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.privacy.edition import Candidate

_SLACK = 1e-9
_WITHHELD = ("small_base", "suppressed", "suppressed_secondary")


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
    equation = equation_of(candidate, indicators)
    lines = []
    for area in signs.index:
        index = candidate.table["index"].at[area]
        hidden = _hidden(area, equation.main or indicators, signs, candidate)
        if not hidden or np.isnan(index):
            continue
        if not (equation.is_straight and equation.holds_for(area, index)):
            lines += [(area, i.id, True, True) for i in hidden if decimals is not None]
            continue
        told = told_interval(index, candidate.table["class"].at[area], breaks, decimals)
        shown = shown_interval(area, equation, hidden, candidate, values, rules)
        cells = [equation.cell(i, candidate.base.at[area, i.id]) for i in hidden]
        for n, indicator in enumerate(hidden):
            small_base = signs.at[area, indicator.id] == "small_base"
            least = 1 if rules.zeros == "show" and not small_base else 0
            fit = compatible_counts(n, cells, shown, told, least=least)
            small = not small_base and _is_small(fit, cells[n][1], rules.minimum)
            lines.append((area, indicator.id, fit.size == 1, small))
    frame = pd.DataFrame(lines, columns=["area", "indicator", "exact", "small"])
    return frame[frame["exact"] | frame["small"]].reset_index(drop=True)


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
