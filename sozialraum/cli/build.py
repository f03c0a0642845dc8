"""``sozialraum build``: from a build file to a result folder."""

from __future__ import annotations

from typing import Annotated

import typer

from sozialraum.cli.app import HELP, BuildFile, Data, Intern, Json, NoCache, Out, command
from sozialraum.cli.terminal import print_json, print_problems, progress
from sozialraum.texts import text


@command(help=HELP["build"])
def build(
    build_file: BuildFile,
    out: Out,
    data: Data = None,
    intern: Intern = None,
    lang: Annotated[str | None, typer.Option("--lang", metavar="de|en", help=HELP["lang"])] = None,
    no_cache: NoCache = False,
    as_json: Json = False,
) -> None:
    """Compute the index and write everything."""
    from sozialraum.workflows.build import build_for_office

    with progress() as step:
        built = build_for_office(build_file, data=data, lang=lang, progress=step)
        files = built.save(out, office=intern, progress=step)
        problems = () if as_json else built.problems
    if as_json:
        print_json(built.summary() | {"files": files, "folder": out.as_posix()})
        return
    print_problems(problems)
    print(text("cli.built", count=len(files), folder=out.as_posix()))
    if "karte.html" in files:
        print(text("cli.open_map", path=(out / "karte.html").as_posix()))
