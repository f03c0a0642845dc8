"""The small inputs that were read wrong once, copied beside a test and changed where it asks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
from shared_data import SHARED, shared

import sozialraum as sr
from sozialraum.model.errors import SozialraumError
from sozialraum.workflows.build.building import build_for_office
from sozialraum.workflows.error_boundary import FAULT

FOLDERS = ("reports_elsewhere", "methods", "planner", "deliveries", "analyst", "attack")
DAY = "2024-12-31"


def listed(pattern: str) -> list[str]:
    """Return the cases of a pattern below the faults, [] where the shared data are not here."""
    root = SHARED / "cases" / "faults"
    return sorted(p.relative_to(root).as_posix() for p in root.glob(pattern))


def case(relative: str, folder: Path, *changes: tuple[str, str]) -> Path:
    """Return the build file of a case, copied into a folder, with words of it exchanged."""
    source = shared("cases/faults") / relative
    shutil.copytree(source.parent, folder, dirs_exist_ok=True)
    file = folder / source.name
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"{relative} has no {old}"
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    return file


def refused(file: Path) -> list:
    """Return the errors of a build file: those of `check` and `build`, which say the same."""
    from_check = [p for p in sr.check_build(file) if p.severity == "error"]
    try:
        sr.build(file)
    except SozialraumError as error:
        from_build = [p for p in error.problems if p.severity == "error"]
    else:
        assert from_check == [], "build takes what check refuses"
        return []
    assert [p for p in from_build if p.code == FAULT] == []
    # what only the protection of the finished numbers can know is no matter of `check`
    if not all(p.code.startswith("privacy.") for p in from_build):
        assert set(map(str, from_check)) == set(map(str, from_build))
    assert all(p.action and (p.message or p.expected) for p in from_build)
    return from_build


def codes(file: Path) -> list[str]:
    """Return the codes of all errors, each once."""
    return list(dict.fromkeys(p.code for p in refused(file)))


def warned(result: sr.Result) -> set[str]:
    """Return the codes of what is more than a note."""
    return {p.code for p in result.problems if p.severity != "note"}


def counted(file: Path) -> pd.DataFrame:
    """Return the counts of a build on the areas of its index, before they are protected."""
    (one,) = build_for_office(file).office.counted.values()
    return one.counts
