"""The plan file (``config/plan_*.toml``): each section is a verb, each key an argument of it.

One file names the index it plans from, who needs, and one or more decisions. Every section may
hold ``[[….variants]]``: tables with a ``name`` and the keys that differ from the section's own.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sozialraum.errors import ConfigError
from sozialraum.model.problem import Problem
from sozialraum.planning.allocation import Rule, published_rule
from sozialraum.planning.apportionment import Method
from sozialraum.planning.targets import Target
from sozialraum.texts import catalogue, problem, text

Share = Annotated[float, Field(ge=0, le=1)]
NotNegative = Annotated[float, Field(ge=0)]


class Section(BaseModel):
    """Base of all sections: unknown keys are errors, values are not converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Varied(Section):
    """A section with named variants that differ from it in some keys."""

    name: str = ""
    variants: tuple[dict[str, Any], ...] = ()

    @model_validator(mode="after")
    def _check_variants(self) -> Self:
        self.each()
        return self

    def each(self) -> list[Self]:
        """Return the variants with all keys filled in; the section itself where there are none."""
        own = self.model_dump(exclude={"variants"}, exclude_unset=True)
        if not self.variants:
            return [self]
        return [type(self).model_validate(own | changes) for changes in self.variants]


class Demand(Section):
    """``[demand]``: who needs, for locate, gap and catchments.

    Parameters
    ----------
    areas : area set of the build file
    persons, in_need : count columns of its table: children, and children in need
    pupils : count column of the children whose school is planned; None: `persons`
    siblings : count column of those with a brother or sister at the present school
    needy : class numbers of highest need; their areas are the group of the equity floor
    """

    areas: str
    persons: str
    in_need: str | None = None
    pupils: str | None = None
    siblings: str | None = None
    needy: tuple[int, ...] = ()


class Points(Section):
    """``[offers]``, ``[sites]``, ``[schools]``: a point layer and its columns.

    Parameters
    ----------
    file, layer, crs : the layer, relative to the data of the build
    key, name, kind : columns; `kinds` keeps only points of these kinds
    capacity, minimum, cost, size : columns: places, smallest school, euros, pupils
    current : column with the area of the index a school is for today
    """

    file: str
    key: str
    name: str | None = None
    kind: str | None = None
    kinds: tuple[str, ...] = ()
    capacity: str | None = None
    minimum: str | None = None
    cost: str | None = None
    size: str | None = None
    current: str | None = None
    layer: str | None = None
    crs: str | None = None


class Distances(Section):
    """``[distances]``: along footpaths of a file, or Luftlinie times a detour."""

    method: Literal["luftlinie", "wege"] = "luftlinie"
    file: str | None = None
    detour: Annotated[float, Field(ge=1)] = 1.0
    limit: NotNegative | None = None

    @model_validator(mode="after")
    def _need_paths(self) -> Self:
        if self.method == "wege" and self.file is None:
            message = text("planning.needs.paths")
            raise ValueError(message)
        return self


class RuleSection(Section):
    """``[[allocate.rules]]``: fields of `Rule`, or ``published``: its name in the rules data."""

    name: str = ""
    published: str | None = None
    form: Literal["heads", "linear", "power", "threshold", "logistic", "steps"] = "linear"
    by_heads: Share = 0.0
    slope: NotNegative = 1.0
    power: NotNegative = 1.0
    threshold: float = 0.5
    midpoint: float = 0.5
    steepness: NotNegative = 10.0
    limits: tuple[float, ...] = ()
    amounts: tuple[NotNegative, ...] = ()
    per: Literal["unit", "person"] = "unit"

    @model_validator(mode="after")
    def _check_rule(self) -> Self:
        self.rule()
        return self

    def rule(self) -> Rule:
        """Return the rule."""
        if self.published is not None:
            return published_rule(self.published)
        return Rule(**self.model_dump(exclude={"published"}))


class Allocate(Section):
    """``[allocate]``: arguments of `allocate`; the rules are the variants."""

    total: NotNegative
    unit: Annotated[float, Field(gt=0)] = 0.25
    method: Method = "sainte_lague"
    floors: NotNegative | dict[str, NotNegative] | None = None
    ceilings: NotNegative | dict[str, NotNegative] | None = None
    max_change: NotNegative | None = None
    last_year: dict[str, NotNegative] | None = None
    rules: Annotated[tuple[RuleSection, ...], Field(min_length=1)]


class Locate(Varied):
    """``[locate]``: arguments of `site_task`; Plan B and next plans are for the first variant."""

    model: Literal["mclp", "lscp", "pmedian", "pcenter"] = "mclp"
    radius: NotNegative | None = None
    number: Annotated[int, Field(ge=0)] | None = None
    budget: NotNegative | None = None
    need_power: NotNegative = 1.0
    fixed: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    equity: Share | Literal["city"] | None = None
    time_limit: Annotated[float, Field(gt=0)] = 60.0
    gap: NotNegative = 0.0
    plan_b: bool = True
    next_best: Annotated[int, Field(ge=1, le=20)] = 5

    @model_validator(mode="after")
    def _say_enough(self) -> Self:
        covers = self.model in ("mclp", "lscp")
        counts = self.model in ("pmedian", "pcenter")
        missing = []
        if covers and self.radius is None:
            missing.append("radius")
        if self.number is None and (counts or (self.model == "mclp" and self.budget is None)):
            missing.append("number")
        if missing and not self.variants:
            message = text("planning.needs.model", model=self.model, keys=", ".join(missing))
            raise ValueError(message)
        return self


class Gap(Varied):
    """``[gap]``: arguments of `floating_catchments`, `gaps` and `duplicates`."""

    rings: Annotated[tuple[tuple[float, float], ...], Field(min_length=1)] = ((1000.0, 1.0),)
    need_power: NotNegative = 0.0
    low_access: NotNegative = 0.25
    radius: NotNegative = 1000.0
    times: Annotated[int, Field(ge=1)] = 3
    low_need: Share = 0.5

    @model_validator(mode="after")
    def _rings_ascend(self) -> Self:
        limits = [limit for limit, _ in self.rings]
        if limits != sorted(set(limits)) or any(w < 0 for _, w in self.rings) or limits[0] < 0:
            message = text("planning.needs.rings")
            raise ValueError(message)
        return self


class TargetSection(Section):
    """``[[targets]]``: fields of `Target`."""

    id: str
    label: str
    indicator: str
    value: Share
    deadline: dt.date
    better: Literal["higher", "lower"] = "higher"
    group: str = ""
    baseline: Share | None = None
    baseline_date: dt.date | None = None
    responsible: str = ""
    measures: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_target(self) -> Self:
        self.target()
        return self

    def target(self) -> Target:
        """Return the goal."""
        return Target(**self.model_dump())


class Catchments(Varied):
    """``[catchments]``: arguments of `catchment_task`, `CatchmentCosts` and `redraw`."""

    limit: NotNegative = 2000.0
    stay: NotNegative = 0.0
    sibling: NotNegative = 0.0
    crossing: NotNegative = 0.0
    mix: NotNegative = 0.0
    over: NotNegative = 20.0
    under: NotNegative = 5.0
    far: NotNegative = 20.0
    method: Literal["anneal", "highs"] = "anneal"
    proposals: Annotated[int, Field(ge=0)] | None = None
    seed: int = 2024
    time_limit: Annotated[float, Field(gt=0)] = 60.0


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
