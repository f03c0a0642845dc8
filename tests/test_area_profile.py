"""``show``: one area on the terminal, with the words and figures of its profile page."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sozialraum
from sozialraum.cli import terminal
from sozialraum.cli.printing.areas import print_area, print_ranking
from sozialraum.model.errors import DataError
from sozialraum.publish.tables.table_columns import SPREAD_SUFFIX
from sozialraum.workflows.show.profiles import area_profile
from sozialraum.workflows.show.saved import open_result

ROOT = Path(__file__).parents[1]


def saved(tmp_path_factory, name: str):
    """Build a city of this repository with certainty, and open its folder."""
    text = (ROOT / "config" / f"{name}.toml").read_text("utf-8").split("[uncertainty]")
    place = tmp_path_factory.mktemp(name)
    data = f'"{(ROOT / "shapes" / "musterstadt").as_posix()}"'
    body = text[0] + "".join(t[t.index("\n\n") :] for t in text[1:])
    body = (
        body.replace('"../shapes/musterstadt"', data) + "\n[uncertainty]\ndraws = 100\nseed = 1\n"
    )
    (place / "bau.toml").write_text(body, encoding="utf-8")
    sozialraum.build(place / "bau.toml").save(place / "out", files=("parquet",))
    return open_result(place / "out")


@pytest.fixture(scope="module")
def catchments(tmp_path_factory):
    return saved(tmp_path_factory, "musterstadt")


@pytest.fixture(scope="module")
def districts(tmp_path_factory):
    return saved(tmp_path_factory, "musterstadt_hagen")


def without(city, key: str, column: str, sign: str = ""):
    """Return a folder as it reads where one column of one area is not published."""
    table = city.table.copy()
    table.loc[key, column] = np.nan
    if sign:
        table.loc[key, f"{column}_zeichen"] = sign
    return replace(city, table=table)


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_longer_than_the_terminal_and_no_sentence_is_lost(
    catchments, districts, width, monkeypatch, capsys
):
    monkeypatch.setattr(terminal, "_width", lambda: width)
    for city, keys in ((catchments, ("02", "26")), (districts, ("1006", "0101"))):
        for key in keys:
            print_area(city, key, as_json=False)
            out = capsys.readouterr().out
            assert max(map(len, out.splitlines())) <= width
            told = area_profile(city, key)
            said = " ".join(out.split())
            for sentence in (told.outcome, told.direction, *told.suppressed, *told.words):
                assert " ".join(sentence.split()) in said


def test_an_area_without_result_says_why_and_shows_what_there_is(districts, capsys):
    without = districts.table.index[districts.table["class"].isna()]
    assert len(without) == 2
    for key in without:
        print_area(districts, key, as_json=False)
        said = " ".join(capsys.readouterr().out.split())
        assert "wird kein Ergebnis gezeigt: Hier leben zu wenige Personen" in said
        assert "Index (Summe)" not in said and "nan" not in said
    print_ranking(districts, as_json=False)
    last = [x for x in capsys.readouterr().out.splitlines() if "│" in x][-2:]
    assert all("zu wenige Personen für einen Wert" in line for line in last)


def test_where_only_the_class_is_published_the_profile_says_so(districts):
    shown = districts.table["class"].notna()
    assert shown.any() and (shown == districts.table["index"].notna()).all()
    for key in districts.table.index[shown][:2]:  # as a folder of another recipe may have it
        told = area_profile(without(districts, key, "index"), key)
        assert "Veröffentlicht wird nur die Klasse" in told.outcome and told.index == ""
        assert all(part == "–" for *_, part in told.rows)


def test_shares_are_shown_in_per_cent_and_both_ends_are_said(catchments):
    told = area_profile(catchments, "02")
    assert told.outcome == "Klasse 1: sehr niedrige Teilhabe"
    assert told.direction.startswith("Klasse 5 = sehr hohe Teilhabe")
    for label, ends, value, city, _part in told.rows:
        if ends:
            assert value.endswith("\u00a0%") and city.endswith("\u00a0%"), label
            assert ends in ("mehr = höhere Belastung", "mehr = bessere Lage")
    labels = [label for label, _ in told.facts]
    assert labels[:3] == ["Index", "Rang (1 = höchste Belastung)", "Rangbereich"]
    assert "Stadtteil" in labels and "Übergang: Empfehlung für das Gymnasium" in labels


def test_every_protected_value_is_printed_with_how_far_it_may_be_off(catchments, capsys):
    columns = {i.id: f"{i.id}{SPREAD_SUFFIX}" for i in catchments.plan.indicators}
    spread = catchments.table[list(columns.values())]
    assert (spread > 0).sum().sum() > 50
    for key, row in catchments.table.iterrows():
        print_area(catchments, key, as_json=False)
        said = " ".join(capsys.readouterr().out.replace("│", " ").split())
        halves = [float(h.replace(",", ".")) for h in re.findall(r"± ?([\d,]+) ?%", said)]
        expected = [100 * row[c] for c in columns.values() if row[c] > 0]
        assert len(halves) == len(expected) and len(expected) > 0
        for told, half in zip(halves, expected, strict=True):  # rounded up to the digit shown
            assert half - 1e-9 <= told < half + 0.1 + 1e-9


def test_withheld_values_are_named_with_their_reason(catchments):
    told = area_profile(without(catchments, "20", "kita", "."), "20")
    [sentence] = told.suppressed
    assert "Kita-Besuch" in sentence and sentence.startswith("Gesperrt, weil")
    value = next(value for label, _, value, _, _ in told.rows if "Kita-Besuch" in label)
    assert value == "gesperrt"


def test_contributions_as_shown_add_up_to_the_index_in_every_area(catchments, districts):
    for city in (catchments, districts):
        for key, row in city.table.iterrows():
            if row["index"] == row["index"]:
                parts = area_profile(city, key).parts
                assert np.nansum(list(parts.values())) == pytest.approx(row["index"], abs=1e-12)


def test_programs_get_the_same_in_json(catchments, capsys):
    city = without(catchments, "20", "kita", ".")
    print_area(city, "20", as_json=True)
    told, shown = json.loads(capsys.readouterr().out), area_profile(city, "20")
    assert told["contributions"].pop("kita") is None
    assert told["contributions"] == {k: v for k, v in shown.parts.items() if k != "kita"}
    assert told["withheld"] == shown.suppressed and told["kita"] is None


def test_a_folder_of_an_earlier_version_is_told_and_not_a_traceback(catchments):
    manifest = {k: v for k, v in catchments.manifest.items() if k != "figures"}
    with pytest.raises(DataError, match="früheren Fassung"):
        area_profile(replace(catchments, manifest=manifest), "02")
