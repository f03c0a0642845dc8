"""``sozialraum profile``: one page per area."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.app import HELP, BuildFile, Data, command
from sozialraum.cli.terminal import progress
from sozialraum.texts import text


@command(help=HELP["profile"])
def profile(
    build_file: BuildFile,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DATEI.pdf", help=HELP["pdf"])],
    area: Annotated[
        list[str] | None, typer.Option("--area", metavar="GEBIET", help=HELP["areas"])
    ] = None,
    data: Data = None,
) -> None:
    """Write one page per area."""
    from sozialraum.workflows.report import area_profiles

    with progress() as step:
        made = area_profiles(build_file, areas=area or (), file=out.name, data=data, progress=step)
        made.save(out.parent, progress=step)
    print(text("cli.written", path=out.as_posix()))
