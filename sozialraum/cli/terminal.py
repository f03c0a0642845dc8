"""What the terminal shows: problems to stderr, results to stdout, progress while something runs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sozialraum.publish.escape import visible
from sozialraum.texts import text
from sozialraum.texts.gathered import gathered

if TYPE_CHECKING:
    import pandas as pd

    from sozialraum.model import Problem
    from sozialraum.model.errors import SozialraumError

_STYLE = {"error": "red", "warning": "yellow", "note": "cyan"}
_ORDER = {"error": 0, "warning": 1, "note": 2}


def prepare_streams() -> None:
    """Keep a cp1252 console from stopping the program at a sign it does not have."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def print_json(value: Any) -> None:
    """Print a value for programs."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table by rows for programs; None where there is no value."""
    plain = table.reset_index().astype(object)
    return list(plain.where(plain.notna(), None).to_dict("records"))


def print_prose(*paragraphs: str) -> None:
    """Print text to stdout, broken between words at the width of the terminal."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, width=_width())
    for paragraph in paragraphs:
        console.print(Text(visible(paragraph)))


def _width() -> int | None:
    """Return the width of what is no terminal; None lets the terminal say its own."""
    return None if sys.stdout.isatty() else 120


def print_problems(problems: Sequence[Problem], *, to_stdout: bool = False) -> None:
    """Print all findings, worst first, and how many there are."""
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=not to_stdout, highlight=False)
    told = gathered(problems)
    for found in sorted(told, key=lambda p: _ORDER[p.severity]):
        line = Text()
        line.append(f"{text(f'cli.severity.{found.severity}'):<8}", style=_STYLE[found.severity])
        line.append(f" {visible(found.place)}\n" if found.place else "\n", style="bold")
        for part in _sentences(found):
            line.append(f"         {visible(part)}\n")
        console.print(line, end="", soft_wrap=True)
    counts: dict[str, Any] = {s: sum(p.severity == s for p in told) for s in _ORDER}
    console.print(text("cli.problem_count", **counts), soft_wrap=True)


def _sentences(found: Problem) -> Iterator[str]:
    yield found.message
    if found.expected:
        yield text("cli.expected", value=found.expected)
    if found.found:
        yield text("cli.found", value=found.found)
    if found.action:
        yield f"→ {found.action}"


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, title: str = "") -> None:
    """Print a table to stdout; the first column is left-aligned, numbers are right-aligned."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    heading = Text(visible(title)) if title else None
    table = Table(title=heading, title_justify="left", show_edge=False, header_style="bold")
    for n, column in enumerate(columns):
        numeric = all(_numeric(row[n]) for row in rows) and bool(rows)
        table.add_column(
            Text(visible(column)), justify="right" if numeric else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    Console(highlight=False, width=_width()).print(table)


def _numeric(cell: str) -> bool:
    return all(c in "0123456789.,−–+±% \u00a0" for c in cell)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Show the running step on stderr; give back a function that names the next one."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn("line"), TextColumn("{task.description}"), TimeElapsedColumn())
    shown = Progress(*columns, console=Console(stderr=True), transient=True)
    with solvers_silent(), shown as bar:
        task = bar.add_task("")
        yield lambda step: bar.update(task, description=text(f"cli.step.{step}"))


@contextmanager
def solvers_silent() -> Iterator[None]:
    """Keep compiled solvers from printing between our results.

    HiGHS writes notes of its own to the standard output of the process, past Python and past its
    ``disp`` option; a program that reads ``--json`` would choke on them.
    """
    try:
        sys.stdout.flush()
        number = sys.stdout.fileno()
        kept = os.dup(number)
    except (OSError, ValueError, AttributeError):  # no real stream: a notebook, a test, pythonw
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), number)
        yield
    finally:
        sys.stdout.flush()
        _flush_compiled()
        os.dup2(kept, number)
        os.close(kept)


def _flush_compiled() -> None:
    """Write out what compiled code keeps in its own buffer of the standard output."""
    import ctypes

    with suppress(OSError, AttributeError):
        library = ctypes.CDLL("ucrtbase" if os.name == "nt" else None)
        library.fflush(None)


def print_line(line: str) -> None:
    """Print one line to stderr."""
    print(visible(line), file=sys.stderr)


def print_usage_error(error: Exception, in_german: Callable[[str], str]) -> None:
    """Say what was wrong with the words on the command line, and where help is."""
    context = getattr(error, "ctx", None)
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    if type(error).__name__ == "NoArgsIsHelpError":  # the help itself has been printed
        return
    if context is not None:
        print_line(context.get_usage())
        print_line(text("cli.ask", command=f"{context.command_path} -h"))
    print_line(text("cli.wrong", message=in_german(message)))


def print_error(error: SozialraumError) -> None:
    """Print what stopped the program."""
    if error.problems:
        print_problems(error.problems)
    else:
        print_line(str(error))
