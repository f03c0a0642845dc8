"""``sozialraum check``: every problem of a build, nothing computed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.app import HELP, BuildFile, Data, Json, command
from sozialraum.cli.terminal import print_json, print_problems, progress
from sozialraum.texts import text
from sozialraum.texts.shell_words import shell_word


@command(help=HELP["check"])
def check(
    build_file: BuildFile,
    data: Data = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="ORDNER", help=HELP["check_report"])
    ] = None,
    as_json: Json = False,
    to_stdout: Annotated[bool, typer.Option("--stdout", help=HELP["to_stdout"])] = False,
) -> None:
    """Read everything, compute nothing, list every problem."""
    from sozialraum.workflows.check.checking import check_build, save_check_report

    with progress() as step:
        problems = check_build(build_file, data=data, progress=step)
    if out is not None:
        save_check_report(problems, out)
    if as_json:
        print_json([p.to_dict() for p in problems])
    else:
        print_problems(problems, to_stdout=to_stdout)
    if any(p.severity == "error" for p in problems):
        raise typer.Exit(1)
    if not as_json:
        print(text("cli.checked", file=shell_word(build_file)))
