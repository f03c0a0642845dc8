"""The page for very many areas: compressed data, a canvas instead of elements, the same colours."""

import io
import re
from collections import Counter

import pytest
from publish.blown import blown_up
from publish.sample import sample_release

from sozialraum.publish.page import map_page
from sozialraum.publish.page.page_data import page_data

MANY = 6500  # areas: more than are drawn as elements


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


# what a page asks for is read once: a property that made its value becomes a plain one
COUNTS = """window.done = {columns: 0, read: [], dyed: 0, traced: 0};
const define = Object.defineProperty;
Object.defineProperty = (holder, name, what) => {
  if (what.get) window.done.columns++;
  else if (what.writable && what.enumerable) window.done.read.push(name);
  return define(holder, name, what);
};
for (const [kind, name] of [["dyed", "putImageData"], ["traced", "lineTo"], ["traced", "fill"]]) {
  const own = CanvasRenderingContext2D.prototype[name];
  CanvasRenderingContext2D.prototype[name] = function (...all) {
    window.done[kind]++;
    return own.apply(this, all);
  };
}"""
OTHER_YEAR = """year => { const slider = document.getElementById("jahr"); slider.value = year;
  slider.dispatchEvent(new Event("input")); }"""


def test_the_first_picture_reads_few_columns_and_a_year_one_more(visit, page):
    with visit(page[0], before=COUNTS) as seen:
        first = seen.page.evaluate("window.done")
        assert {"shapes", "spots", "rank"} <= set(first["read"]) and first["columns"] > 20
        # columns of indicators are called by their place: values, contributions, spreads
        assert not [name for name in first["read"] if isinstance(name, int)]
        seen.page.evaluate(OTHER_YEAR, 0)
        assert seen.page.evaluate("window.done.read")[len(first["read"]) :] == ["rank"]
        assert seen.console == []


def test_a_move_or_another_year_is_one_look_at_each_pixel_and_no_path(visit, page):
    with visit(page[0], before=COUNTS) as seen:
        counts = [seen.page.evaluate("window.done")]
        seen.page.evaluate(OTHER_YEAR, 0)
        counts.append(seen.page.evaluate("window.done"))
        seen.page.focus("#karte")
        seen.page.keyboard.press("+")
        counts.append(seen.page.evaluate("window.done"))
    assert [one["dyed"] for one in counts] == [1, 2, 3]
    assert [one["traced"] for one in counts] == [0, 0, 0]


ELEMENTS = """() => ({all: document.querySelectorAll("*").length,
  longest: Math.max(...[...document.querySelectorAll("path")].map(
    one => (one.getAttribute("d") ?? "").split("M").length))})"""


def test_elements_and_lines_do_not_grow_with_the_areas(visit, page, tmp_path):
    """Of twice as many areas the page has as many elements, whatever is chosen."""
    release = sample_release(26, 2, 2, layers=True)
    data = blown_up(page_data(release), 2 * MANY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(map_page, "page_data", lambda *_, **__: data)
        map_page.write_map(release, tmp_path / "karte.html")
    counts = []
    for path in (page[0], tmp_path / "karte.html"):
        with visit(path) as seen:
            found = [seen.page.evaluate(ELEMENTS)]
            seen.page.click("#rang button")
            found.append(seen.page.evaluate(ELEMENTS))
            counts.append(found)
    few, many = counts
    assert [one["all"] for one in many] == [one["all"] for one in few]
    assert max(one["longest"] for one in [*few, *many]) <= 602


def test_the_table_makes_a_thousand_rows_at_once_and_all_are_reached_by_the_keyboard(visit, page):
    path, _ = page
    with visit(path) as seen:
        found = seen.page
        found.click("#umschalten")
        assert found.locator("#tabelle tbody tr").count() == 1000
        for nr in range(1, -(-MANY // 1000)):
            found.focus(".weitere")
            found.keyboard.press("Enter")
            assert found.evaluate("document.activeElement.closest('tr').rowIndex") == 1000 * nr + 1
        assert found.locator("#tabelle tbody tr").count() == MANY
        assert found.is_hidden(".weitere") and seen.console == []
        found.keyboard.press("End")  # arrows, Home and End move among all rows
        last = "document.activeElement.closest('tr').rowIndex"
        assert found.evaluate(last) == MANY
        # who chooses far below stays there
        found.keyboard.press("Enter")
        assert found.locator("#tabelle tbody tr").count() == MANY


def test_the_order_by_name_is_the_one_in_which_each_two_names_stand(visit, page):
    path, data = page
    with visit(path) as seen:
        seen.page.click("#umschalten")
        shown = seen.page.locator("#tabelle tbody th").all_inner_texts()[:200]
        order = seen.page.evaluate(
            "names => [...names].sort(new Intl.Collator('de-DE', {numeric: true}).compare)",
            data["names"],
        )
    lettered = [name for name in shown if name not in order]
    assert len(lettered) <= 3  # a letter of the headline stands before their names
    assert [name for name in shown if name not in lettered] == [
        name for name, own in zip(order, shown, strict=False) if own not in lettered
    ]
