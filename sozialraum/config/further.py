"""What a build may ask for beyond its index; each section becomes the arguments of a function."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, LiteralString, TypeVar

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from sozialraum.config.sections import Section
from sozialraum.config.steps import Step
from sozialraum.config.toml_text import as_tuples
from sozialraum.model.options import (
    ClassCount,
    FilePath,
    Lender,
    Resamples,
    Share,
    SmallSeed,
    SmoothingMethod,
    Stichtage,
    TypeMethod,
)

GROUP = "{group}"  # in a column of [[chain.stations]]: the key of the group


class Auxiliary(Section):
    """``[[smoothing.auxiliary]]``: a count that only lends, and is no part of the index."""

    label: str
    numerator: str
    denominator: str


class Smoothing(Step):
    """``[smoothing]``: arguments of `sozialraum.insight.small_area.strengthening.fit_strength`.

    Who is whose neighbour says ``[neighbours]``.
    """

    function: ClassVar[str] = "sozialraum.insight.small_area.strengthening:fit_strength"
    reads: ClassVar[Mapping[str, tuple[str, ...]]] = dict.fromkeys(
        ("borrow", "auxiliary", "years", "estimate_missing"), ("joint",)
    )

    method: SmoothingMethod = "joint"
    borrow: tuple[Lender, ...] = ("years", "indicators", "neighbours")
    auxiliary: tuple[Auxiliary, ...] = ()
    years: Stichtage = 5
    estimate_missing: bool = False


class Screening(Section):
    """``[screening]``: arguments of `sozialraum.index.preparation.screening.screen_areas`."""

    function: ClassVar[str] = "sozialraum.index.preparation.screening:screen_areas"

    min_available: Share = 0.0
    min_nonzero: Share = 0.0


class Stratum(Section):
    """``[[outcomes.strata]]``: a group of the children of ``[transitions]``: boys, girls."""

    label: str
    cases: str
    children: str


class Outcomes(Section):
    """``[outcomes]``: what is said of ``[transitions]`` by classes of the index.

    `trend` is that of `sozialraum.insight.outcomes.trend_test`, `strata` and `level` are those of
    `standardised_rates`; together the groups are all children.
    """

    function: ClassVar[str] = "sozialraum.insight.outcomes:standardised_rates"

    trend: bool = True
    strata: Annotated[tuple[Stratum, ...], Field(min_length=2)] | None = None
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95


class TypologySection(Step):
    """``[typology]``: arguments of `sozialraum.index.typology.fit_typology`."""

    function: ClassVar[str] = "sozialraum.index.typology:fit_typology"

    method: TypeMethod = "kmeans"
    k: ClassCount = 5
    seed: SmallSeed = 2024
    labels: tuple[str, ...] | None = None
    draws: Resamples = 50


class Measures(Section):
    """``[measures]``: the register of measures (Maßnahmenregister), one row per measure."""

    function: ClassVar[str] = "sozialraum.planning.evaluation:compare_change"

    file: FilePath


class Report(Section):
    """``[report]``: the town's account of what it does, ``rechenschaft.pdf`` and ``.docx``.

    `chapters` are texts of the town that come first, in a small Markdown.
    """

    title: str = ""
    chapters: tuple[FilePath, ...] = ()


class Station(Section):
    """``[[chain.stations]]``: who reached a station, of those who could.

    `reached` and `eligible` are columns with ``{group}`` in place of the group's key; `better` says
    which end is good.
    """

    id: str
    label: str
    phase: str = ""
    reached: str
    eligible: str
    better: Literal["higher", "lower"] = "higher"

    def columns(self, group: str) -> tuple[str, str]:
        """Return the columns of one group."""
        return self.reached.replace(GROUP, group), self.eligible.replace(GROUP, group)


class Chain(Section):
    """``[chain]``: stations in order, and the two groups that are compared.

    `groups` holds key and name, the first is looked at, the second it is compared with;
    "cross_section": different children stand at every station; "cohort": the same children
    followed.
    """

    function: ClassVar[str] = "sozialraum.insight.chain:group_gaps"

    label: str
    groups: Annotated[dict[str, str], Field(min_length=2, max_length=2)]
    design: Literal["cross_section", "cohort"] = "cross_section"
    stations: Annotated[tuple[Station, ...], Field(min_length=2)]

    def counted(self) -> dict[str, tuple[str, str]]:
        """Return per station and group its columns of cases and base, as variables."""
        return {
            station_variable(station.id, group): station.columns(group)
            for station in self.stations
            for group in self.groups
        }

    def rates(self, known: Collection[str] | None = None) -> Iterator[tuple[str, str, str]]:
        """Yield label, cases and base per station and group.

        A station may lack both columns of one group among those that are `known`: it is then left
        out.
        """
        for station in self.stations:
            absent = [g for g in self.groups if not set(station.columns(g)) & set(known or ())]
            for group, name in self.groups.items():
                if known is None or absent != [group]:
                    yield f"{station.label}, {name}", *station.columns(group)


def station_variable(station: str, group: str) -> str:
    """Return the name under which a station's counts are protected; no indicator is called so."""
    return f"[chain] {station}/{group}"


_COUNTED: LiteralString = "counted_or_released"
_ALONE: LiteralString = "age_of_release"
ALL_AGES = "all"

S = TypeVar("S")


def _several(given: Any) -> Any:
    """Read one table as a list of one: ``[x]`` and ``[[x]]`` are the same section."""
    return (given,) if isinstance(given, dict | Section) else as_tuples(given)


def _folders(given: Any) -> Any:
    return (given,) if isinstance(given, str) else as_tuples(given)


def _or_table(schema: dict[str, Any]) -> None:
    """Let an editor accept one section in single brackets, too."""
    listed = dict(schema)
    schema.clear()
    schema |= {"anyOf": [listed, listed["items"]], "default": []}


OneOrMore = Annotated[tuple[S, ...], BeforeValidator(_several)]
Folders = Annotated[tuple[FilePath, ...], BeforeValidator(_folders)]


class Participation(Section):
    """``[participation]``: who takes part in an offer; children, never bookings or places.

    Counted by two columns of the tables, or `release`: folders that ``sozialraum participation``
    wrote, one per year; `areas` is the set of areas in them, `age` one of their age groups.
    """

    id: str = ""
    label: str
    participants: str | None = None
    children: str | None = None
    bookings: str | None = None
    release: Folders = ()
    areas: str | None = None
    age: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Participation:
        counted = (self.participants is not None, self.children is not None)
        if counted != ((False, False) if self.release else (True, True)):
            raise PydanticCustomError(_COUNTED, _COUNTED)
        if not self.release and (self.areas, self.age) != (None, None):
            raise PydanticCustomError(_ALONE, _ALONE)
        return self

    @property
    def pair(self) -> tuple[str, str] | None:
        """The columns of cases and of the children; None where the rates are released already."""
        if self.participants is None or self.children is None:
            return None
        return self.participants, self.children


class Transitions(Section):
    """``[transitions]``: what becomes of the children; an outcome is never part of the index."""

    id: str = ""
    label: str
    cases: str
    children: str

    @property
    def pair(self) -> tuple[str, str]:
        """The columns of cases and of the children."""
        return self.cases, self.children


Participations = Annotated[OneOrMore[Participation], Field(json_schema_extra=_or_table)]
SeveralTransitions = Annotated[OneOrMore[Transitions], Field(json_schema_extra=_or_table)]


def released_column(name: str) -> str:
    """Return what stands for the columns of a released participation; no table has it.

    Examples
    --------
    >>> released_column("ferien")
    '[release] ferien'
    """
    return f"[release] {name}"


def layer_of(variable: str) -> str:
    """Return the layer that shows a variable beside the index.

    Examples
    --------
    >>> layer_of("[participation]"), layer_of("[participation] ferien")
    ('participation', 'participation.ferien')
    """
    kind, _, name = variable.removeprefix("[").partition("]")
    return f"{kind}.{name.strip()}" if name else kind
