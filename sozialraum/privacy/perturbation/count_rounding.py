"""Rounding of counts: each by itself, or all together so that totals still add up."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import scipy
import scipy.sparse as sp

from sozialraum.model.alignment import aligned, aligned_values
from sozialraum.model.errors import DisclosureError
from sozialraum.texts import problem


def round_counts(counts: pd.Series, *, multiple: int = 5, minimum: int = 0) -> pd.Series:
    """Round each count to the nearest multiple; withhold those below `minimum` (ONS: 10 and 5).

    Halves of an even multiple go up. Zeros stay zeros unless they are below `minimum`.

    Examples
    --------
    >>> round_counts(pd.Series([7, 12, 13]), multiple=5).tolist()
    [5.0, 10.0, 15.0]
    >>> round_counts(pd.Series([7, 12, 13]), multiple=5, minimum=10).tolist()
    [nan, 10.0, 15.0]
    """
    rounded = np.floor(counts.astype(float) / multiple + 0.5) * multiple
    return rounded.where(counts >= minimum)


def controlled_rounding(
    counts: pd.Series, geographies: Mapping[str, pd.Series], *, multiple: int = 5
) -> pd.Series:
    """Round counts of the smallest areas so that every total is off by less than `multiple`.

    Each count goes to the multiple below or above it (an exact multiple stays), chosen so that the
    sums over every zone stay within less than one multiple of the truth; the total deviation of the
    zones is the smallest possible. Sums of the rounded counts are then themselves multiples, and
    all tables add up.

    Parameters
    ----------
    counts : per unit (or atom), persons
    geographies : per geography the zone of each unit; NaN = outside

    Raises
    ------
    DisclosureError
        If no such rounding exists (possible with three and more crossing geographies).

    References
    ----------
    Cox (1987), Journal of the American Statistical Association 82; Salazar-González (2006).

    Examples
    --------
    >>> units = ["a", "b", "c"]
    >>> controlled_rounding(
    ...     pd.Series([2, 2, 2], units), {"Stadt": pd.Series(["S", "S", "S"], units)}
    ... ).sum().item()
    5.0
    """
    (counts,) = aligned("controlled_rounding", counts=counts)
    geographies = aligned_values("controlled_rounding", counts.index, "'counts'", geographies)
    floor = np.floor(counts.to_numpy(dtype=float) / multiple) * multiple
    open_ = (counts.to_numpy(dtype=float) > floor).astype(float)
    matrix = _incidence(counts.index, geographies)
    # y: totals beyond the sum of the floors; up: 0/1 per unit; over, under: deviation per zone
    gap = matrix @ (counts.to_numpy(dtype=float) - floor)
    zones, units = matrix.shape
    eye = sp.eye_array(zones)
    constraint = sp.hstack([matrix * multiple, -eye, eye], format="csr")
    limit = multiple - 1e-6
    found = scipy.optimize.milp(
        np.concatenate([np.zeros(units), np.ones(2 * zones)]),
        constraints=scipy.optimize.LinearConstraint(constraint, gap, gap),
        integrality=np.concatenate([np.ones(units), np.zeros(2 * zones)]),
        bounds=scipy.optimize.Bounds(0, np.concatenate([open_, np.full(2 * zones, limit)])),
        options={"mip_rel_gap": 0.0},
    )
    if found.status != 0:
        raise DisclosureError(problem("privacy.no_controlled_rounding", found=multiple))
    up = np.round(found.x[:units])
    return pd.Series(floor + multiple * up, index=counts.index)


def _incidence(units: pd.Index, geographies: Mapping[str, pd.Series]) -> sp.csr_array:
    blocks = []
    for zones in geographies.values():
        codes, names = pd.factorize(zones, sort=True)
        inside = np.flatnonzero(codes >= 0)
        blocks.append(
            sp.csr_array(
                (np.ones(inside.size), (codes[inside], inside)), shape=(len(names), len(units))
            )
        )
    return sp.csr_array(sp.vstack(blocks))
