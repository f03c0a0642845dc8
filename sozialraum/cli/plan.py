"""``sozialraum plan``: decisions from a plan file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.app import HELP, Data, Intern, Json, command
from sozialraum.cli.terminal import print_json, progress
from sozialraum.texts import text


@command(help=HELP["plan"])
def plan(
    verb: Annotated[str, typer.Argument(metavar="WAS", help=HELP["plan_verb"])],
    plan_file: Annotated[
        Path | None, typer.Argument(metavar="PLAN.toml", help=HELP["plan_file"])
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="ORDNER", help=HELP["out"])
    ] = None,
    data: Data = None,
    intern: Intern = None,
    as_json: Json = False,
) -> None:
    """Compute decisions and write the scenario page, or list the published rules."""
    from sozialraum.cli.printing.decisions import print_decision, print_rules
    from sozialraum.workflows.plan import VERBS, decide

    if verb == "rules":
        print_rules(as_json=as_json)
        return
    if verb not in ("all", *VERBS):
        raise typer.BadParameter(text("cli.unknown_verb", found=verb, known=", ".join(VERBS)))
    if plan_file is None or out is None:
        raise typer.BadParameter(text("cli.plan_needs"))
    with progress() as step:
        only = None if verb == "all" else verb
        decision = decide(plan_file, verb=only, data=data, office=intern is not None, progress=step)
        files = decision.save(out, office=intern, progress=step)
    if as_json:
        print_json(decision.summary())
        return
    print_decision(decision)
    print(text("cli.built", count=len(files), folder=out.as_posix()))
