"""Merging zones instead of withholding them: larger areas, all numbers shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from sozialraum.privacy.audit.atoms import Atoms, refine
from sozialraum.privacy.audit.bounds import Breach, audit
from sozialraum.privacy.audit.complementary import NotProtectable
from sozialraum.privacy.audit.rows import Form, Row, Term
from sozialraum.privacy.audit.system import build_system
from sozialraum.texts import problem


@dataclass(frozen=True, eq=False)
class Coarsening:
    """A geography with some zones merged.

    Parameters
    ----------
    zones : new zone of each unit; merged zones are named "A + B"
    merged : the zones that were put together, in order
    """

    zones: pd.Series
    merged: tuple[tuple[str, str], ...]


def coarsen(
    counts: Mapping[str, pd.Series],
    geographies: Mapping[str, pd.Series],
    *,
    geography: str,
    minimum: int = 5,
    neighbours: Mapping[str, Collection[str]] | None = None,
) -> Coarsening:
    """Merge zones of one geography until all exact counts of all geographies give nobody away.

    Each step merges the smallest zone that a breach involves with its smallest neighbour. The
    result is safe by audit; it is not claimed to have the most zones possible.

    Parameters
    ----------
    counts : per variable the true counts of the units
    geographies : per geography the zone of each unit
    geography : the one whose zones may be merged
    minimum : smallest count that may be known
    neighbours : per zone its neighbours; None: any two zones may be merged

    Raises
    ------
    NotProtectable
        If even one single zone leaves a breach: it comes from the other geographies.

    Examples
    --------
    >>> units = ["a", "b", "c"]
    >>> zones = {"Block": pd.Series(["A", "B", "C"], units)}
    >>> coarsen({"armut": pd.Series([2.0, 9.0, 7.0], units)}, zones, geography="Block").merged
    (('A', 'C'),)
    """
    zones, merged = geographies[geography].astype(object), []
    near = None if neighbours is None else {zone: set(n) for zone, n in neighbours.items()}
    while True:
        places = {**geographies, geography: zones}
        atoms = refine(places)
        breach, variable = _first_breach(counts, places, atoms, minimum)
        if breach is None:
            return Coarsening(zones, tuple(merged))
        pair = _pair(breach, atoms, geography, counts[variable].groupby(zones).sum(), near)
        if pair is None:
            raise NotProtectable(problem("privacy.not_protectable", key=breach.name, proof=""))
        zones = zones.replace(dict.fromkeys(pair, " + ".join(pair)))
        merged.append(pair)
        near = None if near is None else _join(near, pair)


def _first_breach(
    counts: Mapping[str, pd.Series], places: Mapping[str, pd.Series], atoms: Atoms, minimum: int
) -> tuple[Breach | None, str]:
    for variable, column in counts.items():
        rows = [
            Row(
                f"{name} {zone}", (Term(variable, name, str(zone)),), (Form(total, total, "exact"),)
            )
            for name, zone_of in places.items()
            for zone, total in column.groupby(zone_of).sum().items()
        ]
        system = build_system(rows, atoms)
        found = audit(system, system.truth({(variable, ""): column}), minimum=minimum, exact=False)
        if found:
            return found[0], variable
    return None, ""


def _pair(
    breach: Breach,
    atoms: Atoms,
    geography: str,
    totals: pd.Series,
    near: Mapping[str, set[str]] | None,
) -> tuple[str, str] | None:
    """Return the zone of the breach and its smallest neighbour that holds somebody."""
    zone = atoms.labels[geography].iloc[breach.unknown % len(atoms.labels)]
    if pd.isna(zone):
        return None
    allowed: Sequence[str] = [
        z for z in totals.index if z != zone and (near is None or z in near.get(zone, ()))
    ]
    if not allowed:
        return None
    # an empty neighbour adds nobody: only taken where there is no other
    others = totals[allowed].where(totals[allowed] > 0).dropna()
    partner = (others if len(others) else totals[allowed]).sort_index().idxmin()
    return (zone, partner) if zone < partner else (partner, zone)


def _join(near: Mapping[str, set[str]], pair: tuple[str, str]) -> dict[str, set[str]]:
    """Return the neighbours after two zones became one."""
    name = " + ".join(pair)
    joined = {z: {name if n in pair else n for n in ns} for z, ns in near.items() if z not in pair}
    joined[name] = (near.get(pair[0], set()) | near.get(pair[1], set())) - set(pair)
    return joined
