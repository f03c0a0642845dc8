"""Counters of what comes out of many draws: ranks, classes, changed places."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.kernels.draws import histogram_quantiles
from sozialraum.kernels.ordering import order_ascending, rank_descending

HISTOGRAM_CELLS = 2**25
OPEN = 0.25  # a pair is a pair of partners if its order turns round at least this often


@dataclass(frozen=True, eq=False)
class Counters:
    """The only thing kept of the draws.

    Parameters
    ----------
    centre : (n,) stated index, taken off before squares are summed
    order : (n,) rows by Stichtag and stated rank, best first
    stated_rank : (n,) 1 = highest, 0 = no value
    group : (n,) number of the Stichtag
    bin_width : ranks per bin of the histogram
    histogram, classes, sums, swaps : see `kernels.draws.count_outcomes`
    """

    centre: NDArray[np.float64]
    order: NDArray[np.int64]
    stated_rank: NDArray[np.int32]
    group: NDArray[np.int64]
    bin_width: int
    histogram: NDArray[np.uint32]
    classes: NDArray[np.uint32]
    sums: NDArray[np.float64]
    swaps: NDArray[np.uint32]

    @classmethod
    def empty(
        cls, stated: NDArray[np.float64], groups: NDArray[np.int64], k: int, draws: int, window: int
    ) -> Self:
        """Return counters at zero."""
        n = len(stated)
        largest = int(np.diff(groups).max(initial=1))
        width = max(1, -(-n * largest // HISTOGRAM_CELLS))
        rank = np.zeros(n, np.int32)
        scratch = np.empty(n, np.int64), np.empty(n + 2, np.int64)
        ascending = np.empty(n, np.int64)
        group = np.repeat(np.arange(len(groups) - 1), np.diff(groups))
        for a, b in itertools.pairwise(groups):
            count = order_ascending(stated, a, b, ascending, *scratch)
            rank_descending(stated, a, count, ascending, rank)
        order = np.lexsort((np.arange(n), np.where(rank == 0, n + 1, rank), group))
        return cls(
            centre=np.nan_to_num(stated),
            order=order.astype(np.int64),
            stated_rank=rank,
            group=group,
            bin_width=width,
            histogram=np.zeros((n, -(-largest // width)), np.uint32),
            classes=np.zeros((n, k), np.uint32),
            sums=np.zeros((n, 4)),
            swaps=np.zeros((max(window, 0), n), np.uint32),
        )

    def arrays(self) -> tuple[NDArray[np.generic], ...]:
        """Return the counters in the kernel's order."""
        return self.histogram, self.classes, self.sums, self.swaps

    def table(
        self,
        keys: pd.Index,
        place: NDArray[np.int64],
        numbers: NDArray[np.int64],
        interval: float,
    ) -> pd.DataFrame:
        """Return rank interval and class certainty per area."""
        seen = self.sums[:, 3]
        total = self.classes.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = self.classes / total[:, None]
            mean = self.sums[:, 0] / seen
            spread = np.sqrt(np.maximum(self.sums[:, 1] / seen - mean**2, 0.0))
            rank_mean = self.sums[:, 2] / seen
        likely = np.where(total > 0, self.classes.argmax(axis=1), -1)
        rows = np.arange(len(keys))
        stated = np.where(place >= 0, share[rows, np.maximum(place, 0)], np.nan)
        tail = (1.0 - interval) / 2.0
        asked = np.array([tail, 0.5, 1.0 - tail])
        ranks = np.empty((len(keys), 3))
        histogram_quantiles(self.histogram, seen, asked, self.bin_width, ranks)
        draws = seen.max(initial=0.0)
        return pd.DataFrame(
            {
                "rank": _whole(np.where(self.stated_rank > 0, self.stated_rank, np.nan)),
                "rank_low": _whole(ranks[:, 0]),
                "rank_high": _whole(ranks[:, 2]),
                "rank_median": _whole(ranks[:, 1]),
                "rank_mean": rank_mean,
                "class": _whole(np.where(place >= 0, numbers[place], np.nan)),
                "class_probability": stated,
                "likely_class": _whole(np.where(likely >= 0, numbers[likely], np.nan)),
                "likely_probability": np.where(likely >= 0, share[rows, likely], np.nan),
                "index_sd": spread,
                "no_value": 1.0 - seen / draws if draws else np.ones(len(keys)),
            },
            index=keys,
        )

    def probabilities(self, keys: pd.Index, numbers: NDArray[np.int64]) -> pd.DataFrame:
        """Return the probability of each class; NaN where an area never had a value."""
        total = self.classes.sum(axis=1, keepdims=True)
        with np.errstate(invalid="ignore"):
            share = self.classes / total
        return pd.DataFrame(share, index=keys, columns=[int(n) for n in numbers])

    def partners(self, keys: pd.Index) -> pd.DataFrame:
        """Return the pairs whose order turns round in at least a quarter of the draws."""
        s, q = np.nonzero(self.swaps)
        above, below = self.order[q], self.order[q + 1 + s]
        both = np.minimum(self.sums[above, 3], self.sums[below, 3])
        probability = self.swaps[s, q] / np.maximum(both, 1.0)
        open_pair = (probability >= OPEN) & (self.group[above] == self.group[below])
        first = np.flatnonzero(open_pair)
        first = first[np.argsort(np.abs(probability[first] - 0.5), kind="stable")]
        columns = {
            "above": keys.take(above[first]),
            "below": keys.take(below[first]),
            "probability": probability[first],
        }
        return pd.DataFrame(columns)


def _whole(values: NDArray[np.float64]) -> pd.Series:
    return pd.array(values, dtype="Float64").astype("Int64")
