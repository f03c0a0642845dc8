"""What stands in the tables, in words: columns, method, signs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sozialraum.model import Release
from sozialraum.publish.layers import CLUSTERS
from sozialraum.publish.map_layers import MARKS
from sozialraum.publish.periods import span_words
from sozialraum.publish.tables.table_columns import (
    ESTIMATE_SUFFIX,
    ORIGIN_SUFFIX,
    SIGN_SUFFIX,
    flat_table,
)
from sozialraum.texts import catalogue, text


def column_rows(release: Release) -> list[tuple[str, str]]:
    """Say what each column of index.csv and index.parquet means (data dictionary)."""
    labels = {i.id: i.label for i in release.indicators}
    return [(str(column), meaning(str(column), labels)) for column in flat_table(release).columns]


def meaning(column: str, labels: dict[str, str]) -> str:
    """Return what a column means, in one sentence.

    Parameters
    ----------
    column : of index.csv
    labels : of the indicators, by id

    Examples
    --------
    >>> meaning("status_class", {}), meaning("armut_zeichen", {"armut": "Arme Kinder"})
    ('Klasse auf der Achse „status“', 'Zeichen, wo kein Wert steht, zu: Arme Kinder')
    """
    words = catalogue("publish")["columns"]
    base = column.removesuffix(SIGN_SUFFIX)
    if column in words:
        return str(words[column])
    for suffix, word in ((ESTIMATE_SUFFIX, "estimate_of"), (ORIGIN_SUFFIX, "origin_of")):
        if column.endswith(suffix) and column.removesuffix(suffix) in labels:
            return str(words[word]).format(label=labels[column.removesuffix(suffix)])
    if base in labels:
        return labels[base] if base == column else words["sign_of"].format(label=labels[base])
    found = _of_axis(column)
    return words["further"] if found is None else words[f"of_{found[0]}"].format(name=found[1])


def heading_of(column: str) -> str:
    """Return the head of a column in the workbook.

    Examples
    --------
    >>> heading_of("dim_Bildung"), heading_of("participation_rate_low")
    ('Teilindex Bildung', 'Beteiligung: unteres Ende der Spanne')
    """
    words = catalogue("publish")["heads"]
    if column in words:
        return str(words[column])
    found = _of_axis(column)
    return column if found is None else words[f"of_{found[0]}"].format(name=found[1])


def _of_axis(column: str) -> tuple[str, str] | None:
    """Return what a column of the table says of which dimension or axis."""
    if column.startswith("dim_"):
        return "dimension", column.removeprefix("dim_")
    for kind in ("class_label", "type_label", "index", "class", "type"):
        if column.endswith(f"_{kind}"):
            return kind, column.removesuffix(f"_{kind}")
    return None


def value_in_words(layer: str, column: str, value: Any) -> Any:
    """Return a value of a layer as readers see it; numbers stay numbers, None where there is none.

    Examples
    --------
    >>> value_in_words("clusters", "cluster", "HH"), value_in_words("change", "sure", True)
    ('hohe Belastung unter ihresgleichen', 'ja')
    """
    words = catalogue("publish")
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    if column == "status":
        return "" if value == "ok" else words["page"][f"mark_{MARKS[str(value)]}"]
    if layer == "clusters" and value in CLUSTERS:
        return words["layers"]["clusters_classes"][CLUSTERS.index(value)]
    if layer == "change" and column == "distinct":
        return words["book"]["yes"] if value else words["layers"]["change_indistinct"]
    if layer == "change" and column == "sure":
        return words["book"]["yes" if value else "open"]
    return value


def method_rows(release: Release) -> list[tuple[str, str]]:
    """Return method, indicators with direction and source, limits and what is withheld."""
    words, facts = catalogue("publish")["book"], release.facts
    rows = [(facts.method, ""), *((line, "") for line in facts.changed), ("", "")]
    rows += [(i.label, " · ".join(_notes_of(i))) for i in release.indicators]
    rows += [("", ""), *((line, "") for line in (*facts.limits, *release.notes))]
    return [*rows, ("", ""), (words["rounding"], "")]


def _notes_of(indicator: Any) -> list[str]:
    parts = (
        text(f"publish.page.dir_{indicator.direction}"),
        indicator.dimension,
        indicator.source,
        span_words(indicator),
        indicator.note,
    )
    return [part for part in parts if part]


def sign_rows() -> list[tuple[str, str]]:
    """Return the signs of the statistical offices that stand where there is no value."""
    words = catalogue("publish")
    rows = [
        (words["signs"][s], words["page"][f"mark_{MARKS[s]}"])
        for s in ("suppressed", "small_base", "missing", "no_base", "not_collected")
    ]
    return [*rows, ("0", words["book"]["zero"])]
