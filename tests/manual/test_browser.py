"""The handbook in a real Chromium without network: it opens, is found in, read and printed."""

import pytest

from sozialraum.manual import write_handbook, write_reference

pytestmark = pytest.mark.browser
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("handbuch")
    return {
        "handbook": write_handbook(folder / "handbuch.html"),
        "reference": write_reference(folder / "api.html"),
    }


@pytest.fixture
def opened(chromium, files):
    """Open one of the two documents offline; page, requests and console lines come back."""
    contexts = []

    def visit(name, width=1400):
        context = chromium.new_context(viewport={"width": width, "height": 900}, offline=True)
        contexts.append(context)
        page, requests, console = context.new_page(), [], []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda line: console.append(line.text))
        page.on("pageerror", lambda error: console.append(str(error)))
        page.goto(files[name].as_uri())
        page.wait_for_selector("html[data-fertig]")
        return page, requests, console

    yield visit
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", ["handbook", "reference"])
def test_the_document_asks_nobody_and_complains_about_nothing(opened, name):
    page, requests, console = opened(name)
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in requests if url.startswith("file:")]) == 1
    assert console == []
    policy = page.get_attribute('meta[http-equiv="Content-Security-Policy"]', "content")
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy


@pytest.mark.parametrize("width", [1400, 400])
@pytest.mark.parametrize("name", ["handbook", "reference"])
def test_no_rule_of_accessibility_is_broken(opened, name, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page, _, _ = opened(name, width)
    found = axe.Axe().run(page, options={"runOnly": AXE_RULES})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [1400, 400])
def test_no_page_is_wider_than_the_screen(opened, width):
    page, _, _ = opened("handbook", width)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(
    ("word", "place"),
    [
        ("Freigabebuch", "#geheimhaltung.das-freigabebuch"),
        ("townsend", "#methoden"),
        ("max_change", "#planung.stellen-und-mittel-verteilen"),
    ],
)
def test_a_word_that_is_searched_for_leads_to_its_place(opened, word, place):
    page, _, _ = opened("handbook")
    page.fill("#wort", word)
    links = page.locator("#fundstellen a")
    assert place in [links.nth(n).get_attribute("href") for n in range(links.count())]
    assert page.inner_text("#treffer").endswith(("Stelle", "Stellen"))
    assert page.locator("#kapitel").is_hidden()
    page.press("#wort", "Enter")
    page.keyboard.press("Enter")
    assert "#" in page.url


def test_a_word_that_stands_nowhere_is_told_and_the_contents_come_back(opened):
    page, _, _ = opened("handbook")
    page.fill("#wort", "xyzzy")
    assert page.inner_text("#treffer") == "Nichts gefunden"
    page.fill("#wort", "")
    assert page.inner_text("#treffer") == "" and page.locator("#kapitel").is_visible()


def test_the_pictures_are_there(opened):
    page, _, _ = opened("handbook")
    widths = page.eval_on_selector_all("img", "images => images.map(i => i.naturalWidth)")
    assert widths and min(widths) > 300


def test_on_paper_there_is_no_menu_and_every_chapter_begins_a_page(opened):
    page, _, _ = opened("handbook")
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden()
    breaks = page.eval_on_selector_all(
        "main > section", "parts => parts.map(p => getComputedStyle(p).breakBefore)"
    )
    assert set(breaks) == {"page"}
