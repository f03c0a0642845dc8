"""Cities that monitor month by month, in halves and in a hundred small places: each from one file."""

import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box
from shared_data import shared

import sozialraum as sr

FOLDER = "cases/faults/deliveries"
MONTHLY = """
title = "Lagebild"
place = "Salzgitter"
ags = "03102000"
stichtag = "{last}"
crs = "EPSG:25833"
area_word = "Sozialraum"
area_words = "Sozialräume"
data = "."
sources = ["Monatsbericht"]
[areas.sozialraum]
file = "stadtteile.gpkg"
key = "stadtteil"
name = "name"
[join]
target = "sozialraum"
method = "nested"
[population]
variable = "einwohner"
[[tables]]
{source}
areas = "sozialraum"
key = "sozialraum"
"""
LONG = 'file = "monatsbericht_lang.csv"\nstichtag = { column = "monat" }'
SMALL = 'files = ["klein_monat_*.csv"]\nstichtag = { name = "klein_monat_{yyyy}_{mm}" }'
SHARES = (
    ("anteil", "gefluechtete", "einwohner"), ("u6", "gefl_u6", "gefluechtete"),
    ("sgb2", "gefl_sgb2", "gefluechtete"), ("al", "arbeitslose", "einwohner"),
)  # fmt: skip


def layer(name, numerator, denominator):
    return (
        f'[[indicators]]\nid = "{name}"\nlabel = "{name}"\nnumerator = "{numerator}"\n'
        f'denominator = "{denominator}"\ndirection = "burden"\nuse = "layer"\n'
    )


def salzgitter(folder, source, *, last="2024-12", without=()):
    """Copy the delivery without some months; return its build."""
    place = folder / last
    shutil.copytree(shared(f"{FOLDER}/salzgitter"), place)
    for month in without:
        (place / f"klein_monat_{month}.csv").unlink()
    build = place / "alle.toml"
    text = MONTHLY.format(last=last, source=source) + "".join(layer(*one) for one in SHARES)
    build.write_text(text, encoding="utf-8")
    return sr.build(build)


def test_salzgitter_tells_every_month_of_its_long_table(tmp_path):
    result = salzgitter(tmp_path, LONG)
    assert len(result.release.editions) == 24
    signs = pd.concat([e.signs.astype(str) for e in result.release.editions])
    assert (signs == "ok").mean().min() > 0.9


def test_twenty_times_fewer_persons_are_told_in_coarser_form_and_none_is_refused(tmp_path):
    result = salzgitter(tmp_path, SMALL)
    assert len(result.release.editions) == 24
    for name, *_ in SHARES:
        told = [(e.signs[name].astype(str) == "ok").sum() for e in result.release.editions]
        assert max(told) > 0, name
    width = result.current.half_width["u6"].dropna()
    assert (width > 0).any()


def test_one_more_month_changes_no_earlier_figure_and_no_earlier_sign(tmp_path):
    before = salzgitter(tmp_path, SMALL, last="2024-11", without=["2024_12"])
    after = salzgitter(tmp_path, SMALL)
    later = {e.stichtag: e for e in after.release.editions}
    assert len(before.release.editions) == 23
    for edition in before.release.editions:
        same = later[edition.stichtag]
        pd.testing.assert_frame_equal(edition.values, same.values)
        pd.testing.assert_frame_equal(edition.signs.astype(str), same.signs.astype(str))
        pd.testing.assert_frame_equal(edition.half_width, same.half_width)


def test_coburg_city_and_county_in_two_files_are_one_region(tmp_path):
    place = tmp_path / "coburg"
    shutil.copytree(shared(f"{FOLDER}/coburg"), place)
    text = (place / "one_table.toml").read_text("utf-8")
    text = text.replace('ags="09463000"', 'ags=["09463000","09473"]')
    halves = text.replace('file="beide.csv"', 'files=["stadt.csv","kreis.csv"]')
    found = {}
    for name, one in (("whole", text), ("halves", halves)):
        (place / f"{name}.toml").write_text(one, encoding="utf-8")
        found[name] = sr.build(place / f"{name}.toml")
    assert found["halves"].release.facts.place_word == "Region"
    pd.testing.assert_frame_equal(found["whole"].table, found["halves"].table)


def test_ludwigslust_parchim_builds_with_142_places_and_tiny_bases(tmp_path):
    place = tmp_path / "lup"
    shutil.copytree(shared(f"{FOLDER}/lup"), place)
    text = (place / "lup.toml").read_text("utf-8").replace('ags="13076001"', 'ags="13076"')
    (place / "lup.toml").write_text(text, encoding="utf-8")
    result = sr.build(place / "lup.toml")
    assert result.release.facts.place_word == "Landkreis"
    assert len(result.table) == 142
    assert (result.current.signs["armut"].astype(str) == "ok").mean() > 0.8


def test_offenbach_has_participation_by_group_beside_its_index(tmp_path):
    place = tmp_path / "offenbach"
    shutil.copytree(shared(f"{FOLDER}/offenbach"), place)
    chain = """
[chain]
label = "Mit und ohne Migrationshintergrund"
groups = { mit = "mit", ohne = "ohne" }
stations = [
  { id = "krippe", label = "Krippe", reached = "krippe_{group}", eligible = "krippe_{group}_alle" },
  { id = "kita", label = "Kita", reached = "kita_{group}", eligible = "kita_{group}_alle" },
  { id = "vhs", label = "Volkshochschule", reached = "vhs_{group}", eligible = "vhs_{group}_alle" },
]
"""
    text = (place / "one.toml").read_text("utf-8") + chain
    (place / "kette.toml").write_text(text, encoding="utf-8")
    files = sr.build(place / "kette.toml").save(tmp_path / "out")
    assert {"karte.html", "bildungskette.html", "bildungskette.csv"} <= set(files)


# --- two more, invented here ---


def squares(keys, column, names):
    shapes = [box(4e5 + n % 5 * 3e3, 5.8e6 + n // 5 * 3e3, 4e5 + n % 5 * 3e3 + 3e3, 5.8e6 + n // 5 * 3e3 + 3e3)
              for n in range(len(keys))]  # fmt: skip
    return gpd.GeoDataFrame({column: keys, "name": names}, geometry=shapes, crs=25833)


KREIS = """
title = "Kreisbericht"
place = "Landkreis Musterland"
ags = "09999"
stichtag = "2024-Q4"
crs = "EPSG:25833"
area_word = "Gemeinde"
area_words = "Gemeinden"
sources = ["erfunden"]
[areas.gemeinde]
file = "gemeinden.gpkg"
key = "ags"
name = "gen"
width = 8
[join]
target = "gemeinde"
method = "nested"
[population]
variable = "einwohner"
[[tables]]
file = "quartale.csv"
areas = "gemeinde"
key = "ags"
width = 8
stichtag = { column = "quartal" }
"""


def test_a_county_of_25_places_with_quarters(tmp_path):
    keys = [f"09999{n:03d}" for n in range(101, 126)]
    squares(keys, "ags", [f"Dorf {n}" for n in range(25)]).rename(columns={"name": "gen"}).to_file(
        tmp_path / "gemeinden.gpkg"
    )
    rng = np.random.default_rng(8)
    persons = rng.integers(180, 9000, 25)
    rows = [
        pd.DataFrame({
            "quartal": f"{year}-Q{q}", "ags": [k.lstrip("0") for k in keys], "einwohner": persons,
            "kinder": persons // 7, "arm": rng.binomial(persons // 7, 0.12), "zu": rng.binomial(persons, 0.02),
            "fort": rng.binomial(persons, 0.02),
        })
        for year in (2023, 2024) for q in (1, 2, 3, 4)
    ]  # fmt: skip
    pd.concat(rows).to_csv(tmp_path / "quartale.csv", sep=";", index=False)
    balance = ('[[indicators]]\nid = "saldo"\nlabel = "Wanderungssaldo"\nkind = "balance"\ndirection = "neutral"\n'
               'incoming = "zu"\noutgoing = "fort"\ndenominator = "einwohner"\n')  # fmt: skip
    (tmp_path / "kreis.toml").write_text(KREIS + layer("arm", "arm", "kinder") + balance, "utf-8")
    result = sr.build(tmp_path / "kreis.toml")
    files = result.save(tmp_path / "out")
    assert len(result.release.editions) == 8 and {"cockpit.html", "cockpit.pdf"} <= set(files)
    assert (result.current.signs["arm"].astype(str) == "ok").sum() >= 15
    page = (tmp_path / "out" / "cockpit.html").read_text("utf-8")
    assert "4. Quartal 2024" in page


def test_a_town_with_months_of_benefits_and_arrivals_by_group(tmp_path):
    keys = [f"{n:02d}" for n in range(1, 13)]
    squares(keys, "stadtteil", [f"Viertel {k}" for k in keys]).to_file(tmp_path / "stadtteile.gpkg")
    rng = np.random.default_rng(9)
    persons = rng.integers(800, 12000, 12)
    for n in range(14):
        year, month = 2023 + (n + 10) // 12, (n + 10) % 12 + 1
        pd.DataFrame({
            "sozialraum": keys, "einwohner": persons, "sgb2": rng.binomial(persons, 0.09),
            "zu_eu": rng.binomial(persons, 0.004), "zu_drittstaat": rng.binomial(persons, 0.002),
        }).to_csv(tmp_path / f"klein_monat_{year}_{month:02d}.csv", sep=";", index=False)  # fmt: skip
    text = MONTHLY.format(last="2024-12", source=SMALL).replace("03102000", "09999000")
    rates = "".join(
        f'[[indicators]]\nid = "{n}"\nlabel = "Zuzüge {n}"\nkind = "rate"\ndirection = "neutral"\n'
        f'use = "layer"\nnumerator = "{n}"\ndenominator = "einwohner"\n'
        for n in ("zu_eu", "zu_drittstaat")
    )
    (tmp_path / "b.toml").write_text(text + layer("sgb2", "sgb2", "einwohner") + rates, "utf-8")
    result = sr.build(tmp_path / "b.toml")
    assert len(result.release.editions) == 14
    assert {"cockpit.html"} <= set(result.save(tmp_path / "out"))
    signs = pd.concat([e.signs.astype(str) for e in result.release.editions])
    assert (signs["sgb2"] == "ok").all() and (signs["zu_drittstaat"] == "ok").any()


@pytest.mark.parametrize("word", ["Stadt", "stadt"])
def test_the_account_of_a_county_has_no_town_outside_names(tmp_path, word):
    test_a_county_of_25_places_with_quarters(tmp_path)
    pages = [(tmp_path / "out" / n).read_text("utf-8") for n in ("cockpit.html", "methode.md")]
    assert [page.count(word) for page in pages] == [0, 0]
