"""Several Stichtage of one year are told apart wherever a reader chooses or compares them."""

from dataclasses import replace

import pytest
from publish.sample import sample_release

from sozialraum.publish.page.map_page import map_html
from sozialraum.publish.page.page_data import page_data
from sozialraum.publish.papers.profile_data import profile_data
from sozialraum.publish.wording import area_sentences

MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
    "Oktober", "November", "Dezember",
)  # fmt: skip


def at(days):
    """Return a release whose editions stand on `days`."""
    release = sample_release(years=2)
    now = release.current
    editions = [replace(now, stichtag=day) for day in days]
    return replace(
        release, editions=tuple(editions), facts=replace(release.facts, stichtag=days[-1])
    )


@pytest.fixture(scope="module")
def monthly():
    return at([f"2023-{month:02d}-28" for month in range(1, 13)])


def test_twelve_months_have_twelve_names_on_the_slider(monthly):
    names = [edition["period"] for edition in page_data(monthly)["editions"]]
    assert names == [f"{month} 2023" for month in MONTHS]
    assert ">Stichtag</label>" in map_html(monthly)


def test_years_stay_years():
    release = at(["2022-12-31", "2023-12-31"])
    assert [e["period"] for e in page_data(release)["editions"]] == ["2022", "2023"]
    assert ">Jahr</label>" in map_html(release)


def test_days_of_one_month_are_days():
    release = at(["2023-03-01", "2023-03-15"])
    assert [e["period"] for e in page_data(release)["editions"]] == ["01.03.2023", "15.03.2023"]
    english = page_data(release, lang="en")["editions"]
    assert [e["period"] for e in english] == ["1 March 2023", "15 March 2023"]


def test_profiles_and_sentences_name_the_month_before(monthly):
    key = monthly.areas.index[0]
    assert profile_data(monthly, [key])["before"] == ["November 2023"]
    assert any("Gegenüber November 2023" in line for line in area_sentences(monthly, key))


@pytest.mark.parametrize(("step", "word"), [(0.00001, "gleich geblieben"), (0.01, "gestiegen")])
def test_an_index_rises_only_where_the_printed_numbers_do(step, word):
    release = sample_release(years=2)
    before, now = release.editions
    key = now.table.index[now.table["index"].notna() & before.table["index"].notna()][0]
    earlier = before.table.copy()
    earlier["index"] = now.table["index"].astype(float) - step
    release = replace(release, editions=(replace(before, table=earlier), now))
    assert any(word in line for line in area_sentences(release, key))
