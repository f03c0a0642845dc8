"""How many pupils will come: register children, entry rates, passage rates, and how sure that is.

The practice of school planning: grade 1 is the register's children of entry age times the entry
rate (Eingangsquote), each further grade the grade before times its passage rate (Durchgangsquote);
rates are means of the last years. The corridor adds what the past years scattered around them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sozialraum.model.alignment import aligned
from sozialraum.model.errors import DataError
from sozialraum.planning.allocation.published_rules import read_published_rules
from sozialraum.planning.checks import require_one_of
from sozialraum.texts import number, percent, problem, text

LEAST_SPREAD = 0.02
SEED = 2024


@dataclass(frozen=True, eq=False)
class PupilForecast:
    """Pupils to expect.

    Parameters
    ----------
    entry_rate, passage_rates : means used
    expected : (years, grades)
    corridor : per year ``low``, ``middle``, ``high`` of all pupils (10, 50, 90 of 100 draws) and
        ``entry_low``, ``entry_middle``, ``entry_high`` of grade 1
    entries : (years, draws) pupils of grade 1, for `class_chances`
    """

    entry_rate: float
    passage_rates: pd.Series
    expected: pd.DataFrame
    corridor: pd.DataFrame
    entries: pd.DataFrame


def rates(register: pd.Series, rolls: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """Return entry rates per year and passage rates per pair of years and grade.

    Parameters
    ----------
    register : children of entry age per year
    rolls : (years, grades) pupils; rows and columns are in order of time and grade, which is an
        input: only the order of `register` is not

    Returns
    -------
    ``rolls[first grade] / register``, and ``rolls[g + 1, t + 1] / rolls[g, t]`` under the later
    year and the later grade; NaN where the denominator is 0.
    """
    rolls, register = aligned("rates", rolls=rolls, register=register)
    entry = rolls.iloc[:, 0] / register.where(lambda v: v > 0)
    before = rolls.iloc[:-1, :-1].where(lambda v: v > 0).to_numpy(float)
    passage = rolls.iloc[1:, 1:] / before
    return entry, passage


def forecast_pupils(
    register: pd.Series,
    rolls: pd.DataFrame,
    coming: pd.Series,
    *,
    weights: Sequence[float] = (1, 2, 3),
    draws: int = 2000,
    seed: int = SEED,
) -> PupilForecast:
    """Forecast the pupils of one catchment.

    Parameters
    ----------
    register : children of entry age in past years, the years of `rolls`
    rolls : (past years, grades) pupils, in order of time and grade
    coming : children of entry age in the years to come (already born; new housing added by whoever
        knows it)
    weights : of the last years, the oldest first
    draws : of the corridor
    seed : the same seed gives the same corridor

    Raises
    ------
    DataError
        If there are fewer than two past years, or numbers are missing or negative.

    Examples
    --------
    >>> register = pd.Series({2022: 50, 2023: 60, 2024: 50})
    >>> rolls = pd.DataFrame({1: [55, 66, 55], 2: [50, 55, 66]}, index=[2022, 2023, 2024])
    >>> forecast = forecast_pupils(register, rolls, pd.Series({2025: 100}))
    >>> round(forecast.entry_rate, 3), forecast.expected.round(1).to_numpy().tolist()
    (1.1, [[110.0, 55.0]])
    """
    rolls, register = aligned("forecast_pupils", rolls=rolls, register=register)
    _check(register, rolls, coming)
    entry, passage = rates(register, rolls)
    share = np.array(weights, float)
    entry_rate = _weighted(entry, share)
    passage_rates = passage.apply(lambda column: _weighted(column, share))
    last = rolls.iloc[-1].to_numpy(float)
    expected = _carry(coming.to_numpy(float), last, entry_rate, passage_rates.to_numpy())
    drawn = _draw(register, rolls, coming, entry_rate, passage_rates, share, draws, seed)
    totals = np.quantile(drawn.sum(axis=2), [0.1, 0.5, 0.9], axis=1)
    firsts = np.quantile(drawn[:, :, 0], [0.1, 0.5, 0.9], axis=1)
    names = ["low", "middle", "high", "entry_low", "entry_middle", "entry_high"]
    corridor = pd.DataFrame(np.vstack([totals, firsts]).T, index=coming.index, columns=names)
    return PupilForecast(
        entry_rate,
        passage_rates,
        pd.DataFrame(expected, index=coming.index, columns=rolls.columns),
        corridor,
        pd.DataFrame(drawn[:, :, 0], index=coming.index),
    )


def _check(register: pd.Series, rolls: pd.DataFrame, coming: pd.Series) -> None:
    numbers = [register, rolls.stack(), coming]
    bad = any(not np.isfinite(c.to_numpy(float)).all() or (c < 0).any() for c in numbers)
    if bad or len(rolls) < 2:
        raise DataError(problem("planning.bad_rolls", years=len(rolls)))


def _weighted(values: pd.Series, weights: np.ndarray) -> float:
    """Return the weighted mean of the last years; years without a rate do not count."""
    last = values.to_numpy(float)[-len(weights) :]
    share = weights[-len(last) :] * np.isfinite(last)
    return float(np.nansum(last * share) / share.sum()) if share.sum() > 0 else 0.0


def _carry(coming: np.ndarray, last: np.ndarray, entry: float, passage: np.ndarray) -> np.ndarray:
    years, grades = [], last
    for children in coming:
        grades = np.r_[children * entry, grades[:-1] * passage]
        years.append(grades)
    return np.array(years)


def _scatter(observed: np.ndarray, before: np.ndarray, rate: np.ndarray | float) -> float:
    """Return v of ``Var(next) = v · before``, from what past years missed their mean by."""
    known = np.isfinite(observed) & (before > 0)
    square = ((observed - rate * before) ** 2 / np.where(before > 0, before, 1))[known]
    return max(float(square.sum() / max(known.sum() - 1, 1)), LEAST_SPREAD)


def _draw(
    register: pd.Series,
    rolls: pd.DataFrame,
    coming: pd.Series,
    entry: float,
    passage: pd.Series,
    weights: np.ndarray,
    draws: int,
    seed: int,
) -> np.ndarray:
    """Return (years, draws, grades): rates drawn around their means, pupils around the rates."""
    rng = np.random.default_rng(seed)
    table = rolls.to_numpy(float)
    children = register.to_numpy(float)
    entry_noise = _scatter(table[:, 0], children, entry)
    step_noise = _scatter(table[1:, 1:], table[:-1, :-1], passage.to_numpy()[None, :])
    share = weights[-len(table) :] / weights[-len(table) :].sum()
    steps = weights[-(len(table) - 1) :] / weights[-(len(table) - 1) :].sum()
    sure_entry = math.sqrt(entry_noise * (share**2 / np.maximum(children[-len(share) :], 1)).sum())
    sizes = np.maximum(table[:-1, :-1][-len(steps) :], 1)
    sure_step = np.sqrt(step_noise * (steps[:, None] ** 2 / sizes).sum(axis=0))
    entry_rate = np.maximum(rng.normal(entry, sure_entry, draws), 0)
    step_rate = np.maximum(rng.normal(passage.to_numpy(), sure_step, (draws, len(passage))), 0)
    grades = np.tile(table[-1], (draws, 1))
    years = []
    for expected in coming.to_numpy(float):
        first = rng.normal(expected * entry_rate, math.sqrt(entry_noise * expected))
        later = grades[:, :-1] * step_rate
        later = rng.normal(later, np.sqrt(step_noise * grades[:, :-1]))
        grades = np.round(np.maximum(np.column_stack([first, later]), 0))
        years.append(grades)
    return np.array(years)


def class_count(pupils: float, *, rule: str = "nrw_6a") -> int:
    """Return how many classes an entry cohort makes under a law of ``rules/classes.toml``.

    Examples
    --------
    >>> [class_count(n) for n in (0, 29, 30, 150, 151, 176)]
    [0, 1, 2, 6, 7, 8]
    """
    laws = {name: law for name, law in read_published_rules("classes").items() if "limits" in law}
    require_one_of(rule, laws, name="rule", caller="class_count")
    if pupils <= 0:
        return 0
    law = laws[rule]
    for classes, limit in enumerate(law["limits"], 1):
        if pupils <= limit:
            return classes
    return len(law["limits"]) + math.ceil((pupils - law["limits"][-1]) / law["step"])


def class_chances(forecast: PupilForecast, *, rule: str = "nrw_6a") -> pd.DataFrame:
    """Return per year the chance of each number of classes; "57.2 children" decides nothing.

    Parameters
    ----------
    forecast : of one school or area
    rule : published rule of the sizes of classes
    """
    counts = forecast.entries.map(lambda pupils: class_count(pupils, rule=rule))
    shares = {year: row.value_counts(normalize=True) for year, row in counts.iterrows()}
    table = pd.DataFrame(shares).T.fillna(0.0)
    return table.reindex(columns=sorted(table.columns))


def forecast_sentence(forecast: PupilForecast, year: object, *, rule: str = "nrw_6a") -> str:
    """Return the forecast of a year's entry in one German sentence.

    Parameters
    ----------
    rule : of class sizes, as for `class_chances`
    """
    chances = class_chances(forecast, rule=rule).loc[year]
    row = forecast.corridor.loc[year]
    return text(
        "planning.sentence.forecast",
        year=year,
        low=number(row["entry_low"]),
        middle=number(row["entry_middle"]),
        high=number(row["entry_high"]),
        classes=int(chances.idxmax()),
        chance=percent(chances.max(), 0),
    )
