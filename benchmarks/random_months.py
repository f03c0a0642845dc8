"""Months of made-up cities of 15 unequal areas in which nothing happens, or one thing does."""

from __future__ import annotations

import numpy as np
import pandas as pd

AREAS, SPREAD_OF_FLOWS, SPREAD_OF_STOCKS = 15, 0.5, 0.4


def sizes(mean, spread):
    """Return (15,) means of areas: the same unequal city every time."""
    found = np.exp(np.random.default_rng(7).normal(0, spread, AREAS))
    return mean * found / (found.mean() if spread == SPREAD_OF_FLOWS else 1.0)


def season(months):
    """Return what all areas have in common: ±30 % in a year, +3 % a year."""
    t = np.arange(months)
    return np.exp(0.3 * np.sin(2 * np.pi * t / 12)) * 1.03 ** (t / 12)


def flows(rng, months, mean, phi=1.0):
    """Return (months, 15) cases with variance φ times the mean."""
    usual = season(months)[:, None] * sizes(mean, SPREAD_OF_FLOWS)
    if phi > 1:
        usual = rng.gamma(usual / (phi - 1), phi - 1)
    return pd.DataFrame(rng.poisson(usual))


def more_flows(rng, table, mean, start, factor=1.0):
    """Return the table with `factor` times as many further cases in the area of middle size."""
    usual = sizes(mean, SPREAD_OF_FLOWS)
    area = int(np.argsort(usual)[AREAS // 2])
    found = table.copy()
    further = rng.poisson(factor * usual[area] * season(len(table))[start:])
    found.iloc[start:, area] += further
    return found, area


def stocks(rng, months, mean, more_from=None, leave=0.03):
    """Return (months, 15) persons of whom 3 % leave and as many come; trebled in one area."""
    usual = sizes(mean, SPREAD_OF_STOCKS)
    area = int(np.argsort(usual)[AREAS // 2])
    there, rows = rng.poisson(usual), []
    for t in range(months):
        come = leave * usual
        if more_from is not None and t >= more_from:
            come = np.where(np.arange(AREAS) == area, 3 * come, come)
        there = rng.binomial(there, 1 - leave) + rng.poisson(come)
        rows.append(there)
    return pd.DataFrame(rows), area
