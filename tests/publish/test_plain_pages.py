"""Early warning and education chain in a real Chromium without network: read, on a phone, printed."""

from itertools import pairwise
from pathlib import Path

import pytest

from sozialraum.workflows.build import build
from sozialraum.workflows.watch import watch

pytestmark = pytest.mark.browser
CONFIG = Path(__file__).parents[2] / "config"
PAGES = ("fruehwarnung", "bildungskette")
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seiten")
    watch(CONFIG / "fruehwarnung_musterstadt.toml").save(folder / "fruehwarnung")
    build(CONFIG / "bildungskette_musterstadt.toml").save(folder / "bildungskette", files=["csv"])
    return {name: folder / name / f"{name}.html" for name in PAGES}


@pytest.fixture
def opened(chromium, files):
    contexts = []

    def visit(name, width=1200):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, offline=True, bypass_csp=True
        )
        contexts.append(context)
        page, requests = context.new_page(), []
        page.on("request", lambda request: requests.append(request.url))
        page.goto(files[name].as_uri())
        return page, requests

    yield visit
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_asked_for_but_the_file_itself(opened, files, name):
    _, requests = opened(name)
    assert requests == [files[name].as_uri()]


@pytest.mark.parametrize("width", [400, 1200])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_against_wcag_2_1_aa(opened, name, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page, _ = opened(name, width)
    found = axe.run(page, options={"runOnly": {"type": "tag", "values": AXE_RULES}})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", PAGES)
def test_on_a_phone_tables_scroll_by_themselves_and_the_page_does_not(opened, name):
    page, _ = opened(name, 400)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


@pytest.mark.parametrize("name", PAGES)
def test_the_keyboard_reaches_every_table_that_scrolls(opened, name):
    page, _ = opened(name, 400)
    boxes = page.locator(".wide")
    assert boxes.count() >= 1
    assert all(boxes.nth(n).get_attribute("tabindex") == "0" for n in range(boxes.count()))


def test_no_name_of_a_station_lies_over_another(opened):
    page, _ = opened("bildungskette")
    boxes = [b.bounding_box() for b in page.locator("svg.chain text[text-anchor=middle]").all()]
    assert len(boxes) == 4
    for one, two in pairwise(boxes):
        assert one["x"] + one["width"] <= two["x"] + 1
