"""The GeoPackage in the QGIS that Debian ships: opened, painted, compared with the page."""

import json
from functools import cache
from pathlib import Path

import pytest
import shapely
from publish.sample import sample_release
from qgis_here import run_in_qgis
from shared_data import shared

import sozialraum
from sozialraum.publish.axes import axis_columns
from sozialraum.publish.grammar import legend_order
from sozialraum.publish.graphics.colours import rgb
from sozialraum.publish.map_layers import make_views
from sozialraum.publish.page.page_data import page_data
from sozialraum.publish.tables.geopackage import write_geopackage
from sozialraum.publish.tables.qgis_style import styles
from sozialraum.publish.wording import class_in_legend
from sozialraum.texts import text

Image = pytest.importorskip("PIL.Image")
ROOT = Path(__file__).parents[2]
LOOKS = Path(__file__).parent / "qgis_looks.py"
UNKNOWN = "skmun"


@cache
def release_of(name):
    if name in ("deprivation", "participation"):
        return sample_release(orientation=name, years=2, layers=True)
    data = shared("data") if name.startswith("berlin") else None
    return sozialraum.build(ROOT / "config" / f"{name}.toml", data=data).release


@pytest.fixture(
    scope="module",
    params=["deprivation", "participation", "musterstadt_hagen",
            pytest.param("berlin_mss_2017", marks=pytest.mark.shared)],
)  # fmt: skip
def seen(request, tmp_path_factory):
    """A release, and what QGIS makes of its GeoPackage."""
    release, folder = release_of(request.param), tmp_path_factory.mktemp("qgis")
    write_geopackage(release, folder / "index.gpkg")
    run_in_qgis(LOOKS, folder / "index.gpkg", folder)
    return release, json.loads((folder / "gesehen.json").read_text("utf-8")), folder


def looks(seen):
    """Yield each view with what QGIS shows in its style."""
    release, told, _ = seen
    for view, name in zip(make_views(release), styles(release), strict=True):
        yield view, told["styles"][name]


def test_qgis_opens_the_layer_in_its_crs_with_the_index_at_once(seen):
    release, told, _ = seen
    view = make_views(release)[0]
    assert told["crs"] == f"EPSG:{release.areas.crs.to_epsg()}"
    first = [label for label, _ in told["legend_at_once"]][: len(view.colours)]
    assert first == [class_in_legend(view, release, i) for i in legend_order(view)]


def test_every_style_has_a_whole_name_of_its_own(seen):
    release, told, _ = seen
    assert list(told["styles"]) == list(styles(release))
    assert len(told["styles"]) == len(make_views(release))


def test_the_legend_of_qgis_has_the_words_and_colours_of_the_page(seen):
    release = seen[0]
    pages = {view["id"]: view for view in page_data(release)["views"]}
    for view, shown in looks(seen):
        page = pages[view.id]
        wanted = [[class_in_legend(view, release, i), page["colours"][i]] for i in page["order"]]
        assert shown["legend"][: len(wanted)] == wanted, view.id
        over = [mark["label"] for mark in (page["stripes"], page["dots"]) if mark]
        rest = [label for label, _ in shown["legend"][len(wanted) :]]
        assert [label.split(": ", 1)[1] for label in rest[: len(over)]] == over
        assert rest[len(over) :] == [text(f"publish.page.mark_{mark}") for mark in UNKNOWN]


def test_qgis_paints_each_area_in_the_class_the_page_gives_it(seen):
    release = seen[0]
    for view, shown in looks(seen):
        over = [
            (f"publish.page.{word}", mark)
            for word, mark in (("stripes_of", view.stripes), ("dots_of", view.dots))
            if mark
        ]
        for place, (key, code) in enumerate(zip(release.areas.index, view.codes[-1], strict=True)):
            wanted = [text(word, label=mark.label) for word, mark in over if mark.areas[place]]
            if code in UNKNOWN:
                wanted.append(text(f"publish.page.mark_{code}"))
            else:
                wanted.append(class_in_legend(view, release, int(code, 16)))
            assert shown["painted"][key] == sorted(wanted), (view.id, key)


def test_the_name_and_the_number_of_the_class_stand_on_the_map_of_qgis(seen):
    release = seen[0]
    for view, shown in looks(seen):
        numbers = release.current.table[axis_columns(view.id)[1]] if view.group == "index" else None
        for key, name in release.areas["name"].items():
            known = numbers is not None and numbers.notna()[key]
            wanted = f"{int(numbers[key])}\n{name}" if known else name
            assert shown["labels"][key] == wanted.strip(), (view.id, key)


def test_the_picture_has_the_colour_of_the_class_where_the_area_lies(seen):
    """The commonest colour around the middle of an area; small and striped ones are left out."""
    release, _, folder = seen
    circles = shapely.maximum_inscribed_circle(release.areas.geometry.to_numpy(), tolerance=5)
    middles = shapely.get_coordinates(shapely.get_point(circles, 0))
    looked = 0
    for view, shown in looks(seen):
        picture = Image.open(folder / shown["picture"]).convert("RGB")
        left, _, right, top = shown["extent"]
        metres = (right - left) / picture.size[0]
        for (x, y), radius, code, place in zip(
            middles, shapely.length(circles), view.codes[-1], range(len(middles)), strict=True
        ):
            over = [m for m in (view.stripes, view.dots) if m and m.areas[place]]
            size = int(radius / metres * 0.7)
            if code in UNKNOWN or over or size < 6:
                continue
            at = (x - left) / metres, (top - y) / metres
            box = (at[0] - size, at[1] - size, at[0] + size, at[1] + size)
            counted = picture.crop(tuple(map(round, box))).getcolors(1 << 24)
            assert max(counted)[1] == rgb(view.colours[int(code, 16)]), (view.id, place)
            looked += 1
    assert looked > len(make_views(release)) * 5
