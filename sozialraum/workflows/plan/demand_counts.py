"""Counts per block for a plan: heads as delivered, cases from what is protected.

How many children live in a block is known. How many of them are in need is not, and goes into
plans as it goes into the index: the protected share of the area, times the children of the block.
So a plan tells nothing of cases that the release does not tell.
"""

from __future__ import annotations

import pandas as pd

from sozialraum.model.errors import DataError
from sozialraum.model.indicator import Indicator
from sozialraum.planning.input_assembly import index_of_blocks
from sozialraum.planning.plan_sections import PlanFile
from sozialraum.texts import problem
from sozialraum.workflows.build.result import Result
from sozialraum.workflows.plan.index_draws import counted_cases


def demand_counts(plan: PlanFile, base: Result, delivered: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of ``[demand]`` per block.

    Parameters
    ----------
    plan : with the section ``[demand]``
    base : the build it stands on
    delivered : (n_blocks, n_columns) as delivered

    Raises
    ------
    DataError
        If children in need are no cases of an indicator: nothing protected is known of them.
    """
    demand = plan.demand
    assert demand is not None
    named = {w: getattr(demand, w) for w in ("persons", "in_need", "pupils", "siblings")}
    named |= {f"gap.{one.persons}": one.persons for one in (plan.gap.each() if plan.gap else ())}
    cases, disclosure = _cases(base), base.plan.disclosure
    counts, wrong = delivered.copy(), []
    for word, column in named.items():
        indicator = cases.get(column)
        if column is None or column not in delivered or disclosure.published_input:
            continue
        if indicator is not None and indicator.id not in disclosure.published:
            counts[column] = _spread(base, demand.areas, indicator, delivered, named["persons"])
        elif indicator is None and (word == "in_need" or column in cases):
            known = ", ".join(c for c, i in cases.items() if i is not None)
            wrong.append(
                problem("planning.cases_unknown", key=f"demand.{word}", found=column, known=known)
            )
    if wrong:
        raise DataError(wrong)
    return counts


def _cases(base: Result) -> dict[str, Indicator | None]:
    """Return the columns that count cases, with their indicator if they have one."""
    pairs = [section.pair for section in base.plan.beside.values()]
    found: dict[str, Indicator | None] = {pair[0]: None for pair in pairs if pair is not None}
    return found | {i.numerator: i for i in base.plan.indicators if i.numerator is not None}


def _spread(
    base: Result, areas: str, indicator: Indicator, delivered: pd.DataFrame, persons: str
) -> pd.Series:
    """Return the share of the area, or of the city if it is not told, times persons per block."""
    cases = counted_cases(base)[indicator.id]
    people = base.measured[base.plan.stichtag.isoformat()].base[indicator.id]
    told = cases.notna() & (people > 0)
    share = (cases / people).where(told)
    city = cases[told].sum() / max(people[told].sum(), 1.0)
    home = index_of_blocks(
        base.delivery.areas[areas].loc[delivered.index], base.delivery.areas[base.plan.join.target]
    )
    column = indicator.denominator if indicator.denominator in delivered else persons
    return home.map(share).fillna(city) * delivered[column]
