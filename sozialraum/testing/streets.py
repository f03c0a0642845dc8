"""Streets and house numbers of the example city.

The edges of the blocks are the streets. Edges that run straight on through a crossing are one
street (a "stroke"); houses stand along the fronts of the inhabited blocks, odd numbers on the
left, even numbers on the right.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sozialraum.testing.layout import CENTRE, KINDS
from sozialraum.testing.words import street_names

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sozialraum.testing.terrain import Terrain

STRAIGHT_ON = 0.7  # radians; a sharper bend begins a new street
SETBACK = 12.0  # metres from the street to the house
POSTCODES = ("00971", "00973", "00975", "00977", "00979", "00981")  # 00… is given to no place


@dataclass(frozen=True, eq=False)
class Streets:
    """Edges that can be walked, in the order of the terrain's edges.

    Parameters
    ----------
    edge : (s,) row in the terrain's edges
    street : (s,) number of the street
    along : (s,) metres from the street's beginning to the edge's beginning
    forward : (s,) whether the edge runs with the street
    names : name per street
    """

    edge: NDArray[np.int64]
    street: NDArray[np.int64]
    along: NDArray[np.float64]
    forward: NDArray[np.bool_]
    names: tuple[str, ...]


def make_streets(rng: np.random.Generator, terrain: Terrain) -> Streets:
    """Return the streets of the city: every edge, joined where they run straight on."""
    edge = np.arange(len(terrain.edges))
    street = _strokes(terrain, edge)
    along, forward = _walk(terrain, edge, street)
    names = street_names(rng, int(street.max()) + 1)
    return Streets(edge, street, along, forward, names)


def _strokes(terrain: Terrain, edge: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the streets: at each crossing the straightest pairs of edges go on."""
    at: dict[int, list[tuple[int, float]]] = {}
    ends = terrain.corners[terrain.edges[:, :2]]
    heading = np.round(np.arctan2(*(ends[:, 1] - ends[:, 0]).T[::-1]), 6)
    for e in edge:
        for node, angle in zip(terrain.edges[e, :2], (heading[e], heading[e] + np.pi), strict=True):
            at.setdefault(int(node), []).append((int(e), float(angle)))
    links = [link for node in sorted(at) for link in _straight_pairs(at[node])]
    one, two = np.array(links).T
    graph = coo_array((np.ones(len(links)), (one, two)), shape=(len(edge), len(edge)))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _straight_pairs(edges: list[tuple[int, float]]) -> list[tuple[int, int]]:
    bends = []
    for (a, turn_a), (b, turn_b) in combinations(edges, 2):
        bend = abs(abs((turn_a - turn_b + np.pi) % (2 * np.pi) - np.pi) - np.pi)
        bends.append((round(bend, 5), a, b))
    taken: set[int] = set()
    pairs = []
    for bend, a, b in sorted(bends):
        if bend < STRAIGHT_ON and a not in taken and b not in taken:
            pairs.append((a, b))
            taken |= {a, b}
    return pairs


def _walk(
    terrain: Terrain, edge: NDArray[np.int64], street: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return for each edge how far from the beginning of its street it starts, and its sense."""
    along = np.zeros(len(edge))
    forward = np.ones(len(edge), dtype=bool)
    length = np.round(terrain.length, 2)
    members = pd.Series(edge).groupby(street).apply(list)
    for edges in members:
        touching: dict[int, list[int]] = {}
        for e in edges:
            for node in terrain.edges[e, :2]:
                touching.setdefault(int(node), []).append(e)
        tips = sorted(n for n, found in touching.items() if len(found) == 1)
        node, way, left = (tips[0] if tips else min(touching)), 0.0, set(edges)
        while left:
            onwards = sorted(e for e in touching[node] if e in left)
            if not onwards:  # a street that crosses itself: go on at its next loose edge
                node = int(terrain.edges[min(left), 0])
                continue
            e = onwards[0]
            left.remove(e)
            forward[e] = terrain.edges[e, 0] == node
            along[e], way = way, way + length[e]
            node = int(terrain.edges[e, 1] if forward[e] else terrain.edges[e, 0])
    return along, forward


def make_addresses(
    rng: np.random.Generator, terrain: Terrain, streets: Streets, inhabitants: NDArray[np.int64]
) -> pd.DataFrame:
    """Return the houses by block: street, number, suffix, postcode, block (row), x, y."""
    fronts = _fronts(terrain, streets)
    per_address = np.array([KINDS[k].per_address for k in terrain.kind])
    wanted = np.ceil(inhabitants / per_address).astype(np.int64)
    rows = []
    for block in np.flatnonzero(inhabitants > 0):
        rows.append(_houses(terrain, fronts[int(block)], int(block), int(wanted[block])))
    houses = pd.concat(rows, ignore_index=True)
    houses = _number(rng, houses)
    houses["street"] = np.array(streets.names, dtype=object)[houses["street"]]
    houses["postcode"] = _postcode(houses[["x", "y"]].to_numpy())
    return houses[["street", "number", "suffix", "postcode", "block", "x", "y"]]


def _fronts(terrain: Terrain, streets: Streets) -> dict[int, list[tuple[int, int, bool, float]]]:
    """Return the fronts of each block: edge, street, left of the street, metres along it."""
    fronts: dict[int, list[tuple[int, int, bool, float]]] = {}
    ends = terrain.corners[terrain.edges[:, :2]]
    water = terrain.kind == "wasser"
    for e, street, along, forward in zip(
        streets.edge, streets.street, streets.along, streets.forward, strict=True
    ):
        start, end = ends[e] if forward else ends[e][::-1]
        for block, other in (terrain.edges[e, 2:], terrain.edges[e, :1:-1]):
            if block < 0 or (other >= 0 and water[other]):
                continue
            (dx, dy), (px, py) = end - start, terrain.sites[block] - start
            fronts.setdefault(int(block), []).append(
                (int(e), int(street), bool(dx * py - dy * px > 0), float(along))
            )
    return fronts


def _houses(
    terrain: Terrain, front: list[tuple[int, int, bool, float]], block: int, count: int
) -> pd.DataFrame:
    """Set `count` houses evenly along the fronts of a block, a little way into it."""
    edges = np.array([f[0] for f in front])
    length = terrain.length[edges]
    reach = np.concatenate([[0.0], np.cumsum(length)])
    at = (np.arange(count) + 0.5) / count * reach[-1]
    which = np.clip(np.searchsorted(reach, at, side="right") - 1, 0, len(edges) - 1)
    share = (at - reach[which]) / length[which]
    ends = terrain.corners[terrain.edges[edges, :2]][which]
    kerb = ends[:, 0] + share[:, None] * (ends[:, 1] - ends[:, 0])
    inward = terrain.sites[block] - kerb
    depth = np.hypot(*inward.T)
    xy = kerb + inward * np.minimum(SETBACK / depth, 0.3)[:, None]
    return pd.DataFrame(
        {
            "block": block,
            "street": np.array([f[1] for f in front])[which],
            "left": np.array([f[2] for f in front])[which],
            "along": np.round(np.array([f[3] for f in front])[which] + share * length[which], 1),
            "x": np.round(xy[:, 0], 1),
            "y": np.round(xy[:, 1], 1),
        }
    )


def _number(rng: np.random.Generator, houses: pd.DataFrame) -> pd.DataFrame:
    """Number the houses along each side of each street; some share a number and carry a letter."""
    order = houses.sort_values(["street", "left", "along", "block"], kind="stable").index
    same = rng.random(len(houses)) < 0.05
    side = houses.loc[order, ["street", "left"]]
    first = side.ne(side.shift()).any(axis=1).to_numpy()
    same &= ~first
    step = pd.Series(np.where(same, 0, 1), index=order)
    rank = step.groupby([side["street"], side["left"]]).cumsum()
    letter = (
        pd.Series(same.astype(int), index=order)
        .groupby([side["street"], side["left"], rank])
        .cumsum()
    )
    houses["number"] = (2 * rank - side["left"]).reindex(houses.index)
    houses["suffix"] = letter.map(lambda n: "" if n == 0 else "abcdefgh"[n - 1]).reindex(
        houses.index
    )
    return houses


def _postcode(xy: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return the delivery area: the six sectors of a clock around the market square."""
    angle = np.arctan2(xy[:, 1] - CENTRE[1], xy[:, 0] - CENTRE[0])
    sector = np.floor(np.round((angle + np.pi) / (2 * np.pi) * 6, 6)).astype(int) % 6
    return np.array(POSTCODES, dtype=object)[sector]
