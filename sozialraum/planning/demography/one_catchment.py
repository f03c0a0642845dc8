"""The pupils of one catchment by the practice of school planning; `project` does a whole town.

Grade 1 is the children of entry age times the entry rate (Eingangsquote), each further grade the
grade before times its passage rate (Durchgangsquote); rates are means of the last years. The
corridor holds what single years and chance made of them in the past, but not the moves of children
before they enter: that needs the whole register.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sozialraum.model.alignment import aligned
from sozialraum.model.errors import DataError
from sozialraum.planning.checks import listed
from sozialraum.planning.demography.class_rules import class_count
from sozialraum.planning.demography.pooling import learn_quotas
from sozialraum.planning.demography.projection import SEED, drawn_quotas, next_year
from sozialraum.texts import number, percent, problem, text


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
    rolls : (past years, grades) pupils, grades in order; years in any order, none left out
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
    register, rolls, coming = (_by_year(part) for part in (register, rolls, coming))
    entry, passage = rates(register, rolls)
    share = np.array(weights, float)
    entry_rate = _weighted(entry, share)
    passage_rates = passage.apply(lambda column: _weighted(column, share))
    last = rolls.iloc[-1].to_numpy(float)
    expected = _carry(coming.to_numpy(float), last, entry_rate, passage_rates.to_numpy())
    drawn = _draw(register, rolls, coming, entry_rate, passage_rates, draws, seed)
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


def _by_year(table: Any) -> Any:
    """Return a table in order of its years, however it was delivered; no year may be left out."""
    if not all(isinstance(year, int | np.integer) for year in table.index):
        return table
    table = table.sort_index()
    missing = sorted(set(range(table.index[0], table.index[-1] + 1)) - set(table.index))
    if missing:
        words = {"file": text("planning.forecast.given"), "column": "schuljahr"}
        raise DataError(problem("planning.gap_in_years", missing=listed(missing), **words))
    return table


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


def _draw(
    register: pd.Series,
    rolls: pd.DataFrame,
    coming: pd.Series,
    entry: float,
    passage: pd.Series,
    draws: int,
    seed: int,
) -> np.ndarray:
    """Return (years, draws, grades): rates drawn around their means, pupils around the rates."""
    rng = np.random.default_rng(seed)
    table = rolls.to_numpy(float)
    pairs = [(register.to_numpy(float), table[:, 0], entry)]
    steps = zip(table[:-1, :-1].T, table[1:, 1:].T, passage.to_numpy(), strict=True)
    quotas = [
        replace(learn_quotas(old[:, None], new[:, None]), rate=np.array([rate]))
        for old, new, rate in [*pairs, *steps]
    ]
    sure = [drawn_quotas(quota, draws, rng) for quota in quotas]
    grades = np.repeat(table[-1][None], draws, axis=0)
    years = []
    for expected in coming.to_numpy(float):
        before = np.column_stack([np.full(draws, expected), grades[:, :-1]])
        columns = [
            next_year(before[:, g : g + 1], sure[g], quota, rng) for g, quota in enumerate(quotas)
        ]
        grades = np.round(np.hstack(columns))
        years.append(grades)
    return np.array(years)


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
