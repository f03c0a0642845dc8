"""What a build says about its indicators: few sentences, the weightiest first."""

from pathlib import Path

import pandas as pd
import pytest

import sozialraum
from sozialraum.model.errors import ConfigError

ROOT = Path(__file__).parents[1]


def city(tmp_path, *replaced: tuple[str, str]):
    text = (ROOT / "config" / "musterstadt.toml").read_text("utf-8")
    data = (ROOT / "shapes" / "musterstadt").as_posix()
    for old, new in (*replaced, ('"../shapes/musterstadt"', f'"{data}"')):
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "bau.toml"
    path.write_text(text, encoding="utf-8")
    return sozialraum.build(path)


def about_indicators(result):
    return [p for p in result.problems if p.code.startswith(("index.", "pipeline.more_findings"))]


@pytest.mark.parametrize("name", ["musterstadt", "musterstadt_hagen"])
def test_a_build_says_a_handful_about_its_indicators(name):
    result = sozialraum.build(ROOT / "config" / f"{name}.toml")
    told = about_indicators(result)
    assert all(p.place for p in result.problems)
    assert 1 <= len(told) <= 5
    assert "index.redundant" in [p.code for p in told]
    assert all(p.action for p in told)


def test_a_direction_turned_round_is_the_first_thing_said(tmp_path):
    # participation rises with long Kita visits; called a burden it loads against the others
    result = city(tmp_path, ('direction   = "resource"', 'direction   = "burden"  '))
    first = about_indicators(result)[0]
    assert (first.code, first.column) == ("index.against_direction", "kita")


def test_an_outcome_as_an_input_stops_the_build(tmp_path):
    same = ('participants = "ferienkinder"', 'participants = "sgb2_u15"')
    everyone = ('children     = "kinder_6_14"', 'children     = "kinder_u15"')
    with pytest.raises(ConfigError, match="selbst eine Folge"):
        city(tmp_path, same, everyone)


def test_the_page_of_findings_holds_them(tmp_path):
    city(tmp_path).save(tmp_path / "out")
    page = (tmp_path / "out" / "pruefbericht.html").read_text("utf-8")
    assert "sagen fast dasselbe" in page


def test_what_is_inferred_or_changed_of_a_method_stands_in_every_output(tmp_path):
    classes = (
        '[classes]\nk = 4\nlabels = ["a", "b", "c", "d"]\nnumbers = [1, 2, 3, 4]\n\n[participation]'
    )
    result = city(tmp_path, ("[participation]", classes))
    result.save(tmp_path / "out", files=("karte", "methode", "xlsx"))
    for sentence in ("erschlossen, nicht belegt", "abweichend von „Bildungsteilhabeindex"):
        assert sentence in result.release.facts.method
        for name in ("karte.html", "methode.md"):
            assert sentence in (tmp_path / "out" / name).read_text("utf-8"), name
        workbook = pd.read_excel(
            tmp_path / "out" / "index.xlsx", sheet_name=None, header=None, engine="openpyxl"
        )
        cells = " ".join(str(c) for sheet in workbook.values() for c in sheet.to_numpy().ravel())
        assert sentence in cells
    same = sozialraum.build(ROOT / "config" / "musterstadt.toml").release.facts.method
    assert "erschlossen, nicht belegt" in same and "abweichend von" not in same
