"""What the audit of a programme stands on: smallest groups of children, and the rows about them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sozialraum.model.participation_release import ALL_AGES, CITY
from sozialraum.privacy.audit.rows import INF, Form, Row, Term, count_row, withheld
from sozialraum.privacy.audit.system import Series
from sozialraum.privacy.participation.windows import MEASURES
from sozialraum.privacy.rules import DisclosureRules

CHILDREN = "distinct_children"
_TIE = 1e-3  # of the cost: a thousand withheld cells weigh more than all ties together
_BY_AGE, _REST, _WHOLE = " × Alter", "übrige", "Programm"
_OTHERS = "others"
# In the ledger, which people of the office can read: what is counted, after the programme's name.
_WORDS = {CHILDREN: "Kinder", "high": "Kinder höchstens", "bookings": "Buchungen"}


@dataclass(frozen=True, eq=False, repr=False)
class Ground:
    """Smallest groups with their counts, and the area and age group of each; stays inside.

    Parameters
    ----------
    programme : what the registrations are of; counts of one programme are audited together
    counts : measure -> count per unit; a unit is a combination of the area sets and an age group,
        or the children of an area and age group that do not take part ("others")
    geographies : name, with a hash of what it means, -> zone of each unit
    of_set : area set, and whether by age -> name of the geography
    """

    programme: str
    counts: Mapping[str, pd.Series]
    geographies: Mapping[str, pd.Series]
    of_set: Mapping[tuple[str, bool], str]

    def series(self, measure: str) -> str:
        """Return the variable of a measure in rows."""
        return measure if measure == _OTHERS else f"{self.programme}: {_WORDS[measure]}"

    def place(self, area_set: str, key: str, age: str) -> tuple[str, str]:
        """Return geography and zone of a cell."""
        whole = age == ALL_AGES
        return self.of_set[area_set, not whole], key if whole else f"{key}|{age}"

    def zones(self) -> dict[str, set[str]]:
        """Return the zones of each geography in which anybody is counted."""
        return {name: set(zone.dropna()) for name, zone in self.geographies.items()}

    def truth(self, measures: Sequence[str]) -> dict[Series, pd.Series]:
        """Return the counts as the audit takes them."""
        return {(self.series(m), ""): self.counts[m] for m in measures}

    def sum_over(self, measure: str, geography: str, zone: str) -> float:
        """Return the count of a zone."""
        return float(self.counts[measure][(self.geographies[geography] == zone)].sum())


def lay_ground(
    units: pd.DataFrame,
    cells: pd.DataFrame,
    area_sets: Sequence[str],
    *,
    programme: str,
    meaning: Mapping[str, str],
    rules: DisclosureRules,
) -> Ground:
    """Return what the audit stands on.

    Parameters
    ----------
    units : raw counts per combination of area sets and age group, without those of no age group
    cells : the cells of the publication with their base and their children
    area_sets : columns of `units`
    programme : what the registrations are of
    meaning : area set -> hash of which houses lie in which area; "age" -> hash of the age groups.
        It is part of the geographies' names, so that a later run notices other areas or ages
    rules : of disclosure control
    """
    taking = units[units[list(MEASURES.values())].gt(0).any(axis=1)]
    # how few live where hardly anybody lives is public, and nothing more is told there
    least = max(rules.minimum_base, rules.minimum + rules.insiders)
    rest = cells[(cells["age"] != ALL_AGES) & (cells["base"] >= cells[CHILDREN].clip(lower=least))]
    index = pd.Index([*(f"u{k}" for k in range(len(taking))), *(f"r{k}" for k in rest.index)])
    counts = {
        m: pd.Series([*taking[m], *np.zeros(len(rest))], index, dtype=float)
        for m in MEASURES.values()
    }
    others = (rest["base"].round() - rest[CHILDREN]).clip(lower=0.0)
    counts[_OTHERS] = pd.Series([*np.zeros(len(taking)), *others], index, dtype=float)
    of_set, geographies = {}, {}
    for name in (*area_sets, CITY):
        zone = taking[name] if name != CITY else pd.Series(CITY, taking.index)
        zone = zone.where(zone.notna(), np.nan).astype(object)
        plain = f"{name} {_short(meaning.get(name, ''))}".strip()
        by_age = f"{plain}{_BY_AGE} {_short(meaning.get('age', ''))}".strip()
        of_set |= {(name, False): plain, (name, True): by_age}
        geographies[plain] = _on(index, zone)
        geographies[by_age] = _on(index, zone + "|" + taking["age"].astype(object))
    geographies[_WHOLE] = _on(index, pd.Series(_WHOLE, taking.index, dtype=object))
    geographies[_REST] = pd.Series([*[np.nan] * len(taking), *rest.index.map(str)], index, object)
    return Ground(programme, counts, geographies, of_set)


def _on(index: pd.Index, zone: pd.Series) -> pd.Series:
    return pd.Series([*zone, *[np.nan] * (len(index) - len(zone))], index, dtype=object)


def _short(digest: str) -> str:
    return digest[:12]


def meaning_of(lines: Sequence[str]) -> str:
    """Return the hash of what a geography means; nothing of the lines can be read from it."""
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def chosen_rows(
    cells: pd.DataFrame, low: np.ndarray, high: np.ndarray, ground: Ground, rules: DisclosureRules
) -> tuple[list[Row], list[int]]:
    """Return one row per cell, which can be withheld, and the cells' positions.

    Parameters
    ----------
    cells : with ``label``, ``status``, ``base``
    low, high : of `shifted_window`
    """
    rows, positions, zones = [], [], ground.zones()
    for position, cell in enumerate(cells.itertuples(index=False)):
        geography, zone = ground.place(cell.area_set, cell.key, cell.age)
        if zone not in zones[geography]:
            continue
        term = Term(ground.series(CHILDREN), geography, zone)
        if cell.status == "ok":
            told = Form(float(low[position]), float(high[position]), "rate")
            never = told.low == told.high == 0.0 and rules.zeros == "show"
            cost = _cost(cell.label, cell.area_set, cell.age)
            forms = (told,) if never else (told, withheld(rules.zeros, cost))
        else:
            forms = (_not_told(cell.status, cell.base, rules),)
        rows.append(Row(cell.label, (term,), forms))
        positions.append(position)
    return rows, positions


def _cost(label: str, area_set: str = "", age: str = "") -> float:
    """Return what withholding a cell costs: the city most, an area's sum more than its ages.

    Equal costs would leave the choice to the solver, and to its version; the label breaks the tie.
    """
    weight = (10.0 if area_set == CITY else 1.0) * (2.0 if age == ALL_AGES else 1.0)
    digest = hashlib.sha256(label.encode()).digest()
    return weight * (1.0 + _TIE * int.from_bytes(digest[:4]) / 2**32)


def _not_told(status: str, base: float, rules: DisclosureRules) -> Form:
    """Return what a cell without a value tells; a withheld count is at least 1 by the rule."""
    if status.startswith("suppressed") and base >= rules.minimum:
        return withheld(rules.zeros, 0.0)
    return Form(0.0, INF, "suppressed")


def known_rows(cells: pd.DataFrame, ground: Ground) -> list[Row]:
    """Return that those who take part and those who do not make up the children of a cell.

    How many children live in an area is public, so the count of the others is protected with the
    count of those who take part: never 1 to `minimum` - 1 that somebody could be sure of.
    """
    rows, zones = [], ground.zones()
    rest = ground.geographies[_REST].dropna()
    by_number = cells.loc[rest.astype(int)]
    for number, cell in zip(rest, by_number.itertuples(index=False), strict=True):
        geography, zone = ground.place(cell.area_set, cell.key, cell.age)
        terms = [Term(_OTHERS, _REST, number)]
        if zone in zones[geography]:
            terms.append(Term(ground.series(CHILDREN), geography, zone))
        base = float(round(cell.base))
        rows.append(Row(f"{cell.label} (alle Kinder)", tuple(terms), (Form(base, base, "base"),)))
    return rows


def published_rows(
    cells: pd.DataFrame, windows: pd.DataFrame, ground: Ground, rules: DisclosureRules
) -> list[Row]:
    """Return what is published of every cell, per measure: for the ledger, no count among it."""
    rows = []
    ends = {m: windows[m][["low", "high"]].to_numpy(float) for m in MEASURES.values()}
    zones = ground.zones()
    for position, cell in enumerate(cells.itertuples(index=False)):
        geography, zone = ground.place(cell.area_set, cell.key, cell.age)
        if zone not in zones[geography]:
            continue
        for measure in MEASURES.values():
            term = Term(ground.series(measure), geography, zone)
            if cell.status == "ok":
                low, high = ends[measure][position]
                form = Form(float(low), float(high), "rate")
            elif measure == CHILDREN:
                form = _not_told(cell.status, cell.base, rules)
            else:
                continue
            rows.append(Row(cell.label, (term,), (replace(form, cost=0.0),)))
    return rows


def total_rows(
    totals: Mapping[str, tuple[float, float]], ground: Ground, *, label: str
) -> list[Row]:
    """Return what the totals of the programme tell, per measure; they stay as they are."""
    if not ground.zones()[_WHOLE]:
        return []  # nobody takes part
    return [
        Row(label, (Term(ground.series(m), _WHOLE, _WHOLE),), (Form(low, high, "tens"),))
        for m, (low, high) in totals.items()
    ]


def as_children(rows: Sequence[Row], ground: Ground) -> list[Row]:
    """Return earlier rows as rows about children: other measures are moved by what lies between.

    See `sozialraum.privacy.participation.windows.shifted_window`.
    """
    measure_of = {ground.series(m): m for m in MEASURES.values()}
    found = []
    for row in rows:
        (term,) = row.terms
        measure = measure_of[term.variable]
        place = term.geography, term.zone
        gap = ground.sum_over(CHILDREN, *place) - ground.sum_over(measure, *place)
        form = row.forms[0]
        moved = replace(form, low=max(form.low + gap, 0.0), high=form.high + gap)
        found.append(Row(row.label, (replace(term, variable=ground.series(CHILDREN)),), (moved,)))
    return found


def offer_rows(
    offers: pd.DataFrame, kept: pd.Series, measure: str, rules: DisclosureRules
) -> list[Row]:
    """Return the rows of the offers and of their sum, which is public, as exact counts."""
    rows = [count_row(Term(measure, "all", "all"), offers[measure].sum(), protected=True)]
    for key, n in offers[measure].items():
        term = Term(measure, "offer", str(key))
        cost = _cost(str(key))
        told = count_row(term, n, minimum=rules.minimum, label=str(key), weight=cost)
        rows.append(told if kept[key] else Row(str(key), (term,), (withheld(cost=0.0),)))
    return rows
