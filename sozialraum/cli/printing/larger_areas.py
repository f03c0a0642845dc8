"""The larger areas of a result on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sozialraum.cli.terminal import print_json, print_prose, print_table
from sozialraum.texts import text
from sozialraum.workflows.show import level_rows

if TYPE_CHECKING:
    from sozialraum.workflows.show import Saved


def print_level(saved: Saved, name: str, *, as_json: bool) -> None:
    """Print one row per larger area, and last the whole."""
    table = level_rows(saved, name)
    if as_json:
        print_json([dict(zip(table.heads, row, strict=True)) for row in table.rows])
        return
    print_table(table.heads, table.rows, title=table.label)
    print_prose(text("publish.paper.level_note"))
