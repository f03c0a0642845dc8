"""Files of other kinds than builds in the assistant: how each is checked, computed and shown."""

from __future__ import annotations

from pathlib import Path

from sozialraum.model import Problem
from sozialraum.model.errors import SozialraumError

# the page that a run is looked at with, the first that is there
PAGES = ("karte.html", "szenarien.html", "teilnahme.html")


def findings_of(path: Path) -> tuple[Problem, ...]:
    """Return what ``check`` says about a build, plan or participation file."""
    from sozialraum.config.file_kinds import kind_of_file
    from sozialraum.workflows.check import check_build
    from sozialraum.workflows.participation import check_participation
    from sozialraum.workflows.plan import build_of, check_plan

    kind = kind_of_file(path)
    try:
        if kind == "participation":
            return tuple(check_participation(path))
        if kind != "plan":
            return tuple(check_build(path))
        build = build_of(path)
        below = [] if build is None else check_build(build)
        return tuple(dict.fromkeys([*check_plan(path), *below]))
    except SozialraumError as error:
        return error.problems


def words_of(path: Path, out: Path) -> list[str]:
    """Return the words of the command that computes a file."""
    from sozialraum.config.file_kinds import kind_of_file

    kind = kind_of_file(path)
    verb = {"build": ["build"], "plan": ["plan", "all"]}.get(kind, [kind])
    return [*verb, str(path), "-o", str(out), "--json"]


def page_of(result: Path) -> Path | None:
    """Return the page of a result; None where it has none."""
    return next((result / name for name in PAGES if (result / name).is_file()), None)
