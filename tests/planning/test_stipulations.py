"""What is laid down holds, is joined to its school where that is possible, and contradictions are named."""

import numpy as np
import pandas as pd
import pytest
from planning.block_grid import KEYS, grid, whole

from sozialraum.model.errors import DataError
from sozialraum.planning.districting.catchment_program import lower_bound
from sozialraum.planning.districting.catchments import redraw
from sozialraum.planning.districting.description import describe_catchments
from sozialraum.planning.districting.edits import (
    edit_problems,
    edit_sentences,
    edited_plan,
    read_edits,
)
from sozialraum.planning.districting.growing import grown_start
from sozialraum.planning.districting.stipulations import (
    allowed_pairs,
    stipulation_problems,
    stipulation_sentence,
    stranded_blocks,
)

SCHOOLS = ["S0", "S1"]


def listed(*rows):
    return pd.DataFrame(rows, columns=["block", "schule", "art", "grund"])


def held(rows, **options):
    may = allowed_pairs(rows, pd.Index(KEYS), pd.Index(SCHOOLS))
    return grid(allowed=may, **options)


@pytest.mark.parametrize("method", ["anneal", "highs"])
def test_a_block_laid_down_goes_to_its_school_in_one_piece_with_it(method):
    # b40 lies near S1's seat (5,4) in x, next to S0's side; b31 in the middle; S0 sits at (0,0)
    rows = listed(("b44", "S0", "fest", "Turnhalle"), ("b10", "S1", "verboten", "Gleis"))
    task = held(rows)
    plan = redraw(task, method=method, proposals=20_000)
    assert plan.school["b44"] == "S0" and plan.school["b10"] == "S0"
    assert (
        whole(task, np.array([task.schools.index(s) for s in plan.school]))
        and plan.figures["extra_pieces"] == 0
    )
    assert plan.bound <= plan.value + 1e-9


def test_a_block_no_growth_can_reach_is_joined_to_a_school_it_may_have():
    # b01 must not go to S0, whose ground lies all around it: a strip joins it to S1
    task = held(listed(("b01", "S0", "verboten", "")))
    start, _ = grown_start(task)
    assert start[list(task.blocks).index("b01")] == 1
    assert whole(task, start)


def test_the_bound_is_below_the_best_of_all_allowed_plans():
    rows = listed(("b10", "S1", "fest", ""), ("b20", "S0", "verboten", ""))
    keys = [f"b{x}{y}" for y in range(2) for x in range(4)]
    may = allowed_pairs(rows, pd.Index(keys), pd.Index(SCHOOLS))
    task = grid(4, 2, ((0, 0), (3, 1)), seed=3, allowed=may)
    best = np.inf
    for code in range(256):
        plan = np.array([code >> i & 1 for i in range(8)])
        fits = task.allowed[np.arange(8), plan].all() and (plan[task.seat] == [0, 1]).all()
        if fits and whole(task, plan):
            best = min(best, describe_catchments(task, plan).value)
    found = redraw(task, proposals=20_000)
    assert found.value == pytest.approx(best)
    assert lower_bound(task) <= best + 1e-9


def test_a_school_whose_own_block_is_laid_down_for_another_grows_from_the_next_one():
    task = held(listed(("b00", "S1", "fest", "")))
    plan = redraw(task, proposals=5_000)
    assert plan.school["b00"] == "S1" and (plan.school == "S0").any()


def test_contradictions_are_named_before_anything_is_computed():
    rows = listed(
        ("b00", "S0", "fest", ""), ("b00", "S1", "fest", ""), ("b10", "S0", "fest", ""),
        ("b10", "S0", "verboten", ""), ("b99", "S0", "fest", ""), ("b20", "S9", "verboten", ""),
        ("b30", "S0", "vielleicht", ""),
    )  # fmt: skip
    found = stipulation_problems(rows, pd.Index(KEYS), pd.Index(SCHOOLS), file="f.csv")
    assert sorted(p.code for p in found) == [
        "planning.fixed_and_forbidden", "planning.fixed_twice", "planning.stipulation_kind",
        "planning.unknown_key", "planning.unknown_key",
    ]  # fmt: skip
    assert not stipulation_problems(
        rows.iloc[[0, 2]], pd.Index(KEYS), pd.Index(SCHOOLS), file="f.csv"
    )


def test_a_block_without_any_school_near_enough_is_a_problem_and_no_slack():
    may = allowed_pairs(listed(("b00", "S0", "verboten", "")), pd.Index(KEYS), pd.Index(SCHOOLS))
    task = grid()
    ways = pd.DataFrame(task.metres, task.blocks, task.schools)
    # S1 is 2,700 m from b00: within twice 1,350 m, not within twice 1,349 m
    assert stranded_blocks(may, ways, limit=1350, file="f.csv") == []
    (lost,) = stranded_blocks(may, ways, limit=1349, file="f.csv")
    assert lost.code == "planning.stranded_blocks" and "b00" in lost.message
    with pytest.raises(DataError, match="kein Block erlaubt"):
        grid(allowed=pd.DataFrame({"S0": False, "S1": True}, KEYS))


def test_how_much_is_laid_down_is_said_with_its_reasons():
    rows = listed(("b00", "S0", "fest", "Satzung"), ("b10", "S1", "verboten", "Gleis"))
    said = stipulation_sentence(rows)
    assert "1 Block" in said and "1 Verbindung" in said and "Gleis; Satzung" in said


EDITS = "# plan abc\nblock;von;nach\nb50;S1;S0\nb00;S0;S1\n"


def current():
    return pd.Series({f"b{x}{y}": "S0" if x < 3 else "S1" for x in range(6) for y in range(5)})


def test_changes_by_hand_hold_where_the_school_is_still_the_one_they_say():
    task = grid(current=current())
    edits = read_edits(EDITS.encode("utf-8-sig"), file="a.csv", question="abc")
    assert not edit_problems(edits, pd.Index(KEYS), pd.Index(SCHOOLS))
    plan, refused = edited_plan(task, edits)
    at = dict(zip(task.blocks, plan, strict=True))
    assert (at["b50"], at["b00"], refused.empty) == (0, 1, True)
    moved = current().copy()
    moved["b50"] = "S0"  # the block belongs to S0 by now
    plan, refused = edited_plan(grid(current=moved), edits)
    assert refused["block"].tolist() == ["b50"]
    said = edit_sentences(task, edits, plan, refused)
    assert "b50 (S1 → S0)" in said[1] and "1 Block" in said[0]


@pytest.mark.parametrize("text", [EDITS, EDITS.replace("# plan abc", '"# plan abc";;')])
def test_changes_of_another_plan_are_listed_and_not_applied(text):
    edits = read_edits(text.encode("cp1252"), file="a.csv", question="xyz")
    task = grid(current=current())
    plan, refused = edited_plan(task, edits)
    assert len(refused) == 2 and not task.moved(plan).any()
    assert "anderen Fassung" in edit_sentences(task, edits, plan, refused)[1]
    assert read_edits(text.encode("utf-8"), file="a.csv", question="abc").fits


def test_a_list_of_changes_that_is_none_is_refused():
    for text, code in (
        ("block;nach\nb00;\n", "planning.edits_incomplete"),
        ("block;von;nach\nb99;S0;S1\n", "planning.unknown_key"),
        ("block;von;nach\nb00;S0;S1\nb00;S0;S1\n", "planning.duplicate_key"),
    ):
        edits = read_edits(text.encode(), file="a.csv", question="")
        assert [p.code for p in edit_problems(edits, pd.Index(KEYS), pd.Index(SCHOOLS))] == [code]


def test_changes_against_what_is_laid_down_are_told():
    task = held(listed(("b50", "S1", "fest", "")), current=current())
    edits = read_edits(EDITS.encode(), file="a.csv", question="abc")
    plan, refused = edited_plan(task, edits)
    assert "b50" in edit_sentences(task, edits, plan, refused)[-1]
