"""Who gets how much: posts and money by need, as rules that can be laid side by side.

A rule turns the size of a unit (pupils, children) and its need (0..1, high = need) into a weight;
`apportion` turns weights into whole units. Smooth rules have no cliffs; step tables have, and
`cliff_list` says who stands at one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

import numpy as np
import pandas as pd

from sozialraum.planning.apportionment import Method, apportion
from sozialraum.planning.inputs import (
    key_problems,
    number_problems,
    raise_problems,
    require_at_least,
    require_one_of,
)
from sozialraum.texts import number, percent, problem, signed, text

Form = Literal["heads", "linear", "power", "threshold", "logistic", "steps"]
FORMS = ("heads", "linear", "power", "threshold", "logistic", "steps")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule of allocation.

    Parameters
    ----------
    name : what the committee calls it
    form : weight of a unit with P persons and need z:
        "heads" P · "linear" P(1 + slope·z) · "power" P·z^power ·
        "threshold" P·max(0, z - threshold) ·
        "logistic" P / (1 + exp(-steepness·(z - midpoint))) · "steps" the amount of the unit's stage
    by_heads : share of the total that goes by heads alone, 0..1 (a hybrid rule; NRW's
        Kreissozialindex had 0.3)
    slope, power, threshold, midpoint, steepness : see `form`
    limits : inner limits of the stages, ascending; a need on a limit belongs to the stage above
    amounts : amount per stage, lowest need first
    per : "unit": the amounts are per school; "person": per pupil
    """

    name: str
    form: Form = "linear"
    by_heads: float = 0.0
    slope: float = 1.0
    power: float = 1.0
    threshold: float = 0.5
    midpoint: float = 0.5
    steepness: float = 10.0
    limits: tuple[float, ...] = ()
    amounts: tuple[float, ...] = field(default=())
    per: Literal["unit", "person"] = "unit"

    def __post_init__(self) -> None:
        """Refuse a rule that cannot be applied."""
        require_one_of(self.form, FORMS, name="form", caller="Rule")
        require_one_of(self.per, ("unit", "person"), name="per", caller="Rule")
        for name in ("slope", "power", "steepness"):
            require_at_least(getattr(self, name), 0, name=name, caller="Rule")
        if not 0 <= self.by_heads <= 1:
            message = (
                "The 'by_heads' parameter of Rule must be within 0..1. "
                f"Got {self.by_heads} instead."
            )
            raise ValueError(message)
        if self.form == "steps" and len(self.amounts) != len(self.limits) + 1:
            message = (
                "The 'amounts' parameter of Rule must have one entry more than 'limits'. "
                f"Got {len(self.amounts)} amounts and {len(self.limits)} limits instead."
            )
            raise ValueError(message)
        if list(self.limits) != sorted(set(self.limits)) or any(a < 0 for a in self.amounts):
            message = "The 'limits' parameter of Rule must ascend, and no amount may be negative."
            raise ValueError(message)

    def sentence(self) -> str:
        """Return the rule in one German sentence."""
        words = text(
            f"planning.rule.{self.form}",
            slope=number(1 + self.slope, 1),
            power=number(self.power, 1),
            threshold=number(self.threshold, 2),
            midpoint=number(self.midpoint, 2),
            stages=len(self.amounts),
            amounts=" · ".join(number(a, 2) for a in self.amounts),
            per=text(f"planning.per.{self.per}"),
        )
        if self.by_heads == 0 or self.form == "heads":
            return words
        return text("planning.rule.hybrid", heads=percent(self.by_heads, 0), rest=words)


def need_weight(size: pd.Series, need: pd.Series, *, rule: Rule) -> pd.Series:
    """Return the weight of each unit under a rule, as share of all weights.

    ``w = by_heads · P/ΣP + (1 - by_heads) · n/Σn`` with n the weight of the rule's form.

    Parameters
    ----------
    size : (n_units,) persons P
    need : (n_units,) need index z, high = need
    rule : the rule

    Returns
    -------
    Shares in the order of `size`. Where nobody has weight by need, all goes by heads if the rule
    has a share by heads, else all shares are 0.

    Examples
    --------
    >>> size, need = pd.Series({"a": 100, "b": 100}), pd.Series({"a": 0.0, "b": 1.0})
    >>> need_weight(size, need, rule=Rule(name="doppelt", slope=1.0)).round(3).tolist()
    [0.333, 0.667]
    """
    ordered = size.sort_index()
    z = _matching_need(ordered, need)
    by_need = _weight(ordered.to_numpy(float), z, rule)
    heads = ordered.to_numpy(float) / max(ordered.sum(), 1e-300)
    shares = by_need / by_need.sum() if by_need.sum() > 0 else by_need
    by_heads = rule.by_heads if shares.any() else float(rule.by_heads > 0)
    mixed = by_heads * heads + (1 - by_heads) * shares
    return pd.Series(mixed, index=ordered.index).reindex(size.index)


def _matching_need(size: pd.Series, need: pd.Series) -> np.ndarray:
    values = need.reindex(size.index).astype(float)
    problems = number_problems(size, "Personen") + key_problems(need.index, size.index, "Bedarf")
    missing = values.index[values.isna()]
    if len(missing):
        problems.append(problem("planning.need_missing", keys=", ".join(map(str, missing[:5]))))
    raise_problems(problems)
    return values.to_numpy()


def _weight(size: np.ndarray, z: np.ndarray, rule: Rule) -> np.ndarray:
    """Return n of the rule's form; `z` may be (n_units,) or (n_draws, n_units)."""
    if rule.form == "heads":
        return size * np.ones_like(z)
    if rule.form == "linear":
        return size * np.maximum(1 + rule.slope * z, 0)
    if rule.form == "power":
        return size * np.maximum(z, 0) ** rule.power
    if rule.form == "threshold":
        return size * np.maximum(z - rule.threshold, 0)
    if rule.form == "logistic":
        return size / (1 + np.exp(-rule.steepness * (z - rule.midpoint)))
    amounts = np.array(rule.amounts)[stage_of(z, rule) - 1]
    return amounts * size if rule.per == "person" else amounts * (size > 0)


def stage_of(need: np.ndarray, rule: Rule) -> np.ndarray:
    """Return the stage (1 = lowest need) of each need value under a step rule."""
    return np.searchsorted(np.array(rule.limits), need, side="right") + 1


def allocate(
    size: pd.Series,
    need: pd.Series,
    *,
    rule: Rule,
    total: float,
    unit: float = 0.25,
    method: Method = "sainte_lague",
    floors: pd.Series | float | None = None,
    ceilings: pd.Series | float | None = None,
    last_year: pd.Series | None = None,
    max_change: float | None = None,
) -> pd.Series:
    """Give a total to units by a rule, in whole steps, within floors, ceilings and yearly caps.

    Parameters
    ----------
    size, need : persons and need index per unit
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


def _capped(keys, floors, ceilings, last_year, max_change):  # type: ignore[no-untyped-def]
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


def compare_rules(
    size: pd.Series, need: pd.Series, *, rules: Sequence[Rule], total: float, **bounds: Any
) -> pd.DataFrame:
    """Return one column per rule, all with the same total; `bounds` as in `allocate`."""
    return pd.DataFrame(
        {rule.name: allocate(size, need, rule=rule, total=total, **bounds) for rule in rules}
    )


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
    table = pd.DataFrame({"before": last_year.reindex(allocation.index), "now": allocation})
    table["change"] = table["now"] - table["before"]
    persons = size.reindex(allocation.index).where(lambda p: p > 0)
    table["per_100"] = 100 * table["now"] / persons
    table["change_per_100"] = 100 * table["change"] / persons
    if in_need is not None:
        needy = in_need.reindex(allocation.index).where(lambda p: p > 0)
        table["per_100_in_need"] = 100 * table["now"] / needy
    return table.sort_index().sort_values("change", ascending=False, kind="stable")


def gains_sentence(table: pd.DataFrame) -> str:
    """Return the result of `gains_and_losses` in one German sentence."""
    gain = table["change"] > 1e-9
    loss = table["change"] < -1e-9
    return text(
        "planning.sentence.gains",
        gaining=int(gain.sum()),
        losing=int(loss.sum()),
        same=int((~gain & ~loss).sum()),
        moved=number(table.loc[gain, "change"].sum(), 2),
        largest=signed(table["change"].min(), 2),
    )


def cliff_list(
    size: pd.Series,
    need: pd.Series,
    draws: pd.DataFrame,
    *,
    rule: Rule,
    total: float,
    **bounds: Any,
) -> pd.DataFrame:
    """Say who stands at a step: how likely a unit belongs to another stage, and what that costs it.

    Parameters
    ----------
    size, need, rule, total : as in `allocate`, `bounds` too
    draws : (n_units, n_draws) need index under its own uncertainty

    Returns
    -------
    Per unit, most doubtful first: ``need``, ``amount``, ``expected_change`` (mean of the absolute
    difference over the draws), ``p_less``, ``p_more`` (share of draws with a smaller or larger
    amount) and, for a step rule, ``stage``, ``p_other_stage``, ``p_lower``, ``p_higher``,
    ``to_next_step`` (distance to the nearest limit, in points of need) and ``largest_jump`` (what
    the nearest other stage would change in the table's own amounts).
    """
    raise_problems(key_problems(size.index, draws.index, "Ziehungen"))
    drawn = draws.reindex(size.index)
    now = allocate(size, need, rule=rule, total=total, **bounds)
    each = np.column_stack(
        [allocate(size, drawn[d], rule=rule, total=total, **bounds) for d in drawn.columns]
    )
    change = each - now.to_numpy()[:, None]
    table = pd.DataFrame(
        {
            "need": need.reindex(size.index),
            "amount": now,
            "expected_change": np.abs(change).mean(axis=1),
            "p_less": (change < -1e-9).mean(axis=1),
            "p_more": (change > 1e-9).mean(axis=1),
        }
    )
    order = ["expected_change"]
    if rule.form == "steps":
        table = table.join(_steps_around(need.reindex(size.index), drawn, rule))
        order = ["p_other_stage", "expected_change"]
    return table.sort_index().sort_values(order, ascending=False, kind="stable")


def _steps_around(need: pd.Series, draws: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    stage = stage_of(need.to_numpy(), rule)
    drawn = stage_of(draws.to_numpy(), rule)
    amounts = np.array(rule.amounts)
    limits = np.array(rule.limits) if rule.limits else np.array([np.inf])
    below = amounts[stage - 1] - amounts[np.maximum(stage - 2, 0)]
    above = amounts[np.minimum(stage, len(amounts) - 1)] - amounts[stage - 1]
    return pd.DataFrame(
        {
            "stage": stage,
            "p_other_stage": (drawn != stage[:, None]).mean(axis=1),
            "p_lower": (drawn < stage[:, None]).mean(axis=1),
            "p_higher": (drawn > stage[:, None]).mean(axis=1),
            "to_next_step": np.abs(need.to_numpy()[:, None] - limits).min(axis=1),
            "largest_jump": np.maximum(np.abs(below), np.abs(above)),
        },
        index=need.index,
    )


@cache
def read_rules(name: str) -> dict[str, Any]:
    """Return published rules with their citations: "allocation", "classes" or "walking"."""
    require_one_of(name, ("allocation", "classes", "walking"), name="name", caller="read_rules")
    path = resources.files("sozialraum.planning").joinpath("rules", f"{name}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def published_rule(name: str) -> Rule:
    """Return a published allocation rule by its name in ``rules/allocation.toml``.

    Examples
    --------
    >>> published_rule("nrw_kreissozialindex").by_heads
    0.3
    """
    rules = read_rules("allocation")
    require_one_of(
        name, [n for n in rules if "rule" in rules[n]], name="name", caller="published_rule"
    )
    given = {k: tuple(v) if isinstance(v, list) else v for k, v in rules[name]["rule"].items()}
    return Rule(name=rules[name]["label"], **given)
