"""Sentences about what was recognised in a file: the same on the terminal and in the assistant.

Everything here takes values by their names, so that the words need to know no other room.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sozialraum.texts import date, number, text

_SHOWN = 6


def seen_layer_words(layer: Any) -> Iterator[str]:
    """Yield what there is to say about a layer (`SeenLayer`)."""
    kind = text(f"recognise.geometry.{layer.geometry}", n=layer.features)
    yield text("recognise.words.layer", label=layer.label, what=kind, crs=layer.crs or "–")
    if layer.keys:
        yield text("recognise.words.layer_keys", keys=names_listed(layer.keys))


def seen_table_words(table: Any) -> Iterator[str]:
    """Yield what there is to say about a table (`SeenTable`), the first thing first."""
    what = text(f"recognise.format.{table.kind}")
    yield text("recognise.words.table", label=table.label, what=what, n=table.rows)
    if table.kind in {"personal", "unreadable", "words"} or not table.key:
        return
    yield from _head_words(table)
    if table.match is not None:
        yield from match_words(table.match)
        yield from (
            text("recognise.words.rival", layer=r.layer, key=r.attribute) for r in table.rivals[:3]
        )
    if table.period.days:
        yield period_words(table.period)
    if table.long_by:
        yield text("recognise.words.long", columns=names_listed(table.long_by))
    if table.totals:
        yield text(
            "recognise.words.totals", rows=", ".join(map(str, table.totals)), n=len(table.totals)
        )


def _head_words(table: Any) -> Iterator[str]:
    first, last = table.header
    rows = (
        text("recognise.words.rows", first=first, last=last)
        if last > first
        else text("recognise.words.row", row=last)
    )
    name = "named" if isinstance(table.key, str) else "placed"
    yield text(f"recognise.words.head_{name}", rows=rows, key=table.key)


def match_words(match: Any) -> Iterator[str]:
    """Yield which areas a table belongs to, and what stands on one side only (`KeyMatch`)."""
    said = {
        "layer": match.layer,
        "key": match.attribute,
        "matched": match.matched,
        "areas": match.areas,
    }
    if match.way == "affix":
        side = text(f"recognise.side.{match.side}")
        said |= {"prefix": match.prefix, "suffix": match.suffix, "side": side}
    yield text(f"recognise.way.{match.way}", **said)
    if match.left_table:
        yield text("recognise.words.left_table", keys=names_listed(match.left_table))
    if match.left_layer:
        yield text("recognise.words.left_layer", keys=names_listed(match.left_layer))


def period_words(period: Any) -> str:
    """Return for when the numbers stand, and what says so (`SeenPeriod`)."""
    days = period.days
    when = date(days[0].isoformat())
    if len(days) > 1:
        when = text(
            "recognise.words.days", n=len(days), first=when, last=date(days[-1].isoformat())
        )
    return text(f"recognise.period.{period.source}", when=when, column=period.column)


def pair_words(pair: Any) -> str:
    """Return why a column may be the base of another (`Pair`)."""
    if pair.share:
        return text("recognise.pair.proved", share=pair.share)
    if pair.table:
        return text("recognise.pair.elsewhere", table=pair.table)
    return text("recognise.pair.named")


def names_listed(names: Any) -> str:
    """Return names in German quotation marks, the first few of many."""
    shown = ", ".join(f"„{n}“" for n in list(names)[:_SHOWN])
    rest = len(names) - _SHOWN
    return shown if rest <= 0 else text("recognise.words.more", shown=shown, n=number(rest))
