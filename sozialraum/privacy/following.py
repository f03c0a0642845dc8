"""Which columns follow from others: a basis is recoded, the rest computed from what is recoded.

So ``alle = u6 + ab6`` tells nothing beyond u6 and ab6, and "not poor" nothing beyond "poor" and the
number of children.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from sozialraum.privacy.case_counts import Columns, Id, Places
from sozialraum.privacy.links import PRIME, Finder, coefficients, fingerprints, keys_digest

Source = tuple[str, str, str]  # kind ("column", "base", "ledger"), variable or number, Stichtag
Terms = tuple[tuple[Source, int], ...]
Same = tuple[Source, Id | None]
_CLOSE = 1e-6
MANY = 300


@dataclass(frozen=True, eq=False, repr=False)
class Prints:
    """The fingerprints of all columns, over the units and over every set of areas.

    Parameters
    ----------
    units : digest of the keys of the units
    cases, base : digest of keys -> per column the fingerprint
    sizes : digest of keys -> number of keys
    """

    units: str
    cases: Mapping[str, tuple[int, ...]]
    base: Mapping[str, tuple[int, ...]]
    sizes: Mapping[str, int]

    def of(self, column: int) -> dict[str, int]:
        """Return digest of keys -> fingerprint of one column."""
        return {keys: values[column] for keys, values in self.cases.items()}


def prints_of(columns: Columns, places: Mapping[str, Places], secret: bytes) -> Prints:
    """Return the fingerprints of all columns under a secret."""
    tables = {"": (columns.units, columns.cases, columns.base)}
    for name, place in places.items():
        if len(place.keys) > 1:
            tables[name] = (place.keys, place.sums(columns.cases), columns.base_on(place))
    cases, base, sizes = {}, {}, {}
    for keys, x, b in tables.values():
        digest = keys_digest(keys)
        if digest in cases:
            continue
        coefficient = coefficients(secret, keys)
        cases[digest] = tuple(fingerprints(coefficient, x))
        base[digest] = tuple(fingerprints(coefficient, b))
        sizes[digest] = len(keys)
    return Prints(keys_digest(columns.units), cases, base, sizes)


@dataclass
class Following:
    """What every column follows from.

    Parameters
    ----------
    terms : per column that follows from others of the release, what it is the sum of; of columns
        that nothing else explains also sums with columns of the ledger
    same : per column those of the ledger with the same counts; with a base, those of all others
    coupled : per column of the ledger that is a sum of columns of the release, these
    bases : per column whose base is a count of the release, what that base is the sum of
    order : columns in the order in which they are computed: whatever one follows from comes first
    """

    terms: dict[Id, Terms] = field(default_factory=dict)
    same: dict[Id, list[Same]] = field(default_factory=dict)
    coupled: dict[Source, Terms] = field(default_factory=dict)
    bases: Mapping[Id, Terms] = field(default_factory=dict)
    order: list[Id] = field(default_factory=list)

    def mirrored(self) -> frozenset[Id]:
        """Return the columns whose complement is told as well: their 0 is the other's 100 %."""
        found = {name for name, same in self.same.items() if any(base for _, base in same)}
        for terms in self.terms.values():
            signs = {source[0]: sign for source, sign in terms}
            if len(terms) == 2 and signs == {"base": 1, "column": -1}:
                found |= {source[1:] for source, _ in terms if source[0] == "column"}
        return frozenset(found)


def counted_bases(
    columns: Columns,
    prints: Prints,
    published: Collection[str],
    recorded: Mapping[Source, dict[str, int]],
) -> dict[Id, Terms]:
    """Return per column whose base is a protected count, what that base is the sum of.

    Among whom the one is counted, the others count: "poor of those with foreign roots" beside
    "foreign roots of all children". An exact base would print the count; so would the base of
    those not counted.

    Parameters
    ----------
    columns, prints : of the release
    published : variables that are published exactly; their cases are nothing to protect
    recorded : columns of the ledger, and their fingerprints by digest of keys
    """
    found: dict[int, Terms] = {}
    every = [*zip(columns.ids, prints.cases[prints.units], prints.base[prints.units], strict=True)]
    counts = [
        (("column", *name), cases, [(name, base)])
        for name, cases, base in every
        if cases != base and name[0] not in published
    ]
    bases = [(name, base) for name, _, base in every]
    counts += [(source, p.get(prints.units, 0), bases) for source, p in recorded.items()]
    for source, value, among in counts if not columns.area_base else ():
        found |= {value: ((source, 1),)} if value and value not in found else {}
        for name, base in among if value else ():
            found.setdefault((base - value) % PRIME, ((("base", *name), 1), (source, -1)))
    return {
        name: found[base]
        for name, _, base in every
        if base in found and name[0] not in published and name != found[base][-1][0][1:]
    }


def find_following(
    columns: Columns,
    prints: Prints,
    *,
    stated: Mapping[str, Mapping[str, int]],
    bases: Mapping[Id, Terms],
    confidential: frozenset[str],
    recorded: Mapping[Source, dict[str, int]],
) -> Following:
    """Return which columns follow from others of the same release, from bases or from the ledger.

    Columns are taken in the order of their totals, so that sums follow from their parts. What
    only bases say is no relation: bases are known, but not printed as they are. Among more than
    `MANY` columns (months of several years) sums of two are looked for, not of three.

    Parameters
    ----------
    columns, prints : of the release
    stated : variable -> {variable: ±1} as the build file has it
    bases : of `counted_bases`; what a base follows from comes before it
    confidential : variables whose base is not known
    recorded : columns of the ledger, and their fingerprints by digest of keys
    """
    most = 2 if len(columns.ids) + len(recorded) > MANY else 3
    here, everything, found = _Named(most), _Named(most), Following(bases=bases)
    for source, value in _bases(columns, prints, confidential):
        here.add(source, value)
        everything.add(source, value)
    for source, known in recorded.items():
        everything.add(source, known.get(prints.units, 0))
    number = columns.number()
    for name in _by_total(columns, stated, bases):
        found.order.append(name)
        if not np.isnan(columns.most[number[name]]):
            continue
        own = prints.cases[prints.units][number[name]]
        same = _recorded(number[name], columns, prints, recorded, confidential)
        terms = _stated(name, columns, stated, found.order[:-1]) or here.find(own)
        if terms is None and not same:
            terms = everything.find(own)
        if same:
            found.same[name] = same
        if terms:
            found.terms[name] = terms
        else:
            here.add(("column", *name), own)
            everything.add(("column", *name), own)
    listed = {source for same in found.same.values() for source, _ in same}
    for source, known in recorded.items():
        if source not in listed and (terms := here.find(known.get(prints.units, 0))):
            found.coupled[source] = terms
    return found


class _Named:
    """A finder whose columns are named by what they come from."""

    def __init__(self, most: int) -> None:
        self._finder = Finder(most)
        self._names: dict[str, Source] = {}

    def add(self, source: Source, value: int) -> None:
        """Add a known fingerprint."""
        self._names["\t".join(source)] = source
        self._finder.add("\t".join(source), value)

    def find(self, value: int) -> Terms | None:
        """Return what a column is the sum of, if more than bases is in it."""
        found = self._finder.find(value)
        terms = tuple((self._names[name], sign) for name, sign in found or ())
        return terms if any(source[0] != "base" for source, _ in terms) else None


def _bases(
    columns: Columns, prints: Prints, confidential: frozenset[str]
) -> list[tuple[Source, int]]:
    """Return every base once that is taken as known."""
    listed, seen = [], set()
    for name, value in zip(columns.ids, prints.base[prints.units], strict=True):
        if name[0] not in confidential and value not in seen:
            seen.add(value)
            listed.append((("base", *name), value))
    return listed


def _by_total(
    columns: Columns, stated: Mapping[str, Mapping[str, int]], bases: Mapping[Id, Terms]
) -> list[Id]:
    """Return the columns from small to large totals, stated sums last, bases before what they bear.

    Of the same counts among several bases the smallest base comes first: its windows hide those
    not counted among any of them.
    """
    total = columns.cases.sum(axis=0), columns.base.sum(axis=0)
    place = {name: (total[0][n], total[1][n]) for n, name in enumerate(columns.ids)}

    def depth(name: Id) -> int:
        return 1 + depth(bases[name][-1][0][1:]) if name in bases else 0

    key = {name: (depth(name), name[0] in stated, *place[name], name) for name in columns.ids}
    return sorted(columns.ids, key=key.__getitem__)


def _recorded(
    n: int,
    columns: Columns,
    prints: Prints,
    recorded: Mapping[Source, dict[str, int]],
    confidential: frozenset[str],
) -> list[Same]:
    """Return the columns of the ledger with the same counts, or with those of all others.

    They are compared on the finest keys that both have.
    """
    name = columns.ids[n]
    found: list[Same] = []
    for source, known in recorded.items():
        common = [keys for keys in known if keys in prints.cases]
        if not common:
            continue
        keys = max(common, key=lambda digest: (prints.sizes[digest], digest))
        own, base = prints.cases[keys][n], prints.base[keys][n]
        if own and own == known[keys]:
            found.append((source, None))
        elif name[0] not in confidential and known[keys] and (base - own) % PRIME == known[keys]:
            found.append((source, name))
    return found


def _stated(
    name: Id, columns: Columns, stated: Mapping[str, Mapping[str, int]], before: list[Id]
) -> Terms | None:
    """Return a sum that the build file states, where its parts come before and it holds."""
    parts = stated.get(name[0])
    if not parts or not all((part, name[1]) in before for part in parts):
        return None
    number = columns.number()
    if wrong := [part for part, sign in parts.items() if sign not in (1, -1)]:
        message = (
            "The 'stated' parameter of protect must have factors of 1 and -1. Got another one of "
            f"{', '.join(sorted(wrong))} in {name[0]} instead."
        )
        raise ValueError(message)
    sums = sum(sign * columns.cases[:, number[part, name[1]]] for part, sign in parts.items())
    if np.abs(sums - columns.cases[:, number[name]]).max(initial=0.0) > _CLOSE:
        return None
    return tuple((("column", part, name[1]), sign) for part, sign in parts.items())
