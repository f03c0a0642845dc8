"""One area of a result folder in words, with the figures and sentences of its profile page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sozialraum.model.errors import DataError
from sozialraum.model.problem import part_of
from sozialraum.publish.layer_facts import facts_of
from sozialraum.publish.map_layers import MARKS
from sozialraum.publish.published_numbers import Figure, rounded_parts
from sozialraum.publish.tables.table_columns import (
    ESTIMATE_SUFFIX,
    ORIGIN_SUFFIX,
    SIGN_SUFFIX,
    SPREAD_SUFFIX,
)
from sozialraum.publish.wording import (
    ends_in_words,
    estimate_shown,
    half_words,
    mark_of,
    rank_words,
    reason_sentences,
    shown_number,
)
from sozialraum.texts import catalogue, number, problem, signed, text
from sozialraum.texts.periods import day_label
from sozialraum.workflows.show.saved import Saved


@dataclass(frozen=True, kw_only=True)
class AreaProfile:
    """What is published of one area.

    Parameters
    ----------
    key, name : of the area
    outcome : its class in words, or why it has none
    direction : which end is which
    as_of : the day it is about
    facts : label and text: index, rank, how sure, who takes part, …
    parts : contributions as every paper shows them; ``rest`` last, together the index
    rows : per indicator label, direction, value or sign, value of the city, contribution
    index : as shown; empty where none is published
    suppressed : what is not shown, and why
    words : how sure it is
    counterfactuals : what would have to be otherwise
    """

    key: str
    name: str
    outcome: str
    direction: str
    as_of: str
    facts: list[tuple[str, str]]
    parts: dict[str, float]
    rows: list[tuple[str, str, str, str, str]]
    index: str
    suppressed: list[str]
    words: list[str]
    counterfactuals: list[str]


def area_profile(saved: Saved, key: str) -> AreaProfile:
    """Return the profile of an area, from what its folder publishes and nothing else."""
    row, digits = saved.table.loc[key], index_figure(saved)
    known = pd.notna(row["index"])
    index = number(float(row["index"]), digits) if known else ""
    facts = [(text("publish.page.index"), index)] if known else []
    if pd.notna(row["rank"]):
        facts.append((text("publish.page.rank"), rank_words(saved.table, key)))
    parts = _parts(saved, key, digits)
    return AreaProfile(
        key=key,
        name=str(row["name"]),
        outcome=class_in_profile(row, "sentence"),
        direction=direction(saved),
        as_of=_as_of(part_of(saved.manifest, "facts")),
        facts=[*facts, *_layer_facts(saved, key, digits)],
        parts=parts,
        rows=_rows(saved, key, parts, digits),
        index=index,
        suppressed=_suppressed(saved, key),
        words=saved.words(key),
        counterfactuals=saved.counterfactuals(key),
    )


def class_in_profile(row: Mapping[str, object], otherwise: str = "mark") -> str:
    """Return a class with its meaning, or why there is none: shortly ("mark"), or as a sentence."""
    if pd.isna(row["class"]):
        kind = "why" if otherwise == "sentence" else "mark"
        return text(f"publish.page.{kind}_{MARKS[str(row['status'])]}")
    label = row["class_label"]
    if otherwise == "mark":
        return f"{row['class']} {label or ''}".strip()
    word = "class_is" if isinstance(label, str) and label else "class_nr"
    stated = text(f"publish.page.{word}", nr=row["class"], label=label)
    return stated if pd.notna(row["index"]) else f"{stated}. {text('publish.page.class_only')}"


def direction(saved: Saved) -> str:
    """Return which end is which, as the map says it."""
    return ends_in_words(part_of(saved.manifest, "facts")["direction"], saved.fitted().limits)


def index_figure(saved: Saved) -> int:
    """Return the decimals with which the index is shown everywhere.

    Raises
    ------
    DataError
        If the folder is of a version that did not record them.
    """
    if "figures" not in saved.manifest:
        raise DataError(problem("pipeline.old_result", folder=saved.folder.name))
    return int(part_of(saved.manifest, "figures")["index"])


def _layer_facts(saved: Saved, key: str, digits: int) -> list[tuple[str, str]]:
    layers, certainty = saved.layers, saved.layers.get("certainty", pd.DataFrame())
    interval = certainty.reindex(columns=["rank_low", "rank_high"]).astype(float)
    called = part_of(saved.manifest, "facts").get("called", {})
    found = facts_of(layers, interval, pd.Index([key]), digits=digits, called=called)
    stated = [(fact["label"], fact["values"][0]) for fact in found]
    district = layers["districts"].at[key, "district"] if "districts" in layers else None
    if isinstance(district, str):
        stated.append((text("publish.layers.districts"), district))
    return [pair for pair in stated if pair[1]]


def _as_of(facts: Mapping[str, Any]) -> str:
    return day_label(facts["stichtag"], facts.get("spans", {}))


def _parts(saved: Saved, key: str, digits: int) -> dict[str, float]:
    raw = saved.explain(key)["contribution"].astype(float).to_frame(key).T
    shown = rounded_parts(raw, saved.table.loc[[key], "index"], digits=digits + 1)
    return {str(name): float(part) for name, part in shown.loc[key].items()}


def _rows(
    saved: Saved, key: str, parts: dict[str, float], digits: int
) -> list[tuple[str, str, str, str, str]]:
    figures = part_of(saved.manifest, "figures")["indicators"]
    rows = []
    for i in saved.plan.indicators:
        figure, value = Figure(**figures[i.id]), saved.table.at[key, i.id]
        sign = MARKS[sign_status(saved.table.at[key, i.id + SIGN_SUFFIX])]
        missing = pd.isna(value)
        rows.append((
            i.label,
            text(f"publish.page.dir_{i.direction}"),
            text(f"publish.page.sign_{sign}") if missing else _value(saved, key, i.id, figure),
            shown_number(part_of(saved.manifest, "city").get(i.id, float("nan")), figure),
            signed(parts.get(i.id), digits + 1),
        ))  # fmt: skip
    if parts["rest"] and pd.notna(parts["rest"]):
        rest = text("publish.page.rest")
        rows.append((rest, "", "", "", signed(parts["rest"], digits + 1)))
    return rows


def _value(saved: Saved, key: str, indicator: str, figure: Figure) -> str:
    """Return the counted value, how far it may be off, and beside it an estimate, if one counts."""
    row = saved.table.loc[key]
    shown = shown_number(row[indicator], figure)
    half = row.get(f"{indicator}{SPREAD_SUFFIX}", 0.0)
    shown = " ".join(filter(None, (shown, half_words(float(half or 0.0), figure))))
    if f"{indicator}{ESTIMATE_SUFFIX}" not in row:
        return shown
    estimate = float(row[f"{indicator}{ESTIMATE_SUFFIX}"])
    beside = estimate_shown(estimate, row[f"{indicator}{ORIGIN_SUFFIX}"], figure)
    return ", ".join(filter(None, (shown, beside)))


def sign_status(sign: str) -> str:
    """Return the status a sign of the tables stands for.

    Examples
    --------
    >>> sign_status("."), sign_status("x"), sign_status("")
    ('suppressed', 'no_base', 'ok')
    """
    signs: dict[str, str] = catalogue("publish")["signs"]
    return next((status for status, shown in signs.items() if shown == sign), "ok")


def _suppressed(saved: Saved, key: str) -> list[str]:
    row = saved.table.loc[key]
    uncounted = part_of(saved.manifest, "details").get("uncounted", ())
    missing = {
        i.label: mark_of(sign_status(row[i.id + SIGN_SUFFIX]), uncounted=i.id in uncounted)
        for i in saved.plan.indicators
        if pd.isna(row[i.id])
    }
    return reason_sentences(missing, of=len(saved.plan.indicators))
