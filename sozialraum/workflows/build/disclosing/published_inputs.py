"""What the public can know of withheld values, for figures that are simulated from all values.

How sure a class is depends on every value of an area, and a little on those of all others. So that
it tells nothing of what is withheld, a withheld value is replaced before the simulation by one that
follows from what is published: the one that gives the area its published index.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from sozialraum.config.plan import Plan
from sozialraum.model import Breaks, Release
from sozialraum.privacy.edition import WITHHELD
from sozialraum.workflows.build.measuring import Measured
from sozialraum.workflows.build.scoring import FittedMethod, score

# far below the decimals of a published index
_STEPS, _CLOSE = 28, 1e-6


def publicly_measured(
    plan: Plan, measured: Measured, fitted: FittedMethod, release: Release
) -> Measured:
    """Return the build's own Stichtag with every withheld value replaced.

    Of an area with withheld values these lie equally far along the range of the published values of
    their indicators, so far that the index is the published one, or the middle of the published
    class. Where not even the class is published the area has no value. What is shown is as
    counted: what a simulation tells of it is a row of the audit.
    """
    axis = plan.axis_names[0]
    ids = [i.id for i in plan.indicators_of(axis)]
    edition = release.current
    value, hidden = measured.value[ids].copy(), edition.signs[ids].isin(WITHHELD)
    hidden &= value.notna()
    if not hidden.to_numpy().any():
        return measured
    target = _target(edition.table, fitted.breaks)
    low, high = edition.values[ids].min(), edition.values[ids].max()
    unknown = low.isna().to_numpy()[None, :] | target.isna().to_numpy()[:, None]
    sign = pd.Series(fitted.scale.sign, index=list(fitted.scale.ids))[ids]
    start, reach = low.where(sign > 0, high), (high - low) * sign

    def filled(way: np.ndarray) -> pd.DataFrame:
        return value.mask(hidden, _along(start, reach, way, value))

    def index(way: np.ndarray) -> np.ndarray:
        return score(plan, axis, filled(way), fitted).index.to_numpy(float)

    rows = hidden.any(axis=1).to_numpy() & target.notna().to_numpy()
    found = filled(_way(index, target.to_numpy(), rows)).mask(hidden & unknown)
    others = measured.value.drop(columns=ids)
    return replace(measured, value=found.join(others)[list(measured.value.columns)])


def _way(
    index: Callable[[np.ndarray], np.ndarray], target: np.ndarray, rows: np.ndarray
) -> np.ndarray:
    """Return per row how far, from 0 to 1, the rising `index` is the target; an end where never.

    The next place is where a straight line between the ends would meet it, or their middle: an
    index of straight lines is met at once.
    """
    below, above = np.zeros(len(target)), np.ones(len(target))
    low, high = index(below), index(above)
    way = np.where(target >= high, 1.0, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        open_ = rows & (low < target) & (target < high)
        for step in range(_STEPS):
            if not open_.any():
                break
            line = below + (target - low) / (high - low) * (above - below)
            place = line if step % 2 == 0 else (below + above) / 2
            way = np.where(open_, place, way)
            met = index(way)
            short = met < target
            below, low = np.where(short, way, below), np.where(short, met, low)
            above, high = np.where(short, above, way), np.where(short, high, met)
            open_ &= np.abs(met - target) > _CLOSE
    return way


def _along(start: pd.Series, reach: pd.Series, way: np.ndarray, like: pd.DataFrame) -> pd.DataFrame:
    """Return per area and indicator the value at a part of the way from worst to best."""
    values = start.to_numpy()[None, :] + way[:, None] * reach.to_numpy()[None, :]
    return pd.DataFrame(values, like.index, like.columns)


def _target(table: pd.DataFrame, breaks: Breaks) -> pd.Series:
    """Return the published index, or the middle of the published class; NaN where neither is."""
    known = table["index"].astype(float)
    ends = [known.min(), *breaks.inner, known.max()]
    middles = {
        number: (ends[n] + ends[n + 1]) / 2
        for n, number in enumerate(breaks.numbers or range(1, breaks.k + 1))
    }
    return known.fillna(table["class"].map(middles).astype(float))
