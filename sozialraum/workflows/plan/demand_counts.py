"""Counts per block for a plan: heads as delivered, cases from what is protected.

How many children live in a block is known. How many of them are in need is not, and goes into
plans as it goes into the index: the protected share of the area, times the children of the block.
So a plan tells nothing of cases that the release does not tell.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.model.indicator import Indicator
from sozialraum.model.problem import Problem
from sozialraum.planning.input_assembly import index_of_blocks
from sozialraum.planning.plan_sections import PlanFile
from sozialraum.sources.tabular.formula import names
from sozialraum.texts import problem
from sozialraum.workflows.build.counts.counted_heads import counted_heads
from sozialraum.workflows.build.counts.counting import derived_tables
from sozialraum.workflows.build.counts.variables import counted_columns
from sozialraum.workflows.build.result import Result
from sozialraum.workflows.plan.index_draws import counted_cases


def demand_counts(plan: PlanFile, base: Result, delivered: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of ``[demand]`` per block.

    Parameters
    ----------
    plan : with the section ``[demand]``; `unknown_cases` has nothing to say of it
    base : the build it stands on
    delivered : (n_blocks, n_columns) as delivered, with the derived columns
    """
    demand, cases = plan.demand, _numerators(base.plan)
    assert demand is not None
    counts, disclosure = delivered.copy(), base.plan.disclosure
    if disclosure.published_input:
        return counts
    for column in dict.fromkeys(columns_of_persons(plan).values()):
        indicator = cases.get(column)
        if column in delivered and indicator and indicator.id not in disclosure.published:
            counts[column] = _spread(base, demand.areas, indicator, delivered, demand.persons)
    return counts


def with_derived(build: Plan, areas: str, delivered: pd.DataFrame) -> pd.DataFrame:
    """Return a delivered table with the columns that the build derives from it.

    Parameters
    ----------
    build, areas : the build, and the area set the table counts
    delivered : (n_areas, n_columns)
    """
    return derived_tables(build, {areas: delivered}, strict=False)[0][areas]


def columns_of_persons(plan: PlanFile) -> dict[str, str]:
    """Return the columns of children that a plan names, by the key that names them."""
    demand, gap = plan.demand, plan.gap
    words = ("persons", "in_need", "pupils", "siblings")
    named = {f"demand.{word}": getattr(demand, word) for word in words}
    for n, one in enumerate(() if gap is None else gap.each(), 1):
        place = f"gap.variants[{n}].persons" if gap and gap.variants else "gap.persons"
        named[place] = one.persons
    return {key: column for key, column in named.items() if column is not None}


def unknown_cases(
    plan: PlanFile, build: Plan, delivered: pd.DataFrame, file: str
) -> Iterator[Problem]:
    """Yield columns that tell of protected counts without being the numerator of an indicator.

    Of cases a plan knows what is protected of an indicator, and nothing else.

    Parameters
    ----------
    plan : with the section ``[demand]``
    build : the build it stands on
    delivered : (n_blocks, n_columns) as delivered, with the derived columns
    file : name of the plan file
    """
    if plan.demand is None or build.disclosure.published_input:
        return
    numerators, named = _numerators(build), columns_of_persons(plan)
    hidden = {c for c, _ in counted_columns(build).values()}
    hidden |= {i.value for i in build.indicators if i.value is not None}
    hidden |= set(counted_heads(build, delivered, delivered.columns))
    for rule in build.derived:  # what is made of what nobody may know is none that may be known
        if hidden & set(names(rule.formula)):
            hidden.add(rule.name)
    known = ", ".join(numerators)
    for key, column in named.items():
        odd = key == "demand.in_need" or column in hidden
        if odd and column in delivered and column not in numerators:
            yield problem("planning.cases_unknown", file=file, key=key, found=column, known=known)


def _numerators(build: Plan) -> dict[str, Indicator]:
    """Return the indicators by the column of their cases."""
    return {i.numerator: i for i in build.indicators if i.numerator is not None}


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
