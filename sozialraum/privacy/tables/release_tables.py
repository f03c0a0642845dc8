"""All tables of a release: what is recoded, what follows, what is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from sozialraum.model import Problem
from sozialraum.model.protected import Partition, Recoded
from sozialraum.privacy.case_counts import Id
from sozialraum.privacy.following import Source
from sozialraum.privacy.recoding import recode_open, smallest_base
from sozialraum.privacy.release_memory import Earlier
from sozialraum.privacy.tables.recoded_tables import (
    Table,
    added,
    exact_table,
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
        made: dict[str, Table] = {}
        is_later = name in work.following.terms or name in work.following.bases
        for place in work.publish if is_later else ():
            if (name, place) in tables:
                continue
            found = _later(work, name, place, tables)
            if isinstance(found, str):
                not_told[(*name, place)] = found
            elif name in work.following.terms:
                tables[name, place] = found
            else:
                made[place] = found
        if made:
            (decision,) = _decisions(work, {name: made}).values()
            tables |= {(name, place): made[place] for place in decision.published}
            not_told |= {(*name, place): why for place, why in decision.reason.items()}
    return tables, not_told, problems


def _later(work: Work, name: Id, place: str, tables: Tables) -> Table | str:
    """Return a table that others come before; the reason if it is not told."""
    if name in work.following.bases:
        hidden = _hidden_base(work, name, place, tables)
        if hidden is None or np.isnan(hidden.middle).all() or _is_tied(work, name):
            return "linked"
        if (known := work.published_before(name, place)) is not None:
            return _own(work, name, place, known[0], known[1], tables)
        if name not in work.following.terms:
            return recode_table(
                work.columns, work.columns.number()[name], work.sums[place],
                work.partitions[name[0], place], hidden=hidden, noise=work.noise,
            )  # fmt: skip
    return _following(work, name, place, tables)


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
    number = work.columns.number()
    made: dict[Id, dict[str, Table]] = {}
    for name in work.following.order:
        if work.is_open(name) or name in work.following.bases:
            continue
        made[name] = {}
        for place in work.publish:
            known = work.published_before(name, place)
            if known is not None:
                window, partition = known
                partition = None if name in work.following.terms else partition
                tables[name, place] = _own(work, name, place, window, partition, tables)
            elif name not in work.following.terms:
                made[name][place] = recode_table(
                    work.columns,
                    number[name],
                    work.sums[place],
                    work.partitions[name[0], place],
                    hidden=_hidden_base(work, name, place, tables),
                    noise=work.noise,
                )
    return {name: own for name, own in made.items() if own}


def _decisions(work: Work, recoded: Mapping[Id, Mapping[str, Table]]) -> dict[Id, Decision]:
    """Decide about every recoded column; those of one set of areas together."""
    auditor = work.auditor
    number, found = work.columns.number(), {}
    alone: dict[str, list[Id]] = {}
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
        listed = [recoded[name][place] for name in names]
        decided = auditor.decide_alone(numbers, place, listed, confidential=False)
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
    table = _own(work, name, place, added(parts, most), None, tables)
    hidden = name[0] in work.confidential
    (decision,) = work.auditor.decide_alone([n], place, [table], confidential=hidden)
    return table if decision.published else decision.reason[place]


def _window(work: Work, source: Source, place: str, tables: Tables) -> Recoded | None:
    kind, variable, stichtag = source
    if kind == "ledger":
        known = work.memory.table(source, work.places[place])
        return None if known is None else known.window
    if kind == "base":
        if (hidden := _hidden_base(work, (variable, stichtag), place, tables)) is not None:
            return hidden
        base = work.sums[place].base_whole[:, work.columns.number()[variable, stichtag]]
        return Recoded(base, base, base)
    table = tables.get(((variable, stichtag), place))
    return None if table is None else table.window


def _hidden_base(work: Work, name: Id, place: str, tables: Tables) -> Recoded | None:
    """Return the windows of a base that is not known, NaN where nothing is told; None if it is.

    A base that is a count of the release has the windows of that count: others would cut them.
    """
    if name[0] not in work.confidential:
        return None
    base = work.sums[place].base_whole[:, work.columns.number()[name]]
    if name not in work.following.bases:
        return recode_open(base, work.partitions[name[0], place])
    parts = [(_window(work, s, place, tables), sign) for s, sign in work.following.bases[name]]
    nothing = np.full(base.size, np.nan)
    known = [(window or Recoded(nothing, nothing, nothing), sign) for window, sign in parts]
    return added(known, np.full(base.size, np.inf))


def _own(
    work: Work, name: Id, place: str, window: Recoded, partition: Partition | None, tables: Tables
) -> Table:
    """Return windows from elsewhere for the cells whose own base is large enough."""
    n, here = work.columns.number()[name], work.sums[place]
    hidden = _hidden_base(work, name, place, tables)
    base = here.base_whole[:, n] if hidden is None else hidden.low
    told = here.known[:, n] & (base >= smallest_base(work.rules.k))
    return replace(Table(window, hidden, partition).published_where(told), partition=partition)


def _is_tied(work: Work, name: Id) -> bool:
    """Tell whether earlier figures tie a column to others."""
    coupled = (s[1:] for terms in work.following.coupled.values() for s, _ in terms)
    tied = (one for row in work.old_rows.tied for one, _, _ in row.terms)
    return name in {*coupled, *tied}
