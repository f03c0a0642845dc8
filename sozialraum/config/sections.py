"""The sections of a build file; each key has the name of the function argument it becomes.

A test compares every step section with the signature of its function, so that file, function and
documentation cannot
drift apart.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """Base of all sections: unknown keys are errors, values are not converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class AreaSet(Section):
    """``[areas.NAME]``: one set of areas (Gebiete) with its own keys."""

    file: str
    key: str
    name: str | None = None
    layer: str | None = None
    crs: str | None = None
    width: Annotated[int | None, Field(ge=1, le=20)] = None
    label: str = ""
    parents: dict[str, str] = {}
    drop: tuple[str, ...] = ()
    parts: Literal["error", "merge"] = "error"


class Table(Section):
    """``[[tables]]``: one delivered table."""

    file: str
    areas: str
    key: str
    stichtag: dt.date | None = None
    width: Annotated[int | None, Field(ge=1, le=20)] = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    decimal: Literal[",", "."] | None = None
    sentinels: tuple[str, ...] = ()
    columns: dict[str, str] | None = None
    text: tuple[str, ...] = ()


class Derived(Section):
    """``[[derived]]``: a count computed from delivered columns before anything moves."""

    name: str
    formula: str
    areas: str
    whole: bool = False
    tolerance: Annotated[float, Field(gt=0, lt=0.5)] = 0.01


class Join(Section):
    """``[join]``: how the tables come to the areas of the index."""

    target: str
    source: str | None = None
    method: Literal["nested", "areal", "dasymetric"] = "nested"
    raster: str | None = None
    parent: str | None = None
    missing_tolerance: Annotated[float, Field(ge=0, le=1)] = 0.0


class Population(Section):
    """``[population]``: who lives there, and from how many on an area is part of the index."""

    variable: str
    minimum: Annotated[float, Field(ge=0)] = 0.0


class Exclude(Section):
    """``[[exclude]]``: an area left out of the index, with the reason that is printed."""

    key: str
    reason: str


class Disclosure(Section):
    """``[disclosure]``: what may be told (Geheimhaltung)."""

    profile: str | None = None
    minimum: Annotated[int, Field(ge=1)] = 5
    minimum_base: Annotated[int, Field(ge=0)] = 10
    value_base: Annotated[int, Field(ge=0)] = 30
    index_decimals: Annotated[int, Field(ge=0, le=6)] = 1
    candidates: Annotated[int, Field(ge=2)] = 3
    zeros: Literal["show", "suppress"] = "show"
    published_input: bool = False
    reason: str = ""


class Scaling(Section):
    """``[scaling]``: arguments of `sozialraum.index.scaling.fit_scale`."""

    method: str = "minmax"
    ddof: Literal[0, 1] = 0
    weighted: bool = False
    centre: Literal["mean", "city_rate"] = "mean"


class Aggregation(Section):
    """``[aggregation]``: arguments of `sozialraum.index.aggregation.aggregate`."""

    method: str = "mean"
    dimension_method: str | None = None
    dimension_weights: dict[str, float] = {}
    min_available: Annotated[float, Field(gt=0, le=1)] = 1.0


class Restandardise(Section):
    """``[restandardise]``: the index is brought to mean 0 and standard deviation 1 again."""

    method: Literal["none", "zscore", "minmax", "sd"] = "none"
    ddof: Literal[0, 1] = 0


class Classes(Section):
    """``[classes]``: arguments of `sozialraum.index.classes.fit_breaks`."""

    method: str = "equal"
    k: Annotated[int, Field(ge=2, le=12)] = 5
    limits: tuple[float, ...] | None = None
    lower: float | None = None
    upper: float | None = None
    right: bool = False
    labels: tuple[str, ...] | None = None
    numbers: tuple[int, ...] | None = None


class Axis(Section):
    """``[axes.NAME]``: one of several indices of a build, with its own steps."""

    label: str = ""
    direction: str = ""
    scaling: Scaling = Scaling()
    aggregation: Aggregation = Aggregation()
    restandardise: Restandardise = Restandardise()
    classes: Classes = Classes()


class Points(Section):
    """``[[points]]``: sites shown on the map, schools for example."""

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


class Output(Section):
    """``[output]``: which files are written."""

    files: tuple[
        Literal[
            "karte", "csv", "parquet", "xlsx", "geopackage", "methode", "bericht", "steckbriefe"
        ],
        ...,
    ] = ("karte", "csv", "parquet", "xlsx", "geopackage", "methode")
