"""``[neighbours]``: which areas are neighbours, in a build and in a plan."""

from __future__ import annotations

from typing import ClassVar

from sozialraum.config.sections import Section
from sozialraum.model.options import Metres, NearestAreas, NeighbourMethod, Radius


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
