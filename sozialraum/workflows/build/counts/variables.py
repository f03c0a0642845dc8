"""The variables of a build that are counted, and the columns they are counted in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sozialraum.config import Plan

# what is shown beside the index; no indicator is called like them
BESIDE = ("[participation]", "[transitions]")


def is_beside(variable: str) -> bool:
    """Tell whether a variable is shown beside the index; no indicator begins like that."""
    return variable.startswith("[")


def of_part(variable: str) -> str:
    """Return the indicator that is formed of a variable and another one; else the variable.

    Examples
    --------
    >>> of_part("[out] saldo"), of_part("armut"), of_part("[participation]")
    ('saldo', 'armut', '[participation]')
    """
    sign, _, name = variable.partition(" ")
    return name if sign in ("[in]", "[out]", "[num]", "[den]") else variable


def lender(label: str) -> str:
    """Return the variable of a count of ``[[smoothing.auxiliary]]``."""
    return f"[smoothing] {label}"


def stratum(label: str) -> str:
    """Return the variable of a group of ``[[outcomes.strata]]``."""
    return f"[outcomes] {label}"


def counted_columns(plan: Plan) -> dict[str, tuple[str, str]]:
    """Return per variable its columns of cases and of the persons they are counted among."""
    named = {
        i.id: (i.numerator, i.denominator)
        for i in plan.indicators
        if i.numerator is not None and i.denominator is not None and not i.parts
    }
    for i in plan.indicators:
        people = plan.population.variable if plan.population is not None else ""
        base = people if i.kind == "ratio" else str(i.denominator)
        named |= {part: (column, base) for part, column in i.parts.items()}
    named |= {name: pair for name, s in plan.beside.items() if (pair := s.pair) is not None}
    if plan.outcomes is not None:
        strata = plan.outcomes.strata or ()
        named |= {stratum(group.label): (group.cases, group.children) for group in strata}
    if plan.smoothed and plan.smoothing is not None:
        lent = plan.smoothing.auxiliary
        named |= {lender(one.label): (one.numerator, one.denominator) for one in lent}
    return named | ({} if plan.chain is None else plan.chain.counted())


def known_pairs(plan: Plan, counts: pd.DataFrame) -> pd.DataFrame:
    """Return ``<variable>.cases`` and ``<variable>.base``, both missing where one of them is.

    Both parts of a balance are missing where one of them is.
    """
    pairs: dict[str, NDArray[np.float64]] = {}
    named = counted_columns(plan)
    values = {c: counts[c].to_numpy(float, na_value=np.nan) for c in counts if c in _used(named)}
    together: dict[str, list[str]] = {}
    for name, (cases, _) in named.items():
        together.setdefault(of_part(name), []).append(cases)
    for name, (cases, base) in named.items():
        columns = [*together[of_part(name)], base]
        if values.keys() >= set(columns):
            missing = np.logical_or.reduce([np.isnan(values[c]) for c in columns])
            pairs[f"{name}.cases"] = np.where(missing, np.nan, values[cases])
            pairs[f"{name}.base"] = np.where(missing, np.nan, values[base])
    return pd.DataFrame(pairs, index=counts.index)


def _used(named: dict[str, tuple[str, str]]) -> set[str]:
    return {column for pair in named.values() for column in pair}
