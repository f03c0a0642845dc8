"""The nearest school as a crosswalk: every home belongs to the school it reaches first."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from sozialraum.space.crosswalk import Crosswalk
from sozialraum.space.network import Distances


def nearest_crosswalk(distances: Distances) -> Crosswalk:
    """Make the crosswalk that gives every origin wholly to its nearest destination.

    At equal distance the destination that comes first. Origins that reach no destination stay in
    ``unmatched_source``; destinations nobody is nearest to are in ``unmatched_target``.
    ``details["basis"]`` says whether paths or the beeline were measured.

    Examples
    --------
    >>> metres = pd.DataFrame({"S1": [100.0, 900.0], "S2": [300.0, 200.0]}, index=["a", "b"])
    >>> nearest_crosswalk(Distances(metres, "Fußweg")).matrix.toarray()
    array([[1., 0.],
           [0., 1.]])
    """
    metres = distances.metres
    reached = metres.notna().any(axis=1).to_numpy()
    filled = metres.to_numpy()[reached]
    row = np.argmin(np.where(np.isnan(filled), np.inf, filled), axis=1)
    column = np.flatnonzero(reached)
    shape = (metres.shape[1], len(metres))
    matrix = sparse.csr_array(sparse.coo_array((np.ones(len(row)), (row, column)), shape=shape))
    keys = metres.index.astype(str)
    alone = np.flatnonzero(np.diff(matrix.indptr) == 0)
    return Crosswalk(
        matrix=matrix,
        target_keys=tuple(metres.columns.astype(str)),
        source_keys=tuple(keys),
        method="nearest",
        unmatched_source=pd.Series(1.0, index=keys[~reached], dtype=float),
        unmatched_target=pd.Series(1.0, index=metres.columns[alone].astype(str), dtype=float),
        details={"basis": distances.basis},
    )
