"""From pieces to a crosswalk in which nobody is lost and nobody is counted twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from sozialraum.model.errors import DataError
from sozialraum.model.options import Overlaps
from sozialraum.space.areas import NAMED_KEYS
from sozialraum.space.crosswalk import Crosswalk, shares_short_of_one
from sozialraum.texts import problem, text

# Borders of neighbouring catchments digitised twice overlap by centimetres: up to a thousandth of a
# source, the double part is shared evenly and listed; more is refused, because then persons would
# be counted twice.
DRAWING_NOISE = 1e-3
# Straight borders bend when they are brought into the CRS of a raster: below a millionth nothing is
# worth listing.
LISTED = 1e-6


@dataclass(frozen=True, eq=False)
class Pieces:
    """The pieces that source and target areas cut out of each other.

    Parameters
    ----------
    target, source : (n_pieces,) row numbers of the areas
    mass : (n_pieces,) m², persons or points in the piece, at least 0
    """

    target: NDArray[np.int64]
    source: NDArray[np.int64]
    mass: NDArray[np.float64]

    def filled_up(self, areal: Pieces, by_area: NDArray[np.bool_]) -> Pieces:
        """Return these pieces and those of surfaces for sources in which nothing was counted.

        Parameters
        ----------
        areal : pieces by area
        by_area : (n_pieces,) which of them are taken
        """
        return Pieces(
            np.concatenate([self.target, areal.target[by_area]]),
            np.concatenate([self.source, areal.source[by_area]]),
            np.concatenate([self.mass, areal.mass[by_area]]),
        )

    def matrix(self, shape: tuple[int, int]) -> sparse.csr_array:
        """Return the masses as a sparse (n_target, n_source) array."""
        cells = (self.mass, (self.target, self.source))
        return sparse.csr_array(sparse.coo_array(cells, shape=shape))


def assemble_crosswalk(
    pieces: Pieces,
    total: NDArray[np.float64],
    *,
    target_keys: tuple[str, ...],
    source_keys: tuple[str, ...],
    method: str,
    border: float,
    overlaps: Overlaps,
    unmatched_target: pd.Series | None = None,
    details: dict[str, Any] | None = None,
) -> Crosswalk:
    """Turn pieces into shares, column by column.

    ``share[t, s] = mass[t, s] / total[s]``; where the part outside all targets is at most `border`
    of the source, or targets overlap, the divisor is the sum of the pieces instead, so that the
    column adds up to exactly 1.

    Parameters
    ----------
    total : (n_source,) mass of each whole source, inside the targets or not
    """
    mass = pieces.matrix((len(target_keys), len(source_keys)))
    inside = np.asarray(mass.sum(axis=0)).ravel()
    outside = 1.0 - np.divide(inside, total, out=np.zeros_like(inside), where=total > 0)
    double = -outside
    if overlaps == "refuse":
        _refuse_double(double, mass, source_keys, target_keys)
    closed = (outside <= border) & (inside > 0)
    divisor = np.where(closed, inside, total)
    # divided, not multiplied by a factor: a source in one target alone gives it exactly 1
    matrix = mass.copy()
    divisor = divisor[matrix.indices]
    matrix.data = np.divide(matrix.data, divisor, out=np.zeros_like(matrix.data), where=divisor > 0)
    matrix.eliminate_zeros()
    given = closed & (outside > LISTED)
    notes = dict(details or {})
    notes["border"] = border
    notes["given_at_border"] = _by_key(outside, given, source_keys)
    notes["shared_overlap"] = _by_key(double, double > LISTED, source_keys)
    return Crosswalk(
        matrix=matrix,
        target_keys=target_keys,
        source_keys=source_keys,
        method=method,
        unmatched_source=shares_short_of_one(matrix, source_keys),
        unmatched_target=unmatched_target
        if unmatched_target is not None
        else pd.Series(dtype=float),
        mass=total,
        details=notes,
    )


def _by_key(
    share: NDArray[np.float64], listed: NDArray[np.bool_], keys: tuple[str, ...]
) -> dict[str, float]:
    return {keys[k]: float(share[k]) for k in np.flatnonzero(listed)}


def _refuse_double(
    double: NDArray[np.float64],
    mass: sparse.csr_array,
    source_keys: tuple[str, ...],
    target_keys: tuple[str, ...],
) -> None:
    heavy = np.flatnonzero(double > DRAWING_NOISE)
    if len(heavy) == 0:
        return
    columns = mass.tocsc()
    worst = heavy[np.argsort(-double[heavy], kind="stable")][:NAMED_KEYS]
    stated = []
    for s in worst:
        rows = columns.indices[columns.indptr[s] : columns.indptr[s + 1]]
        stated.append(f"{source_keys[s]} in {' + '.join(target_keys[t] for t in sorted(rows)[:3])}")
    found = text("space.parts.pairs", n=len(heavy), pairs="; ".join(stated))
    raise DataError(problem("space.overlapping_targets", found=found, what="target"))
