"""What else an edition tells about counts: dimensions, city, rates of layers, classes in sentences.

Every published figure that is no function of other published figures is one of these rows, or one
of `sozialraum.privacy.audit.published_rows`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.model import Indicator
from sozialraum.privacy.audit.index_equation import Equation, equation_of
from sozialraum.privacy.audit.published_rows import OTHERS, about_others, share_row
from sozialraum.privacy.audit.rows import INF, Form, Row, Term
from sozialraum.privacy.publishable import UNIT_FACTOR, is_published
from sozialraum.privacy.rounding import count_window
from sozialraum.privacy.rules import DisclosureRules

if TYPE_CHECKING:
    from sozialraum.privacy.edition import Candidate

# A dimension or a rate beside the index goes more easily than a share the index is made of.
_COST_OF_DIMENSION, _COST_OF_RATE, _COST_OF_SENTENCE = 0.5, 1.0, 0.25
CITY = ""  # area key of rows about all areas together


def dimension_rows(
    candidate: Candidate,
    table: pd.DataFrame,
    *,
    geography: str,
    indicators: Sequence[Indicator],
    decimals: int,
    known: Collection[str] = (),
) -> dict[tuple[str, str], Row]:
    """Return per area and column ``dim_…`` what its published value tells about counts.

    Where the dimension is the sum of lines it is an interval of that sum, as the index is.
    Otherwise it is taken to tell every count of the area that goes into it exactly: more than any
    rounded mean tells. Arguments as of `index_rows`.
    """
    equation = equation_of(candidate, indicators)
    rows: dict[tuple[str, str], Row] = {}
    for column in (str(c) for c in table.columns if str(c).startswith("dim_")):
        own = [
            i
            for i in indicators
            if f"dim_{i.dimension}" == column and i.unit in UNIT_FACTOR and i.id not in known
        ]
        for area in table.index[table[column].notna()]:
            bases = candidate.base.loc[area]
            counted = [i for i in own if bases[i.id] > 0]
            row = None
            if counted and column in equation.dimensions:
                row = _dimension_row(candidate, equation, column, area, counted, decimals)
            if row is not None:
                rows[area, column] = _at(row, geography, candidate.stichtag)
            elif counted:
                for one in exact_rows(candidate, area, counted, geography=geography):
                    rows[area, f"{column}|{one.terms[0].variable}"] = one
    return rows


def _dimension_row(
    candidate: Candidate,
    equation: Equation,
    column: str,
    area: str,
    counted: Sequence[Indicator],
    decimals: int,
) -> Row | None:
    """Return the row of a dimension that is a sum of lines; None where that cannot be shown."""
    ids, line = equation.dimensions[column]
    if not all(equation.lines.get(i) for i in ids):
        return None
    parts, true = equation.parts.loc[area], candidate.table[column].astype(float).at[area]
    constant, terms = 0.0, []
    for name in ids:
        indicator = next((i for i in counted if i.id == name), None)
        if indicator is None:
            constant += parts[name] if pd.notna(parts[name]) else 0.0
            continue
        cell, base = equation.cell(indicator, candidate.base.at[area, name])
        constant += cell.offset
        terms.append(Term(name, "", area, "", cell.slope / base))
    half = 0.5 * 10.0**-decimals
    told = np.array([round(true, decimals) - half, round(true, decimals) + half])
    low, high = np.sort(line.of(told)) - constant
    weaker = Form(-INF, INF, "suppressed", _COST_OF_DIMENSION)
    return Row(f"{column.removeprefix('dim_')} {area}", tuple(terms),
               (Form(float(low), float(high), "dimension"), weaker))  # fmt: skip


def _at(row: Row, geography: str, stichtag: str) -> Row:
    terms = tuple(Term(t.variable, geography, t.zone, stichtag, t.coefficient) for t in row.terms)
    return Row(row.label, terms, row.forms)


def exact_rows(
    candidate: Candidate, area: str, indicators: Sequence[Indicator], *, geography: str
) -> list[Row]:
    """Return rows that tell counts of an area, and of those not counted, exactly.

    For figures no interval of a sum describes: the audit then grants them to be known.
    """
    rows = []
    for i in indicators:
        base = round(candidate.base.at[area, i.id])
        count = round(candidate.value.at[area, i.id] / UNIT_FACTOR[i.unit] * base)
        for name, number in ((i.id, count), (OTHERS + i.id, base - count)):
            term = Term(name, geography, str(area), candidate.stichtag)
            forms = (Form(float(number), float(number), "exact"), Form(0.0, INF, "suppressed", 1.0))
            rows.append(Row(f"{geography} {area}", (term,), forms))
    return rows


def city_rows(
    city: pd.Series,
    candidate: Candidate,
    *,
    label: str,
    geography: str,
    indicators: Sequence[Indicator],
    rules: DisclosureRules,
) -> list[Row]:
    """Return the published shares of the whole municipality, where the same areas make them up.

    Two rows per indicator: those counted, and those not.
    """
    rows = []
    for i in indicators:
        factor = UNIT_FACTOR.get(i.unit)
        if factor is None or is_published(i, rules) or np.isnan(city.get(i.id, np.nan)):
            continue
        base = candidate.base[i.id].where(candidate.value[i.id].notna()).dropna()
        cases = float((candidate.value[i.id] / factor * candidate.base[i.id]).sum())
        persons = float(base.sum())
        low, high = count_window(
            city[i.id] / factor, persons, minimum=rules.minimum, candidates=rules.candidates
        )
        if not low - 0.5 <= cases <= high + 0.5:
            continue
        for name, ends in ((i.id, (low, high)), (OTHERS + i.id, (persons - high, persons - low))):
            terms = tuple(Term(name, geography, str(a), candidate.stichtag) for a in base.index)
            rows.append(Row(label, terms, (Form(*ends, "rate"),)))
    return rows


def rate_rows(
    layer: pd.DataFrame,
    base: pd.Series,
    *,
    variable: str,
    geography: str,
    stichtag: str,
    rules: DisclosureRules,
) -> dict[str, list[Row]]:
    """Return per area what the rate of a layer tells: of those counted, and of those not.

    Parameters
    ----------
    layer : as published: ``rate`` (0..1) and ``status``; the bounds of the rate follow from it
    base : persons each rate refers to; taken as known to everybody
    variable : what is counted
    """
    rows = {}
    for area in layer.index:
        row = share_row(
            Term(variable, geography, str(area), stichtag), layer["rate"].at[area],
            str(layer["status"].at[area]), base.at[area], rules, cost=_COST_OF_RATE,
        )  # fmt: skip
        if row is not None:
            rows[str(area)] = [row, about_others(row, base.at[area])]
    return rows


def class_rows(
    claims: Mapping[str, Sequence[tuple[float, float, float]]],
    areas: Mapping[str, Sequence[str]],
    *,
    variable: str,
    geography: str,
    stichtag: str,
) -> list[Row]:
    """Return what a sentence on classes tells: the cases of all areas of each class together.

    Parameters
    ----------
    claims : per class the interval of the cases that the sentence stands for, and its persons
    areas : area keys of each class
    """
    rows = []
    for label, intervals in claims.items():
        for low, high, persons in intervals:
            for name, ends in ((variable, (low, high)),
                               (OTHERS + variable, (persons - high, persons - low))):  # fmt: skip
                terms = tuple(Term(name, geography, str(a), stichtag) for a in areas[label])
                forms = (Form(*ends, "sentence"), Form(0.0, INF, "suppressed", _COST_OF_SENTENCE))
                rows.append(Row(label, terms, forms))
    return rows
