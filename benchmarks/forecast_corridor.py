"""How often the corridor of a pupil forecast holds what came, in simulated towns of known truth.

    python benchmarks/forecast_corridor.py [towns]

Prints per year ahead the share of schools within the corridor of 80 of 100 draws, its standard
error over the towns, the bias of the city and the mean error of a school.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from invented_people import FUTURE, PAST, UNITS, known_town, table

from sozialraum.planning.demography.projection import EntryRule, project

SEED, DRAWS, TOWNS = 2024, 400, 40


def held(seed: int) -> tuple[np.ndarray, ...]:
    """Return per year ahead: share inside, bias of the city, error of a school."""
    register, rolls = known_town(seed)
    made = project(
        table(register[:PAST]),
        table(rolls[:PAST]),
        np.arange(UNITS),
        horizon=FUTURE,
        rule=EntryRule(),
        draws=DRAWS,
    )
    entries, came = made.pupils[:, :, :, 0], rolls[PAST:, :, 0]
    low, high = np.quantile(np.round(entries), [0.1, 0.9], axis=1)
    middle, whole = entries.mean(axis=1), came.sum(axis=1)
    inside = ((low <= came) & (came <= high)).mean(axis=1)
    return inside, middle.sum(axis=1) / whole - 1, np.abs(middle - came).sum(axis=1) / whole


def main(towns: int = TOWNS) -> None:
    """Print the table."""
    found = np.array([held(SEED + town) for town in range(towns)])
    mean, error = found.mean(axis=0), found.std(axis=0, ddof=1) / np.sqrt(towns)
    print(f"{towns} towns of {UNITS} schools, seeds {SEED} to {SEED + towns - 1}")
    print("year  inside  s.e.   bias    error of a school")
    for year in range(FUTURE):
        inside, bias, missed = mean[:, year]
        print(f"{year + 1:4d}  {inside:.3f}  {error[0, year]:.3f}  {bias:+.3f}  {missed:.3f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
