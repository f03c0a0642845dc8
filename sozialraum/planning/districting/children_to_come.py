"""Children of the blocks in the years to come, from those that a forecast projects for areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sozialraum.model.alignment import aligned
from sozialraum.model.errors import DataError
from sozialraum.planning.demography.projection import Projection
from sozialraum.texts import problem


@dataclass(frozen=True, kw_only=True, eq=False)
class ChildrenToCome:
    """What catchments are drawn for.

    Parameters
    ----------
    loads : (blocks, years) children of the ages at school; columns are years as words
    entering : (blocks,) children who enter school, mean of the years
    elsewhere : children of areas without a block, mean of the years: no plan places them
    """

    loads: pd.DataFrame
    entering: pd.Series
    elsewhere: float


def children_to_come(
    projection: Projection,
    area: pd.Series,
    pupils: pd.Series,
    *,
    years: tuple[int, int] | None,
    ages: tuple[int, int],
) -> ChildrenToCome:
    """Spread what is expected of each area over its blocks, as today's children are spread.

    Blocks of an area without any child today share alike.

    Parameters
    ----------
    projection : of areas; expected values are the means of its draws
    area : (blocks,) area of the projection each block lies in
    pupils : (blocks,) children of today
    years : first and last that count; None: all
    ages : youngest and oldest at school

    Raises
    ------
    DataError
        If none of the years is projected, or an age is not.
    """
    area, pupils = aligned("children_to_come", area=area, pupils=pupils)
    first, last = (projection.years[0], projection.years[-1]) if years is None else years
    at = [y for y, year in enumerate(projection.years) if first <= year <= last]
    columns = [a for a, age in enumerate(projection.ages) if ages[0] <= age <= ages[1]]
    if not at or len(columns) != ages[1] - ages[0] + 1:
        raise DataError(_not_projected(projection))
    there = projection.children[at][:, :, :, columns].sum(axis=3).mean(axis=1, dtype=float)
    due = projection.due[at].mean(axis=(0, 1), dtype=float)
    home = pd.Index(projection.areas).get_indexer(area.astype(str))
    share = _shares(home, pupils.to_numpy(float), len(projection.areas))
    empty = np.bincount(home, minlength=len(projection.areas)) == 0
    loads = there[:, home].T * share[:, None]
    names = [str(projection.years[y]) for y in at]
    return ChildrenToCome(
        loads=pd.DataFrame(loads, area.index, names),
        entering=pd.Series(due[home] * share, area.index),
        elsewhere=float(there[:, empty].sum(axis=1).mean()),
    )


def _not_projected(projection: Projection) -> object:
    return problem(
        "planning.not_projected",
        years=f"{projection.years[0]} bis {projection.years[-1]}",
        ages=f"{projection.ages[0]} bis {projection.ages[-1]}",
    )


def _shares(home: np.ndarray, weight: np.ndarray, areas: int) -> np.ndarray:
    """Return the share of each block in its area."""
    whole = np.bincount(home, weight, areas)[home]
    blocks = np.bincount(home, minlength=areas)[home]
    return np.where(whole > 0, weight / np.where(whole > 0, whole, 1.0), 1.0 / blocks)
