"""Every state a reader can bring a page into: tabs, choices, search, table, folded parts, each once."""

import re

# What is pressed one after the other: a selector, and what is done with each of its elements.
TABS = "#reiter button, .reiter button, nav button, [role=tab], [data-als]"
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true; })"
LAST_OPTION = """select => { select.selectedIndex = select.options.length - 1;
  select.dispatchEvent(new Event('input', {bubbles: true}));
  select.dispatchEvent(new Event('change', {bubbles: true})); }"""
FIRST_YEAR = """range => { range.value = range.min;
  range.dispatchEvent(new Event('input', {bubbles: true})); }"""


def states(page):
    """Yield the name of each state of an opened page, the page being in it.

    Parameters
    ----------
    page : of Playwright, as opened
    """
    yield "start"
    page.evaluate(OPEN_ALL)
    yield "all unfolded"
    for nr in range(page.locator(TABS).count()):
        tab = page.locator(TABS).nth(nr)
        if tab.is_visible() and tab.is_enabled():
            tab.click()
            yield f"tab {nr}: {tab.inner_text()}"
    for nr in range(page.locator("select").count()):
        choice = page.locator("select").nth(nr)
        if choice.is_visible() and choice.locator("option").count() > 1:
            choice.evaluate(LAST_OPTION)
            yield f"choice {nr}"
    for nr in range(page.locator("input[type=range]").count()):
        page.locator("input[type=range]").nth(nr).evaluate(FIRST_YEAR)
        yield f"year moved {nr}"
    yield from _map_states(page)


def _map_states(page):
    """Yield the states of the committee page: an area, a comparison, a filter, a search, the table."""
    if not page.locator("#rang button").count():
        return
    page.locator("#rang button").first.evaluate("one => one.click()")
    yield "area chosen"
    address = page.evaluate("location.hash")
    keys = page.evaluate("[...document.querySelectorAll('#rang button')].map(b => b.dataset.area)")
    if re.search(r"gebiet=([^&]+)", address) and len(keys) > 1:
        page.locator("#rang button").nth(1).evaluate("one => one.click()")
        yield "another area"
    compare = page.locator("#profil select")
    if compare.count():
        compare.first.evaluate(LAST_OPTION)
        yield "comparison"
    page.locator("#klassen button").first.evaluate("one => one.click()")
    yield "filter"
    page.fill("#suche", "a")
    yield "search open"
    page.fill("#suche", "")
    page.locator("#umschalten").evaluate("one => one.click()")
    yield "table"
