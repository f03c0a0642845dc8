"""Which columns follow from others: a basis is recoded, the rest computed from what is recoded.

So ``alle = u6 + ab6`` tells nothing beyond u6 and ab6, and "not poor" nothing beyond "poor" and the
number of children.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from sozialraum.model.errors import ConfigError
from sozialraum.privacy.case_counts import Columns, Id, Places
from sozialraum.privacy.links import Finder, coefficients, fingerprints, keys_digest
from sozialraum.texts import problem

Source = tuple[str, str, str]  # kind ("column", "base", "ledger"), variable or number, Stichtag
Terms = tuple[tuple[Source, int], ...]
_CLOSE = 1e-6
MANY = 300


@dataclass(frozen=True, eq=False, repr=False)
class Prints:
    """The fingerprints of all columns, over the units and over every set of areas.

    Parameters
    ----------
    units : digest of the keys of the units
    cases, base : digest of keys -> per column the fingerprint
    names : digest of keys -> name of the set of areas ("" for the units)
    sizes : digest of keys -> number of keys
    """

    units: str
    cases: Mapping[str, tuple[int, ...]]
    base: Mapping[str, tuple[int, ...]]
    names: Mapping[str, str]
    sizes: Mapping[str, int]

    def of(self, column: int) -> dict[str, int]:
        """Return digest of keys -> fingerprint of one column."""
        return {keys: values[column] for keys, values in self.cases.items()}


def prints_of(columns: Columns, places: Mapping[str, Places], secret: bytes) -> Prints:
    """Return the fingerprints of all columns under a secret."""
    tables = {"": (columns.units, columns.cases, columns.base)}
    for name, place in places.items():
        if len(place.keys) > 1:
            tables[name] = (place.keys, place.sums(columns.cases), place.sums(columns.base))
    cases, base, names, sizes = {}, {}, {}, {}
    for name, (keys, x, b) in tables.items():
        digest = keys_digest(keys)
        if digest in cases:
            continue
        coefficient = coefficients(secret, keys)
        cases[digest] = tuple(fingerprints(coefficient, x))
        base[digest] = tuple(fingerprints(coefficient, b))
        names[digest], sizes[digest] = name, len(keys)
    return Prints(keys_digest(columns.units), cases, base, names, sizes)


@dataclass
class Following:
    """What every column follows from.

    Parameters
    ----------
    terms : per column that follows from others, what it is the sum of
    order : columns in the order in which they are computed: whatever one follows from comes first
    """

    terms: dict[Id, Terms] = field(default_factory=dict)
    order: list[Id] = field(default_factory=list)

    def mirrored(self) -> frozenset[Id]:
        """Return the columns whose complement is told as well: their 0 is the other's 100 %."""
        found = set()
        for terms in self.terms.values():
            signs = {source[0]: sign for source, sign in terms}
            if len(terms) == 2 and signs == {"base": 1, "column": -1}:
                found |= {source[1:] for source, _ in terms if source[0] == "column"}
        return frozenset(found)


def find_following(
    columns: Columns,
    prints: Prints,
    *,
    stated: Mapping[str, Mapping[str, int]],
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
    confidential : variables whose base is not known
    recorded : columns of the ledger, and their fingerprints by digest of keys
    """
    many = len(columns.ids) + len(recorded) > MANY
    finder, found = Finder(most=2 if many else 3), Following()
    names: dict[str, Source] = {}

    def add(source: Source, value: int) -> None:
        names["\t".join(source)] = source
        finder.add("\t".join(source), value)

    for source, known in recorded.items():
        if prints.units in known:
            add(source, known[prints.units])
    for source, value in _bases(columns, prints, confidential):
        add(source, value)
    number, here = columns.number(), prints.cases[prints.units]
    for name in _by_total(columns, stated):
        own = here[number[name]]
        relation = finder.find(own)
        terms = (
            _stated(name, columns, stated, found.order)
            or _recorded_elsewhere(prints.of(number[name]), prints, recorded)
            or (None if relation is None else tuple((names[n], s) for n, s in relation))
        )
        if terms and any(source[0] != "base" for source, _ in terms):
            found.terms[name] = terms
        else:
            add(("column", *name), own)
        found.order.append(name)
    return found


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


def _by_total(columns: Columns, stated: Mapping[str, Mapping[str, int]]) -> list[Id]:
    """Return the columns from small to large totals, stated sums last."""
    total = dict(zip(columns.ids, columns.cases.sum(axis=0), strict=True))
    return sorted(columns.ids, key=lambda name: (name[0] in stated, total[name], name))


def _recorded_elsewhere(
    own: Mapping[str, int], prints: Prints, recorded: Mapping[Source, dict[str, int]]
) -> Terms | None:
    """Return the recorded column of the same counts that was made of other units."""
    for source, known in recorded.items():
        common = [keys for keys in own if keys in known]
        if common and prints.units not in known:
            finest = max(common, key=lambda keys: (prints.sizes[keys], keys))
            if own[finest] and own[finest] == known[finest]:
                return ((source, 1),)
    return None


def _stated(
    name: Id, columns: Columns, stated: Mapping[str, Mapping[str, int]], before: list[Id]
) -> Terms | None:
    """Return a sum that the build file states, where its parts come before and it holds."""
    parts = stated.get(name[0])
    if not parts or not all((part, name[1]) in before for part in parts):
        return None
    number = columns.number()
    if wrong := [part for part, sign in parts.items() if sign not in (1, -1)]:
        raise ConfigError(
            problem("privacy.coefficients", column=name[0], found=", ".join(sorted(wrong)))
        )
    sums = sum(sign * columns.cases[:, number[part, name[1]]] for part, sign in parts.items())
    if np.abs(sums - columns.cases[:, number[name]]).max(initial=0.0) > _CLOSE:
        return None
    return tuple((("column", part, name[1]), sign) for part, sign in parts.items())
