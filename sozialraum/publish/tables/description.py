"""What stands in the tables, in words: columns, method, signs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sozialraum.model import Release
from sozialraum.model.release import further_rates
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
    called = release.facts.called
    columns = map(str, flat_table(release).columns)
    return [(column, meaning(column, labels, called)) for column in columns]


def meaning(column: str, labels: dict[str, str], called: Mapping[str, str] | None = None) -> str:
    """Return what a column means, in one sentence.

    Parameters
    ----------
    column : of index.csv
    labels : of the indicators, by id
    called : what the city calls layers of rates

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
    layer = _of_layer(column)
    if layer is not None:
        return f"{meaning(layer[1], labels)} ({(called or {}).get(layer[0], layer[0])})"
    found = _of_axis(column)
    return words["further"] if found is None else words[f"of_{found[0]}"].format(name=found[1])


def heading_of(column: str, called: Mapping[str, str] | None = None) -> str:
    """Return the head of a column in the workbook.

    Parameters
    ----------
    column : of index.csv
    called : what the city calls layers of rates; a further participation is told by its name

    Examples
    --------
    >>> heading_of("dim_Bildung"), heading_of("participation_rate_low")
    ('Teilindex Bildung', 'Beteiligung: unteres Ende der Spanne')
    """
    words = catalogue("publish")["heads"]
    if column in words:
        return str(words[column])
    layer = _of_layer(column)
    if layer is not None:
        name = (called or {}).get(layer[0], layer[0].partition(".")[2])
        return f"{heading_of(layer[1])} ({name})"
    found = _of_axis(column)
    return column if found is None else words[f"of_{found[0]}"].format(name=found[1])


def _of_layer(column: str) -> tuple[str, str] | None:
    """Return a further layer of rates and what its column is called in the first one."""
    found = further_rates(column)
    return None if found is None else (found[0], f"{found[0].partition('.')[0]}_{found[1]}")


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
