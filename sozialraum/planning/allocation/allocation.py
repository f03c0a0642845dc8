"""Who gets how much: posts and money by a rule, within bounds, and who gains and who loses.

`need_weight` turns size and need into weights, `apportion` turns weights into whole units.
"""

from __future__ import annotations

import pandas as pd

from sozialraum.model.alignment import aligned, refuse_doubled
from sozialraum.model.options import Rounding
from sozialraum.planning.allocation.apportionment import apportion
from sozialraum.planning.allocation.need_rules import Rule, need_weight
from sozialraum.planning.checks import key_problems, raise_problems, require_at_least
from sozialraum.texts import number, text

SAME = 1e-9  # amounts closer than this are one amount


def allocate(
    size: pd.Series,
    need: pd.Series,
    *,
    rule: Rule,
    total: float,
    unit: float = 0.25,
    method: Rounding = "sainte_lague",
    floors: pd.Series | float | None = None,
    ceilings: pd.Series | float | None = None,
    last_year: pd.Series | None = None,
    max_change: float | None = None,
) -> pd.Series:
    """Give a total to units by a rule, in whole steps, within floors, ceilings and yearly caps.

    Parameters
    ----------
    size, need : persons and need index per unit; NaN is refused
    rule : what the weight is
    total, unit, method, floors, ceilings : see `apportion`
    last_year : amounts of last year; needed for `max_change`
    max_change : no unit moves by more than this from last year (Bestandsschutz in both directions)

    Returns
    -------
    Amount per unit, in the order of `size`; adds up to `total`.

    Examples
    --------
    >>> size = pd.Series({"Nord": 200, "Mitte": 200, "Süd": 100})
    >>> need = pd.Series({"Nord": 0.1, "Mitte": 0.9, "Süd": 0.5})
    >>> allocate(size, need, rule=Rule(name="linear", slope=2), total=5).to_dict()
    {'Nord': 1.25, 'Mitte': 2.75, 'Süd': 1.0}
    """
    weight = need_weight(size, need, rule=rule)
    if max_change is not None:
        floors, ceilings = _capped(size.index, floors, ceilings, last_year, max_change)
    return apportion(
        weight, total=total, unit=unit, method=method, floors=floors, ceilings=ceilings
    ).rename(rule.name)


def _capped(
    keys: pd.Index,
    floors: pd.Series | float | None,
    ceilings: pd.Series | float | None,
    last_year: pd.Series | None,
    max_change: float,
) -> tuple[pd.Series, pd.Series]:
    """Tighten the bounds to last year plus and minus the cap; units that are new are free."""
    if last_year is None:
        message = (
            "The 'last_year' parameter of allocate must be given with max_change. Got None instead."
        )
        raise ValueError(message)
    require_at_least(max_change, 0, name="max_change", caller="allocate")
    raise_problems(key_problems(last_year.index, keys, "Vorjahr"))
    before = last_year.reindex(keys).astype(float)

    def spread(bound: pd.Series | float | None) -> pd.Series:
        is_column = isinstance(bound, pd.Series)
        return (
            bound.reindex(keys).astype(float) if is_column else pd.Series(bound, keys, dtype=float)
        )

    low = pd.concat([spread(floors), (before - max_change).clip(lower=0)], axis=1).max(axis=1)
    high = pd.concat([spread(ceilings), before + max_change], axis=1).min(axis=1)
    return low, high


def gains_and_losses(
    allocation: pd.Series,
    *,
    last_year: pd.Series,
    size: pd.Series,
    in_need: pd.Series | None = None,
) -> pd.DataFrame:
    """Say who gains and who loses against last year, and what each has per 100 persons.

    Parameters
    ----------
    allocation, last_year : amount per unit; a unit without a last year has NaN in `change`
    size : persons per unit
    in_need : persons in need per unit (children in SGB II households), for a second per-capita
        column

    Returns
    -------
    Columns ``before``, ``now``, ``change``, ``per_100``, ``change_per_100`` and
    ``per_100_in_need``; a unit without persons has NaN per 100. Largest gain first, ties by key.
    """
    allocation, size, in_need = aligned(
        "gains_and_losses", allocation=allocation, size=size, in_need=in_need
    )
    refuse_doubled("gains_and_losses", last_year=last_year)
    table = pd.DataFrame({"before": last_year.reindex(allocation.index), "now": allocation})
    table["change"] = table["now"] - table["before"]
    persons = size.where(lambda p: p > 0)
    table["per_100"] = 100 * table["now"] / persons
    table["change_per_100"] = 100 * table["change"] / persons
    if in_need is not None:
        needy = in_need.where(lambda p: p > 0)
        table["per_100_in_need"] = 100 * table["now"] / needy
    return table.sort_index().sort_values("change", ascending=False, kind="stable")


def gains_sentence(table: pd.DataFrame) -> str:
    """Return the result of `gains_and_losses` in German; who has no last year is new."""
    change = table["change"]
    gain, loss, new = change > SAME, change < -SAME, change.isna()
    stated = text("planning.sentence.gains_none")
    if gain.any() or loss.any():
        stated = text(
            "planning.sentence.gains",
            gaining=int(gain.sum()),
            losing=int(loss.sum()),
            same=int((~gain & ~loss & ~new).sum()),
            moved=number(change[gain].sum(), 2),
            largest=number(-change[loss].min() if loss.any() else 0.0, 2),
        )
    return (
        f"{stated} {text('planning.sentence.gains_new', new=int(new.sum()))}"
        if any(new)
        else stated
    )
