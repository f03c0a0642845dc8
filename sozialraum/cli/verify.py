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
    from sozialraum.workflows.verify import verify as run_verify

    if key is not None and ledger is None:
        raise typer.BadParameter(text("cli.verify_needs_ledger"))
    with solvers_silent():
        checked = run_verify(result, data=data, ledger=ledger, key=key)
        if plan_file is not None:
            from sozialraum.workflows.plan import verify_decision

            checked = checked.joined(verify_decision(result, plan_file, data=data))
    if as_json:
        print_json(checked.summary())
    else:
        if checked.problems:
            print_problems(checked.problems)
        if not checked.errors:
            print(text("cli.verified", count=checked.count))
        if checked.release is not None and not checked.errors:
            print(text("cli.verified_release", number=checked.release["number"]))
    if checked.errors:
        raise typer.Exit(1)
