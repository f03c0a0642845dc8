"""The committee page in a second browser: what Firefox paints, says and lets a keyboard reach."""

import io
from pathlib import Path

import pytest
from publish.sample import sample_release

from sozialraum.publish.graphics.colours import rgb
from sozialraum.publish.map_layers import make_views

Image = pytest.importorskip("PIL.Image")
pytestmark = pytest.mark.browser
MOST_STOPS = 80


def test_firefox_asks_nobody_and_complains_about_nothing(firefox, map_file):
    path = map_file(years=3)
    firefox.open(path)
    told = firefox.told()
    assert told.console == []
    outside = [url for url in told.requests if not url.startswith("data:")]
    assert {url.split("#")[0] for url in outside} <= {path.as_uri()}


@pytest.mark.parametrize("fragment", ["", "#gebiet=09760001&vergleich=09760007", "#tabelle=1"])
def test_axe_finds_nothing_in_firefox_either(firefox, map_file, fragment):
    package = pytest.importorskip("axe_playwright_python")
    source = (Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    firefox.open(map_file(years=3), fragment)
    assert firefox.axe(source, ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]) == []


def test_firefox_would_tell_of_an_error_and_of_a_request(firefox, tmp_path):
    page = tmp_path / "fehler.html"
    page.write_text(
        '<!DOCTYPE html><html data-fertig="1"><title>x</title><img src="http://127.0.0.1:48999/fehlt.png" alt="">'
        "<script>console.error('bemerkt'); throw new Error('geworfen')</script>",
        encoding="utf-8",
    )
    firefox.open(page)
    told = firefox.told()
    assert [any(word in line for line in told.console) for word in ("bemerkt", "geworfen")] == [
        True,
        True,
    ]
    assert "http://127.0.0.1:48999/fehlt.png" in told.requests


def test_firefox_paints_every_class_of_the_map_in_its_colour(firefox, map_file):
    release = sample_release()
    firefox.open(map_file())
    seen = Image.open(io.BytesIO(firefox.picture())).convert("RGB")
    assert seen.size == (1400, 900)
    counted = {colour: n for n, colour in seen.getcolors(1 << 24)}
    view = make_views(release)[0]
    for place, colour in enumerate(view.colours):
        if f"{place:x}" in view.codes[-1]:
            # a swatch of the legend alone has some hundred pixels
            assert counted.get(rgb(colour), 0) > 1500, (place, colour)


def test_the_keyboard_finds_an_area_in_firefox(firefox, map_file):
    firefox.open(map_file())
    firefox.evaluate("document.querySelector('[role=combobox]').focus()")
    firefox.press(*"schloss", "ArrowDown", "ArrowUp", "Enter")
    heads = firefox.evaluate("[...document.querySelectorAll('h2')].map(h => h.innerText)")
    assert any(head.startswith("Schloßviertel") for head in heads)


def test_the_keyboard_goes_through_the_page_and_comes_out_in_firefox(firefox, map_file):
    """Every stop is seen, none holds the keyboard, and the way ends where it began."""
    firefox.open(map_file())
    stops = []
    for _ in range(MOST_STOPS):
        firefox.press("Tab")
        stops.append(firefox.evaluate(
            "(e => e === document.body ? null : [e.tagName, e.id, e.innerText?.slice(0, 40),"
            " e.getBoundingClientRect().width > 0])(document.activeElement)"
        ))  # fmt: skip
        if len(stops) > 1 and (stops[-1] is None or stops[-1] == stops[0]):
            break
    else:
        raise AssertionError(f"the keyboard does not come out: {stops[-5:]}")
    reached = [stop for stop in stops if stop]
    assert all(visible for *_, visible in reached)
    kinds = {tag for tag, *_ in reached}
    assert {"INPUT", "BUTTON"} <= kinds and len(reached) >= 5
