"""What published constants tell about counts: the ends and means of scales, limits of classes.

They are learnt from all areas and printed with the method, so they are rows of the audit as well. A
spread is no sum: it is told to a thousandth, and no row.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.model import Breaks, Indicator, Scale
from sozialraum.privacy.audit.index_equation import Equation, equation_of
from sozialraum.privacy.audit.published_rows import OTHERS, axis_columns
from sozialraum.privacy.audit.rows import Form, Row, Term
from sozialraum.privacy.publishable import (
    COARSE_STEP,
    UNIT_FACTOR,
    end_step,
    is_published,
    limit_areas,
)
from sozialraum.privacy.rules import DisclosureRules

if TYPE_CHECKING:
    from sozialraum.privacy.edition import Candidate

# Half of a thousandth, or of a hundredth where constants are told coarsely; see `publishable`.
_HALF, _HALF_COARSE, _CLOSE = 0.0005, 0.005, 1e-9
_HALF_SIMULATED, _COST_OF_SIMULATED = 0.0002, 0.5
_COST_OF_COARSE = 5.0  # all indices change a little: rather withhold some values


def scale_rows(
    scale: Scale,
    candidate: Candidate,
    *,
    label: str,
    geography: str,
    indicators: Sequence[Indicator],
    rules: DisclosureRules,
    withheld: pd.DataFrame,
) -> list[Row]:
    """Return what the learnt constants of a scale tell about the counts they were learnt from.

    Parameters
    ----------
    scale : as published
    candidate : of the Stichtag it was learnt from
    label : what readers call the scale
    withheld : (n_areas, n_indicators), True where no value is published

    Returns
    -------
    For an end: of the area that attains it the counts that are rounded to it, and of all withheld
    areas that they lie inside. For a mean: the sum of all shares. Only rows the true counts agree
    with: a constant of a reference year tells nothing about this one.
    """
    rows: list[Row] = []
    for i in indicators:
        constants = scale.params.get(i.id)
        factor = UNIT_FACTOR.get(i.unit)
        if constants is None or factor is None or is_published(i, rules):
            continue
        if constants.get("method", scale.method) == "goalposts":
            continue
        share = candidate.value[i.id] / factor
        base = candidate.base[i.id].where(share.notna() & (candidate.base[i.id] > 0)).dropna()
        column = pd.DataFrame({"share": share.reindex(base.index), "base": base.round()})
        hidden = withheld[i.id].reindex(base.index)
        where = {"name": i.id, "geography": geography, "stichtag": candidate.stichtag}
        low, high = (constants.get(k, math.nan) / factor for k in ("low", "high"))
        coarse = bool(scale.options.get("coarse"))
        rows += _end_rows(column, hidden, low, high, label, rules, coarse, **where)
        if "centre" in constants:
            rows += _mean_row(column, constants["centre"] / factor, label, coarse, **where)
    return rows


def _told(
    fine: tuple[float, float], coarser: tuple[float, float], *, is_coarse: bool
) -> tuple[Form, ...]:
    """Return the form of a constant, and if there is one the coarser form of all constants."""
    form = Form(*fine, "constant")
    if is_coarse:
        return (form,)
    wide = min(fine[0], coarser[0]), max(fine[1], coarser[1])
    return form, Form(*wide, "coarse", _COST_OF_COARSE)


def _end_rows(
    column: pd.DataFrame,
    hidden: pd.Series,
    low: float,
    high: float,
    label: str,
    rules: DisclosureRules,
    coarse: bool,
    *,
    name: str,
    geography: str,
    stichtag: str,
) -> list[Row]:
    """Return the rows of both ends of a range of shares."""
    if math.isnan(low) or math.isnan(high) or column.empty:
        return []
    ends = {}
    for area in column.index[hidden]:
        ends[area] = low, high
    lowest, highest = column["share"].idxmin(), column["share"].idxmax()
    below, above = (
        COARSE_STEP if coarse else end_step(column["base"][a], rules) for a in (lowest, highest)
    )
    inner = ends.get(lowest, (-math.inf, math.inf))
    if low > 0:
        ends[lowest] = max(low, inner[0]), min(low + below, inner[1])
    inner = ends.get(highest, (-math.inf, math.inf))
    if high < 1:
        ends[highest] = max(high - above, inner[0]), min(high, inner[1])
    rows = []
    for area, (least, most) in ends.items():
        persons = column["base"][area]
        window = (
            float(max(math.ceil(max(least, 0.0) * persons - 1e-6), 0)),
            float(min(math.floor(min(most, 1.0) * persons + 1e-6), persons)),
        )
        count = column["share"][area] * persons
        if window[0] - 0.5 <= count <= window[1] + 0.5:
            term = Term(name, geography, str(area), stichtag)
            tenth = math.floor(column["share"][area] / COARSE_STEP + _CLOSE) * COARSE_STEP * persons
            around = (tenth, tenth + COARSE_STEP * persons)
            if area in (lowest, highest) and hidden[area]:
                around = (0.0, persons)
            row = Row(label, (term,), _told(window, around, is_coarse=coarse))
            mirrored = [(persons - f.high, persons - f.low) for f in row.forms]
            forms = tuple(
                Form(*ends_, f.kind, f.cost) for ends_, f in zip(mirrored, row.forms, strict=True)
            )
            other = Term(OTHERS + name, geography, str(area), stichtag)
            rows += [row, Row(label, (other,), forms)]
    return rows


def _mean_row(
    column: pd.DataFrame,
    centre: float,
    label: str,
    coarse: bool,
    *,
    name: str,
    geography: str,
    stichtag: str,
) -> list[Row]:
    """Return the row of a plain mean of shares, in both directions."""
    half = _HALF_COARSE if coarse else _HALF
    if not abs(column["share"].mean() - centre) <= half + _CLOSE:
        return []  # of other areas, or weighted
    n, rows = len(column), []
    for variable, middle in ((name, centre), (OTHERS + name, 1 - centre)):
        terms = tuple(
            Term(variable, geography, str(area), stichtag, 1 / (n * persons))
            for area, persons in column["base"].items()
        )
        wide = middle - 2 * _HALF_COARSE, middle + 2 * _HALF_COARSE
        told = _told((middle - half, middle + half), wide, is_coarse=coarse)
        rows.append(Row(label, terms, told))
    return rows


def limit_rows(
    breaks: Breaks,
    candidate: Candidate,
    *,
    label: str,
    geography: str,
    indicators: Sequence[Indicator],
    decimals: int,
    axis: str = "index",
    known: Sequence[str] = (),
) -> list[Row]:
    """Return what learnt class limits tell about the index of the areas they rest on.

    Empty where the index is no sum of straight lines: it is shown beside no withheld value then.
    """
    equation = equation_of(candidate, indicators, axis=axis)
    if not equation.is_straight:
        return []
    index = candidate.table[axis_columns(axis)[0]].astype(float)
    twice = 2 if breaks.method == "equal" else 1  # an end lies beyond two limits
    digits = breaks.options.get("decimals", 9)
    half, wide = 0.5 * 10.0**-digits * twice, 0.5 * 10.0**-decimals * twice
    rows = []
    for group in limit_areas(breaks, index):
        if not all(equation.holds_for(area, index[area]) for area in group):
            continue
        middle = float(np.mean([index[area] for area in group]))
        rows += _index_sum(
            equation, candidate, group, middle, (half, wide), label, geography, known,
            is_coarse=digits <= decimals,
        )  # fmt: skip
    return rows


def mean_index_rows(
    centre_half: tuple[float, float],
    candidate: Candidate,
    *,
    label: str,
    geography: str,
    indicators: Sequence[Indicator],
    axis: str = "index",
    known: Sequence[str] = (),
) -> list[Row]:
    """Return what the mean of all indices tells, known to plus or minus `centre_half`.

    `centre_half` also holds how it is known where constants are told coarsely.
    """
    equation = equation_of(candidate, indicators, axis=axis)
    index = candidate.table[axis_columns(axis)[0]].astype(float).dropna()
    if not equation.is_straight or not all(equation.holds_for(a, v) for a, v in index.items()):
        return []
    return _index_sum(
        equation, candidate, tuple(index.index), float(index.mean()), centre_half, label, geography,
        known, is_coarse=centre_half[0] >= centre_half[1],
    )  # fmt: skip


def _index_sum(
    equation: Equation,
    candidate: Candidate,
    areas: Sequence[str],
    mean: float,
    half: tuple[float, float],
    label: str,
    geography: str,
    known: Sequence[str],
    *,
    is_coarse: bool,
) -> list[Row]:
    """Return the row of the mean index of some areas."""
    constant, terms, n = 0.0, [], len(areas)
    for area in areas:
        for i in equation.main:
            part, base = equation.parts.at[area, i.id], candidate.base.at[area, i.id]
            if pd.isna(part):
                continue
            if i.id in known or i.unit not in UNIT_FACTOR or not base > 0:
                constant += part / n
                continue
            cell, persons = equation.cell(i, base)
            constant += cell.offset / n
            slope = cell.slope / persons / n
            terms.append(Term(i.id, geography, str(area), candidate.stichtag, slope))
    if not terms:
        return []
    fine, wide = ((mean - h - constant, mean + h - constant) for h in half)
    return [Row(label, tuple(terms), _told(fine, wide, is_coarse=is_coarse))]


def shown_part_rows(
    candidate: Candidate,
    shown: pd.DataFrame,
    *,
    geography: str,
    indicators: Sequence[Indicator],
    known: Sequence[str] = (),
) -> dict[str, Row]:
    """Return per area with every value shown what they add to the index, to a thousandth.

    A simulated class tells it. Where a value is withheld the simulation starts from the published
    index itself (`sozialraum.workflows.build.disclosing.published_inputs`): no more of it is
    told.

    Parameters
    ----------
    candidate : true numbers
    shown : (n_areas, n_indicators), True where the value is published
    known : ids of indicators whose values are public anyway

    Returns
    -------
    Rows with the weaker form "suppressed"; empty where the index is no sum of straight lines.
    """
    equation = equation_of(candidate, indicators)
    rows: dict[str, Row] = {}
    if not equation.is_straight:
        return rows
    ids = [i.id for i in equation.main if i.id not in known]
    whole = (shown[ids] | candidate.value[ids].isna()).all(axis=1)
    for area in candidate.table.index[whole]:
        terms, told = [], 0.0
        for i in equation.main:
            base, value = candidate.base.at[area, i.id], candidate.value.at[area, i.id]
            if i.id in known or i.unit not in UNIT_FACTOR:
                continue
            if base > 0 and pd.notna(value):
                cell, persons = equation.cell(i, base)
                slope = cell.slope / persons
                told += slope * value / UNIT_FACTOR[i.unit] * persons
                terms.append(Term(i.id, geography, str(area), candidate.stichtag, slope))
        if terms:
            forms = (Form(told - _HALF_SIMULATED, told + _HALF_SIMULATED, "simulated"),
                     Form(-math.inf, math.inf, "suppressed", _COST_OF_SIMULATED))  # fmt: skip
            rows[str(area)] = Row(str(area), tuple(terms), forms)
    return rows


def half_of_mean(scales: Mapping[str, Scale], axis: str) -> tuple[float, float] | None:
    """Return how exactly the mean index is known from a re-standardisation, now and if coarse.

    Examples
    --------
    >>> scale = Scale("zscore", ("index",), (1,), {"index": {"centre": 0.1, "spread": 0.5}})
    >>> half_of_mean({"index.restandard": scale}, "index")
    (0.001, 0.01)
    """
    scale = scales.get(f"{axis}.restandard")
    if scale is None:
        return None
    for constants in scale.params.values():
        if "centre" in constants and constants.get("spread"):
            spread = float(constants["spread"])
            half = _HALF_COARSE if scale.options.get("coarse") else _HALF
            return half / spread, _HALF_COARSE / spread
    return None
