"""What a screen reader is told of head, map, legend, ranking, area and table, word for word."""

import pytest
from publish.accessibility_tree import PARTS, TREES, tree_lines

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page_file(map_file):
    return map_file(years=2, layers=True)


@pytest.mark.parametrize("part", PARTS)
def test_the_tree_of_each_part_is_the_one_that_was_read(visit, page_file, part):
    fragment, selector = PARTS[part]
    with visit(page_file, fragment) as seen:
        told = tree_lines(seen.page, selector)
    assert told == (TREES / f"{part}.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("part", PARTS)
def test_nothing_that_can_be_pressed_or_filled_in_is_without_a_name(part):
    lines = (TREES / f"{part}.txt").read_text(encoding="utf-8").splitlines()
    active = [line.strip() for line in lines if line.strip().split(" ")[0] in ACTIVE]
    assert all('"' in line for line in active)
    if part == "rangfolge":  # every area of the ranking, with its ranks and its class in words
        rows = [a for a in active if a.startswith("button")]
        assert len(rows) == 23 and all("Rang " in a and "Klasse " in a for a in rows)


ACTIVE = ("button", "combobox", "checkbox", "slider", "application", "region", "table", "link")


def test_the_live_region_says_six_words_at_most_and_says_them(visit, page_file):
    with visit(page_file) as seen:
        said = []
        for press in ("#rang button", "#rang li:nth-child(7) button", "#zu"):
            seen.page.click(press)
            said.append(seen.page.inner_text("#sagt"))
            seen.page.evaluate("document.documentElement.classList.remove('gewaehlt')")
    assert all(0 < len(words.split()) <= 6 for words in said)
    assert said[0].startswith("Altstadt 3")


def test_keys_alone_reach_every_value_of_every_area(visit, page_file):
    """From the ranking with arrows and Enter: each area opens with all its values in text."""
    with visit(page_file) as seen:
        page = seen.page
        page.focus("#rang button")
        names = []
        for _ in range(3):
            page.keyboard.press("Enter")
            names.append(page.inner_text("#profil h2"))
            told = "\n".join(tree_lines(page, "#profil"))
            assert told.count("rowheader") >= 5 and "term" in told
            page.keyboard.press("Tab")
            page.evaluate("document.querySelector('#zu').focus()")
            page.keyboard.press("Enter")
            page.evaluate("document.querySelector('#rang button[tabindex=\"0\"]').focus()")
            page.keyboard.press("ArrowDown")
        assert len(set(names)) == 3
