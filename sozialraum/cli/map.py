"""``sozialraum map``: sheets of single maps."""

from __future__ import annotations

from typing import Annotated

import typer

from sozialraum.cli.app import HELP, BuildFile, Data, Out, command
from sozialraum.cli.terminal import progress
from sozialraum.texts import text


@command("map", help=HELP["map"])
def one_map(
    build_file: BuildFile,
    out: Out,
    variable: Annotated[
        list[str] | None, typer.Option("--variable", metavar="WAS", help=HELP["variable"])
    ] = None,
    data: Data = None,
) -> None:
    """Write A3 sheets of the index, an indicator or a layer."""
    from sozialraum.workflows.report import sheets

    with progress() as step:
        made = sheets(build_file, views=variable or ("index",), data=data, progress=step)
        written = made.save(out, progress=step)
    for name in written:
        print(text("cli.written", path=(out / name).as_posix()))
