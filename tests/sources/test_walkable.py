"""Ways of an OpenStreetMap extract: who may walk where, what stops it, and how far it is."""

import geopandas as gpd
import pytest
from pyproj import Transformer
from shapely import Point

from sozialraum.model.errors import DataError
from sozialraum.sources.spatial.walkable import may_walk, read_walkable, stops_walking
from sozialraum.space.network import walking_distances, walking_network

osmium = pytest.importorskip("osmium")
CRS = "EPSG:25833"
TO_DEGREES = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
EAST, NORTH = 390_000.0, 5_820_000.0


def extract(path, nodes, ways):
    """Write an extract: nodes by number as (east, north[, tags]), ways as (numbers, tags)."""
    with osmium.SimpleWriter(str(path)) as writer:
        for number, (x, y, *tags) in nodes.items():
            place = TO_DEGREES.transform(EAST + x, NORTH + y)
            writer.add_node(
                osmium.osm.mutable.Node(id=number, location=place, tags=dict(*tags) or None)
            )
        for number, (refs, tags) in enumerate(ways, 1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=list(refs), tags=tags))
    return path


def metres(path, start, end):
    """Return the walk between two places along the ways of an extract."""
    network = walking_network(read_walkable(path, target_crs=CRS))
    here, there = (
        gpd.GeoDataFrame(geometry=[Point(EAST + x, NORTH + y)], index=[name], crs=CRS)
        for name, (x, y) in (("a", start), ("b", end))
    )
    return walking_distances(here, there, network=network).metres.at["a", "b"]


@pytest.mark.parametrize(
    ("tags", "walked"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "steps"}, True),
        ({"highway": "motorway", "foot": "yes"}, False),
        ({"highway": "trunk"}, False),
        ({"highway": "trunk", "foot": "yes"}, True),
        ({"highway": "primary", "motorroad": "yes"}, False),
        ({"highway": "cycleway"}, False),
        ({"highway": "cycleway", "foot": "designated"}, True),
        ({"highway": "residential", "foot": "use_sidepath"}, False),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "permissive"}, True),
        ({"highway": "track", "vehicle": "no"}, True),
        ({"highway": "construction"}, False),
        ({"waterway": "river"}, False),
    ],
)
def test_who_may_walk_follows_what_is_stated_and_else_the_kind_of_way(tags, walked):
    assert may_walk(tags) == walked


@pytest.mark.parametrize(
    ("tags", "stops"),
    [
        ({"barrier": "gate"}, False),
        ({"barrier": "gate", "locked": "yes"}, True),
        ({"barrier": "gate", "access": "private"}, True),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, False),
        ({"barrier": "wall"}, True),
        ({"barrier": "bollard"}, False),
        ({"highway": "crossing"}, False),
    ],
)
def test_gates_stop_only_where_it_is_stated_and_walls_always(tags, stops):
    assert stops_walking(tags) == stops


def test_a_way_round_by_hand(tmp_path):
    # a straight motorway of 300 m, and a path round it of 400 + 300 + 400 m
    nodes = {1: (0, 0), 2: (300, 0), 3: (0, 400), 4: (300, 400)}
    path = extract(
        tmp_path / "ort.osm.pbf", nodes,
        [((1, 2), {"highway": "motorway"}), ((1, 3, 4, 2), {"highway": "path"})],
    )  # fmt: skip
    assert metres(path, (0, 0), (300, 0)) == pytest.approx(1100, abs=0.1)
    # a place off the way: 30 m to the path, then along it
    assert metres(path, (-30, 200), (0, 400)) == pytest.approx(230, abs=0.1)


def test_a_locked_gate_cuts_the_way_and_an_open_one_does_not(tmp_path):
    ways = [((1, 2, 3), {"highway": "path"}), ((1, 4, 3), {"highway": "footway"})]
    nodes = {1: (0, 0), 3: (200, 0), 4: (100, 300)}
    round_about = 2 * (100**2 + 300**2) ** 0.5
    for tags, wanted in (({"barrier": "gate"}, 200), ({"barrier": "fence"}, round_about)):
        path = extract(tmp_path / f"{wanted:.0f}.osm.pbf", nodes | {2: (100, 0, tags)}, ways)
        assert metres(path, (0, 0), (200, 0)) == pytest.approx(wanted, abs=0.1)


def test_a_bridge_does_not_join_the_path_below(tmp_path):
    nodes = {1: (0, 0), 2: (200, 0), 3: (100, -100), 4: (100, 100)}
    ways = [((1, 2), {"highway": "footway", "bridge": "yes"}), ((3, 4), {"highway": "path"})]
    path = extract(tmp_path / "bruecke.osm.pbf", nodes, ways)
    network = walking_network(read_walkable(path, target_crs=CRS))
    assert len(network.xy) == 4 and len(network.edge) == 2


def test_what_is_no_extract_and_one_without_ways_are_told(tmp_path):
    broken = tmp_path / "kaputt.osm.pbf"
    broken.write_bytes(b"kein Auszug")
    with pytest.raises(DataError, match=r"kaputt\.osm\.pbf"):
        read_walkable(broken, target_crs=CRS)
    river = extract(
        tmp_path / "fluss.osm.pbf", {1: (0, 0), 2: (9, 9)}, [((1, 2), {"waterway": "river"})]
    )
    with pytest.raises(DataError, match="zu Fuß"):
        read_walkable(river, target_crs=CRS)
