"""What a rule set does to the classes, shown before a city chooses one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from sozialraum.model.alignment import aligned_tables, in_key_order
from sozialraum.privacy.perturbation.cellkey import perturb
from sozialraum.privacy.perturbation.count_rounding import round_counts
from sozialraum.privacy.perturbation.ptable import make_ptable
from sozialraum.privacy.rules import DisclosureRules, profiles

Classes = Callable[[pd.DataFrame], pd.Series]


def profile_effect(
    counts: pd.DataFrame,
    base: pd.DataFrame,
    classes_of: Classes,
    *,
    rules: Mapping[str, DisclosureRules] | None = None,
    seed: int = 2024,
) -> pd.DataFrame:
    """Compare the classes from protected counts with the classes from true counts, per rule set.

    The index of this package is computed inside the office from true counts, so none of this
    happens to it. The table shows what would happen if the *inputs* were protected first, as is
    common: the price of that way.

    Parameters
    ----------
    counts, base : (n_areas, n_indicators) persons; stays inside the office
    classes_of : function from shares 0..1 (NaN = withheld) to the class of each area (missing where
        there is none)
    rules : by name; the shipped profiles by default
    seed : for the record keys of the cell-key method

    Returns
    -------
    Per rule set: ``withheld`` share of cells without a value, ``no_class`` share of areas without a
    class, ``moved`` share of areas that have another class than from true counts (among those that
    have one), ``far`` share that is off by two or more, ``source`` and ``date`` of the profile.
    """
    counts, base = aligned_tables("profile_effect", counts=counts, base=base)
    chosen = rules or {name: profile.rules for name, profile in profiles().items()}
    true = classes_of(counts / base).astype("Float64")
    lines = {}
    for name, one in chosen.items():
        shares = protected_counts(counts, one, seed=seed) / base
        found = classes_of(shares).astype("Float64")
        both = found.notna() & true.notna()
        off = (found - true)[both].abs()
        profile = profiles().get(one.profile)
        lines[name] = {
            "withheld": float(shares.isna().to_numpy().mean()),
            "no_class": float(found[true.notna()].isna().mean()),
            "moved": float((off > 0).mean()) if both.any() else np.nan,
            "far": float((off > 1).mean()) if both.any() else np.nan,
            "source": profile.source if profile else "",
            "date": profile.date if profile else "",
        }
    return pd.DataFrame.from_dict(lines, orient="index")


def protected_counts(
    counts: pd.DataFrame, rules: DisclosureRules, *, seed: int = 2024
) -> pd.DataFrame:
    """Return counts protected as the rules' method says; NaN where withheld.

    The cell keys are drawn at random here: for publication they come from the records
    (`cell_keys`).
    """
    counts = counts.astype(float)
    if rules.method == "suppress":
        return counts.where((counts >= rules.minimum) | (counts == 0))
    if rules.method in ("round", "suppress_round"):
        least = rules.minimum if rules.method == "suppress_round" else 0
        return counts.apply(round_counts, multiple=rules.rounding_base, minimum=least)
    table = make_ptable(deviation=rules.deviation, variance=rules.variance)
    rng = np.random.default_rng(seed)
    order = in_key_order(counts.index)
    keys = np.empty(counts.shape, np.uint64)
    keys[order] = rng.integers(0, 2**64, counts.shape, dtype=np.uint64)
    noisy = {
        column: perturb(
            pd.DataFrame({"count": counts[column].round(), "key": keys[:, n]}, index=counts.index),
            table,
        )
        for n, column in enumerate(counts)
    }
    return pd.DataFrame(noisy, index=counts.index).astype(float)
