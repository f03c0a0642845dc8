"""Each page in each state a reader brings it into, in two browsers: axe, console, requests, width."""

from pathlib import Path

import pytest
from publish.page_states import OPEN_ALL, states
from publish.test_payloads import PAGES

pytestmark = pytest.mark.browser
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
CALLED = "Muster"  # harmless, where the tests of hostile words write theirs
SHOWN = (
    "teilnahme.html", "methodenvergleich.html", "szenarien.html", "angebote.html", "cockpit.html",
    "karte.html mit Angeboten", "bildungskette.html", "fruehwarnung.html",
)  # fmt: skip
MOST_STOPS = 160


@pytest.fixture(scope="module")
def file_of(tmp_path_factory):
    """Write each page once."""
    written = {}

    def write(name):
        if name not in written:
            path = tmp_path_factory.mktemp("seite") / f"{name.split(' ')[0]}"
            path.write_text(PAGES[name](CALLED), encoding="utf-8", newline="\n")
            written[name] = path
        return written[name]

    return write


@pytest.fixture
def opened(chromium):
    """Open a file offline; the page, what it asks for and what its console says."""
    contexts = []

    def visit(path, width=1400):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, offline=True, bypass_csp=True
        )
        contexts.append(context)
        page, told = context.new_page(), []
        page.on("console", lambda line: told.append(line.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("request", lambda asked: told.append(asked.url))
        page.goto(path.as_uri())
        page.wait_for_timeout(200)
        return page, told

    yield visit
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [1400, 400])
@pytest.mark.parametrize("name", SHOWN)
def test_no_state_breaks_a_rule_asks_anybody_or_is_wider_than_the_screen(
    opened, file_of, name, width
):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page, told = opened(file_of(name), width)
    options, seen = {"runOnly": {"type": "tag", "values": AXE_RULES}}, []
    for state in states(page):
        found = axe.run(page, options=options).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found] == [], state
        assert page.evaluate("document.documentElement.scrollWidth") <= width, state
        seen.append(state)
    assert len(seen) >= 2 and told == [file_of(name).as_uri()]


def test_the_states_of_the_committee_page_hold_all_that_can_be_chosen(opened, map_file):
    page, told = opened(map_file(years=3, layers=True))
    seen = " ".join(states(page))
    wanted = ("tab 4", "year moved", "area chosen", "comparison", "filter", "search open", "table")
    assert [w for w in wanted if w not in seen] == []
    assert len(told) == 1


NEXT_STOP = """(e => e === document.body ? null
  : [e.tagName, e.id, e.getBoundingClientRect().width > 0 || e.closest('svg') !== null,
     (e.dataset.halt ??= String(Math.random()))])(document.activeElement)"""


@pytest.mark.parametrize("name", SHOWN)
def test_the_keyboard_reaches_every_control_and_every_table_that_scrolls(opened, file_of, name):
    """What can be pressed, chosen or scrolled is a stop itself or moves with the arrows."""
    page, _ = opened(file_of(name))
    page.evaluate(OPEN_ALL)
    stops = set()
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(NEXT_STOP)
        if stop is None or stop[3] in stops:
            break
        assert stop[2], stop
        stops.add(stop[3])
    else:
        raise AssertionError("the keyboard does not come out")
    left = page.evaluate(
        """() => [...document.querySelectorAll('button, select, input, summary, a[href], .wide')]
          .filter(e => e.getClientRects().length && !e.disabled && !e.dataset.halt
            && getComputedStyle(e).visibility !== 'hidden'
            && (!e.matches('.wide') || e.scrollWidth > e.clientWidth + 1)
            && e.tabIndex >= 0).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert left == []
    # of a group that is one stop, one member is a stop and the arrows reach the others
    lonely = page.evaluate(
        """() => [...document.querySelectorAll('button[tabindex="-1"]')]
          .filter(e => e.getClientRects().length
            && !e.closest('ol, ul, nav, .reiter, #reiter, [role=tablist], table, .zoomen')
                 ?.querySelector('[tabindex="0"], button:not([tabindex="-1"])'))
          .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert lonely == []


@pytest.mark.parametrize("name", SHOWN)
def test_firefox_shows_each_page_without_a_word_of_complaint(firefox, file_of, name):
    package = pytest.importorskip("axe_playwright_python")
    source = (Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    path = file_of(name)
    firefox.show(path)
    told = firefox.told()
    outside = {url.split("#")[0] for url in told.requests if not url.startswith("data:")}
    assert told.console == [] and outside <= {path.as_uri()}
    assert firefox.evaluate("document.body.innerText.length") > 100
    for _ in range(3):
        firefox.press("Tab")
    assert firefox.evaluate("document.activeElement !== document.body")
    assert firefox.axe(source, AXE_RULES) == []
