"""Stadtteile, statistische Bezirke and Grundschulsprengel of the example city.

Districts grow from their seeds over neighbouring blocks (shortest way between the blocks'
middles, water as a barrier), so each is one piece. Sprengel grow from the schools and do not know
the districts; some of their borders run through a block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from sozialraum.testing.layout import (
    CENTRE,
    EXTRA_PREFIXES,
    EXTRA_STEMS,
    OTHER_SCHOOLS,
    QUARTERS,
    SCHOOLS_AT,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sozialraum.testing.terrain import Terrain


@dataclass(frozen=True, eq=False)
class Districts:
    """Which Stadtteil and Bezirk each block belongs to, as keys and names."""

    stadtteil: NDArray[np.str_]
    bezirk: NDArray[np.str_]
    block: NDArray[np.str_]
    stadtteil_names: dict[str, str]
    bezirk_names: dict[str, str]


@dataclass(frozen=True, eq=False)
class Catchments:
    """The Sprengel: parts of blocks (most blocks are one part) and the school of each.

    Parameters
    ----------
    part_block : (p,) row of the block
    part_sprengel : (p,) number of the Sprengel
    part_polygon : (p,) polygon
    names : name per Sprengel
    seeds : row of the block the school stands in, per Sprengel
    """

    part_block: NDArray[np.int64]
    part_sprengel: NDArray[np.int64]
    part_polygon: NDArray[np.object_]
    names: tuple[str, ...]
    seeds: NDArray[np.int64]


def make_districts(
    terrain: Terrain, inhabitants: NDArray[np.int64], *, districts: int, bezirke: int
) -> Districts:
    """Return `districts` Stadtteile, the last one uninhabited, and `bezirke` nested in them."""
    forest = terrain.kind == "wald"
    dry = terrain.kind != "wasser"
    seeds, names = _stadtteil_seeds(terrain, inhabitants, districts - 1)
    number = np.where(forest, districts - 1, grow(terrain, seeds, dry & ~forest))
    number = _give_water(terrain, number)
    bezirk = _split(terrain, number, inhabitants, bezirke)
    width = max(2, len(str(districts)))
    stadtteil_key = np.array([f"{n + 1:0{width}d}" for n in number])
    bezirk_key = np.array([f"{s}{b + 1:02d}" for s, b in zip(stadtteil_key, bezirk, strict=True)])
    names = [*names, next(q.name for q in QUARTERS if q.kind == "wald")]
    return Districts(
        stadtteil_key,
        bezirk_key,
        _block_keys(terrain, bezirk_key),
        {f"{n + 1:0{width}d}": name for n, name in enumerate(names)},
        _bezirk_names(bezirk_key, names, width),
    )


def make_catchments(
    rng: np.random.Generator, terrain: Terrain, children: NDArray[np.int64], *, catchments: int
) -> Catchments:
    """Return `catchments` Sprengel around where children live; some borders run through a block."""
    seeds = spread(rng, terrain.sites, children, catchments)
    dry = terrain.kind != "wasser"
    number = _give_water(terrain, grow(terrain, seeds, dry))
    block, sprengel, polygon = _cut(rng, terrain, number, children)
    return Catchments(block, sprengel, polygon, _school_names(terrain, number, catchments), seeds)


def grow(
    terrain: Terrain, seeds: NDArray[np.int64], allowed: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Give every allowed block to the seed nearest over allowed blocks; others get -1."""
    number = _nearest_seed(terrain, seeds, allowed)
    lost = allowed & (number < 0)
    if lost.any():  # cut off by water: take the way across it
        number = np.where(lost, _nearest_seed(terrain, seeds, np.ones_like(allowed)), number)
    return number


def _nearest_seed(
    terrain: Terrain, seeds: NDArray[np.int64], allowed: NDArray[np.bool_]
) -> NDArray[np.int64]:
    pairs = terrain.edges[:, 2:]
    pairs = pairs[(pairs >= 0).all(axis=1)]
    pairs = np.unique(np.sort(pairs[allowed[pairs].all(axis=1)], axis=1), axis=0)
    way = np.hypot(*(terrain.sites[pairs[:, 0]] - terrain.sites[pairs[:, 1]]).T)
    n = len(terrain.sites)
    graph = coo_array((np.round(way, 3), (pairs[:, 0], pairs[:, 1])), shape=(n, n)).tocsr()
    _, _, source = dijkstra(
        graph, directed=False, indices=seeds, min_only=True, return_predecessors=True
    )
    number = np.full(n, -1)
    reached = source >= 0
    position = np.full(n, -1)
    position[seeds] = np.arange(len(seeds))
    number[reached] = position[source[reached]]
    return np.where(allowed, number, -1)


def _give_water(terrain: Terrain, number: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the blocks that are left (water) to the neighbour with the longest common border."""
    number = number.copy()
    for block in np.flatnonzero(number < 0):
        shared = np.zeros(number.max() + 1)
        for side, other in ((2, 3), (3, 2)):
            mine = (terrain.edges[:, side] == block) & (terrain.edges[:, other] >= 0)
            neighbour = number[terrain.edges[mine, other]]
            np.add.at(
                shared, neighbour[neighbour >= 0], np.round(terrain.length[mine], 1)[neighbour >= 0]
            )
        number[block] = shared.argmax()
    return number


def _stadtteil_seeds(
    terrain: Terrain, inhabitants: NDArray[np.int64], count: int
) -> tuple[NDArray[np.int64], list[str]]:
    """Return the block in the middle of each named quarter, then others far from them."""
    named = [q for q in QUARTERS if q.name and q.kind != "wald"][:count]
    open_block = terrain.kind != "wasser"
    seeds = []
    for quarter in named:
        gap = np.hypot(
            *(terrain.sites - np.array(CENTRE) - np.array([quarter.x, quarter.y]) * 1000).T
        )
        seeds.append(int(np.where(open_block, np.round(gap, 3), np.inf).argmin()))
    names = [q.name for q in named]
    extra = [p + s for s in EXTRA_STEMS for p in EXTRA_PREFIXES]
    while len(seeds) < count:
        gap = np.hypot(*(terrain.sites[:, None] - terrain.sites[seeds]).transpose(2, 0, 1)).min(
            axis=1
        )
        seeds.append(int(np.where(inhabitants > 0, np.round(gap, 3), -1.0).argmax()))
        names.append(extra[len(names) - len(named)])
    return np.array(seeds), names


def _split(
    terrain: Terrain, number: NDArray[np.int64], inhabitants: NDArray[np.int64], bezirke: int
) -> NDArray[np.int64]:
    """Return the number of the Bezirk within its Stadtteil; as many as inhabitants call for."""
    people = np.bincount(number, inhabitants)
    count = np.ones(len(people), dtype=np.int64)
    while count.sum() < bezirke:
        count[np.round(people / count, 6).argmax()] += 1
    inside = np.zeros(len(number), dtype=np.int64)
    dry = terrain.kind != "wasser"
    for s in range(len(people)):
        mine = (number == s) & dry
        seeds = spread(None, terrain.sites, np.where(mine, inhabitants, 0), int(count[s]))
        if count[s] > 1:
            inside[mine] = grow(terrain, seeds, mine)[mine]
    for block in np.flatnonzero(~dry):
        near = np.hypot(*(terrain.sites - terrain.sites[block]).T)
        inside[block] = inside[
            np.where((number == number[block]) & dry, np.round(near, 3), np.inf).argmin()
        ]
    return inside


def spread(
    rng: np.random.Generator | None,
    sites: NDArray[np.float64],
    weight: NDArray[np.int64],
    count: int,
) -> NDArray[np.int64]:
    """Return `count` rows spread over the sites by weight: farthest first, then k-means steps."""
    heavy = np.flatnonzero(weight > 0)
    if len(heavy) == 0:
        return np.zeros(count, dtype=np.int64)
    points, w = sites[heavy], weight[heavy].astype(float)
    first = int(w.argmax()) if rng is None else int(rng.integers(len(heavy)))
    chosen = [first]
    while len(chosen) < count:
        gap = np.hypot(*(points[:, None] - points[chosen]).transpose(2, 0, 1)).min(axis=1)
        chosen.append(int(np.round(gap * np.sqrt(np.sqrt(w)), 3).argmax()))
    centre = points[chosen]
    for _ in range(12):
        near = np.round(np.hypot(*(points[:, None] - centre).transpose(2, 0, 1)), 3).argmin(axis=1)
        total = np.bincount(near, w, minlength=count)
        for axis in (0, 1):
            centre[:, axis] = np.bincount(near, w * points[:, axis], minlength=count) / total
        centre = np.round(centre, 3)
    gap = np.round(np.hypot(*(points[:, None] - centre).transpose(2, 0, 1)), 3)
    return heavy[gap.argmin(axis=0)]


def _block_keys(terrain: Terrain, bezirk_key: NDArray[np.str_]) -> NDArray[np.str_]:
    """Number the blocks of a Bezirk from north to south."""
    order = np.lexsort((terrain.sites[:, 0], -terrain.sites[:, 1], bezirk_key))
    keys = np.empty(len(order), dtype=object)
    seen: dict[str, int] = {}
    for row in order:
        bezirk = str(bezirk_key[row])
        seen[bezirk] = seen.get(bezirk, 0) + 1
        keys[row] = f"{bezirk}{seen[bezirk]:03d}"
    return keys.astype(str)


def _bezirk_names(bezirk_key: NDArray[np.str_], names: list[str], width: int) -> dict[str, str]:
    found = sorted({str(k) for k in bezirk_key})
    alone = {s for s in {k[:width] for k in found} if sum(k[:width] == s for k in found) == 1}
    stadtteil = {f"{n + 1:0{width}d}": name for n, name in enumerate(names)}
    return {
        k: stadtteil[k[:width]] + ("" if k[:width] in alone else f" {int(k[width:])}")
        for k in found
    }


def _school_names(terrain: Terrain, number: NDArray[np.int64], count: int) -> tuple[str, ...]:
    """Name each Sprengel after the quarter whose middle it holds, others from the second list."""
    names: dict[int, str] = {}
    for quarter in QUARTERS:
        if quarter.name in SCHOOLS_AT:
            gap = np.hypot(
                *(terrain.sites - np.array(CENTRE) - np.array([quarter.x, quarter.y]) * 1000).T
            )
            names.setdefault(int(number[np.round(gap, 3).argmin()]), SCHOOLS_AT[quarter.name])
    others = iter([*OTHER_SCHOOLS, *(f"{n}. Grundschule" for n in range(1, count + 1))])
    return tuple(names[s] if s in names else next(others) for s in range(count))


def _cut(
    rng: np.random.Generator,
    terrain: Terrain,
    number: NDArray[np.int64],
    children: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.object_]]:
    """Cut some inhabited blocks at the borders, corner to corner; the neighbour gets a piece."""
    sides = _sides(terrain)
    draw = rng.random(len(number))
    block = list(range(len(number)))
    sprengel = [int(s) for s in number]
    polygon = list(terrain.polygons)
    cut: set[int] = set()
    for b in np.flatnonzero((children > 0) & (draw < 0.7)):
        found = _piece(terrain, sides, number, int(b), cut)
        if found is None:
            continue
        taker, piece, rest = found
        trial = [*polygon[:b], rest, *polygon[b + 1 :], piece]
        if not (
            _in_one_piece(trial, [*sprengel, taker], taker)
            and _in_one_piece(trial, sprengel, sprengel[b])
        ):
            continue
        polygon[b] = rest
        block.append(int(b))
        sprengel.append(taker)
        polygon.append(piece)
        cut.add(int(b))
    return np.array(block), np.array(sprengel), np.array(polygon, dtype=object)


def _in_one_piece(polygon: list[object], sprengel: list[int], wanted: int) -> bool:
    whole = shapely.coverage_union_all(
        [p for p, s in zip(polygon, sprengel, strict=False) if s == wanted]
    )
    parts = shapely.get_parts(whole)
    return len(parts) == 1 and shapely.get_num_interior_rings(parts[0]) == 0


def _sides(terrain: Terrain) -> dict[tuple[float, ...], tuple[int, int]]:
    """Map each edge, as its four coordinates, to the two blocks at its sides."""
    ends = terrain.corners[terrain.edges[:, :2]]
    sides = {}
    for (a, b), (left, right) in zip(ends, terrain.edges[:, 2:], strict=True):
        sides[(*a, *b)] = sides[(*b, *a)] = (int(left), int(right))
    return sides


def _piece(
    terrain: Terrain,
    sides: dict[tuple[float, ...], tuple[int, int]],
    number: NDArray[np.int64],
    b: int,
    cut: set[int],
) -> tuple[int, object, object] | None:
    """Return the Sprengel that takes a piece of block `b`, piece and rest; None: no good cut."""
    ring = shapely.get_coordinates(terrain.polygons[b])[:-1]
    n = len(ring)
    across = []
    for i in range(n):
        left, right = sides[(*ring[i], *ring[(i + 1) % n])]
        across.append(right if left == b else left)
    if cut.intersection(across):
        return None  # two cuts side by side could leave a piece without its Sprengel
    other = [int(number[a]) if a >= 0 else -1 for a in across]
    own = int(number[b])
    for i in range(n):
        taker = other[i]
        if taker in (own, -1) or other[i - 1] == taker or terrain.kind[across[i]] == "wasser":
            continue
        j = i
        while other[(j + 1) % n] == taker and j - i < n:
            j += 1
        inside = [
            k % n for k in range(i - 1, j + 3)
        ]  # one corner more on either side of the common border
        outside = [k % n for k in range(j + 2, i - 1 + n + 1)]
        left_over = [across[k % n] for k in range(j + 2, i - 1 + n)]
        if len(outside) < 3 or not any(a >= 0 and number[a] == own for a in left_over):
            continue
        piece, rest = shapely.polygons(ring[inside]), shapely.polygons(ring[outside])
        share = shapely.area(piece) / shapely.area(terrain.polygons[b])
        whole = (
            abs(shapely.area(piece) + shapely.area(rest) - shapely.area(terrain.polygons[b])) < 0.01
        )
        if whole and 0.15 < share < 0.7 and piece.is_valid and rest.is_valid:
            return taker, shapely.normalize(piece), shapely.normalize(rest)
    return None
