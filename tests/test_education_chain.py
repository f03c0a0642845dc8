"""``[chain]`` in a build: protected counts in, page and table out."""

import re

import numpy as np
import pandas as pd
import pytest
from small_months import KEYS, write_months

from sozialraum.config import read_build
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.workflows.build.building import build, build_for_office
from sozialraum.workflows.build.further.education_chain import education_chain
from sozialraum.workflows.build.office_copy import office_copy

CHAIN = """
[chain]
label = "Von der Kita zum Gymnasium"
groups = { mit = "mit Migrationshintergrund", ohne = "ohne" }
design = "%s"
[[chain.stations]]
id = "kita"
label = "Kita ab 3"
phase = "Frühe Bildung"
reached = "kita_{group}"
eligible = "k3_{group}"
[[chain.stations]]
id = "gym"
label = "Übergang aufs Gymnasium"
phase = "Schule"
reached = "gym_{group}"
eligible = "kl4_{group}"
[[chain.stations]]
id = "ohne_abschluss"
label = "Abgang ohne Abschluss"
reached = "oa_{group}"
eligible = "abg_{group}"
better = "lower"
"""
RATES = {"kita": (0.75, 0.9), "gym": (0.35, 0.55), "oa": (0.12, 0.05)}
BASES = {"kita": "k3", "gym": "kl4", "oa": "abg"}
OPEN = '[disclosure]\npublished_input = true\nreason = "erfunden"\n'


def stations(seed=2):
    """Return counts of two groups per district; in district 07 few reach the Gymnasium."""
    rng = np.random.default_rng(seed)
    found = pd.DataFrame(index=pd.Index(KEYS, name="nr"))
    for name, rates in RATES.items():
        for group, rate in zip(("mit", "ohne"), rates, strict=True):
            base = rng.integers(60, 140, len(KEYS))
            own = np.where((np.array(KEYS) == "07") & (name == "gym"), rate / 3, rate)
            found[f"{BASES[name]}_{group}"] = base
            found[f"{name}_{group}"] = rng.binomial(base, own)
    return found


def town(folder, table=None, *, design="cross_section", disclosure="", chain=None):
    """Write a build file with a chain; return it."""
    cases = np.random.default_rng(1).integers(15, 30, (1, len(KEYS)))
    text = (CHAIN % design if chain is None else chain) + disclosure
    file = write_months(folder, cases, counts="", watch="", disclosure=text)
    frame = stations() if table is None else table
    old = pd.read_csv(folder / "daten" / "m0.csv", sep=";", dtype={"nr": str}).set_index("nr")
    old.join(frame).to_csv(folder / "daten" / "m0.csv", sep=";")
    return file


def read(folder):
    return pd.read_csv(
        folder / "bildungskette.csv",
        sep=";",
        decimal=",",
        dtype={"key": str},
        keep_default_na=False,
    )


def test_the_gap_of_the_town_is_that_of_the_sums(tmp_path):
    file = town(tmp_path, disclosure=OPEN)
    chain = education_chain(build(file))
    sums = stations().sum()
    row = chain.today.loc["gym"]
    assert row["rate_first"] == pytest.approx(sums.gym_mit / sums.kl4_mit)
    assert row["gap"] == pytest.approx(sums.gym_mit / sums.kl4_mit - sums.gym_ohne / sums.kl4_ohne)
    assert chain.rates.at["07", "gym"] == pytest.approx(
        stations().loc["07", ["gym_mit", "gym_ohne"]].sum()
        / stations().loc["07", ["kl4_mit", "kl4_ohne"]].sum()
    )


def test_the_district_where_the_chain_breaks_is_named_with_its_station(tmp_path):
    chain = education_chain(build(town(tmp_path)))
    assert chain.breaks.dropna().to_dict() == {"07": "gym"}
    assert any(
        s.startswith("Viertel 07: Die Kette bricht bei „Übergang aufs Gymnasium“ (")
        and s.endswith("davor ist das Gebiet nicht erkennbar schlechter gestellt.")
        for s in chain.sentences
    )
    assert chain.sentences[0].startswith("Am weitesten liegen die Gruppen bei „Übergang")


def test_page_and_table_are_written_with_the_build(tmp_path):
    result, office = build_for_office(town(tmp_path))
    files = result.save(tmp_path / "out", office=office_copy(office, result, tmp_path / "amt"))
    assert {"bildungskette.html", "bildungskette.csv"} <= set(files)
    page = (tmp_path / "out" / "bildungskette.html").read_text("utf-8")
    assert "Frühe Bildung" in page
    assert not re.search(r"https?://|<script", page)
    assert "nicht zur Weitergabe" not in page
    assert "nicht zur Weitergabe" in (tmp_path / "amt" / "bildungskette.html").read_text("utf-8")
    table = read(tmp_path / "out")
    assert set(table["station"]) == {"kita", "gym", "ohne_abschluss"}
    assert (table["key"] == "").sum() == 3
    place = table.query("key == '07' and station == 'gym'")["place"]
    assert place.tolist() == ["low"]


def test_one_child_within_its_windows_changes_no_public_byte(tmp_path):
    one = stations()
    two, gym = one.copy(), one["gym_mit"]
    # windows of 3 between 6 and base - 6: one up within a window, one down within another
    up = next(k for k in KEYS if 6 <= gym[k] < one.kl4_mit[k] - 9 and (gym[k] - 6) % 3 == 0)
    down = next(k for k in KEYS if 7 <= gym[k] < one.kl4_mit[k] - 9 and (gym[k] - 6) % 3 == 2)
    two.loc[up, "gym_mit"] += 1
    two.loc[down, "gym_mit"] -= 1
    for name, table in (("a", one), ("b", two)):
        build(town(tmp_path / name, table)).save(tmp_path / name / "out")
    for file in ("bildungskette.html", "bildungskette.csv"):
        first, second = ((tmp_path / n / "out" / file).read_bytes() for n in "ab")
        assert first == second, file


def test_a_group_that_a_station_does_not_record_leaves_a_hollow_place(tmp_path):
    table = stations().drop(columns=["kita_mit", "k3_mit"])
    chain = education_chain(build(town(tmp_path, table, disclosure=OPEN)))
    assert np.isnan(chain.today.at["kita", "rate_first"])
    assert chain.today.at["kita", "rate_second"] > 0.8
    assert np.isnan(chain.today.at["kita", "gap"])


def test_a_cohort_says_where_most_is_lost_and_must_be_followed(tmp_path):
    table = stations()
    for group, kept in (("mit", 0.9), ("ohne", 0.95)):
        table[f"kl4_{group}"] = table[f"kita_{group}"]
        table[f"gym_{group}"] = (table[f"kl4_{group}"] * (0.4 if group == "mit" else 0.7)).round()
        table[f"abg_{group}"] = table[f"gym_{group}"]
        table[f"oa_{group}"] = (table[f"abg_{group}"] * kept).round()
    chain = education_chain(build(town(tmp_path / "a", table, design="cohort", disclosure=OPEN)))
    assert chain.steps["most"].to_dict() == {"kita": False, "gym": True, "ohne_abschluss": False}
    assert "Am meisten geht bei „Übergang aufs Gymnasium“ verloren" in " ".join(chain.sentences)
    with pytest.raises(
        DataError, match="sind die Kinder in „kl4_mit“ nicht die, die in „kita_mit“"
    ):
        build(town(tmp_path / "b", design="cohort", disclosure=OPEN))


def test_more_than_could_and_missing_columns_are_told(tmp_path):
    table = stations()
    table.loc["03", "gym_mit"] = table.loc["03", "kl4_mit"] + 1
    with pytest.raises(DataError, match="03"):
        build(town(tmp_path / "a", table))
    with pytest.raises(DataError, match="gym_mit"):
        build(town(tmp_path / "b", stations().drop(columns="gym_mit")))


def test_a_chain_must_say_its_groups_and_name_each_station_once(tmp_path):
    for text, words in (
        (CHAIN.replace("gym_{group}", "gym"), "„gym“ sagt nicht, zu welcher Gruppe"),
        (CHAIN.replace('id = "gym"', 'id = "kita"'), "steht die Station „kita“ mehrmals"),
        (CHAIN.replace(', ohne = "ohne"', ""), "groups"),
    ):
        with pytest.raises(ConfigError, match=words):
            read_build(town(tmp_path, chain=text % "cross_section"))
