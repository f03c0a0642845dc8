"""``[join]`` and ``[[reforms]]``: how the tables come to the areas of the index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sozialraum.config.sections import Section
from sozialraum.model.options import (
    AreaSetName,
    DensityKernel,
    Mask,
    Overlaps,
    Positive,
    SchoolLevel,
    Share,
)
from sozialraum.model.problem import Problem
from sozialraum.texts import problem, text

# Which sections of [join] a method needs; no other method may have them.
_SECTIONS = {
    "addresses": ("addresses",),
    "rules": ("addresses", "rules"),
    "nearest": ("nearest",),
    "density": ("density",),
}
# What of [join] only some methods read; with `masks` other ways to split read as "dasymetric" does.
_READERS = {
    "raster": ("dasymetric",),
    "nodata": ("dasymetric",),
    "residential": ("dasymetric",),
    "mask": ("dasymetric",),
    "points": ("points",),
    "weight": ("points",),
    "parent": ("nested",),
    "border": ("areal", "dasymetric", "points", "addresses", "rules", "cells"),
    "overlaps": ("areal", "dasymetric", "points", "addresses", "rules", "cells"),
}
# Methods that split areas, so that other ways to split them can be compared.
_SPLITTING = ("areal", "dasymetric", "points", "addresses", "rules")


class Addresses(Section):
    """``[join.addresses]``: a local address register, one row per house or building.

    `source` and `target` are columns with the key of the area of a house; without one of them its
    place decides: columns `x`, `y` of a table, or the points of a layer.
    """

    function: ClassVar[str] = "sozialraum.space.addressing.register:address_crosswalk"

    file: str
    source: str | None = None
    target: str | None = None
    x: str | None = None
    y: str | None = None
    crs: str | None = None
    layer: str | None = None
    weight: str | None = None
    street: str | None = None
    house_number: str | None = None
    suffix: str | None = None
    postcode: str | None = None


class HouseRules(Section):
    """``[join.rules]``: columns of `sozialraum.space.addressing.house_numbers.read_rules`."""

    function: ClassVar[str] = "sozialraum.space.addressing.house_numbers:rules_crosswalk"

    file: str
    area: str
    street: str
    rule: str
    postcode: str | None = None


class Nearest(Section):
    """``[join.nearest]``: sites, and the arguments of `sozialraum.space.network`'s distances.

    `key` is the column of the sites with the key of the target area. Without a `network` the
    beeline times `detour` is measured. `limit` is in metres; "Land" takes what the Land of the
    build's ``ags`` expects a child of this `level` of school to walk.
    """

    function: ClassVar[str] = "sozialraum.space.crosswalks.nearest:nearest_crosswalk"

    file: str
    key: str
    network: str | None = None
    limit: Positive | Literal["Land"] | None = None
    level: SchoolLevel = "primary"
    snap_limit: Positive = 200.0
    detour: Annotated[float, Field(ge=1)] = 1.3


class Density(Section):
    """``[join.density]``: sites, and the arguments of `sozialraum.space.crosswalks.density`."""

    function: ClassVar[str] = "sozialraum.space.crosswalks.density:density_crosswalk"

    file: str
    key: str
    bandwidth: Positive
    kernel: DensityKernel = "epanechnikov"
    barriers: str | None = None


class Join(Section):
    """``[join]``: how the tables come to the areas of the index."""

    function: ClassVar[str] = "sozialraum.space.making:make_crosswalk"

    target: AreaSetName
    source: AreaSetName | None = None
    method: Literal[
        "nested",
        "areal",
        "dasymetric",
        "points",
        "addresses",
        "rules",
        "nearest",
        "density",
        "cells",
    ] = "nested"
    raster: str | Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    nodata: float | tuple[float, ...] | None = None
    residential: str | None = None
    points: str | None = None
    weight: str | None = None
    mask: Mask = "weighted"
    parent: str | int | None = None
    border: Share = 0.01
    overlaps: Overlaps = "refuse"
    missing_tolerance: Share = 0.0
    addresses: Addresses | None = None
    rules: HouseRules | None = None
    nearest: Nearest | None = None
    density: Density | None = None
    masks: tuple[Literal["areal", "binary", "weighted"], ...] = ()

    @property
    def rasters(self) -> tuple[str, ...]:
        """The rasters that say where people live."""
        if self.raster is None:
            return ()
        return (self.raster,) if isinstance(self.raster, str) else self.raster

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that say where people live, go to, and what is in their way."""
        sites = [self.nearest.file, self.nearest.network] if self.nearest else []
        sites += [self.density.file, self.density.barriers] if self.density else []
        named = (self.residential, self.points, *sites)
        return tuple(dict.fromkeys(n for n in named if n is not None))


class Reform(Section):
    """``[[reforms]]``: a conversion table from old keys of a set of areas to its present ones.

    Tables of `areas` with a Stichtag before `since` carry the old keys. Several reforms of one set
    are a chain, the oldest first. `unchanged` says that keys the table does not name stayed as they
    are; without it every old key must be in it. Columns as of
    `sozialraum.space.crosswalks.vintages.vintage_crosswalk`.
    """

    function: ClassVar[str] = "sozialraum.space.crosswalks.vintages:vintage_crosswalk"

    file: str
    areas: AreaSetName
    since: dt.date
    old: str
    new: str
    share: str | None = None
    unchanged: bool = False


def check_join(join: Join, file: str) -> Iterator[Problem]:
    """Yield what a method of ``[join]`` lacks, and what it was given for nothing."""
    if join.method == "dasymetric" and join.raster is None and join.residential is None:
        yield problem("config.needs_raster", file=file, key="join.raster")
    if join.method == "points" and join.points is None:
        yield problem("config.needs_points", file=file, key="join.points")
    if join.method != "nested" and join.source is None:
        yield problem("config.needs_source", file=file, key="join.source", method=join.method)
    needed = _SECTIONS.get(join.method, ())
    for section in ("addresses", "rules", "nearest", "density"):
        place = f"join.{section}"
        given = getattr(join, section) is not None
        if section in needed and not given:
            yield problem("config.needs_section", file=file, key=place, method=join.method)
        if given and section not in needed:
            yield problem("config.unused_section", file=file, key=place, method=join.method)
    yield from _addresses_lacking(join, file)
    yield from _masks_impossible(join, file)


def read_by_none(join: Join, file: str) -> Iterator[Problem]:
    """Yield keys that the method, and the other ways to split that are tried, never read."""
    if join.source in (None, join.target):
        tried, method = set[str](), text("config.no_join")
    else:
        cells = {"binary", "weighted"} & set(join.masks)
        tried, method = {join.method, *(["dasymetric"] if cells else [])}, join.method
    for key, readers in _READERS.items():
        value, usual = getattr(join, key), Join.model_fields[key].default
        if value != usual and not tried & set(readers):
            yield problem(
                "config.no_effect",
                "warning",
                file=file,
                key=f"join.{key}",
                found=value,
                method=method,
                readers=", ".join(readers),
            )


def _addresses_lacking(join: Join, file: str) -> Iterator[Problem]:
    """Yield columns of the register that the method cannot do without."""
    register = join.addresses
    if register is None or join.method not in ("addresses", "rules"):
        return
    wanted = ["x", "y", "crs"] if register.x or register.y else []
    wanted += ["street", "house_number"] if join.method == "rules" else []
    for name in wanted:
        if getattr(register, name) is None:
            key = f"join.addresses.{name}"
            yield problem("config.needs_column", file=file, key=key, method=join.method)


def _masks_impossible(join: Join, file: str) -> Iterator[Problem]:
    """Yield other ways to split that cannot be tried."""
    if join.masks and join.method not in _SPLITTING:
        yield problem("config.no_masks", file=file, key="join.masks", method=join.method)
    elif {"binary", "weighted"} & set(join.masks) and join.raster is None:
        yield problem("config.needs_raster", file=file, key="join.masks")
