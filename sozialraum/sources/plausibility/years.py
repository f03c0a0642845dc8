"""Numbers that jump against the Stichtag before, by more than chance explains."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.model import Indicator, Problem
from sozialraum.sources.plausibility.listing import SHOWN, files_of, in_their_files
from sozialraum.texts import number, percent, problem
from sozialraum.texts.periods import day_label

if TYPE_CHECKING:
    from sozialraum.config.plan import Plan
    from sozialraum.sources.delivering.delivered import Delivery

_JUMP_OF_COUNT = 0.3  # of last year's persons
_JUMP_OF_SHARE = 0.1  # percentage points / 100
_OF_PERSONS = ("share", "rate", "vote")  # whose chance is that of counted persons
_CLEAR = 4.0  # standard errors: chance alone makes one such jump in 16,000 comparisons


def check_jumps(
    frames: dict[str, dict[str, pd.DataFrame]], plan: Plan, delivery: Delivery
) -> Iterator[Problem]:
    """Yield areas whose base or share jumps against the Stichtag before."""
    days = sorted(frames)
    for before, after in itertools.pairwise(days):
        both = [i for i in plan.indicators if _in_both(i, before, after)]
        for name in [n for n in frames[after] if n in frames[before]]:
            old, new = frames[before][name], frames[after][name]
            notes = {"file": files_of(plan, name, after), "day": day_label(before, delivery.spans)}
            jumps: list[Problem] = []
            bases = dict.fromkeys(i.denominator for i in both if i.denominator is not None)
            for base in [b for b in bases if b in old.columns and b in new.columns]:
                jumps += _jumps_of_count(old[base], new[base], base, notes)
            for i in both:
                there = set(old.columns) & set(new.columns)
                if i.kind in _OF_PERSONS and {i.numerator, i.denominator} <= there:
                    jumps += _jumps_of_share(old, new, i, notes)
            yield from in_their_files(jumps, delivery, name, after)


def _in_both(i: Indicator, before: str, after: str) -> bool:
    """Tell whether an indicator was counted on both days, and by the same definition."""
    return i.collected(before) and i.collected(after) and i.comparable(before, after)


def _jumps_of_count(
    old: pd.Series, new: pd.Series, column: str, notes: dict[str, str]
) -> Iterator[Problem]:
    """Yield areas whose number of persons changed by more than 30 % and more than chance explains.

    Chance: two Poisson counts differ with standard error √(a + b).
    """
    change = (new - old).abs()
    jumps = change[(change > _JUMP_OF_COUNT * old) & (change > _CLEAR * np.sqrt(old + new))]
    for key in jumps.sort_values(ascending=False).index[:SHOWN]:
        yield problem(
            "check.jump_count",
            "warning",
            **notes,
            column=column,
            key=str(key),
            before=number(old[key]),
            found=number(new[key]),
        )
    yield from _more_jumps(len(jumps), column, notes)


def _jumps_of_share(
    old: pd.DataFrame, new: pd.DataFrame, i: Indicator, notes: dict[str, str]
) -> Iterator[Problem]:
    """Yield areas whose share changed by over 10 percentage points and more than by chance.

    Chance: the pooled test of two shares, standard error √(p(1 − p)(1/n₁ + 1/n₂)).
    """
    base_old, base_new = (
        old[i.denominator].where(lambda n: n > 0),
        new[i.denominator].where(lambda n: n > 0),
    )
    share_old, share_new = old[i.numerator] / base_old, new[i.numerator] / base_new
    pooled = ((old[i.numerator] + new[i.numerator]) / (base_old + base_new)).clip(0, 1)
    error = np.sqrt(pooled * (1 - pooled) * (1 / base_old + 1 / base_new))
    change = (share_new - share_old).abs()
    jumps = change[(change > _JUMP_OF_SHARE) & (change > _CLEAR * error)]
    for key in jumps.sort_values(ascending=False).index[:SHOWN]:
        yield problem(
            "check.jump_share",
            "warning",
            **notes,
            column=str(i.numerator),
            key=str(key),
            label=i.label,
            before=percent(share_old[key]),
            found=percent(share_new[key]),
        )
    yield from _more_jumps(len(jumps), str(i.numerator), notes)


def _more_jumps(n: int, column: str, notes: dict[str, str]) -> Iterator[Problem]:
    if n > SHOWN:
        yield problem("check.more_jumps", "warning", **notes, column=column, n=n - SHOWN)
