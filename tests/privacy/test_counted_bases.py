"""Who is counted in one share and counted among in another: no exact number of them is told."""

import numpy as np
import pandas as pd
import pytest
from small_build import BLOCKS, DISTRICT, LEDGER, counts, write_build, write_town

import sozialraum as sr
from sozialraum.model.errors import DisclosureError
from sozialraum.privacy.case_counts import CaseCounts
from sozialraum.privacy.ledger import new_ledger, open_ledger
from sozialraum.privacy.protecting import protect
from sozialraum.privacy.recording import recording
from sozialraum.privacy.rules import DisclosureRules

DAY = "2024-12-31"
UNITS = [f"{n:02d}" for n in range(24)]
PLACES = {"g": pd.Series(UNITS, UNITS)}
FRAMES = ("middle", "low", "high", "base", "status")


@pytest.fixture
def city():
    """Return children, those with foreign roots and without, the poor and the gifted of both.

    In 00 all but two have foreign roots.
    """
    rng = np.random.default_rng(1)
    children = rng.integers(40, 90, 24)
    roots = rng.binomial(children, 0.4)
    roots[:2] = children[0] - 2, 13
    return {
        "children": children, "roots": roots, "others": children - roots,
        "poor": rng.binomial(roots, 0.3), "gifted": rng.binomial(children - roots, 0.3),
    }  # fmt: skip


def door(city, pairs, *, rules=None, **more):
    """Protect shares, named by what is counted and among whom."""
    cases, base = (
        pd.DataFrame({f"{a}/{b}": city[(a, b)[n]] for a, b in pairs}, UNITS).astype(float)
        for n in (0, 1)
    )
    made = protect(
        [CaseCounts(DAY, cases, base)], PLACES, publish=["g"], rules=rules or DisclosureRules(),
        **more,
    )  # fmt: skip
    return made, made.protected.tables[DAY, "g"]


ROOTS, POOR, GIFTED = ("roots", "children"), ("poor", "roots"), ("gifted", "others")


def test_the_base_of_a_share_has_the_windows_of_the_count_it_is(city):
    made, table = door(city, [ROOTS, POOR])
    base = table.base["poor/roots"]
    assert base.equals(table.middle["roots/children"].rename("poor/roots"))
    assert [p.code for p in made.problems] == ["privacy.counted_base"]
    assert (table.low["poor/roots"] <= city["poor"]).all()
    assert (city["poor"] <= table.high["poor/roots"]).all()


def test_the_base_may_be_those_that_another_share_does_not_count(city):
    _, table = door(city, [ROOTS, GIFTED])
    shown = table.base["gifted/others"].dropna()
    rest = city["children"] - table.middle["roots/children"]
    assert shown.equals(rest[shown.index].rename("gifted/others"))
    assert table.status.at["00", "gifted/others"] == "small_base"  # two children: nothing is told


def test_counts_that_the_same_windows_hold_give_the_same_tables(city):
    """One child with foreign roots lives elsewhere: bases and shares do not tell where."""
    _, before = door(city, [ROOTS, POOR, GIFTED])
    low, high = before.low["roots/children"], before.high["roots/children"]
    roots = pd.Series(city["roots"], UNITS)
    up = next(u for u in UNITS if roots[u] < high[u])
    down = next(u for u in UNITS if u != up and roots[u] > max(low[u], city["poor"][int(u)]))
    moved = roots + pd.Series({up: 1, down: -1}).reindex(UNITS, fill_value=0)
    other = city | {"roots": moved.to_numpy(), "others": city["children"] - moved.to_numpy()}
    _, after = door(other, [ROOTS, POOR, GIFTED])
    for name in FRAMES:
        assert getattr(before, name).equals(getattr(after, name)), name


def test_shares_of_shares_follow_one_after_the_other(city):
    city["helped"] = np.maximum(city["poor"] - 3, 0)
    _, table = door(city, [ROOTS, POOR, ("helped", "poor")])
    shown = table.status["helped/poor"].eq("ok")
    assert shown.any()
    poor = table.middle["poor/roots"]
    assert table.base["helped/poor"][shown].equals(poor[shown].rename("helped/poor"))


def test_what_is_published_already_is_a_known_base(city):
    rules = DisclosureRules(published=("roots/children",), reason="Statistikportal")
    made, table = door(city, [ROOTS, POOR], rules=rules)
    assert table.base["poor/roots"].tolist() == city["roots"].tolist()
    assert made.problems == ()


def test_of_those_of_whom_nothing_is_told_no_share_is_told_either(city):
    city["roots"] = np.array([4, *[0] * 23])  # a total below the minimum
    city["poor"] = np.array([3, *[0] * 23])
    made, _ = door(city, [ROOTS, POOR])
    told = {name: why for (name, _, _), why in made.protected.unpublished.items()}
    assert told == {"roots/children": "small_total", "poor/roots": "linked"}


@pytest.fixture
def ledger(tmp_path):
    files = tmp_path / "freigaben.jsonl", tmp_path / "geheim.key"
    new_ledger(*files)
    return lambda: open_ledger(*files)


def test_a_count_of_an_earlier_release_is_no_known_base_either(city, ledger):
    made, before = door(city, [ROOTS], ledger=ledger())
    recording(ledger(), made.draft.statements, title="eins", date=DAY).record()
    _, table = door(city, [POOR], ledger=ledger())
    assert table.base["poor/roots"].tolist() == before.middle["roots/children"].tolist()


def test_a_release_that_is_repeated_is_the_same(city, ledger):
    pairs = [ROOTS, POOR, GIFTED]
    made, before = door(city, pairs, ledger=ledger())
    recording(ledger(), made.draft.statements, title="eins", date=DAY).record()
    again, after = door(city, pairs, ledger=ledger())
    for name in FRAMES:
        assert getattr(before, name).equals(getattr(after, name)), name
    assert ledger().holds(again.draft.statements)


def test_a_stated_confidential_base_of_a_table_that_is_not_told_is_not_told(city):
    city["rare"] = np.array([4, *[0] * 23])
    _, table = door(city, [("rare", "children")], confidential=["rare/children"])
    assert table.status["rare/children"].eq("suppressed").all()
    assert table.base["rare/children"].isna().all()


def test_whether_nobody_is_there_is_told_of_no_confidential_base_where_zeros_are_secret(city):
    city["children"][5] = city["roots"][5] = 0
    for zeros, word in (("show", "no_base"), ("suppress", "small_base")):
        rules = DisclosureRules(zeros=zeros)
        _, table = door(city, [ROOTS], rules=rules, confidential=["roots/children"])
        assert table.status.at["05", "roots/children"] == word


def test_the_rules_of_few_areas_do_not_look_at_a_confidential_base(city):
    """21 or 22 children in the smallest of ten areas: both lie in one window."""
    few = [f"{n:02d}" for n in range(10)]
    told = []
    for smallest in (21, 22):
        base = pd.DataFrame({"a": [smallest, *[400] * 9]}, few, dtype=float)
        cases = pd.DataFrame({"a": [9, *[5] * 9]}, few, dtype=float)
        made = protect(
            [CaseCounts(DAY, cases, base)], {"g": pd.Series(few, few)}, publish=["g"],
            rules=DisclosureRules(), confidential=["a"],
        )  # fmt: skip
        told.append(dict(made.protected.unpublished))
    assert told[0] == told[1]


def test_the_files_of_a_build_do_not_hold_the_exact_base(tmp_path):
    table = counts()
    table["hz"] = np.minimum(table["hz"], table["arm"])
    town = write_town(tmp_path / "stadt", table)
    file = write_build(town, ledger=LEDGER)
    text = file.read_text("utf-8").replace('numerator = "hz"\ndenominator = "kinder"',
                                           'numerator = "hz"\ndenominator = "arm"')  # fmt: skip
    file.write_text(text, "utf-8")
    result = sr.build(file)
    assert "privacy.counted_base" in {p.code for p in result.problems}
    result.save(tmp_path / "out", files=("csv",))
    written = pd.read_csv(tmp_path / "out" / "index.csv", sep=";", decimal=",", dtype={"key": str})
    share = written.set_index("key")["hzs"].astype(float)
    arm = table["arm"].groupby(pd.Series(DISTRICT).reindex(BLOCKS)).sum()
    whole = share * arm  # of an exact base this is the middle of a window: whole or half persons
    off = (2 * whole - (2 * whole).round()).abs()
    assert (off > 0.01).mean() > 0.3


def test_other_areas_than_those_it_was_told_on_have_no_base(city, ledger):
    made, _ = door(city, [ROOTS], ledger=ledger())
    recording(ledger(), made.draft.statements, title="eins", date=DAY).record()
    halves = {**PLACES, "h": pd.Series([u[0] + str(int(u[1]) // 4) for u in UNITS], UNITS)}
    cases = pd.DataFrame({"poor": city["poor"]}, UNITS).astype(float)
    base = pd.DataFrame({"poor": city["roots"]}, UNITS).astype(float)
    try:
        found = protect(
            [CaseCounts(DAY, cases, base)], halves, publish=["h"], rules=DisclosureRules(),
            ledger=ledger(),
        )  # fmt: skip
    except DisclosureError:
        return
    assert found.protected.tables[DAY, "h"].base["poor"].isna().all()
    assert set(found.protected.unpublished.values()) == {"linked"}
