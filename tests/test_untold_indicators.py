"""The table of one indicator is not told: the index goes without it everywhere, and says so first."""

import numpy as np
import pytest
from small_build import BLOCKS, counts, write_build, write_town

import sozialraum as sr
from sozialraum.model.errors import DisclosureError

DAY = "2024-12-31"
RARE = """[[indicators]]
id = "selten"
label = "Seltenes"
numerator = "selten"
denominator = "kinder"
direction = "burden"
weight = 3.0
"""
STEPS = """[scaling]
method = "none"
[aggregation]
method = "mean"
[restandardise]
method = "none"
[classes]
method = "equal"
k = 3
"""


@pytest.fixture
def town(tmp_path):
    table = counts()
    table["selten"] = [int(n % 9 == 0) for n in range(len(BLOCKS))]  # 7 children in 30 districts
    return write_town(tmp_path / "stadt", table)


def build_file(town, *, rare=True, recipe="", title="Bau", steps=STEPS, ledger=None):
    more = {} if ledger is None else {"ledger": ledger}
    path = write_build(town, title=title, **more)
    text = path.read_text("utf-8").replace('recipe = "minmax_mean"\n', recipe)
    if "augsburg" in recipe:
        text = text.replace('orientation = "deprivation"', 'orientation = "participation"')
    text = text.replace('id = "armut"', 'weight = 2.0\nid = "armut"')
    text = text.replace("[disclosure]", f"{RARE if rare else ''}{steps}[disclosure]")
    if "aggregation.nodes" in steps:
        text = text.replace('direction = "burden"', 'direction = "burden"\ndimension = "alles"')
    path.write_text(text, "utf-8")
    return path


def test_the_index_goes_without_it_in_all_areas_and_the_others_weigh_more(town):
    result = sr.build(build_file(town))
    measured, scored = result.measured[DAY], result.scored[DAY]["index"]
    assert measured.unpublished == ("selten",)
    assert measured.value["selten"].isna().all()
    # by hand: weights 2 and 1 of the two that are told, the third of 3 is gone
    shown = measured.table.middle / measured.table.base
    by_hand = (2 * shown["armut"] + shown["hzs"]) / 3
    assert len(scored.index) == 30
    assert np.allclose(scored.index, by_hand, atol=1e-12)
    without = sr.build(build_file(town, rare=False, title="Ohne"))
    assert scored.index.equals(without.scored[DAY]["index"].index)
    assert scored.classes.equals(without.scored[DAY]["index"].classes)


def test_it_is_said_first_in_all_that_is_read(town):
    result = sr.build(build_file(town))
    assert result.release.notes[0].startswith(
        "Nicht gezeigt und im Index nicht enthalten: „Seltenes“"
    )
    (told,) = [p for p in result.problems if p.code.startswith("privacy.not_told")]
    assert (told.code, told.severity) == ("privacy.not_told.audit", "warning")
    assert told.column == "selten"
    result.save(town / "out", files=("csv", "karte", "methode"))
    for name in ("methode.md", "karte.html"):
        assert "im Index nicht enthalten: „Seltenes“" in (town / "out" / name).read_text("utf-8")
    assert "privacy.not_told.audit" in (town / "out" / "pruefbericht.json").read_text("utf-8")


def test_it_does_not_show_where_its_few_children_live(town):
    files = []
    for number in range(2):
        result = sr.build(build_file(town, ledger="", title=f"{number}"))
        result.save(town / f"{number}", files=("csv", "karte", "methode"))
        files.append({p.name: p.read_text("utf-8", errors="replace").replace("Bau", "")
                      for p in (town / f"{number}").iterdir() if p.suffix != ".parquet"})  # fmt: skip
        table = counts()
        table["selten"] = [int(n % 9 == 4) for n in range(len(BLOCKS))]  # 7 children elsewhere
        table.reset_index().to_csv(town / "daten" / "z.csv", sep=";", index=False)
    assert files[0]["index.csv"] == files[1]["index.csv"]


FIXED = {"recipe": 'recipe = "augsburg_style"\n', "steps": ""}
TREE = """[[aggregation.nodes]]
id = "alles"
"""
REFUSED = {
    "a recipe that names its indicators": FIXED,
    "a tree of indicators": {"steps": STEPS.replace("[restandardise]", TREE + "[restandardise]")},
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_prescribes_its_indicators_refuses(town, why):
    with pytest.raises(DisclosureError) as caught:
        sr.build(build_file(town, **REFUSED[why]))
    (found,) = caught.value.problems
    assert found.code == "privacy.fixed_not_told"
    assert "„Seltenes“" in found.message and "„Armut“" not in found.message


def test_leaving_it_out_is_the_way_on(town):
    result = sr.build(build_file(town, rare=False, **FIXED))
    assert result.measured[DAY].unpublished == ()


def test_an_index_measured_as_earlier_refuses_to_go_without(town):
    first = sr.build(build_file(town, rare=True, ledger='published_input = true\nreason = "Test"'))
    first.save(town / "frueher", files=("csv", "parquet"))
    path = build_file(town, title="Spaeter")
    text = path.read_text("utf-8").replace("data = ", 'reference = "frueher"\ndata = ')
    path.write_text(text, "utf-8")
    with pytest.raises(DisclosureError) as caught:
        sr.build(path)
    assert [p.code for p in caught.value.problems] == ["privacy.fixed_not_told"]


def test_where_nothing_else_is_left_there_is_no_index(town):
    path = build_file(town)
    text = path.read_text("utf-8")
    start, end = text.index("[[indicators]]"), text.index(RARE)
    path.write_text(text[:start] + text[end:], "utf-8")
    with pytest.raises(DisclosureError) as caught:
        sr.build(path)
    (found,) = caught.value.problems
    assert found.code == "privacy.none_told" and "„Seltenes“" in found.message
