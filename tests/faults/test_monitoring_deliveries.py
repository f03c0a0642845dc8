"""Deliveries of cities that monitor: 86 late indicators, balances, euros, votes, places per child."""

import csv
import shutil
import tomllib

import pytest
from shared_data import shared

import sozialraum as sr

FOLDER = "cases/faults/deliveries"


def given(name, folder):
    """Copy a delivery; return its folder."""
    shutil.copytree(shared(f"{FOLDER}/{name}"), folder / name)
    return folder / name


def without_indicators(text, *, without=("recipe", "orientation")):
    """Return a build file of the case up to its indicators, with keys of an index left out."""
    head = text.split("[[indicators]]")[0]
    return "\n".join(n for n in head.splitlines() if n.partition("=")[0].strip() not in without)


def test_leer_86_indicators_that_grow_over_ten_years_from_one_table(tmp_path):
    place = given("lavi_absent", tmp_path)
    text = (place / "lavi.toml").read_text("utf-8")
    asked = tomllib.loads(text)["indicators"]
    assert len(asked) == 86
    heads = {}
    for year in range(2015, 2025):
        with (place / f"jahr_{year}.csv").open(encoding="utf-8") as stream:
            heads[year] = set(next(csv.reader(stream, delimiter=";")))
    first = {i["id"]: min(y for y, h in heads.items() if i["numerator"] in h) for i in asked}
    keys = [
        "id",
        "label",
        "theme",
        "direction",
        "use",
        "numerator",
        "denominator",
        "since",
        "source",
    ]
    rows = [{**i, "theme": i["dimension"], "use": "layer",
             "since": "" if first[i["id"]] == 2015 else str(first[i["id"]])} for i in asked]  # fmt: skip
    lines = [";".join(keys), *(";".join(r[k] for k in keys) for r in rows)]
    (place / "kz.csv").write_text("\n".join(lines), encoding="utf-8")
    head = without_indicators(text)
    head = head.replace('title="', 'indicators = "kz.csv"\ntitle="', 1)
    head = head.split("[output]")[0] + "[[tables]]" + head.split("[[tables]]", 1)[1]
    (place / "kz.toml").write_text(head, encoding="utf-8")
    result = sr.build(place / "kz.toml")
    files = result.save(tmp_path / "out")
    assert {"cockpit.html", "cockpit.xlsx"} <= set(files)
    assert len(result.release.editions) == 10
    late = [i for i, year in first.items() if year > 2015]
    assert late
    for edition in result.release.editions:
        year = int(edition.stichtag[:4])
        for name in late:
            outside = set(edition.signs[name].astype(str)) == {"not_collected"}
            assert outside == (year < first[name]), (name, year)
    size = (tmp_path / "out" / "cockpit.html").stat().st_size
    assert size < 800_000


LAUTERN = """
[[indicators]]
id = "al"
label = "Arbeitslose"
direction = "burden"
use = "layer"
numerator = "arbeitslose"
denominator = "erw"
[[indicators]]
id = "saldo"
label = "Wanderungssaldo"
kind = "balance"
direction = "neutral"
incoming = "zuzuege"
outgoing = "fortzuege"
denominator = "einwohner"
[[indicators]]
id = "eur"
label = "Ausgaben für Hilfen zur Erziehung je Minderjährigem"
kind = "euro"
direction = "neutral"
numerator = "ausgaben_hze_eur"
denominator = "u18"
most = 60000
price_year = 2023
[[indicators]]
id = "wb"
label = "Wahlbeteiligung"
kind = "vote"
direction = "neutral"
numerator = "waehler"
denominator = "wahlber"
"""


def test_kaiserslautern_balances_euros_and_votes_from_one_file(tmp_path):
    place = given("klar", tmp_path)
    head = without_indicators((place / "saldo.toml").read_text("utf-8")) + "\n"
    (place / "k.toml").write_text(head + LAUTERN, encoding="utf-8")
    result = sr.build(place / "k.toml")
    values, true = result.current.values, _rows(place / "klar_2023.csv", "stadtteil")
    assert (result.current.signs.astype(str) == "ok").all(axis=None)
    assert values["saldo"].min() < 0 < values["saldo"].max()
    half = result.current.half_width["saldo"]
    for key, row in true.items():
        exact = (int(row["zuzuege"]) - int(row["fortzuege"])) / int(row["einwohner"]) * 1000
        assert abs(values.at[key, "saldo"] - exact) <= half[key] + 1e-6
        assert values.at[key, "wb"] == pytest.approx(int(row["waehler"]) / int(row["wahlber"]))
    assert "cockpit.html" in result.save(tmp_path / "out")


def _rows(file, key):
    with file.open(encoding="utf-8") as stream:
        return {row[key]: row for row in csv.DictReader(stream, delimiter=";")}


def test_verden_applicants_per_place_is_a_ratio_above_one(tmp_path):
    place = given("verden", tmp_path)
    head = without_indicators((place / "ab_share.toml").read_text("utf-8")) + "\n"
    own = ('[[indicators]]\nid = "ab"\nlabel = "Bewerber je Stelle"\nkind = "ratio"\n'
           'direction = "neutral"\nnumerator = "will_ausbildung"\n'
           'denominator = "stellen_angeboten"\n')  # fmt: skip
    (place / "v.toml").write_text(head + own, encoding="utf-8")
    result = sr.build(place / "v.toml")
    assert len(result.release.editions) == 3
    told = [e.values["ab"].dropna() for e in result.release.editions]
    assert any(one.gt(1).any() for one in told)
    assert "cockpit.html" in result.save(tmp_path / "out")


def test_herne_children_observed_in_kitas_have_a_cockpit_beside_their_index(tmp_path):
    place = given("herne", tmp_path)
    text = (place / "herne.toml").read_text("utf-8") + '\n[output]\nfiles = ["karte", "cockpit"]\n'
    (place / "h.toml").write_text(text, encoding="utf-8")
    files = sr.build(place / "h.toml").save(tmp_path / "out")
    assert {"karte.html", "cockpit.html", "cockpit.xlsx"} <= set(files)


SURVEYS = """
[[indicators]]
id = "will_metall"
label = "Abgänger: Metall"
direction = "neutral"
numerator = "will_metall"
denominator = "antworten"
survey = true
population = "absolventen"
[[indicators]]
id = "will_pflege"
label = "Abgänger: Pflege"
direction = "neutral"
numerator = "will_pflege"
denominator = "antworten"
survey = true
population = "absolventen"
[[indicators]]
id = "sucht_metall"
label = "Betriebe: Metall"
direction = "neutral"
numerator = "stellen_metall"
denominator = "stellen_angeboten"
[[indicators]]
id = "sucht_pflege"
label = "Betriebe: Pflege"
direction = "neutral"
numerator = "stellen_pflege"
denominator = "stellen_angeboten"
[[compare]]
label = "Was Abgänger wollen und was Betriebe suchen"
left = "Abgänger"
right = "Betriebe"
[[compare.rows]]
label = "Metall"
left = "will_metall"
right = "sucht_metall"
[[compare.rows]]
label = "Pflege"
left = "will_pflege"
right = "sucht_pflege"
"""


def test_verden_sets_leavers_against_firms(tmp_path):
    place = given("verden", tmp_path)
    head = without_indicators((place / "verden.toml").read_text("utf-8")) + "\n"
    (place / "v.toml").write_text(head + SURVEYS, encoding="utf-8")
    result = sr.build(place / "v.toml")
    (told,) = result.release.details["compare"]
    leavers = _rows(place / "absolventen_2018.csv", "gemeinde").values()
    firms = _rows(place / "betriebe_2018.csv", "gemeinde").values()

    def share(rows, part, whole):
        return sum(int(r[part]) for r in rows) / sum(int(r[whole]) for r in rows)

    for row, word in zip(told["rows"], ("metall", "pflege"), strict=True):
        assert row["left"][0] == pytest.approx(
            share(leavers, f"will_{word}", "antworten"), abs=1e-3
        )
        exact = share(firms, f"stellen_{word}", "stellen_angeboten")
        assert row["right"][0] == pytest.approx(exact, abs=1e-3)
        assert row["left"][1] < row["left"][0] < row["left"][2]
        assert row["gap"][0] == pytest.approx(row["left"][0] - row["right"][0], abs=2e-4)
    result.save(tmp_path / "out", files=("cockpit",))
    page = (tmp_path / "out" / "cockpit.html").read_text("utf-8")
    assert "Gegenüberstellung" in page and "Betriebe" in page
