"""What a release tells about counts: every published figure as an interval row of the audit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from sozialraum.model import Edition, Problem, Release
from sozialraum.model.errors import DisclosureError
from sozialraum.privacy.audit.further_rows import (
    city_rows,
    class_rows,
    dimension_rows,
    exact_rows,
    rate_rows,
)
from sozialraum.privacy.audit.index_equation import equation_of
from sozialraum.privacy.audit.learnt_rows import (
    half_of_mean,
    limit_rows,
    mean_index_rows,
    scale_rows,
    shown_part_rows,
)
from sozialraum.privacy.audit.ledger import Ledger, refuse_missing_geographies
from sozialraum.privacy.audit.published_rows import OTHERS, axis_columns, edition_rows, index_rows
from sozialraum.privacy.audit.rows import Row
from sozialraum.privacy.audit.system import Series
from sozialraum.privacy.edition import WITHHELD, Candidate, Withheld
from sozialraum.privacy.publishable import UNIT_FACTOR, is_published
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.texts import problem, text
from sozialraum.workflows.build.release_draft import candidates_of
from sozialraum.workflows.build.units import (
    Units,
    counted,
    layer_variable,
    outreach_columns,
    units_of,
)
from sozialraum.workflows.build.words.findings import findings
from sozialraum.workflows.build.words.participation_layers import participation_layers

if TYPE_CHECKING:
    from sozialraum.config import Plan
    from sozialraum.workflows.build.computed import Computed
    from sozialraum.workflows.build.measuring import Measured


class About(NamedTuple):
    """What a row is about: where, and which published figure.

    `part` is "share", "index", "column", "rate", "sentence", "city" or "constant"; `name` the
    indicator, column or layer ("" for the main index); `area` is "" for all areas together.
    """

    stichtag: str
    area: str
    name: str
    part: str = "share"

    def withheld(self, kind: str) -> Withheld:
        """Return what is withheld where the row is published in the form `kind`."""
        if self.part == "share":
            return Withheld(cells=frozenset([(self.area, self.name)]))
        if self.part == "rate":
            return Withheld(rates=frozenset([(self.area, self.name)]))
        if self.part == "sentence":
            return Withheld(sentences=frozenset([self.name]))
        if self.part == "column":
            names = {self.name}
            if self.name.endswith("_index") and kind == "suppressed":
                names.add(f"{self.name.removesuffix('_index')}_class")
            return Withheld(columns=frozenset((self.area, n) for n in names))
        if kind == "class":
            return Withheld(indices=frozenset([self.area]))
        return Withheld(classes=frozenset([self.area]))


@dataclass(frozen=True, eq=False, repr=False)
class Publication:
    """What a release tells about counts, and the true counts it is audited against.

    Parameters
    ----------
    rows : one interval per published (or withheld) share, complement, index, class, dimension, city
        value, rate and class total in a sentence
    about : per row what it is
    units : smallest areas with a count, and to which areas they belong
    rules : of disclosure control
    problems : what the audit cannot see, for the check report
    """

    rows: tuple[Row, ...]
    about: tuple[About, ...]
    units: Units
    rules: DisclosureRules
    problems: tuple[Problem, ...] = ()

    def against(self, ledger: Ledger) -> tuple[tuple[Row, ...], dict[str, Any]]:
        """Return the earlier rows that share a count with this publication, and audit arguments.

        Earlier rows on other counts and other Stichtage tell nothing about this one.

        Raises
        ------
        DisclosureError
            If an earlier publication stands on areas or counts that this build does not have.
        """
        places = self.units.geographies
        refuse_missing_geographies(ledger, places, whole=self.units.whole)
        earlier, series = _linked(self.rows, ledger.rows)
        counts = {s: counted(self.units, *s) for s in sorted(series)}
        absent = [s for s, count in counts.items() if count is None]
        if absent:
            raise DisclosureError(
                [problem("privacy.counts_missing", column=v, stichtag=day) for v, day in absent]
            )
        named = {term.geography for row in (*self.rows, *earlier) for term in row.terms}
        places = {name: zones for name, zones in self.units.geographies.items() if name in named}
        rules = self.rules
        control: dict[str, Any] = {"minimum": rules.minimum, "insiders": rules.insiders}
        control["level"] = rules.attacker
        if rules.attacker == "population":
            control["population"] = {s: _persons(self.units, s, counts[s]) for s in counts}
        return earlier, {"counts": counts, "geographies": places, **control}


def publication(release: Release, computed: Computed, rules: DisclosureRules) -> Publication:
    """Return what a release of a build tells about counts.

    Counts are named by the columns they come from, not by the indicator, so that two builds that
    call the same count differently are audited together. Where counts were moved to areas that
    split the delivered ones, they are rounded to whole persons for the audit and every interval is
    widened by one person per count.
    """
    plan, measured = computed.plan, computed.measured
    units = units_of(plan, computed.delivery, computed.crosswalk, measured)
    candidates = candidates_of(computed, {})
    listed: list[tuple[Row, About]] = []
    bent = False
    for edition, candidate in zip(release.editions, candidates, strict=True):
        listed += _share_rows(release, edition, candidate, plan.join.target, rules)
        if plan.uncertainty is not None and edition is release.current:
            listed += _simulated_rows(release, edition, candidate, plan.join.target, rules)
        for axis in release.breaks:
            if axis_columns(axis)[1] not in edition.table:
                continue
            rows, straight = _axis_rows(release, edition, candidate, axis, plan.join.target, rules)
            listed += rows
            bent |= not straight
        if plan.reference is None and edition is release.current:
            listed += _learnt_rows(release, edition, candidate, plan.join.target, rules)
    listed += _outreach_rows(release, plan, measured, rules)
    # where no unit lies nobody is counted, and nobody given away
    zones = {name: set(places.dropna()) for name, places in units.geographies.items()}
    known = [
        (row, about)
        for row, about in listed
        if all(term.zone in zones[term.geography] for term in row.terms)
    ]
    called = release.areas["name"]
    named = tuple(_named(row, about, units, plan.area_word, called) for row, about in known)
    notes = [] if units.whole else [problem("privacy.ledger_of_fractions", "note")]
    if bent:
        notes.append(problem("privacy.index_not_audited", "note"))
    return Publication(named, tuple(about for _, about in known), units, rules, tuple(notes))


def _share_rows(
    release: Release,
    edition: Edition,
    candidate: Candidate,
    geography: str,
    rules: DisclosureRules,
) -> Iterator[tuple[Row, About]]:
    """Yield the rows of all shares, dimensions and city values of one Stichtag."""
    where = {"geography": geography, "indicators": release.indicators}
    for row in edition_rows(edition, candidate.base.round(), rules=rules, **where):
        (term,) = row.terms
        name = term.variable.removeprefix(OTHERS)
        if pd.notna(candidate.value.at[term.zone, name]):
            yield row, About(edition.stichtag, term.zone, name)
    for row in city_rows(
        edition.city, candidate, label=text("privacy.whole_city"), rules=rules, **where
    ):
        yield row, About(edition.stichtag, "", "", "city")
    open_data = [i.id for i in release.indicators if is_published(i, rules)]
    told = dimension_rows(
        candidate, edition.table, decimals=rules.index_decimals, known=open_data, **where
    )
    for (area, column), row in told.items():
        yield row, About(edition.stichtag, area, column.partition("|")[0], "column")


def _simulated_rows(
    release: Release,
    edition: Edition,
    candidate: Candidate,
    geography: str,
    rules: DisclosureRules,
) -> Iterator[tuple[Row, About]]:
    """Yield what a simulation tells: what the shown values of an area add to its index.

    Withheld values do not enter the simulation
    (`sozialraum.workflows.build.disclosing.published_inputs`). Of the other areas a
    probability to a hundredth and two ranks are taken to tell the index to a thousandth; where it
    is no sum of straight lines its counts are taken as known anyway.
    """
    open_data = [i.id for i in release.indicators if is_published(i, rules)]
    rows = shown_part_rows(
        candidate,
        edition.signs.eq("ok"),
        geography=geography,
        indicators=release.indicators,
        known=open_data,
    )
    for area, row in rows.items():
        if pd.notna(edition.table["index"].at[area]):
            yield row, About(edition.stichtag, str(area), "certainty", "rate")


def _axis_rows(
    release: Release,
    edition: Edition,
    candidate: Candidate,
    axis: str,
    geography: str,
    rules: DisclosureRules,
) -> tuple[list[tuple[Row, About]], bool]:
    """Return the rows of an index and its classes, and whether it is a sum of straight lines.

    An index that is none is shown beside no withheld value; there it is taken to tell all its
    counts exactly.
    """
    day, main = edition.stichtag, axis == "index"
    own = [i for i in release.indicators if axis in ("index", i.axis)]
    index, _ = axis_columns(axis)
    about = [About(day, str(a), "" if main else index, "index" if main else "column")
             for a in edition.table.index]  # fmt: skip
    about_area = {one.area: one for one in about}
    known = [i.id for i in own if is_published(i, rules)]
    equation = equation_of(candidate, own, axis=axis)
    if equation.is_straight:
        rows = index_rows(
            candidate, edition.table, geography=geography, indicators=own,
            breaks=release.breaks.get(axis), decimals=rules.index_decimals, known=known, axis=axis,
        )  # fmt: skip
        return [(row, about_area[row.terms[0].zone]) for row in rows], True
    listed = []
    names = [i for i in own if i.unit in UNIT_FACTOR and i.id not in known]
    if main:
        axes = {i.axis for i in equation.main}
        names = [i for i in names if not axes or i.axis in axes]
    shown = edition.table.index[edition.table[index].notna()]
    for area in shown:
        counted_ = [
            i for i in names
            if candidate.base.at[area, i.id] > 0 and pd.notna(candidate.value.at[area, i.id])
            and edition.signs.at[area, i.id] not in WITHHELD
        ]  # fmt: skip
        told = exact_rows(candidate, area, counted_, geography=geography)
        listed += [(row, about_area[str(area)]) for row in told]
    return listed, False


def _learnt_rows(
    release: Release,
    edition: Edition,
    candidate: Candidate,
    geography: str,
    rules: DisclosureRules,
) -> Iterator[tuple[Row, About]]:
    """Yield the rows of all constants and limits that were learnt from this Stichtag."""
    constant = About(edition.stichtag, "", "", "constant")
    label = text("privacy.learnt_constants")
    hidden = edition.signs.isin(WITHHELD)
    for axis in release.breaks:
        own = [i for i in release.indicators if axis in ("index", i.axis)]
        where = {"geography": geography, "indicators": own, "label": label}
        scale = release.scales.get(axis)
        told = []
        if scale is not None:
            told += scale_rows(scale, candidate, rules=rules, withheld=hidden, **where)
        open_data = [i.id for i in own if is_published(i, rules)]
        where |= {"axis": axis, "known": open_data}
        told += limit_rows(release.breaks[axis], candidate, decimals=rules.index_decimals, **where)
        half = half_of_mean(release.scales, axis)
        if half is not None:
            told += mean_index_rows(half, candidate, **where)
        yield from ((row, constant) for row in told)


def _outreach_rows(
    release: Release,
    plan: Plan,
    measured: Mapping[str, Measured],
    rules: DisclosureRules,
) -> Iterator[tuple[Row, About]]:
    """Yield the rows of participation and transitions, per area and in sentences on classes."""
    day = plan.stichtag.isoformat()
    pairs = outreach_columns(plan)
    if not pairs or rules.published_input:
        return
    fresh = participation_layers(plan, measured[day], rules)
    where = {"geography": plan.join.target, "stichtag": day}
    for layer, (_, children) in pairs.items():
        status = release.layers[layer]["status"].reindex(fresh[layer].index)
        told = fresh[layer].assign(status=status)
        told["rate"] = told["rate"].where(status.eq("ok"))
        base = measured[day].counts[children].round()
        rows = rate_rows(told, base, variable=layer_variable(layer), rules=rules, **where)
        for area, pair in rows.items():
            yield from ((row, About(day, area, layer, "rate")) for row in pair)
    spoken = set(release.facts.findings)
    for finding in findings(plan, measured[day], release, rules):
        if not finding.claims or not spoken & set(finding.sentences):
            continue
        claims = {label: [claim] for label, claim in finding.claims.items()}
        for row in class_rows(
            claims, finding.areas, variable=layer_variable(finding.layer), **where
        ):
            yield row, About(day, "", finding.layer, "sentence")


def _persons(units: Units, series: Series, count: pd.Series) -> pd.Series:
    """Return how many persons a count is out of, per unit; infinitely many where nobody knows."""
    persons = pd.Series(np.inf, count.index)
    for pair in units.names.values():
        both = [counted(units, variable, series[1]) for variable in pair]
        if series[0] in pair and all(one is not None for one in both):
            persons = np.minimum(persons, both[0] + both[1])
    return persons


def _linked(rows: Sequence[Row], earlier: Sequence[Row]) -> tuple[tuple[Row, ...], set[Series]]:
    """Return the earlier rows that share a count with `rows`, however far, and all counts named."""
    series = {(t.variable, t.stichtag) for row in rows for t in row.terms}
    about = [{(t.variable, t.stichtag) for t in row.terms} for row in earlier]
    size = -1
    while size != len(series):
        size = len(series)
        for named in about:
            if not named.isdisjoint(series):
                series |= named
    kept = [r for r, named in zip(earlier, about, strict=True) if not named.isdisjoint(series)]
    return tuple(kept), series


def _named(row: Row, about: About, units: Units, area_word: str, called: pd.Series) -> Row:
    """Return a row about columns instead of indicators, with the name readers know the area by."""
    terms = tuple(replace(t, variable=_column(t.variable, units.names)) for t in row.terms)
    label = row.label
    if about.area:
        first = "" if about.part in ("share", "rate") else f"{_called(about)} "
        label = f"{first}{area_word} {called[about.area]}"
    if units.whole:
        return replace(row, terms=terms, label=label)
    slack = sum(abs(t.coefficient) for t in terms)
    forms = tuple(replace(f, low=f.low - slack, high=f.high + slack) for f in row.forms)
    return Row(label, terms, forms)


def _called(about: About) -> str:
    """Return how a column is called in a proof."""
    if about.part == "index":
        return "Index"
    return about.name.removeprefix("dim_").removesuffix("_index")


def _column(variable: str, names: Mapping[str, tuple[str, str]]) -> str:
    """Return the count that `edition_rows` names by its indicator."""
    name = variable.removeprefix(OTHERS)
    return names[name][int(variable != name)]
