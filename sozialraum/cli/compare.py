"""``sozialraum compare``: two results, or one city under several methods or protections."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.app import HELP, Data, Json, command
from sozialraum.cli.terminal import progress, solvers_silent
from sozialraum.texts import speaking_of, text


@command(help=HELP["compare"])
def compare(
    old: Annotated[Path, typer.Argument(metavar="FRÜHER|BUILD.toml", help=HELP["old"])],
    new_result: Annotated[
        Path | None, typer.Argument(metavar="[NEUER]", help=HELP["new_result"])
    ] = None,
    recipes: Annotated[
        str | None, typer.Option("--recipes", metavar="A,B,C", help=HELP["recipes"])
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="ORDNER", help=HELP["out"])
    ] = None,
    data: Data = None,
    profiles: Annotated[bool, typer.Option("--profiles", help=HELP["profiles"])] = False,
    as_json: Json = False,
) -> None:
    """Split class changes into data, scale and cut; or put a city under several methods."""
    if profiles:
        _protections(old, data, out, as_json=as_json)
    elif recipes is not None:
        _methods(old, recipes, data, out, as_json=as_json)
    elif new_result is None:
        raise typer.BadParameter(text("cli.compare.needs_two"))
    else:
        _results(old, new_result, out, as_json=as_json)


def _results(old: Path, new: Path, out: Path | None, *, as_json: bool) -> None:
    """Put two results beside each other."""
    from sozialraum.cli.printing.comparisons import print_comparison
    from sozialraum.workflows.compare import compare as compare_results
    from sozialraum.workflows.show import open_result

    with solvers_silent():
        found = compare_results(open_result(old), open_result(new))
    if out is not None:
        found.save(out)
    with speaking_of(found.new.plan.place_kind):
        print_comparison(found, as_json=as_json)


def _methods(
    build: Path, recipes: str, data: Path | None, out: Path | None, *, as_json: bool
) -> None:
    """Put one city under several methods."""
    from sozialraum.cli.printing.comparisons import print_methods_compared
    from sozialraum.workflows.build import build as run_build
    from sozialraum.workflows.compare import compare_methods

    names = [name.strip() for name in recipes.split(",") if name.strip()]
    with progress() as step:
        built = run_build(build, data=data, progress=step)
        compared = compare_methods(built, recipes=names)
    if out is not None:
        compared.save(out)
    print_methods_compared(compared, as_json=as_json)
    if out is not None and not as_json:
        print(text("cli.compare.page", path=(out / "methodenvergleich.html").as_posix()))


def _protections(build: Path, data: Path | None, out: Path | None, *, as_json: bool) -> None:
    """Put one city under several rules of disclosure control."""
    from sozialraum.cli.printing.comparisons import print_profiles
    from sozialraum.workflows.compare import compare_profiles

    with progress() as step:
        effect = compare_profiles(build, data=data, progress=step)
    if out is not None:
        effect.save(out)
    print_profiles(effect, as_json=as_json)
