"""The plan file (``config/plan_*.toml``): each section is a verb, each key an argument of it.

One file names the index it plans from, who needs, and one or more decisions. Every section may
hold ``[[….variants]]``: tables with a ``name`` and the keys that differ from the section's own.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from sozialraum.config.file_kinds import refuse_other_kind
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
    given = read_toml(file)
    refuse_other_kind(given, file, "plan")
    plan = parse_plan(given, file=file.name)
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
    stated: dict[str, Any] = dict(given)
    problems: list[Problem] = []
    alone = isinstance(given.get("allocate"), dict)  # [allocate], not [[allocate]]
    while True:
        plan, wrong = understood(PlanFile, stated, file)
        wrong = [_without_number(p) if alone else p for p in wrong]
        problems += wrong
        if plan is not None:
            return plan, problems + list(plan_needs(plan, file, list(given)))
        left_out = {re.split(r"[.\[]", p.key or "")[0] for p in wrong}
        if left_out & _NEEDED:
            stated |= dict.fromkeys(_NEEDED, "-")
        stated = {k: v for k, v in stated.items() if k not in left_out - _NEEDED}


def _without_number(found: Problem) -> Problem:
    """Name the only pot of a file as it is written."""
    key = (found.key or "").replace("allocate[1]", "allocate", 1)
    return replace(found, key=key) if found.key else found


_OF_CATCHMENTS = ("limit", "fixed", "children", "years", "ages")
_BESIDE = ("build", "demand", "schools", "distances", "crossings", "neighbours")


def plan_hash(plan: PlanFile) -> str:
    """Return a short hash of all that a plan asks, the same for the same questions.

    Parameters
    ----------
    plan : as understood; its layout and comments do not count
    """
    return _short(plan.model_dump(mode="json", by_alias=True))


def catchment_hash(plan: PlanFile) -> str:
    """Return a short hash of what catchments are measured by, for changes by hand.

    Parameters
    ----------
    plan : with the section ``[catchments]``; its variants and its changes by hand do not count
    """
    stated = plan.model_dump(mode="json", by_alias=True)
    asked: dict[str, Any] = {name: stated[name] for name in _BESIDE}
    asked |= {name: stated["catchments"][name] for name in _OF_CATCHMENTS}
    if stated["catchments"]["children"] == "forecast":
        asked["forecast"] = stated["forecast"]
    return _short(asked)


def _short(stated: Any) -> str:
    canonical = json.dumps(stated, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()[:12]
