"""``sozialraum batch``: many builds from one list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from sozialraum.cli.app import HELP, Data, Json, NoCache, command
from sozialraum.cli.terminal import print_json, print_line, print_problems, print_prose
from sozialraum.texts import number, text


@command(help=HELP["batch"])
def batch(
    listed: Annotated[Path, typer.Argument(metavar="LISTE", help=HELP["batch_list"])],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="ORDNER", help=HELP["batch_out"])],
    data: Data = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, metavar="ANZAHL", help=HELP["workers"])
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="ADRESSE", help=HELP["scheduler"])
    ] = None,
    no_cache: NoCache = False,
    as_json: Json = False,
) -> None:
    """Make many builds, each for itself; a run that was ended goes on where it stopped."""
    from sozialraum.workflows.batch import batch as run_batch

    with _counting() as step:
        done = run_batch(
            listed, out, data=data, workers=workers, scheduler=scheduler, progress=step
        )
    if as_json:
        print_json(done.summary())
    else:
        if done.problems:
            print_problems(done.problems)
        _print_states(done)
    if not done.whole:
        raise typer.Exit(1)


def _print_states(done: Any) -> None:
    ready = done.states["built"] + done.states["kept"]
    for line in done.lines:
        for error in line.get("errors", ()):
            print_line(f"{line['name']}: {error}")
    print_prose(text("batch.told.done", ready=ready, n=len(done.lines), **done.states))
    if done.memory is not None:
        print_prose(text("batch.told.memory", gib=number(done.memory / 2**30, 1)))
    print(text("batch.told.overview", path=(done.folder / "uebersicht.html").as_posix()))


@contextmanager
def _counting() -> Iterator[Callable[[int, int, Any], None]]:
    """Show on stderr how many builds are ready."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def show(done: int, of: int, line: Any) -> None:
            words = text("batch.told.step", done=done, n=of)
            bar.update(task, completed=done, total=of, description=words)

        yield show
