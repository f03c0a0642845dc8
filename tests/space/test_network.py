import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString
from space.areas_on_paper import CRS

from sozialraum.model.errors import DataError
from sozialraum.space.crosswalks.nearest import nearest_crosswalk
from sozialraum.space.network import beeline_distances, walking_distances, walking_network


def points(**xy):
    shapes = shapely.points(np.array(list(xy.values()), float))
    return gpd.GeoDataFrame(index=list(xy), geometry=shapes, crs=CRS)


def paths(*lines):
    return gpd.GeoDataFrame(geometry=[LineString(line) for line in lines], crs=CRS)


# a street of 1,000 m along y = 0 with a side street to the north at x = 400
STREETS = paths([(0, 0), (400, 0), (1000, 0)], [(400, 0), (400, 300)])


def test_walks_follow_the_paths():
    net = walking_network(STREETS)
    found = walking_distances(
        points(h=(0, 0), k=(400, 300)), points(S=(1000, 0), T=(400, 100)), network=net
    )
    assert found.metres.loc["h"].to_dict() == pytest.approx({"S": 1000.0, "T": 500.0})
    assert found.metres.loc["k"].to_dict() == pytest.approx({"S": 900.0, "T": 200.0})
    assert found.basis == "Fußweg" and found.problems == ()


def test_the_walk_to_the_path_counts_and_starts_at_its_nearest_point():
    # 30 m to the street at x = 250, then 150 m to the corner and 100 m up the side street
    found = walking_distances(
        points(h=(250, 30)), points(T=(400, 100)), network=walking_network(STREETS)
    )
    assert found.metres.loc["h", "T"] == pytest.approx(30 + 150 + 100)


def test_two_places_on_the_same_edge_walk_straight():
    found = walking_distances(
        points(h=(500, 0)), points(S=(700, 10)), network=walking_network(STREETS)
    )
    assert found.metres.loc["h", "S"] == pytest.approx(210.0)


def test_two_places_at_the_same_spot_are_neighbours():
    found = walking_distances(
        points(h=(500, 5)), points(S=(500, 5)), network=walking_network(STREETS)
    )
    assert found.metres.loc["h", "S"] == pytest.approx(10.0)


def test_a_bridge_is_no_crossing():
    net = walking_network(paths([(0, 0), (100, 0)], [(50, -50), (50, 50)]))
    found = walking_distances(points(h=(0, 0)), points(S=(50, 50)), network=net)
    assert np.isnan(found.metres.loc["h", "S"])
    assert [p.code for p in found.problems] == ["space.unreached"]


def test_places_off_the_net_are_listed_and_get_no_distance():
    found = walking_distances(
        points(h=(0, 0), far=(0, 900)),
        points(S=(1000, 0)),
        network=walking_network(STREETS),
        snap_limit=100,
    )
    assert found.metres["S"].isna().tolist() == [False, True]
    assert "far" in str(found.problems[0]) and found.problems[0].severity == "warning"


def test_walks_beyond_the_limit_are_no_walks():
    found = walking_distances(
        points(h=(0, 0)),
        points(S=(1000, 0), T=(400, 100)),
        network=walking_network(STREETS),
        limit=500,
    )
    assert found.metres.loc["h"].isna().to_dict() == {"S": True, "T": False}


def test_of_two_parallel_paths_the_shorter_is_walked():
    net = walking_network(
        paths([(0, 0), (100, 0)], [(0, 0), (50, 80), (100, 0)], [(100, 0), (0, 0)])
    )
    found = walking_distances(points(h=(0, 0)), points(S=(100, 0)), network=net)
    assert found.metres.loc["h", "S"] == pytest.approx(100.0)


def test_random_nets_agree_with_networkx():
    networkx = pytest.importorskip("networkx")
    rng = np.random.default_rng(3)
    n = 12
    lines = [[(i * 100, j * 100), ((i + 1) * 100, j * 100)] for i in range(n - 1) for j in range(n)]
    lines += [
        [(i * 100, j * 100), (i * 100, (j + 1) * 100)] for i in range(n) for j in range(n - 1)
    ]
    lines = [lines[k] for k in rng.permutation(len(lines))[:200]]
    graph = networkx.Graph()
    for a, b in lines:
        graph.add_edge(a, b, weight=100.0)
    corners = sorted(graph)
    homes = {f"h{k}": corners[i] for k, i in enumerate(rng.integers(0, len(corners), 15))}
    schools = {f"s{k}": corners[i] for k, i in enumerate(rng.integers(0, len(corners), 5))}
    found = walking_distances(
        points(**homes), points(**schools), network=walking_network(paths(*lines))
    )
    for school, place in schools.items():
        length = networkx.single_source_dijkstra_path_length(graph, place)
        expected = [length.get(corner, np.nan) for corner in homes.values()]
        np.testing.assert_allclose(found.metres[school], expected, atol=1e-5)


def test_beelines_say_that_they_are_beelines():
    found = beeline_distances(points(h=(0, 0)), points(S=(300, 400)), detour=1.3)
    assert found.metres.loc["h", "S"] == pytest.approx(650.0)
    assert found.basis == "Luftlinie × 1,3"
    with pytest.raises(ValueError, match="detour"):
        beeline_distances(points(h=(0, 0)), points(S=(300, 400)), detour=0.5)


def test_everyone_belongs_to_the_nearest_school():
    found = walking_distances(
        points(a=(0, 0), b=(900, 0), c=(5000, 5000)),
        points(S=(400, 300), T=(1000, 0), U=(1000, 90)),
        network=walking_network(STREETS),
    )
    assert found.nearest["key"].tolist()[:2] == ["S", "T"] and found.nearest["key"].isna()["c"]
    walk = nearest_crosswalk(found)
    moved = walk.matrix @ np.array([10.0, 20.0, 5.0])
    assert moved.tolist() == [10.0, 20.0, 0.0]
    assert walk.unmatched_source.to_dict() == {"c": 1.0}
    assert walk.unmatched_target.to_dict() == {"U": 1.0}
    assert walk.details["basis"] == "Fußweg"


def test_the_panel_of_a_nearest_crosswalk_loses_nobody_it_does_not_list():
    metres = pd.DataFrame({"S": [1.0, np.nan], "T": [2.0, np.nan]}, index=["a", "b"])
    from sozialraum.space.network import Distances

    walk = nearest_crosswalk(Distances(metres, "Fußweg"))
    counts = pd.DataFrame({"n": [3.0, 4.0]}, index=["a", "b"])
    assert walk.apply(counts)["n"].sum() + walk.outside(counts)["n"] == 7.0


@pytest.mark.parametrize(
    ("lines", "match"),
    [
        (STREETS.set_crs(None, allow_override=True), "Koordinatensystem"),
        (STREETS.set_crs("EPSG:4326", allow_override=True), "Längen"),
        (points(a=(0, 0)), "keine Linien"),
    ],
)
def test_layers_that_are_no_paths_are_refused(lines, match):
    with pytest.raises(DataError, match=match):
        walking_network(lines)
