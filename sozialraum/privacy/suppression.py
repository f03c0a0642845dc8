"""Primary suppression: which shares rest on too few persons to be told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sozialraum.model import Indicator, status_frame
from sozialraum.model.alignment import aligned, aligned_tables
from sozialraum.model.options import Zeros
from sozialraum.model.units import SHARE_FACTOR, UNITS, share_factors
from sozialraum.privacy.rules import DisclosureRules

UNIT_FACTOR = SHARE_FACTOR

# 5/7 times 7 is 4.999999999999999: persons are compared after rounding to a millionth of a person.
_DIGITS = 6


def suppress(
    value: pd.DataFrame,
    base: pd.DataFrame,
    *,
    indicators: Sequence[Indicator] | None = None,
    minimum: int = 5,
) -> pd.DataFrame:
    """Blank the shares that rest on too few persons (primäre Geheimhaltung).

    A share is kept only if at least `minimum` persons are counted in it and at least `minimum` are
    not: both "2 of 40" and "38 of 40" say something about two people.

    Parameters
    ----------
    value : (n_areas, n_indicators), shares in 0..1, or in the notation of the indicators (values of
        `compute_indicators` carry it); NaN where there is none
    base : same shape, persons the share refers to (Bezugsgröße); NaN = unknown, the share is
        blanked
    indicators : whose units the values have; None = what the frame says itself, else shares
    minimum : smallest number of persons that may be told

    Returns
    -------
    `value` with NaN where suppressed, in its own units. Totals can still give a single suppressed
    area away: `sozialraum.privacy.gate.protect` and `sozialraum.privacy.audit.complementary` look
    after that.

    Raises
    ------
    ValueError
        If keys differ, or a value is no share of persons.

    Examples
    --------
    >>> suppress(pd.DataFrame({"armut": [0.05, 0.30]}), pd.DataFrame({"armut": [40, 100]}))
       armut
    0    NaN
    1    0.3
    """
    value, base = aligned_tables("suppress", value=value, base=base)
    factors = share_factors("suppress", "value", value, indicators)
    cases, others = _persons(value / factors, base)
    return value.where((cases >= minimum) & (others >= minimum))


def suppression_status(
    value: pd.DataFrame,
    base: pd.DataFrame,
    status: pd.DataFrame,
    *,
    minimum: int = 5,
    minimum_base: float = 10.0,
    value_base: float = 30.0,
    zeros: Zeros = "show",
) -> pd.DataFrame:
    """Tell for each share whether its value may be shown, and if not, why.

    Only cells that are "ok" can change: to "no_base" where nobody lives, "small_base" below
    `value_base` persons, "suppressed" where 1 to `minimum` - 1 persons are counted or not counted,
    or where the base is unknown.

    Parameters
    ----------
    value : (n_areas, n_indicators), shares in 0..1
    base : same shape, persons
    status : same shape, categories of `sozialraum.model.STATUS`
    minimum : smallest number of persons that may be told
    minimum_base : accepted for symmetry with the rules of an area: below `value_base` no value is
        shown anyway
    value_base : smallest number of persons a shown value may refer to
    zeros : "show": nobody (0 %) is told; everybody (100 %) never is; "suppress": nobody is withheld
        too

    Returns
    -------
    Frame of `STATUS` categories.

    Examples
    --------
    >>> value = pd.DataFrame({"armut": [0.0, 0.05, 0.2, 0.2]})
    >>> base = pd.DataFrame({"armut": [40, 40, 25, 100]})
    >>> ok = pd.DataFrame({"armut": ["ok"] * 4})
    >>> suppression_status(value, base, ok)["armut"].tolist()
    ['ok', 'suppressed', 'small_base', 'ok']
    """
    if zeros not in ("show", "suppress"):
        message = (
            "The 'zeros' parameter of suppression_status must be one of ['show', 'suppress']. "
            f"Got {zeros!r} instead."
        )
        raise ValueError(message)
    value, base, status = aligned_tables(
        "suppression_status", value=value, base=base, status=status
    )
    if value.attrs.get(UNITS):
        value = value / share_factors("suppression_status", "value", value)
    cases, others = _persons(value, base)
    few = (cases < minimum) | (others < minimum)
    if zeros == "show":
        few &= ~((cases == 0) & (others >= minimum))
    labels = status.astype(object)
    counted = labels.eq("ok") & value.notna()
    persons = base.to_numpy(dtype=float)
    labels = labels.mask(counted & (few | np.isnan(persons)), "suppressed")
    labels = labels.mask(counted & (persons < max(minimum_base, value_base)), "small_base")
    return status_frame(labels.mask(counted & (persons <= 0), "no_base"))


def _persons(value: pd.DataFrame, base: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the persons in the share and the persons outside it."""
    cases = (value * base).round(_DIGITS)
    return cases, (base - cases).round(_DIGITS)


def withheld_areas(
    value: pd.DataFrame, base: pd.DataFrame, indicators: Sequence[Indicator], rules: DisclosureRules
) -> list[str]:
    """Return the areas with a value that primary suppression withholds.

    Parameters
    ----------
    value, base : (n_areas, n_indicators) in the indicators' units, and persons
    indicators, rules : as given to `protect`
    """
    value, base = aligned("withheld_areas", value=value, base=base)
    counted = [i for i in indicators if i.unit in UNIT_FACTOR and i.id not in rules.published]
    if rules.published_input or not counted:
        return []
    ids = [i.id for i in counted]
    shares = value[ids] / [UNIT_FACTOR[i.unit] for i in counted]
    shares.attrs = {}
    given = pd.DataFrame("ok", shares.index, ids).mask(shares.isna(), "missing")
    signs = suppression_status(
        shares, base[ids], status_frame(given), minimum=rules.minimum,
        minimum_base=rules.minimum_base, value_base=rules.value_base, zeros=rules.zeros,
    )  # fmt: skip
    hidden = signs.isin(["suppressed", "small_base"]).any(axis=1)
    return [str(area) for area in signs.index[hidden]]
