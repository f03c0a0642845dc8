"""The commands: parse the words, call the pipeline, print what comes back."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli import terminal
from sozialraum.cli.commands import Command, Group, UsageError, in_german
from sozialraum.model.errors import SozialraumError
from sozialraum.texts import catalogue, text
from sozialraum.texts.shell_words import shell_word

_HELP = catalogue("cli")["help"]
_INTERRUPTED = 130  # as shells and typer say it

app = typer.Typer(
    cls=Group,
    subcommand_metavar="BEFEHL …",
    options_metavar="",
    help=text("cli.app"),
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
command = partial(app.command, cls=Command, options_metavar="[SCHALTER]")

BuildFile = Annotated[Path, typer.Argument(metavar="BUILD.toml", help=_HELP["build_file"])]
Data = Annotated[Path | None, typer.Option("--data", metavar="ORDNER", help=_HELP["data"])]
Json = Annotated[bool, typer.Option("--json", help=_HELP["json"])]
ResultFolder = Annotated[Path, typer.Argument(metavar="ERGEBNIS", help=_HELP["result"])]


def run() -> None:
    """Run the command line; a problem ends with exit code 1 and never with a traceback."""
    terminal.prepare_streams()
    try:
        code = app(standalone_mode=False) or 0
    except UsageError as error:
        terminal.print_usage_error(error, in_german)
        raise SystemExit(2) from None
    except SozialraumError as error:
        terminal.print_error(error)
        raise SystemExit(1) from None
    except OSError as error:
        file = Path(str(error.filename or "")).name
        terminal.print_line(text("cli.system", file=file, reason=error.strerror or "?"))
        raise SystemExit(1) from None
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    if code == _INTERRUPTED:
        terminal.print_line(text("cli.interrupted"))
    raise SystemExit(code)


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help=_HELP["version"])] = False,
) -> None:
    """Answer ``--version``."""
    if show:
        from sozialraum import __version__

        print(f"sozialraum {__version__}")
        raise typer.Exit


@command(help=_HELP["new"])
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help=_HELP["new_name"])],
    recipe: Annotated[
        str, typer.Option("--recipe", metavar="METHODE", help=_HELP["new_recipe"])
    ] = "augsburg_style",
) -> None:
    """Write a commented build file."""
    from sozialraum.config.template import write_template

    path = write_template(name, recipe=recipe)
    print(text("cli.created", path=path.as_posix(), word=shell_word(path)))


@command(help=_HELP["check"])
def check(
    build_file: BuildFile,
    data: Data = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="ORDNER", help=_HELP["check_report"])
    ] = None,
    as_json: Json = False,
    to_stdout: Annotated[bool, typer.Option("--stdout", help=_HELP["to_stdout"])] = False,
) -> None:
    """Read everything, compute nothing, list every problem."""
    from sozialraum.workflows.check.checking import check_build, write_check_report

    with terminal.progress() as step:
        problems = check_build(build_file, data=data, progress=step)
    if out is not None:
        write_check_report(problems, out)
    if as_json:
        terminal.print_json([p.to_dict() for p in problems])
    else:
        terminal.print_problems(problems, to_stdout=to_stdout)
    if any(p.severity == "error" for p in problems):
        raise typer.Exit(1)
    if not as_json:
        print(text("cli.checked", file=shell_word(build_file)))


@command(help=_HELP["build"])
def build(
    build_file: BuildFile,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="ORDNER", help=_HELP["out"])],
    data: Data = None,
    intern: Annotated[
        Path | None, typer.Option("--intern", metavar="ORDNER", help=_HELP["intern"])
    ] = None,
    lang: Annotated[str | None, typer.Option("--lang", metavar="de|en", help=_HELP["lang"])] = None,
    as_json: Json = False,
) -> None:
    """Compute the index and write everything."""
    from sozialraum.workflows.build.building import build as run_build

    with terminal.progress() as step:
        result = run_build(build_file, data=data, lang=lang, progress=step)
        files = result.save(out, progress=step)
        if intern is not None:
            result.internal().save(intern, progress=step)
    if as_json:
        terminal.print_json(result.summary() | {"files": files, "folder": out.as_posix()})
        return
    terminal.print_problems(result.problems)
    print(text("cli.built", count=len(files), folder=out.as_posix()))
    if "karte.html" in files:
        print(text("cli.open_map", path=(out / "karte.html").as_posix()))


@command(help=_HELP["show"])
def show(
    result: ResultFolder,
    area: Annotated[
        str | None, typer.Option("--area", metavar="GEBIET", help=_HELP["area"])
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the ranking, or one area with its contributions."""
    from sozialraum.cli.area import print_area, print_ranking
    from sozialraum.workflows.show.saved import open_result

    saved = open_result(result)
    if area is None:
        print_ranking(saved, as_json=as_json)
    else:
        print_area(saved, area, as_json=as_json)


@command(help=_HELP["compare"])
def compare(
    old: Annotated[Path, typer.Argument(metavar="FRÜHER|BUILD.toml", help=_HELP["old"])],
    new_result: Annotated[
        Path | None, typer.Argument(metavar="[NEUER]", help=_HELP["new_result"])
    ] = None,
    recipes: Annotated[
        str | None, typer.Option("--recipes", metavar="A,B,C", help=_HELP["recipes"])
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="ORDNER", help=_HELP["out"])
    ] = None,
    data: Data = None,
    profiles: Annotated[bool, typer.Option("--profiles", help=_HELP["profiles"])] = False,
    as_json: Json = False,
) -> None:
    """Split class changes into data, scale and cut; or put a city under several methods."""
    from sozialraum.cli.showing import print_comparison, print_methods_compared, print_profiles

    if profiles:
        from sozialraum.workflows.compare.protections import compare_profiles

        with terminal.progress() as step:
            effect = compare_profiles(old, data=data, progress=step)
        print_profiles(effect, as_json=as_json)
        return
    if recipes is not None:
        from sozialraum.workflows.build.building import build as run_build
        from sozialraum.workflows.compare.methods import compare_methods

        names = [name.strip() for name in recipes.split(",") if name.strip()]
        with terminal.progress() as step:
            built = run_build(old, data=data, progress=step)
            compared = compare_methods(built, recipes=names)
        if out is not None:
            compared.save(out)
        print_methods_compared(compared, as_json=as_json)
        if out is not None and not as_json:
            print(text("cli.compare.page", path=(out / "methodenvergleich.html").as_posix()))
        return
    if new_result is None:
        raise typer.BadParameter(text("cli.compare.needs_two"))
    from sozialraum.workflows.compare.comparing import compare_saved
    from sozialraum.workflows.show.saved import open_result

    with terminal.solvers_silent():
        compared = compare_saved(open_result(old), open_result(new_result))
    print_comparison(compared, as_json=as_json)


@command(help=_HELP["verify"])
def verify(
    result: ResultFolder,
    data: Data = None,
    plan_file: Annotated[
        Path | None, typer.Option("--plan", metavar="PLAN.toml", help=_HELP["verify_plan"])
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare inputs and outputs with the manifest; compute a plan again."""
    from sozialraum.workflows.verify.verifying import verify_folder

    with terminal.solvers_silent():
        count, problems = verify_folder(result, data=data)
        if plan_file is not None:
            from sozialraum.workflows.plan.decision import verify_decision

            problems += verify_decision(result, plan_file, data=data)
    if as_json:
        terminal.print_json({"files": count, "problems": [p.to_dict() for p in problems]})
    elif problems:
        terminal.print_problems(problems)
    else:
        print(text("cli.verified", count=count))
    if any(p.severity == "error" for p in problems):
        raise typer.Exit(1)


@command(help=_HELP["plan"])
def plan(
    verb: Annotated[str, typer.Argument(metavar="WAS", help=_HELP["plan_verb"])],
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN.toml", help=_HELP["plan_file"])],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="ORDNER", help=_HELP["out"])],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Compute decisions and write the scenario page."""
    from sozialraum.cli.showing import print_decision
    from sozialraum.workflows.plan.decision import VERBS, decide

    if verb not in ("all", *VERBS):
        raise typer.BadParameter(text("cli.unknown_verb", found=verb, known=", ".join(VERBS)))
    with terminal.progress() as step:
        decision = decide(plan_file, verb=None if verb == "all" else verb, data=data, progress=step)
        files = decision.save(out)
    if as_json:
        terminal.print_json(decision.release.scenarios)
        return
    print_decision(decision)
    print(text("cli.built", count=len(files), folder=out.as_posix()))


@command(help=_HELP["methods"])
def methods(
    name: Annotated[
        str | None, typer.Argument(metavar="[METHODE]", help=_HELP["method_name"])
    ] = None,
    as_json: Json = False,
) -> None:
    """List the recipes, or explain one."""
    from sozialraum.cli.showing import print_method, print_methods

    if name is None:
        print_methods(as_json=as_json)
    else:
        print_method(name, as_json=as_json)
