"""``sozialraum assistent``: the local page in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.app import HELP, command
from sozialraum.model.errors import ConfigError
from sozialraum.texts import problem, text


@command(help=HELP["assistent"])
def assistent(
    build_file: Annotated[
        Path | None, typer.Argument(metavar="[BUILD.toml]", help=HELP["assistent_file"])
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--ohne-browser", help=HELP["assistent_browser"])
    ] = True,
) -> None:
    """Serve the page on this machine until it is closed."""
    if build_file is not None and not build_file.is_file():
        raise ConfigError(problem("config.no_file", file=build_file.as_posix()))
    from sozialraum.assistant.server import serve

    def announce(address: str) -> None:
        print(text("assistant.address", address=address), flush=True)

    serve(opened=build_file, browser=browser, announce=announce)
