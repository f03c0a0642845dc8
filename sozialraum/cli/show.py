"""``sozialraum show``: the ranking of a result, one area of it, or its larger areas."""

from __future__ import annotations

from typing import Annotated

import typer

from sozialraum.cli.app import HELP, Json, ResultFolder, command


@command(help=HELP["show"])
def show(
    result: ResultFolder,
    area: Annotated[str | None, typer.Option("--area", metavar="GEBIET", help=HELP["area"])] = None,
    level: Annotated[
        str | None, typer.Option("--level", metavar="EBENE", help=HELP["level"])
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the ranking, one area with its contributions, or the larger areas of a level."""
    from sozialraum.cli.printing.areas import print_area, print_ranking
    from sozialraum.cli.printing.larger_areas import print_level
    from sozialraum.texts import speaking_of
    from sozialraum.workflows.show import open_result

    saved = open_result(result)
    with speaking_of(saved.plan.place_kind):
        if level is not None:
            print_level(saved, level, as_json=as_json)
        elif area is None:
            print_ranking(saved, as_json=as_json)
        else:
            print_area(saved, area, as_json=as_json)
