"""``sozialraum sehen``: what is in a file, as its reader understands it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.app import HELP, Json, command
from sozialraum.cli.terminal import print_json, progress

Files = Annotated[list[Path], typer.Argument(metavar="DATEI …", help=HELP["seen_files"])]


@command(help=HELP["sehen"])
def sehen(
    files: Files,
    key: Annotated[
        str | None, typer.Option("--key", metavar="SPALTE", help=HELP["seen_key"])
    ] = None,
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="BLATT", help=HELP["seen_sheet"])
    ] = None,
    as_json: Json = False,
) -> None:
    """Show sheets, heads, keys, columns, signs and sums; write nothing."""
    from sozialraum.cli.printing.sights import print_sight
    from sozialraum.workflows.see import see

    column = int(key) if key is not None and key.isdigit() else key
    with progress() as step:
        sight = see(files, key=column, sheet=sheet, progress=step)
    if as_json:
        print_json(sight.summary())
    else:
        print_sight(sight)
    if not sight.folder.layers and all(t.kind == "unreadable" for t in sight.folder.tables):
        raise typer.Exit(1)
