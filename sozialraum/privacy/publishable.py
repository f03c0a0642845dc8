"""Scale constants and class limits that may be published.

A min–max scale is two areas' exact shares, and class limits are often data values. Both are printed
with the method, so they are rounded *before* the index is computed: then the index can be
recomputed from what is published.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from sozialraum.model import Breaks, Indicator, Scale
from sozialraum.model.alignment import aligned
from sozialraum.model.deciding import half_up
from sozialraum.model.learnt import Learnt
from sozialraum.privacy.rounding import STEPS, rounding_grid
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.privacy.suppression import UNIT_FACTOR as UNIT_FACTOR

# Constants a scale learns from data; what the build file states (goalposts) is public anyway.
_LEARNT = ("low", "high", "centre", "spread")
_STATED = ("goalposts",)
_SIGNIFICANT = 3
_DECIMALS = 3
_CLOSE = 1e-9
COARSE_STEP = 0.1
L = TypeVar("L", bound=Learnt)
_MOST_DECIMALS = 9


def is_published(indicator: Indicator, rules: DisclosureRules) -> bool:
    """Tell whether the indicator's values are public already, so that nothing of it is withheld."""
    return rules.published_input or indicator.id in rules.published


def is_uncounted(indicator: Indicator, rules: DisclosureRules) -> bool:
    """Tell whether nobody knows how many persons stand behind the indicator's values.

    It is delivered as a value without counts and published nowhere: none of it may be told.
    """
    return indicator.value is not None and not is_published(indicator, rules)


def publishable_scale(
    scale: Scale,
    value: pd.DataFrame,
    base: pd.DataFrame,
    rules: DisclosureRules,
    *,
    indicators: Sequence[Indicator],
    coarse: bool = False,
) -> Scale:
    """Round the constants of a scale so that they show no single area's exact share.

    The lower end of a range goes down, the upper end up, to the rounding step of the area that
    attains it (so every area stays inside); other constants (centre, spread, …) are rounded to
    0.001 of a share. To be called between `fit_scale` and `standardise`.

    Parameters
    ----------
    scale : as fitted
    value, base : (n_areas, n_indicators) the values it was fitted to (in the indicators' units),
        and persons
    rules : nothing is rounded where the input is published already
    indicators : for their units
    coarse : ends to a tenth, centres to a hundredth of a share; where the audit finds that the
        finer ones would give a group away

    Returns
    -------
    Scale with publishable constants and ``options["published"] = True``.
    """
    value, base = aligned("publishable_scale", value=value, base=base)
    by_id = {i.id: i for i in indicators}
    params = {}
    for name, constants in scale.params.items():
        indicator = by_id.get(name)
        if indicator is None or is_published(indicator, rules):
            params[name] = constants
            continue
        column, persons = value[name], base[name]
        params[name] = {
            key: _constant(key, constant, column, persons, indicator, rules, coarse)
            if key in _LEARNT and constants.get("method", scale.method) not in _STATED
            else constant
            for key, constant in constants.items()
        }
    options = {**scale.options, "published": True, **({"coarse": True} if coarse else {})}
    return replace(scale, params=params, options=options)


def publishable_constants(scale: Scale, rules: DisclosureRules, *, coarse: bool = False) -> Scale:
    """Round the constants of a scale of the index or its dimensions, `coarse` to two decimals.

    The mean and the spread of all indices to sixteen digits are two equations about every count of
    the city. To be called between fitting and standardising.

    Examples
    --------
    >>> scale = Scale("zscore", ("index",), (1,), {"index": {"centre": 0.12345, "spread": 0.5}})
    >>> publishable_constants(scale, DisclosureRules()).params
    {'index': {'centre': 0.123, 'spread': 0.5}}
    """
    if rules.published_input:
        return scale
    params = {}
    for name, constants in scale.params.items():
        digits = _DECIMALS - coarse
        short = {k: _rounded(v, digits) if k in _LEARNT else v for k, v in constants.items()}
        if short.get("spread") == 0.0:
            short["spread"] = 10.0**-digits
        params[name] = short
    options = {**scale.options, "published": True, **({"coarse": True} if coarse else {})}
    return replace(scale, params=params, options=options)


def publishable_learnt(learnt: L, rules: DisclosureRules) -> L:
    """Round what else was learnt from counts (weights, treatment of outliers) in the same way.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Weights(Learnt):
    ...     by_node: dict
    >>> publishable_learnt(Weights({"index": {"a": 2 / 3}}), DisclosureRules()).by_node
    {'index': {'a': 0.667}}
    """
    if rules.published_input:
        return learnt
    return replace(learnt, **{f.name: _rounded(getattr(learnt, f.name)) for f in fields(learnt)})


def _rounded(value: Any, digits: int = _DECIMALS) -> Any:
    """Return a value, or the values inside it, with few decimals."""
    if isinstance(value, dict):
        return {k: _rounded(v, digits) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_rounded(v, digits) for v in value)
    if not isinstance(value, float) or not math.isfinite(value):
        return value
    return round(value, digits) + 0.0


def publishable_breaks(
    breaks: Breaks,
    rules: DisclosureRules,
    *,
    decimals: int = 3,
    index: pd.Series | None = None,
    withheld: Collection[str] = (),
    coarse: bool = False,
) -> Breaks:
    """Round class limits to `decimals`; to more only where two limits would become one.

    A limit that was learnt is the index of one area or two. Where one of them has a withheld value
    the limits are rounded like the index itself, because a finer index would give the value away.

    Parameters
    ----------
    breaks : as fitted
    index : what they were fitted to
    withheld : areas with a withheld value
    coarse : round them like the index in any case

    Examples
    --------
    >>> publishable_breaks(Breaks("jenks", (0.123456, 0.5)), DisclosureRules()).inner
    (0.123, 0.5)
    >>> index = pd.Series({"01": 0.0, "02": 0.123456, "03": 0.5})
    >>> publishable_breaks(
    ...     Breaks("jenks", (0.123456, 0.5)), DisclosureRules(), index=index, withheld=["02"]).inner
    (0.1, 0.5)
    """
    if rules.published_input or breaks.method == "fixed":
        return breaks
    groups = [] if index is None else limit_areas(breaks, index)
    if coarse or any(not set(group).isdisjoint(withheld) for group in groups):
        decimals = min(decimals, rules.index_decimals)
    for digits in range(decimals, _MOST_DECIMALS + 1):
        inner = tuple(half_up(breaks.inner, digits).tolist())
        if len(set(inner)) == len(set(breaks.inner)):
            break
    return replace(
        breaks, inner=inner, options={**breaks.options, "published": True, "decimals": digits}
    )


def limit_areas(breaks: Breaks, index: pd.Series) -> list[tuple[str, ...]]:
    """Return the areas on whose index learnt limits rest: one on a limit, two around it, the ends.

    Parameters
    ----------
    breaks : before or after rounding
    index : what they were fitted to

    Examples
    --------
    >>> index = pd.Series({"01": 0.0, "02": 0.4, "03": 0.6, "04": 1.0})
    >>> limit_areas(Breaks("jenks", (0.5,)), index)
    [('02', '03')]
    >>> limit_areas(Breaks("equal", (0.5,)), index)
    [('01',), ('04',)]
    """
    known = index.dropna().sort_values(kind="stable")
    if breaks.method == "fixed" or known.empty:
        return []
    if breaks.method == "equal":
        ends = (("lower", known.index[0]), ("upper", known.index[-1]))
        return [(str(area),) for end, area in ends if breaks.options.get(end) is None]
    half = 0.5 * 10.0 ** -breaks.options.get("decimals", _MOST_DECIMALS)
    groups: list[tuple[str, ...]] = []
    for limit in breaks.inner:
        near = known.index[(known - limit).abs() <= half + _CLOSE]
        below, above = known.index[known < limit], known.index[known > limit]
        if len(near):
            groups += [(str(area),) for area in near]
        elif len(below) and len(above):
            groups.append((str(below[-1]), str(above[0])))
    return groups


def unpublishable(
    scales: dict[str, Scale], indicators: Sequence[Indicator], rules: DisclosureRules
) -> list[str]:
    """Return the ids of indicators whose scale still holds unrounded constants."""
    by_id = {i.id: i for i in indicators}
    found = []
    for scale in scales.values():
        for name, constants in scale.params.items():
            indicator = by_id.get(name)
            factor = UNIT_FACTOR.get(indicator.unit) if indicator is not None else None
            if indicator is None or factor is None or is_published(indicator, rules):
                continue
            if constants.get("method", scale.method) in _STATED:
                continue
            if not all(_is_rounded(constants[key], factor) for key in _LEARNT if key in constants):
                found.append(name)
    return sorted(set(found))


def without_references(
    scale: Scale, indicators: Sequence[Indicator], rules: DisclosureRules
) -> Scale:
    """Return the scale without the sorted list of all shares that rank-based methods learn."""
    open_data = {i.id for i in indicators if is_published(i, rules)}
    params = {
        name: {
            k: v
            for k, v in constants.items()
            if k != "reference" or rules.published_input or name in open_data
        }
        for name, constants in scale.params.items()
    }
    return replace(scale, params=params)


def significant(number: float, digits: int = _SIGNIFICANT) -> float:
    """Round to significant digits; for means and points, where no base gives a step.

    Examples
    --------
    >>> significant(1234.5), significant(-0.012345), significant(0.0)
    (1230.0, -0.0123, 0.0)
    """
    if number == 0 or not math.isfinite(number):
        return number
    return round(number, digits - 1 - math.floor(math.log10(abs(number))))


def _constant(
    key: str,
    constant: float,
    column: pd.Series,
    persons: pd.Series,
    indicator: Indicator,
    rules: DisclosureRules,
    coarse: bool,
) -> float:
    factor = UNIT_FACTOR.get(indicator.unit)
    if factor is None:
        return significant(constant)
    if key in ("low", "high"):
        step, fewest = _step_at(constant, column, persons, rules)
        step = COARSE_STEP if coarse else step
        share, extreme = constant / factor, float(key == "high")
        toward = math.floor if key == "low" else math.ceil
        end = toward(round(share / step, 6)) * step
        # what an end alone leaves open must reach the minimum: else it says that few are behind it
        room = end + step if key == "low" else 1 - end + step
        if room * fewest <= rules.minimum and 0 <= share <= 1:
            end = extreme
        return round(end * factor, 6)
    digits = _DECIMALS - (coarse and key == "centre")
    return round(round(constant / factor, digits) * factor, 6)


def _step_at(
    number: float, column: pd.Series, persons: pd.Series, rules: DisclosureRules
) -> tuple[float, float]:
    """Return the coarsest step of the areas whose value the constant is, and their smallest base.

    0.001 and no limit where it is the value of none.
    """
    bases = persons[np.isclose(column, number, rtol=0, atol=_CLOSE) & (persons > 0)]
    return max([STEPS[0], *(end_step(b, rules) for b in bases)]), bases.min() if len(
        bases
    ) else np.inf


def end_step(persons: float, rules: DisclosureRules) -> float:
    """Return the step to which an end of a scale is rounded that an area of `persons` attains."""
    grid = rounding_grid(round(persons), minimum=rules.minimum, candidates=rules.candidates)
    return STEPS[-1] if grid is None else grid[0]


def _is_rounded(constant: float, factor: float) -> bool:
    thousandths = constant / factor * 1000
    return not math.isfinite(thousandths) or abs(thousandths - round(thousandths)) < 1e-6
