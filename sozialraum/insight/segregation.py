"""Segregation, with the level that chance alone would give.

Small units look segregated by chance: 40 schools with entry cohorts of 50 and one child in five
poor, mixed at random, still have a dissimilarity of 0.138. So each measure comes with its chance
level and the difference.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.model.alignment import aligned, in_key_order

Array = NDArray[np.float64]
MEASURES = ("dissimilarity", "isolation", "exposure", "entropy")


def dissimilarity(group: Array, others: Array) -> Array:
    r"""Return Duncan's D, :math:`\frac12 \sum |a_i/A - b_i/B|` (along the last axis).

    The share of one group that would have to move for an even spread.

    Examples
    --------
    >>> print(dissimilarity(np.array([10.0, 20, 30, 40]), np.array([40.0, 30, 20, 10])).round(3))
    0.4
    """
    a = group / group.sum(axis=-1, keepdims=True)
    return 0.5 * np.abs(a - others / others.sum(axis=-1, keepdims=True)).sum(axis=-1)


def isolation(group: Array, others: Array) -> Array:
    r"""Return :math:`\sum \frac{a_i}{A} \frac{a_i}{t_i}`: how many of the own group one meets."""
    return _meets(group, group, others)


def exposure(group: Array, others: Array) -> Array:
    r"""Return :math:`\sum \frac{a_i}{A} \frac{b_i}{t_i}`: how many of the others one meets."""
    return _meets(group, others, others)


def entropy(group: Array, others: Array) -> Array:
    r"""Return Theil's H, :math:`\sum \frac{t_i}{T} \frac{E - E_i}{E}`, 0 even .. 1 separate."""
    total = group + others
    everyone = total.sum(axis=-1, keepdims=True)
    whole = _entropy(group.sum(axis=-1, keepdims=True) / everyone)
    part = _entropy(np.divide(group, total, out=np.zeros_like(total), where=total > 0))
    return (total / everyone * (whole - part) / whole).sum(axis=-1)


def segregation_indices(
    group: pd.Series, total: pd.Series, *, draws: int = 2000, seed: int = 1
) -> pd.DataFrame:
    """Return all measures with their chance level.

    At chance, the persons are dealt out at random to the units, which keep their sizes
    (multivariate hypergeometric).

    Parameters
    ----------
    group, total : persons of the group and all persons, per unit (school, area); units with a
        NaN in one of the two, or without persons, are left out
    draws, seed : of the random mixings

    Returns
    -------
    DataFrame by measure: ``value``; ``chance`` and ``chance_high`` (mean and 95 % quantile of the
    random mixings); ``above_chance`` (value - chance); ``p`` (share of mixings at least as
    segregated, ``(1 + #)/(1 + draws)``; for exposure: at most as exposed); ``units``.

    Raises
    ------
    ValueError
        If keys differ, the group is larger than the whole somewhere, or one of the two groups is
        empty.
    """
    group, total = aligned("segregation_indices", group=group, total=total)
    order = in_key_order(group.index)
    group, total = group.iloc[order], total.iloc[order]
    known = group.notna() & total.gt(0)
    a, t = group[known].to_numpy(float), total[known].to_numpy(float)
    if (a > t).any() or a.sum() == 0 or a.sum() == t.sum():
        message = (
            "The 'group' parameter of segregation_indices must be a part of 'total' in every unit, "
            f"and neither nobody nor everybody. Got {a.sum():g} of {t.sum():g} instead."
        )
        raise ValueError(message)
    sizes = np.rint(t).astype(np.int64)
    rng = np.random.default_rng(seed)
    dealt = rng.multivariate_hypergeometric(
        sizes, round(a.sum()), size=draws, method="marginals"
    ).astype(float)
    functions = dict(zip(MEASURES, (dissimilarity, isolation, exposure, entropy), strict=True))
    rows = {}
    for name, function in functions.items():
        value, chance = float(function(a, t - a)), function(dealt, sizes - dealt)
        side = chance <= value + 1e-12 if name == "exposure" else chance >= value - 1e-12
        rows[name] = {
            "value": value,
            "chance": float(chance.mean()),
            "chance_high": float(np.quantile(chance, 0.95)),
            "above_chance": value - float(chance.mean()),
            "p": float((1 + side.sum()) / (1 + draws)),
            "units": len(a),
        }
    return pd.DataFrame.from_dict(rows, orient="index").astype({"units": int})


def _meets(group: Array, met: Array, others: Array) -> Array:
    total = group + others
    share = np.divide(met, total, out=np.zeros_like(total), where=total > 0)
    return (group / group.sum(axis=-1, keepdims=True) * share).sum(axis=-1)


def _entropy(p: Array) -> Array:
    inside = np.clip(p, 1e-300, 1.0)
    outside = np.clip(1.0 - p, 1e-300, 1.0)
    return -(p * np.log(inside) + (1.0 - p) * np.log(outside))
