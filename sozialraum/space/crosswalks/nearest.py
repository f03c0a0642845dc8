"""The nearest school as a crosswalk: every home belongs to the school it reaches first."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from sozialraum.space.crosswalk import Crosswalk
from sozialraum.space.network import Distances


def nearest_crosswalk(distances: Distances, *, even: float | None = None) -> Crosswalk:
    """Make the crosswalk that gives every origin to its nearest destination.

    Parameters
    ----------
    distances : metres from every origin to every destination, NaN where there is no way
    even : metres by which ways may differ and still be as good as equal: the origin then belongs
        to all those destinations alike. None gives every origin wholly to one, at equal distance
        to the destination that comes first. The two together tell how much of a destination rests
        on homes halfway (`Crosswalk.split_share`, `error.mask_interval`).

    Returns
    -------
    `Crosswalk` of method "nearest", columns add up to 1. Origins that reach no destination stay in
    ``unmatched_source``; destinations nobody is nearest to are in ``unmatched_target``.
    ``details["basis"]`` says whether paths or the beeline were measured.

    Notes
    -----
    Conservation: a column is a single 1 (with `even` it adds up to 1), or 0 where there is no way.
    Unit of ``mass``: origins, 1 each. NaN: an origin without a count makes its destination NaN.
    Error: `error.mask_interval` of this crosswalk and one with `even`.

    Examples
    --------
    >>> metres = pd.DataFrame({"S1": [100.0, 900.0], "S2": [300.0, 200.0]}, index=["a", "b"])
    >>> nearest_crosswalk(Distances(metres, "Fußweg")).matrix.toarray()
    array([[1., 0.],
           [0., 1.]])
    """
    metres = distances.metres
    reached = metres.notna().any(axis=1).to_numpy()
    way = np.where(metres.isna(), np.inf, metres)[reached]
    if even is None:
        row, near = np.argmin(way, axis=1), np.arange(len(way))
    else:
        near, row = np.nonzero(way <= way.min(axis=1, keepdims=True, initial=np.inf) + even)
    share = 1.0 / np.bincount(near, minlength=len(way))[near]
    shape = (metres.shape[1], len(metres))
    cells = (share, (row, np.flatnonzero(reached)[near]))
    matrix = sparse.csr_array(sparse.coo_array(cells, shape=shape))
    keys = metres.index.astype(str)
    alone = np.flatnonzero(np.diff(matrix.indptr) == 0)
    return Crosswalk(
        matrix=matrix,
        target_keys=tuple(metres.columns.astype(str)),
        source_keys=tuple(keys),
        method="nearest",
        unmatched_source=pd.Series(1.0, index=keys[~reached], dtype=float),
        unmatched_target=pd.Series(1.0, index=metres.columns[alone].astype(str), dtype=float),
        details={"basis": distances.basis, "even": even},
    )
