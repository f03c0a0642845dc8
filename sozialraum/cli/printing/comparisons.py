"""Comparisons on the terminal: of two results, of several methods, of several protections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sozialraum.cli.terminal import print_json, print_problems, print_table
from sozialraum.texts import number, percent, text
from sozialraum.texts.periods import day_label

if TYPE_CHECKING:
    from sozialraum.workflows.compare import Comparison, MethodComparison, ProfileComparison


def print_comparison(comparison: Comparison, *, as_json: bool) -> None:
    """Print who changed class, split into data, scale and cut."""
    changed = comparison.changed
    if as_json:
        print_json(comparison.summary())
        return
    effects: dict[str, Any] = {
        e: int((changed[e].fillna(0) != 0).sum()) for e in ("data", "scale", "cut")
    }
    if comparison.same_scale:
        print(text("cli.compare.scale_same"))
    if changed.empty:
        print(text("cli.unchanged", count=len(comparison.table)))
        return
    _print_changed(comparison)
    print(text("cli.compare.summary", changed=len(changed), count=len(comparison.table), **effects))
    simulated, within = changed["certainty"].notna(), changed["distinct"].eq(False)
    if simulated.any():
        sure = len(comparison.surely_changed)
        print(text("cli.compare.sure", sure=sure, count=int(simulated.sum())))
    if within.any():
        print(text("cli.compare.indistinct_areas", count=int(within.sum())))
    if comparison.unclear:
        print(text("cli.compare.unclear", count=len(comparison.unclear)))


def _print_changed(comparison: Comparison) -> None:
    """Print the areas whose class changed, and how sure that is where it is known."""
    changed = comparison.changed
    rows = [
        [str(key), str(row["name"]), *(_step(row[c]) for c in _COMPARED)]
        for key, row in changed.iterrows()
    ]
    columns = [text("cli.show.key"), text("cli.show.name")]
    columns += [text(f"cli.compare.{c}") for c in ("from", "to", "data", "scale", "cut")]
    simulated, sure = changed["certainty"].notna(), comparison.surely_changed.index
    if simulated.any():
        columns.append(text("cli.compare.certainty"))
        for row, key, known in zip(rows, changed.index, simulated, strict=True):
            word = "more_than_chance" if key in sure else "maybe_chance"
            row.append(text(f"cli.compare.{word}") if known else "?")
    within = changed["distinct"].eq(False)
    if within.any():
        columns.append(text("cli.compare.windows"))
        for row, same in zip(rows, within, strict=True):
            row.append(text(f"cli.compare.{'indistinct' if same else 'distinct'}"))
    plans = (comparison.old.plan, comparison.new.plan)
    old, new = (day_label(plan.stichtag.isoformat(), plan.spans) for plan in plans)
    print_table(columns, rows, title=text("cli.compare.title", old=old, new=new))


_COMPARED = ("class_old", "class_new", "data", "scale", "cut")


def _step(value: Any) -> str:
    return "?" if pd.isna(value) else number(float(value))


_MOST_AREAS = 15


def print_profiles(effect: ProfileComparison, *, as_json: bool, brief: bool = False) -> None:
    """Print what each profile of disclosure control would do to the classes; brief: no sources."""
    if as_json:
        print_json(effect.summary()["profiles"])
        return
    if effect.table.empty:
        print(text("cli.profiles.open"))
        return
    shares = ("moved", "far", "no_class", "withheld")
    rows = [
        [
            str(name),
            *("?" if pd.isna(row[c]) else percent(row[c], 0) for c in shares),
            _step(row["not_told"]),
            *([] if brief else [row["source"]]),
        ]
        for name, row in effect.table.iterrows()
    ]
    heads = [text(f"cli.profiles.{c}") for c in ("profile", *shares, "not_told")]
    heads += [] if brief else [text("cli.profiles.source")]
    print_table(heads, rows, title=text("cli.profiles.title"))
    print(text("cli.profiles.note"))


def print_methods_compared(compared: MethodComparison, *, as_json: bool) -> None:
    """Print how far each method agrees with the build, and the areas that depend on the choice."""
    if as_json:
        print_json(compared.summary())
        return
    facts, names = compared.release.facts, compared.release.areas["name"]
    print_problems(compared.problems)
    rows = [
        [
            str(row["name"]),
            _step(row["k"]),
            *("" if pd.isna(row[c]) else _step(row[c]) for c in ("changed", "by_two")),
            f"{names[row['furthest']]} ({_step(row['furthest_by'])})" if row["furthest"] else "",
            *(_step(row[c]) for c in ("top", "top_both")),
        ]
        for row in compared.changes().to_dict("records")
    ]
    heads = ("variant", "k", "moved", "by_two", "furthest", "top", "top_both")
    count = len(compared.steps.dropna())
    title = text("cli.compare.variants", title=facts.title, count=count, areas=len(names))
    print_table([text(f"cli.compare.{c}") for c in heads], rows, title=title)
    moved = compared.moved()
    shown = moved.head(_MOST_AREAS)
    rows = [[str(key), str(names[key]), _step(row["times"])] for key, row in shown.iterrows()]
    columns = [text("cli.show.key"), text("cli.show.name"), text("cli.compare.times")]
    title = text("cli.compare.areas", shown=len(shown), count=len(moved))
    print_table(columns, rows, title=title)
