"""``sozialraum handbuch``: the handbook as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.app import HELP, command
from sozialraum.texts import text

_NAMES = {False: "handbuch.html", True: "api.html"}


@command(help=HELP["handbuch"])
def handbuch(
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="DATEI", help=HELP["handbuch_out"])
    ] = None,
    api: Annotated[bool, typer.Option("--api", help=HELP["handbuch_api"])] = False,
) -> None:
    """Write the handbook, and open it where no file is named."""
    from sozialraum.manual import write_handbook, write_reference

    write = write_reference if api else write_handbook
    path = write(out or _NAMES[api])
    print(text("cli.written", path=path.as_posix()))
    if out is None:
        typer.launch(path.resolve().as_uri())
