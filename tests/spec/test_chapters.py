"""What the handbook shows as an example is what the example gives."""

import pytest
from spec.recording import TARGET, chapter_text, chapters


@pytest.mark.parametrize("chapter", chapters())
def test_the_handbook_shows_what_the_examples_give(chapter):
    stored = (TARGET / f"{chapter}.md").read_text(encoding="utf-8")
    assert stored == chapter_text(chapter), "write them anew: cd tests && python -m spec.recording"


def test_no_chapter_of_the_handbook_is_without_examples():
    assert {p.stem for p in TARGET.glob("*.md")} == set(chapters())
