"""What stands above the map, and what comes out of the printer: rendered and measured in pictures."""

import re
import shutil
import subprocess
import unicodedata
from dataclasses import replace

import numpy as np
import pytest
from publish.sample import sample_release

from sozialraum.publish.headline.headline_numbers import headline_of
from sozialraum.publish.page.map_page import map_html, write_map

pytestmark = pytest.mark.browser
SAID = (
    "Hohe Belastung und seltene Teilnahme treffen zusammen in: Altstadt 1, Altstadt 2.",
    "Je geringer die Belastung des Gebiets, desto häufiger ist die Teilnahme.",
    "In Gebieten der Klasse „sehr hoch“ nehmen 16 von 100 Kindern teil.",
    "Von 26 Gebieten sind 15 in mindestens 95 von 100 Rechnungen in derselben Klasse.",
    "Verglichen werden Gebiete, nicht einzelne Kinder.",
)
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
LANDSCAPE = {"landscape": True, "print_background": True}


def told(n, years=1):
    release = sample_release(years=years, layers=True)
    return replace(release, facts=replace(release.facts, findings=SAID[:n]))


@pytest.fixture(scope="module")
def page_of(tmp_path_factory):
    def write(n, **options):
        path = tmp_path_factory.mktemp("befunde") / "karte.html"
        write_map(told(n), path, **options)
        return path

    return write


def test_three_findings_stand_below_the_map_and_a_key_press_shows_all(visit, page_of):
    with visit(page_of(5)) as seen:
        page = seen.page
        lines = page.locator("#befunde li")
        assert [lines.nth(i).is_visible() for i in range(5)] == [True, True, True, False, False]
        drawn = page.locator("#karte").bounding_box()
        assert page.locator("#befunde").bounding_box()["y"] >= drawn["y"] + drawn["height"] - 1
        told = page.locator("#kern").bounding_box()
        assert told["y"] + told["height"] <= drawn["y"] + 1
        assert page.inner_text("#alle-befunde") == "Alle 5 Sätze zeigen"
        page.focus("#alle-befunde")
        page.keyboard.press("Enter")
        assert all(lines.nth(i).is_visible() for i in range(5))
        assert page.get_attribute("#alle-befunde", "aria-expanded") == "true"
        page.keyboard.press("Enter")
        assert not lines.nth(4).is_visible()


def test_few_findings_have_no_switch_and_none_have_no_heading(visit, page_of):
    with visit(page_of(3)) as seen:
        assert not seen.page.is_visible("#alle-befunde") and seen.console == []
    with visit(page_of(0)) as seen:
        assert seen.page.locator("#befunde").count() == 0 and seen.console == []


def test_map_and_legend_end_with_the_screen_however_much_is_said(visit, page_of):
    for n in (0, 5):
        with visit(page_of(n), height=1000) as seen:
            box = seen.page.locator("#seite").bounding_box()
            assert box["y"] + box["height"] == pytest.approx(1000, abs=2)


def test_the_map_starts_high_on_the_screen_and_higher_on_a_phone(visit, page_of):
    for width, height, highest in ((1400, 900, 280), (400, 800, 260)):
        with visit(page_of(5), width=width, height=height) as seen:
            assert seen.page.locator("#karte").bounding_box()["y"] <= highest
            assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
            first = seen.page.locator("#kern h2").bounding_box()
            assert first["y"] + first["height"] < seen.page.locator("#karte").bounding_box()["y"]


def test_a_phone_unfolds_the_rest_of_the_headline(visit, page_of):
    with visit(page_of(5), width=400, height=800) as seen:
        assert not seen.page.is_visible("#kern .weiter")
        seen.page.click("#mehr")
        assert seen.page.is_visible("#kern .weiter")
        assert seen.page.get_attribute("#mehr", "aria-expanded") == "true"
        seen.page.click("#mehr")
        assert not seen.page.is_visible("#kern .weiter") and seen.console == []


def test_an_area_of_the_headline_is_opened_by_its_button(visit, page_of):
    with visit(page_of(0)) as seen:
        button = seen.page.locator("#kern [data-gebiet]").first
        name = button.inner_text().split("\u00a0", 1)[1]
        button.click()
        assert name in seen.page.inner_text("#profil h2")


def test_every_letter_stands_in_headline_map_legend_and_table(visit, page_of):
    letters = set(headline_of(told(0)).letters.values())
    assert letters
    with visit(page_of(0)) as seen:
        page = seen.page
        assert set(page.locator("#kern .brief").all_inner_texts()) == letters
        assert set(page.locator(".schrift .brief").all_inner_texts()) == letters
        assert page.locator("path.genannt").count() == len(headline_of(told(0)).letters)
        assert page.is_visible("#klassen .umrandet")
        page.click("#umschalten")
        assert set(page.locator("#tabelle .brief").all_inner_texts()) == letters


def test_on_a_phone_one_finding_is_shown_first(visit, page_of):
    with visit(page_of(5), width=400, height=800) as seen:
        shown = seen.page.locator("#befunde li:visible")
        assert shown.count() == 1 and SAID[0] in shown.inner_text()


def test_hostile_findings_stay_text():
    release = told(1)
    payload = "<img src=x onerror=\"document.title='geentert'\">"
    html = map_html(replace(release, facts=replace(release.facts, findings=(payload,))))
    assert "<img" not in html


@pytest.mark.parametrize("lang", ["de", "en"])
def test_axe_finds_nothing_with_findings_folded_or_not(visit, page_of, lang):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with visit(page_of(5, lang=lang), "#gebiet=09760001&vergleich=09760007") as seen:
        for _ in range(2):
            found = axe.run(seen.page, options={"runOnly": {"type": "tag", "values": AXE_RULES}})
            assert [v["id"] for v in found.response["violations"]] == []
            seen.page.click("#alle-befunde")


def printed(seen, path, size):
    """Return the words of the printed pages; see `pictures_of` for what is seen on them."""
    pypdf = pytest.importorskip("pypdf")
    seen.page.pdf(path=path, format=size, **LANDSCAPE)
    return [close(page.extract_text()) for page in pypdf.PdfReader(path).pages]


def close(text):
    """Return a text without blanks and ligatures: a printed line ends anywhere."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def pictures_of(path):
    """Return the pages of a PDF as pictures of 60 dots per inch."""
    image = pytest.importorskip("PIL.Image")
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm (poppler) renders the printed pages")
    subprocess.run(["pdftoppm", "-r", "60", "-png", path, path.with_suffix("")], check=True)
    found = sorted(path.parent.glob(f"{path.stem}-*.png"))
    return [np.asarray(image.open(file).convert("RGB")) for file in found]


def share(picture, colour):
    """Return the share of pixels that have a colour, a little more or less."""
    return float((np.abs(picture.astype(int) - colour).max(axis=2) < 12).mean())


DARK, PALE = (10, 58, 119), (232, 241, 250)


def test_a3_is_one_sheet_with_map_findings_area_and_notes(visit, page_of, tmp_path):
    with visit(page_of(5), "#gebiet=09760001") as seen:
        words = printed(seen, tmp_path / "a3.pdf", "A3")
    assert len(words) == 1
    assert all(close(line) in words[0] for line in SAID)
    assert "SosetztsichderIndexzusammen" in words[0] and "Quellen" in words[0]
    pictures = pictures_of(tmp_path / "a3.pdf")
    # the map: six areas of the darkest class, seven of the palest; the legend alone is far less
    assert share(pictures[0], DARK) > 0.01 and share(pictures[0], PALE) > 0.01
    lowest = np.flatnonzero((pictures[0] < 128).any(axis=(1, 2)))[-1] / len(pictures[0])
    assert 0.8 < lowest < 0.99  # filled, and nothing cut off at the foot


def test_a4_has_map_legend_and_findings_on_one_sheet_and_the_area_on_the_next(
    visit, page_of, tmp_path
):
    with visit(page_of(5), "#gebiet=09760001") as seen:
        words = printed(seen, tmp_path / "a4.pdf", "A4")
    assert all(close(line) in words[0] for line in SAID) and "Legende" in words[0]
    assert "SosetztsichderIndexzusammen" not in words[0]
    assert "SosetztsichderIndexzusammen" in words[1]
    pictures = pictures_of(tmp_path / "a4.pdf")
    dark = [share(picture, DARK) for picture in pictures]
    assert dark[0] > 0.01 and max(dark[1:]) < 0.003  # the swatch of the class remains


def test_long_findings_leave_the_map_on_a4_room_and_begin_the_next_sheet(visit, tmp_path):
    release = sample_release(layers=True)
    long = tuple(f"{words} ({k})" for k in range(12) for words in SAID)
    path = tmp_path / "karte.html"
    write_map(replace(release, facts=replace(release.facts, findings=long)), path)
    with visit(path) as seen:
        words = printed(seen, tmp_path / "a4.pdf", "A4")
    assert close("Legende") in words[0] and close("Rangfolge") in words[0]
    assert not any(close(line) in words[0] for line in long)
    assert all(close(line) in "".join(words[1:]) for line in long)
    # the map is there: the swatch of the class alone is less than 0.003
    assert share(pictures_of(tmp_path / "a4.pdf")[0], DARK) > 0.005


def test_every_sheet_of_a_printed_table_has_its_headings(visit, map_file, tmp_path):
    with visit(map_file(120, layers=True), "#tabelle=1") as seen:
        words = printed(seen, tmp_path / "t.pdf", "A4")
        assert seen.console == []
    rows = [page for page in words if re.search(r"0976\d{4}", page)]
    assert len(rows) >= 3
    assert all("Schlüssel" in page and "Rangbereich" in page for page in rows)
    keys = [key for page in words for key in re.findall(r"0976\d{4}", page)]
    assert sorted(keys) == [f"0976{i + 1:04d}" for i in range(120)]


def test_after_printing_the_table_its_headings_sort_again(visit, map_file):
    with visit(map_file(), "#tabelle=1") as seen:
        for event in ("beforeprint", "afterprint"):
            seen.page.evaluate(f"window.dispatchEvent(new Event('{event}'))")
        assert seen.page.locator("#tabelle thead button").count() >= 9 and seen.console == []


def test_at_twice_the_size_every_control_is_reached_and_nothing_is_cut(visit, page_of):
    """1400 px at 200 % are 700 px for the page."""
    with visit(page_of(5), "#gebiet=09760001", width=700, height=450) as seen:
        page = seen.page
        assert page.evaluate("document.documentElement.scrollWidth") <= 700
        for control in ("#ansicht", "#suche", "#umschalten", "#drucken", "#alle-befunde"):
            box = page.locator(control).bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= 700
            assert box["height"] >= 24
        cut = page.evaluate(
            """() => [...document.querySelectorAll("button, h1, h2, h3, dd, dt, td, li")].filter(node =>
                 node.getClientRects().length && !node.closest("#karte")
                 && node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflowX === "hidden")
                 .map(node => node.textContent.slice(0, 30))"""
        )
        assert cut == []
