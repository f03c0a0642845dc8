"""A build as understood: every section, checked against the others."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Annotated

from pydantic import BeforeValidator, Field, PrivateAttr, field_validator, model_validator

from sozialraum.config.deliveries import (
    AreaSet,
    CountedShare,
    TableSection,
    counted_share,
    last_day,
)
from sozialraum.config.file_models import FileModel
from sozialraum.config.further import (
    Chain,
    Measures,
    Outcomes,
    Participation,
    Participations,
    Report,
    Screening,
    SeveralTransitions,
    Smoothing,
    Transitions,
    TypologySection,
    released_column,
)
from sozialraum.config.joining import Join, Reform
from sozialraum.config.monitoring.comparing import Compare
from sozialraum.config.monitoring.goals import Goal
from sozialraum.config.monitoring.offering import OffersSection
from sozialraum.config.sections import (
    NEEDS_INDEX,
    Clusters,
    Counts,
    Derived,
    Disclosure,
    Exclude,
    Level,
    NeighboursSection,
    Outlines,
    Output,
    Points,
    Population,
    SpaceStatistics,
    WatchSection,
)
from sozialraum.config.steps import Axis, Imputation, IndexSteps
from sozialraum.config.toml_text import as_tuples
from sozialraum.config.varying import Uncertainty
from sozialraum.model.dates.period import Grain, Period, note_span
from sozialraum.model.errors import ConfigError
from sozialraum.model.indicator import Indicator
from sozialraum.model.keys import DISTRICT, is_regional_key
from sozialraum.model.options import FilePath, LearnFrom, Orientation, PlaceWord
from sozialraum.model.problem import Plain, Problem
from sozialraum.texts import problem


def _keys(given: object) -> object:
    """Read one key as a list of one."""
    return (given,) if isinstance(given, str) else as_tuples(given)


Keys = Annotated[tuple[str, ...], BeforeValidator(_keys)]


class BuildInputs(FileModel):
    """What a build file says before the steps of its index: whose, when, from which data."""

    title: str
    place: str = ""
    recipe: str = ""
    ags: Keys = ()
    place_word: PlaceWord | None = None
    stichtag: Annotated[dt.date, BeforeValidator(last_day)]
    grain: Grain | None = None
    crs: str
    orientation: Orientation
    direction: str = ""
    area_word: str = "Gebiet"
    area_words: str = ""
    reference: FilePath | None = None
    learn_from: LearnFrom = "stichtag"
    data: FilePath = "."
    department: str = ""
    sources: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()

    areas: dict[str, AreaSet]
    tables: Annotated[tuple[TableSection, ...], Field(min_length=1)]
    counts: tuple[Counts, ...] = ()
    derived: tuple[Derived, ...] = ()
    join: Join
    reforms: tuple[Reform, ...] = ()
    population: Population | None = None
    exclude: tuple[Exclude, ...] = ()
    levels: tuple[Level, ...] = ()
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]
    disclosure: Disclosure = Disclosure()
    screening: Screening | None = None
    imputation: Imputation | None = None
    smoothing: Smoothing | None = None


class Plan(IndexSteps, BuildInputs):
    """A build file after its recipe's defaults were filled in.

    `file` is the build file, `root` the folder below which all data lie, `changed` the German list
    of keys in which the build differs from its recipe.
    """

    axes: dict[str, Axis] = {}
    typology: TypologySection | None = None
    points: tuple[Points, ...] = ()
    outlines: tuple[Outlines, ...] = ()
    offers: OffersSection | None = None
    uncertainty: Uncertainty | None = None
    clusters: Clusters | None = None
    space_statistics: SpaceStatistics | None = None
    neighbours: NeighboursSection = NeighboursSection()
    participation: Participations = ()
    transitions: SeveralTransitions = ()
    watch: WatchSection | None = None
    outcomes: Outcomes | None = None
    chain: Chain | None = None
    compare: tuple[Compare, ...] = ()
    goals: tuple[Goal, ...] = ()
    measures: Measures | None = None
    report: Report | None = None
    output: Output = Output()

    _changed: tuple[str, ...] = PrivateAttr(default=())
    _findings: tuple[Problem, ...] = PrivateAttr(default=())
    _altered: frozenset[str] = PrivateAttr(default=frozenset())
    _recipe: dict[str, Plain] = PrivateAttr(default_factory=dict)
    _counted_shares: tuple[CountedShare, ...] = PrivateAttr(default=())

    @model_validator(mode="after")
    def _count_shares(self) -> Plan:
        """Count the cases of delivered shares whose base is named, as of all other indicators.

        A share that is published already stays as it was published.
        """
        known = self.published
        open_ones = () if self.disclosure.published_input else self.indicators
        made = {
            i.id: share
            for i in open_ones
            if i.id not in known and (share := counted_share(i)) is not None
        }
        told = tuple(map(self._with_persons, self.indicators))
        object.__setattr__(self, "indicators", told)
        counted = tuple(
            replace(i, value=None, numerator=made[i.id].cases) if i.id in made else i
            for i in self.indicators
        )
        columns = {p.id: released_column(p.id) for p in self.participation if p.release and p.id}
        counted = tuple(
            replace(i, value=None, numerator=columns[i.value], denominator=columns[i.value])
            if i.value is not None and i.value in columns
            else i
            for i in counted
        )
        object.__setattr__(self, "indicators", counted)
        self._counted_shares = tuple(made.values())
        return self

    def _with_persons(self, i: Indicator) -> Indicator:
        """Return an indicator; a count that names no persons is one of the population."""
        if self.population is None or i.denominator or i.value or not i.is_absolute:
            return i
        return replace(i, denominator=self.population.variable)

    @field_validator("ags")
    @classmethod
    def _ags_are_keys(cls, ags: tuple[str, ...]) -> tuple[str, ...]:
        if not all(is_regional_key(key) for key in ags):
            message = "ags"
            raise ValueError(message)
        return ags

    @property
    def place_kind(self) -> PlaceWord:
        """What texts call the place: as stated, else by the keys."""
        if self.place_word is not None:
            return self.place_word
        if len(self.ags) > 1:
            return "Region"
        return "Landkreis" if self.ags and len(self.ags[0]) == DISTRICT else "Stadt"

    @property
    def altered(self) -> frozenset[str]:
        """The steps that compute otherwise than the recipe; names of classes are no step."""
        return self._altered

    @property
    def spans(self) -> dict[str, str]:
        """Stichtag -> text of the period that it closes, as far as the build file says it."""
        found: dict[str, str] = {}
        for table in self.tables:
            for period in () if table.stichtag is None else table.stichtag.periods or ():
                note_span(found, period)
        if self.grain is not None:
            note_span(found, Period.closed_by(self.stichtag, self.grain))
        return found

    @property
    def frozen(self) -> bool:
        """Whether the scales stay as they are whatever this Stichtag's values were."""
        days = [table.days(self.stichtag) for table in self.tables]
        several = None in days or len({day for some in days for day in some or ()}) > 1
        return self.reference is not None or (self.learn_from == "all" and several)

    @property
    def smoothed(self) -> bool:
        """Whether shares are estimated from years, indicators and neighbours together."""
        return self.smoothing is not None and self.smoothing.method == "joint"

    @property
    def changed(self) -> tuple[str, ...]:
        """Keys in which the build differs from its recipe, in German."""
        return self._changed

    @property
    def findings(self) -> tuple[Problem, ...]:
        """What is odd about the build file but does not stop it."""
        return self._findings

    @property
    def counted_shares(self) -> tuple[CountedShare, ...]:
        """Delivered shares whose cases are counted from share and base."""
        return self._counted_shares

    @property
    def beside(self) -> dict[str, Participation | Transitions]:
        """What is shown beside the index, by the variable it is counted as.

        The first of a kind is called ``[participation]``, a further one ``[participation] id``. A
        released participation that feeds the index is not shown beside it.
        """
        fed = {i.numerator for i in self.indicators}
        found: dict[str, Participation | Transitions] = {}
        for kind in ("participation", "transitions"):
            sections: tuple[Participation | Transitions, ...] = getattr(self, kind)
            shown = [
                (section.id or str(n), section)
                for n, section in enumerate(sections, 1)
                if released_column(section.id) not in fed
            ]
            for n, (name, section) in enumerate(shown):
                found[f"[{kind}] {name}" if n else f"[{kind}]"] = section
        return found

    @property
    def released_columns(self) -> frozenset[str]:
        """What stands for the columns of released participations; no table delivers it."""
        ids = [s.id for s in self.participation if s.release and s.id]
        return frozenset((*ids, *map(released_column, ids)))

    @property
    def recipe_facts(self) -> dict[str, Plain]:
        """The ``[recipe]`` table of the recipe: title, source, evidence, version, paragraph."""
        return self._recipe

    @property
    def files(self) -> tuple[str, ...]:
        """The outputs to be written: without those of an index where there is none."""
        wanted = self.output.files
        if self.axis_names:
            return wanted
        kept = (word for word in wanted if word not in NEEDS_INDEX)
        stated = "files" in self.output.model_fields_set
        return tuple(kept) if stated else ("cockpit", *kept)

    @property
    def published(self) -> frozenset[str]:
        """Indicators that are public as they are: those stated, and results of elections."""
        votes = (i.id for i in self.indicators if i.kind == "vote")
        return frozenset((*self.disclosure.published, *votes))

    @property
    def source_areas(self) -> str:
        """Name of the areas the tables come from."""
        return self.join.source or self.join.target

    def axis(self, name: str) -> Axis:
        """Return the steps of one axis; the sections at the top are those of the axis ``index``."""
        if name in self.axes:
            return self.axes[name]
        return Axis(**{step: getattr(self, step) for step in IndexSteps.model_fields})

    @property
    def axis_names(self) -> tuple[str, ...]:
        """Axes in the order of the indicators; the first one is the main index.

        Empty where a build has no index: all its indicators are layers.
        """
        return tuple(dict.fromkeys(i.axis for i in self.indicators if i.use == "index"))

    def on_day(self, stichtag: str) -> Plan:
        """Return the plan with the indicators that are collected at a Stichtag alone."""
        kept = tuple(i for i in self.indicators if i.collected(stichtag))
        whole = len(kept) == len(self.indicators)
        return self if whole else self.model_copy(update={"indicators": kept})

    def indicators_of(self, axis: str) -> tuple[Indicator, ...]:
        """Return the indicators that feed one axis."""
        return tuple(i for i in self.indicators if i.axis == axis and i.use == "index")


def speaking(plan: Plan, lang: str) -> Plan:
    """Return the plan with another language of the committee page.

    Raises
    ------
    ConfigError
        If there is no such language.
    """
    if lang not in ("de", "en"):
        raise ConfigError(problem("config.no_language", key="lang", found=lang))
    other = plan.model_copy(update={"output": plan.output.model_copy(update={"lang": lang})})
    other._file, other._root = plan._file, plan._root
    other._changed, other._recipe = plan._changed, plan._recipe
    other._findings = plan._findings
    other._altered = plan._altered
    return other
