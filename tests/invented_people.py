"""Invented children for the tests: towns whose truth is known, and lists as offices deliver them."""

import numpy as np
import pandas as pd

from sozialraum.planning.demography.cohorts import YearTable

PAST, FUTURE, UNITS = 8, 6, 40


def known_town(seed):
    """Return register (years, areas, ages 0..6) and rolls (years, schools, 4 grades) of 14 years.

    Areas differ in births, quotas and entry; every year shakes the whole town, every area itself.
    """
    rng = np.random.default_rng(seed)
    births = 60 * np.exp(rng.normal(0, 0.35, UNITS))
    own, entry = rng.normal(0, 0.015, UNITS), rng.normal(0.93, 0.08, UNITS)
    step = rng.normal(0, 0.01, (UNITS, 3))
    years = PAST + FUTURE + 8
    register, rolls = np.zeros((years, UNITS, 7)), np.zeros((years, UNITS, 4))
    for t in range(years):
        register[t, :, 0] = rng.poisson(births)
        if t == 0:
            continue
        before = register[t - 1, :, :6]
        mean = before * (0.987 + own[:, None] + rng.normal(0, 0.008))
        register[t, :, 1:] = np.round(rng.normal(mean, np.sqrt(np.maximum(before, 1)))).clip(0)
        sixes = register[t, :, 6]
        rolls[t, :, 0] = np.round(rng.normal(sixes * entry, np.sqrt(0.4 * sixes + 0.01))).clip(0)
        grades = rolls[t - 1, :, :3]
        mean = grades * (np.array([1.02, 0.99, 0.985]) + step)
        rolls[t, :, 1:] = np.round(rng.normal(mean, np.sqrt(0.3 * grades + 0.01))).clip(0)
    return register[8:], rolls[8:]


def table(counts, first_year=2010, units=None):
    """Return counts as a checked table."""
    names = units or tuple(f"{u:02d}" for u in range(counts.shape[1]))
    years = tuple(range(first_year, first_year + len(counts)))
    return YearTable(years=years, units=names, steps=tuple(range(counts.shape[2])), counts=counts)


def long(counts, years, units, steps, names):
    """Return counts as rows of a list: year, unit, step and anzahl."""
    grid = pd.MultiIndex.from_product([years, units, steps], names=names)
    return pd.DataFrame({"anzahl": counts.ravel()}, index=grid).reset_index()
