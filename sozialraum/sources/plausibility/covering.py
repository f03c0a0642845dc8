"""What lies in part outside: targets without numbers, areas without a target; m² and persons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.model import Problem
from sozialraum.texts import number, problem, text

_SHOWN = 5
LEAST_SHARE = 0.01  # of an area; borders that mean the same street differ by less
LEAST_METRES = 100.0  # m²


def partly(bare: NDArray[np.float64], sizes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which areas are bare in part: more than a border drawn differently, less than wholly."""
    with np.errstate(invalid="ignore"):
        return (bare > LEAST_METRES) & (bare > LEAST_SHARE * sizes) & (bare < sizes - 0.01)


def partly_covered(
    keys: Sequence[str],
    sizes: NDArray[np.float64],
    bare: NDArray[np.float64],
    counted: NDArray[np.float64] | None,
    *,
    file: str | None,
) -> list[Problem]:
    """Return the warning about targets of which a part has no numbers, in m² and persons.

    Parameters
    ----------
    keys, sizes, bare : of the targets: key, m², m² in no area with numbers
    counted : persons that the covered part brings; None where no population is named
    file : of the targets
    """
    some = _largest(bare, partly(bare, sizes))
    listed = [
        text(
            "sources.covering.target",
            key=keys[i],
            persons="" if counted is None else _counted(counted[i], bare[i], sizes[i]),
            **_uncovered(bare[i], sizes[i]),
        )
        for i in some[:_SHOWN]
    ]
    return _one("sources.partly_covered", listed, len(some), file)


def partly_outside(
    keys: Sequence[str],
    sizes: NDArray[np.float64],
    bare: NDArray[np.float64],
    persons: NDArray[np.float64] | None,
    *,
    most: float = 0.5,
    file: str | None,
) -> list[Problem]:
    """Return the warning about areas with numbers of which a part lies in no target.

    Parameters
    ----------
    keys, sizes, bare : of the areas: key, m², m² in no target
    most : share of an area above which it is told by itself, not here
    persons : of each area; None where no population is named
    file : of the areas
    """
    some = _largest(bare, partly(bare, sizes) & (bare <= most * sizes))
    listed = [
        text(
            "sources.covering.source",
            key=keys[i],
            persons="" if persons is None else _outside(persons[i] * bare[i] / sizes[i]),
            **_uncovered(bare[i], sizes[i]),
        )
        for i in some[:_SHOWN]
    ]
    return _one("sources.partly_outside", listed, len(some), file)


def aligned_persons(persons: pd.Series | None, keys: pd.Index) -> NDArray[np.float64] | None:
    """Return persons in the order of the areas, NaN where none is known."""
    return None if persons is None else persons.reindex(keys).to_numpy(float)


def _largest(bare: NDArray[np.float64], some: NDArray[np.bool_]) -> NDArray[np.int64]:
    rows = np.flatnonzero(some)
    return rows[np.argsort(-bare[rows], kind="stable")]


def _uncovered(bare: float, size: float) -> dict[str, str]:
    return {"metres": number(float(bare), 0), "share": number(100 * float(bare / size), 0)}


def _persons(n: float) -> str:
    """Return persons to tens, as everything that is told of so few houses; "" where unknown."""
    if np.isnan(n):
        return ""
    if n < 10:
        return text("sources.covering.few")
    return text("sources.covering.some", n=number(round(float(n), -1)))


def _outside(n: float) -> str:
    return "" if np.isnan(n) else f", {_persons(n)}"


def _counted(n: float, bare: float, size: float) -> str:
    """Return the persons of the covered part, and how many the rest has if as many live there."""
    if np.isnan(n):
        return ""
    missing = float(n * bare / (size - bare))
    counted = text("sources.covering.counted", persons=_persons(n))
    if missing < 10:
        return counted
    return counted + text("sources.covering.dense", n=number(round(missing, -1)))


def _one(code: str, listed: list[str], n: int, file: str | None) -> list[Problem]:
    if not n:
        return []
    found = "; ".join(listed) + (" …" if n > len(listed) else "")
    return [problem(code, "warning", file=file, n=n, found=found)]
