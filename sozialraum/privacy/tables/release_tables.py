"""All tables of a release: what is recoded, what follows, what is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from sozialraum.model import Problem
from sozialraum.model.errors import DisclosureError
from sozialraum.model.protected import Partition, Recoded
from sozialraum.privacy.case_counts import Id
from sozialraum.privacy.following import Source
from sozialraum.privacy.recoding import smallest_base
from sozialraum.privacy.release_memory import Earlier
from sozialraum.privacy.tables.recoded_tables import (
    Table,
    added,
    exact_table,
    partitions_for,
    recode_table,
)
from sozialraum.privacy.tables.release_work import Tables, Work
from sozialraum.privacy.tables.tied_tables import tables_that_tie
from sozialraum.privacy.tables.whole_tables import Decision
from sozialraum.texts import problem

NotTold = dict[tuple[str, str, str], str]


def tables_of(work: Work) -> tuple[Tables, NotTold, tuple[Problem, ...]]:
    """Return the tables that are told, why others are not, and findings.

    Raises
    ------
    ConfigError, DisclosureError
        If the ledger forbids the release.
    """
    tables, not_told, problems = _first(work)
    number = work.columns.number()
    for name in work.following.order:
        if work.is_open(name):
            tables |= {(name, g): exact_table(work.sums[g], number[name]) for g in work.publish}
            continue
        if name not in work.following.terms:
            continue
        for place in work.publish:
            if (name, place) in tables:
                continue
            found = _following(work, name, place, tables)
            if isinstance(found, str):
                not_told[(*name, place)] = found
            else:
                tables[name, place] = found
    return tables, not_told, problems


def _first(work: Work) -> tuple[Tables, NotTold, tuple[Problem, ...]]:
    """Return the tables of the basis, and those the ledger has already."""
    tables: Tables = {}
    not_told: NotTold = {}
    made = _recoded(work, tables)
    problems: list[Problem] = []
    for name, decision in _decisions(work, made).items():
        tables |= {(name, place): made[name][place] for place in decision.published}
        not_told |= {(*name, place): why for place, why in decision.reason.items()}
        if decision.alone:
            problems.append(problem("privacy.earlier_breach", "warning", column=name[0]))
    for key in tables_that_tie(work, tables):
        del tables[key]
        not_told[(*key[0], key[1])] = "audit"
    return tables, not_told, tuple(problems)


def _recoded(work: Work, tables: Tables) -> dict[Id, dict[str, Table]]:
    """Return the recoded tables of the basis; recorded ones go to `tables` as they are."""
    partitions = _partitions(work)
    number, made = work.columns.number(), {}
    for name in work.following.order:
        if work.is_open(name):
            continue
        made[name] = {}
        for place in work.publish:
            known = work.published_before(name, place)
            if known is not None:
                window, partition = known
                partition = None if name in work.following.terms else partition
                tables[name, place] = _own(work, name, place, window, partition)
            elif name not in work.following.terms:
                made[name][place] = recode_table(
                    work.columns,
                    number[name],
                    work.sums[place],
                    partitions[name[0], place],
                    confidential=name[0] in work.confidential,
                    noise=work.noise,
                )
    return {name: own for name, own in made.items() if own}


def _partitions(work: Work) -> dict[tuple[str, str], Partition]:
    frozen = work.memory.frozen(work.columns.ids, work.publish, work.places, work.rules)
    several = work.columns.ids if len(work.publish) > 1 else ()
    linked = {variable for variable, _ in several}
    for name in work.columns.ids:
        for source, _ in work.following.same.get(name, ()):
            if work.memory.elsewhere(source, work.publish, work.places):
                linked.add(name[0])
    return partitions_for(
        work.columns, work.sums, work.publish, work.rules, frozen, frozenset(linked),
        frozenset(variable for variable, _ in work.following.mirrored()),
    )  # fmt: skip


def _decisions(work: Work, recoded: Mapping[Id, Mapping[str, Table]]) -> dict[Id, Decision]:
    """Decide about every recoded column; those of one set of areas together."""
    auditor = work.auditor
    number, found, alone = work.columns.number(), {}, {}
    for name, tables in recoded.items():
        n, hidden = number[name], name[0] in work.confidential
        if not np.isnan(work.columns.most[n]):
            found[name] = Decision(tuple(tables), {})
            continue
        earlier = _earlier(work, name)
        if len(tables) == 1 and not earlier and not hidden and not work.columns.unbounded[n]:
            alone.setdefault(next(iter(tables)), []).append(name)
        else:
            found[name] = auditor.decide(n, tables, earlier, confidential=hidden)
    for place, names in alone.items():
        numbers = [number[name] for name in names]
        tables = [recoded[name][place] for name in names]
        decided = auditor.decide_alone(numbers, place, tables, confidential=False)
        found |= dict(zip(names, decided, strict=True))
    return {name: found[name] for name in recoded}


def _earlier(work: Work, name: Id) -> list[Earlier]:
    """Return what earlier releases tell of the same counts.

    Raises
    ------
    DisclosureError
        If they told it of areas that this build does not have.
    """
    rows = work.old_rows.of(name)
    for source, base in work.following.same.get(name, ()):
        if missing := work.memory.missing(source, work.places):
            raise DisclosureError(
                [problem("privacy.geography_changed", key=key) for key in missing]
            )
        for place, window in work.memory.rows(source, work.places):
            told = window if base is None else work.others(name, place, window)
            rows.append((place, told.low, told.high))
    return rows


def _following(work: Work, name: Id, place: str, tables: Tables) -> Table | str:
    """Return a table that follows from others; the reason if it is not told."""
    n = work.columns.number()[name]
    here = work.sums[place]
    parts: list[tuple[Recoded, int]] = []
    for source, sign in work.following.terms[name]:
        window = _window(work, source, place, tables)
        if window is None:
            return "linked"
        parts.append((window, sign))
    bounded = not work.columns.unbounded[n] and name[0] not in work.confidential
    most = here.base_whole[:, n] if bounded else np.full(len(here.base), np.inf)
    table = _own(work, name, place, added(parts, most), None)
    hidden = name[0] in work.confidential
    (decision,) = work.auditor.decide_alone([n], place, [table], confidential=hidden)
    return table if decision.published else decision.reason[place]


def _window(work: Work, source: Source, place: str, tables: Tables) -> Recoded | None:
    kind, variable, stichtag = source
    if kind == "ledger":
        known = work.memory.table(source, work.places[place])
        return None if known is None else known.window
    if kind == "base":
        base = work.sums[place].base_whole[:, work.columns.number()[variable, stichtag]]
        return Recoded(base, base, base)
    table = tables.get(((variable, stichtag), place))
    return None if table is None else table.window


def _own(work: Work, name: Id, place: str, window: Recoded, partition: Partition | None) -> Table:
    """Return windows from elsewhere for the cells whose own base is large enough."""
    n, here = work.columns.number()[name], work.sums[place]
    told = here.known[:, n] & (here.base_whole[:, n] >= smallest_base(work.rules.k))
    return replace(Table(window, None, partition).published_where(told), partition=partition)
