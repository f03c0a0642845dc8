"""Borders of neighbours that miss one another by a hair, made one border.

Two offices digitise the same street: one side's corner lies 3 cm beside the other's, or one side
has a corner where the other has a straight line (`join_borders`); or both run through the same
corners in another order, to and fro (`give_slivers`). Every other corner stays where it was
delivered, to the bit.
"""

from __future__ import annotations

import numpy as np
import shapely

from sozialraum.model.surfaces import unite


def join_borders(shapes: np.ndarray, *, hair: float) -> np.ndarray:
    """Make corners and lines of different areas that lie within `hair` one border.

    Parameters
    ----------
    shapes : (n_areas,) polygons, metres
    hair : metres; no corner moves further. Corners of one and the same area are never joined,
        however dense they are.

    Returns
    -------
    (n_areas,) multipolygons. Whether they fit now is for the caller to ask.

    Examples
    --------
    The right area bulges 3 cm into the left one, which has no corner there:

    >>> left = shapely.box(0, 0, 10, 10)
    >>> right = shapely.Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (9.97, 5)])
    >>> joined = join_borders(np.array([left, right]), hair=0.1)
    >>> shapely.get_num_coordinates(joined) - shapely.get_num_coordinates([left, right])
    array([1, 0], dtype=int32)
    >>> bool(shapely.coverage_is_valid(joined))
    True
    """
    pieces, owner = shapely.get_parts(shapes, return_index=True)
    kind, corners, (rings, parts, areas) = shapely.to_ragged_array(
        shapely.multipolygons(pieces, indices=owner)
    )
    area = np.repeat(np.arange(len(shapes)), np.diff(rings[parts[areas]]))
    corners = _one_place(corners, area, hair)
    closing = np.zeros(len(corners), dtype=bool)
    closing[rings[1:] - 1] = True
    before, new = _beside_lines(corners, area, closing, hair)
    rings = rings + np.searchsorted(before, rings, side="left")
    corners = np.insert(corners, before, new, axis=0)
    return shapely.from_ragged_array(kind, corners, (rings, parts, areas))


def give_slivers(shapes: np.ndarray, *, hair: float) -> np.ndarray:
    """Give overlaps and gaps thinner than `hair` to one of the neighbours.

    All borders are cut where they meet; the faces between them fit exactly. A face that one area
    claims is that area's. A thin one that two claim, or nobody, goes to the neighbour with which it
    shares most of its border. A wide overlap stays with all who claim it, a wide gap with nobody.

    Parameters
    ----------
    shapes : (n_areas,) polygons, metres
    hair : metres; widest sliver that is given away

    Returns
    -------
    (n_areas,) polygons

    Examples
    --------
    Both areas have the same four corners on their border, but the right one runs to and fro:

    >>> left = shapely.Polygon([(0, 0), (10, 0), (10, 4), (10.02, 6), (10, 10), (0, 10)])
    >>> right = shapely.Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10, 4), (10.02, 6)])
    >>> bool(shapely.coverage_is_valid([left, right]))
    False
    >>> bool(shapely.coverage_is_valid(give_slivers(np.array([left, right]), hair=0.1)))
    True
    """
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(shapely.boundary(shapes))]))
    face, area = shapely.STRtree(shapely.make_valid(shapes)).query(
        shapely.point_on_surface(faces), predicate="intersects"
    )
    several = np.bincount(face, minlength=len(faces)) != 1
    thin = several & shapely.is_empty(shapely.buffer(faces, -hair / 2))
    owner = np.full(len(faces), -1)
    owner[face[~several[face]]] = area[~several[face]]
    _give_to_neighbours(faces, owner, np.flatnonzero(thin))
    claimed = several[face] & ~thin[face]
    owned = np.flatnonzero(owner >= 0)
    return _united(
        shapes, faces[np.append(owned, face[claimed])], np.append(owner[owned], area[claimed])
    )


def _give_to_neighbours(faces: np.ndarray, owner: np.ndarray, thin: np.ndarray) -> None:
    """Set the owner of thin faces, round by round: one may lie behind another."""
    one, other = shapely.STRtree(faces).query(faces[thin], predicate="intersects")
    shared = shapely.length(shapely.intersection(faces[thin[one]], faces[other]))
    one = thin[one]
    while len(ready := np.flatnonzero((owner[one] < 0) & (owner[other] >= 0) & (shared > 0))):
        ready = ready[np.lexsort((-shared[ready], one[ready]))]
        _, first = np.unique(one[ready], return_index=True)
        owner[one[ready[first]]] = owner[other[ready[first]]]


def _united(shapes: np.ndarray, faces: np.ndarray, area: np.ndarray) -> np.ndarray:
    """Return for each area the union of its faces; an area without any stays as it is."""
    order = np.argsort(area, kind="stable")
    owners, first = np.unique(area[order], return_index=True)
    united = shapes.copy()
    for owner, mine in zip(owners, np.split(faces[order], first[1:]), strict=True):
        united[owner] = unite(mine)
    return united


def _one_place(corners: np.ndarray, area: np.ndarray, hair: float) -> np.ndarray:
    """Move each corner that lies beside one of another area to that one."""
    places, place = np.unique(corners, axis=0, return_inverse=True)
    points = shapely.points(places)
    pairs = shapely.STRtree(points).query(points, predicate="dwithin", distance=hair).T
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    owners = _owners(place, area, np.unique(pairs))
    goal = np.arange(len(places))
    keepers: set[int] = set()
    # The place that most areas share draws the others; among equals, the western one.
    for pair in sorted(pairs.tolist(), key=lambda pair: -max(len(owners[k]) for k in pair)):
        keeper, moved = sorted(pair, key=lambda k: -len(owners[k]))
        still = goal[keeper] == keeper and goal[moved] == moved and moved not in keepers
        if still and owners[keeper].isdisjoint(owners[moved]):
            goal[moved] = keeper
            keepers.add(keeper)
            owners[keeper] |= owners[moved]
    return places[goal][place]


def _owners(place: np.ndarray, area: np.ndarray, wanted: np.ndarray) -> dict[int, set[int]]:
    """Return the areas that have a corner at each wanted place."""
    owners: dict[int, set[int]] = {int(k): set() for k in wanted}
    for corner in np.flatnonzero(np.isin(place, wanted)):
        owners[int(place[corner])].add(int(area[corner]))
    return owners


def _beside_lines(
    corners: np.ndarray, area: np.ndarray, closing: np.ndarray, hair: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the corners that lines of other areas lack, and before which corner each belongs."""
    start = np.flatnonzero(~closing)
    lines = shapely.linestrings(np.stack([corners[start], corners[start + 1]], axis=1))
    places, place = np.unique(corners, axis=0, return_inverse=True)
    points = shapely.points(places)
    point, line = shapely.STRtree(lines).query(points, predicate="dwithin", distance=hair)
    has = set(zip(place.tolist(), area.tolist(), strict=True))
    other = [
        (p, a) not in has for p, a in zip(point.tolist(), area[start[line]].tolist(), strict=True)
    ]
    point, line = point[other], line[other]
    near = np.lexsort((line, shapely.distance(points[point], lines[line])))
    _, nearest = np.unique(
        np.column_stack([point, area[start[line]]])[near], axis=0, return_index=True
    )
    point, line = point[near[nearest]], line[near[nearest]]
    along = shapely.line_locate_point(lines[line], points[point])
    order = np.lexsort((along, line))
    return start[line[order]] + 1, places[point[order]]
