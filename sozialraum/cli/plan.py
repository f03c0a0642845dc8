"""``sozialraum plan``: decisions from a plan file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.app import HELP, Data, Intern, Json, Out, command
from sozialraum.cli.terminal import print_json, progress
from sozialraum.texts import text


@command(help=HELP["plan"])
def plan(
    verb: Annotated[str, typer.Argument(metavar="WAS", help=HELP["plan_verb"])],
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN.toml", help=HELP["plan_file"])],
    out: Out,
    data: Data = None,
    intern: Intern = None,
    as_json: Json = False,
) -> None:
    """Compute decisions and write the scenario page."""
    from sozialraum.cli.printing.decisions import print_decision
    from sozialraum.workflows.plan import VERBS, decide

    if verb not in ("all", *VERBS):
        raise typer.BadParameter(text("cli.unknown_verb", found=verb, known=", ".join(VERBS)))
    with progress() as step:
        only = None if verb == "all" else verb
        decision = decide(plan_file, verb=only, data=data, office=intern is not None, progress=step)
        files = decision.save(out, office=intern, progress=step)
    if as_json:
        print_json(decision.summary())
        return
    print_decision(decision)
    print(text("cli.built", count=len(files), folder=out.as_posix()))
