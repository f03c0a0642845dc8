"""All-day care: who is entitled, how many places that takes, and what they need by stated norms."""

from __future__ import annotations

import math

import numpy as np

from sozialraum.planning.allocation.published_rules import read_published_rules

DUST = 1e-9


def entitled_grades(year: int) -> int:
    """Return how many grades have the claim in the school year that begins in `year`.

    Examples
    --------
    >>> [entitled_grades(y) for y in (2025, 2026, 2028, 2029, 2031)]
    [0, 1, 3, 4, 4]
    """
    claim = read_published_rules("ganztag")["claim"]
    return int(np.clip(year - claim["first_year"] + 1, 0, claim["grades"]))


def places_needed(
    pupils: np.ndarray, year: int, *, take_up: float, today: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the entitled and the places needed: ``Σ u P`` of them and ``Σ u_today P`` of others.

    Parameters
    ----------
    pupils : (..., grades) from grade 1
    year : in which the school year begins
    take_up : share u of the entitled who come
    today : share of the others who have a place as today

    Examples
    --------
    >>> entitled, need = places_needed(np.array([60, 58, 57, 55.0]), 2026, take_up=0.8, today=0.55)
    >>> float(entitled), round(float(need), 2)
    (60.0, 141.5)
    """
    entitled = pupils[..., : entitled_grades(year)].sum(axis=-1)
    return entitled, take_up * entitled + today * (pupils.sum(axis=-1) - entitled)


def whole_up(count: np.ndarray | float) -> np.ndarray:
    """Return counts rounded up to whole ones; what computing added does not count."""
    return np.ceil(np.asarray(count, float) - DUST)


def groups_for(places: np.ndarray, size: float) -> np.ndarray:
    """Return the groups of at most `size` children."""
    return whole_up(whole_up(places) / size)


def rooms_for(
    groups: np.ndarray, *, size: float, area_per_child: float, room: float, shared: float = 0.0
) -> np.ndarray:
    """Return the rooms for groups: ``⌈groups · size · m² per child · (1 - shared) / room m²⌉``."""
    return whole_up(groups * size * area_per_child * (1 - shared) / room)


def missing(need: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return the places that are missing; NaN where places are not known."""
    gap = np.maximum(whole_up(need) - places, 0.0)
    return np.where(np.isfinite(places), gap, math.nan)
