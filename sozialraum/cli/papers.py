"""Commands for single papers and for registrations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli import terminal
from sozialraum.cli.app import BuildFile, Data, Json, command
from sozialraum.texts import catalogue, text

_HELP = catalogue("cli")["help"]


@command(help=_HELP["profile"])
def profile(
    build_file: BuildFile,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DATEI.pdf", help=_HELP["pdf"])],
    area: Annotated[
        list[str] | None, typer.Option("--area", metavar="GEBIET", help=_HELP["areas"])
    ] = None,
    data: Data = None,
) -> None:
    """Write one page per area."""
    from sozialraum.workflows.report.papers import profiles

    with terminal.progress() as step:
        path = profiles(build_file, out, areas=area or (), data=data, progress=step)
    print(text("cli.written", path=path.as_posix()))


@command("map", help=_HELP["map"])
def one_map(
    build_file: BuildFile,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="ORDNER", help=_HELP["out"])],
    variable: Annotated[
        list[str] | None, typer.Option("--variable", metavar="WAS", help=_HELP["variable"])
    ] = None,
    data: Data = None,
) -> None:
    """Write A3 sheets of the index, an indicator or a layer."""
    from sozialraum.workflows.report.papers import sheets

    with terminal.progress() as step:
        written = sheets(build_file, out, views=variable or ("index",), data=data, progress=step)
    for path in written:
        print(text("cli.written", path=path.as_posix()))


@command(help=_HELP["participation"])
def participation(
    file: Annotated[Path, typer.Argument(metavar="TEILNAHME.toml", help=_HELP["records_file"])],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="ORDNER", help=_HELP["out"])],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Count who takes part, from registrations to protected rates."""
    from sozialraum.workflows.participation.run import run_participation

    with terminal.progress() as step:
        result = run_participation(file, data=data, progress=step)
        written = result.save(out)
    if as_json:
        found = [problem.to_dict() for problem in result.problems]
        files = sorted(path.relative_to(out).as_posix() for path in written)
        terminal.print_json({"files": files, "folder": out.as_posix(), "problems": found})
        return
    terminal.print_problems(result.problems)
    print(text("cli.built", count=len(written), folder=out.as_posix()))
