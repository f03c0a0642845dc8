"""Everything that disclosure control knows of one release while it decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sozialraum.model.protected import Partition, Recoded
from sozialraum.privacy.case_counts import Columns, Id, Places
from sozialraum.privacy.following import Following
from sozialraum.privacy.noise import Noise
from sozialraum.privacy.old_ledger import OldRows
from sozialraum.privacy.release_memory import Memory
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.privacy.tables.recoded_tables import Sums, Table, partitions_for
from sozialraum.privacy.tables.whole_tables import Auditor

Tables = dict[tuple[Id, str], Table]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Work:
    """Everything that disclosure control knows of a release; stays inside.

    Parameters
    ----------
    columns : all counts
    places : all known sets of areas
    publish : names of those that are told
    sums : of the counts on those
    rules : of disclosure control
    confidential : variables whose base is not known either
    following : which columns follow from others
    memory : what was released earlier
    noise : in place of windows; None for windows
    old_rows : what old ledgers tell of these counts
    """

    columns: Columns
    places: Mapping[str, Places]
    publish: tuple[str, ...]
    sums: Mapping[str, Sums]
    rules: DisclosureRules
    confidential: frozenset[str]
    following: Following
    memory: Memory
    noise: Noise | None
    old_rows: OldRows

    @cached_property
    def auditor(self) -> Auditor:
        """Decides which tables are told."""
        number, mirrored = self.columns.number(), self.following.mirrored()
        secret = np.zeros(len(number), dtype=bool)
        secret[[number[name] for name in mirrored]] = True
        return Auditor(self.columns, self.places, self.sums, self.rules, zeros=secret)

    @cached_property
    def partitions(self) -> dict[tuple[str, str], Partition]:
        """How every variable is grouped on every set of areas."""
        frozen = self.memory.frozen(self.columns.ids, self.publish, self.places, self.rules)
        several = self.columns.ids if len(self.publish) > 1 else ()
        linked = {variable for variable, _ in several}
        for name in self.columns.ids:
            for source, _ in self.following.same.get(name, ()):
                if self.memory.elsewhere(source, self.publish, self.places):
                    linked.add(name[0])
        return partitions_for(
            self.columns, self.sums, self.publish, self.rules, frozen, frozenset(linked),
            frozenset(variable for variable, _ in self.following.mirrored()), self.confidential,
        )  # fmt: skip

    def is_open(self, name: Id) -> bool:
        """Tell whether a column is published exactly elsewhere."""
        return self.rules.is_open(name[0])

    def comes_from_ledger(self, name: Id) -> bool:
        """Tell whether a column is known to follow from what was released earlier."""
        terms = self.following.terms.get(name, ())
        return name in self.following.same or any(source[0] == "ledger" for source, _ in terms)

    def published_before(self, name: Id, place: str) -> tuple[Recoded, Partition | None] | None:
        """Return the windows that a column has in the ledger, on a set of areas."""
        for source, base in self.following.same.get(name, ()):
            known = self.memory.table(source, self.places[place])
            if known is not None and base is None:
                return known.window, known.partition
            if known is not None:
                return self.others(name, place, known.window), None
        return None

    def others(self, name: Id, place: str, window: Recoded) -> Recoded:
        """Return the windows of those not counted."""
        base = self.columns.base_on(self.places[place])[:, self.columns.number()[name]]
        return Recoded(base - window.middle, base - window.high, base - window.low)
