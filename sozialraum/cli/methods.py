"""``sozialraum methods``: the catalogue of methods."""

from __future__ import annotations

from typing import Annotated

import typer

from sozialraum.cli.app import HELP, Json, command


@command(help=HELP["methods"])
def methods(
    name: Annotated[
        str | None, typer.Argument(metavar="[METHODE]", help=HELP["method_name"])
    ] = None,
    as_json: Json = False,
) -> None:
    """List the recipes, or explain one."""
    from sozialraum.cli.printing.methods import print_method, print_methods

    if name is None:
        print_methods(as_json=as_json)
    else:
        print_method(name, as_json=as_json)
