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
    ledger: Annotated[
        Path | None, typer.Option("--ledger", metavar="DATEI", help=HELP["verify_ledger"])
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", metavar="SCHLÜSSEL", help=HELP["ledger_key"])
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare inputs and outputs with the manifest; compute a plan again."""
    from sozialraum.workflows.verify.verifying import verify_folder, verify_recorded

    if key is not None and ledger is None:
        raise typer.BadParameter(text("cli.verify_needs_ledger"))
    with solvers_silent():
        count, problems = verify_folder(result, data=data, secret=ledger is not None)
        if plan_file is not None:
            from sozialraum.workflows.plan.decision import verify_decision

            problems += verify_decision(result, plan_file, data=data)
        recorded = None
        if ledger is not None:
            recorded, found = verify_recorded(result, ledger, key, data=data)
            problems += found
    wrong = any(p.severity == "error" for p in problems)
    if as_json:
        found = [p.to_dict() for p in problems]
        print_json({"files": count, "release": recorded, "problems": found})
    else:
        if problems:
            print_problems(problems)
        if not wrong:
            print(text("cli.verified", count=count))
        if recorded is not None and not wrong:
            print(text("cli.verified_release", number=recorded["number"]))
    if wrong:
        raise typer.Exit(1)
