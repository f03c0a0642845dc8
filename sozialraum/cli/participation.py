"""``sozialraum participation``: from registrations to protected rates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.app import HELP, Data, Intern, Json, Out, command
from sozialraum.cli.terminal import print_json, print_problems, progress
from sozialraum.texts import text


@command(help=HELP["participation"])
def participation(
    file: Annotated[Path, typer.Argument(metavar="TEILNAHME.toml", help=HELP["records_file"])],
    out: Out,
    data: Data = None,
    intern: Intern = None,
    as_json: Json = False,
) -> None:
    """Count who takes part, from registrations to protected rates."""
    from sozialraum.workflows.participation import run_participation

    with progress() as step:
        result = run_participation(file, data=data, office=intern is not None, progress=step)
        written = result.save(out, office=intern, progress=step)
    if as_json:
        print_json(result.summary() | {"files": written, "folder": out.as_posix()})
        return
    print_problems(result.problems)
    print(text("cli.built", count=len(written), folder=out.as_posix()))
