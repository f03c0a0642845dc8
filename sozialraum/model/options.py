"""One vocabulary of options: what a function accepts is what a build file may say.

Signatures of functions and sections of build files use these names, so that they cannot drift
apart; a test compares them. What a type alone cannot say (a name that must stand elsewhere in the
build file) is said by a mark, `Names`, and checked in one place.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal, get_args

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen

from sozialraum.model.dates.period import Period

# ends of names of files that can hold areas or places
LAYER_SUFFIXES = frozenset({".gpkg", ".shp", ".geojson", ".json", ".gml", ".kml", ".kmz", ".zip"})

# --- which end is which ---------------------------------------------------------------------------

Orientation = Literal["participation", "deprivation"]
PlaceWord = Literal["Stadt", "Gemeinde", "Landkreis", "Region"]
Direction = Literal["burden", "resource", "neutral"]
Unit = Literal[
    "share", "percent", "per_100", "per_1000", "per_10000", "per_100000", "points", "number", "euro"
]
Per = Literal[100, 1000, 10_000, 100_000]  # of a rate: cases per so many of its base
Kind = Literal["share", "rate", "ratio", "mean", "euro", "balance", "count", "vote", "difference"]
Use = Literal["index", "layer"]
Year = Annotated[int, Ge(1900), Le(2200)]

# --- steps of an index ----------------------------------------------------------------------------

TransformFunction = Literal["log", "log1p", "sqrt", "logit", "negative_to_missing"]
ImputationMethod = Literal["mean", "median", "last", "linear", "regression"]
LearnFrom = Literal["stichtag", "all"]
TreatmentRule = Literal[
    "none", "winsorise", "winsorise_then_log", "winsorise_then_boxcox", "log", "boxcox"
]
ScaleMethod = Literal[
    "minmax", "goalposts", "zscore", "robust", "rank", "borda", "percentile", "exponential",
    "normal_scores", "target", "distance", "fraction_of_max", "base100", "none",
]  # fmt: skip
NodeScaleMethod = Literal[
    "zscore", "sd", "minmax", "exponential", "rank", "percentile", "normal_scores", "none"
]  # fmt: skip
BasemapName = Literal["topplus_grau", "topplus_farbe", "basemap_grau", "basemap_farbe"]
RestandardMethod = Literal["zscore", "sd", "minmax", "rank", "percentile", "none"]
Centre = Literal["mean", "zero", "city_rate"]
Ties = Literal["average", "min", "max"]
RankShare = Literal[
    "r/n", "(r-1)/n", "(r-1)/(n-1)", "(r-0.5)/n", "r/(n+1)", "(r-0.375)/(n+0.25)"
]  # fmt: skip
Ddof = Literal[0, 1]
WeightMethod = Literal[
    "equal", "ahp", "pca", "factor", "entropy", "critic", "optimised", "published"
]  # fmt: skip
Against = Literal["refuse", "keep"]
AggregationMethod = Literal[
    "mean", "sum", "geometric", "harmonic", "power", "mpi", "mean_min", "owa",
    "copeland", "kemeny", "bod",
]  # fmt: skip
SharedWeights = Literal["equal", "size"]
Penalty = Literal["add", "subtract"]
TypeMethod = Literal["kmeans", "ward", "mixture", "contiguous"]
CutMethod = Literal["equal", "quantile", "ntile", "fixed", "sd", "jenks", "top_share"]
End = Literal["high", "low"]

# --- certainty and neighbours ---------------------------------------------------------------------

CountError = Literal["binomial", "poisson", "none"]
Learnt = Literal["again", "frozen"]
Significance = Literal["fdr", "plain"]
SmoothingMethod = Literal["none", "joint"]
Lender = Literal["years", "indicators", "neighbours"]

# --- early warning --------------------------------------------------------------------------------

Measure = Literal["flow", "stock"]
WatchDirection = Literal["up", "down"]
WatchMonths = Annotated[int, Ge(12), Le(120)]
WatchDraws = Annotated[int, Ge(20), Le(10_000)]

# --- disclosure control ---------------------------------------------------------------------------

Zeros = Literal["show", "suppress"]
Attacker = Literal["arithmetic", "rule", "population", "insider"]
Intruder = Literal["outsider", "totals", "insider"]
Totals = Literal["exact", "recoded"]

# --- areas ----------------------------------------------------------------------------------------

Winner = Literal["first", "larger", "smaller"]
Parts = Literal["error", "merge"]
Mask = Literal["weighted", "binary"]
Overlaps = Literal["refuse", "share"]
DensityKernel = Literal["uniform", "linear", "epanechnikov", "quartic", "gaussian"]
SchoolLevel = Literal["primary", "secondary", "upper"]

# --- plans ----------------------------------------------------------------------------------------

WayMethod = Literal["luftlinie", "wege"]
RuleForm = Literal["heads", "linear", "power", "threshold", "logistic", "steps", "amounts"]
RulePer = Literal["unit", "person"]
RuleScale = Literal["need", "stage", "share"]
Currency = Literal["Stellen", "Euro", "Wochenstunden"]
PotUnits = Literal["schools", "offers", "areas"]
NeedIndex = Literal["own", "stage"]
Rounding = Literal["largest_remainder", "sainte_lague", "huntington_hill", "dhondt", "adams"]
SiteModel = Literal["mclp", "lscp", "pmedian", "pcenter"]
CityShare = Literal["city"]
Better = Literal["higher", "lower"]
GoalKind = Literal["share", "rate", "count"]
ChildrenOf = Literal["today", "forecast"]
RedrawMethod = Literal["anneal", "highs"]

# --- numbers --------------------------------------------------------------------------------------

Share = Annotated[float, Ge(0), Le(1)]
OpenShare = Annotated[float, Gt(0), Lt(1)]
PositiveShare = Annotated[float, Gt(0), Le(1)]
NotNegative = Annotated[float, Ge(0)]
Positive = Annotated[float, Gt(0)]
Count = Annotated[int, Ge(0)]
AtLeastOne = Annotated[int, Ge(1)]
Draws = Annotated[int, Ge(1), Le(1_000_000)]
Resamples = Annotated[int, Ge(0), Le(10_000)]
SmallSeed = Annotated[int, Ge(0), Le(2**32 - 1)]
NeighbourMethod = Literal["contact", "distance", "nearest", "voronoi"]
Metres = Annotated[float, Ge(0), Le(100_000)]
Stichtage = Annotated[int, Ge(1), Le(20)]
Radius = Annotated[float, Gt(0), Le(100_000)]
NearestAreas = Annotated[int, Ge(1), Le(100)]
Permutations = Annotated[int, Ge(99), Le(999_999)]
Candidates = Annotated[int, Ge(2)]
Digits = Annotated[int, Ge(0), Le(12)]
Decimals = Annotated[int, Ge(0), Le(6)]
# More than ten blues cannot be told apart on a map.
ClassCount = Annotated[int, Ge(2), Le(10)]
QuantileType = Annotated[int, Ge(1), Le(9)]
Detour = Annotated[float, Ge(1)]
Age = Annotated[int, Ge(0), Le(120)]


class Mark:
    """A rule about a value that its type cannot say; a build file is checked by it."""

    code: ClassVar[str]

    def holds(self, value: Any) -> bool:
        """Tell whether a value keeps to the rule."""
        raise NotImplementedError

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Let a section of a build file refuse what breaks the rule."""
        from pydantic_core import PydanticCustomError, core_schema

        def check(value: Any) -> Any:
            if not self.holds(value):
                raise PydanticCustomError(self.code, self.code)
            return value

        return core_schema.no_info_after_validator_function(check, handler(source))


@dataclass(frozen=True)
class Ascending(Mark):
    """Mark of a list of numbers that must rise from each to the next: limits, ends of a range."""

    code: ClassVar[str] = "ascending"

    def holds(self, value: Any) -> bool:
        """Tell whether each number is above the one before it."""
        return all(low < high for low, high in pairwise(value))


@dataclass(frozen=True)
class NotZero(Mark):
    """Mark of a number that must not be 0."""

    code: ClassVar[str] = "not_zero"

    def holds(self, value: Any) -> bool:
        """Tell whether a number is not 0."""
        return bool(value != 0)


@dataclass(frozen=True)
class Colour(Mark):
    """Mark of a colour as ``#rrggbb``."""

    code: ClassVar[str] = "colour"

    def holds(self, value: Any) -> bool:
        """Tell whether a text is # and six hexadecimal digits."""
        return re.fullmatch(r"#[0-9a-fA-F]{6}", value) is not None


@dataclass(frozen=True)
class PeriodText(Mark):
    """Mark of a text that names a period; a day of a build file becomes its text."""

    code: ClassVar[str] = "period"

    def holds(self, value: Any) -> bool:
        """Tell whether `Period.parse` reads a text."""
        try:
            Period.parse(value)
        except ValueError:
            return False
        return True

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Let a section of a build file write a day as a day, and a period as text."""
        from pydantic_core import PydanticCustomError, core_schema

        def check(value: Any) -> Any:
            text = value.isoformat() if isinstance(value, dt.date) else value
            if not isinstance(text, str) or not self.holds(text):
                raise PydanticCustomError(self.code, self.code)
            return text

        return core_schema.no_info_before_validator_function(check, handler(source))


@dataclass(frozen=True)
class UsablePath(Mark):
    """Mark of a path that every system can have: no device name of Windows, no control sign."""

    code: ClassVar[str] = "path"

    def holds(self, value: Any) -> bool:
        """Tell whether a file or folder can have this path on Windows, too."""
        return usable_path(value)


@dataclass(frozen=True)
class Exact(Mark):
    """Mark of a number or a yes of a dataclass that no other value of a file is turned into."""

    code: ClassVar[str] = "exact"

    def holds(self, value: Any) -> bool:
        """Tell nothing beyond the type."""
        return True

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Let neither "3" nor true be a number, neither "ja" nor 1 be true, nor nan be a number."""
        finite = {"allow_inf_nan": False} if source is float else {}
        return {**handler(source), "strict": True, **finite}


_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{d}{n}" for d in ("COM", "LPT") for n in range(1, 10))}
_DRIVE = re.compile(r"^[A-Za-z]:(?=[\\/])")
_FORBIDDEN = re.compile(r"[\x00-\x1f<>:\"|?*]")


def usable_path(path: str) -> bool:
    """Tell whether a path can exist on Windows as well as elsewhere.

    Examples
    --------
    >>> usable_path("ergebnisse/2024"), usable_path("nul"), usable_path("a/con.csv/b")
    (True, False, False)
    """
    inside = _DRIVE.sub("", path)
    if _FORBIDDEN.search(inside) or not inside.strip():
        return False
    parts = [part for part in re.split(r"[\\/]", inside) if part not in ("", ".", "..")]
    named = [part.split(".")[0].strip().upper() for part in parts]
    return not _RESERVED & set(named) and not any(part[-1] in ". " for part in parts)


@dataclass(frozen=True)
class Names:
    """Mark of a text that names something the build file defines elsewhere.

    Parameters
    ----------
    of : "indicators", "dimensions" (nodes below the index) or "areas" (sets of areas); in a plan,
        of its build: "areas", "goals" (what it counts cases of) or "groups" (names of its classes)
    """

    of: Literal["indicators", "dimensions", "areas", "goals", "groups"]


FilePath = Annotated[str, UsablePath()]
Sign = Annotated[str, MinLen(1), MaxLen(1)]
PeriodName = Annotated[str, PeriodText()]
HexColour = Annotated[str, Colour()]
Range = Annotated[tuple[float, float], Ascending()]
Limits = Annotated[tuple[float, ...], MinLen(1), MaxLen(9), Ascending()]
Exponent = Annotated[float, NotZero()]
IndicatorId = Annotated[str, Names("indicators")]
DimensionId = Annotated[str, Names("dimensions")]
AreaSetName = Annotated[str, Names("areas")]
GoalName = Annotated[str, Names("goals")]
GroupName = Annotated[str, Names("groups")]


def option_words(option: object) -> tuple[str, ...]:
    """Return the words an option allows, in the order of the vocabulary.

    Examples
    --------
    >>> option_words(Ties)
    ('average', 'min', 'max')
    """
    return get_args(option)
