"""What earlier releases told of the counts of this one, and what this one adds to the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError, DisclosureError
from sozialraum.model.protected import Partition, Recoded
from sozialraum.privacy.case_counts import Floats, Id, Places
from sozialraum.privacy.following import Prints, Source
from sozialraum.privacy.links import keys_digest
from sozialraum.privacy.partitions import is_union
from sozialraum.texts import problem

if TYPE_CHECKING:
    from sozialraum.privacy.ledger import Ledger
    from sozialraum.privacy.rules import DisclosureRules

ALIKE = 0.9
Earlier = tuple[str, Floats, Floats]


@dataclass(frozen=True, eq=False, repr=False)
class RecordedTable:
    """One table of an earlier release.

    Parameters
    ----------
    window : per area in the order of their keys; NaN where nothing was told
    partition : how its counts were grouped; None where they followed from others
    rule : minimum, width and zeros of the rules then
    name : of the set of areas
    """

    window: Recoded
    partition: Partition | None
    rule: Partition
    name: str


@dataclass(frozen=True, eq=False, repr=False)
class RecordedColumn:
    """One count that was told earlier, in whatever releases and under whatever names.

    Parameters
    ----------
    variable, stichtag : as it was called first
    prints : digest of keys -> fingerprint
    tables : digest of keys -> table
    """

    variable: str
    stichtag: str
    prints: dict[str, int]
    tables: dict[str, RecordedTable]


@dataclass(frozen=True, eq=False, repr=False)
class Memory:
    """All counts that earlier releases told."""

    columns: Mapping[Source, RecordedColumn] = field(default_factory=dict)

    @classmethod
    def of(cls, ledger: Ledger | None) -> Memory:
        """Return what a ledger remembers; nothing without one."""
        found: list[RecordedColumn] = []
        for entry in () if ledger is None else ledger.entries:
            for column in _columns(entry.get("told", {})):
                _merge(found, column)
        return cls({("ledger", str(n), ""): c for n, c in enumerate(found)})

    def prints(self) -> dict[Source, dict[str, int]]:
        """Return the fingerprints of every count."""
        return {source: column.prints for source, column in self.columns.items()}

    def table(self, source: Source, place: Places) -> RecordedTable | None:
        """Return what was told of a count on a set of areas."""
        return self.columns[source].tables.get(place.digest)

    def elsewhere(
        self, source: Source, publish: Collection[str], places: Mapping[str, Places]
    ) -> bool:
        """Tell whether a count was told on other areas than those of this release."""
        here = {places[name].digest for name in publish}
        return bool(set(self.columns[source].tables) - here)

    def rows(self, source: Source, places: Mapping[str, Places]) -> list[tuple[str, Recoded]]:
        """Return what was told of a count, per set of areas.

        Raises
        ------
        DisclosureError
            If it was told on areas that this release does not have.
        """
        names = {place.digest: name for name, place in places.items()}
        tables = self.columns[source].tables
        if missing := sorted(table.name for keys, table in tables.items() if keys not in names):
            found = [problem("privacy.geography_changed", key=name) for name in missing]
            raise DisclosureError(found)
        return [(names[keys], table.window) for keys, table in tables.items()]

    def frozen(
        self,
        ids: Sequence[Id],
        publish: Sequence[str],
        places: Mapping[str, Places],
        rules: DisclosureRules,
    ) -> dict[tuple[str, str], Partition]:
        """Return the partitions that series keep, by variable and set of areas.

        Raises
        ------
        ConfigError
            If the rules are now finer than those the series was told with.
        """
        now = Partition(rules.k, rules.width, rules.zeros)
        found: dict[tuple[str, str], Partition] = {}
        wrong = []
        for variable in dict.fromkeys(name for name, _ in ids):
            for place in publish:
                table = self._series(variable, places[place].digest)
                if table is None or table.partition is None:
                    continue
                if table.rule == now:
                    found[variable, place] = table.partition
                elif not is_union(now, table.rule):
                    k, width, zeros = table.rule
                    wrong.append(
                        problem("privacy.partition_differs", column=variable, k=k, width=width,
                                zeros=zeros)
                    )  # fmt: skip
        if wrong:
            raise ConfigError(wrong)
        return found

    def _series(self, variable: str, keys: str) -> RecordedTable | None:
        """Return the first table of a series on a set of areas."""
        for column in self.columns.values():
            if column.variable == variable and keys in column.tables:
                return column.tables[keys]
        return None

    def refuse_similar(
        self,
        ids: Sequence[Id],
        cases: Floats,
        units: pd.Index,
        places: Mapping[str, Places],
        *,
        related: Collection[Id],
        accepted: Collection[str],
    ) -> None:
        """Refuse columns that look like a corrected delivery of a recorded count.

        Of the same Stichtag and areas, at least 90 % of the recorded windows hold the new count:
        what the two tell together is not audited, so the office must say what they are. Likewise
        where no common areas tell whether a count is one of those recorded.

        Raises
        ------
        DisclosureError
            With every such column.
        """
        asked = [(n, name) for n, name in enumerate(ids) if name[0] not in {*accepted}]
        asked = [(n, name) for n, name in asked if name not in related]
        wrong: dict[Problem, None] = {}
        for place in places.values() if self.columns else ():
            sums, keys = place.sums(cases), place.digest
            for n, name in asked:
                for column in self.columns.values():
                    table = column.tables.get(keys)
                    if column.stichtag == name[1] and table and _alike(sums[:, n], table.window):
                        new = problem(
                            "privacy.similar_counts", column=name[0], found=column.variable
                        )
                        wrong[new] = None
        wrong |= dict.fromkeys(self._not_comparable([name for _, name in asked], units, places))
        if wrong:
            raise DisclosureError(list(wrong))

    def _not_comparable(
        self, asked: Sequence[Id], units: pd.Index, places: Mapping[str, Places]
    ) -> Iterator[Problem]:
        """Yield columns that no common areas tell from a recorded one of the same Stichtag."""
        here = {place.digest for place in places.values()} | {keys_digest(units)}
        for column in self.columns.values():
            if here & set(column.prints):
                continue
            name = next(iter(column.tables.values())).name
            for variable, stichtag in asked:
                if stichtag == column.stichtag:
                    yield problem(
                        "privacy.not_comparable", column=variable, found=column.variable, key=name
                    )


def _alike(counts: Floats, window: Recoded) -> bool:
    told = ~np.isnan(window.low)
    inside = (counts >= window.low) & (counts <= window.high)
    return bool(told.any() and inside[told].mean() >= ALIKE)


def _columns(statements: Mapping[str, Any]) -> Iterator[RecordedColumn]:
    """Yield the counts that one line of the ledger tells."""
    tables: dict[Id, dict[str, RecordedTable]] = {}
    for plain in statements.get("tables", ()):
        low, high = (np.array(plain[end], dtype=float) for end in ("low", "high"))
        partition = plain["partition"]
        tables.setdefault(tuple(plain["column"]), {})[plain["keys"]] = RecordedTable(
            Recoded((low + high) / 2, low, high),
            None if partition is None else Partition(*partition),
            Partition(*plain["rule"]),
            plain["geography"],
        )
    for variable, stichtag, prints in statements.get("prints", ()):
        yield RecordedColumn(variable, stichtag, prints, tables[variable, stichtag])


def _merge(found: list[RecordedColumn], new: RecordedColumn) -> None:
    """Add a count, or its tables to the one it equals."""
    for column in found:
        common = [keys for keys in new.prints if keys in column.prints]
        if common and all(new.prints[k] == column.prints[k] for k in common):
            column.prints.update(new.prints)
            column.tables.update({k: t for k, t in new.tables.items() if k not in column.tables})
            return
    found.append(new)


def geography_digest(units: pd.Index, place: Places) -> str:
    """Return the content hash of a set of areas: which unit belongs to which area."""
    zones = np.where(place.code >= 0, place.keys.to_numpy(object)[place.code], "")
    lines = sorted(f"{unit}\t{zone}" for unit, zone in zip(units, zones, strict=True))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True, eq=False, repr=False)
class Draft:
    """What the ledger records of a release.

    Parameters
    ----------
    statements : plain values: hashes of areas, fingerprints, partitions, windows
    """

    statements: Mapping[str, Any]


def draft_of(
    *,
    units: pd.Index,
    places: Mapping[str, Places],
    prints: Prints,
    number: Mapping[Id, int],
    windows: Mapping[tuple[Id, str], tuple[Recoded, Partition | None]],
    rules: DisclosureRules,
) -> Draft:
    """Return what the ledger records: nothing in it is finer than what is told.

    Parameters
    ----------
    windows : per (column, set of areas) that is told
    """
    rule = [rules.k, rules.width, rules.zeros]
    used = sorted({place for _, place in windows})
    tables = [
        {
            "column": list(name),
            "geography": place,
            "keys": places[place].digest,
            "partition": None if partition is None else list(partition),
            "rule": rule,
            "low": _plain(window.low),
            "high": _plain(window.high),
        }
        for (name, place), (window, partition) in sorted(windows.items(), key=lambda t: t[0])
    ]
    told = sorted({name for name, _ in windows})
    return Draft(
        {
            "geographies": {name: geography_digest(units, places[name]) for name in used},
            "prints": [[*name, prints.of(number[name])] for name in told],
            "tables": tables,
        }
    )


def _plain(values: Floats) -> list[float | None]:
    return [None if np.isnan(v) else float(v) for v in values]
