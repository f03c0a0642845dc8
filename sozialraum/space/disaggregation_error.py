"""How much of a moved count is known and how much is estimated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sozialraum.model.alignment import aligned

if TYPE_CHECKING:
    from sozialraum.space.crosswalk import Crosswalk


def mask_interval(crosswalks: Mapping[str, Crosswalk], counts: pd.DataFrame) -> pd.DataFrame:
    """Move the same counts by several masks and return how far apart the answers are.

    Nobody knows how persons are spread within a source; different masks (even, by inhabited cells,
    by children, by dwellings) are different plausible answers, and their range is an honest
    interval.

    Parameters
    ----------
    crosswalks : name of the mask -> crosswalk, all between the same areas; the first is the
        estimate
    counts : (n_source, n_variables); NaN spreads to every target that shares the area

    Returns
    -------
    Index = target key; columns (variable, statistic) with ``estimate``, ``low``, ``high``,
    ``lowest_by`` and ``highest_by`` (names of the masks).

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> from sozialraum.space.crosswalk import Crosswalk
    >>> even = Crosswalk(csr_array([[0.5], [0.5]]), ("A", "B"), ("1",), "areal")
    >>> cells = Crosswalk(csr_array([[0.8], [0.2]]), ("A", "B"), ("1",), "dasymetric")
    >>> both = {"Zellen": cells, "Fläche": even}
    >>> mask_interval(both, pd.DataFrame({"kinder": [10.0]}, index=["1"]))["kinder"]
       estimate  low  high lowest_by highest_by
    A       8.0  5.0   8.0    Fläche     Zellen
    B       2.0  2.0   5.0    Zellen     Fläche
    """
    names = np.array(list(crosswalks), dtype=object)
    if len(names) == 0:
        message = "The 'crosswalks' parameter of mask_interval must not be empty. Got {} instead."
        raise ValueError(message)
    first, *others = crosswalks.values()
    if any(o.target_keys != first.target_keys for o in others):
        message = (
            "The 'crosswalks' parameter of mask_interval must have the same targets in each. Got "
            "others instead."
        )
        raise ValueError(message)
    moved = np.stack([walk.apply(counts).to_numpy() for walk in crosswalks.values()])
    tables = {}
    for c, column in enumerate(counts.columns):
        answers = moved[:, :, c]
        tables[column] = pd.DataFrame(
            {
                "estimate": answers[0],
                "low": answers.min(axis=0),
                "high": answers.max(axis=0),
                "lowest_by": names[answers.argmin(axis=0)],
                "highest_by": names[answers.argmax(axis=0)],
            },
            index=list(first.target_keys),
        )
    return pd.concat(tables, axis=1)


def misplaced_share(moved: pd.Series, truth: pd.Series) -> float:
    """Return the share of all persons that a crosswalk put into the wrong area.

    ``Σ |moved - truth| / (2 Σ truth)``: each misplaced person is missing in one area and too much
    in another.

    Examples
    --------
    >>> misplaced_share(pd.Series({"A": 60.0, "B": 40.0}), pd.Series({"A": 50.0, "B": 50.0}))
    0.1
    """
    moved, truth = aligned("misplaced_share", moved=moved, truth=truth)
    gap = moved.sub(truth).abs().sum()
    return float(gap / (2 * truth.sum()))
