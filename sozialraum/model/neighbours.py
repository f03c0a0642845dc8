"""Who is whose neighbour: the one graph of areas that every statistic and plan works on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.model.alignment import aligned_to

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Neighbours of every area, with weights.

    Parameters
    ----------
    keys : area keys, in order
    start, other, weight : neighbours of area i are ``other[start[i]:start[i + 1]]``, their weights
        likewise
    kind : how they were found, for the manifest ("queen", "rook", "distance 1000 m", "6 nearest")
    gap : metres between the two areas of each pair, 0 where they touch; NaN where it was not asked
    """

    keys: pd.Index
    start: NDArray[np.int64]
    other: NDArray[np.int64]
    weight: NDArray[np.float64]
    kind: str
    gap: NDArray[np.float64] | None = None

    @classmethod
    def of_pairs(
        cls,
        keys: pd.Index,
        i: NDArray[np.int64],
        j: NDArray[np.int64],
        *,
        kind: str,
        weight: NDArray[np.float64] | None = None,
        gap: NDArray[np.float64] | None = None,
    ) -> Neighbours:
        """Return the graph of pairs of places, each listed from both sides."""
        order = np.lexsort((j, i))
        start = np.concatenate([[0], np.cumsum(np.bincount(i, minlength=len(keys)))])
        weights = np.ones(len(i)) if weight is None else weight[order].astype(float)
        gaps = None if gap is None else gap[order]
        return cls(keys, start.astype(np.int64), j[order].astype(np.int64), weights, kind, gaps)

    @property
    def counts(self) -> NDArray[np.int64]:
        """Number of neighbours of each area."""
        return np.diff(self.start)

    @property
    def owner(self) -> NDArray[np.int64]:
        """The area of each entry of `other`."""
        return np.repeat(np.arange(len(self.keys)), self.counts)

    @property
    def islands(self) -> list[str]:
        """Keys of the areas without a neighbour."""
        return [str(k) for k in self.keys[self.counts == 0]]

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every pair of neighbours once, by key, in order; also one that only one side names."""
        keys, owner = self.keys.astype(str).to_numpy(object), self.owner
        low, high = np.minimum(owner, self.other), np.maximum(owner, self.other)
        once = np.unique(low * len(keys) + high)
        low, high = np.divmod(once, max(len(keys), 1))
        return tuple(sorted(zip(keys[low], keys[high], strict=True)))

    @property
    def equal_weights(self) -> bool:
        """True if within each area all neighbours weigh the same."""
        owner = self.owner
        first = self.weight[self.start[owner]] if len(owner) else self.weight
        return bool(np.array_equal(first, self.weight))

    def row_standardised(self) -> Neighbours:
        """Return the same neighbours with weights that add up to 1 in every area."""
        total = np.bincount(self.owner, self.weight, minlength=len(self.keys))
        return replace(self, weight=self.weight / total[self.owner])

    def subset(self, keep: NDArray[np.bool_]) -> Neighbours:
        """Return the neighbours among the areas marked in `keep` only."""
        owner = self.owner
        both = keep[owner] & keep[self.other]
        new = np.cumsum(keep) - 1
        return Neighbours.of_pairs(
            self.keys[keep],
            new[owner[both]],
            new[self.other[both]],
            kind=self.kind,
            weight=self.weight[both],
            gap=None if self.gap is None else self.gap[both],
        )

    def aligned(self, keys: pd.Index, *, caller: str) -> Neighbours:
        """Return the neighbours in the order of `keys`, the areas of the data.

        Raises
        ------
        ValueError
            If the graph has not the same keys, each once.
        """
        if keys.equals(self.keys):
            return self
        places = pd.Series(np.arange(len(self.keys)), self.keys)
        place = aligned_to(caller, keys, "the data", neighbours=places)[0].to_numpy()
        new = np.full(len(self.keys), -1)
        new[place] = np.arange(len(keys))
        i, j = new[self.owner], new[self.other]
        both = (i >= 0) & (j >= 0)
        gap = None if self.gap is None else self.gap[both]
        weight = self.weight[both]
        return Neighbours.of_pairs(keys, i[both], j[both], kind=self.kind, weight=weight, gap=gap)

    def matrix(self) -> csr_array:
        """Return the weights as a sparse matrix, (n_areas, n_areas)."""
        from scipy.sparse import csr_array

        parts = (self.weight, self.other, self.start)
        return csr_array(parts, shape=(len(self.keys), len(self.keys)))
