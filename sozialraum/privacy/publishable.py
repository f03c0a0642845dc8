"""Scale constants and class limits that may be published.

A min–max scale is two areas' exact shares, and class limits are often data values. Both are printed
with the method, so they are rounded *before* the index is computed: then the index can be
recomputed from what is published.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from sozialraum.model import Breaks, Indicator, Scale
from sozialraum.privacy.rounding import STEPS, rounding_grid
from sozialraum.privacy.rules import DisclosureRules

UNIT_FACTOR = {"share": 1.0, "percent": 100.0, "per_1000": 1000.0}
# Constants a scale learns from data; what the build file states (goalposts) is public anyway.
_LEARNT = ("low", "high", "centre", "spread")
_STATED = ("goalposts",)
_SIGNIFICANT = 3
_MOST_DECIMALS = 9


def is_published(indicator: Indicator, rules: DisclosureRules) -> bool:
    """Tell whether the indicator's values are public already, so that nothing of it is withheld."""
    return rules.published_input or indicator.id in rules.published


def publishable_scale(
    scale: Scale,
    value: pd.DataFrame,
    base: pd.DataFrame,
    rules: DisclosureRules,
    *,
    indicators: Sequence[Indicator],
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

    Returns
    -------
    Scale with publishable constants and ``options["published"] = True``.
    """
    by_id = {i.id: i for i in indicators}
    params = {}
    for name, constants in scale.params.items():
        indicator = by_id.get(name)
        if indicator is None or is_published(indicator, rules):
            params[name] = constants
            continue
        column, persons = value[name], base[name]
        params[name] = {
            key: _constant(key, constant, column, persons, indicator, rules)
            if key in _LEARNT and constants.get("method", scale.method) not in _STATED
            else constant
            for key, constant in constants.items()
        }
    return replace(scale, params=params, options={**scale.options, "published": True})


def publishable_breaks(breaks: Breaks, rules: DisclosureRules, *, decimals: int = 3) -> Breaks:
    """Round class limits to `decimals`; to more only where two limits would become one.

    Examples
    --------
    >>> publishable_breaks(Breaks("jenks", (0.123456, 0.5)), DisclosureRules()).inner
    (0.123, 0.5)
    """
    if rules.published_input:
        return breaks
    for digits in range(decimals, _MOST_DECIMALS + 1):
        inner = tuple(round(float(limit), digits) for limit in breaks.inner)
        if len(set(inner)) == len(set(breaks.inner)):
            break
    return replace(breaks, inner=inner, options={**breaks.options, "published": True})


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
) -> float:
    factor = UNIT_FACTOR.get(indicator.unit)
    if factor is None:
        return significant(constant)
    if key in ("low", "high"):
        step = _step_at(constant, column, persons, rules)
        toward = math.floor if key == "low" else math.ceil
        return round(toward(round(constant / factor / step, 6)) * step * factor, 6)
    return round(round(constant / factor, 3) * factor, 6)


def _step_at(number: float, column: pd.Series, persons: pd.Series, rules: DisclosureRules) -> float:
    """Return the coarsest step of the areas whose value the constant is; 0.001 if of none."""
    bases = persons[np.isclose(column, number, rtol=0, atol=1e-9)]
    steps = [STEPS[0]]
    for persons_there in bases:
        grid = (
            rounding_grid(round(persons_there), minimum=rules.minimum, candidates=rules.candidates)
            if persons_there > 0
            else None
        )
        steps.append(STEPS[-1] if grid is None else grid[0])
    return max(steps)


def _is_rounded(constant: float, factor: float) -> bool:
    thousandths = constant / factor * 1000
    return not math.isfinite(thousandths) or abs(thousandths - round(thousandths)) < 1e-6
