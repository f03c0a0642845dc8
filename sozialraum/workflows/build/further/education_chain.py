"""The education chain of ``[chain]``, from protected counts: figures first, then words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sozialraum.config.further import Chain, station_variable
from sozialraum.insight.chain import COUNTS, chain_breaks, cohort_steps, first_break, group_gaps
from sozialraum.insight.intervals import wilson
from sozialraum.publish.monitoring.education_chain import PAGE, TABLE, EducationChain, chain_table
from sozialraum.publish.page.chain_page import chain_page
from sozialraum.texts import number, text

if TYPE_CHECKING:
    from sozialraum.model import Release
    from sozialraum.workflows.build.computed import Computed
    from sozialraum.workflows.build.measuring import Measured

_ENOUGH = 30  # children of each group in an area, for a gap of the area to be shown
_HUNDRED = 100


def chain_files(computed: Computed, release: Release) -> dict[str, bytes]:
    """Return ``bildungskette.html`` and ``.csv``; empty where the build has no ``[chain]``."""
    chain = education_chain(computed)
    if chain is None:
        return {}
    plan = computed.plan
    page = chain_page(
        chain, title=plan.title, sources=plan.sources, intern=release.level == "intern",
        area_words=plan.area_words or plan.area_word,
    )  # fmt: skip
    return {PAGE: page, TABLE: chain_table(chain)}


def education_chain(computed: Computed) -> EducationChain | None:
    """Return the chain of a build at every Stichtag, and its areas at the build's own."""
    section, plan = computed.plan.chain, computed.plan
    if section is None:
        return None
    days = {day: _city(section, m) for day, m in sorted(computed.measured.items())}
    stations = {day: found for day, found in days.items() if found["rate"].notna().any()}
    stations.setdefault(computed.day, days[computed.day])
    today, measured = stations[computed.day], computed.measured[computed.day]
    low, high, base = (_areas(section, measured, part) for part in ("low", "high", "base"))
    rates = _areas(section, measured, "middle") / base.where(base > 0)
    places = chain_breaks(low, high, base, today["rate"])
    better = pd.Series({s.id: s.better for s in section.stations})
    cohort = section.design == "cohort"
    steps = cohort_steps(_city_counts(section, measured)) if cohort else pd.DataFrame()
    areas = computed.delivery.areas[plan.join.target]
    column = plan.areas[plan.join.target].name
    names = {str(k): str(v) for k, v in areas[column].items()} if column else {}
    breaks = first_break(places, better)
    return EducationChain(
        section=section, day=computed.day, stations=stations, rates=rates, places=places,
        gaps={s.id: _gaps(section, measured, s.id) for s in section.stations}, steps=steps,
        breaks=breaks, names=names, spans=computed.delivery.spans,
        sentences=tuple(_sentences(section, today, steps, breaks, rates, names)),
    )  # fmt: skip


def _parts(measured: Measured, name: str) -> pd.DataFrame:
    """Return middle, low, high and base of a variable on the areas that are shown."""
    table, keys = measured.table, measured.value.index
    if name not in table.middle:
        return pd.DataFrame(np.nan, keys, ["middle", "low", "high", "base"])
    frames = {p: getattr(table, p)[name].reindex(keys) for p in ("middle", "low", "high", "base")}
    return pd.DataFrame(frames).drop(index=measured.excluded.index, errors="ignore")


def _city_counts(section: Chain, measured: Measured) -> pd.DataFrame:
    """Return per station the persons of both groups in all areas together."""
    rows = {s.id: [n for g in section.groups for n in _total(measured, station_variable(s.id, g))]
            for s in section.stations}  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(COUNTS))


def _total(measured: Measured, name: str) -> tuple[float, float]:
    """Return the cases and the base of all areas; without the areas that are left out."""
    table = measured.table
    if name not in table.middle or not pd.notna(table.total.get(name)):
        return np.nan, np.nan
    parts = _parts(measured, name)
    if len(measured.excluded) and name not in table.exact:
        known = parts["middle"].notna()
        return float(parts["middle"].sum()), float(parts["base"].where(known).sum())
    cases, base = float(table.total[name]), float(table.total_base[name])
    return (cases, base) if base > 0 else (np.nan, np.nan)


def _city(section: Chain, measured: Measured) -> pd.DataFrame:
    counts = _city_counts(section, measured)
    base = counts[list(COUNTS[1::2])].sum(axis=1)
    rate = counts[list(COUNTS[::2])].sum(axis=1) / base.where(base > 0)
    found = group_gaps(counts).assign(rate=rate)
    for which in ("first", "second"):
        ends = wilson(counts[f"reached_{which}"], counts[f"eligible_{which}"])
        found[f"{which}_low"], found[f"{which}_high"] = ends
    return found


def _areas(section: Chain, measured: Measured, part: str) -> pd.DataFrame:
    """Return (n_areas, n_stations) persons of both groups; of one where the other has no record."""
    columns = {}
    for station in section.stations:
        own = [_parts(measured, station_variable(station.id, g))[part] for g in section.groups]
        recorded = [one for one in own if one.notna().any()]
        columns[station.id] = sum(recorded) if recorded else own[0]
    return pd.DataFrame(columns)


def _gaps(section: Chain, measured: Measured, station: str) -> pd.DataFrame:
    """Return the gaps of the areas with enough children of both groups."""
    own = [
        _parts(measured, station_variable(station, g))[["middle", "base"]] for g in section.groups
    ]
    counts = pd.concat(own, axis=1).set_axis(list(COUNTS), axis=1)
    enough = counts[list(COUNTS[1::2])].ge(_ENOUGH).all(axis=1) & counts.notna().all(axis=1)
    return group_gaps(counts[enough])


def _sentences(
    section: Chain, today: pd.DataFrame, steps: pd.DataFrame, breaks: pd.Series,
    rates: pd.DataFrame, names: dict[str, str],
) -> list[str]:  # fmt: skip
    labels = {s.id: s.label for s in section.stations}
    found = [_widest(section, today, labels)] if today["gap"].notna().any() else []
    if not steps.empty:
        most = steps.index[steps["most"]]
        found.append(_text("most", station=labels[most[0]]) if len(most) else _text("no_most"))
    broken = breaks.dropna()
    if broken.empty:
        return [*found, _text("no_break")]
    for key, station in broken.items():
        values = {"rate": rates.at[key, station], "all": today["rate"][station]}
        shown = {n: number(_HUNDRED * v, 0) for n, v in values.items()}
        before = list(rates.columns).index(station) > 0
        name = names.get(str(key)) or str(key)
        word = "break_later" if before else "break_first"
        found.append(_text(word, area=name, station=labels[station], **shown))
    return found


def _widest(section: Chain, today: pd.DataFrame, labels: dict[str, str]) -> str:
    """Return the sentence on the station at which the groups lie furthest apart."""
    at = today["gap"].abs().idxmax()
    row = today.loc[at]
    first, second = section.groups.values()
    sure = row["gap_low"] > 0 or row["gap_high"] < 0
    values = {n: number(_HUNDRED * abs(row[n]), 0) for n in ("rate_first", "rate_second", "gap")}
    ends = sorted((abs(row["gap_low"]), abs(row["gap_high"])))
    values |= {n: number(_HUNDRED * e, 0) for n, e in zip(("low", "high"), ends, strict=True)}
    word = "widest" if sure else "alike"
    return _text(word, station=labels[str(at)], first=first, second=second, **values)


def _text(name: str, /, **values: Any) -> str:
    return text(f"pipeline.chain.{name}", **values)
