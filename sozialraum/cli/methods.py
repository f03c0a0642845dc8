"""``sozialraum methods``: the catalogue of methods, and every way in."""

from __future__ import annotations

from typing import Annotated

import typer

from sozialraum.cli.app import HELP, Json, command


@command(help=HELP["methods"])
def methods(
    name: Annotated[
        str | None, typer.Argument(metavar="[METHODE]", help=HELP["method_name"])
    ] = None,
    doors: Annotated[bool, typer.Option("--doors", help=HELP["doors"])] = False,
    as_json: Json = False,
) -> None:
    """List the recipes, explain one, or list every name, section and verb."""
    from sozialraum.cli.printing.methods import print_doors, print_method, print_methods

    if doors:
        print_doors(as_json=as_json)
    elif name is None:
        print_methods(as_json=as_json)
    else:
        print_method(name, as_json=as_json)
