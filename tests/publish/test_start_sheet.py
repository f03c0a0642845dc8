"""The committee page on A4: the first sheet holds what a member must know, the others the rest."""

import re
import unicodedata

import numpy as np
import pytest
from publish.example_builds import BERLIN, OWN, example
from publish.test_findings_and_paper import pictures_of, share

from sozialraum.publish.graphics.colours import rgb
from sozialraum.publish.headline.headline_numbers import headline_of
from sozialraum.publish.map_layers import make_views
from sozialraum.publish.page.map_page import write_map
from sozialraum.texts import catalogue

pytestmark = pytest.mark.browser
LANDSCAPE = {"format": "A4", "landscape": True, "print_background": True}
MOST_SHEETS = 4


def close(text):
    """Return a text without blanks and ligatures: a printed line ends anywhere."""
    return re.sub(r"[\s\u00ad]+", "", unicodedata.normalize("NFKC", text))


@pytest.fixture(
    scope="module", params=[*OWN, *(pytest.param(b, marks=pytest.mark.shared) for b in BERLIN[2:])]
)
def sheets(request, visit, tmp_path_factory):
    """A release, the words of each sheet of its page, and the sheets as pictures."""
    pypdf = pytest.importorskip("pypdf")
    folder = tmp_path_factory.mktemp("blatt")
    release, path = example(request.param, folder), folder / "a4.pdf"
    write_map(release, folder / "karte.html")
    with visit(folder / "karte.html") as seen:
        seen.page.pdf(path=path, **LANDSCAPE)
        assert seen.console == []
    words = [close(page.extract_text()) for page in pypdf.PdfReader(path).pages]
    return release, words, pictures_of(path)


def test_headline_map_legend_and_ranking_stand_on_the_first_sheet(sheets):
    release, words, pictures = sheets
    heads = catalogue("publish")["page"]
    for sentence in headline_of(release).plain():
        # letters stand between the names on the sheet
        parts = re.split(r"[,;:] (?:darunter )?| und ", sentence)
        assert all(close(part) in words[0] for part in parts)
    assert close(heads["ranking"]) in words[0] and "Legende" in words[0]
    painted = [share(pictures[0], rgb(c)) for c in make_views(release)[0].colours]
    assert sum(painted) > 0.05  # the map: the swatches alone are less than a hundredth


def test_no_sheet_is_empty_and_none_but_the_first_has_the_map(sheets):
    _, words, pictures = sheets
    assert len(words) <= MOST_SHEETS
    assert [n for n, text in enumerate(words) if len(text) < 100] == []
    for picture in pictures:
        inked = (picture < 128).any(axis=(1, 2))
        assert inked.mean() > 0.05


def test_nothing_on_the_first_sheet_is_cut_at_its_foot(sheets):
    _, words, pictures = sheets
    lowest = np.flatnonzero((pictures[0] < 128).any(axis=(1, 2)))[-1] / len(pictures[0])
    assert 0.6 < lowest < 0.975
    assert not any(close(w) in text for w in ("Rangfolge", "Legende") for text in words[1:])
