"""Rules of allocation: what weight a unit has by its size and its need.

A rule turns the size of a unit (pupils, children) and its need (0..1, high = need) into a weight.
Smooth rules have no cliffs; step tables have.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sozialraum.model.alignment import aligned_to
from sozialraum.model.deciding import steps
from sozialraum.model.options import RuleForm, RulePer, RuleScale, option_words
from sozialraum.planning.checks import (
    key_problems,
    number_problems,
    raise_problems,
    require_at_least,
    require_one_of,
)
from sozialraum.texts import number, percent, problem, text

FORMS, PER = option_words(RuleForm), option_words(RulePer)

STAGED = ("steps", "amounts")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule of allocation.

    Parameters
    ----------
    name : what the committee calls it
    form : weight of a unit with P persons and need z:
        "heads" P · "linear" P(1 + slope·z) · "power" P·z^power ·
        "threshold" P·max(0, z - threshold) ·
        "logistic" P / (1 + exp(-steepness·(z - midpoint))) ·
        "steps" the amount of the unit's stage, scaled to the total ·
        "amounts" the same, as it stands: nothing is scaled
    by_heads : share of the total that goes by heads alone, 0..1 (a hybrid rule; NRW's
        Kreissozialindex had 0.3)
    slope, power, threshold, midpoint, steepness : see `form`
    limits : inner limits of the stages, ascending; a need on a limit belongs to the stage above
    amounts : amount per stage, lowest need first
    per : "unit": the amounts are per school; "person": per pupil
    scale : what `limits` are in: "need" (0..1), "stage" (of a delivered index) or "share" (0..1,
        a delivered share of each unit)
    above : True: a value exactly on a limit belongs to the stage below ("more than")
    marked : amounts per stage of units that are marked; empty: the same as of all
    """

    name: str
    form: RuleForm = "linear"
    by_heads: float = 0.0
    slope: float = 1.0
    power: float = 1.0
    threshold: float = 0.5
    midpoint: float = 0.5
    steepness: float = 10.0
    limits: tuple[float, ...] = ()
    amounts: tuple[float, ...] = ()
    per: RulePer = "unit"
    scale: RuleScale = "need"
    above: bool = False
    marked: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a rule that cannot be applied."""
        require_one_of(self.form, FORMS, name="form", caller="Rule")
        require_one_of(self.per, PER, name="per", caller="Rule")
        for name in ("slope", "power", "steepness"):
            require_at_least(getattr(self, name), 0, name=name, caller="Rule")
        if not 0 <= self.by_heads <= 1:
            message = (
                "The 'by_heads' parameter of Rule must be within 0..1. "
                f"Got {self.by_heads} instead."
            )
            raise ValueError(message)
        if self.form in STAGED and len(self.amounts) != len(self.limits) + 1:
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
        form = "product" if self.form == "power" and self.power == 1 else self.form
        words = text(
            f"planning.rule.{form}",
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
    need : (n_units,) need index z, high = need; may be NaN where `size` is 0
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
    problems = number_problems(size, "Personen") + key_problems(need.index, size.index, "Bedarf")
    if not need.index.is_unique:
        raise_problems([*problems, *number_problems(need.fillna(0.0).clip(lower=0), "Bedarf")])
    values = need.reindex(size.index).astype(float)
    missing = values.index[values.isna() & (size.reindex(values.index) > 0)]
    if len(missing):
        problems.append(problem("planning.need_missing", keys=", ".join(map(str, missing[:5]))))
    raise_problems(problems)
    return values.fillna(0.0).to_numpy()  # where nobody is, nobody has a need


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
    amounts = np.array(rule.amounts)[np.maximum(stage_of(z, rule), 1) - 1]
    return amounts * size if rule.per == "person" else amounts * (size > 0)


def stage_of(need: np.ndarray, rule: Rule) -> np.ndarray:
    """Return the stage of each need value under a step rule: 1 = lowest need, 0 = no value."""
    if not rule.above:
        return steps(need, rule.limits) + 1
    mirrored = steps(-np.asarray(need, float), [-limit for limit in reversed(rule.limits)])
    return np.where(np.isfinite(need), len(rule.limits) - mirrored + 1, 0)


def stated_amounts(
    size: pd.Series, value: pd.Series, *, rule: Rule, marked: pd.Series | None = None
) -> pd.Series:
    """Return what a rule of form "amounts" gives each unit; nothing is scaled to a total.

    Parameters
    ----------
    size : (n_units,) persons
    value : (n_units,) need, stage or share, as the rule's scale says
    marked : (n_units,) True for units that the amounts in ``rule.marked`` are for

    Examples
    --------
    >>> rule = Rule(name="r", form="amounts", limits=(0.5,), amounts=(0, 9), above=True)
    >>> size, share = pd.Series({"a": 1, "b": 1}), pd.Series({"a": 0.5, "b": 0.6})
    >>> stated_amounts(size, share, rule=rule).tolist()
    [0.0, 9.0]
    """
    stage = stage_of(_matching_need(size, value), rule)
    found = np.array(rule.amounts, float)[stage - 1]
    (marked,) = aligned_to("stated_amounts", size.index, "'size'", marked=marked)
    if rule.marked and marked is not None:
        chosen = marked.to_numpy(bool)
        found = np.where(chosen, np.array(rule.marked, float)[stage - 1], found)
    people = size.to_numpy(float)
    given = found * people if rule.per == "person" else found * (people > 0)
    return pd.Series(given, index=size.index, name=rule.name)
