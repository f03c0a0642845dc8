"""A new definition: figures before and after it are never compared, in no output, and it is said."""

import re
from io import BytesIO

import openpyxl
import pytest
from monitor_town import KEYS, SHARE, write_town, years
from small_months import arrivals, write_months

import sozialraum as sr
from sozialraum.model import Indicator
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.publish.cockpit.page import cockpit_data
from sozialraum.publish.cockpit.panel import panel_of
from sozialraum.publish.cockpit.paper import picture
from sozialraum.publish.page.page_data import page_data
from sozialraum.publish.papers.profile_data import profile_data
from sozialraum.workflows.build.further.cockpit import cockpit_files, with_changes
from sozialraum.workflows.check.checking import check_build
from sozialraum.workflows.compare.comparing import compare
from sozialraum.workflows.show.saved import open_result
from sozialraum.workflows.watch.watching import watch

BROKEN = {"break_at": "2022", "break_note": "mit Aufstockern"}
INDEX = 'recipe = "minmax_mean"\norientation = "deprivation"\n'
KITA = {"id": "plus", "label": "Zuzug", "direction": "resource", "numerator": "zu",
        "denominator": "einwohner"}  # fmt: skip


def doubled():
    """Return three years; from 2022 on the unemployed are counted twice as often everywhere."""
    tables = years()
    for year in (2022, 2023):
        tables[year]["arbeitslose"] *= 2
    return tables


def town(folder, *, used="layer", **more):
    one = {**SHARE, "use": used, **more}
    file = write_town(folder, indicators=(one, KITA), tables=doubled())
    file.write_text(INDEX + file.read_text(encoding="utf-8"), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def layer(tmp_path_factory):
    return sr.build(town(tmp_path_factory.mktemp("schicht"), **BROKEN)).release


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return sr.build(town(tmp_path_factory.mktemp("index"), used="index", **BROKEN))


def indicator(**more):
    return Indicator(id="a", label="A", direction="burden", numerator="x", denominator="n", **more)


@pytest.mark.parametrize(
    ("then", "now", "same"),
    [("2020-12-31", "2021-12-31", True), ("2021-12-31", "2022-01-31", False),
     ("2022-01-01", "2024-12-31", True), ("2021-12-31", "2021-12-31", True)],
)  # fmt: skip
def test_only_days_on_one_side_are_comparable(then, now, same):
    assert indicator(break_at="2022").comparable(then, now) is same
    assert indicator(break_at="2022").comparable(now, then) is same
    assert indicator().comparable(then, now)


def test_a_break_outside_the_years_of_collection_or_a_note_alone_is_refused(tmp_path):
    for more, code in (
        ({"break_note": "neu"}, "break_alone"),
        ({"break_at": "2019", "since": "2021"}, "break_outside"),
        ({"break_at": "2023", "at": "2023"}, "break_outside"),
    ):
        with pytest.raises(ValueError, match="break"):
            indicator(**more)
        with pytest.raises(ConfigError) as error:
            sr.build(town(tmp_path, **more))
        assert [p.code for p in error.value.problems] == [f"config.{code}"]


def test_lines_of_the_cockpit_are_two_pieces_and_the_change_is_of_the_last(layer):
    panel = with_changes(panel_of(layer))
    row = next(r for r in panel.rows if r.indicator.id == "al")
    data = next(d for d in cockpit_data(panel)["indicators"] if d["label"] == "Arbeitslose")
    assert data["b"] == row.new_from == 1
    assert row.ends == (1, 2)
    # from the tables, by key: the change since 2022, not since 2021
    tables = doubled()
    shares = {y: tables[y]["arbeitslose"] / tables[y]["erw"] for y in (2021, 2022, 2023)}
    told = row.change["change"].astype(float) * row.step
    later = (shares[2023] - shares[2022])[told.index]
    earlier = (shares[2023] - shares[2021])[told.index]
    assert (told - later).abs().max() < 0.02  # windows and rounding
    assert (told - earlier).abs().min() > 0.04
    # each line of the drawing is begun twice: once before, once after
    lines = re.findall(r'd="(M[^"]*)"', picture(panel, row))
    assert sum(path.count("M") == 2 for path in lines) == len(KEYS) + 1
    whole = next(r for r in panel.rows if r.indicator.id == "plus")
    assert not any(
        path.count("M") == 2 for path in re.findall(r'd="(M[^"]*)"', picture(panel, whole))
    )


def test_the_reason_stands_in_page_workbook_and_method(layer):
    said = "ab 2022 neue Zählweise (mit Aufstockern), mit den Zahlen davor nicht zu vergleichen"
    files = cockpit_files(layer)
    assert said in files["cockpit.html"].decode("utf-8")
    book = openpyxl.load_workbook(BytesIO(files["cockpit.xlsx"]))
    assert any(said in str(c.value) for row in book["Definitionen"] for c in row)
    from sozialraum.publish.method import method_text

    assert said in method_text(layer).replace("\\", "")


def test_the_map_page_and_the_profile_compare_only_what_is_counted_alike(tmp_path):
    release = sr.build(town(tmp_path, break_at="2023")).release
    data = page_data(release)
    by_id = {one["id"]: one for one in data["indicators"]}
    assert by_id["al"]["newFrom"] == 2
    assert "newFrom" not in by_id["plus"]
    profile = profile_data(release, [KEYS[0]])["profiles"][0]
    before = {row["label"]: row["before"] for row in profile["rows"]}
    assert before["Arbeitslose"] == ["andere Zählweise"]
    assert before["Zuzug"] != ["andere Zählweise"]


def test_a_day_counted_otherwise_has_values_and_no_index(index):
    old, *rest = index.release.editions
    assert old.table["index"].isna().all()
    assert old.values["al"].notna().any()
    assert all(edition.table["index"].notna().any() for edition in rest)
    (said,) = [n for n in index.release.notes if n.startswith("Kein Index")]
    assert said == (
        "Kein Index zum 31.12.2021: Damals wurde anders gezählt („Arbeitslose“); "
        "es wäre nicht derselbe Index."
    )


def test_a_scale_learnt_from_all_days_leaves_out_the_other_count(tmp_path):
    text = 'learn_from = "all"\n'
    file = town(tmp_path, used="index", **BROKEN)
    file.write_text(text + file.read_text(encoding="utf-8"), encoding="utf-8")
    scale = sr.build(file).release.scales["index"]
    tables = doubled()
    least = {y: (tables[y]["arbeitslose"] / tables[y]["erw"]).min() for y in tables}
    assert least[2021] < 0.7 * min(least[2022], least[2023])
    assert scale.params["al"]["low"] > 0.8 * min(least[2022], least[2023])


def test_the_change_across_a_break_is_not_shown_and_the_reason_is(tmp_path):
    result = sr.build(town(tmp_path, used="index", break_at="2023"))
    assert "change" not in result.release.layers
    assert any("Dazwischen wurde anders gezählt" in line for line in result.release.facts.findings)


def test_two_results_with_a_break_between_them_are_not_compared(tmp_path):
    file = town(tmp_path, used="index", **BROKEN)
    sr.build(file).save(tmp_path / "neu")
    before = file.read_text(encoding="utf-8").replace("2023-12-31\ncrs", "2021-12-31\ncrs")
    old = tmp_path / "alt.toml"
    old.write_text(_of_2021(before), encoding="utf-8")
    sr.build(old).save(tmp_path / "alt")
    with pytest.raises(DataError) as error:
        compare(open_result(tmp_path / "alt"), open_result(tmp_path / "neu"))
    assert [p.code for p in error.value.problems] == ["pipeline.compare_break"]
    assert "Arbeitslose" in str(error.value)
    text = 'reference = "alt"\n' + file.read_text(encoding="utf-8")
    later = tmp_path / "fort.toml"
    later.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        sr.build(later)
    assert [p.code for p in refused.value.problems] == ["pipeline.reference_break"]


def _of_2021(text):
    """Return a build file with the table of 2021 alone."""
    head, *tables = re.split(r"(?=\[\[tables\]\]|\[\[indicators\]\])", text)
    kept = [t for t in tables if not t.startswith("[[tables]]") or "2021" in t]
    return head + "".join(kept)


def test_check_warns_of_no_jump_across_a_break(tmp_path):
    def jumps(file):
        return {str(p) for p in check_build(file) if p.code.startswith("check.jump_share")}

    assert all("31.12.2021" not in told for told in jumps(town(tmp_path / "mit", **BROKEN)))


def test_only_months_since_the_break_are_watched(tmp_path):
    cases = arrivals(40)
    cases[:10] //= 4  # counted otherwise: a quarter of them
    file = write_months(tmp_path, cases)
    text = file.read_text(encoding="utf-8").replace(
        'id = "zu"', 'id = "zu"\nbreak_at = "2022-11"\nbreak_note = "auch Tagespflege"'
    )
    file.write_text(text, encoding="utf-8")
    (one,) = watch(file).release.indicators
    assert one.judged.index.get_level_values(0).min() > "2022-11"
    assert any("ab November 2022 neue Zählweise (auch Tagespflege)" in note for note in one.notes)
    file.write_text(text.replace('"2022-11"', '"2024-06"'), encoding="utf-8")
    with pytest.raises(DataError) as error:
        watch(file)
    assert "neue Zählweise" in str(error.value)
