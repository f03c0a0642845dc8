"""What an edition tells about counts: its published shares as interval rows.

These rows go into the release ledger, and into the audit of every geography that is published from
the same counts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.model import Breaks, Edition, Indicator
from sozialraum.privacy.audit.index_equation import equation_of, told_interval
from sozialraum.privacy.audit.rows import INF, Form, Row, Term, complement_row, withheld
from sozialraum.privacy.publishable import UNIT_FACTOR, is_published
from sozialraum.privacy.rounding import count_window
from sozialraum.privacy.rules import DisclosureRules

if TYPE_CHECKING:
    from sozialraum.privacy.edition import Candidate

_WITHHELD = ("suppressed", "suppressed_secondary")
# An index without decimals costs as much as two withheld shares, one without a class as five.
_COST_OF_INDEX, _COST_OF_CLASS = 2.0, 5.0
OTHERS = "nicht "  # variable name of those not counted: "nicht armut"


def edition_rows(
    edition: Edition,
    base: pd.DataFrame,
    *,
    geography: str,
    indicators: Sequence[Indicator],
    rules: DisclosureRules,
) -> list[Row]:
    """Return the rows of all published shares, and of their complements.

    Parameters
    ----------
    edition : as released
    base : persons each share refers to; taken as known to everybody
    geography : name of the areas in the ledger ("Grundschulsprengel 2024")
    indicators, rules : as given to `protect`

    Returns
    -------
    Per area and indicator two rows: about variable ``id`` and about ``"nicht id"`` (persons not
    counted). Values that were published before (open data) and values without a count are left out.
    """
    rows = []
    for indicator in indicators:
        if indicator.unit not in UNIT_FACTOR or is_published(indicator, rules):
            continue
        column = indicator.id
        for area in edition.values.index:
            term = Term(column, geography, str(area), edition.stichtag)
            share = edition.values.at[area, column] / UNIT_FACTOR[indicator.unit]
            row = share_row(
                term, share, edition.signs.at[area, column], base.at[area, column], rules
            )
            if row is not None:
                rows += [row, about_others(row, base.at[area, column])]
    return rows


def share_row(
    term: Term, share: float, sign: str, base: float, rules: DisclosureRules, *, cost: float = 1.0
) -> Row | None:
    """Return the row of one published (or withheld) share; None where nothing was counted.

    Examples
    --------
    >>> row = share_row(Term("armut", "Sprengel", "C25"), 0.3, "ok", 53, DisclosureRules())
    >>> row.low, row.high
    (14.0, 18.0)
    """
    label = f"{term.geography} {term.zone}"
    if np.isnan(base):
        return None
    if sign in _WITHHELD:
        # where hardly anybody lives a withheld share may be nobody's
        zeros = rules.zeros if base >= rules.minimum else "suppress"
        return Row(label, (term,), (withheld(zeros, 0.0),))
    if sign == "small_base":
        return Row(label, (term,), (Form(0.0, float(base), "suppressed"),))
    if sign != "ok" or np.isnan(share):
        return None
    low, high = count_window(share, base, minimum=rules.minimum, candidates=rules.candidates)
    forms = (Form(low, high, "rate"), replace(withheld(rules.zeros), cost=cost))
    return Row(label, (term,), forms[:1] if high == 0 else forms)


def about_others(row: Row, base: float) -> Row:
    """Return the row about those not counted; a withheld share may be everybody's."""
    (term,) = row.terms
    other = replace(row, terms=(replace(term, variable=OTHERS + term.variable),))
    told = complement_row(replace(other, forms=row.forms[:1]), base)
    return replace(told, forms=(*told.forms, *row.forms[1:]))


def axis_columns(axis: str) -> tuple[str, str]:
    """Return the columns of an axis: its index and its class."""
    return ("index", "class") if axis == "index" else (f"{axis}_index", f"{axis}_class")


def index_rows(
    candidate: Candidate,
    table: pd.DataFrame,
    *,
    geography: str,
    indicators: Sequence[Indicator],
    breaks: Breaks | None,
    decimals: int,
    known: Collection[str] = (),
    axis: str = "index",
) -> list[Row]:
    """Return the published indices and classes as rows over the counts of all their indicators.

    ``low ≤ Σ offset + Σ slope × count / base ≤ high`` per area, for the ledger and the audit;
    together with `edition_rows`. Weaker forms are the class alone, then nothing. Ranks follow from
    the published index and tell nothing more.

    Parameters
    ----------
    candidate : for the contributions (a function of published values) and the bases
    table : as published: where the index is NaN only the class is told, where the class is missing
        nothing
    geography : name of the areas
    decimals : of the index
    known : ids of indicators whose values are public anyway; like values without a base they stand
        in the row as known
    axis : "index", or a further axis with its columns ``<axis>_index`` and ``<axis>_class``

    Returns
    -------
    Rows of the areas whose index is the sum of its contributions; of the others none.

    Raises
    ------
    ValueError
        If the index is no sum of straight lines.
    """
    equation = equation_of(candidate, indicators, axis=axis)
    if not equation.is_straight:
        message = "The contributions given to index_rows must be straight lines of the values."
        raise ValueError(message)
    index, number = axis_columns(axis)
    rows = []
    for area in table.index[table[number].notna()]:
        true, parts = candidate.table[index].at[area], equation.parts.loc[area]
        if not equation.holds_for(area, true):
            continue
        bases, there = candidate.base.loc[area], [i for i in equation.main if parts.notna()[i.id]]
        counted = [
            i for i in there if bases[i.id] > 0 and i.id not in known and i.unit in UNIT_FACTOR
        ]
        cells = {i.id: equation.cell(i, candidate.base.at[area, i.id]) for i in counted}
        digits = None if np.isnan(table[index].at[area]) else decimals
        constant = sum(cell.offset for cell, _ in cells.values())
        constant += sum(parts[i.id] for i in there if i not in counted)
        terms = tuple(
            Term(i, geography, str(area), candidate.stichtag, cell.slope / base)
            for i, (cell, base) in cells.items()
        )
        by_class = told_interval(true, table[number].at[area], breaks, None)
        forms = [Form(by_class[0] - constant, by_class[1] - constant, "class", _COST_OF_INDEX)]
        if digits is not None:
            low, high = told_interval(true, table[number].at[area], breaks, digits)
            forms.insert(0, Form(low - constant, high - constant, "index"))
        forms.append(Form(-INF, INF, "suppressed", _COST_OF_CLASS))
        if terms:
            rows.append(Row(f"Index {area}", terms, tuple(forms)))
    return rows
