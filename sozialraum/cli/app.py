"""The application that every verb adds its command to, and the arguments that several share."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.printing.commands import Command, Group
from sozialraum.texts import catalogue, text

HELP = catalogue("cli")["help"]

app = typer.Typer(
    cls=Group,
    subcommand_metavar="BEFEHL …",
    options_metavar="",
    help=text("cli.app"),
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
command = partial(app.command, cls=Command, options_metavar="[SCHALTER]")

BuildFile = Annotated[Path, typer.Argument(metavar="BUILD.toml", help=HELP["build_file"])]
Data = Annotated[Path | None, typer.Option("--data", metavar="ORDNER", help=HELP["data"])]


def _keep_nothing(asked: bool) -> bool:
    if asked:
        from sozialraum.space.crosswalks.store import FOLDER

        os.environ[FOLDER] = ""  # worker processes of a batch see it too
    return asked


NoCache = Annotated[bool, typer.Option("--no-cache", callback=_keep_nothing, help=HELP["no_cache"])]
Out = Annotated[Path, typer.Option("-o", "--out", metavar="ORDNER", help=HELP["out"])]
Intern = Annotated[Path | None, typer.Option("--intern", metavar="ORDNER", help=HELP["intern"])]
Json = Annotated[bool, typer.Option("--json", help=HELP["json"])]
ResultFolder = Annotated[Path, typer.Argument(metavar="ERGEBNIS", help=HELP["result"])]


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help=HELP["version"])] = False,
) -> None:
    """Answer ``--version``."""
    if show:
        from sozialraum import __version__

        print(f"sozialraum {__version__}")
        raise typer.Exit
