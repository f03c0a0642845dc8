"""What may be wrong with a question about catchments: ways, pairs of neighbours, numbers, keys."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sozialraum.model.alignment import refuse_doubled
from sozialraum.model.problem import Problem
from sozialraum.planning.checks import key_problems, listed, number_problems, raise_problems
from sozialraum.texts import problem


def refuse_wrong_catchments(
    metres: pd.DataFrame,
    pairs: list[tuple[str, str]],
    columns: Mapping[str, tuple[pd.Series | None, pd.Index]],
    current: pd.Series | None,
    crossings: pd.DataFrame | None,
    loads: pd.DataFrame | None,
) -> None:
    """Raise all that is wrong with ways, pairs of neighbours, numbers and keys at once."""
    blocks, schools = metres.index, metres.columns
    raise_problems(
        [
            *_matrix_problems(metres),
            *key_problems((k for pair in pairs for k in pair), blocks, "Nachbarn"),
            *_column_problems(columns),
            *_place_problems(current, crossings, blocks, schools),
            *_load_problems(loads, blocks),
        ]
    )


def _column_problems(columns: Mapping[str, tuple[pd.Series | None, pd.Index]]) -> list[Problem]:
    """Find numbers that are missing or impossible, and keys of blocks or schools that are not."""
    problems: list[Problem] = []
    for what, (column, keys) in columns.items():
        if column is not None:
            complete = column.reindex(keys) if column.index.is_unique else column
            problems += number_problems(complete, what) + key_problems(column.index, keys, what)
    return problems


def _place_problems(
    current: pd.Series | None, crossings: pd.DataFrame | None, blocks: pd.Index, schools: pd.Index
) -> list[Problem]:
    """Find schools of today and blocks of crossings that are unknown."""
    problems: list[Problem] = []
    if current is not None:
        problems += key_problems(current.dropna().loc[lambda s: s != ""], schools, "heutige Schule")
    if crossings is not None:
        problems += key_problems(crossings.index, blocks, "Querungen")
    return problems


def _matrix_problems(metres: pd.DataFrame) -> list[Problem]:
    found = []
    for keys, what in ((metres.index, "Blöcke"), (metres.columns, "Schulen")):
        if keys.has_duplicates:
            twice = listed(keys[keys.duplicated()].unique())
            found.append(problem("planning.duplicate_key", what=what, keys=twice))
    bad = metres.index[(~np.isfinite(metres) | (metres < 0)).any(axis=1)]
    if len(bad):
        found.append(problem("planning.bad_way", keys=listed(bad)))
    if len(metres) < metres.shape[1] or metres.shape[1] == 0:
        found.append(
            problem("planning.too_few_blocks", blocks=len(metres), schools=metres.shape[1])
        )
    return found


def _load_problems(loads: pd.DataFrame | None, blocks: pd.Index) -> list[Problem]:
    """Return what is wrong with the pupils of the years to come."""
    if loads is None:
        return []
    refuse_doubled("catchment_task", loads=loads)
    found = key_problems(loads.index, blocks, "Schulkinder")
    for year in loads:
        found += number_problems(loads[year].reindex(blocks), f"Schulkinder {year}")
    return found
