"""What an edition tells about counts: its published shares as interval rows.

These rows go into the release ledger, and into the audit of every geography that is published from
the same counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from sozialraum.model import Edition, Indicator
from sozialraum.privacy.publishable import UNIT_FACTOR, is_published
from sozialraum.privacy.rounding import count_window
from sozialraum.privacy.rows import Form, Row, Term, complement_row, withheld
from sozialraum.privacy.rules import DisclosureRules

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
