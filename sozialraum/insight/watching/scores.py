"""Scores of monthly counts: flows by their share of the city's cases, stocks by their movement."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sozialraum.kernels.watching import flow_scores, stock_scores

Array = NDArray[np.float64]
LONGEST = 60  # months that say what is usual, at most
LEAST = 9  # months that must be known whole to say what is usual
ALLOWANCE = {"flow": 0.5, "stock": 0.25}


class Scores(NamedTuple):
    """Scores of every month and area, all (n_months, n_areas); NaN where nothing can be said.

    Parameters
    ----------
    z : standard normal while nothing happens
    expected : cases that the past lets expect
    spread : ρ of a flow's distribution given the city's cases; for a stock the standard deviation
        of its movement, persons
    """

    z: Array
    expected: Array
    spread: Array


def scores_of_flows(
    cases: Array, exposure: Array | None, *, first: int, guard: int, direction: str = "up"
) -> Scores:
    """Return how far an area's share of the city's cases lies from its own past.

    Parameters
    ----------
    cases : (n_months, n_areas), NaN where not known
    exposure : same shape, persons the cases come from; None where they need no regard
    first : number of the first month that is judged
    guard : latest months that do not count as usual
    direction : "up" or "down"
    """
    persons = np.ones_like(cases) if exposure is None else exposure
    p, expected, spread = flow_scores(
        cases, persons, exposure is not None, first, guard, LONGEST, LEAST
    )
    sign = -1.0 if direction == "up" else 1.0
    return Scores(sign * ndtri(p), expected, spread)


def movements(cases: Array) -> Array:
    """Return ``e_t = (y_t − y_{t−1} g_t)/√y_{t−1}``, g_t = growth of the rest of the city.

    NaN in the first month, and where a month or the one before is not known.
    """
    found = np.full(cases.shape, np.nan)
    rest = np.nansum(cases, axis=1, keepdims=True) - np.nan_to_num(cases)
    # of a city that misses an area, the growth cannot be told
    rest[np.isnan(cases).any(axis=1)] = np.nan
    with np.errstate(invalid="ignore", divide="ignore"):
        growth = rest[1:] / np.where(rest[:-1] > 0, rest[:-1], np.nan)
        found[1:] = (cases[1:] - cases[:-1] * growth) / np.sqrt(np.maximum(cases[:-1], 1.0))
    return found


def scores_of_movements(moves: Array, *, first: int, guard: int, direction: str = "up") -> Array:
    """Return the (3, n_months, n_areas) z, centre and spread of movements."""
    found = stock_scores(moves, first, guard, LONGEST, LEAST)
    if direction == "down":
        found[0] = -found[0]
    return found


def scores_of_stocks(cases: Array, *, first: int, guard: int, direction: str = "up") -> Scores:
    """Return how far the net movement of a stock lies from those of the past.

    Parameters as for `scores_of_flows`; an area is held against the growth of the others.
    """
    moves = movements(cases)
    z, centre, spread = scores_of_movements(moves, first=first, guard=guard, direction=direction)
    root = np.full(cases.shape, np.nan)
    root[1:] = np.sqrt(np.maximum(cases[:-1], 1.0))
    return Scores(z, cases - (moves - centre) * root, spread * root)
