"""``sozialraum new``: a commented build file, empty or from a folder; plan and programme files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.app import HELP, command
from sozialraum.texts import text
from sozialraum.texts.shell_words import shell_word


@command(help=HELP["new"])
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help=HELP["new_name"])],
    folder: Annotated[
        Path | None, typer.Option("--aus", metavar="ORDNER", help=HELP["new_from"])
    ] = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="BUILD", help=HELP["new_plan"])
    ] = None,
    participation: Annotated[
        bool, typer.Option("--teilnahme", help=HELP["new_participation"])
    ] = False,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="DATEI.toml", help=HELP["new_out"])
    ] = None,
    recipe: Annotated[
        str | None, typer.Option("--recipe", metavar="METHODE", help=HELP["new_recipe"])
    ] = None,
    target: Annotated[
        str | None, typer.Option("--ziel", metavar="EBENE", help=HELP["new_target"])
    ] = None,
    ask: Annotated[
        bool | None, typer.Option("--fragen/--ohne-fragen", help=HELP["new_ask"])
    ] = None,
    ledger: Annotated[
        Path | None, typer.Option("--ledger", metavar="FREIGABEBUCH", help=HELP["ledger_file"])
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", metavar="SCHLÜSSEL", help=HELP["ledger_key"])
    ] = None,
) -> None:
    """Write a commented build, plan or participation file."""
    if (folder is not None) + (plan is not None) + participation > 1:
        raise typer.BadParameter(text("cli.new_one_kind"))
    if folder is None:
        kind = "plan" if plan is not None else "teilnahme" if participation else ""
        _start(name, kind, plan, out, recipe or "augsburg_style")
        return
    path = out or Path("config") / f"{name}.toml"
    if path.exists():
        _add(path, folder)
        return
    asked = sys.stdin.isatty() if ask is None else ask
    replies = {"target": target} if target else {}
    if (ledger is None) != (key is None):
        raise typer.BadParameter(text("cli.new_ledger_alone"))
    _propose(
        name, folder, path, recipe or "minmax_mean", replies, asked=asked, office=(ledger, key)
    )


def _start(name: str, kind: str, plan: Path | None, out: Path | None, recipe: str) -> None:
    """Write a build file, a plan file on a build, or a participation file."""
    from sozialraum.workflows.new import start_build, start_participation, start_plan

    path = out or Path("config") / f"{kind}{'_' if kind else ''}{name}.toml"
    if plan is not None:
        made = start_plan(name, plan, path)
    elif kind:
        made = start_participation(name, path)
    else:
        made = start_build(name, path, recipe=recipe)
    made.save(path.parent)
    print(text("cli.created", path=path.as_posix(), word=shell_word(path)))


def _add(path: Path, folder: Path) -> None:
    from sozialraum.cli.printing.proposals import print_addition
    from sozialraum.cli.terminal import progress
    from sozialraum.workflows.new import add_deliveries

    with progress() as step:
        step("read")
        added = add_deliveries(path, folder)
    if added.deliveries or added.stichtag is not None:
        added.save(path.parent)
    print_addition(path, added)
    if not added.deliveries and any(p.severity == "error" for p in added.problems):
        raise typer.Exit(1)


def _propose(
    name: str,
    folder: Path,
    path: Path,
    recipe: str,
    replies: dict[str, str],
    *,
    asked: bool,
    office: tuple[Path | None, Path | None],
) -> None:
    from sozialraum.cli.printing.dialogue import ask_all
    from sozialraum.cli.printing.proposals import print_proposal, print_seen
    from sozialraum.cli.terminal import progress
    from sozialraum.workflows.new import draft, look_below, relative

    with progress() as step:
        seen = look_below(folder, progress=step)
    print_seen(seen)
    ledger, key = office
    if ledger is not None and key is not None:
        replies["ledger"] = relative(ledger, path.parent)
        replies["key"] = relative(key, path.parent)
    made = draft(seen, name, folder=folder, path=path, recipe=recipe, replies=replies)
    if asked:
        replies = ask_all(
            lambda known: draft(seen, name, folder=folder, path=path, recipe=recipe, replies=known),
            replies,
        )
        made = draft(seen, name, folder=folder, path=path, recipe=recipe, replies=replies)
    made.save(path.parent)
    if ledger is not None and key is not None:
        from sozialraum.workflows.ledger import make_ledger

        make_ledger(ledger, key)
    print_proposal(made, office)
