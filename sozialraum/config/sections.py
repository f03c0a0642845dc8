"""The sections of a build file; each key has the name of the function argument it becomes.

The steps of an index stand in `sozialraum.config.steps`.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, LiteralString

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from sozialraum.model.options import (
    AreaSetName,
    AtLeastOne,
    BasemapName,
    Count,
    Decimals,
    Digits,
    FilePath,
    HexColour,
    IndicatorId,
    Intruder,
    Measure,
    Metres,
    NearestAreas,
    NeighbourMethod,
    NotNegative,
    OpenShare,
    Permutations,
    Positive,
    Radius,
    RestandardMethod,
    Significance,
    Totals,
    WatchDraws,
    WatchMonths,
    Zeros,
)

# keys whose value may be a single sign, a dot for example
_SIGNS = {"decimal", "delimiter", "sentinels"}
_PLACEHOLDER: LiteralString = "placeholder"
_BLANK: LiteralString = "blank"


def refuse_empty(notes: str, *, needed: bool = True) -> None:
    """Refuse a text that says nothing.

    Raises
    ------
    PydanticCustomError
        For "???" always; for blanks and dots alone where a name is `needed`.
    """
    stripped = notes.strip()
    if len(stripped) > 1 and not stripped.strip("?"):
        raise PydanticCustomError(_PLACEHOLDER, _PLACEHOLDER)
    if needed and not stripped.strip("."):
        raise PydanticCustomError(_BLANK, _BLANK)


class WrongValueError(ValueError):
    """A value of a section that does not fit the others; `key` it stands at, `wanted` in German."""

    def __init__(self, wanted: str, *, key: str = "") -> None:
        super().__init__(wanted)
        self.wanted, self.key = wanted, key


class Section(BaseModel):
    """Base of all sections: unknown keys are errors, values are not converted silently.

    `function` of a section names what it becomes or is run by, as "module:name".
    """

    function: ClassVar[str] = ""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    @field_validator("*")
    @classmethod
    def _is_meaningful(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse texts that say nothing: a template's ???, and "" or "." where a name is needed."""
        if info.field_name in _SIGNS:
            return value
        field = cls.model_fields[str(info.field_name)]
        needed = field.is_required() or field.default is None
        for notes in value if isinstance(value, tuple) else (value,):
            if isinstance(notes, str):
                refuse_empty(notes, needed=needed or notes is not value)
        for notes in value.values() if isinstance(value, dict) else ():
            if isinstance(notes, str):
                refuse_empty(notes, needed=False)
        return value


class Derived(Section):
    """``[[derived]]``: a count computed from delivered columns before anything moves."""

    name: str
    formula: str
    areas: AreaSetName
    whole: bool = False
    tolerance: Annotated[float, Field(gt=0, lt=0.5)] = 0.01


class Population(Section):
    """``[population]``: who lives there, and from how many on an area is part of the index."""

    variable: str
    minimum: NotNegative = 0.0
    shown: str = ""
    shown_label: str = ""


class Exclude(Section):
    """``[[exclude]]``: an area left out of the index, with the reason that is printed."""

    key: str
    reason: str


class Level(Section):
    """``[[levels]]``: larger areas that get an index too; `parent` is one of [areas.NAME.parents].

    "counts": the counts of its areas are summed, shares formed of the sums and measured with the
    scale of the build; "index": the mean of the index, weighted with the persons, put on a scale of
    its own by `method` and `digits`, those of `sozialraum.index.aggregation.fit_restandard`.
    `label` is what larger areas are called, `name` the entry of parents with their names.
    """

    function: ClassVar[str] = "sozialraum.index.higher_levels:population_weighted_index"

    parent: str
    of: Literal["index", "counts"] = "index"
    method: RestandardMethod = "minmax"
    digits: Digits | None = None
    label: str = ""
    name: str = ""


class Disclosure(Section):
    """``[disclosure]``: fields of `sozialraum.privacy.rules.DisclosureRules` (Geheimhaltung).

    `ledger` and `key` are the files of the office in which every publication is recorded;
    `corrects` and `different` name indicators that look like earlier ones, and say what they are.
    """

    function: ClassVar[str] = "sozialraum.privacy.rules:DisclosureRules"

    minimum: AtLeastOne = 5
    width: AtLeastOne = 3
    zeros: Zeros = "show"
    attacker: Intruder = "totals"
    insiders: Count | None = None
    totals: Totals = "exact"
    profile: str = ""
    published_input: bool = False
    reason: str = ""
    published: tuple[IndicatorId, ...] = ()
    # Files and answers of the office, no rules: left out where the section becomes arguments.
    ledger: Annotated[FilePath | None, Field(exclude=True)] = None
    key: Annotated[FilePath | None, Field(exclude=True)] = None
    corrects: Annotated[tuple[IndicatorId, ...], Field(exclude=True)] = ()
    different: Annotated[tuple[IndicatorId, ...], Field(exclude=True)] = ()


class Counts(Section):
    """``[[counts]]``: what a delivered column counts.

    "flow": cases that occur in a month; "stock": persons who are there on a day. Where months
    become a year, flows are added up, and a stock is that of its last day or the `year` "mean".
    """

    name: str
    measure: Measure
    year: Literal["end", "mean"] = "end"


class WatchSection(Section):
    """``[watch]``: arguments of `sozialraum.insight.fit_watch`, for some of the indicators.

    The false alarms a year are those of all indicators together; `downwards`: fewer cases are an
    alarm, too.
    """

    function: ClassVar[str] = "sozialraum.insight.watching.watch:fit_watch"

    indicators: Annotated[tuple[IndicatorId, ...], Field(min_length=1)]
    history: WatchMonths = 24
    false_alarms: Positive = 1.0
    guard: Count = 3
    draws: WatchDraws = 200
    seed: Count = 2024
    downwards: bool = False


class Clusters(Section):
    """``[clusters]``: arguments of `sozialraum.insight.autocorrelation.local_moran`."""

    function: ClassVar[str] = "sozialraum.insight.autocorrelation:local_moran"

    permutations: Permutations = 99_999
    seed: Count = 1
    q: OpenShare = 0.05
    significance: Significance = "fdr"


class SpaceStatistics(Section):
    """``[space_statistics]``: what is said of the whole map, from published figures alone.

    ``moran``: whether neighbouring areas resemble each other; ``segregation``: ids of indicators
    whose persons live apart more than by chance; ``rezoning``: two indicators whose relation is
    told for `draws` random contiguous zonings into `zones`.
    """

    function: ClassVar[str] = "sozialraum.insight.rezoning:random_zones"

    moran: bool = True
    permutations: Permutations = 9999
    segregation: tuple[IndicatorId, ...] = ()
    rezoning: Annotated[tuple[IndicatorId, ...], Field(min_length=2, max_length=2)] | None = None
    zones: Annotated[int, Field(ge=3)] = 10
    draws: Annotated[int, Field(ge=100, le=100_000)] = 1000
    seed: Count = 1


class Points(Section):
    """``[[points]]``: sites shown on the map, schools for example."""

    function: ClassVar[str] = "sozialraum.sources.spatial.sites:read_points"

    file: str
    label: str
    name: str | None = None
    kind: str | None = None
    layer: str | None = None
    crs: str | None = None
    x: str | None = None
    y: str | None = None


class Outlines(Section):
    """``[[outlines]]``: lines shown on the map for orientation, districts for example."""

    file: str
    label: str
    name: str | None = None
    layer: str | None = None
    crs: str | None = None


# outputs that show an index, and would be empty without one
NEEDS_INDEX = ("karte", "bericht", "steckbriefe", "karten", "vorlage", "folien", "kommonitor")


class Output(Section):
    """``[output]``: which files are written, and how they look."""

    files: tuple[
        Literal[
            "karte", "csv", "parquet", "xlsx", "geopackage", "methode", "bericht", "steckbriefe",
            "karten", "kommonitor", "metadaten", "vorlage", "folien", "cockpit",
        ], ...
    ] = ("karte", "csv", "parquet", "xlsx", "geopackage", "methode")  # fmt: skip
    lang: Literal["de", "en"] = "de"
    basemap: BasemapName | None = None
    accent: HexColour = "#0c4a8d"
    strong: Literal["burden", "participation"] = "burden"
    logo: FilePath | None = None
    template_docx: FilePath | None = None
    template_pptx: FilePath | None = None
    licence: str = ""
    decimals: Decimals = 1
    small_base: NotNegative = 30.0


class NeighboursSection(Section):
    """``[neighbours]``: arguments of `sozialraum.space.neighbours.find_neighbours`.

    ``contact``: areas at most `tolerance` metres apart touch; areas at most `across` metres apart
    are neighbours as well if nothing lies between them (blocks across a street). ``distance``:
    inner points at most `metres` apart. ``nearest``: the `k` nearest. ``voronoi``: cells around
    inner points that meet.
    """

    function: ClassVar[str] = "sozialraum.space.neighbours:find_neighbours"

    method: NeighbourMethod = "contact"
    tolerance: Metres = 0.5
    across: Metres = 50.0
    rook: bool = False
    metres: Radius = 1000.0
    k: NearestAreas = 6
