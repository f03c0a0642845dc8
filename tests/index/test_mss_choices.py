"""How far single choices of method move Berlin's classes: figures counted independently of this code.

Per edition 2013, 2015, 2017, 2019 the number of Planungsräume that change their status class.
"""

import pytest
from index import mss

from sozialraum.index.classes import class_counts
from sozialraum.index.comparison import population_weighted
from sozialraum.index.method import fit_recipe

EDITIONS = ("2013", "2015", "2017", "2019")


def used(edition):
    """Areas of the index. 2019 has no published classes here: left out is what is coded 0."""
    shares = mss.shares(edition)
    if edition == "2019":
        return shares[(shares.inhabitants >= 300) & (shares[["s1", "s3", "s4"]] != 0).any(axis=1)]
    classes = mss.published_classes(edition)
    return shares.loc[classes.index[classes.status_index.astype(str) != "0"]]


def indicators(edition):
    return mss.indicators(["s1", "s3", "s4"] if edition == "2019" else list(mss.STATUS))


def fit(value, edition, **changed):
    return fit_recipe(value, indicators(edition), "berlin_mss", axis="status", changed=changed)


def changed_classes(edition, **changed):
    value = used(edition)
    usual, other = fit(value, edition), fit(value, edition, **changed)
    return int((usual.score(value)["class"] != other.score(value)["class"]).sum())


@pytest.mark.parametrize(("edition", "count"), list(zip(EDITIONS, (29, 35, 34, 39), strict=True)))
def test_persons_instead_of_areas_in_mean_and_deviation(edition, count):
    value = used(edition)
    found = population_weighted(value, fit(value, edition), value["inhabitants"].astype(float))
    assert found.changes().iloc[0]["class_changes"] == count


@pytest.mark.parametrize(
    ("method", "counts"),
    [("rank", (30, 30, 35, 47)), ("minmax", (2, 3, 2, 3)), ("robust", (0, 3, 1, 4))],
)
def test_another_normaliser(method, counts):
    how = {"scaling": {"method": method}, "restandardise": {"method": "zscore"}}
    assert tuple(changed_classes(e, **how) for e in EDITIONS) == counts


def test_no_restandardising_of_the_mean():
    how = {"aggregation": {"method": "mean"}, "restandardise": {"method": "none"}}
    assert tuple(changed_classes(e, **how) for e in EDITIONS) == (11, 6, 15, 13)


def test_leaving_out_the_single_worst_area():
    counts = []
    for edition in EDITIONS:
        value = used(edition)
        usual = fit(value, edition).score(value)
        without = fit(value.drop(usual["index"].idxmax()), edition).score(value)
        counts.append(int((usual["class"] != without["class"]).sum()))
    assert counts == [2, 3, 5, 7]


def test_2019_by_its_own_scale_and_by_that_of_2013():
    # Relative, not absolute: Berlin improved, its relative classes hide it.
    old, new = used("2013"), used("2019")
    assert len(new) == 436
    own, frozen = fit(new, "2019"), fit(old, "2019")
    assert class_counts(own.score(new)["class"], own.breaks).tolist() == [67, 283, 47, 39]
    assert class_counts(frozen.score(new)["class"], frozen.breaks).tolist() == [135, 277, 19, 5]
