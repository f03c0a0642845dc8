"""What an edition tells about counts: its published shares as interval rows.

These rows go into the release ledger, and into the audit of every geography that is published from
the same counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.model import Breaks, Edition, Indicator
from sozialraum.privacy.index_equation import equation_of, told_interval
from sozialraum.privacy.publishable import UNIT_FACTOR, is_published
from sozialraum.privacy.rounding import count_window
from sozialraum.privacy.rows import Form, Row, Term, complement_row, withheld
from sozialraum.privacy.rules import DisclosureRules

if TYPE_CHECKING:
    from sozialraum.privacy.edition import Candidate

_WITHHELD = ("suppressed", "suppressed_secondary")
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
                rows += [row, _about_others(row, base.at[area, column])]
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
    if sign in _WITHHELD:
        return Row(label, (term,), (withheld(rules.zeros, 0.0),))
    if sign == "small_base":
        return Row(label, (term,), (Form(0.0, float(base), "suppressed"),))
    if sign != "ok" or np.isnan(share):
        return None
    low, high = count_window(share, base, minimum=rules.minimum, candidates=rules.candidates)
    forms = (Form(low, high, "rate"), replace(withheld(rules.zeros), cost=cost))
    return Row(label, (term,), forms[:1] if high == 0 else forms)


def _about_others(row: Row, base: float) -> Row:
    """Return the row about those not counted; a withheld share tells at least one of them, too."""
    (term,) = row.terms
    other = replace(row, terms=(replace(term, variable=OTHERS + term.variable),))
    if row.forms[0].kind == "suppressed" and row.low > 0:
        return other
    told = complement_row(replace(other, forms=row.forms[:1]), base)
    return replace(told, forms=(*told.forms, *row.forms[1:]))


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
    together with `edition_rows`. Ranks follow from the published
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
    equation = equation_of(candidate, indicators)
    if not equation.is_straight:
        message = "The contributions given to index_rows must be straight lines of the values."
        raise ValueError(message)
    rows = []
    for area in table.index[table["class"].notna()]:
        counted = [i for i in equation.main if candidate.base.at[area, i.id] > 0]
        cells = {i.id: equation.cell(i, candidate.base.at[area, i.id]) for i in counted}
        digits = None if np.isnan(table["index"].at[area]) else decimals
        true = candidate.table["index"].at[area]
        low, high = told_interval(true, table["class"].at[area], breaks, digits)
        constant = sum(cell.offset for cell, _ in cells.values())
        terms = tuple(
            Term(i, geography, str(area), candidate.stichtag, cell.slope / base)
            for i, (cell, base) in cells.items()
        )
        form = Form(low - constant, high - constant, "class" if digits is None else "index")
        rows.append(Row(f"Index {area}", terms, (form,)))
    return rows
