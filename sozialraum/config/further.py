"""What a build may ask for beyond its index; each section becomes the arguments of a function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

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
