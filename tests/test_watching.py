"""``sozialraum watch``: from monthly tables to alarms, public and for the office."""

import json
import re
import shutil
import sys

import numpy as np
import pandas as pd
import pytest
from shared_data import shared
from small_months import COUNTS, KEYS, arrivals, write_months

from sozialraum.cli import main
from sozialraum.config import read_build
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.privacy.ledger import new_ledger
from sozialraum.workflows.watch.watching import watch

OPEN = '[disclosure]\npublished_input = true\nreason = "erfunden"\n'


@pytest.fixture(scope="module")
def quarter_07(tmp_path_factory):
    """Return the build file of a town where one district has three times as many from month 28."""
    cases = arrivals()
    cases[27:, 7] *= 3
    return write_months(tmp_path_factory.mktemp("town"), cases)


@pytest.fixture(scope="module")
def outcome(quarter_07):
    return watch(quarter_07, office=True)


def run(capsys, monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["sozialraum", *map(str, arguments)])
    with pytest.raises(SystemExit) as end:
        main()
    return end.value.code, capsys.readouterr()


def test_the_district_with_more_arrivals_is_named_and_no_other(outcome):
    (zu,) = outcome.release.indicators
    assert zu.alarms.loc["2024-06"].index.tolist() == ["07"]
    assert zu.sentences[0] == "Juni 2024: 1 von 24 Gebieten (Stadtteile) fällt auf."
    assert zu.sentences[1].startswith("Viertel 07: mehr Fälle")
    assert outcome.summary()["indicators"]["zu"]["alarms"][0]["months"] in (2, 3)


def test_public_numbers_come_from_windows_and_those_of_the_office_from_counts(outcome):
    (seen,), (true,) = outcome.release.indicators, outcome.internal.indicators
    assert set(true.judged["cases"] % 1) == {0.0}
    assert not seen.judged["cases"].equals(true.judged["cases"])
    assert outcome.internal.level == "intern"
    assert seen.watches[0].limit != true.watches[0].limit


def test_folders_hold_page_table_and_manifest_and_scores_stay_in_the_office(outcome, tmp_path):
    files = outcome.save(tmp_path / "out", office=tmp_path / "amt")
    assert files == ["fruehwarnung.csv", "fruehwarnung.html", "manifest.json"]
    table = pd.read_csv(tmp_path / "out" / "fruehwarnung.csv", sep=";", dtype={"key": str})
    assert table.query("period == '2024-06'")["key"].tolist() == ["07"]
    assert not {"z", "sum", "cases"} & set(table)
    inside = pd.read_csv(tmp_path / "amt" / "fruehwarnung_werte.csv", sep=";")
    assert {"z", "sum", "cases"} <= set(inside)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["watch"]["zu"][0]["months"] == 24
    page = (tmp_path / "out" / "fruehwarnung.html").read_text("utf-8")
    assert "Viertel 07" in page
    assert "nicht zur Weitergabe" not in page
    assert "nicht zur Weitergabe" in (tmp_path / "amt" / "fruehwarnung.html").read_text("utf-8")
    assert not re.search(r"https?://", page)


def test_the_same_twice_is_the_same_to_the_byte(quarter_07, tmp_path):
    for name in ("a", "b"):
        watch(quarter_07).save(tmp_path / name)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes(), file.name


def test_another_count_of_the_same_windows_changes_no_public_byte(tmp_path):
    cases = arrivals()
    other = cases.copy()
    # windows are 0, 1-5, 6-8, …: within 18-20 and 21-23 one person moves, the total stays
    t = next(t for t in range(24, 30) if 18 in cases[t] and 22 in cases[t])
    other[t, list(cases[t]).index(18)] += 1
    other[t, list(cases[t]).index(22)] -= 1
    for name, table in (("a", cases), ("b", other)):
        found = watch(write_months(tmp_path / name, table), office=True)
        found.save(tmp_path / name / "out", office=tmp_path / name / "amt")
    for file in ("fruehwarnung.csv", "fruehwarnung.html", "manifest.json"):
        one, two = ((tmp_path / n / "out" / file).read_bytes() for n in "ab")
        assert one == two, file
    one, two = ((tmp_path / n / "amt" / "fruehwarnung_werte.csv").read_bytes() for n in "ab")
    assert one != two


def test_the_same_again_keeps_its_entry_in_the_ledger_and_another_month_is_a_new_one(tmp_path):
    (tmp_path / "geheim").mkdir()
    new_ledger(tmp_path / "freigaben.jsonl", tmp_path / "geheim" / "freigaben.key")
    rules = '[disclosure]\nledger = "freigaben.jsonl"\nkey = "geheim/freigaben.key"\n'
    numbers = []
    for n, months in enumerate((30, 30, 31)):
        file = write_months(tmp_path, arrivals(31)[:months], disclosure=rules)
        watch(file).save(tmp_path / f"out{n}")
        manifest = (tmp_path / f"out{n}" / "manifest.json").read_text("utf-8")
        numbers.append(json.loads(manifest)["release"]["number"])
    assert numbers == [1, 1, 2]


def test_a_month_that_was_not_delivered_is_a_gap(tmp_path):
    file = write_months(tmp_path, arrivals(32), skip={26}, disclosure=OPEN)
    (zu,) = watch(file).release.indicators
    assert zu.judged.loc["2024-03", "z"].isna().all()
    assert zu.judged.loc["2024-04", "z"].notna().all()


def test_three_years_say_whether_the_whole_town_stands_out(tmp_path):
    cases = arrivals(42)
    cases[39:] *= 2
    (zu,) = watch(write_months(tmp_path, cases, disclosure=OPEN)).release.indicators
    assert zu.city["alarm"].iloc[-1]
    assert zu.sentences[-1].startswith("Juni 2025: Alle Gebiete zusammen liegen über dem")
    assert [w.months for w in zu.watches] == [24, 36]


def test_stocks_and_falls_share_the_false_alarms_of_a_year(tmp_path):
    both = '[watch]\nindicators = ["zu", "da"]\ndraws = 40\ndownwards = true\nfalse_alarms = 2.0\n'
    found = watch(write_months(tmp_path, arrivals(), watch=both, disclosure=OPEN)).release
    assert {w.promised for one in found.indicators for w in one.watches} == {0.5}
    assert {w.direction for w in found.indicators[1].watches} == {"up", "down"}
    assert [one.measure for one in found.indicators] == ["flow", "stock"]


def test_what_is_watched_must_say_what_it_counts(tmp_path):
    file = write_months(tmp_path, arrivals(2), counts="")
    with pytest.raises(ConfigError, match=r"\[watch\] soll „zu“ beobachten; ob „zugaenge“"):
        read_build(file)
    file = write_months(tmp_path, arrivals(2), counts=COUNTS + COUNTS)
    with pytest.raises(ConfigError, match=r"Unter \[\[counts\]\] steht „zugaenge“ mehrmals"):
        read_build(file)
    file = write_months(tmp_path, arrivals(2), watch='[watch]\nindicators = ["zuu"]\n')
    with pytest.raises(ConfigError, match="zuu"):
        read_build(file)
    file = write_months(tmp_path, arrivals(2), watch='[watch]\nindicators = ["zu"]\nhistory = 6\n')
    with pytest.raises(ConfigError, match="history"):
        read_build(file)


def test_too_few_months_two_days_in_one_month_and_no_section_are_told(tmp_path):
    short = write_months(tmp_path / "a", arrivals(20), disclosure=OPEN)
    with pytest.raises(DataError, match="„zu“ ist in 20 Monaten für alle Gebiete bekannt"):
        watch(short)
    twice = write_months(tmp_path / "b", arrivals(2), days=["2024-01-15", "2024-01-31"], disclosure=OPEN)  # fmt: skip
    with pytest.raises(DataError, match="Für den Monat 2024-01 gibt es zwei Stichtage"):
        watch(twice)
    none = write_months(tmp_path / "c", arrivals(2), watch="", disclosure=OPEN)
    with pytest.raises(ConfigError, match="Diese Build-Datei sagt nicht, was beobachtet"):
        watch(none)


def test_the_command_prints_writes_and_answers_programs(quarter_07, tmp_path, capsys, monkeypatch):
    code, told = run(capsys, monkeypatch, "watch", quarter_07)
    assert code == 0
    assert "Juni 2024: 1 von 24 Gebieten" in told.out
    code, told = run(capsys, monkeypatch, "watch", quarter_07, "-o", tmp_path / "out", "--json")
    assert json.loads(told.out)["month"] == "2024-06"
    assert (tmp_path / "out" / "fruehwarnung.html").is_file()
    code, told = run(capsys, monkeypatch, "watch", quarter_07, "--intern", tmp_path / "amt")
    assert code == 2
    assert "Zu --intern fehlt -o" in told.err


@pytest.mark.parametrize("size", ["", "klein_"])
def test_the_monthly_report_on_refugees_is_watched_in_full_and_a_twentieth(tmp_path, size):
    delivered = shared("cases/faults/deliveries/salzgitter")
    shutil.copytree(delivered, tmp_path / "sz", copy_function=shutil.copyfile)
    (tmp_path / "sz").chmod(0o755)
    text = (delivered / "monate.toml").read_text("utf-8").replace("monat_20", f"{size}monat_20")
    section = '\n[[counts]]\nname = "gefluechtete"\nmeasure = "stock"\n[watch]\nindicators = ["anteil"]\nhistory = 12\ndraws = 40\n'
    (tmp_path / "sz" / "w.toml").write_text(text + section, "utf-8")
    (anteil,) = watch(tmp_path / "sz" / "w.toml").release.indicators
    assert anteil.sentences or anteil.notes


@pytest.mark.parametrize("still", [30, 26])
def test_where_nothing_moves_from_month_to_month_nothing_is_judged_and_that_is_said(
    still, tmp_path
):
    # a stock that never changed, or not until all months were over that are learnt from first
    pupils = np.full((30, len(KEYS)), 40)
    pupils[still:] += np.arange(len(KEYS)) % 5
    file = write_months(
        tmp_path, arrivals(30), stock=pupils,
        watch='[watch]\nindicators = ["da"]\ndraws = 40\n', disclosure=OPEN,
    )  # fmt: skip
    (told,) = watch(file).release.indicators
    assert told.judged.empty and told.watches == ()
    assert "ändert sich in diesen Zahlen zu wenig" in " ".join(told.notes)
