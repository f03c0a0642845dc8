"""The only form in which numbers leave the house.

Every writer takes a `Release`, and only `sozialraum.privacy.protect` can make one: a `Release`
needs the seal that the privacy room alone holds. What is withheld is not in it, in no column and no
attribute.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from sozialraum.model.errors import DisclosureError
from sozialraum.model.indicator import Indicator
from sozialraum.model.learnt import Breaks, Scale
from sozialraum.model.options import Orientation, PlaceWord

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

_SEAL = object()


# what a layer of rates holds per area
RATE_COLUMNS = ("rate", "rate_low", "rate_high", "status")
RATES = ("participation", "transitions")


def further_rates(column: str) -> tuple[str, str] | None:
    """Return layer and column of a further layer of rates, as it is written in a table.

    Examples
    --------
    >>> further_rates("participation.ferien_rate_low"), further_rates("participation_rate")
    (('participation.ferien', 'rate_low'), None)
    """
    kind, dot, rest = column.partition(".")
    if not dot or kind not in RATES:
        return None
    part = next((c for c in RATE_COLUMNS if rest.endswith(f"_{c}")), None)
    return None if part is None else (f"{kind}.{rest.removesuffix(f'_{part}')}", part)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What every output prints about itself, in German.

    Parameters
    ----------
    title, place, area_word : heading, municipality, what an area is called ("Planungsraum")
    area_words : what several are called ("Planungsräume"); empty where it is the same word
    stichtag : ISO date of the data
    orientation : "participation" (high = good) or "deprivation" (high = burden)
    direction : the direction in one German sentence ("5 = hohe Belastung")
    method : the method in one German sentence
    recipe, evidence, changed : catalogue method, its evidence tag, what the build file changed of
        it
    sources : per line one source with licence
    findings : German sentences on what was found: how sure the classes are, whom an offer reaches
    limits : what the index cannot say, one sentence per entry
    strong : which end is painted in the strong colour: "burden", or "participation" where a city
        wants high values dark
    called : what the city calls the offer ("participation") and the outcome ("transitions")
    place_word : what texts call the place
    spans : ISO Stichtag -> text of the `Period` that it closes, where the data are of one: a month,
        a quarter, a school year
    """

    title: str
    place: str
    area_word: str
    stichtag: str
    orientation: Orientation
    direction: str
    method: str
    recipe: str = ""
    evidence: str = ""
    changed: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    department: str = ""
    area_words: str = ""
    findings: tuple[str, ...] = ()
    strong: Literal["burden", "participation"] = "burden"
    called: dict[str, str] = field(default_factory=dict)
    place_word: PlaceWord = "Stadt"
    spans: dict[str, str] = field(default_factory=dict)

    @property
    def areas_called(self) -> str:
        """What several areas are called."""
        return self.area_words or self.area_word


@dataclass(frozen=True, kw_only=True)
class Edition:
    """The released numbers of one Stichtag.

    All frames have the area key (str) as index, in the same order.

    Parameters
    ----------
    stichtag : ISO date
    table : columns ``index`` (rounded), ``class`` (Int64), ``class_label``, ``rank`` (Int64),
        ``status`` (of `STATUS`);
        further columns by other steps: ``type``, ``dim_<dimension>``, ``<axis>_index``,
        ``<axis>_class``
    values : published (rounded) value per indicator; NaN where nothing is published
    signs : status per indicator, categories of `STATUS`
    contributions : contribution of each indicator to the published index, and ``rest`` (what is
        rounded off or not shown); each row adds up to ``table["index"]``
    city : published value of the whole municipality per indicator, from the sums of counts
    low, high : ends of the window of each count, persons; NaN where nothing was put into windows
    half_width : half the width of the window as a value of the indicator: the ± behind it
    persons : persons each value speaks of, to tens
    estimated : values estimated with what years, indicators and neighbours lend, where the index
        is computed from them; NaN where it takes the counted value
    origin : of each estimated value: "counted", "half", "around" (how much of it is the area's own
        count), "contradicts", "borrowed" (no own count); None elsewhere
    few : True where so few stand there that a value is marked "kleine Basis"
    """

    stichtag: str
    table: pd.DataFrame
    values: pd.DataFrame
    signs: pd.DataFrame
    contributions: pd.DataFrame
    city: pd.Series
    low: pd.DataFrame | None = None
    high: pd.DataFrame | None = None
    half_width: pd.DataFrame | None = None
    persons: pd.DataFrame | None = None
    few: pd.DataFrame | None = None
    estimated: pd.DataFrame | None = None
    origin: pd.DataFrame | None = None

    @property
    def used(self) -> pd.DataFrame:
        """The values the index is computed from: as counted, or as estimated."""
        if self.estimated is None:
            return self.values
        return self.estimated.where(self.estimated.notna(), self.values)


@dataclass(frozen=True, kw_only=True, eq=False)
class Release:
    """A result that may be written, shown and sent.

    Parameters
    ----------
    seal : held by `sozialraum.privacy` alone
    facts : what every output prints about itself
    areas : GeoDataFrame, index key (str), columns ``name``, ``geometry`` and nothing else;
        projected CRS
    editions : oldest first; the last one is what the build is about
    indicators : the indicators, in order
    scales, breaks : per axis the frozen scale and class limits ("index" is the main axis)
    level : "public" or "intern"
    points : named point layers (schools, offers): columns ``name``, ``kind``, ``geometry``
    outlines : named outline layers (districts): columns ``name``, ``geometry``
    streets : name of a street -> keys of the areas in which it lies
    layers : further released columns per area, by layer name ("certainty", "participation", …)
    notes : German sentences on what was withheld and why
    words : German sentences per area key, made of the released figures alone: how sure its class is
    details : plain values for the manifest (disclosure rules, recipe parameters, seeds)
    """

    seal: object = field(repr=False)
    facts: Facts
    areas: gpd.GeoDataFrame
    editions: tuple[Edition, ...]
    indicators: tuple[Indicator, ...]
    scales: dict[str, Scale]
    breaks: dict[str, Breaks]
    level: Literal["public", "intern"] = "public"
    points: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    outlines: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    streets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    layers: dict[str, pd.DataFrame] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a release that did not pass the disclosure gate."""
        if self.seal is not _SEAL:
            message = (
                "A Release must come from sozialraum.privacy.protect. It was built by hand instead."
            )
            raise DisclosureError(message)

    @property
    def current(self) -> Edition:
        """The newest edition."""
        return self.editions[-1]
