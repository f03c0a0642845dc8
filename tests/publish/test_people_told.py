"""How many people live in an area is told to tens: that narrows no protected count further."""

import numpy as np
import pytest
from publish.example_builds import OWN, example

from sozialraum.publish.headline.headline_numbers import leading_indicator
from sozialraum.publish.page.page_data import page_data

WIDTH = 3  # counts a window holds at least, of the first one five


@pytest.fixture(scope="module", params=OWN)
def release(request, tmp_path_factory):
    return example(request.param, tmp_path_factory.mktemp("menschen"))


def attackable(edition, name, people, key):
    """Return all numbers of cases that what is published of an area allows."""
    value, half = edition.values.at[key, name], edition.half_width.at[key, name]
    bases = np.arange(people - 5, people + 5)  # what is told as this ten
    cases = np.arange(0, people + 6)
    least, most = (value - half) * bases.min(), (value + half) * bases.max()
    return set(cases[(cases >= np.floor(least)) & (cases <= np.ceil(most))].tolist())


def test_people_and_share_together_leave_the_whole_window_of_every_count(release):
    edition, leading = release.current, leading_indicator(release)
    people = release.layers["people"]["count"].dropna()
    tried = 0
    for key in people.index:
        low, high = edition.low.at[key, leading.id], edition.high.at[key, leading.id]
        if np.isnan(low) or np.isnan(edition.values.at[key, leading.id]):
            continue
        window = set(range(int(np.ceil(low)), int(np.floor(high)) + 1))
        assert len(window) >= WIDTH or window == {0}, key
        assert window <= attackable(edition, leading.id, int(people[key]), key), key
        tried += 1
    assert tried > 20


def test_people_are_told_in_tens_or_not_at_all_wherever_they_stand(release):
    told = release.layers["people"]
    for column in told:
        known = told[column].dropna()
        assert (known % 10 == 0).all() and (known >= 10).all()
    shown = page_data(release)["people"]["values"]
    assert [v for v in shown if v is not None and v % 10] == []
