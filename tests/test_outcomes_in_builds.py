"""Areas screened out of the index, and transitions by classes: by hand where all is published."""

import re

import numpy as np
import pandas as pd
import pytest
from small_build import BLOCKS, counts, write_build, write_town

import sozialraum
from sozialraum import check_build
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.texts import number

OPEN = "published_input = true\nreason = 'erfundene Zahlen'"
ASKED = """
[transitions]
label = "eine Empfehlung"
cases = "gym"
children = "viert"
[outcomes]
"""
STRATA = """
[[outcomes.strata]]
label = "Jungen"
cases = "gym_m"
children = "viert_m"
[[outcomes.strata]]
label = "Mädchen"
cases = "gym_w"
children = "viert_w"
"""


def pupils(seed=3):
    """Return counts in which poor blocks have fewer recommendations, and more boys."""
    table, rng = counts(), np.random.default_rng(seed)
    share = table["arm"] / table["kinder"]
    boys = 20 + np.round(40 * share).astype(int)
    girls = 50 - boys
    table["viert_m"], table["viert_w"] = boys, girls
    table["gym_m"] = rng.binomial(boys, 0.6 - 1.2 * share.clip(upper=0.45))
    table["gym_w"] = rng.binomial(girls, 0.8 - 1.2 * share.clip(upper=0.45))
    for name in ("viert", "gym"):
        table[name] = table[f"{name}_m"] + table[f"{name}_w"]
    return table


def town_with(tmp_path, more, table=None, disclosure=OPEN):
    town = write_town(tmp_path / "stadt", pupils() if table is None else table)
    file = write_build(town, ledger=disclosure)
    file.write_text(file.read_text("utf-8") + more, "utf-8")
    return file


def by_class(result, table):
    """Return the counts of each class, lowest burden first."""
    place = result.release.current.table["class"]
    zones = pd.Series([f"D{n // 2:02d}" for n in range(len(BLOCKS))], table.index)
    return table.groupby(zones).sum().groupby(place).sum()


def test_rates_trend_and_standardised_rates_are_those_counted_by_hand(tmp_path):
    result = sozialraum.build(town_with(tmp_path, ASKED + STRATA))
    said = " ".join(result.release.facts.findings)
    sums = by_class(result, pupils())
    rate = sums["gym"] / sums["viert"]
    listed = [float(n) for n in re.findall(r"“ (\d+) \(\d+ bis", said.replace(",", "."))]
    assert [number(100 * r) for r in rate] == re.findall(r"“ (\d+) \(\d+ bis", said)
    assert len(listed) == 5
    # Cochran-Armitage: sum t (x - n p) over its standard deviation
    t, n, x = np.arange(1, 6), sums["viert"].to_numpy(float), sums["gym"].to_numpy(float)
    p = x.sum() / n.sum()
    spread = p * (1 - p) * ((n * t**2).sum() - (n * t).sum() ** 2 / n.sum())
    z = (t * (x - n * p)).sum() / np.sqrt(spread)
    assert z < -1.96 and f"z = −{number(-z, 1)}" in said and "das seltener, je höher" in said
    whole = sums[["viert_m", "viert_w"]].sum()
    weight = whole / whole.sum()
    alike = (
        weight["viert_m"] * sums["gym_m"] / sums["viert_m"]
        + weight["viert_w"] * sums["gym_w"] / sums["viert_w"]
    )
    found = re.findall(r"“ (\d+) statt (\d+)", said)
    assert found == [(number(100 * a), number(100 * r)) for a, r in zip(alike, rate, strict=True)]
    assert "(Jungen, Mädchen)" in said


def test_a_count_that_moves_within_its_window_moves_no_word(tmp_path):
    # 13 boys with a recommendation in each district of two blocks, window 12 to 14; one child more
    # in one district, one less in another, the same total
    table = pupils().assign(gym_m=[7, 6] * 30, gym_w=10)
    told = []
    for moved in (0, 1):
        other = table.copy()
        other.loc["00", "gym_m"] += moved
        other.loc["10", "gym_m"] -= moved
        other["gym"] = other["gym_m"] + other["gym_w"]
        file = town_with(tmp_path / str(moved), ASKED + STRATA, other, disclosure="")
        told.append(sozialraum.build(file).release.facts.findings)
    assert any("nach Klassen des Index" in s for s in told[0])
    assert any("statt" in s for s in told[0])
    assert told[0] == told[1]


def test_a_flat_rate_is_told_as_flat(tmp_path):
    table = pupils().assign(gym_m=5, gym_w=8, viert_m=25, viert_w=25, gym=13, viert=50)
    said = " ".join(sozialraum.build(town_with(tmp_path, ASKED, table)).release.facts.findings)
    assert "ist nicht zu erkennen" in said and "z = ±0,0" in said and "statt" not in said


def test_a_class_with_too_few_cases_is_not_spoken_of(tmp_path):
    table = pupils()
    table.loc[:, ["gym", "gym_m", "gym_w"]] = 0
    result = sozialraum.build(town_with(tmp_path, ASKED, table))
    assert not any("nach Klassen" in s for s in result.release.facts.findings)


def test_groups_that_are_not_all_children_are_refused(tmp_path):
    table = pupils()
    table.loc["07", "gym_w"] += 1
    file = town_with(tmp_path, ASKED + STRATA, table)
    assert "pipeline.strata_differ" in [p.code for p in check_build(file)]
    with pytest.raises(DataError, match=r"Gruppen.*ergeben zusammen nicht „gym“"):
        sozialraum.build(file)


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ("[outcomes]\n", "outcomes"),
        (ASKED + STRATA.replace("Mädchen", "Jungen"), "outcomes.strata"),
        (ASKED + STRATA.partition('[[outcomes.strata]]\nlabel = "M')[0], "outcomes.strata"),
        (ASKED + "trent = true\n", "outcomes.trent"),
        ("[screening]\nmin_available = 1.5\n", "screening.min_available"),
        ("[screening]\nmin_availabel = 0.5\n", "screening.min_availabel"),
    ],
)
def test_what_is_wrong_with_the_sections_is_told_before_anything_is_read(tmp_path, more, key):
    with pytest.raises(ConfigError) as caught:
        sozialraum.read_build(town_with(tmp_path, more))
    assert [p.key for p in caught.value.problems] == [key]


def test_a_missing_column_of_a_group_is_told_by_check(tmp_path):
    file = town_with(tmp_path, ASKED + STRATA, pupils().drop(columns="gym_w"))
    assert any("gym_w" in str(p) for p in check_build(file) if p.severity == "error")


# --- [screening] ----------------------------------------------------------------------------------


def with_gaps(tmp_path, more):
    """Build on districts of which the first lacks one of two indicators and the second is all zero."""
    table = counts().astype("Int64")
    table.loc["00":"01", "arm"] = pd.NA
    table.loc["02":"03", ["arm", "hz"]] = 0
    town = write_town(tmp_path / "stadt", table)
    file = write_build(town, ledger=OPEN)
    keep = '[aggregation]\nmethod = "mean"\nmin_available = 0.5\n'
    file.write_text(file.read_text("utf-8") + keep + more, "utf-8")
    return sozialraum.build(file)


def test_areas_with_gaps_or_zeros_have_no_index_and_shape_no_scale(tmp_path):
    asked = "[screening]\nmin_available = 0.75\nmin_nonzero = 0.5\n"
    result = with_gaps(tmp_path, asked)
    table, values = result.release.current.table, result.release.current.values
    assert table.index[table["index"].isna()].tolist() == ["D00", "D01"]
    # what is known of them is shown
    assert np.isfinite(values.at["D00", "hzs"]) and values.at["D01", "armut"] == 0
    kept = values.drop(index=["D00", "D01"])
    z = (kept - kept.min()) / (kept.max() - kept.min())
    np.testing.assert_allclose(table["index"].drop(["D00", "D01"]), z.mean(axis=1), atol=1e-6)
    assert result.release.details["excluded"] == {
        "D00": "nur 50 % der Indikatoren liegen vor",
        "D01": "nur 0 % der Indikatoren sind größer als null",
    }
    result.save(tmp_path / "out", files=("methode",))
    assert "nur 50 % der Indikatoren" in (tmp_path / "out" / "methode.md").read_text("utf-8")


def test_without_the_section_the_same_areas_have_an_index(tmp_path):
    assert with_gaps(tmp_path, "").release.current.table["index"].notna().all()


def test_screening_changes_a_recipe_and_the_method_says_so(tmp_path):
    result = with_gaps(tmp_path, "[screening]\nmin_available = 0.75\n")
    assert any(line.startswith("Vorprüfung der Indikatoren") for line in result.plan.changed)
    assert "screening" in result.plan.altered


def test_areas_with_too_few_pupils_have_a_class_and_no_rate(tmp_path):
    """The classes of all others are told as before."""
    table = pupils()
    few = table.index[:2]
    for name in ("viert_m", "viert_w", "viert"):
        table.loc[few, name] = 3 if name == "viert" else [1, 2][name == "viert_w"]
    for name in ("gym_m", "gym_w", "gym"):
        table.loc[few, name] = 0
    result = sozialraum.build(town_with(tmp_path, ASKED + STRATA, table, disclosure=""))
    layer = result.release.layers["transitions"]
    assert layer["status"].eq("small_base").sum() == 1
    assert result.table["class"].notna().all()
    assert any("nach Klassen des Index" in s for s in result.release.facts.findings)
