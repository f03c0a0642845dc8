"""What is in files, on the terminal: one block per layer and table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sozialraum.cli.terminal import print_problems, print_prose, print_table
from sozialraum.texts import number, text
from sozialraum.texts.seen_words import seen_layer_words, seen_table_words

if TYPE_CHECKING:
    from sozialraum.workflows.see import Sight

_COLUMNS = ("column", "kind", "filled", "empty", "total", "from_to", "part_of")


def print_sight(sight: Sight) -> None:
    """Print everything that was seen, then what there is to say about it."""
    for layer in sight.folder.layers:
        print_prose(*seen_layer_words(layer), "")
    for table in sight.folder.tables:
        print_prose(*seen_table_words(table))
        if table.columns:
            print_table([text(f"recognise.words.{c}") for c in _COLUMNS], [*_rows(table)])
        print_prose("")
    if sight.folder.others:
        print_prose(text("recognise.words.others", files=", ".join(sight.folder.others)), "")
    print_problems(sight.problems)


def _rows(table) -> Iterator[list[str]]:  # type: ignore[no-untyped-def]
    """Yield a line per column."""
    for column in table.columns:
        numbers = column.smallest is not None
        empty = (f"{text(f'recognise.status.{s}')} {number(n)}" for s, n in column.status.items())
        pairs = table.pairs.get(column.title, ())[:3]
        yield [
            column.title,
            text(f"recognise.kind.{column.kind}"),
            number(column.filled),
            ", ".join(empty),
            "" if column.total is None else number(column.total),
            f"{_short(column.smallest)} – {_short(column.largest)}" if numbers else "",
            ", ".join(p.denominator + (" ✓" if p.share else "") for p in pairs),
        ]


def _short(value: float) -> str:
    return number(value, 0 if float(value).is_integer() else 2)
