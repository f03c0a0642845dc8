"""``sozialraum warm``: compile once, before the first build."""

from __future__ import annotations

from sozialraum.cli.app import HELP, Json, command
from sozialraum.cli.terminal import print_json, progress
from sozialraum.texts import text


@command(help=HELP["warm"])
def warm(as_json: Json = False) -> None:
    """Compile the kernels of builds; a second call finds nothing left to do."""
    from sozialraum.workflows.warm import warm as compile_kernels

    with progress() as step:
        done = compile_kernels(progress=step)
    if as_json:
        print_json(done.summary())
    else:
        print(text("cli.warmed" if done.kernels else "cli.warm_already", n=len(done.kernels)))
