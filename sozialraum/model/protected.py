"""Counts before and after they are protected; all figures are computed from the latter.

Every figure is computed from the middle of a window of counts. The number that goes on and the
statement that is audited are one object, `Recoded`, and only `sozialraum.privacy` makes a
`Protected`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, NoReturn

from sozialraum.model.errors import DisclosureError
from sozialraum.model.release import _SEAL

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

_NEARLY = 1e-6


class RawCounts:
    """Unprotected counts per area. Only calculations see them, through `inside`.

    A `RawCounts` is no DataFrame: it has no ``to_csv``, no ``__geo_interface__``, no array
    interface; its repr, its text and its HTML show the shape; copying and pickling are refused.

    Parameters
    ----------
    frame : (n_areas, n_variables) counts of persons

    Examples
    --------
    >>> import pandas as pd
    >>> RawCounts(pd.DataFrame({"armut_n": [3, 17]}))
    RawCounts(2 areas, 1 variables; values not shown)
    """

    __slots__ = ("__frame",)

    def __init__(self, frame: pd.DataFrame) -> None:
        self.__frame = frame.copy()

    def inside(self) -> pd.DataFrame:
        """Return the counts for a calculation inside the office; never to be published."""
        return self.__frame.copy()

    def __repr__(self) -> str:
        """Return the shape and no value."""
        areas, variables = self.__frame.shape
        return f"RawCounts({areas} areas, {variables} variables; values not shown)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def _repr_html_(self) -> str:
        return f"<code>{self!r}</code>"

    def __len__(self) -> int:
        return len(self.__frame)

    def __getattr__(self, name: str) -> NoReturn:
        """Refuse what a writer, a map or a plot would ask for."""
        if name.startswith(
            ("to_", "plot", "explore", "__array", "__geo", "__dataframe", "__arrow")
        ):
            # AttributeError, so that libraries that only ask whether it exists get a no.
            message = f"RawCounts are true counts of persons and cannot be asked for {name!r}."
        else:
            message = f"RawCounts has no attribute {name!r}."
        raise AttributeError(message)

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        """Refuse pickling and copying: both are ways to a file."""
        message = "RawCounts are true counts of persons and cannot be pickled or copied."
        raise TypeError(message)


@dataclass(frozen=True, eq=False, repr=False)
class CaseCounts:
    """What was counted at one Stichtag, per unit; stays inside.

    Parameters
    ----------
    stichtag : ISO date
    cases : (n_units, n_variables) persons counted; NaN where not delivered
    base : same shape, persons they are counted among
    whole : True for counts of persons; False where counts were moved by weights: they are then
        rounded, and what is told of them is half a person wider
    most : variables whose cases are sums of amounts (euros, hours) -> largest amount of one person
    unbounded : variables whose cases can be more than persons although here they may not be
    area_base : per set of areas (n_areas, n_variables) persons, where nobody knows those of a unit;
        `base` then holds how many there can be at most
    """

    stichtag: str
    cases: pd.DataFrame
    base: pd.DataFrame
    whole: bool = True
    most: Mapping[str, float] = field(default_factory=dict)
    unbounded: Collection[str] = ()
    area_base: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse frames that do not belong together, and counts that are none."""
        if not self.cases.columns.equals(self.base.columns):
            raise ValueError(_wrong("base", "of the same columns as 'cases'", "others"))
        for name in ("cases", "base"):
            frame = getattr(self, name)
            values = frame.drop(columns=[*self.most] if name == "cases" else []).to_numpy(float)
            if (values < 0).any() or (values == math.inf).any():
                raise ValueError(_wrong(name, "finite counts from 0", "others"))
            if self.whole and (abs(values - values.round()) > _NEARLY).any():
                raise ValueError(_wrong(name, "whole persons, or 'whole' False", "fractions"))

    def __repr__(self) -> str:
        """Return the shape and no value."""
        units, variables = self.cases.shape
        return f"CaseCounts({self.stichtag}, {units} units, {variables} variables)"


def _wrong(name: str, expected: str, found: str) -> str:
    return f"The {name!r} parameter of CaseCounts must be {expected}. Got {found} instead."


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
    rules : of disclosure control, as far as they are public
    """

    seal: object = field(repr=False)
    tables: Mapping[tuple[str, str], ProtectedTable]
    partitions: Mapping[tuple[str, str], Partition]
    unpublished: Mapping[tuple[str, str, str], str]
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
