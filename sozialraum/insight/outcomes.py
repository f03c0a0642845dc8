"""Transitions by type of area: rates, ratios, trend, standardisation, model.

An outcome is what the index is held against. It can never be one of the index's own indicators:
an index that contains the Gymnasium transition "explains" the Gymnasium transition by itself.
Nor does a relation between areas say anything about the single child (ecological fallacy; Robinson
1950 found .118 for persons where states had -.526): `FALLACY` goes with every result.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sozialraum.insight.intervals import katz, odds_ratio, quantile, score_ratio, wilson
from sozialraum.model import Indicator
from sozialraum.model.alignment import aligned, aligned_to
from sozialraum.model.errors import ConfigError
from sozialraum.texts import number, problem, text

FALLACY = "insight.outcome.fallacy"


@dataclass(frozen=True, eq=False)
class OutcomeCounts:
    """A result that the index is held against, for example recommendations for the Hauptschule.

    Parameters
    ----------
    name : count variable of the cases
    cases, children : by area key: children with the result, and all children
    event : German for the sentence, with its article ("eine Hauptschulempfehlung")
    """

    name: str
    cases: pd.Series
    children: pd.Series
    event: str = ""

    def __post_init__(self) -> None:
        """Refuse more cases than children."""
        x, n = aligned("OutcomeCounts", cases=self.cases, children=self.children)
        object.__setattr__(self, "children", n)
        if (wrong := (x > n) | (x < 0)).any():
            keys = [str(key) for key in x.index[wrong][:5]]
            message = (
                f"The 'cases' parameter of OutcomeCounts {self.name!r} must lie between 0 and "
                f"children. Got others in {keys} instead."
            )
            raise ValueError(message)


def check_outcome(
    outcome: OutcomeCounts | str, indicators: Sequence[Indicator], *, also: Sequence[str] = ()
) -> None:
    """Refuse an outcome that is an input of the index.

    Parameters
    ----------
    outcome : or the name of its count variable
    indicators : of the index
    also : further names under which the outcome is delivered

    Raises
    ------
    ConfigError
        Naming every indicator that uses it.
    """
    names = {outcome if isinstance(outcome, str) else outcome.name, *also}
    used = [i for i in indicators if names & {i.id, *i.columns}]
    if used:
        raise ConfigError(
            [
                problem(
                    "insight.outcome.is_input", column=i.id, found=sorted(names)[0], label=i.label
                )
                for i in used
            ]
        )


def transition_rates(
    outcome: OutcomeCounts, types: pd.Series, *, level: float = 0.95
) -> pd.DataFrame:
    """Return the rate of each type with its Wilson interval.

    Parameters
    ----------
    outcome : counts by area
    types : type (or class) number by area key; an area where it is NaN is left out

    Returns
    -------
    DataFrame by type: ``areas``, ``cases``, ``children``, ``rate``, ``rate_low``, ``rate_high``.
    """
    table = _of_types("transition_rates", outcome, types)
    grouped = table.groupby("type")[["cases", "children"]].sum()
    low, high = wilson(grouped["cases"], grouped["children"], level=level)
    rate = grouped["cases"] / grouped["children"].where(grouped["children"] > 0)
    grouped.insert(0, "areas", table.groupby("type").size())
    return grouped.assign(rate=rate, rate_low=low, rate_high=high)


@dataclass(frozen=True)
class RateRatio:
    """The rate of one type as a multiple of another's.

    Parameters
    ----------
    ratio, low, high : ratio of rates with its score interval (Miettinen and Nurminen 1985)
    katz_low, katz_high : log interval, for comparison; NaN with a zero
    odds, odds_low, odds_high : odds ratio; only for comparison with models
    level : confidence
    rate, reference_rate : the two rates
    """

    ratio: float
    low: float
    high: float
    katz_low: float
    katz_high: float
    odds: float
    odds_low: float
    odds_high: float
    level: float
    rate: float
    reference_rate: float


def rate_ratio(
    outcome: OutcomeCounts,
    types: pd.Series,
    type_: object,
    reference: object,
    *,
    level: float = 0.95,
) -> RateRatio:
    """Compare the rates of two types.

    Examples
    --------
    >>> keys = ["01", "02"]
    >>> cases, children = pd.Series([30.0, 15.0], keys), pd.Series([100.0, 120.0], keys)
    >>> outcome = OutcomeCounts("hs", cases, children)
    >>> found = rate_ratio(outcome, pd.Series([5, 1], keys), 5, 1)
    >>> print(round(found.ratio, 2), round(found.low, 2), round(found.high, 2))
    2.4 1.39 4.2
    """
    rates = transition_rates(outcome, types, level=level)
    if missing := [t for t in (type_, reference) if t not in rates.index]:
        message = (
            f"The 'types' parameter of rate_ratio must hold {[type_, reference]}. Got no area of "
            f"{missing} instead."
        )
        raise ValueError(message)
    (x1, n1), (x0, n0) = (
        rates.loc[t, ["cases", "children"]].to_numpy(float) for t in (type_, reference)
    )
    low, high = score_ratio(x1, n1, x0, n0, level=level)
    ratio = (x1 / n1) / (x0 / n0) if x0 > 0 else (float("inf") if x1 > 0 else float("nan"))
    return RateRatio(
        float(ratio), low, high, *katz(x1, n1, x0, n0, level=level),
        *odds_ratio(x1, n1, x0, n0, level=level), level, float(x1 / n1), float(x0 / n0),
    )  # fmt: skip


def trend_test(outcome: OutcomeCounts, types: pd.Series) -> tuple[float, float]:
    r"""Test whether the rates rise from type to type (Cochran 1954, Armitage 1955).

    :math:`z = \sum t_i (x_i - n_i \bar p) / \sqrt{\bar p \bar q (\sum n t^2 - (\sum n t)^2/N)}`

    Parameters
    ----------
    outcome : cases and children by area; areas with a NaN are left out
    types : (n_areas,), numbers in the order of the trend

    Returns
    -------
    z (above 0 = rises with the type number) and two-sided p.
    """
    rates = transition_rates(outcome, types)
    t = rates.index.to_numpy(float)
    x, n = rates["cases"].to_numpy(float), rates["children"].to_numpy(float)
    p = x.sum() / n.sum()
    variance = p * (1 - p) * ((n * t**2).sum() - (n * t).sum() ** 2 / n.sum())
    if not variance > 0:
        message = (
            "The 'outcome' parameter of trend_test must hold children with and without it, in at "
            f"least two types. Got {x.sum():g} of {n.sum():g} in {len(t)} instead."
        )
        raise ValueError(message)
    z = float((t * (x - n * p)).sum() / np.sqrt(variance))
    return z, math.erfc(abs(z) / math.sqrt(2))


def standardised_rates(
    strata: pd.DataFrame, *, standard: pd.Series | None = None, level: float = 0.95
) -> pd.DataFrame:
    r"""Compare types as if they had the same composition (direct standardisation).

    :math:`\sum_s w_s x_{ts}/n_{ts}` with the standard's shares w; variance :math:`\sum w^2 p q/n`.

    Parameters
    ----------
    strata : columns ``type``, ``stratum`` (for example sex and family language), ``cases``,
        ``children``
    standard : children per stratum; None = all types together
    level : confidence

    Returns
    -------
    DataFrame by type: ``rate`` (as counted), ``standardised``, ``low``, ``high``; standardised is
    NaN where a type has no child in a stratum of the standard.
    """
    sums = strata.groupby(["type", "stratum"])[["cases", "children"]].sum()
    cases, children = sums["cases"].unstack(), sums["children"].unstack()
    (standard,) = aligned_to(
        "standardised_rates", children.columns, "the strata of 'strata'", standard=standard
    )
    whole = children.sum() if standard is None else standard
    weight = whole / whole.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = cases / children.where(children > 0)
    adjusted = (rate * weight).sum(axis=1, skipna=False)
    variance = (weight**2 * rate * (1 - rate) / children).sum(axis=1, skipna=False)
    step = quantile(level) * np.sqrt(variance)
    return pd.DataFrame(
        {
            "rate": cases.sum(axis=1) / children.sum(axis=1),
            "standardised": adjusted,
            "low": (adjusted - step).clip(lower=0.0),
            "high": (adjusted + step).clip(upper=1.0),
        }
    )


def describe_ratio(found: RateRatio, event: str, *, group: str, reference: str) -> str:
    """Say a ratio in one German sentence, with its interval and no more than it bears.

    Parameters
    ----------
    found : from `rate_ratio`
    event : what is counted, as it stands after "für" ("eine Hauptschulempfehlung")
    group, reference : the two types in words, as they stand after "in" ("Gebieten mit hoher
        Belastung")

    Examples
    --------
    >>> ratio = RateRatio(2.6, 2.1, 3.2, 2.1, 3.2, 3.0, 2.3, 3.9, 0.95, 0.26, 0.10)
    >>> words = describe_ratio(ratio, "eine Hauptschulempfehlung", group="Typ 5", reference="Typ 1")
    >>> "in Typ 5 mehr als doppelt so hoch wie in Typ 1 (das 2,6-Fache" in words
    True
    """
    low, high = found.low, found.high
    kind = "open"
    if low > 2:
        kind = "more_than_double"
    elif low > 1:
        kind = "higher"
    elif high < 0.5:
        kind = "less_than_half"
    elif high < 1:
        kind = "lower"
    shown = {
        "ratio": number(found.ratio, 1) if np.isfinite(found.ratio) else "∞",
        "low": number(low, 1),
        "high": number(high, 1) if np.isfinite(high) else "∞",
        "level": number(100 * found.level),
    }
    return text(f"insight.outcome.{kind}", event=event, group=group, reference=reference, **shown)


def _of_types(caller: str, outcome: OutcomeCounts, types: pd.Series) -> pd.DataFrame:
    keys = outcome.cases.index
    own = aligned_to(caller, keys, "'outcome'", types=types)[0]
    table = {"cases": outcome.cases, "children": outcome.children, "type": own}
    return pd.DataFrame(table).dropna()
