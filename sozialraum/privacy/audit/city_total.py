"""City minus areas: whether the areas that are shown give the withheld ones away.

The total of the city is taken as known exactly, whether or not it is published here: statistical
offices publish it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sozialraum.model.alignment import aligned
from sozialraum.privacy.audit.complementary import NotProtectable, protect_tables
from sozialraum.privacy.audit.published_rows import share_row
from sozialraum.privacy.audit.rows import Form, Row, Term
from sozialraum.privacy.rules import DisclosureRules

_AREA, _CITY = "Gebiet", "Stadt"


def withhold_for_city(
    signs: pd.Series,
    cases: pd.Series,
    persons: pd.Series,
    shares: pd.Series,
    rules: DisclosureRules,
) -> tuple[pd.Series, bool]:
    """Withhold as few further areas as keep every withheld count possible up to the minimum.

    Parameters
    ----------
    signs : status per area after primary suppression
    cases, persons : true counts and bases
    shares : published shares 0..1; NaN where none is shown
    rules : minimum and zero policy

    Returns
    -------
    signs with "suppressed_secondary" where needed, and False if even that does not help: then the
    city's value must not be published.
    """
    signs, cases, persons, shares = aligned(
        "withhold_for_city", signs=signs, cases=cases, persons=persons, shares=shares
    )
    signs = signs.copy()
    for counts in (cases, persons - cases):
        rows = _rows(signs, counts, cases, persons, shares, rules)
        if not _is_told(rows, counts, rules.minimum):
            continue
        areas = pd.Series({a: a for a in rows}, dtype=object)
        known = counts[areas.index]
        total = float(known.sum())
        city = Row(_CITY, (Term("x", _CITY, _CITY),), (Form(total, total, "exact"),))
        places = {_AREA: areas, _CITY: pd.Series(_CITY, areas.index)}
        try:
            found = protect_tables(
                [city, *rows.values()], {("x", ""): known}, places, minimum=rules.minimum
            )
        except NotProtectable:
            return signs, False
        for number in found.weakened:
            signs[areas.index[number - 1]] = "suppressed_secondary"
    return signs, True


def _rows(
    signs: pd.Series,
    counts: pd.Series,
    cases: pd.Series,
    persons: pd.Series,
    shares: pd.Series,
    rules: DisclosureRules,
) -> Mapping[str, Row]:
    """Return what is told about `counts` (those counted, or those not) per area with a base."""
    rows = {}
    for area in signs.index[counts.notna() & (persons > 0)]:
        share = shares[area] if counts is cases else 1 - shares[area]
        row = share_row(
            Term("x", _AREA, area),
            share,
            signs[area],
            persons[area],
            rules,
            cost=float(persons[area]),
        )
        if row is not None:
            rows[area] = _around(row, counts[area])
    return rows


def _around(row: Row, count: float) -> Row:
    """Return the row wide enough for its true count: moved counts are fractions of persons."""
    first = row.forms[0]
    form = Form(min(first.low, count), max(first.high, count), first.kind, first.cost)
    weaker = tuple(Form(min(f.low, count), f.high, f.kind, f.cost) for f in row.forms[1:])
    return Row(row.label, row.terms, (form, *weaker))


def _is_told(rows: Mapping[str, Row], counts: pd.Series, minimum: int) -> bool:
    """Tell whether the total, less what the others hold at least, leaves an area too few."""
    if not rows:
        return False
    true = counts[list(rows)].to_numpy(dtype=float)
    low = np.array([row.low for row in rows.values()])
    high = np.array([row.high for row in rows.values()])
    most = np.minimum(high, true.sum() - (low.sum() - low))
    return bool(((true >= 1 - 1e-6) & (most < minimum - 1e-6)).any())
