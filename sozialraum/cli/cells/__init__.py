"""``sozialraum cells``: a grid of the census summed for areas."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.app import HELP, Json, command
from sozialraum.cli.terminal import print_json, print_problems, print_prose, progress
from sozialraum.texts import text


@command(help=HELP["cells"])
def cells(
    files: Annotated[list[Path], typer.Argument(metavar="GITTER …", help=HELP["cells_files"])],
    areas: Annotated[Path, typer.Option("--areas", metavar="DATEI", help=HELP["cells_areas"])],
    key: Annotated[str, typer.Option("--key", metavar="SPALTE", help=HELP["cells_key"])],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="ORDNER", help=HELP["cells_out"])],
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="ADRESSE", help=HELP["scheduler"])
    ] = None,
    as_json: Json = False,
) -> None:
    """Sum the cells of grid tables for areas and write a table."""
    from sozialraum.workflows.cells import sum_cells

    with progress() as step:
        done = sum_cells(files, areas, key=key, scheduler=scheduler, progress=step)
    done.save(out)
    if as_json:
        print_json(done.summary())
        return
    print_problems(done.problems)
    columns = len(done.sums.columns)
    print_prose(text("cells.told.done", n=len(done.sums), columns=columns))
