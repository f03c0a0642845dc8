"""The plan file (``config/plan_*.toml``): each section is a verb, each key an argument of it.

One file names the index it plans from, who needs, and one or more decisions. Every section may
hold ``[[….variants]]``: tables with a ``name`` and the keys that differ from the section's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator

from sozialraum.config.neighbours import NeighboursSection
from sozialraum.config.toml_text import as_tuples, read_toml
from sozialraum.model.errors import ConfigError
from sozialraum.model.problem import Problem
from sozialraum.planning.people_sections import Forecast, Ganztag, Kita
from sozialraum.planning.plan_base import PlanSection, Varied
from sozialraum.planning.plan_sections import (
    Allocate,
    Catchments,
    CrossingSection,
    Demand,
    DistanceSection,
    Gap,
    Locate,
    PlanPoints,
    TargetSection,
)
from sozialraum.texts import catalogue, problem, text

VERBS = ("forecast", "kita", "ganztag", "gap", "locate", "allocate", "catchments", "targets")


class PlanFile(PlanSection):
    """A whole plan file.

    Parameters
    ----------
    title : of the scenario page
    build : build file of the index, relative to the plan file
    draws, seed : how often the index is drawn anew within what its counts allow (0: never), to say
        how often each site is chosen and who stands at a step; and the start of these draws
    neighbours : which blocks are neighbours, for catchments; None: as the build file says
    """

    title: str
    build: str
    draws: Annotated[int, Field(ge=0, le=10_000)] = 200
    seed: int = 2024
    demand: Demand | None = None
    offers: PlanPoints | None = None
    sites: PlanPoints | None = None
    schools: PlanPoints | None = None
    distances: DistanceSection = DistanceSection()
    crossings: CrossingSection | None = None
    allocate: Allocate | None = None
    forecast: Forecast | None = None
    kita: Kita | None = None
    ganztag: Ganztag | None = None
    locate: Locate | None = None
    gap: Gap | None = None
    catchments: Catchments | None = None
    neighbours: NeighboursSection | None = None
    targets: tuple[TargetSection, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [*self._missing_sections(), *dict.fromkeys(self._missing_columns())]
        missing += [text("planning.needs.names")] if self._names_twice() else []
        missing += [] if self.verbs else [text("planning.needs.verb")]
        if missing:
            raise ValueError("; ".join(missing))
        return self

    def _missing_sections(self) -> Iterator[str]:
        needs = {
            "locate": ("demand", "sites"),
            "gap": ("demand", "offers"),
            "catchments": ("demand", "schools"),
            "allocate": ("schools",),
            "ganztag": ("forecast", "schools"),
            "kita": ("forecast", "offers"),
        }
        for verb in self.verbs:
            for section in needs.get(verb, ()):
                if getattr(self, section) is None:
                    yield text("planning.needs.section", verb=verb, section=section)
        if self.forecast is not None and self.forecast.needs_stage and self.schools is None:
            yield text("planning.needs.section", verb="forecast", section="schools")
        weighings = self.catchments.each() if self.catchments else []
        if self.crossings is None and any(one.crossing > 0 for one in weighings):
            yield text("planning.needs.section", verb="catchments", section="crossings")

    def _missing_columns(self) -> Iterator[str]:
        for verb, key, name in self._needed_columns():
            section = getattr(self, name)
            if section is not None and not getattr(section, key):
                yield text("planning.needs.column", verb=verb, key=key, section=name)

    def _needed_columns(self) -> Iterator[tuple[str, str, str]]:
        """Name what a decision needs of other sections: (decision, key, section)."""
        if self.forecast is not None and self.forecast.needs_stage:
            yield f"classes = {self.forecast.classes}", "stage", "schools"
        if self.ganztag is not None:
            yield "ganztag", "all_day", "schools"
            yield "ganztag", "rolls", "forecast"
        if self.kita is not None:
            yield "kita", "capacity", "offers"
            if any(one.groups for one in self.kita.each()):
                yield "groups", "under3", "offers"
        if self.gap:
            yield "gap", "capacity", "offers"
        if self.allocate:
            yield "allocate", "size", "schools"
            for scale in sorted({one.rule().scale for one in self.allocate.rules} - {"need"}):
                yield f"scale = {scale}", scale, "schools"
            if self.allocate.index == "stage":
                yield "index = stage", "stage", "schools"
            if any(one.rule().marked for one in self.allocate.rules):
                yield "marked", "marked", "schools"
            if self.allocate.max_change is not None:
                yield "max_change", "last_year", "allocate"
        for weighing in self.catchments.each() if self.catchments else []:
            yield "catchments", "capacity", "schools"
            if weighing.sibling > 0:
                yield "catchments", "siblings", "demand"
            if weighing.mix > 0:
                yield "catchments", "in_need", "demand"
        for question in self.locate.each() if self.locate else []:
            if question.budget is not None:
                yield "budget", "cost", "sites"
            if question.equity is not None:
                yield "equity", "needy", "demand"

    def _with_variants(self) -> tuple[Varied | None, ...]:
        return self.locate, self.gap, self.catchments, self.kita

    def _names_twice(self) -> bool:
        lists = [[rule.rule().name for rule in self.allocate.rules]] if self.allocate else []
        lists += [[v.name for v in s.each()] for s in self._with_variants() if s]
        return any(len(set(names)) < len(names) for names in lists)

    @property
    def verbs(self) -> tuple[str, ...]:
        """The decisions the file asks for, in the order they are made."""
        return tuple(verb for verb in VERBS if getattr(self, verb))


def read_plan(path: str | Path) -> PlanFile:
    """Read a plan file and check it; all problems are told at once.

    Raises
    ------
    ConfigError
        If the file is not there, not TOML, or says what cannot be.
    """
    file = Path(path)
    return parse_plan(read_toml(file), file=file.name)


def parse_plan(given: dict[str, Any], *, file: str = "plan.toml") -> PlanFile:
    """Return the checked plan of a parsed TOML document."""
    try:
        return PlanFile.model_validate(as_tuples(given))
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
