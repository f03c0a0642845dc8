"""``sozialraum check``: every problem of a file and its data, nothing computed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.app import HELP, Data, Json, NoCache, command
from sozialraum.cli.terminal import print_json, print_problems, progress
from sozialraum.model.errors import SozialraumError
from sozialraum.model.problem import Problem
from sozialraum.texts import text
from sozialraum.texts.shell_words import shell_word

Progress = Callable[[str], None]


@command(help=HELP["check"])
def check(
    file: Annotated[Path, typer.Argument(metavar="DATEI.toml", help=HELP["any_file"])],
    data: Data = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="ORDNER", help=HELP["check_report"])
    ] = None,
    no_cache: NoCache = False,
    as_json: Json = False,
    to_stdout: Annotated[bool, typer.Option("--stdout", help=HELP["to_stdout"])] = False,
) -> None:
    """List every problem, and for the office what protecting the counts costs; write nothing."""
    from sozialraum.cli.printing.comparisons import print_profiles
    from sozialraum.config.file_kinds import kind_of_file
    from sozialraum.workflows.check import CheckOutcome
    from sozialraum.workflows.compare import compare_profiles

    effect, kind = None, kind_of_file(file)
    with progress() as step:
        checked = CheckOutcome(tuple(check_file(file, data=data, progress=step)))
        if kind == "build" and not checked.errors:
            try:
                effect = compare_profiles(file, data=data, progress=step)
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
        print(text(f"cli.checked.{kind}", file=shell_word(file)))


def check_file(file: Path, *, data: Path | None = None, progress: Progress) -> list[Problem]:
    """Return every problem of a file of any kind, and of the build that a plan stands on."""
    from sozialraum.config.file_kinds import kind_of_file
    from sozialraum.workflows.check import check_build

    kind = kind_of_file(file)
    if kind == "participation":
        from sozialraum.workflows.participation import check_participation

        return check_participation(file, data=data, progress=progress)
    if kind != "plan":
        return check_build(file, data=data, progress=progress)
    from sozialraum.workflows.plan import build_of, check_plan

    found, build = check_plan(file, data=data, progress=progress), build_of(file)
    below = [] if build is None else check_build(build, data=data, progress=progress)
    return list(dict.fromkeys([*found, *below]))
