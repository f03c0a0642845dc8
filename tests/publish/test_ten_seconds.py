"""What a committee member finds without searching: which areas, how many people, how sure.

Two people's ways of reading by script: one reads the first four hundred words, one looks at the
first screen. Both have to have the answer.
"""

import re
from pathlib import Path

import pytest
from shared_data import shared

import sozialraum
from sozialraum.publish.headline.headline_numbers import headline_of
from sozialraum.publish.headline.words import AreaRef
from sozialraum.publish.page.map_page import map_html

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
FIRST_WORDS = 400
BUILDS = [
    "musterstadt",
    "musterstadt_hagen",
    pytest.param("berlin_mss_2017", marks=pytest.mark.shared),
]
# the number of people and how sure, as each city's page has to say them
MANY = {
    "musterstadt": r"rund [\d.]+ Kinder",
    "musterstadt_hagen": r"rund [\d.]+ Kinder",
    "berlin_mss_2017": r"in \d+ von \d+ Planungsräumen",
}
SURE = {
    "musterstadt": r"ist sicher|Nicht scharf zu trennen",
    "musterstadt_hagen": r"ist sicher|Nicht scharf zu trennen",
    "berlin_mss_2017": r"zu klein für einen Wert|ohne Angabe",
}
ON_SCREEN = """height => [...document.querySelectorAll('#kern h2, #kern p')]
    .filter(e => { const b = e.getBoundingClientRect(); return b.height > 0 && b.bottom <= height; })
    .map(e => e.textContent).join(' ')"""


@pytest.fixture(scope="module", params=BUILDS)
def city(request, tmp_path_factory):
    name = request.param
    folder = tmp_path_factory.mktemp(name)
    text = (ROOT / "config" / f"{name}.toml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^draws += \d+", "draws = 100", text)
    shapes = (ROOT / "shapes").as_posix()
    (folder / f"{name}.toml").write_text(text.replace('"../shapes', f'"{shapes}'), "utf-8")
    data = shared("data") if name.startswith("berlin") else None
    release = sozialraum.build(folder / f"{name}.toml", data=data).release
    page = folder / "karte.html"
    page.write_text(map_html(release), encoding="utf-8", newline="\n")
    return name, release, page


def test_the_page_of_the_example_city_goes_with_an_email(city):
    name, _, page = city
    if name != "musterstadt":
        pytest.skip("the bar is for the example city")
    assert page.stat().st_size <= 200_000


def squeezed(text):
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


def answers(name, release, read):
    """Whether a text names each area of the headline, how many people, and how sure that is."""
    # a district of which all areas are meant is named once, instead of each of them
    parts = [part for sentence in headline_of(release).sentences for part in sentence]
    named = [part.name for part in parts if isinstance(part, AreaRef)]
    missing = [area for area in named if area not in read]
    assert named
    return missing, re.search(MANY[name], read), re.search(SURE[name], read)


def test_who_reads_the_first_four_hundred_words_knows_where_how_many_and_how_sure(visit, city):
    name, release, page = city
    with visit(page) as seen:
        words = squeezed(seen.page.inner_text("body")).split()[:FIRST_WORDS]
    missing, many, sure = answers(name, release, " ".join(words))
    assert missing == [] and many and sure


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (1920, 1080)])
def test_who_looks_at_the_first_screen_knows_where_how_many_and_how_sure(
    visit, city, width, height
):
    name, release, page = city
    with visit(page, width=width, height=height) as seen:
        read = squeezed(seen.page.evaluate(ON_SCREEN, height))
        top = seen.page.evaluate("document.querySelector('#karte').getBoundingClientRect().top")
    missing, many, sure = answers(name, release, read)
    assert missing == [] and many and sure
    assert top <= 280


def test_on_a_phone_the_first_sentence_and_the_map_stand_on_the_first_screen(visit, city):
    name, release, page = city
    with visit(page, width=400, height=800) as seen:
        read = squeezed(seen.page.inner_text("#kern h2"))
        top = seen.page.evaluate("document.querySelector('#karte').getBoundingClientRect().top")
    missing, many, _ = answers(name, release, read)
    assert missing == [] and (many or name.startswith("berlin"))
    assert top <= 260
