"""``sozialraum watch``: early warning from monthly counts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.app import HELP, BuildFile, Data, Intern, Json, command
from sozialraum.cli.terminal import print_json, print_problems, print_prose, progress
from sozialraum.texts import text


@command(help=HELP["watch"])
def watch(
    build_file: BuildFile,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="ORDNER", help=HELP["out"])
    ] = None,
    data: Data = None,
    intern: Intern = None,
    as_json: Json = False,
) -> None:
    """Print the alarms of the last month; write page and table where a folder is named."""
    from sozialraum.workflows.watch import watch as judge

    if intern is not None and out is None:
        raise typer.BadParameter(text("cli.watch_intern_alone"))
    with progress() as step:
        found = judge(build_file, data=data, office=intern is not None, progress=step)
        files = [] if out is None else found.save(out, office=intern, progress=step)
    if as_json:
        print_json(found.summary() | ({} if out is None else {"files": files}))
        return
    print_problems([p for p in found.problems if p.severity != "note"])
    for one in found.release.indicators:
        print_prose(one.label, *(f"  {said}" for said in (*one.sentences, *one.notes)))
    if out is not None:
        print(text("cli.built", count=len(files), folder=out.as_posix()))
