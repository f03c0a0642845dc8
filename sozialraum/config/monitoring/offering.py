"""``[offers]``: what there is for children and families, for whom and where."""

from __future__ import annotations

from typing import ClassVar, LiteralString

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from sozialraum.config.sections import Section
from sozialraum.model.options import LAYER_SUFFIXES, Detour, FilePath, Radius

_HALF: LiteralString = "half_of_pair"
_PLACE: LiteralString = "no_place_of_offers"


class OffersSection(Section):
    """``[offers]``: the offers of a town: a point layer, or a table with coordinates or areas.

    Parameters
    ----------
    file, layer, crs : the list, relative to the data folder
    label : what the offers are called
    name, kind : columns: what an offer is called, and what it is
    age_from, age_to : columns: youngest and oldest it is for, in completed years; empty: no limit
    days : column with the weekdays ("Mo, Mi-Fr")
    address, group, languages, link : columns: street and number, whom else it is for, languages,
        an address that begins with https://
    x, y : columns of east and north in a table
    area : column with the area in which an offer takes place, where it has no coordinates
    reach : metres from the inner point of an area that can be walked
    detour : what Luftlinie is multiplied by
    """

    function: ClassVar[str] = "sozialraum.space.offers:offer_coverage"

    file: FilePath
    label: str = "Angebote"
    name: str
    kind: str | None = None
    age_from: str | None = None
    age_to: str | None = None
    days: str | None = None
    address: str | None = None
    group: str | None = None
    languages: str | None = None
    link: str | None = None
    x: str | None = None
    y: str | None = None
    area: str | None = None
    layer: str | None = None
    crs: str | None = None
    reach: Radius = 1000.0
    detour: Detour = 1.0

    @model_validator(mode="after")
    def _is_placed(self) -> OffersSection:
        if (self.x is None) != (self.y is None):
            raise PydanticCustomError(_HALF, _HALF)
        is_table = not self.file.lower().endswith(tuple(LAYER_SUFFIXES))
        if is_table and self.x is None and self.area is None:
            raise PydanticCustomError(_PLACE, _PLACE)
        return self

    @property
    def columns(self) -> dict[str, str]:
        """Return our name of each column that is named, and its name in the file."""
        ours = ("name", "kind", "age_from", "age_to", "days", "address", "group", "languages",
                "link", "area")  # fmt: skip
        return {one: theirs for one in ours if (theirs := getattr(self, one)) is not None}
