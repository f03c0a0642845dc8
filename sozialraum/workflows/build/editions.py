"""The numbers of one Stichtag as they are released, from protected counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from sozialraum.config import Plan
from sozialraum.index.classes import total_groups
from sozialraum.index.fitted_index import FittedIndex, Scored
from sozialraum.index.indicators import scaled
from sozialraum.model import STATUS, Edition
from sozialraum.model.deciding import ranks, without_noise
from sozialraum.model.problem import part_of
from sozialraum.workflows.build.computed import Computed
from sozialraum.workflows.build.further.smoothing import estimates_of
from sozialraum.workflows.build.measuring import Measured, not_collected_in
from sozialraum.workflows.build.scoring import MAIN, contributor

_EXACT = 6  # decimals of a published share, far finer than its window


def editions_of(computed: Computed) -> tuple[Edition, ...]:
    """Return the released numbers of each Stichtag, oldest first."""
    return tuple(_edition(computed, day) for day in sorted(computed.measured))


def index_decimals(plan: Plan) -> int | None:
    """Return to how many decimals an index is written; None for open data, left as they are."""
    return None if plan.disclosure.published_input else plan.output.decimals


def _edition(computed: Computed, day: str) -> Edition:
    plan, measured, scored = computed.plan, computed.measured[day], computed.scored[day]
    table = _table(computed, measured, scored)
    values = measured.value.round(_EXACT)
    for i in measured.table.exact & set(values):
        values[i] = without_noise(measured.value[i])
    city = measured.city.round(_EXACT)
    for i in measured.table.exact & set(city.index):
        city[i] = float(without_noise(pd.Series([float(measured.city[i])]))[0])
    edition = Edition(
        stichtag=day,
        table=table,
        values=values,
        signs=measured.status,
        contributions=pd.DataFrame(),
        city=city,
        **_windows(plan, measured),
        **estimates_of(measured, values),
    )
    parts = _contributions(computed, edition.used, table["index"])
    return replace(edition, contributions=parts)


def _windows(plan: Plan, measured: Measured) -> dict[str, pd.DataFrame]:
    """Return the ends of each window in persons, its half width, and where the base is small.

    With noise in place of windows nothing is told of their width: it would tell how large the
    noise can be.
    """
    ids, table = list(measured.value.columns), measured.table
    counted = [i for i in ids if i in table.middle and i not in table.exact]
    empty = pd.DataFrame(np.nan, measured.value.index, ids)
    low, high, half, persons = (empty.copy() for _ in range(4))
    by_id = {i.id: i for i in plan.indicators}
    told = measured.status[counted].eq("ok")
    if not measured.noisy:
        ends = [i for i in counted if not by_id[i].parts and by_id[i].kind != "euro"]
        low[ends], high[ends] = (
            table.low[ends].where(told[ends]),
            table.high[ends].where(told[ends]),
        )
        for i in counted:
            width = scaled(by_id[i], table.half_width[i], table.base[i])
            half[i] = pd.Series(width, half.index).where(told[i])
    persons[counted] = table.base[counted].round(-1).where(told)
    few = measured.base[ids].lt(plan.output.small_base) & measured.value.notna()
    few[[i for i in ids if i in table.exact]] = False
    return {"low": low, "high": high, "half_width": half, "persons": persons, "few": few}


def _table(computed: Computed, measured: Measured, scored: Mapping[str, Scored]) -> pd.DataFrame:
    """Return index, class, rank and dimensions of all axes, with the status of each area."""
    plan, digits = computed.plan, index_decimals(computed.plan)
    if not plan.axis_names:
        return _no_index(measured)
    main = scored[computed.main]
    table = pd.DataFrame(index=measured.value.index)
    table["index"] = _rounded(main.index, digits)
    table["class"] = main.classes.astype("Int64")
    table["class_label"] = main.labels.astype(object).where(table["class"].notna(), None)
    upward = plan.orientation == "participation"
    table["rank"] = ranks(table["index"], ascending=upward).astype("Int64")
    lost = bool(not_collected_in(computed.scoring, computed.main, measured))
    table["status"] = _area_status(measured, main.index, lost=lost)
    for dimension in main.nodes.columns.drop(MAIN):
        table[f"dim_{dimension}"] = _rounded(main.nodes[dimension], digits)
    for axis in plan.axis_names[1:]:
        table[f"{axis}_index"] = _rounded(scored[axis].index, digits)
        table[f"{axis}_class"] = scored[axis].classes.astype("Int64")
        table[f"{axis}_class_label"] = scored[axis].labels.astype(object)
    return _with_total(plan, table, scored, computed.fitted_by_day)


def _no_index(measured: Measured) -> pd.DataFrame:
    """Return the table of a build whose indicators are all layers: no index, no class, no rank."""
    keys = measured.value.index
    table = pd.DataFrame({"index": np.nan, "class": pd.NA, "class_label": None}, index=keys)
    table = table.astype({"class": "Int64", "class_label": object})
    table["rank"] = pd.array([pd.NA] * len(keys), dtype="Int64")
    told = measured.value.notna().any(axis=1)
    outside = pd.Series("missing", keys, dtype=object)
    outside.loc[measured.excluded.index] = "small_base"
    outside.loc[told] = "ok"
    table["status"] = outside.astype(pd.CategoricalDtype(list(STATUS)))
    return table


def _with_total(
    plan: Plan,
    table: pd.DataFrame,
    scored: Mapping[str, Scored],
    fitted: Mapping[str, FittedIndex],
) -> pd.DataFrame:
    if not plan.recipe_facts.get("total"):
        return table
    total = part_of(plan.recipe_facts, "total")
    if {total["first"], total["second"]} <= set(scored):
        groups = total_groups(
            {axis: one.classes for axis, one in scored.items()},
            {axis: fitted[axis].limits for axis in scored},
            **total,
        )
        table["total_class_label"] = groups.astype(object)
    return table


def _rounded(index: pd.Series, digits: int | None) -> pd.Series:
    """Return an index as it is published."""
    if digits is None:
        return without_noise(index)
    return index.astype(float).round(digits) + 0.0  # no -0.0


def _area_status(measured: Measured, index: pd.Series, *, lost: bool) -> pd.Series:
    """Return "ok", or why an area has no index: the most frequent reason among its indicators.

    Where an indicator of the index is not collected, nobody has one (`lost`), and that is why;
    areas that never get one keep their own reason.
    """
    out = [i for i in measured.status if i in measured.unpublished]
    why = measured.status.drop(columns=out).astype(object)
    status = pd.Series("ok", index=index.index, dtype=object)
    for key in index.index[index.isna()]:
        reasons = why.loc[key][~why.loc[key].isin(["ok", "not_collected"])]
        status[key] = reasons.mode().iloc[0] if len(reasons) else "missing"
        if lost and (key not in measured.excluded.index or not len(reasons)):
            status[key] = "not_collected"
    return status.astype(pd.CategoricalDtype(list(STATUS)))


def _contributions(computed: Computed, values: pd.DataFrame, index: pd.Series) -> pd.DataFrame:
    """Return what the values add to the published index, and the rest, from published figures."""
    main = computed.main
    parts = pd.DataFrame(np.nan, index=values.index, columns=values.columns)
    if not main:
        return parts.assign(rest=np.nan)
    contribute = contributor(computed.scoring, main, computed.fitted_by_day[main])
    if contribute is not None:
        parts = contribute(values).reindex(index=values.index, columns=values.columns)
        parts = parts.where(values.notna() & index.notna().to_numpy()[:, None])
    parts["rest"] = index - parts.sum(axis=1)
    return parts
