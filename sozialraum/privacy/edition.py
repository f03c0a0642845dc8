"""One Stichtag on its way through the gate: what is withheld, rounded, and adds up to what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import pandas as pd

from sozialraum.model import STATUS, Breaks, Edition, Indicator, status_frame
from sozialraum.model.deciding import ranks, without_noise
from sozialraum.model.options import Orientation
from sozialraum.privacy.audit.city_total import withhold_for_city
from sozialraum.privacy.columns import table_column
from sozialraum.privacy.index_leak import leaking_cells
from sozialraum.privacy.publishable import UNIT_FACTOR, is_published, significant
from sozialraum.privacy.rounding import round_shares
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.privacy.suppression import suppression_status

WITHHELD = ("small_base", "suppressed", "suppressed_secondary")
_FIXED = ("index", "class", "class_label", "rank", "status", "type", "type_label")
_WHOLE = ("class", "rank", "type")
Contribute = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class Withheld:
    """What is withheld beyond the rules of one Stichtag, so that publications fit together.

    Parameters
    ----------
    cells : (area key, indicator id)
    indices : areas of which no index is shown, only the class
    classes : areas of which neither is shown
    columns : (area key, column of the table) of dimensions and further axes
    rates : (area key, layer) of participation and transitions
    sentences : keys of sentences on classes that are not said
    """

    cells: frozenset[tuple[str, str]] = frozenset()
    indices: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    columns: frozenset[tuple[str, str]] = frozenset()
    rates: frozenset[tuple[str, str]] = frozenset()
    sentences: frozenset[str] = frozenset()

    def __or__(self, other: Withheld) -> Withheld:
        """Return what one of both withholds."""
        return Withheld(
            **{one.name: getattr(self, one.name) | getattr(other, one.name) for one in fields(self)}
        )


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Candidate:
    """The true numbers of one Stichtag, before disclosure control. Its repr shows no value.

    Parameters
    ----------
    stichtag : ISO date
    table : true ``index`` and ``class``; may hold ``class_label``, ``type``, ``type_label``,
        ``dim_<dimension>``, ``<axis>_index``, ``<axis>_class``, ``<axis>_class_label``, ``status``,
        and nothing else (a ``rank`` is made anew from the published index)
    value, base, status : (n_areas, n_indicators), as `compute_indicators` gives them; values in the
        indicators' units
    contribute : function from *published* values (NaN where none is shown) to the contribution of
        each indicator to the main index under the published scale; each column must depend on that
        column alone
    further : per further axis the same function for its index ``<axis>_index``
    city : true value of the whole municipality per indicator, from sums of counts; None: from
        `value` and `base`
    withheld : what earlier publications forbid to tell
    equations : the index taken apart per axis, once asked for; see `equation_of`
    """

    stichtag: str
    table: pd.DataFrame
    value: pd.DataFrame
    base: pd.DataFrame
    status: pd.DataFrame
    contribute: Contribute | None = None
    further: Mapping[str, Contribute] = field(default_factory=dict)
    city: pd.Series | None = None
    withheld: Withheld = Withheld()
    equations: dict[Any, Any] = field(default_factory=dict, init=False)

    def __repr__(self) -> str:
        """Return what it is about, without a number."""
        areas, ids = self.value.shape
        return f"Candidate(stichtag={self.stichtag!r}, {areas} areas, {ids} indicators)"


def protect_edition(
    candidate: Candidate,
    *,
    indicators: Sequence[Indicator],
    breaks: dict[str, Breaks],
    rules: DisclosureRules,
    orientation: Orientation,
) -> Edition:
    """Return what may be told of one Stichtag; signs still tell primary from secondary."""
    signs = cell_signs(candidate, indicators=indicators, rules=rules)
    values = published_values(candidate, signs, indicators=indicators, rules=rules)
    signs = signs.astype(object).mask(signs.eq("ok") & values.isna(), "small_base")
    city, signs = _city_and_secondary(candidate, signs, values, indicators=indicators, rules=rules)
    values = values.where(signs.eq("ok"))
    told = {"indicators": indicators, "breaks": breaks.get("index"), "rules": rules}
    leaking = leaking_cells(candidate, signs, values, decimals=rules.index_decimals, **told)
    by_class = leaking_cells(candidate, signs, values, decimals=None, **told)
    table = published_table(
        candidate,
        signs,
        indicators=indicators,
        breaks=breaks,
        rules=rules,
        orientation=orientation,
        no_index=(*leaking["area"], *candidate.withheld.indices),
        no_class=(*by_class["area"], *candidate.withheld.classes),
    )
    return Edition(
        stichtag=candidate.stichtag,
        table=table,
        values=values,
        signs=status_frame(signs),
        contributions=_contributions(candidate, values, table["index"]),
        city=city,
    )


def cell_signs(
    candidate: Candidate, *, indicators: Sequence[Indicator], rules: DisclosureRules
) -> pd.DataFrame:
    """Return the status of each value after primary suppression and `Candidate.withheld`."""
    shares = _shares(candidate.value, indicators)
    control = {
        "minimum": rules.minimum,
        "minimum_base": rules.minimum_base,
        "value_base": rules.value_base,
    }
    signs = suppression_status(
        shares, candidate.base, candidate.status, zeros=rules.zeros, **control
    ).astype(object)
    for indicator in indicators:
        column, given = indicator.id, candidate.status[indicator.id].astype(object)
        if is_published(indicator, rules):
            signs[column] = given
        elif indicator.unit not in UNIT_FACTOR:
            persons = candidate.base[column]
            few = given.eq("ok") & (persons < rules.value_base)
            unknown = given.eq("ok") & persons.isna()
            if indicator.numerator is not None:
                unknown |= given.eq("ok") & _few_cases(candidate, indicator, rules)
            signs[column] = given.mask(unknown, "suppressed").mask(few, "small_base")
    for area, column in candidate.withheld.cells:
        if signs.at[area, column] == "ok":
            signs.at[area, column] = "suppressed_secondary"
    return signs


def _few_cases(candidate: Candidate, indicator: Indicator, rules: DisclosureRules) -> pd.Series:
    """Mark the ratios that rest on too few counted persons; they may exceed 1."""
    factor = 100.0 if indicator.unit == "points" else 1.0
    cases = (candidate.value[indicator.id] / factor * candidate.base[indicator.id]).round(6)
    return (cases < rules.minimum) & ((cases > 0) | (rules.zeros == "suppress"))


def published_values(
    candidate: Candidate,
    signs: pd.DataFrame,
    *,
    indicators: Sequence[Indicator],
    rules: DisclosureRules,
) -> pd.DataFrame:
    """Return the rounded values of the cells that are "ok", in the indicators' units."""
    shares = _shares(candidate.value, indicators).where(signs.eq("ok"))
    as_is = [i.id for i in indicators if is_published(i, rules) or i.unit not in UNIT_FACTOR]
    shares[as_is] = np.nan
    rounded = round_shares(
        shares,
        candidate.base,
        minimum=rules.minimum,
        candidates=rules.candidates,
    )
    for indicator in indicators:
        column = indicator.id
        shown = candidate.value[column].where(signs[column].eq("ok"))
        if is_published(indicator, rules):
            rounded[column] = without_noise(shown)
        elif indicator.unit in UNIT_FACTOR:
            rounded[column] = (rounded[column] * UNIT_FACTOR[indicator.unit]).round(6)
        else:
            rounded[column] = shown.map(significant)
    return rounded


def _shares(value: pd.DataFrame, indicators: Sequence[Indicator]) -> pd.DataFrame:
    """Return values as shares 0..1; those without a count behind them as they are."""
    factors = pd.Series({i.id: UNIT_FACTOR.get(i.unit, 1.0) for i in indicators})
    shares = value / factors[value.columns]
    shares.attrs = {}
    return shares


def _city_and_secondary(
    candidate: Candidate,
    signs: pd.DataFrame,
    values: pd.DataFrame,
    *,
    indicators: Sequence[Indicator],
    rules: DisclosureRules,
) -> tuple[pd.Series, pd.DataFrame]:
    """Publish the city's values; withhold more where city minus areas would give one away."""
    signs, city = signs.copy(), {}
    shares = _shares(candidate.value, indicators)
    for indicator in indicators:
        column = indicator.id
        if indicator.unit not in UNIT_FACTOR or is_published(indicator, rules):
            city[column] = _city_as_is(candidate, indicator, rules)
            continue
        cases, persons = shares[column] * candidate.base[column], candidate.base[column]
        shown = values[column].where(signs[column].eq("ok")) / UNIT_FACTOR[indicator.unit]
        signs[column], safe = withhold_for_city(signs[column], cases, persons, shown, rules)
        total = float(persons.where(cases.notna()).sum())
        given = np.nan if candidate.city is None else candidate.city.get(column, np.nan)
        share = given / UNIT_FACTOR[indicator.unit] if not np.isnan(given) else np.nan
        if np.isnan(share) and total > 0:
            share = float(cases.sum()) / total
        city[column] = (
            _city_share(share, total, rules) * UNIT_FACTOR[indicator.unit] if safe else np.nan
        )
    return pd.Series(city, dtype=float).round(6), signs


def _city_as_is(candidate: Candidate, indicator: Indicator, rules: DisclosureRules) -> float:
    given = np.nan if candidate.city is None else float(candidate.city.get(indicator.id, np.nan))
    if is_published(indicator, rules):
        return float(without_noise(pd.Series([given]))[0])
    return significant(given)


def _city_share(share: float, persons: float, rules: DisclosureRules) -> float:
    cell = pd.DataFrame([[share]]), pd.DataFrame([[persons]])
    if np.isnan(share) or share * persons < rules.minimum:
        return np.nan
    rounded = round_shares(*cell, minimum=rules.minimum, candidates=rules.candidates)
    return float(rounded.iat[0, 0])


def published_table(
    candidate: Candidate,
    signs: pd.DataFrame,
    *,
    indicators: Sequence[Indicator],
    breaks: dict[str, Breaks],
    rules: DisclosureRules,
    orientation: Orientation,
    no_index: tuple[str, ...] = (),
    no_class: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return index, class, rank and the other columns of the table, rounded and blanked.

    `no_index` and `no_class` are areas whose index, or even class, would give a withheld value
    away.
    """
    true, digits = candidate.table, None if rules.published_input else rules.index_decimals
    persons = candidate.base.max(axis=1)
    nothing, no_number = persons < rules.minimum_base, persons < rules.value_base
    if rules.published_input:
        nothing, no_number = persons < -np.inf, persons < -np.inf
    leaking = pd.Series(true.index.isin(no_index), true.index)
    nothing |= true.index.isin(no_class)
    table = pd.DataFrame(index=true.index)
    table["index"] = _rounded(true["index"], digits).mask(no_number | leaking | nothing)
    table["class"] = true["class"].astype("Int64").mask(nothing)
    table["class_label"] = _class_label(true, table["class"], breaks.get("index"))
    table["rank"] = ranks(table["index"], ascending=orientation == "participation").astype("Int64")
    table["status"] = _area_status(true, table["index"], no_number)
    no_number = no_number | leaking | nothing
    for column in true.columns.difference(_FIXED[:5], sort=False):
        held = _column_withheld(column, true, candidate.withheld)
        hidden = no_number | held | _dimension_withheld(column, signs, indicators)
        blank = nothing | held
        if table_column(str(column), axes=breaks).binding == "unwithheld":
            blank |= signs.isin(WITHHELD).any(axis=1)
        table[column] = _further(true[column], column, digits, hidden, blank)
    return table


def _column_withheld(column: str, true: pd.DataFrame, withheld: Withheld) -> pd.Series:
    """Tell where a column is withheld itself, or says in words what a withheld class says.

    A group over all axes ("total") is told only where every class is.
    """
    stem = column.removesuffix("_label")
    named = {stem}
    if stem == "total_class":
        named = {str(c) for c in true.columns if str(c).endswith("_class")}
    areas = [area for area, held in withheld.columns if held in named]
    return pd.Series(true.index.isin(areas), true.index)


def _rounded(index: pd.Series, digits: int | None) -> pd.Series:
    if digits is None:
        return without_noise(index)
    return index.astype(float).round(digits) + 0.0  # no -0.0


def _class_label(true: pd.DataFrame, number: pd.Series, breaks: Breaks | None) -> pd.Series:
    if "class_label" in true:
        return true["class_label"].astype(object).where(number.notna(), None)
    labels = dict(zip(breaks.numbers, breaks.labels, strict=False)) if breaks is not None else {}
    return number.map(lambda n: None if pd.isna(n) else labels.get(int(n))).astype(object)


def _area_status(true: pd.DataFrame, index: pd.Series, no_number: pd.Series) -> pd.Series:
    status = true["status"].astype(object) if "status" in true else pd.Series("ok", true.index)
    status = status.mask(status.eq("ok") & true["index"].isna(), "missing")
    status = status.mask(status.eq("ok") & no_number, "small_base")
    status = status.mask(status.eq("ok") & index.isna(), "suppressed")
    return status.astype(pd.CategoricalDtype(list(STATUS)))


def _dimension_withheld(
    column: str, signs: pd.DataFrame, indicators: Sequence[Indicator]
) -> pd.Series:
    """Tell where a dimension's or an axis' value would stand in for a withheld indicator."""
    names = {i.id: (f"dim_{i.dimension}", f"{i.axis}_index") for i in indicators}
    own = [i for i, columns in names.items() if column in columns]
    return signs[own].isin(WITHHELD).any(axis=1)


def _further(
    true: pd.Series, column: str, digits: int | None, hidden: pd.Series, nothing: pd.Series
) -> pd.Series:
    if column in _WHOLE or column.endswith("_class"):
        return true.astype("Int64").mask(nothing)
    if column.endswith("label"):
        return true.astype(object).mask(nothing, None)
    return _rounded(true, digits).mask(hidden)


def _contributions(candidate: Candidate, values: pd.DataFrame, index: pd.Series) -> pd.DataFrame:
    """Return what the shown values add to the index, and the rest, from published figures only."""
    parts = pd.DataFrame(np.nan, index=values.index, columns=values.columns)
    if candidate.contribute is not None:
        parts = candidate.contribute(values).reindex(index=values.index, columns=values.columns)
        parts = parts.where(values.notna() & index.notna().to_numpy()[:, None])
    parts["rest"] = index - parts.sum(axis=1)
    return parts
