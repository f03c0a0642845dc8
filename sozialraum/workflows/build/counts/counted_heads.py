"""Columns of persons whose number is taken as known although a share counts them.

Who lives where is known, so a plan, a population and the persons who could have answered a survey
are computed with as delivered. A column that holds what a share counts, or the rest of its base,
is nothing that is known, whatever it is called and by what number it was multiplied.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.model import Problem
from sozialraum.privacy.links import Finder, coefficients, divided, fingerprints
from sozialraum.sources.delivering.delivered import Delivery
from sozialraum.texts import problem
from sozialraum.workflows.build.counts.counting import derived_tables
from sozialraum.workflows.build.counts.protecting import confidential_variables, disclosure_rules
from sozialraum.workflows.build.counts.variables import counted_columns, known_pairs, of_part

_ANY = b"persons"  # fingerprints are compared here and kept nowhere


def counted_heads(plan: Plan, table: pd.DataFrame, heads: Collection[str]) -> dict[str, str]:
    """Return which columns of persons tell protected counts, and the numerator they tell of.

    A confidential base is one of them, and what it less a count leaves.

    Parameters
    ----------
    plan : the build
    table : (n_areas, n_columns) as delivered, with its derived columns
    heads : columns of persons; those the table lacks are left out
    """
    pairs = _hidden_pairs(plan, table)
    listed = [c for c in heads if c in table and pd.api.types.is_numeric_dtype(table[c])]
    known = {name: column for name, (column, _) in counted_columns(plan).items()}
    named = {known[name]: known[name] for name in pairs}
    finder, coefficient = Finder(), coefficients(_ANY, table.index)
    prints = {n: fingerprints(coefficient, pair.to_numpy(float)) for n, pair in pairs.items()}
    secret = [(name, cases) for name, (cases, _) in prints.items()]
    secret += [(n, prints[n][1]) for n in confidential_variables(plan) if n in prints]
    for name, value in secret:
        finder.add(name, value)
    bases = {base for _, base in prints.values()} - {value for _, value in secret}
    for base in sorted(bases):
        finder.add("", base)
    found = {}
    for column in listed:
        own = table[[column]].to_numpy(float)
        parts = divided(fingerprints(coefficient, own)[0], own[:, 0])
        if bases & set(parts):  # so many times those who are known
            parts = parts[:1]
        told = [name for part in parts for name, _ in finder.find(part) or () if name]
        if column in named or told:
            found[column] = named.get(column) or known[told[0]]
    return found


def _hidden_pairs(plan: Plan, table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return cases and base of the variables that are protected and are not all of their base."""
    rules = disclosure_rules(plan)
    if rules.published_input:
        return {}
    pairs, found = known_pairs(plan, table), {}
    for name in counted_columns(plan):
        if f"{name}.cases" not in pairs or rules.is_open(of_part(name)):
            continue
        pair = pairs[[f"{name}.cases", f"{name}.base"]].astype(float)
        if not pair.iloc[:, 0].equals(pair.iloc[:, 1].rename(pair.columns[0])):
            found[name] = pair
    return found


def counted_head_problems(plan: Plan, delivery: Delivery) -> list[Problem]:
    """Return the populations of a build file that are protected counts."""
    heads = {} if plan.population is None else {plan.population.variable: "population.variable"}
    heads |= {
        i.population: f"indicators.{i.id}.population" for i in plan.indicators if i.population
    }
    return list(dict.fromkeys(_found(plan, delivery, heads))) if heads else []


def _found(plan: Plan, delivery: Delivery, heads: dict[str, str]) -> Iterator[Problem]:
    for tables in delivery.tables.values():
        for table in derived_tables(plan, tables, strict=False)[0].values():
            for column, numerator in counted_heads(plan, table, heads).items():
                yield problem(
                    "pipeline.counted_heads", file=plan.file.name, key=heads[column],
                    found=column, column=numerator,
                )  # fmt: skip
