"""``sozialraum build``: from a build file to a result folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.app import HELP, BuildFile, Data, Json, command
from sozialraum.cli.terminal import print_json, print_problems, progress
from sozialraum.texts import text


@command(help=HELP["build"])
def build(
    build_file: BuildFile,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="ORDNER", help=HELP["out"])],
    data: Data = None,
    intern: Annotated[
        Path | None, typer.Option("--intern", metavar="ORDNER", help=HELP["intern"])
    ] = None,
    lang: Annotated[str | None, typer.Option("--lang", metavar="de|en", help=HELP["lang"])] = None,
    as_json: Json = False,
) -> None:
    """Compute the index and write everything."""
    from sozialraum.workflows.build.building import build_for_office
    from sozialraum.workflows.build.office_copy import moved_classes, office_copy

    with progress() as step:
        result, office = build_for_office(build_file, data=data, lang=lang, progress=step)
        copy = None if intern is None else office_copy(office, result, intern, progress=step)
        files = result.save(out, office=copy, progress=step)
        known = moved_classes(office, result)
    if as_json:
        print_json(result.summary() | {"files": files, "folder": out.as_posix()})
        return
    print_problems([*result.problems, *known])
    print(text("cli.built", count=len(files), folder=out.as_posix()))
    if "karte.html" in files:
        print(text("cli.open_map", path=(out / "karte.html").as_posix()))
