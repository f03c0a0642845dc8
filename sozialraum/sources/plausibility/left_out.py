"""Rows of tables that belong to no area: who they are, how many, and what was said about them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from sozialraum.texts import number, percent, text

if TYPE_CHECKING:
    from sozialraum.config.plan import Plan
    from sozialraum.sources.delivering.delivered import Delivery

_JOINTS = re.compile(r"\s+und\s+|\s*[/+&]\s*|\s*,\s+")


@dataclass(frozen=True)
class LeftOut:
    """Rows of one Stichtag and one set of areas that a build leaves out on purpose.

    Parameters
    ----------
    day : ISO Stichtag
    areas : name of the set of areas
    keys : keys of the rows, as delivered
    persons : persons in them; NaN where no column says
    share : their share of all persons of the table, 0..1; NaN where no column says
    reason : as the build file states it; "" for `drop`
    """

    day: str
    areas: str
    keys: tuple[str, ...]
    persons: float
    share: float
    reason: str = ""


def persons_in(rows: pd.DataFrame, plan: Plan) -> pd.Series:
    """Return the persons of each row: the population, else the largest base, else the most cases.

    NaN where no column says any: a row of the Agentur für Arbeit may hold cases alone.
    """
    everybody = {plan.population.variable} if plan.population is not None else set()
    bases = {i.denominator for i in plan.indicators}
    cases = {i.numerator for i in plan.indicators}
    persons = pd.Series(float("nan"), rows.index)
    for columns in (everybody, bases, cases):
        known = sorted(c for c in columns if c is not None and c in rows)
        if known:
            persons = persons.fillna(rows[known].astype(float).max(axis=1))
    return persons


def persons_words(persons: float, share: float) -> str:
    """Return a number of persons with its share in words."""
    if persons != persons:
        return text("check.who.unknown")
    many = text("check.who.persons", n=round(persons))
    return many if share != share else f"{many} ({percent(share, 1)})"


def count_left_out(
    surplus: pd.DataFrame, frame: pd.DataFrame, keys: Sequence[str], plan: Plan
) -> tuple[float, float]:
    """Return the persons in some rows of no area, and their share of everybody in the table."""
    lost = float(persons_in(surplus.loc[list(keys)], plan).sum(min_count=1))
    everybody = float(persons_in(frame, plan).sum()) + float(persons_in(surplus, plan).sum())
    return lost, lost / everybody if everybody > 0 else float("nan")


def left_out(delivery: Delivery, plan: Plan, *, dropped: bool) -> Iterator[LeftOut]:
    """Yield delivered rows with numbers that [[exclude]] or the file itself, or `drop`, leaves out.

    Parameters
    ----------
    dropped : True for ``drop`` of the areas, False for ``[[exclude]]``
    """
    reasons = {e.key: e.reason for e in plan.exclude}
    for day in sorted(delivery.surplus):
        for name, surplus in delivery.surplus[day].items():
            if name not in delivery.areas:
                continue
            filled = surplus.index[(surplus.fillna(0) != 0).any(axis=1)]
            why = dict.fromkeys(nobodys(delivery, day, name), text("check.who.unplaced")) | reasons
            stated = set(plan.areas[name].drop) - set(why) if dropped else set(why)
            groups: dict[str, list[str]] = {}
            for key in [str(k) for k in filled if k in stated]:
                groups.setdefault("" if dropped else why[key], []).append(key)
            for reason, keys in groups.items():
                persons, share = count_left_out(surplus, delivery.tables[day][name], keys, plan)
                yield LeftOut(day, name, tuple(keys), persons, share, reason)


def nobodys(delivery: Delivery, day: str, areas: str) -> set[str]:
    """Return the keys of rows that the file itself calls "nicht zuzuordnen"."""
    return delivery.unplaced.get(day, {}).get(areas, set())


def left_out_words(rows: LeftOut, minimum: int) -> str:
    """Return what a public page says of rows that were left out; few persons are not counted.

    Parameters
    ----------
    minimum : smallest number of persons that may be told
    """
    few = 0 < rows.persons < minimum
    who = text("check.who.few", minimum=number(minimum)) if few else persons_words(
        rows.persons, rows.share
    )  # fmt: skip
    return text("check.who.left_out", keys=", ".join(rows.keys), who=who, reason=rows.reason)


def parts_of_name(name: str, areas: Sequence[str]) -> tuple[str, ...]:
    """Return the areas that a joined name is made of; none where it is no joined name.

    Examples
    --------
    >>> parts_of_name("Neuland und Gut Moor", ["Gut Moor", "Neuland", "Harburg"])
    ('Neuland', 'Gut Moor')
    >>> parts_of_name("Berg und Tal", ["Berg und Tal-Nord", "Berg"])
    ()
    """
    known = {area.casefold(): area for area in areas}
    pieces = [piece.strip().casefold() for piece in _JOINTS.split(name)]
    if len(pieces) < 2 or not all(piece in known for piece in pieces):
        return ()
    return tuple(known[piece] for piece in pieces)
