"""The chain of the German deprivation index from a build file: gaps filled, learnt from all years.

Oracle: the published program (lekroll/GISD, Code/GISD_Generate.R) coded again in NumPy, step by
step: negative values are none; lm(y ~ I(t² m) + I(t m) + unemployment + leavers), filled values at
least 0; prcomp(center, scale) over all years and areas; sign by the correlation with unemployment;
0 to 1 over all years; sum; 0 to 1; districts as means weighted with persons, 0 to 1 again per year
on six digits; fifths by quantiles of type 9.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box
from test_recipes_in_builds import toml

import sozialraum
from sozialraum.config import read_build
from sozialraum.index.classes import classify, fit_breaks
from sozialraum.index.higher_levels import population_weighted_index
from sozialraum.index.recipes import read_recipe
from sozialraum.model.errors import ConfigError

YEARS = range(2009, 2016)
KEYS = [f"{n:03d}" for n in range(1, 61)]
ROLES = read_recipe("gisd_2019").roles
IDS = [r["id"] for r in ROLES]
NEVER_MISSING = ("arbeitslosigkeit", "schule_ohne")


def panel():
    """Return made-up indicators of all years with early gaps, and the persons of each area."""
    rng = np.random.default_rng(11)
    need = rng.normal(size=len(KEYS))
    frames = {}
    for year in YEARS:
        columns = {}
        for role in ROLES:
            sign = 1 if role["direction"] == "burden" else -1
            trend = 1 + 0.02 * (year - 2012)
            columns[role["id"]] = trend * (40 + 6 * (sign * need + rng.normal(0, 0.4, len(KEYS))))
        frames[year] = pd.DataFrame(columns, index=KEYS)
    table = pd.concat(frames, names=["year", "key"])
    gaps = rng.uniform(size=table.shape) < 0.1
    gaps[:, [IDS.index(i) for i in NEVER_MISSING]] = False
    table = table.mask(gaps)
    table.loc[2009, "schuldnerquote"] = np.nan
    table.loc[(2010, KEYS[3]), "einkommensteuer"] = -5.0
    return table, pd.Series(rng.integers(800, 90_000, len(KEYS)).astype(float), KEYS)


def counted_in_2009(table):
    """Return the panel with an early year that was counted, at least in most areas."""
    known = table.loc[2010, "schuldnerquote"].to_numpy()
    return table.mask(table < 0).fillna(
        {"schuldnerquote": pd.Series(known, table.loc[[2009]].index)}
    )


def by_hand(table):
    """Return the index of all areas and years as the published program computes it."""
    value = table.where(table >= 0)
    t = value.index.get_level_values("year").to_numpy(float)
    helping = value[list(NEVER_MISSING)].to_numpy()
    filled = value.copy()
    for name in IDS:
        if name in NEVER_MISSING:
            continue
        own = value[name].groupby(level="key").transform("mean").to_numpy()
        design = np.column_stack([np.ones(len(t)), (t / 2000) ** 2 * own, t / 2000 * own, helping])
        known = value[name].notna().to_numpy()
        beta = np.linalg.lstsq(design[known], value[name].to_numpy()[known], rcond=None)[0]
        filled[name] = np.where(known, value[name], np.maximum(design @ beta, 0.0))
    total = np.zeros(len(t))
    for at in (0, 3, 6):
        x = filled[IDS[at : at + 3]].to_numpy()
        z = (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)
        score = z @ np.linalg.svd(z, full_matrices=False)[2][0]
        score = score * np.sign(np.corrcoef(score, filled["arbeitslosigkeit"])[0, 1])
        total += (score - score.min()) / (score.max() - score.min())
    return pd.Series((total - total.min()) / (total.max() - total.min()), value.index)


def write(folder, table, persons, more=""):
    cells = [box(x * 900, y * 900, x * 900 + 900, y * 900 + 900)
             for y in range(6) for x in range(10)]  # fmt: skip
    district = [f"{int(k) % 7:02d}" for k in KEYS]
    areas = gpd.GeoDataFrame({"key": KEYS, "kreis_nr": district}, geometry=cells, crs="EPSG:25832")
    areas.geometry = areas.translate(500_000, 5_700_000)
    areas.to_file(folder / "gemeinden.gpkg")
    lines = ['title = "Land"', 'recipe = "gisd_2019"', "stichtag = 2015-12-31", 'crs = "EPSG:25832"',
             "[areas.g]", 'file = "gemeinden.gpkg"', 'key = "key"', 'parents = { kreis = "kreis_nr" }',
             "[[levels]]", 'parent = "kreis"', "digits = 6", "[join]", 'target = "g"',
             "[population]", 'variable = "einwohner"', "[disclosure]", "published_input = true",
             'reason = "erfundene Zahlen"', "[output]", 'files = ["methode", "csv"]']  # fmt: skip
    for year in YEARS:
        table.loc[year].assign(einwohner=persons).to_csv(folder / f"z{year}.csv")
        lines += ["[[tables]]", f'file = "z{year}.csv"', 'areas = "g"', 'key = "key"',
                  f"stichtag = {year}-12-31"]  # fmt: skip
    for role in ROLES:
        lines += ["[[indicators]]", f'value = "{role["id"]}"']
        lines += [f"{name} = {toml(said)}" for name, said in role.items()]
    file = folder / "bau.toml"
    file.write_text("\n".join(lines) + "\n" + more, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def land(tmp_path_factory):
    table, persons = panel()
    folder = tmp_path_factory.mktemp("land")
    return table, persons, folder, sozialraum.build(write(folder, table, persons))


def index_of_all(result):
    found = {int(day[:4]): one["index"].index for day, one in result.scored.items()}
    return pd.concat(found, names=["year", "key"])


def test_areas_of_all_years_have_the_index_of_the_published_program(land):
    table, _, _, result = land
    assert result.plan.changed == ()
    expected = by_hand(table)
    found = index_of_all(result).reindex(expected.index)
    assert len(found) == len(YEARS) * len(KEYS)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-8)


def test_districts_of_all_years_come_out_too(land):
    table, persons, _, result = land
    parent = pd.Series([f"{int(k) % 7:02d}" for k in KEYS], KEYS)
    expected, found = by_hand(table), index_of_all(result)
    district = result.levels()["kreis"].set_index(["stichtag", "key"])
    assert len(district) == len(YEARS) * 7
    for year in YEARS:
        raw = (expected[year] * persons).groupby(parent).sum() / persons.groupby(parent).sum()
        score = ((raw - raw.min()) / (raw.max() - raw.min())).round(6)
        own = population_weighted_index(found[year], parent, persons, method="minmax", digits=6)
        np.testing.assert_allclose(own["index"], score, rtol=0, atol=1.01e-6)
        told = district.loc[f"{year}-12-31"]
        pd.testing.assert_series_equal(told["index"], own["index"], check_names=False)
        whole = persons.groupby(parent).sum()
        assert told["persons"].tolist() == whole.tolist()
        fifths = 1 + np.searchsorted(
            np.quantile(score, [0.2, 0.4, 0.6, 0.8], method="normal_unbiased"), score, "right"
        )
        how = read_recipe("gisd_2019").section("classes")
        assert classify(own["index"], fit_breaks(own["index"], **how)).tolist() == fifths.tolist()
        assert told["class"].tolist() == fifths.tolist()


def test_a_filled_value_is_never_shown_and_the_method_says_what_was_filled(land):
    table, _, folder, result = land
    missing = table.loc[2015].isna()
    shown = result.table[[c for c in result.table if c in IDS or c.removeprefix("value_") in IDS]]
    for name in shown:
        own = name.removeprefix("value_")
        assert shown[name].isna().sum() >= missing[own].sum()
    assert result.table["index"].notna().all()
    told = [p.message for p in result.problems if "geschätzt" in p.message]
    assert len(told) == missing.any().sum()
    result.save(folder / "out", files=("methode",))
    method = (folder / "out" / "methode.md").read_text("utf-8")
    districts = (folder / "out" / "ebene_kreis.csv").read_text("utf-8-sig").splitlines()
    assert len(districts) == 1 + len(YEARS) * 7
    assert "Größere Gebiete (kreis)" in method
    assert "durch Regression auf das eigene Mittel" in method
    cells = int(table["schuldnerquote"].isna().sum())
    assert f"Schuldnerquote ({cells})" in method.replace("\\", "")
    assert "aus allen 7 Stichtagen zusammen gelernt" in method


def test_without_the_section_an_area_with_a_gap_has_no_index(tmp_path):
    table, persons = panel()
    table = counted_in_2009(table)
    file = write(tmp_path, table, persons)
    text = file.read_text("utf-8").replace('recipe = "gisd_2019"', 'orientation = "deprivation"')
    file.write_text(text, encoding="utf-8")
    result = sozialraum.build(file)
    gaps = table.loc[2015].isna().any(axis=1)
    assert result.scored["2015-12-31"]["index"].index.isna().tolist() == gaps.tolist()


@pytest.mark.parametrize("method", ["mean", "median", "last", "linear"])
def test_every_other_way_fills_what_it_says(tmp_path, method):
    table, persons = panel()
    table = counted_in_2009(table)
    file = write(tmp_path, table, persons, f'[imputation]\nmethod = "{method}"\n')
    text = file.read_text("utf-8").replace('recipe = "gisd_2019"', 'orientation = "deprivation"')
    file.write_text(text, encoding="utf-8")
    used = sozialraum.build(file).measured["2015-12-31"].used
    wide = table["akademisch"].unstack("key")
    expected = {
        "mean": wide.T.fillna(wide.mean(axis=1)).T, "median": wide.T.fillna(wide.median(axis=1)).T,
        "last": wide.ffill(), "linear": wide.interpolate(method="index", limit_direction="both"),
    }[method].loc[2015]  # fmt: skip
    np.testing.assert_allclose(used["akademisch"], expected[used.index], rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("more", "key", "words"),
    [
        ('[imputation]\nmethod = "regresion"', "imputation.method", "regression"),
        ('[imputation]\nregressors = ["x"]\nmethod = "regression"', "imputation.regressors", "x"),
        ("[imputation]\ndegree = 0", "imputation.degree", ""),
        ("[[levels]]\nparent = 'kreiss'", "levels[2].parent", "kreis"),
        ("[imputation]\n[uncertainty]\ndraws = 9", "imputation", "sicher"),
    ],
)
def test_what_is_wrong_with_the_section_is_told_before_anything_is_read(tmp_path, more, key, words):
    table, persons = panel()
    file = write(tmp_path, table, persons, more + "\n")
    with pytest.raises(ConfigError) as caught:
        read_build(file)
    told = next(p for p in caught.value.problems if str(p.key).startswith(key))
    assert words in f"{told.message} {told.found} {told.expected}"


def test_a_published_coefficient_against_the_direction_is_found_by_check(tmp_path):
    table, persons = panel()
    stated = ", ".join(f"{i} = {-1.0 if i == 'akademisch' else 1.0}" for i in IDS)
    more = f'[weighting]\nmethod = "published"\ncoefficients = {{ {stated} }}\nagainst = '
    file = write(tmp_path, table, persons, more + '"refuse"\n')
    with pytest.raises(ConfigError, match="gegen seine erklärte Richtung"):
        read_build(file)
    kept = file.read_text("utf-8").replace('against = "refuse"', 'against = "keep"')
    file.write_text(kept, encoding="utf-8")
    assert read_build(file).weighting.coefficients["akademisch"] == -1.0


def test_counts_that_are_protected_are_not_filled_in(tmp_path):
    table, persons = panel()
    file = write(tmp_path, table, persons, '[imputation]\nmethod = "last"\n')
    text = file.read_text("utf-8").replace("published_input = true", "").replace("reason =", "# ")
    text = text.replace(
        'value = "akademisch"', 'numerator = "akademisch"\ndenominator = "einwohner"'
    )
    file.write_text(text.replace('unit = "percent"', ""), encoding="utf-8")
    with pytest.raises(ConfigError, match="geschätzte Werte nicht"):
        read_build(file)
