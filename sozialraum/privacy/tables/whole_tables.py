"""Which tables are told: one whose windows and totals give a small count away is not, as a whole.

Only "told or not" may follow from counts. Searching for single cells to withhold would tell
something by what is found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sozialraum.privacy.audit.area_bases import few_others, most_per_atom
from sozialraum.privacy.audit.interval_audit import Atoms, Attack, breaches, refine
from sozialraum.privacy.case_counts import Columns, Floats, Places
from sozialraum.privacy.partitions import reason_against
from sozialraum.privacy.refusals import refuses
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.privacy.tables.recoded_tables import Sums, Table

Group = tuple[int, ...]
Earlier = tuple[str, Floats, Floats]  # set of areas, low, high
_HALF = 0.5
_ENDLESS = 1e9


@dataclass(frozen=True)
class Decision:
    """What is told of one column.

    Parameters
    ----------
    published : sets of areas
    reason : per set of areas that is not told, why: "few_areas", "small_total",
        "refusal" or "audit"
    alone : True where earlier releases already give a small count away
    """

    published: tuple[str, ...]
    reason: Mapping[str, str]
    alone: bool = False


class Auditor:
    """Decides which tables of a column are told.

    Parameters
    ----------
    columns : all counts
    places, sums : all sets of areas over the units, and the sums of those told
    rules : of disclosure control
    zeros : (n_columns,) True where a counted 0 is to be kept secret although the rules show zeros
    """

    def __init__(
        self,
        columns: Columns,
        places: Mapping[str, Places],
        sums: Mapping[str, Sums],
        rules: DisclosureRules,
        *,
        zeros: NDArray[np.bool_],
    ) -> None:
        self._zeros = zeros | (rules.zeros == "suppress")
        self._columns, self._places, self._sums, self._rules = columns, places, sums, rules
        self._systems: dict[tuple[str, ...], tuple[Atoms, Floats, Floats]] = {}

    def decide_alone(
        self, numbers: Sequence[int], name: str, tables: Sequence[Table], *, confidential: bool
    ) -> list[Decision]:
        """Decide about columns that are told on one set of areas only, all at once."""
        here = self._sums[name]
        b = np.column_stack([self._most_on(n, name) for n in numbers])
        b = np.full_like(b, _ENDLESS) if confidential else b
        public = [self._reason(n, here, t) for n, t in zip(numbers, tables, strict=True)]
        if not self._rules.knows_totals:
            return [_decision(name, reason) for reason in public]
        ends = [self._ends(t, b[:, i]) for i, t in enumerate(tables)]
        low, high = (np.column_stack([e[i] for e in ends]) for i in (0, 1))
        refused = refuses(low, high, b, here.cases[:, numbers].sum(axis=0), self._rules.k)
        audited = np.where(refused, "audit", "").tolist()
        return [_decision(name, one or other) for one, other in zip(public, audited, strict=True)]

    def decide(
        self,
        n: int,
        tables: Mapping[str, Table],
        earlier: Sequence[Earlier],
        *,
        confidential: bool,
    ) -> Decision:
        """Decide about one column with all sets of areas it is told on, now and earlier.

        The table with the fewest areas is judged as if it were the only one: where it is refused,
        nothing is told, and that says no more than its own refusal. Of the others the one with more
        areas goes first.
        """
        told = dict(sorted(tables.items(), key=lambda t: (len(t[1].window.low), t[0])))
        reason: dict[str, str] = {}
        for name in list(told):
            if why := self._reason(n, self._sums[name], told[name]):
                del told[name]
                reason[name] = why
        first = next(iter(told.items()), None)
        if first is not None and not earlier:
            (alone,) = self.decide_alone([n], first[0], [first[1]], confidential=confidential)
            if not alone.published:
                return Decision((), reason | dict.fromkeys(told, "audit"))
        before = self._given_away(n, {}, earlier, confidential=confidential)
        while told and _new(self._given_away(n, told, earlier, confidential=confidential), before):
            name = list(told)[-1]
            del told[name]
            reason[name] = "audit"
        return Decision(tuple(told), reason, bool(before))

    def _reason(self, n: int, here: Sums, table: Table) -> str:
        """Return why a column is not told whatever its counts are; "" if that depends on them."""
        total, base = np.rint(here.cases[:, n].sum()), here.base[:, n]
        if table.base is not None:
            known, others = np.nan_to_num(table.base.low), np.inf
            return reason_against(known, total, others, self._rules, table.partition)
        others = np.inf if self._columns.unbounded[n] else np.rint(base.sum()) - total
        return reason_against(base, total, others, self._rules, table.partition)

    def _given_away(
        self,
        n: int,
        tables: Mapping[str, Table],
        earlier: Sequence[Earlier],
        *,
        confidential: bool,
    ) -> frozenset[Group]:
        """Return the groups of units of which too much is told."""
        names = tuple(sorted({*tables, *(e[0] for e in earlier)}))
        if not names:
            return frozenset()
        system, cases, base = self.atoms_of(names)
        low, high = system.open_rows()
        for name, table in tables.items():
            rows = _rows(system, names, name)
            most = self._most_on(n, name)
            ends = self._ends(table, np.full_like(most, _ENDLESS) if confidential else most)
            low[rows], high[rows] = np.maximum(low[rows], ends[0]), np.minimum(high[rows], ends[1])
        for name, least, most in earlier:
            rows = _rows(system, names, name)
            low[rows], high[rows] = np.fmax(low[rows], least), np.fmin(high[rows], most)
        x, b = cases[:, n], base[:, n]
        attack = self._attack(x.sum(), b.sum(), bounded=not self._columns.unbounded[n])
        attack = replace(attack, zeros=bool(self._zeros[n]))
        if confidential:
            attack = replace(attack, bases=False, complement=False)
        if self._rules.knows_totals:
            whole = slice(system.start[-1], None)
            low[whole] = high[whole] = (system.matrix @ x)[whole]
        if self._columns.area_base:
            return self._in_areas(n, names, low, high, attack)
        found = breaches(system, x, b, low, high, attack)
        return frozenset(tuple(np.flatnonzero(system.of_unit == atom)) for atom in found)

    def _in_areas(
        self, n: int, names: tuple[str, ...], low: Floats, high: Floats, attack: Attack
    ) -> frozenset[Group]:
        """Return the groups given away where bases are known of areas, and of no unit."""
        system, cases, _ = self.atoms_of(names)
        x, codes = cases[:, n], {name: self._places[name].code for name in names}
        bases = {name: self._known_base(n, name) for name in names}
        cap = most_per_atom(system, self._columns.base[:, n], bases, codes)
        found = breaches(system, x, cap, low, high, replace(attack, complement=False))
        groups = {tuple(np.flatnonzero(system.of_unit == atom).tolist()) for atom in found}
        if attack.complement:
            for name, area in few_others(system, names, x, bases, (low, high), cap, attack):
                groups.add(tuple(np.flatnonzero(codes[name] == area).tolist()))
        return frozenset(groups)

    def _known_base(self, n: int, name: str) -> Floats:
        """Return the persons of each area of a set; infinite where they are not known."""
        base = self._columns.area_base[name][:, n]
        return np.where(np.isnan(base), np.inf, base)

    def _most_on(self, n: int, name: str) -> Floats:
        """Return how many can be counted in each area of a set at most."""
        base = self._sums[name].base[:, n]
        if self._columns.unbounded[n]:
            return np.full(base.size, _ENDLESS)
        if name not in self._columns.area_base:
            return base
        return np.where(np.isinf(self._known_base(n, name)), _ENDLESS, base)

    def _attack(self, total: float, base: float, *, bounded: bool) -> Attack:
        known, rules = self._rules.knows_totals, self._rules
        return Attack(
            k=rules.k,
            bases=known and bounded,
            total=total if known else np.inf,
            base=base if known else np.inf,
            complement=bounded,
        )

    def atoms_of(self, names: tuple[str, ...]) -> tuple[Atoms, Floats, Floats]:
        """Return the atoms of sets of areas, with all cases and bases; made once."""
        if names not in self._systems:
            system = refine([self._places[name].code for name in names])
            found = system.sums(self._columns.cases), system.sums(self._columns.base)
            self._systems[names] = system, *found
        return self._systems[names]

    def _ends(self, table: Table, base: Floats) -> tuple[Floats, Floats]:
        """Return what is told of each area: all that is possible where nothing is."""
        most = np.where(np.isnan(table.window.high), base, table.window.high)
        least = np.nan_to_num(table.window.low)
        if self._columns.whole:
            return least, most
        return np.maximum(least - _HALF, 0.0), most + _HALF


def _new(found: frozenset[Group], before: frozenset[Group]) -> bool:
    """Tell whether a group is given away that is not part of one given away before."""
    return any(not any(set(group) <= set(known) for known in before) for group in found)


def _rows(system: Atoms, names: tuple[str, ...], name: str) -> slice:
    place = names.index(name)
    return slice(system.start[place], system.start[place + 1])


def _decision(name: str, reason: str) -> Decision:
    return Decision((), {name: reason}) if reason else Decision((name,), {})
