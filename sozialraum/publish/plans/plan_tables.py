"""Figures and rows of a plan as tables that can be read, scrolled and printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sozialraum.model.plan_release import PlanRelease
from sozialraum.publish.escape import markup
from sozialraum.texts import date, number, percent, text

_SIGN = "."
_HIDDEN = ("arguments", "sentence", "status")  # the sentences stand above the table already
_CODED = ("light",)
_DATES = ("deadline",)
_FINER = ("share", "low", "high", "goal")
_SHARES = (
    *_FINER, "share_covered", "need_covered", "group_covered", "utilisation", "need_share",
    "loss", "chosen_share", "p_less", "p_more", "p_other_stage", "class_chance", "error",
    "unchanged", "own_quotas", "whole", "bias", "inside", "right_classes",
    "right_classes_unchanged",
)  # fmt: skip
LEAST_LOSS = 0.01


def figure_table(release: PlanRelease, scenario: Mapping[str, Any]) -> str:
    """Return the key figures, a row each, a column per variant; those nobody knows are left out."""
    variants = scenario["variants"]
    names = [
        n for n in variants[0]["figures"] if any(_known(v["figures"].get(n)) for v in variants)
    ]
    head = "".join(f'<th scope="col">{markup(name)}</th>' for name in variant_heads(scenario))
    rows = "".join(
        f'<tr><th scope="row">{markup(release.labels.get(name, name))}</th>'
        + "".join(f"<td>{shown}</td>" for shown in shown_figures(name, row))
        + "</tr>"
        for name in names
        for row in [[v["figures"].get(name) for v in variants]]
    )
    one = len(variants) == 1
    caption = text("planning.page.figures_of_one" if one else "publish.plan.figures")
    body = f"<table><caption>{caption}</caption><tr><td></td>{head}</tr>{rows}</table>"
    return f'<div class="wide" role="region" tabindex="0" aria-label="{caption}">{body}</div>'


def variant_heads(scenario: Mapping[str, Any]) -> list[str]:
    """Return what stands above the figures of each variant.

    Parameters
    ----------
    scenario : a decision as released
    """
    names = [str(v["name"]) for v in scenario["variants"]]
    nameless = unnamed(scenario)
    return [text("publish.plan.value") if name in nameless else name for name in names]


def unnamed(scenario: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names that say nothing about the only variant of a decision: not to be printed.

    Parameters
    ----------
    scenario : a decision as released
    """
    if len(scenario["variants"]) > 1:
        return ()
    return text("planning.sentence.variant"), scenario["title"].rpartition(": ")[2]


def shown_figures(name: str, values: Sequence[Any]) -> list[str]:
    """Return one key figure of all variants as readers see it: shares in per cent.

    Examples
    --------
    >>> shown_figures("stock", [0.5, 12.0, None])
    ['0,50', '12,00', '.']
    """
    digits = _digits(values)
    return [_shown(name, value, digits) for value in values]


def row_table(release: PlanRelease, verb: str, variant: Mapping[str, Any]) -> str:
    """Return the rows of a variant, folded up; "" where it has none."""
    if not variant["table"]:
        return ""
    rows = text("publish.plan.rows", n=number(len(variant["table"])))
    nameless = variant["name"] in unnamed(release.scenarios[verb])
    label = rows if nameless else f"{variant['name']}: {rows}"
    return (
        f"<details><summary>{markup(label)}</summary>"
        f"{_rows(release, verb, variant['table'], label)}</details>"
    )


def detail_table(release: PlanRelease, verb: str, detail: Mapping[str, Any]) -> str:
    """Return a further table under its heading, folded up: the page is read in one go first."""
    return (
        f'<details class="detail"><summary><h3>{markup(detail["title"])}</h3></summary>'
        f"<p>{markup(detail['sentence'])}</p>"
        f"{_rows(release, verb, detail['rows'], detail['title'])}</details>"
    )


def _rows(release: PlanRelease, verb: str, rows: list[Mapping[str, Any]], label: str) -> str:
    """Return rows as a table: keys with their names, columns that say nothing left out."""
    if verb == "targets":  # a goal is called by its label: its id is for the file alone
        rows = [{"key": row["label"], **_without(row, ("key", "label"))} for row in rows]
    columns = [c for c in rows[0] if c not in _HIDDEN and any(_known(row[c]) for row in rows)]
    words = {"key": text("planning.page.called"), **release.labels}
    legend = {**release.legends.get(verb, {})}
    called = _called(release, verb)
    digits = {c: _digits([row[c] for row in rows]) for c in columns}
    wordy = {c for c in columns if any(isinstance(row[c], str) for row in rows)}
    head = "".join(
        f'<th scope="col"{_word(c in wordy)}>{markup(words.get(c, c))}</th>' for c in columns
    )
    body = "".join(
        "<tr>" + "".join(_cell(c, row[c], called, legend, digits[c]) for c in columns) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{markup(label)}">'
        f"<table><tr>{head}</tr>{body}</table></div>"
    )


def _without(row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _called(release: PlanRelease, verb: str) -> dict[str, str]:
    """Return what the points and areas of a decision are called, by key."""
    called: dict[str, str] = {}
    for layer in (release.areas, release.points.get(verb)):
        if layer is not None and "name" in layer:
            called.update({str(k): str(n) for k, n in layer["name"].items() if str(n) != str(k)})
    return called


def _cell(
    column: str, value: Any, called: Mapping[str, str], legend: Mapping[str, str], digits: int
) -> str:
    kind = _word(isinstance(value, str))
    if column == "key":
        name = called.get(value)
        return f'<th scope="row">{markup(value if name is None else f"{name} ({value})")}</th>'
    if column in _CODED:
        value = legend.get(value, value)
    return f"<td{kind}>{_shown(column, value, digits)}</td>"


def _word(is_word: bool) -> str:
    return ' class="word"' if is_word else ""


def _known(value: Any) -> bool:
    return value is not None and value != "inf"


def _digits(values: Sequence[Any]) -> int:
    """Return the decimals of a column: two where one of its numbers is small and not whole."""
    numbers = [v for v in values if isinstance(v, float)]
    return 2 if any(abs(v) < 100 and v != round(v) for v in numbers) else 0


def _shown(name: str, value: Any, digits: int) -> str:
    if value is None:
        return _SIGN
    if isinstance(value, bool):
        return text("publish.plan.yes") if value else text("publish.plan.no")
    if isinstance(value, int | float):
        if name == "loss" and value < LEAST_LOSS:
            return text("planning.page.little")
        if name in _SHARES:
            return percent(float(value), 1 if name in _FINER else 0)
        return number(float(value), digits)
    return markup(date(value) if name in _DATES else value)
