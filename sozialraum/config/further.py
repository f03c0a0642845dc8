"""What a build may ask for beyond its index; each section becomes the arguments of a function."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sozialraum.config.sections import Section
from sozialraum.config.steps import Step
from sozialraum.model.options import (
    ClassCount,
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
