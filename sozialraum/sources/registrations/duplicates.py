"""Which registrations are one child's.

Two registrations are compared if they share the birthday, the address or the full name. Hashing
names before comparing them would count every spelling as a child of its own (15 % too many): names
are compared in memory, then forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from sozialraum.model.alignment import aligned
from sozialraum.sources.registrations.names import (
    Texts,
    given_likeness,
    known_given_names,
    normalise_name,
    one_letter_apart,
    same_given_name,
    surname_likeness,
)

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
View = Literal["likely", "strict", "lenient"]
# Records of one birthday or one address that are compared pair by pair; larger groups are an error
# of the file (1 January for "unknown", the address of the office) and are compared by name only.
_LARGEST_GROUP = 400


@dataclass(frozen=True, eq=False, repr=False)
class Children:
    """Which child each registration belongs to, as numbers; three views of the same records.

    Parameters
    ----------
    likely : (n_records,) number of the child
    strict : the same if only plain agreement counts: the most children there can be
    lenient : the same if every doubtful pair is one child: the fewest there can be
    pairs : compared pairs of records
    """

    likely: pd.Series
    strict: pd.Series
    lenient: pd.Series
    pairs: int

    def __repr__(self) -> str:
        """Return the size only."""
        return f"Children({len(self.likely)} registrations)"


def find_children(
    given_name: pd.Series, surname: pd.Series, birth_date: pd.Series, address: pd.Series
) -> Children:
    """Find the registrations that are one child's.

    Parameters
    ----------
    given_name, surname : as written
    birth_date : datetime64; NaT where it is not readable
    address : any value that is equal for equal addresses; "" where there is none

    Returns
    -------
    Children. Two registrations are one child's in the "likely" view if

    * birthday and address agree (or one has no birthday), surnames are one letter apart or have a
      Jaro-Winkler similarity above 0.75, and the given names are spellings of one name (twins have
      two names);
    * or the birthday agrees and both names are above 0.90, or one is equal and the other above
      0.85, given names being spellings of one;
    * or the address agrees, the birthdays differ in one part (or day and month are exchanged, or by
      one day), surnames are above 0.90 and given names, spellings of one, at 0.95 or more.

    Given name and surname in each other's place are tried too. Records without a name are compared
    with nothing.
    """
    given_name, surname, birth_date, address = aligned(
        "find_children", given_name=given_name, surname=surname, birth_date=birth_date,
        address=address,
    )  # fmt: skip
    records = _Records(given_name, surname, birth_date, address)
    left, right = records.candidates()
    views = records.judge(left, right)
    index = given_name.index
    labels = {view: _components(left[one], right[one], len(index)) for view, one in views.items()}
    return Children(
        likely=pd.Series(labels["likely"], index),
        strict=pd.Series(labels["strict"], index),
        lenient=pd.Series(labels["lenient"], index),
        pairs=len(left),
    )


class _Records:
    """The records in the form in which they are compared."""

    def __init__(
        self, given: pd.Series, surname: pd.Series, birth: pd.Series, address: pd.Series
    ) -> None:
        self.given = _normalised(given)
        self.surname = _normalised(surname)
        self.birth = birth.to_numpy("datetime64[D]")
        self.address = pd.factorize(address.astype(object))[0]
        named = (self.given != "") & (self.surname != "")
        self.usable = named
        self.dated = named & ~np.isnat(self.birth)
        self.placed = (address.astype(object) != "").to_numpy() & address.notna().to_numpy()
        self.known = known_given_names(self.given[self.usable], self.surname[self.usable])

    def candidates(self) -> tuple[Ints, Ints]:
        """Return the pairs that share birthday, address or name, each once, lower number first."""
        birthday = _pairs(self.birth.astype(np.int64), self.dated)
        home = _pairs(self.address, self.usable & self.placed)
        name = _pairs(pd.factorize(self.given + " " + self.surname)[0], self.usable)
        n = len(self.given)
        both = np.unique(np.concatenate([birthday, home, name]) @ np.array([n, 1]))  # as one number
        return both // n, both % n

    def judge(self, left: Ints, right: Ints) -> dict[View, Bools]:
        """Return for each pair whether it is one child, in the three views."""
        given, surname, crossed = self._names(left, right)
        same_name = same_given_name(
            self.given[left], np.where(crossed, self.surname[right], self.given[right]), self.known
        )
        days, close = self._birthdays(left, right)
        home = (self.address[left] == self.address[right]) & self.placed[left] & self.placed[right]
        slip = one_letter_apart(self.surname[left], self.surname[right])
        undated = ~(self.dated[left] & self.dated[right])
        at_home = (days | undated) & home & ((surname > 0.75) | slip) & same_name
        one_equal = np.maximum(given, surname) == 1.0
        other_alike = np.minimum(given, surname) > np.where(one_equal, 0.85, 0.90)
        moved = days & ~home & other_alike & same_name
        other_day = ~days & close & home & (surname > 0.90) & (given >= 0.95) & same_name
        plain = np.minimum(given, surname) > 0.95
        doubtful = (surname > 0.75) & (given > 0.70) & (days | (close & home))
        doubtful |= days & home & (surname > 0.60) & (given > 0.50)
        doubtful |= (close | undated) & (np.minimum(given, surname) == 1.0)
        return {
            "likely": at_home | moved | other_day,
            "strict": (days & at_home & (np.minimum(given, surname) > 0.85))
            | (days & plain & same_name),
            "lenient": at_home | moved | other_day | doubtful,
        }

    def _names(self, left: Ints, right: Ints) -> tuple[NDArray, NDArray, Bools]:
        """Return likeness of given names and surnames, straight or crossed, which is better."""
        a, b = self.given[left], self.given[right]
        c, d = self.surname[left], self.surname[right]
        given, surname = given_likeness(a, b), surname_likeness(c, d)
        given_x, surname_x = given_likeness(a, d), surname_likeness(c, b)
        crossed = given_x + surname_x > given + surname
        return np.where(crossed, given_x, given), np.where(crossed, surname_x, surname), crossed

    def _birthdays(self, left: Ints, right: Ints) -> tuple[Bools, Bools]:
        """Tell whether two birthdays are equal, and whether one can be a slip of the other."""
        a, b = self.birth[left], self.birth[right]
        (ya, ma, da), (yb, mb, db) = _parts(a), _parts(b)
        agree = (ya == yb).astype(int) + (ma == mb) + (da == db)
        exchanged = (ya == yb) & (ma == db) & (da == mb)
        next_day = np.abs((a - b).astype(np.int64)) <= 1
        known = self.dated[left] & self.dated[right]
        return known & (a == b), known & ((agree >= 2) | exchanged | next_day)


def _normalised(names: pd.Series) -> Texts:
    """Return names as they are compared; each spelling is worked on once, within this call."""
    told = names.astype(object).where(names.notna(), "")
    spellings = {name: normalise_name(name) for name in told.unique()}
    return np.array([spellings[name] for name in told], dtype=object)


def _pairs(group: NDArray, usable: Bools) -> Ints:
    """Return all pairs of usable records of one group."""
    rows = np.flatnonzero(usable)
    rows = rows[np.argsort(group[rows], kind="stable")]
    start = np.concatenate([[0], np.flatnonzero(np.diff(group[rows])) + 1])
    size = np.diff(start, append=rows.size)
    found = [np.empty((0, 2), np.int64)]
    for n in np.unique(size[(size > 1) & (size <= _LARGEST_GROUP)]):
        i, j = np.triu_indices(n, 1)
        first = start[size == n][:, np.newaxis]
        # rows of a group are in their order, so the first of a pair is the lower number
        found.append(np.column_stack([rows[first + i].ravel(), rows[first + j].ravel()]))
    return np.concatenate(found)


def _parts(day: NDArray) -> tuple[Ints, Ints, Ints]:
    year, month = day.astype("datetime64[Y]"), day.astype("datetime64[M]")
    return (
        year.astype(np.int64),
        (month - year.astype("datetime64[M]")).astype(np.int64) + 1,
        (day - month.astype("datetime64[D]")).astype(np.int64) + 1,
    )


def _components(left: Ints, right: Ints, n: int) -> Ints:
    """Return the number of the group of each record when pairs are chained."""
    graph = sparse.coo_array((np.ones(len(left)), (left, right)), shape=(n, n))
    return sparse.csgraph.connected_components(graph, directed=False)[1].astype(np.int64)
