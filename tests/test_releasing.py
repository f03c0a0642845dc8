"""The ledger in a build: districts first, then catchments that cross them."""

import json
import re
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

import sozialraum
from sozialraum.model.errors import ConfigError, DisclosureError
from sozialraum.privacy.audit.bounds import audit_release
from sozialraum.privacy.audit.ledger import read_ledger, record
from sozialraum.privacy.audit.rows import Term, count_row
from sozialraum.workflows.build.disclosing import releasing
from sozialraum.workflows.build.disclosing.publication import publication
from sozialraum.workflows.build.disclosing.releasing import ledger_of
from sozialraum.workflows.build.release_draft import disclosure_rules, make_release
from sozialraum.workflows.build.units import counted
from sozialraum.workflows.verify.verifying import verify_folder

# Block: district, catchment, children, poor children, children of single parents.
# Catchment S1 is district B1 and the block "strasse", where one poor child lives.
BLOCKS = {
    "b11": ("B1", "S1", 30, 9, 8),
    "b12": ("B1", "S1", 30, 11, 12),
    "strasse": ("B2", "S1", 6, 1, 3),
    "b21": ("B2", "S2", 40, 14, 6),
    "b22": ("B2", "S2", 44, 12, 18),
    "b31": ("B3", "S3", 50, 8, 25),
    "b32": ("B3", "S4", 50, 17, 9),
    "b41": ("B4", "S3", 45, 30, 20),
    "b42": ("B4", "S4", 47, 22, 13),
}
BUILD = """
title = "Probe {word}"
stichtag = 2024-12-31
crs = "EPSG:25833"
orientation = "deprivation"
area_word = "{word}"
[areas.bloecke]
file = "bloecke.gpkg"
key = "block"
parents = {{ bezirke = "bezirk", sprengel = "sprengel"{parents} }}
[areas.{target}]
file = "{target}.gpkg"
key = "key"
[[tables]]
file = "zahlen.csv"
areas = "bloecke"
key = "block"
[join]
source = "bloecke"
target = "{target}"
method = "nested"
parent = "{target}"
[[indicators]]
id = "{armut}"
label = "Kinderarmut"
numerator = "sgb2"
denominator = "kinder"
direction = "burden"
[[indicators]]
id = "allein"
label = "Alleinerziehende"
numerator = "allein"
denominator = "kinder"
direction = "burden"
# Ends and limits are stated: learnt from three or four areas they would tell too much of them.
[scaling]
method = "goalposts"
goalposts = {{ {armut} = [0.0, 1.0], allein = [0.0, 1.0] }}
[classes]
method = "fixed"
limits = [0.25, 0.4]
[disclosure]
{ledger}
[output]
files = ["csv", "parquet"]
"""
LEDGER = 'ledger = "freigaben.jsonl"'
DAY = "2024-12-31"


@pytest.fixture
def city(tmp_path) -> Path:
    """A folder with blocks, districts, catchments and counts."""
    columns = ["bezirk", "sprengel", "kinder", "sgb2", "allein"]
    blocks = pd.DataFrame.from_dict(BLOCKS, orient="index", columns=columns)
    squares = [box(100 * n, 0, 100 * n + 100, 100) for n in range(len(blocks))]
    frame = gpd.GeoDataFrame(blocks, geometry=squares, crs=25833).rename_axis("block")
    frame["alt"] = np.where(frame.index == "strasse", None, "R")
    kept = ["bezirk", "sprengel", "alt", "geometry"]
    frame[kept].reset_index().to_file(tmp_path / "bloecke.gpkg")
    for level, name in (("bezirk", "bezirke"), ("sprengel", "sprengel")):
        merged = frame[[level, "geometry"]].dissolve(level).rename_axis("key")
        merged.reset_index().to_file(tmp_path / f"{name}.gpkg")
    blocks[columns[2:]].rename_axis("block").to_csv(tmp_path / "zahlen.csv", sep=";")
    return tmp_path


def build(folder: Path, target: str, *, ledger: str = LEDGER, armut="armut", parents=""):
    word = {"bezirke": "Bezirk", "sprengel": "Sprengel"}[target]
    text = BUILD.format(target=target, word=word, ledger=ledger, armut=armut, parents=parents)
    file = folder / f"{target}.toml"
    file.write_text(text, encoding="utf-8")
    return sozialraum.build(file)


def with_release_text(result):
    return publication(result.release, result, disclosure_rules(result.plan))


def breaches(*results):
    """Return what several results give away together."""
    told = [with_release_text(r) for r in results]
    rows = [row for t in told for row in t.rows]
    _, control = told[0].against(read_ledger("none.jsonl"))
    named = {t.geography for row in rows for t in row.terms}
    places = {n: z for n, z in told[0].units.geographies.items() if n in named}
    return audit_release(rows, **{**control, "geographies": places})


def test_each_build_alone_gives_nothing_away_but_both_together_do(city):
    districts, catchments = (build(city, t, ledger="") for t in ("bezirke", "sprengel"))
    assert (catchments.current.signs == "ok").all(axis=None)
    assert breaches(districts) == []
    assert breaches(catchments) == []
    found = breaches(districts, catchments)
    assert any("strasse" not in b.name and "bezirke B2 ∩ sprengel S1" in b.name for b in found)
    sentences = [b.sentence for b in found if "sgb2" in b.name and "ohne" not in b.name]
    assert any(
        re.match(r"Sprengel S1 \(.*\) − Bezirk B1 \(.*\) ≤ [1-4] Person", s) for s in sentences
    )


def test_the_second_build_withholds_what_the_first_would_turn_into_a_leak(city):
    districts = build(city, "bezirke")
    districts.save(city / "out_b")
    catchments = build(city, "sprengel")
    assert catchments.current.signs.at["S1", "armut"] == "suppressed"
    assert breaches(districts, catchments) == []
    proof = catchments.reasons[DAY, "S1", "armut", "share"]
    assert re.match(r"Sprengel S1 \(.*\) − Bezirk B1 \(.*\) ≤ [1-4] Person", proof)
    catchments.save(city / "out_s")
    assert [e.title for e in read_ledger(city / "freigaben.jsonl").entries] == [
        "Probe Bezirk",
        "Probe Sprengel",
    ]


def test_each_withheld_field_has_a_sentence_without_a_number_in_the_result(city):
    build(city, "bezirke").save(city / "out_b")
    assert not (city / "out_b" / "gesperrt.csv").exists()  # nothing is withheld
    result = build(city, "sprengel")
    assert "gesperrt.csv" in result.save(city / "out_s")
    table = pd.read_csv(city / "out_s" / "gesperrt.csv", sep=";", dtype=str)
    withheld = result.current.signs.eq("suppressed")
    shares = table[table["indicator"] != "Index"]
    assert len(shares) == withheld.sum().sum()
    assert ("S1", "Kinderarmut") in set(zip(shares["key"], shares["indicator"], strict=True))
    names = table["reason"].replace({r"S\d": "", "Sprengel": ""}, regex=True)
    assert not names.str.contains(r"\d").any()
    assert not table["reason"].str.contains("B1|Bezirk").any()
    _, problems = verify_folder(city / "out_s")
    assert [p for p in problems if p.severity != "note"] == []


def test_moved_counts_are_audited_on_the_areas_of_the_index(tmp_path):
    """Counts of split blocks are fractions: every interval still holds the rounded truth."""
    root = Path(__file__).parents[1]
    text = (root / "config" / "musterstadt.toml").read_text(encoding="utf-8")
    text = text.replace('"../shapes/musterstadt"', f'"{(root / "shapes/musterstadt").as_posix()}"')
    file = tmp_path / "stadt.toml"
    file.write_text(text.replace("[disclosure]", f"[disclosure]\n{LEDGER}"), encoding="utf-8")
    result = sozialraum.build(file)
    told = with_release_text(result)
    assert not told.units.whole
    for row in told.rows:
        true = 0.0
        for term in row.terms:
            count = counted(told.units, term.variable, term.stichtag)
            assert (count == count.round()).all()
            true += term.coefficient * count[term.zone]
        assert row.low - 1e-6 <= true <= row.high + 1e-6, row
    result.save(tmp_path / "out", files=("csv",))
    assert "geteilte" in told.problems[0].message or "teilen" in told.problems[0].message
    (entry,) = read_ledger(tmp_path / "freigaben.jsonl").entries
    assert {t.stichtag for row in entry.rows for t in row.terms} == {"2023-12-31", "2024-12-31"}


def test_a_count_published_before_must_be_there_again(city):
    """An index of districts links poverty with single parents; a build without these cannot tell."""
    build(city, "bezirke").save(city / "out_b")
    counts = pd.read_csv(city / "zahlen.csv", sep=";")
    file = city / "sprengel.toml"
    build(city, "sprengel", ledger="")
    text = file.read_text(encoding="utf-8").replace("[disclosure]", f"[disclosure]\n{LEDGER}")
    text = text.replace('id = "allein"', 'id = "andere"').replace('= "allein"', '= "andere"')
    text = text.replace("allein = [0.0", "andere = [0.0")
    counts.rename(columns={"allein": "andere"}).to_csv(city / "zahlen.csv", sep=";", index=False)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DisclosureError, match="Zählung „allein“"):
        sozialraum.build(file)


def test_counts_are_known_by_their_columns_not_by_what_an_indicator_is_called(city):
    build(city, "bezirke").save(city / "out_b")
    renamed = build(city, "sprengel", armut="kinderarmut")
    assert renamed.current.signs.at["S1", "kinderarmut"] == "suppressed"


def test_a_release_that_leaks_is_refused_with_the_sentence_and_nothing_is_written(city):
    catchments = build(city, "sprengel")  # made before the districts were published
    build(city, "bezirke").save(city / "out_b")
    before = (city / "freigaben.jsonl").read_bytes()
    with pytest.raises(DisclosureError) as caught:
        catchments.save(city / "out_s")
    said = "\n".join(p.message for p in caught.value.problems)
    assert "Sprengel S1 − Bezirk B1" in said
    assert not (city / "out_s").exists()
    assert (city / "freigaben.jsonl").read_bytes() == before


def test_what_no_withholding_can_protect_is_refused(city):
    """All children but those of one street are known exactly; the city's share tells the rest."""
    result = build(city, "bezirke", ledger="", parents=', alt = "alt"')
    units = with_release_text(result).units
    place = {"alt": units.geographies["alt"]}
    counts = {("sgb2", DAY): units.frames[DAY]["sgb2"].astype(float)}
    rest = counts["sgb2", DAY].sum() - 1
    rows = [count_row(Term("sgb2", "alt", "R", DAY), rest)]
    ledger = read_ledger(city / "freigaben.jsonl")
    record(ledger, rows, counts, place, title="Anfrage", date=DAY)
    with pytest.raises(DisclosureError, match="Gesamtstadt"):
        build(city, "bezirke", parents=', alt = "alt"')
    assert len(read_ledger(city / "freigaben.jsonl").entries) == 1


@pytest.mark.parametrize("target", ["bezirke", "sprengel"])
def test_the_same_build_again_is_written_but_not_recorded_twice(city, target):
    build(city, "bezirke").save(city / "out_b")
    build(city, "sprengel").save(city / "out_s")
    before = (city / "freigaben.jsonl").read_bytes()
    folder = city / f"out_{target[0]}"
    first = (folder / "index.csv").read_bytes()
    build(city, target).save(folder)
    assert (folder / "index.csv").read_bytes() == first
    assert (city / "freigaben.jsonl").read_bytes() == before


def test_no_count_is_in_the_ledger(city):
    build(city, "bezirke").save(city / "out_b")
    build(city, "sprengel").save(city / "out_s")
    lines = (city / "freigaben.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for line in lines for row in json.loads(line)["rows"]]
    single = [r for r in rows if len(r["terms"]) == 1 and r["kind"] != "suppressed"]
    assert single
    # every published share stands for at least three counts, so for none
    assert all(r["high"] - r["low"] >= 2 for r in single)
    # nothing of the delivered blocks
    assert not any(f'"{block}"' in line for line in lines for block in BLOCKS)


def test_a_tampered_ledger_stops_the_build(city):
    build(city, "bezirke").save(city / "out_b")
    file = city / "freigaben.jsonl"
    file.write_text(file.read_text(encoding="utf-8").replace('"B1"', '"B9"'), encoding="utf-8")
    with pytest.raises(DisclosureError, match="Prüfsumme"):
        build(city, "sprengel")


def test_an_earlier_geography_that_the_build_cannot_express_says_what_to_do(city):
    build(city, "bezirke").save(city / "out_b")
    file = city / "sprengel.toml"
    build(city, "sprengel", ledger="")
    text = file.read_text(encoding="utf-8").replace('bezirke = "bezirk", ', "")
    file.write_text(text.replace("[disclosure]", f"[disclosure]\n{LEDGER}"), encoding="utf-8")
    with pytest.raises(DisclosureError, match="bezirke") as caught:
        sozialraum.build(file)
    assert 'parents = { bezirke = "SPALTE" }' in caught.value.problems[0].action


@pytest.mark.parametrize("path", ["../freigaben.jsonl", "/tmp/freigaben.jsonl"])
def test_a_ledger_lies_beside_its_build_file(city, path):
    with pytest.raises(ConfigError, match="Ordner der Build-Datei"):
        build(city, "bezirke", ledger=f'ledger = "{path}"')


def test_open_data_needs_no_ledger(city):
    text = f'{LEDGER}\npublished_input = true\nreason = "offene Daten"'
    result = build(city, "bezirke", ledger=text)
    assert ledger_of(result.plan) is None
    result.save(city / "out")
    assert not (city / "freigaben.jsonl").exists()


def test_what_the_build_audited_is_not_audited_again_but_any_other_release_is(city, monkeypatch):
    result = build(city, "bezirke", ledger="")
    told = []

    def counting(*given):
        told.append(given)
        return publication(*given)

    monkeypatch.setattr(releasing, "publication", counting)
    result.save(city / "out")
    assert told == []
    rules = disclosure_rules(result.plan)
    replace(result, release=make_release(result, rules)[0]).save(city / "again")
    assert len(told) == 1


def test_a_release_of_other_rules_than_the_build_file_is_not_written(city):
    """Its figures would be audited as if they were rounded as the build file says."""
    result = build(city, "bezirke", ledger="")
    finer = replace(disclosure_rules(result.plan), candidates=1, index_decimals=4)
    with pytest.raises(DisclosureError, match="anderen Regeln"):
        replace(result, release=make_release(result, finer)[0]).save(city / "finer")
    assert not (city / "finer").exists()


@pytest.mark.parametrize(
    ("attacker", "withheld"),
    [("arithmetic", 1), ("rule", 1), ("population", 1), ("insider", 2)],
)
def test_the_build_file_says_which_attacker_the_audit_reckons_with(city, attacker, withheld):
    """Who is one of the cases himself must have to reckon with one more: more is withheld."""
    build(city, "bezirke", ledger=f'{LEDGER}\nattacker = "{attacker}"').save(city / "out_b")
    second = build(city, "sprengel", ledger=f'{LEDGER}\nattacker = "{attacker}"')
    assert second.current.signs["armut"].eq("suppressed").sum() == withheld
    assert second.release.details["disclosure"]["attacker"] == attacker


def test_the_ledger_is_no_part_of_what_is_published(city):
    build(city, "bezirke").save(city / "out")
    assert b"freigaben" not in b"".join(f.read_bytes() for f in (city / "out").iterdir())
