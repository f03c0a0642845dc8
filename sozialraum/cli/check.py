"""``sozialraum check``: every problem of a build, nothing computed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.app import HELP, BuildFile, Data, Json, command
from sozialraum.cli.terminal import print_json, print_problems, progress
from sozialraum.model.errors import SozialraumError
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
    """List every problem, and for the office what protecting the counts costs; write nothing."""
    from sozialraum.cli.printing.comparisons import print_profiles
    from sozialraum.workflows.check import CheckOutcome
    from sozialraum.workflows.check import check as run_check
    from sozialraum.workflows.compare import compare_profiles

    effect = None
    with progress() as step:
        checked = run_check(build_file, data=data, progress=step)
        if not checked.errors:
            try:
                effect = compare_profiles(build_file, data=data, progress=step)
            except SozialraumError as error:  # the ledger, or a count told before
                checked = CheckOutcome(tuple(dict.fromkeys((*checked.problems, *error.problems))))
    if out is not None:
        checked.save(out)
    if as_json:
        print_json(checked.summary()["problems"])
    else:
        print_problems(checked.problems, to_stdout=to_stdout)
    if checked.errors:
        raise typer.Exit(1)
    if not as_json:
        if effect is not None and len(effect.table):
            print_profiles(effect, as_json=False, brief=True)
        print(text("cli.checked", file=shell_word(build_file)))
