"""``sozialraum verify``: a result against its manifest, its inputs and its plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.app import HELP, Data, Json, ResultFolder, command
from sozialraum.cli.terminal import print_json, print_problems, solvers_silent
from sozialraum.texts import text


@command(help=HELP["verify"])
def verify(
    result: ResultFolder,
    data: Data = None,
    plan_file: Annotated[
        Path | None, typer.Option("--plan", metavar="PLAN.toml", help=HELP["verify_plan"])
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare inputs and outputs with the manifest; compute a plan again."""
    from sozialraum.workflows.verify.verifying import verify_folder

    with solvers_silent():
        count, problems = verify_folder(result, data=data)
        if plan_file is not None:
            from sozialraum.workflows.plan.decision import verify_decision

            problems += verify_decision(result, plan_file, data=data)
    if as_json:
        print_json({"files": count, "problems": [p.to_dict() for p in problems]})
    elif problems:
        print_problems(problems)
    else:
        print(text("cli.verified", count=count))
    if any(p.severity == "error" for p in problems):
        raise typer.Exit(1)
