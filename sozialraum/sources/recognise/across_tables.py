"""What a count of one table may be a part of in another table of the same areas and day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sozialraum.sources.recognise.denominators import ForeignBase, foreign_pairs
from sozialraum.sources.recognise.key_forms import Layers
from sozialraum.sources.recognise.measured import Numbers
from sozialraum.sources.recognise.seen import Pair, SeenTable

_MOST_TABLES = 40


@dataclass(frozen=True, eq=False)
class _Aligned:
    """Counts of one table, one row per feature of its layer; NaN where it says nothing."""

    table: SeenTable
    counts: Mapping[str, NDArray[np.float64]]


def across_tables(
    looked: Sequence[tuple[SeenTable, Numbers]], layers: Layers, features: Mapping[str, int]
) -> tuple[SeenTable, ...]:
    """Return tables with what their counts may be a part of in the others.

    Parameters
    ----------
    looked : tables with their numbers
    layers : their areas
    features : label of a layer -> how many it has

    Notes
    -----
    The Agentur für Arbeit delivers cases, the Einwohneramt the persons: the base of a share
    usually stands in another file than its cases.
    """
    aligned = {
        i: _Aligned(table, counts)
        for i, (table, numbers) in enumerate(looked)
        for counts in [_counts(table, numbers, layers, features)]
        if counts
    }
    return tuple(
        table if i not in aligned else _with_others(aligned[i], aligned.values())
        for i, (table, _) in enumerate(looked)
    )


def _counts(
    table: SeenTable, numbers: Numbers, layers: Layers, features: Mapping[str, int]
) -> dict[str, NDArray[np.float64]]:
    """Return the counts of a table by feature; {} where it has none, or no areas."""
    titles = table.titles("count")
    if table.match is None or not numbers.keys or not titles:
        return {}
    at = np.array(layers.features_of(table.match, numbers.keys))
    there = at >= 0
    made = {}
    for title in titles:
        values = np.full(features[table.match.layer], np.nan)
        if len(numbers.columns[title]) != len(at):
            return {}
        values[at[there]] = numbers.columns[title][there]
        made[title] = values
    return made


def _with_others(own: _Aligned, everybody: Iterable[_Aligned]) -> SeenTable:
    """Return a table with pairs of its own and of the others, best first."""
    others = [o for o in everybody if o is not own and _beside(own.table, o.table)]
    bases = list(_bases(own, others[:_MOST_TABLES]))
    if not bases:
        return own.table
    pairs = dict(own.table.pairs)
    words = {title: own.table.words_of(title) for title in own.counts}
    for a, found in foreign_pairs(own.counts, bases, words).items():
        pairs[a] = _best_first([*pairs.get(a, ()), *found])
    return replace(own.table, pairs=pairs)


def _best_first(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    return tuple(sorted(pairs, key=lambda p: -p.score))


def _bases(own: _Aligned, others: Iterable[_Aligned]) -> Iterator[ForeignBase]:
    """Yield counts of other tables that have another name than all before them."""
    known = set(own.counts)
    for other in others:
        for title, values in other.counts.items():
            if title not in known:
                known.add(title)
                yield ForeignBase(other.table.label, title, other.table.words_of(title), values)


def _beside(one: SeenTable, other: SeenTable) -> bool:
    """Tell whether two tables can stand side by side: same areas, same day as far as they say."""
    if one.match is None or other.match is None or one.match.layer != other.match.layer:
        return False
    first, second = one.period, other.period
    if not first.days or not second.days or first.days[-1] == second.days[-1]:
        return True
    return not (first.sure and second.sure) and first.days[-1].year == second.days[-1].year
