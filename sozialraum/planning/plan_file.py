"""The plan file (``config/plan_*.toml``): each section is a verb, each key an argument of it.

One file names the index it plans from, who needs, and one or more decisions. Every section may
hold ``[[….variants]]``: tables with a ``name`` and the keys that differ from the section's own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator

from sozialraum.errors import ConfigError
from sozialraum.model.problem import Problem
from sozialraum.planning.plan_sections import (
    Allocate,
    Catchments,
    Crossings,
    Demand,
    Distances,
    Gap,
    Locate,
    Points,
    Section,
    TargetSection,
)
from sozialraum.texts import catalogue, problem, text


class PlanFile(Section):
    """A whole plan file.

    Parameters
    ----------
    title : of the scenario page
    build : build file of the index, relative to the plan file
    draws, seed : how often the index is drawn anew within what its counts allow (0: never), to say
        how often each site is chosen and who stands at a step; and the start of these draws
    """

    title: str
    build: str
    draws: Annotated[int, Field(ge=0, le=10_000)] = 200
    seed: int = 2024
    demand: Demand | None = None
    offers: Points | None = None
    sites: Points | None = None
    schools: Points | None = None
    distances: Distances = Distances()
    crossings: Crossings | None = None
    allocate: Allocate | None = None
    locate: Locate | None = None
    gap: Gap | None = None
    catchments: Catchments | None = None
    targets: tuple[TargetSection, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needs = {
            "locate": ("demand", "sites"),
            "gap": ("demand", "offers"),
            "catchments": ("demand", "schools"),
            "allocate": ("schools",),
        }
        missing = [
            text("planning.needs.section", verb=verb, section=section)
            for verb, sections in needs.items()
            if getattr(self, verb) is not None
            for section in sections
            if getattr(self, section) is None
        ]
        missing += list(self._missing_columns())
        if missing:
            raise ValueError("; ".join(missing))
        if not self.verbs:
            message = text("planning.needs.verb")
            raise ValueError(message)
        return self

    def _missing_columns(self) -> Iterator[str]:
        """Name what a decision needs of other sections."""
        if self.gap and self.offers and self.offers.capacity is None:
            yield text("planning.needs.column", verb="gap", key="capacity", section="offers")
        if self.allocate and self.schools and self.schools.size is None:
            yield text("planning.needs.column", verb="allocate", key="size", section="schools")
        if self.allocate and self.allocate.max_change is not None and not self.allocate.last_year:
            yield text(
                "planning.needs.column", verb="max_change", key="last_year", section="allocate"
            )
        if self.catchments and self.schools and self.schools.capacity is None:
            yield text(
                "planning.needs.column", verb="catchments", key="capacity", section="schools"
            )
        for section in self.catchments.each() if self.catchments else []:
            for key, cost in {"siblings": section.sibling, "in_need": section.mix}.items():
                if cost > 0 and self.demand and getattr(self.demand, key) is None:
                    yield text(
                        "planning.needs.column", verb="catchments", key=key, section="demand"
                    )
            if section.crossing > 0 and self.crossings is None:
                yield text("planning.needs.section", verb="catchments", section="crossings")
        for section in self.locate.each() if self.locate else []:
            if section.budget is not None and self.sites and self.sites.cost is None:
                yield text("planning.needs.column", verb="budget", key="cost", section="sites")
            if section.equity is not None and self.demand and not self.demand.needy:
                yield text("planning.needs.column", verb="equity", key="needy", section="demand")
        lists = [[rule.rule().name for rule in self.allocate.rules]] if self.allocate else []
        lists += [[v.name for v in s.each()] for s in (self.locate, self.gap, self.catchments) if s]
        if any(len(set(names)) < len(names) for names in lists):
            yield text("planning.needs.names")

    @property
    def verbs(self) -> tuple[str, ...]:
        """The decisions the file asks for, in the order they are made."""
        every = ("gap", "locate", "allocate", "catchments", "targets")
        return tuple(verb for verb in every if getattr(self, verb))


def read_plan(path: str | Path) -> PlanFile:
    """Read a plan file and check it; all problems are told at once.

    Raises
    ------
    ConfigError
        If the file is not there, not TOML, or says what cannot be.
    """
    file = Path(path)
    if not file.is_file():
        raise ConfigError(problem("planning.no_plan_file", file=str(file)))
    try:
        given = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(problem("planning.plan_syntax", file=file.name, found=error)) from None
    return parse_plan(given, file=file.name)


def parse_plan(given: dict[str, Any], *, file: str = "plan.toml") -> PlanFile:
    """Return the checked plan of a parsed TOML document."""
    try:
        return PlanFile.model_validate(_tuples(given))
    except ValidationError as error:
        raise ConfigError([_german(e, file) for e in error.errors()]) from None


def _german(error: Any, file: str) -> Problem:
    path = ".".join(str(part) for part in error["loc"]) or "plan"
    kind = {"extra_forbidden": "unknown_plan_key", "missing": "missing_plan_key"}
    found = "" if error["type"] in kind or isinstance(error["input"], dict) else error["input"]
    code = kind.get(error["type"], "bad_plan_value")
    detail = error["msg"].removeprefix("Value error, ")
    if error["type"] in catalogue("config")["type"]:
        detail = text(f"config.type.{error['type']}", **error.get("ctx", {}))
    return problem(
        f"planning.{code}", file=file, key=path, found=str(found)[:60], detail=detail.rstrip(".")
    )


def _tuples(value: Any) -> Any:
    """TOML arrays become tuples: a plan is frozen."""
    if isinstance(value, list):
        return tuple(_tuples(v) for v in value)
    if isinstance(value, dict):
        return {k: _tuples(v) for k, v in value.items()}
    return value
