"""The plan file (``config/plan_*.toml``): each section is a verb, each key an argument of it.

One file names the index it plans from, who needs, and one or more decisions. Every section may
hold ``[[….variants]]``: tables with a ``name`` and the keys that differ from the section's own.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sozialraum.config.file_models import understood
from sozialraum.config.toml_text import read_toml
from sozialraum.model.errors import ConfigError
from sozialraum.model.problem import Problem
from sozialraum.planning.plan_needs import plan_needs
from sozialraum.planning.plan_sections import PlanFile

_NEEDED = {"title", "build"}


def read_plan(path: str | Path) -> PlanFile:
    """Read a plan file and check it; all problems are told at once.

    Raises
    ------
    ConfigError
        If the file is not there, not TOML, or says what cannot be.
    """
    file = Path(path)
    plan = parse_plan(read_toml(file), file=file.name)
    plan.lies_at(file)
    return plan


def parse_plan(given: dict[str, Any], *, file: str = "plan.toml") -> PlanFile:
    """Return the checked plan of a parsed TOML document."""
    plan, problems = understood_plan(given, file)
    if problems or plan is None:
        raise ConfigError(problems)
    return plan


def understood_plan(given: dict[str, Any], file: str) -> tuple[PlanFile | None, list[Problem]]:
    """Return as much of a plan as can be understood, and everything that is wrong with it.

    A section with a mistake is left out, and the others are still held against each other.
    """
    stated = dict(given)
    problems: list[Problem] = []
    while True:
        plan, wrong = understood(PlanFile, stated, file)
        problems += wrong
        if plan is not None:
            return plan, problems + list(plan_needs(plan, file, list(given)))
        left_out = {re.split(r"[.\[]", p.key or "")[0] for p in wrong}
        if left_out & _NEEDED:
            stated |= dict.fromkeys(_NEEDED, "-")
        stated = {k: v for k, v in stated.items() if k not in left_out - _NEEDED}
