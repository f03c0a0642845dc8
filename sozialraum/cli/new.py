"""``sozialraum new``: a commented build file."""

from __future__ import annotations

from typing import Annotated

import typer

from sozialraum.cli.app import HELP, command
from sozialraum.texts import text
from sozialraum.texts.shell_words import shell_word


@command(help=HELP["new"])
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help=HELP["new_name"])],
    recipe: Annotated[
        str, typer.Option("--recipe", metavar="METHODE", help=HELP["new_recipe"])
    ] = "augsburg_style",
) -> None:
    """Write a commented build file."""
    from sozialraum.config.template import write_template

    path = write_template(name, recipe=recipe)
    print(text("cli.created", path=path.as_posix(), word=shell_word(path)))
