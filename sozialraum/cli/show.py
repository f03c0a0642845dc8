"""``sozialraum show``: the ranking of a result, or one area of it."""

from __future__ import annotations

from typing import Annotated

import typer

from sozialraum.cli.app import HELP, Json, ResultFolder, command


@command(help=HELP["show"])
def show(
    result: ResultFolder,
    area: Annotated[str | None, typer.Option("--area", metavar="GEBIET", help=HELP["area"])] = None,
    as_json: Json = False,
) -> None:
    """Print the ranking, or one area with its contributions."""
    from sozialraum.cli.printing.areas import print_area, print_ranking
    from sozialraum.workflows.show import open_result

    saved = open_result(result)
    if area is None:
        print_ranking(saved, as_json=as_json)
    else:
        print_area(saved, area, as_json=as_json)
