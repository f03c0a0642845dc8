"""Walking distance: paths become a graph, schools and homes are snapped to it, Dijkstra walks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy import sparse

from sozialraum.model.errors import DataError
from sozialraum.space.areas import name_keys
from sozialraum.texts import number, problem, text

if TYPE_CHECKING:
    import geopandas as gpd

    from sozialraum.model.problem import Problem

# Vertices closer than this are one junction: official path layers repeat coordinates to the
# millimetre.
SAME_PLACE = 1e-3
# A walk of exactly the limit is within it.
ROUNDING = 1e-6


@dataclass(frozen=True, eq=False)
class Network:
    """A net of paths: every vertex is a node, every straight piece an edge, walked both ways.

    Parameters
    ----------
    xy : (n_nodes, 2) metres
    edge : (n_edges, 2) node numbers
    metres : (n_edges,) length
    crs : CRS of the coordinates
    """

    xy: NDArray[np.float64]
    edge: NDArray[np.int64]
    metres: NDArray[np.float64]
    crs: object


@dataclass(frozen=True, eq=False)
class Distances:
    """How far it is from every origin to every destination.

    Parameters
    ----------
    metres : (n_origins, n_destinations), NaN beyond the limit or where there is no way
    basis : what was measured, in German: "Fußweg", or "Luftlinie × 1,3"
    problems : origins and destinations off the net, or that reach nothing
    """

    metres: pd.DataFrame
    basis: str
    problems: tuple[Problem, ...] = field(default=())

    @property
    def nearest(self) -> pd.DataFrame:
        """Per origin the nearest destination: ``key`` (missing where none) and ``metres``."""
        reached = self.metres.notna().any(axis=1)
        key = self.metres[reached].idxmin(axis=1).reindex(self.metres.index)
        return pd.DataFrame({"key": key, "metres": self.metres.min(axis=1)})


def walking_network(lines: gpd.GeoDataFrame) -> Network:
    """Make the network of a layer of paths.

    Lines are connected where they share a vertex (to 1 mm); lines that only cross, as a bridge over
    a path, are not.

    Raises
    ------
    DataError
        If there are no lines, or the CRS is missing or in degrees.
    """
    if lines.crs is None:
        raise DataError(problem("space.no_crs", what="paths"))
    if lines.crs.is_geographic:
        raise DataError(problem("space.not_projected", found=lines.crs.name, what="paths"))
    parts = shapely.get_parts(lines.geometry.dropna().to_numpy())
    parts = parts[shapely.get_dimensions(parts) == 1]
    if len(parts) == 0:
        raise DataError(problem("space.no_lines", found=f"{len(lines)} Zeilen", what="paths"))
    xy, line = shapely.get_coordinates(parts, return_index=True)
    rounded = np.round(xy / SAME_PLACE).astype(np.int64)
    _, first, node = np.unique(rounded, axis=0, return_index=True, return_inverse=True)
    node = node.ravel()
    same_line = line[:-1] == line[1:]
    edge = np.column_stack([node[:-1], node[1:]])[same_line]
    places = xy[first]
    edge = edge[edge[:, 0] != edge[:, 1]]
    length = np.hypot(*(places[edge[:, 0]] - places[edge[:, 1]]).T)
    return Network(places, edge, length, lines.crs)


def walking_distances(
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    *,
    network: Network,
    limit: float = np.inf,
    snap_limit: float = 200.0,
) -> Distances:
    """Return the shortest walk from every origin to every destination along the network.

    A place is snapped to the nearest point of the nearest path, not to the nearest junction; the
    walk to the path counts.

    Parameters
    ----------
    origins, destinations : points (of areas the inner point is taken), index = key
    limit : metres; longer walks are NaN
    snap_limit : metres; a place farther from every path gets no distance and is listed
    """
    here = _places(origins, network)
    there = _places(destinations, network)
    both = np.concatenate([here, there])
    graph, nodes, off = _with_places(network, both, snap_limit)
    n = len(here)
    found = sparse.csgraph.dijkstra(
        graph, directed=False, indices=nodes[n:], limit=limit + ROUNDING
    )
    metres = np.round(found[:, nodes[:n]].T, 6)
    metres[off[:n], :] = np.nan
    metres[:, off[n:]] = np.nan
    metres[~np.isfinite(metres) | (metres > limit)] = np.nan
    keys = np.concatenate([origins.index.astype(str), destinations.index.astype(str)])
    table = pd.DataFrame(metres, index=origins.index, columns=destinations.index.astype(str))
    problems = _snap_problems(keys[off], snap_limit)
    if np.isinf(limit):
        lost = ~off[:n] & np.isnan(metres).all(axis=1)
        problems += _unreached(keys[:n][lost])
    return Distances(table, text("space.distance.network"), tuple(problems))


def _places(frame: gpd.GeoDataFrame, network: Network) -> NDArray[np.float64]:
    if frame.crs is None:
        raise DataError(problem("space.no_crs", what="points"))
    shapes = frame.geometry.to_crs(network.crs).to_numpy()
    return shapely.get_coordinates(shapely.point_on_surface(shapes))


def _with_places(
    network: Network, places: NDArray[np.float64], snap_limit: float
) -> tuple[sparse.csr_array, NDArray[np.int64], NDArray[np.bool_]]:
    """Hang places into the graph; return graph, node of each place, and who is off."""
    pieces = shapely.linestrings(network.xy[network.edge])
    nearest = shapely.STRtree(pieces).nearest(shapely.points(places))
    a, b = network.xy[network.edge[nearest, 0]], network.xy[network.edge[nearest, 1]]
    along = ((places - a) * (b - a)).sum(axis=1) / network.metres[nearest] ** 2
    along = np.clip(along, 0.0, 1.0)
    walk = np.hypot(*(places - (a + along[:, None] * (b - a))).T)
    n = len(network.xy)
    foot = n + np.arange(len(places))
    home = foot + len(places)
    tail, head, metres = _split_edges(network, nearest, along, foot)
    # a zero would mean "no edge" in a sparse graph
    tail = np.concatenate([tail, foot])
    head = np.concatenate([head, home])
    metres = np.maximum(np.concatenate([metres, walk]), 1e-9)
    size = n + 2 * len(places)
    graph = _shortest_edges(tail, head, metres, size)
    return graph, home, walk > snap_limit


def _split_edges(
    network: Network,
    nearest: NDArray[np.int64],
    along: NDArray[np.float64],
    foot: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return tail, head and metres of all edges, those with places on them cut in order."""
    used = np.unique(nearest)
    whole = np.setdiff1d(np.arange(len(network.edge)), used)
    edge = np.concatenate([used, nearest, used])
    place = np.concatenate([np.zeros(len(used)), along, np.ones(len(used))])
    node = np.concatenate([network.edge[used, 0], foot, network.edge[used, 1]])
    kind = np.repeat([0, 1, 2], [len(used), len(nearest), len(used)])
    order = np.lexsort((node, kind, place, edge))
    edge, place, node = edge[order], place[order], node[order]
    follows = edge[:-1] == edge[1:]
    tail, head = node[:-1][follows], node[1:][follows]
    metres = (np.diff(place) * network.metres[edge[1:]])[follows]
    return (
        np.concatenate([network.edge[whole, 0], tail]),
        np.concatenate([network.edge[whole, 1], head]),
        np.concatenate([network.metres[whole], metres]),
    )


def _shortest_edges(
    tail: NDArray[np.int64], head: NDArray[np.int64], metres: NDArray[np.float64], size: int
) -> sparse.csr_array:
    """Return the graph; of parallel edges only the shortest (sparse arrays would add up)."""
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    order = np.lexsort((metres, high, low))
    low, high, metres = low[order], high[order], metres[order]
    first = np.ones(len(low), bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    cells = (metres[first], (low[first], high[first]))
    return sparse.csr_array(sparse.coo_array(cells, shape=(size, size)))


def _snap_problems(keys: NDArray[np.object_], limit: float) -> list[Problem]:
    if len(keys) == 0:
        return []
    stated = name_keys(list(keys))
    return [problem("space.unsnapped", "warning", found=stated, n=len(keys), limit=number(limit))]


def _unreached(keys: NDArray[np.object_]) -> list[Problem]:
    if len(keys) == 0:
        return []
    return [problem("space.unreached", "warning", found=name_keys(list(keys)), n=len(keys))]


def beeline_distances(
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    *,
    detour: float = 1.3,
    limit: float = np.inf,
) -> Distances:
    """Return the straight distance times a detour factor; ``basis`` says "Luftlinie × 1,3".

    Only where there is no network: law counts the shortest footpath, and a river makes the
    difference.
    """
    if detour < 1:
        message = f"The 'detour' parameter must be at least 1. Got {detour} instead."
        raise ValueError(message)
    for name, frame in (("origins", origins), ("destinations", destinations)):
        if frame.crs is None:
            raise DataError(problem("space.no_crs", what=name))
        if frame.crs.is_geographic:
            raise DataError(problem("space.not_projected", found=frame.crs.name, what=name))
    here = shapely.get_coordinates(shapely.point_on_surface(origins.geometry.to_numpy()))
    moved = destinations.geometry.to_crs(origins.crs).to_numpy()
    there = shapely.get_coordinates(shapely.point_on_surface(moved))
    metres = detour * np.hypot(*(here[:, None, :] - there[None, :, :]).transpose(2, 0, 1))
    metres[metres > limit] = np.nan
    table = pd.DataFrame(metres, index=origins.index, columns=destinations.index.astype(str))
    return Distances(table, text("space.distance.beeline", factor=number(detour, 1)))
