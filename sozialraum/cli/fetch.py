"""``sozialraum fetch``: files from the addresses that a file names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.app import HELP, Json, command
from sozialraum.cli.terminal import print_json, print_problems, print_prose, progress
from sozialraum.texts import number, text


@command(help=HELP["fetch"])
def fetch(
    file: Annotated[Path, typer.Argument(metavar="DATEI.toml", help=HELP["fetch_file"])],
    as_json: Json = False,
) -> None:
    """Fetch every file, with hash, day, source and licence beside it."""
    from sozialraum.workflows.fetch import fetch as run_fetch

    with progress() as step:
        fetched = run_fetch(file, progress=step)
    if as_json:
        print_json(fetched.summary())
    else:
        for origin in fetched.origins:
            code = "fetched" if origin.features is None else "fetched_features"
            size = number(origin.size / 1000, 0)
            print_prose(text(f"fetch.{code}", file=origin.file, size=size, n=origin.features or 0))
        for name in fetched.changed:
            print_prose(text("fetch.changed", file=name))
        if fetched.problems:
            print_problems(fetched.problems)
    if fetched.problems:
        raise typer.Exit(1)
