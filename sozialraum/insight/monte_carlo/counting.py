"""Counters of what comes out of many draws: ranks, classes, changed places."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.insight.monte_carlo.ordering import ranks_descending
from sozialraum.insight.monte_carlo.threading import in_threads, threads

HISTOGRAM_CELLS = 2**25
_BLOCK_CELLS = 2**22
LARGE = 2**21  # ranks of a batch, or cells of the histogram, from which compiling is worth it
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
    histogram : (n, bins) how often each area took the ranks of each bin
    classes : (n, k) how often each class
    sums : (n, 4) Σ (index - centre), its squares, Σ rank, number of draws with a value
    swaps : (window, n) ``swaps[s, q]``: how often the area s + 1 places further down in `order`
        came out above the one at q
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
        group = np.repeat(np.arange(len(groups) - 1), np.diff(groups))
        for a, b in itertools.pairwise(groups):
            rank[a:b] = ranks_descending(stated[None, a:b])[0][0]
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

    def add(
        self, index: NDArray[np.float64], rank: NDArray[np.int32], position: NDArray[np.int8]
    ) -> None:
        """Add a batch of draws (draws, n): index, rank (0 = no value), class position (-1)."""
        if rank.size >= LARGE:
            self._add_by_kernel(index, rank, position)
            return
        areas = np.broadcast_to(np.arange(rank.shape[1]), rank.shape)
        seen = rank > 0
        everything = bool(seen.all())
        area, place = (areas, rank) if everything else (areas[seen], rank[seen])
        _count(self.histogram, area, (place - 1) // self.bin_width)
        classed = seen & (position >= 0)
        whole = bool(classed.all())
        area, place = (areas, position) if whole else (areas[classed], position[classed])
        _count(self.classes, area, place)
        away = index - self.centre if everything else np.where(seen, index - self.centre, 0.0)
        self.sums[:, 0] += away.sum(axis=0)
        self.sums[:, 1] += (away * away).sum(axis=0)
        self.sums[:, 2] += rank.sum(axis=0)
        self.sums[:, 3] += seen.sum(axis=0)
        ranked = rank[:, self.order] if len(self.swaps) else rank
        for s in range(min(len(self.swaps), len(self.order) - 1)):
            upper, lower = ranked[:, : -1 - s], ranked[:, 1 + s :]
            turned = (lower < upper) if everything else (lower != 0) & (lower < upper)
            self.swaps[s, : -1 - s] += np.count_nonzero(turned, axis=0).astype(np.uint32)

    def _add_by_kernel(self, *batch: NDArray[Any]) -> None:
        """Do the same compiled; areas are shared out among the threads."""
        from sozialraum.kernels.outcomes import count_outcomes

        edges = np.linspace(0, len(self.order), threads() + 1).astype(int)
        counters = self.histogram, self.classes, self.sums, self.swaps
        in_threads(
            count_outcomes,
            [
                (*batch, self.centre, self.order, int(a), int(b), self.bin_width, *counters)
                for a, b in itertools.pairwise(edges)
            ],
        )

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
        ranks = quantiles_of_histograms(self.histogram, seen, asked, self.bin_width)
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


def quantiles_of_histograms(
    histogram: NDArray[np.uint32],
    count: NDArray[np.float64],
    probabilities: NDArray[np.float64],
    bin_width: int,
) -> NDArray[np.float64]:
    """Return per area the smallest ranks that at least ``probability · count`` draws do not exceed.

    Within a bin of several ranks the draws are taken as evenly spread; NaN where there are none.
    """
    out = np.full((len(histogram), len(probabilities)), np.nan)
    if histogram.size >= LARGE:
        from sozialraum.kernels import outcomes

        outcomes.histogram_quantiles(histogram, count, probabilities, bin_width, out)
        return out
    step = max(1, _BLOCK_CELLS // histogram.shape[1])
    for first in range(0, len(histogram), step):
        rows = slice(first, first + step)
        some = np.flatnonzero(count[rows] > 0) + first
        inside, reached = histogram[some], np.cumsum(histogram[some], axis=1, dtype=np.int64)
        for q, probability in enumerate(probabilities):
            needed = np.maximum(probability * count[some] - 1e-9, 1e-9)
            b = (reached >= needed[:, None]).argmax(axis=1)
            line = np.arange(len(some))
            before = reached[line, b] - inside[line, b]
            share = (needed - before) / inside[line, b]
            out[some, q] = b * bin_width + np.maximum(np.ceil(share * bin_width), 1.0)
    return out


def _count(table: NDArray[np.uint32], row: NDArray[Any], column: NDArray[Any]) -> None:
    """Add 1 to each named cell; a cell may be named many times."""
    cells = (row * table.shape[1] + column).ravel()
    table += np.bincount(cells, minlength=table.size).reshape(table.shape).astype(np.uint32)


def _whole(values: NDArray[np.float64]) -> pd.Series:
    return pd.array(values, dtype="Float64").astype("Int64")
