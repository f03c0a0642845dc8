"""Optimal complementary suppression: what more must be weakened so that nothing is given away.

Implicit hitting sets: every breach has a proof that names published items; at least one of them
must be weakened. The smallest set that hits all proofs known so far is found by an integer
programme; the audit then looks for further proofs; when there is none, the set is optimal, because
weakening an item only widens what an attacker must reckon with. Cf. Fischetti & Salazar-González
(2001), Management Science 47(7).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy
import scipy.sparse as sp
from numpy.typing import NDArray

from sozialraum.model.errors import DisclosureError
from sozialraum.privacy.audit.atoms import refine
from sozialraum.privacy.audit.bounds import Breach, Level, audit
from sozialraum.privacy.audit.certificates import certificate
from sozialraum.privacy.audit.rows import INF, Form, Row
from sozialraum.privacy.audit.system import Series, System, build_system
from sozialraum.texts import problem

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_SCALE = 1e3  # the solver takes costs that differ by a millionth for equal
Cut = tuple[tuple[int, int], ...]  # (row, level it must be weakened to), at least one of them


class NotProtectable(DisclosureError):
    """No choice of weaker forms protects everybody: nothing may be published like this."""


@dataclass(frozen=True, repr=False)
class Protection:
    """What to publish so that nothing is given away.

    Parameters
    ----------
    rows : the items in the form in which they may be published
    level : per item how much weaker than wished; 0 = as wished
    cost : sum of the costs of the chosen forms
    reasons : {item number: the breach that forced it}
    zeros : "show", or "suppress" where protection needed zeros that may be withheld
    iterations, cuts : size of the search, for the manifest
    """

    rows: tuple[Row, ...]
    level: tuple[int, ...]
    cost: float
    reasons: Mapping[int, str]
    zeros: str
    iterations: int
    cuts: int

    @property
    def weakened(self) -> list[int]:
        """Numbers of the items that are weaker than wished."""
        return [n for n, level in enumerate(self.level) if level > 0]


def protect_tables(
    rows: Sequence[Row],
    counts: Mapping[Series, pd.Series],
    geographies: Mapping[str, pd.Series],
    *,
    earlier: Sequence[Row] = (),
    minimum: int = 5,
    level: Level = "rule",
    insiders: int = 0,
    population: Mapping[Series, pd.Series] | None = None,
    may_hide_zeros: bool = False,
    seed: int | None = None,
) -> Protection:
    """Return the items of several geographies in forms that give nothing away, at least cost.

    Parameters
    ----------
    rows : the candidate publication, each with its weaker forms and their costs; a row with a
        single form is protected (a city total, a counted zero) and stays as it is
    counts, geographies, earlier, minimum, level, insiders, population : as in `audit_release`
    may_hide_zeros : if protection fails while zeros are always shown, try again with zeros that may
        be withheld

    seed : chooses among equally cheap solutions at random, so that the choice itself tells nothing
        (minimality attack); None: by a hash of what the items are about, so that a build run again,
        with another version of the solver too, never publishes another equally cheap pattern

    Returns
    -------
    Protection; ``rows`` is what may be published, ``reasons`` the proof that forced each weakened
    item.

    Raises
    ------
    NotProtectable
        If a proof names protected items only; earlier publications are always protected.
    """
    atoms = refine(geographies)
    fixed = [Row(row.label, row.terms, row.forms[:1]) for row in earlier]
    system = build_system([*rows, *fixed], atoms)
    truth = system.truth(counts)
    people = None if population is None else system.truth(population)
    control = {"minimum": minimum, "level": level, "insiders": insiders, "population": people}
    lots = None if seed is None else np.random.default_rng(seed).random(len(system.rows))
    try:
        return _optimum(system, truth, len(rows), "show", control, lots)
    except NotProtectable:
        if not may_hide_zeros:
            raise
    loose = [_zero_may_go(row) for row in rows]
    system = build_system([*loose, *fixed], atoms)
    return _optimum(system, truth, len(rows), "suppress", control, lots)


def _lot(row: Row) -> float:
    """Return a number 0..1 that depends on nothing but what the row is about."""
    about = repr((row.label, row.terms, row.forms[0].kind)).encode()
    return int.from_bytes(hashlib.sha256(about).digest()[:6]) / 2**48


def _zero_may_go(row: Row) -> Row:
    """Return the row under the policy that zeros may be withheld: a withheld count may be 0."""
    forms = tuple(
        Form(0.0, f.high, f.kind, f.cost) if f.kind == "suppressed" and f.low == 1.0 else f
        for f in row.forms
    )
    if len(forms) == 1 and forms[0].low == forms[0].high == 0.0:
        forms = (forms[0], Form(0.0, INF, "suppressed", 1.0))
    return Row(row.label, row.terms, forms)


def _optimum(
    system: System,
    truth: Floats,
    n_own: int,
    zeros: str,
    control: dict[str, Any],
    lots: Floats | None,
) -> Protection:
    """Alternate between the smallest hitting set and the audit until the audit finds nothing."""
    search = _Search(system, truth, control)
    level, cost, iterations, settled = np.zeros(len(system.rows), np.int64), 0.0, 0, False
    while True:
        iterations += 1
        if not search.collect(level):
            if settled or not search.cuts:
                break
            settled = True  # ties are broken last: it makes every programme twice as long
        level, cost = smallest_hitting_set(search.cuts, system.rows, lots=lots, ties=settled)
    reasons = search.reasons(level)
    return Protection(
        rows=tuple(row.weakened(int(n)) for row, n in zip(system.rows, level, strict=True))[:n_own],
        level=tuple(int(n) for n in level[:n_own]),
        cost=cost,
        reasons=reasons,
        zeros=zeros,
        iterations=iterations,
        cuts=len(search.cuts),
    )


class _Search:
    """The proofs found so far, and how to find more."""

    def __init__(self, system: System, truth: Floats, control: dict[str, Any]) -> None:
        self.system, self.truth, self.control = system, truth, control
        self.cuts: list[Cut] = []
        self.breach_of: list[Breach] = []
        self._seen: set[Cut] = set()
        depth = max(len(row.forms) for row in system.rows)
        shape = (len(system.rows), depth)
        self.low, self.high = np.full(shape, np.nan), np.full(shape, np.nan)
        for n, row in enumerate(system.rows):
            for step in range(depth):
                form = row.forms[min(step, len(row.forms) - 1)]
                self.low[n, step], self.high[n, step] = form.low, form.high

    def collect(self, level: Ints) -> int:
        """Repair greedily from `level` on and keep the proofs; return how many are new."""
        level, new = level.copy(), 0
        while True:
            breaches = self._audit(level)
            if not breaches:
                return new
            hit: set[int] = set()
            audited = level.copy()
            for breach in sorted(breaches, key=lambda b: len(b.proof)):
                cut = self._cut(breach, audited)
                if hit.isdisjoint(row for row, _ in cut):
                    new += self._keep(cut, breach)
                    hit |= {row for row, _ in cut}
                    row, step = min(cut, key=self._step_cost)
                    level[row] = max(level[row], step)

    def _audit(self, level: Ints) -> list[Breach]:
        every = np.arange(level.size)
        bounds = self.low[every, level], self.high[every, level]
        return audit(self.system, self.truth, bounds=bounds, exact=False, **self.control)

    def _cut(self, breach: Breach, level: Ints) -> Cut:
        """Return which rows could be weakened to break a proof."""
        cut = tuple(
            (row, int(level[row]) + 1)
            for row in sorted(breach.proof)
            if level[row] + 1 < len(self.system.rows[row].forms)
        )
        if not cut:
            sentence = certificate(breach, self.system, figures=False)
            raise NotProtectable(
                [problem("privacy.not_protectable", key=breach.name, proof=sentence)]
            )
        return cut

    def _keep(self, cut: Cut, breach: Breach) -> int:
        if cut in self._seen:
            return 0
        self._seen.add(cut)
        self.cuts.append(cut)
        self.breach_of.append(breach)
        return 1

    def _step_cost(self, step: tuple[int, int]) -> tuple[float, int]:
        return self.system.rows[step[0]].forms[step[1]].cost, step[0]

    def reasons(self, level: Ints) -> dict[int, str]:
        """Return per weakened row a proof that needs it, if possible one only it answers."""
        found: dict[int, tuple[int, str]] = {}
        for cut, breach in zip(self.cuts, self.breach_of, strict=True):
            answering = [row for row, step in cut if level[row] >= step]
            for row in answering:
                if row not in found or len(answering) < found[row][0]:
                    found[row] = len(answering), certificate(breach, self.system)
        return {row: sentence for row, (_, sentence) in sorted(found.items())}


def smallest_hitting_set(
    cuts: Sequence[Cut], rows: Sequence[Row], *, lots: Floats | None = None, ties: bool = True
) -> tuple[Ints, float]:
    """Return the cheapest levels such that every cut has a row weakened to its level, and the cost.

    ``min Σ cost z``, ``Σ z ≥ 1`` for each cut, ``z[row, s] ≥ z[row, s + 1]``: costs of the steps of
    one row add up. Among equally cheap ones the smallest sum of `lots` (one number 0..1 per row, by
    default a hash of what the row is about) decides: all lots together weigh less than half the
    smallest cost, so that where costs are multiples of it no cheaper set is passed over. Without
    `ties` any of the equally cheap ones is returned.
    """
    steps = sorted({(row, s) for cut in cuts for row, top in cut for s in range(1, top + 1)})
    number = {step: n for n, step in enumerate(steps)}
    cost = np.array([rows[row].forms[s].cost for row, s in steps], dtype=float)
    drawn = [_lot(rows[row]) if lots is None else lots[row] for row, _ in steps]
    least = cost[cost > 0].min(initial=1.0)
    broken = (1 + np.array(drawn)) / (4 * len(steps)) if ties else 0.0
    tilted = _SCALE * (cost / least + broken)
    at = [n for n, cut in enumerate(cuts) for _ in cut]
    cover = sp.csr_array(
        (np.ones(len(at)), (at, [number[step] for cut in cuts for step in cut])),
        shape=(len(cuts), len(steps)),
    )
    constraints = [scipy.optimize.LinearConstraint(cover, 1.0, np.inf)]
    chain = [(number[r, s - 1], number[r, s]) for r, s in steps if s > 1]
    if chain:
        each, (before, after) = np.arange(len(chain)), np.array(chain).T
        order = np.zeros((len(chain), len(steps)))
        order[each, before], order[each, after] = 1.0, -1.0
        constraints.append(scipy.optimize.LinearConstraint(order, 0.0, np.inf))
    found = scipy.optimize.milp(
        tilted,
        constraints=constraints,
        integrality=np.ones(len(steps)),
        bounds=scipy.optimize.Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    if found.status != 0:
        message = f"The integer programme of a suppression did not end: {found.message}"
        raise RuntimeError(message)
    level = np.zeros(len(rows), np.int64)
    for (row, s), chosen in zip(steps, found.x > 0.5, strict=True):
        level[row] = max(level[row], s if chosen else 0)
    return level, float(cost @ np.round(found.x))
