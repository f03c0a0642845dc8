"""The complete audit: whether everything ever published, taken together, gives a small group away.

A breach is a set of atoms with a true total of 1 to k − 1 of which an attacker can be certain that
it is below k. It exists exactly if there is a single atom with at least one person whose largest
possible count is below k (the largest count of a set is at least that of each of its atoms); so
bounding every atom audits all unions of atoms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sozialraum.model.errors import DisclosureError
from sozialraum.model.options import Attacker
from sozialraum.privacy.audit.atoms import refine
from sozialraum.privacy.audit.rows import Row
from sozialraum.privacy.audit.system import Part, Series, System, build_system
from sozialraum.texts import problem

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Level = Attacker
LEVELS: tuple[Level, ...] = get_args(Attacker)
_TOLERANCE = 1e-6


@dataclass(frozen=True, repr=False)
class Breach:
    """A small group that the publication gives away.

    Parameters
    ----------
    unknown : number of the unknown in the system
    name : the atom in words
    bound : largest count an attacker must reckon with
    known : True if the attacker knows the count exactly
    proof : {row number: multiplier}, the combination of published items that gives the bound
    sentence : the proof in German, with the published figures; for the office, not for publication
    hint : the same without a figure
    """

    unknown: int
    name: str
    bound: float
    known: bool
    proof: Mapping[int, float]
    sentence: str = ""
    hint: str = ""

    def __repr__(self) -> str:
        """Return where the breach is, without a number of persons."""
        return f"Breach({self.name!r})"


def audit_release(
    rows: Sequence[Row],
    counts: Mapping[Series, pd.Series],
    geographies: Mapping[str, pd.Series],
    *,
    earlier: Sequence[Row] = (),
    minimum: int = 5,
    level: Level = "rule",
    insiders: int = 0,
    population: Mapping[Series, pd.Series] | None = None,
    sentences: bool = True,
) -> list[Breach]:
    """Return all that `rows`, with what was published `earlier`, give away; empty if nothing.

    Parameters
    ----------
    rows : the candidate publication
    counts : true counts per unit, for every (variable, Stichtag) that a row names; stays inside the
        office
    geographies : per geography the zone of each unit
    earlier : rows of earlier publications (`sozialraum.privacy.audit.ledger.Ledger.rows`)
    minimum : smallest number of persons that may be told
    level : "arithmetic": the attacker adds and subtracts, knows no rule; "rule": knows that a
        suppressed count is no zero (where zeros are shown); "population": also knows how many live
        in each atom; "insider": as "rule", and is one of the cases
    insiders : further cases that have joined (coalition); each raises what must stay possible by
        one
    population : per (variable, Stichtag) persons per unit, for level "population"
    sentences : also write each proof as a German sentence

    Raises
    ------
    DisclosureError
        If earlier publications contradict the counts: the audit would prove nothing.
    """
    from sozialraum.privacy.audit.certificates import certificate

    system = build_system([*rows, *earlier], refine(geographies))
    truth = system.truth(counts)
    limit = None if population is None else system.truth(population)
    found = audit(system, truth, minimum=minimum, level=level, insiders=insiders, population=limit)
    if not sentences:
        return found
    return [
        replace(b, sentence=certificate(b, system), hint=certificate(b, system, figures=False))
        for b in found
    ]


def audit(
    system: System,
    truth: Floats,
    *,
    minimum: int = 5,
    level: Level = "rule",
    insiders: int = 0,
    population: Floats | None = None,
    bounds: tuple[Floats, Floats] | None = None,
    use_pool: bool = True,
    exact: bool = True,
) -> list[Breach]:
    """Return the breaches of a system; arguments as in `audit_release`, `truth` per unknown.

    `bounds` replaces the intervals of the rows (the search for suppressions changes them); `exact`
    also asks whether the attacker knows the count.
    """
    if level not in LEVELS:
        message = (
            f"The 'level' parameter of audit must be one of {list(LEVELS)}. Got {level!r} instead."
        )
        raise ValueError(message)
    low, high = system.bounds() if bounds is None else bounds
    _refuse_contradiction(system, truth, low, high)
    if level == "arithmetic":
        low = np.where(np.isinf(high), 0.0, low)
    cap = population if level == "population" and population is not None else None
    need = np.full(truth.size, float(minimum + insiders + (level == "insider")))
    if cap is not None:
        need = np.minimum(need, cap)
    breaches = []
    for part in system.parts:
        breaches += _audit_part(system, part, truth, low, high, cap, need, use_pool, exact)
    return sorted(breaches, key=lambda b: b.unknown)


def largest(
    system: System, truth: Floats, *, upward: bool = True, cap: Floats | None = None
) -> Floats:
    """Return the largest (smallest) count an attacker must reckon with; NaN where no row is."""
    low, high = system.bounds()
    bound = np.full(truth.size, np.nan)
    for part in system.parts:
        local = part.unknowns
        limit = np.full(local.size, np.inf) if cap is None else cap[local]
        goal = np.full(local.size, np.inf if upward else -np.inf)
        bound[local], _ = part.method.extremes(
            np.arange(local.size), goal, truth[local], low[part.rows],
            high[part.rows], limit, upward=upward, use_pool=False,
        )  # fmt: skip
    return bound


def _audit_part(
    system: System,
    part: Part,
    truth: Floats,
    low: Floats,
    high: Floats,
    cap: Floats | None,
    need: Floats,
    use_pool: bool,
    exact: bool,
) -> list[Breach]:
    local = part.unknowns
    some = np.flatnonzero(truth[local] >= 1 - _TOLERANCE)
    some = some[np.argsort(truth[local][some], kind="stable")]
    if some.size == 0:
        return []
    limit = np.full(local.size, np.inf) if cap is None else cap[local]
    told = (truth[local], low[part.rows], high[part.rows], limit)
    goal = need[local][some]
    bound, proofs = part.method.extremes(some, goal, *told, use_pool=use_pool)
    bad = np.flatnonzero(bound < goal - _TOLERANCE)
    known = np.zeros(bad.size, bool)
    if exact and bad.size:
        least, _ = part.method.extremes(some[bad], np.full(bad.size, -np.inf), *told, upward=False)
        known = np.abs(least - bound[bad]) < _TOLERANCE
    return [
        Breach(
            unknown=int(local[some[b]]),
            name=system.name(int(local[some[b]])),
            bound=float(bound[b]),
            known=bool(known[n]),
            proof={int(part.rows[row]): factor for row, factor in proofs[b].items()},
        )
        for n, b in enumerate(bad)
    ]


def _refuse_contradiction(system: System, truth: Floats, low: Floats, high: Floats) -> None:
    told = system.matrix @ truth
    wrong = np.flatnonzero((told < low - 1e-4) | (told > high + 1e-4))
    if wrong.size:
        raise DisclosureError(
            [problem("privacy.contradiction", label=system.rows[row].label) for row in wrong]
        )
