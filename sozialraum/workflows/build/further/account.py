"""The account of a town: own chapters, figures, the register of measures, open goals, limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sozialraum.planning.evaluation import GROUPS, PERIODS
from sozialraum.publish.escape import cell
from sozialraum.publish.papers.account import (
    Block,
    account_docx,
    account_pdf,
    bullets,
    heading,
    markdown_blocks,
    paragraph,
)
from sozialraum.publish.published_numbers import indicator_figures
from sozialraum.publish.tables.csv_parquet import csv_text
from sozialraum.publish.wording import shown_number, value_words
from sozialraum.texts import catalogue, date, number, signed, text
from sozialraum.texts.periods import day_label
from sozialraum.workflows.build.further.measures import (
    MeasureOutcome,
    measure_outcomes,
    staggered_sentences,
)
from sozialraum.workflows.build.looks import design_of

if TYPE_CHECKING:
    from sozialraum.model import Release
    from sozialraum.workflows.build.computed import Computed

TABLE, PDF, DOCX = "massnahmen.csv", "rechenschaft.pdf", "rechenschaft.docx"
_DIGITS = 4


def account_files(computed: Computed, release: Release) -> dict[str, bytes]:
    """Return ``massnahmen.csv`` of ``[measures]``, both papers of ``[report]``; empty without."""
    plan, outcomes = computed.plan, measure_outcomes(computed)
    files = {} if plan.measures is None else {TABLE: _table(outcomes)}
    if plan.report is None:
        return files
    design, title = design_of(plan), plan.report.title or _word("title")
    blocks = tuple(_blocks(computed, release, outcomes))
    look: dict[str, Any] = {"accent": design.accent, "logo": design.logo}
    return {
        **files,
        PDF: account_pdf(release, title, blocks, **look),
        DOCX: account_docx(release, title, blocks, template=design.docx),
    }


def _word(name: str, /, **values: Any) -> str:
    return text(f"planning.account.{name}", **values)


def _table(outcomes: tuple[MeasureOutcome, ...]) -> bytes:
    """Return one row per measure: as registered, with figures and what may be said of them."""
    rows = []
    for one in outcomes:
        m, shares = one.measure, _shares(one)
        change = one.change
        rows.append({
            "id": m.id, "need": m.need, "label": m.label, "responsible": m.responsible,
            "indicator": one.label, "areas": ", ".join(m.areas), "begin": m.begin.isoformat(),
            "before": one.days[0], "after": one.days[1],
            **{f"{g}_{p}": shares.get((g, p)) for g in GROUPS for p in PERIODS},
            "change": None if change is None else round(change.difference, _DIGITS),
            "change_low": None if change is None else round(change.low, _DIGITS),
            "change_high": None if change is None else round(change.high, _DIGITS),
            "sentences": " ".join(one.sentences),
            "goal": "" if one.target is None else one.target.sentence,
        })  # fmt: skip
    heads = catalogue("planning")["account"]["table"]
    table = pd.DataFrame(rows, columns=list(heads)).rename(columns=heads)
    table = table.map(lambda w: cell(w) if isinstance(w, str) else w)
    return b"\xef\xbb\xbf" + csv_text(table).encode("utf-8")


def _shares(one: MeasureOutcome) -> dict[tuple[str, str], float]:
    rates = one.cells["cases"] / one.cells["base"].where(one.cells["base"] > 0)
    pairs = zip(one.cells["group"], one.cells["period"], rates, strict=True)
    return {(g, p): round(float(r), _DIGITS) for g, p, r in pairs if pd.notna(r)}


def _blocks(
    computed: Computed, release: Release, outcomes: tuple[MeasureOutcome, ...]
) -> Iterator[Block]:
    known = {one.measure.id: one for one in outcomes}
    for words in computed.delivery.chapters.values():
        yield from markdown_blocks(words, lambda name: _referred(name, release, known))
    yield heading(_word("numbers"))
    yield Block("map")
    yield from _themes(release)
    if outcomes:
        yield heading(_word("register"))
        yield Block("table", rows=tuple(_register(outcomes)))
        for one in outcomes:
            yield from _stated(one, release.facts.spans)
        if said := staggered_sentences(computed):
            yield bullets(said)
        yield heading(_word("goals"))
        goals = [one.target.sentence for one in outcomes if one.target is not None]
        yield bullets(goals) if goals else paragraph(_word("no_goals"))
    yield heading(_word("limits"))
    yield bullets([_word("limit_change"), *release.facts.limits, *release.notes])


def _referred(name: str, release: Release, known: dict[str, MeasureOutcome]) -> str:
    """Return the words of a reference; that it leads somewhere was checked with the delivery."""
    kind, one, key = (*name.split(":"), "", "")[:3]
    if kind == "massnahme":
        return f"{known[one].measure.label} ({known[one].measure.id})"
    indicator = next((i for i in release.indicators if i.id == one), None)
    if kind != "kennzahl" or indicator is None:
        return ""
    figure = indicator_figures(release)[one]
    if key:
        return value_words(release.current, key, indicator, figure)
    return shown_number(release.current.city.get(one, np.nan), figure)


def _themes(release: Release) -> Iterator[Block]:
    """Yield a table of the whole town per dimension, one column per Stichtag."""
    figures = indicator_figures(release)
    for theme in dict.fromkeys(i.dimension for i in release.indicators):
        yield heading(theme or _word("no_theme"), 2)
        days = (day_label(e.stichtag, release.facts.spans) for e in release.editions)
        head = (_word("indicator"), *(_word("now", day=day) for day in days))
        rows = [
            (i.label, *(shown_number(e.city.get(i.id, np.nan), figures[i.id])
                        for e in release.editions))
            for i in release.indicators if i.dimension == theme
        ]  # fmt: skip
        yield Block("table", rows=(head, *rows))


def _register(outcomes: tuple[MeasureOutcome, ...]) -> Iterator[tuple[str, ...]]:
    yield tuple(catalogue("planning")["account"]["columns"])
    for one in outcomes:
        m, change = one.measure, one.change
        points = "" if change is None else signed(100 * change.difference, 1)
        told = _word("silent") if change is None else _word("points", points=points)
        yield m.id, m.need, m.label, m.responsible, one.label, told


def _stated(one: MeasureOutcome, spans: Mapping[str, str]) -> Iterator[Block]:
    m = one.measure
    yield heading(f"{m.id} {m.label}", 2)
    span = {"day": date(m.begin), "last": "" if m.end is None else date(m.end)}
    facts = [
        _word("until" if m.end is not None else "since", **span),
        *([_word("need", need=m.need)] if m.need else []),
        *([_word("responsible", who=m.responsible)] if m.responsible else []),
        *([_word("decided", what=m.decision)] if m.decision else []),
        *([_word("euros", n=number(m.euros))] if m.euros is not None else []),
        *([_word("state", what=m.state)] if m.state else []),
    ]
    yield paragraph(" · ".join(facts))
    shares = _shares(one)
    if all(one.days) and shares:
        words = catalogue("planning")["account"]["cells"]
        days = {n: day_label(d, spans) for n, d in zip(PERIODS, one.days, strict=True)}
        head = (one.label, *(word.format(**days) for word in words[1:3]))
        rows = [
            (_word(group, n=n), *(_percent(shares.get((group, p))) for p in ("before", "after")))
            for group, n in zip(("programme", "comparison"), one.groups, strict=True)
            if n
        ]
        yield Block("table", rows=(head, *rows))
    for sentence in one.sentences:
        yield paragraph(sentence)


def _percent(share: float | None) -> str:
    return number(None) if share is None else f"{number(100 * share, 1)} %"
