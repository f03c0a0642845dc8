"""``sozialraum ledger``: the releases of an office; ``new``, ``show`` and ``import``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.app import HELP, Json, app
from sozialraum.cli.printing.commands import Command, Group
from sozialraum.cli.terminal import print_json, print_prose, print_table
from sozialraum.texts import date, text

ledger = typer.Typer(
    cls=Group,
    subcommand_metavar="BEFEHL …",
    options_metavar="",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(ledger, name="ledger", help=HELP["ledger"])
command = partial(ledger.command, cls=Command, options_metavar="[SCHALTER]")

LedgerFile = Annotated[Path, typer.Argument(metavar="FREIGABEBUCH", help=HELP["ledger_file"])]
Key = Annotated[Path, typer.Option("--key", metavar="SCHLÜSSEL", help=HELP["ledger_key"])]


@command("new", help=HELP["ledger_new"])
def new(file: LedgerFile, key: Key) -> None:
    """Make an empty ledger and its key."""
    from sozialraum.workflows.ledger import make_ledger

    make_ledger(file, key)
    print_prose(text("cli.ledger_made", ledger=file.as_posix(), key=key.as_posix()))


@command("show", help=HELP["ledger_show"])
def show(file: LedgerFile, key: Key, as_json: Json = False) -> None:
    """List all releases of a ledger that is whole."""
    from sozialraum.workflows.ledger import list_releases

    found = list_releases(file, key)
    listed = found.releases
    if as_json:
        print_json(list(listed))
        return
    if not listed:
        print_prose(text("cli.ledger_empty"))
        return
    rows: list[list[str]] = [
        [
            str(one["number"]),
            str(one["title"]),
            date(str(one["date"])) if one["date"] else "",
            text(f"cli.ledger.{one['audience']}"),
            str(one["head"]),
        ]
        for one in listed
    ]
    heads = [text(f"cli.ledger.{c}") for c in ("number", "release", "date", "audience", "head")]
    print_table(heads, rows, title=text("cli.ledger.title", file=file.name, count=len(rows)))


@command("import", help=HELP["ledger_import"])
def take_over(
    old: Annotated[Path, typer.Argument(metavar="FRÜHERES", help=HELP["ledger_old"])],
    file: LedgerFile,
    key: Key,
) -> None:
    """Take a ledger of version 0.1 over."""
    from sozialraum.workflows.ledger import import_ledger

    count, number = import_ledger(old, file, key).imported or (0, 0)
    print_prose(text("cli.ledger_imported", count=count, file=old.name, number=number))
