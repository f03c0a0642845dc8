"""Counts that were protected: the only counts that indices, plans and pages are computed from.

Every figure is computed from the middle of a window of counts. The number that goes on and the
statement that is audited are one object, `Recoded`, and only `sozialraum.privacy` makes a
`Protected`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from sozialraum.model.errors import DisclosureError
from sozialraum.model.release import _SEAL

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


class Partition(NamedTuple):
    """How the counts of a table are grouped into windows.

    Parameters
    ----------
    minimum : smallest number of persons that may be told; the low window ends, and the high one
        begins, that far from 0 and from the base
    width : counts per window between them
    zeros : "show": 0 is a window of its own; "suppress": it joins the low window
    """

    minimum: int
    width: int
    zeros: Literal["show", "suppress"]


@dataclass(frozen=True, eq=False, repr=False)
class Recoded:
    """Windows of counts.

    Parameters
    ----------
    middle, low, high : arrays of one shape; the window is ``low ≤ count ≤ high``, the middle stands
        for the count; NaN where nothing is told
    """

    middle: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ProtectedTable:
    """The protected counts of one Stichtag on one set of areas.

    All frames have the area key as index and the variables as columns.

    Parameters
    ----------
    stichtag, geography : what the table is of
    middle : the count that goes on, persons; NaN where nothing is told
    low, high : ends of its window, persons
    base : persons the count refers to; middles where the base itself is confidential
    status : categories of `STATUS`: "ok", "missing", "no_base", "small_base", "suppressed" (the
        whole column)
    total : per variable persons counted in all areas together: exact where the rules say so, else
        the sum of the middles; NaN where the table is not told
    total_base : per variable the base of all areas together
    exact : variables whose counts are exact, because they are published
    """

    stichtag: str
    geography: str
    middle: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame
    base: pd.DataFrame
    status: pd.DataFrame
    total: pd.Series
    total_base: pd.Series
    exact: frozenset[str] = frozenset()

    @property
    def half_width(self) -> pd.DataFrame:
        """Half the width of each window, persons: the ± of a printed count."""
        return (self.high - self.low) / 2

    @property
    def variance(self) -> pd.DataFrame:
        """Variance of a count that lies anywhere in its window, (size² − 1)/12, persons²."""
        return ((self.high - self.low + 1) ** 2 - 1) / 12

    @property
    def share(self) -> pd.DataFrame:
        """The middle over the base, 0..1; NaN where nothing is told."""
        return self.middle / self.base.where(self.base > 0)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Protected:
    """All counts of a build, protected; made by `sozialraum.privacy.protecting.protect` alone.

    Parameters
    ----------
    seal : held by `sozialraum.privacy` alone
    tables : per (Stichtag, geography)
    partitions : per (variable, geography) how its counts are grouped; variables that follow from
        others, or are published exactly, have none
    unpublished : per (variable, Stichtag, geography) the reason why a whole table is not told:
        "small_total", "audit", "linked" or "few_areas"
    follows : per (variable, Stichtag) the variables it is computed from, with their signs
    rules : of disclosure control, as far as they are public
    """

    seal: object = field(repr=False)
    tables: Mapping[tuple[str, str], ProtectedTable]
    partitions: Mapping[tuple[str, str], Partition]
    unpublished: Mapping[tuple[str, str, str], str]
    follows: Mapping[tuple[str, str], tuple[tuple[str, int], ...]]
    rules: Mapping[str, object]

    def __post_init__(self) -> None:
        """Refuse counts that did not pass disclosure control."""
        if self.seal is not _SEAL:
            message = "A Protected must come from sozialraum.privacy. It was built by hand instead."
            raise DisclosureError(message)

    def __repr__(self) -> str:
        """Return what it holds, without values."""
        return f"Protected({len(self.tables)} tables, {len(self.unpublished)} not told)"

    def on(self, geography: str) -> dict[str, ProtectedTable]:
        """Return per Stichtag, oldest first, the table of one set of areas."""
        found = {day: t for (day, name), t in self.tables.items() if name == geography}
        return dict(sorted(found.items()))

    def equals(self, other: Protected) -> bool:
        """Tell whether two hold the same: then everything computed from them must be the same."""
        same = self.tables.keys() == other.tables.keys()
        same &= (self.partitions, self.unpublished) == (other.partitions, other.unpublished)
        return same and all(_alike(t, other.tables[k]) for k, t in self.tables.items())


def _alike(one: ProtectedTable, other: ProtectedTable) -> bool:
    names = ("middle", "low", "high", "base", "status", "total", "total_base")
    return all(getattr(one, n).equals(getattr(other, n)) for n in names)
