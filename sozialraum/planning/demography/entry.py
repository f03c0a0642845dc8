"""Who is due for school: the children who turn six by a day, early and late ones moved."""

from __future__ import annotations

import numpy as np

ENTRY_AGE = 6


def entry_cohort(sixes: np.ndarray, fives: np.ndarray, month: int) -> np.ndarray:
    """Return who turns six by the end of `month`, from the ages at the end of the year before.

    ``C = (12 - m)/12 · N_6 + m/12 · N_5``: of those who are five on 31 December, the first m months
    turn six in time; those who are six already but turned so after last year's day are due now.

    Examples
    --------
    >>> float(entry_cohort(np.array(40.0), np.array(60.0), 9))
    55.0
    """
    return (12 - month) / 12 * sixes + month / 12 * fives


def due_children(
    before: np.ndarray, now: np.ndarray, after: np.ndarray, *, early: float, late: float
) -> np.ndarray:
    """Return who enters in a year: ``(1-z)(1-f)C_t + z(1-f)C_{t-1} + f·C_{t+1}``.

    Parameters
    ----------
    before, now, after : the cohorts C of last year, this year and next year
    early, late : share f that comes a year early, z that comes a year late

    Examples
    --------
    >>> round(float(due_children(*map(np.array, (60.0, 50.0, 55.0)), early=0.02, late=0.08)), 3)
    50.884
    """
    kept = (1 - late) * (1 - early) * now + late * (1 - early) * before
    return kept + (early * after if early > 0 else 0.0)


def due_by_year(counts: np.ndarray, *, month: int | None, early: float, late: float) -> np.ndarray:
    """Return the children due per year, from counts by year and age.

    Parameters
    ----------
    counts : (years, ..., ages) in order of years; ages 0, 1, 2, … in the last axis
    month : of the cut-off day; None: the children of six in the same year
    early, late : as of `due_children`

    Returns
    -------
    (years, ...) NaN where a year before or after is needed that is not there.
    """
    cohort = counts[..., ENTRY_AGE].astype(float)
    if month is not None:
        cohort = np.full(cohort.shape, np.nan)
        cohort[1:] = entry_cohort(
            counts[:-1, ..., ENTRY_AGE], counts[:-1, ..., ENTRY_AGE - 1], month
        )
    if early == 0 and late == 0:
        return cohort
    gap = np.full((1, *cohort.shape[1:]), np.nan)
    before = np.concatenate([gap, cohort[:-1]]) if late > 0 else cohort
    after = np.concatenate([cohort[1:], gap]) if early > 0 else cohort
    return due_children(before, cohort, after, early=early, late=late)
