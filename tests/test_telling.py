"""The sentences of a release on its own certainty, from the build file to `show --area`."""

import pandas as pd
import pypdf
import pytest
from test_recipes_in_builds import write_case

import sozialraum
from sozialraum.publish.page.map_page import write_map
from sozialraum.publish.papers.documents import write_profiles
from sozialraum.workflows.build.words.release_text import released_certainty
from sozialraum.workflows.show.saved import open_result

CERTAIN = {"uncertainty": {"draws": 200, "seed": 3, "variance_draws": 32}}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    case = write_case(tmp_path_factory.mktemp("sicher"), "augsburg_style", CERTAIN)
    return sozialraum.build(case.file)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """Return a build with protected counts."""
    case = write_case(tmp_path_factory.mktemp("geheim"), "augsburg_style", CERTAIN)
    text = case.file.read_text("utf-8").replace(
        'published_input = true\nreason = "erfundene Zahlen"', "minimum = 5"
    )
    case.file.write_text(text, encoding="utf-8")
    return sozialraum.build(case.file)


def test_every_area_with_an_index_says_how_sure_its_class_is(result, tmp_path):
    release = result.release
    index = release.current.table["index"]
    assert set(release.words) == set(index.index[index.notna()])
    key = next(iter(release.words))
    name, number = release.areas.at[key, "name"], release.current.table.at[key, "class"]
    assert release.words[key][0].startswith(f"{name} liegt in Klasse {number}; so kommt es in ")
    on_certainty = [f for f in release.facts.findings if f.startswith("Der Index wurde 200-mal ")]
    assert len(on_certainty) == 1
    result.save(tmp_path / "out")
    saved = open_result(tmp_path / "out")
    assert saved.words(key) == list(release.words[key])
    assert "Der Index wurde 200-mal" in (tmp_path / "out" / "methode.md").read_text("utf-8")


def test_page_and_profile_say_it_too(result, tmp_path):
    write_map(result.release, tmp_path / "karte.html")
    page = (tmp_path / "karte.html").read_text("utf-8")
    key, said = next(iter(result.release.words.items()))
    assert result.release.facts.findings[0] in page and said[0] in page
    write_profiles(result.release, tmp_path / "steckbrief.pdf", keys=[key])
    pages = pypdf.PdfReader(tmp_path / "steckbrief.pdf").pages
    words = "".join("".join(page.extract_text() for page in pages).split())
    assert all("".join(sentence.split()) in words.replace("-\n", "") for sentence in said)


def test_ranks_in_words_count_from_the_highest_burden_as_the_table_does(result):
    told = released_certainty(result.release, result.certainty).table
    rank = result.current.table["rank"].reindex(told.index)
    # the interval is of the same run of ranks: the published one lies in or beside it
    assert (told["rank_low"] - 3 <= rank).all() and (rank <= told["rank_high"] + 3).all()
    assert (told["rank_low"] <= told["rank_high"]).all()


def test_the_words_are_made_of_the_rounded_figures_of_the_release(guarded):
    told = released_certainty(guarded.release, guarded.certainty)
    layer = guarded.release.layers["certainty"].loc[told.table.index]
    pd.testing.assert_series_equal(told.table["class_probability"], layer["class_probability"])
    shown = set(told.table.index)
    assert set(told.partners["above"]) | set(told.partners["below"]) <= shown


def test_the_simulation_of_a_build_counts_ranks_from_the_highest_burden_too(result):
    assert result.plan.orientation == "participation"
    sure, shown = result.certainty.table, result.current.table["rank"].astype(float)
    assert sure["rank"].astype(float).corr(shown) > 0.99
    layer = result.release.layers["certainty"]
    known = layer["rank_low"].notna()
    assert (layer.loc[known, "rank_low"] == sure.loc[known, "rank_low"]).all()
    pairs = result.certainty.partners
    assert (sure["rank"].loc[pairs["above"]].array <= sure["rank"].loc[pairs["below"]].array).all()
