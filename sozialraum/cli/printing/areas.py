"""Ranking and profile of an area on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sozialraum.cli.terminal import print_json, print_prose, print_table, records, solvers_silent
from sozialraum.model.problem import part_of
from sozialraum.texts import number, text
from sozialraum.texts.periods import day_label
from sozialraum.workflows.show import (
    area_profile,
    class_in_profile,
    direction,
    index_figure,
)

if TYPE_CHECKING:
    from sozialraum.workflows.show import AreaProfile, Saved


def print_ranking(saved: Saved, *, as_json: bool) -> None:
    """Print all areas, the published rank first, those without result last with the reason."""
    if as_json:
        print_json(saved.summary()["areas"])
        return
    table = saved.table.sort_values(["rank", "name"], na_position="last")
    digits = index_figure(saved)
    rows = [
        [
            "" if pd.isna(row["rank"]) else str(row["rank"]),
            str(key),
            str(row["name"]),
            "" if pd.isna(row["index"]) else number(float(row["index"]), digits),
            class_in_profile(row),
        ]
        for key, row in table.iterrows()
    ]
    facts = part_of(saved.manifest, "facts")
    title = text(
        "cli.show.title",
        title=facts["title"],
        place=facts["place"],
        stichtag=day_label(facts["stichtag"], facts.get("spans", {})),
    )
    columns = [text(f"cli.show.{c}") for c in ("rank", "key", "name", "index", "class")]
    headline: Any = saved.manifest.get("headline", ())
    print_prose(*headline)
    print_table(columns, rows, title=title)
    print_prose(direction(saved), text("cli.show.rank_is"))


def print_area(saved: Saved, wanted: str, *, as_json: bool) -> None:
    """Print one area: what it has, what the city has, what each indicator adds to the index."""
    key = saved.find(wanted)
    with solvers_silent():
        shown = area_profile(saved, key)
    if as_json:
        parts = {name: None if pd.isna(part) else part for name, part in shown.parts.items()}
        more = {"contributions": parts, "words": shown.words, "answers": shown.counterfactuals}
        print_json(records(saved.table.loc[[key]])[0] | more | {"withheld": shown.suppressed})
        return
    print_prose(f"{shown.name} ({shown.key})", shown.outcome, shown.direction)
    print_prose(*(f"{label}: {words}" for label, words in shown.facts))
    _print_parts(shown)
    _print_section("cli.show.held", shown.suppressed)
    _print_section("cli.show.sure", shown.words)
    _print_section("cli.show.answers", shown.counterfactuals)


def _print_parts(shown: AreaProfile) -> None:
    print()
    rows = [
        [f"{label} ({ends})" if ends else label, value, city, part]
        for label, ends, value, city, part in shown.rows
    ]
    if shown.index:
        rows.append([text("cli.show.sum"), "", "", shown.index])
    columns = [text(f"cli.show.{c}") for c in ("indicator", "value", "city", "contribution")]
    print_table(columns, rows, title=text("publish.page.composition", date=shown.as_of))


def _print_section(heading: str, sentences: list[str]) -> None:
    if sentences:
        print()
        print_prose(text(heading), *(f"- {sentence}" for sentence in sentences))
