"""The page for very many areas: compressed data, a canvas instead of elements, the same colours."""

import io
import json
import re
import zlib
from base64 import b64decode
from collections import Counter

import pytest
from publish.blown import blown_up
from publish.sample import sample_release

from sozialraum.publish.page import map_page
from sozialraum.publish.page.data_block import COMPRESSED_FROM, data_block
from sozialraum.publish.page.page_data import page_data

MANY = 6500  # areas: more than are drawn as elements


def test_compressed_data_are_the_same_data_and_the_same_bytes():
    plain = {"keys": ["ä"] * (COMPRESSED_FROM - 1), "x": "</script>"}
    packed = plain | {"keys": ["ä"] * COMPRESSED_FROM}
    assert data_block(plain).startswith('<script type="application/json" id="daten">{"keys"')
    block = data_block(packed)
    content = re.fullmatch(
        r'<script type="application/octet-stream" id="daten">([\w+/=]+)</script>', block
    ).group(1)
    assert json.loads(zlib.decompress(b64decode(content))) == packed
    assert data_block(packed) == block


pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A page of many areas, and the data it holds."""
    release = sample_release(26, 2, 2, layers=True)
    data = blown_up(page_data(release), MANY)
    path = tmp_path_factory.mktemp("viele") / "karte.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(map_page, "page_data", lambda *_, **__: data)
        map_page.write_map(release, path)
    return path, data


MIDDLES = """() => { const seen = document.querySelector('.welt').getAttribute('transform')
    .match(/scale\\(([^)]+)\\) translate\\(([^ ]+) ([^)]+)\\)/).slice(1).map(Number);
  const box = document.getElementById('karte').getBoundingClientRect(); return [...seen, box.left, box.top]; }"""


def middle(data, i, seen):
    """Return where the middle of an area is on the screen; the map draws around its first spot."""
    from math import cos, radians

    (north, east, _), (lat, lon, _) = data["spots"][0], data["spots"][i]
    scale, dx, dy, left, top = seen
    x, y = (lon - east) * 111195 * cos(radians(north)), (north - lat) * 111195
    return left + (x + dx) * scale, top + (y + dy) * scale


def test_a_canvas_paints_each_area_in_the_colour_of_its_class(visit, page):
    image = pytest.importorskip("PIL.Image")
    path, data = page
    with visit(path) as seen:
        assert seen.page.locator("canvas.boden").count() == 1
        assert seen.page.locator("path.gebiet").count() == 0
        for _ in range(7):
            seen.page.focus("#karte")
            seen.page.keyboard.press("+")
        where = seen.page.evaluate(MIDDLES)
        screen = image.open(io.BytesIO(seen.page.locator("canvas.boden").screenshot()))
        screen = screen.convert("RGB")
        assert seen.console == [] and len(seen.requests) == 1
    view, checked, wrong = data["views"][0], 0, []
    for i, code in enumerate(view["codes"][-1]):
        x, y = middle(data, i, where)
        x, y = int(x - where[3]), int(y - where[4])
        if not (8 < x < screen.width - 60 and 8 < y < screen.height - 30) or code in "skmun":
            continue
        around = screen.crop((x - 4, y - 4, x + 5, y + 5)).convert("RGB")
        [(most, _)] = Counter(
            around.get_flattened_data()
            if hasattr(around, "get_flattened_data")
            else around.getdata()
        ).most_common(1)
        checked += 1
        wrong += (
            [code] if "#{:02x}{:02x}{:02x}".format(*most) != view["colours"][int(code, 16)] else []
        )
    assert checked >= 20 and len(wrong) <= checked // 10  # a name may cover the middle


def test_many_areas_are_found_chosen_filtered_and_read_by_the_year(visit, page):
    path, data = page
    with visit(path) as seen:
        found = seen.page
        found.fill("#suche", data["keys"][5000])
        found.keyboard.press("Enter")
        assert data["keys"][5000] in found.inner_text("#profil h2")
        assert found.locator("#profil select option").count() <= 201
        found.click("#klassen li:nth-child(1) button")
        assert found.is_visible("#filter")
        found.evaluate(
            "() => { const r = document.getElementById('jahr'); r.value = 0; r.dispatchEvent(new Event('input')); }"
        )
        counts = [
            int(re.search(r"(\d+)", n).group(1))
            for n in found.locator("#klassen button .zahl").all_inner_texts()
        ]
        assert sum(counts) == MANY and seen.console == []
