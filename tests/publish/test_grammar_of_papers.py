"""The grammar of meaning in what is printed: sentence, date, headline, letters in the text of the PDFs."""

import re
from pathlib import Path

import pypdf
import pytest

import sozialraum
from sozialraum.publish.grammar import legend_words
from sozialraum.publish.headline.headline_numbers import headline_of
from sozialraum.publish.map_layers import make_views
from sozialraum.publish.papers.documents import write_profiles, write_report, write_sheets

pytest.importorskip("typst")
ROOT = Path(__file__).parents[2]
BUILDS = [
    "musterstadt",
    "musterstadt_hagen",
]


@pytest.fixture(scope="module", params=BUILDS)
def printed(request, tmp_path_factory):
    """Return a release and the text of its report, of some Steckbriefe and of its A3 sheet."""
    text = (ROOT / "config" / f"{request.param}.toml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^draws += \d+", "draws = 50", text)
    shapes = (ROOT / "shapes").as_posix()
    folder = tmp_path_factory.mktemp(request.param)
    copy = folder / f"{request.param}.toml"
    copy.write_text(text.replace('"../shapes', f'"{shapes}'), encoding="utf-8")
    release = sozialraum.build(copy).release
    write_report(release, folder / "bericht.pdf")
    named = [key for key in headline_of(release).letters if key in release.areas.index]
    keys = (named or list(release.areas.index))[:2]
    write_profiles(release, folder / "steckbriefe.pdf", keys=keys)
    write_sheets(release, folder, views=("index",), formats=("pdf",))
    found = {path.stem: words(path) for path in sorted(folder.glob("*.pdf"))}
    return release, found


def words(path):
    """Return the text of a PDF without line breaks, hyphens at line ends and spaces."""
    pages = (page.extract_text() for page in pypdf.PdfReader(path).pages)
    return squeezed("".join(pages))


def squeezed(text):
    return re.sub(r"[\s\u00a0\xad\u202f-]+", "", text)


def test_each_paper_says_which_end_is_which_as_the_page_does(printed):
    release, found = printed
    told = squeezed(legend_words(make_views(release)[0]))
    sheet = next(text for name, text in found.items() if name not in ("bericht", "steckbriefe"))
    assert told in found["bericht"]
    assert sheet.count(told) == 1 and sheet.count("Dunkel=") == 1


def test_each_paper_carries_the_headline_word_for_word(printed):
    release, found = printed
    for sentence in headline_of(release).plain():
        assert squeezed(sentence) in found["bericht"]
    assert squeezed(headline_of(release).plain()[0]) in found["steckbriefe"]


def test_every_letter_stands_on_the_papers_and_the_day_is_one_of_the_view(printed):
    release, found = printed
    year, month, day = make_views(release)[0].days[-1].split("-")
    for name, text in found.items():
        assert f"{day}.{month}.{year}" in text, name
