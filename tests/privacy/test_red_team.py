"""Red team: what an attacker finds in the written files of a build. See `privacy.attack`."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from privacy.attack import Attack, Files

import sozialraum

ROOT = Path(__file__).parents[2]
DAY = "2024-12-31"


@pytest.fixture(scope="module")
def hagen(tmp_path_factory):
    """Sixty districts, ten indicators in three dimensions, with a simulation; and its files."""
    result = sozialraum.build(ROOT / "config" / "musterstadt_hagen.toml")
    folder = tmp_path_factory.mktemp("hagen") / "out"
    result.save(folder, files=("csv", "parquet"))
    return result, folder


def _truth(result) -> pd.DataFrame:
    measured = result.measured[DAY]
    return (measured.value * measured.base).round()


def _small(attack, truth):
    return [c for c in attack.hidden if 1 <= truth.at[c] < attack.minimum]


def test_every_withheld_count_could_be_the_minimum_with_all_files_as_they_are(hagen):
    """Per withheld count another city of whole children that agrees with every published figure.

    Shares, complements, indices, classes, dimensions, the city's values, means and spreads.
    """
    result, folder = hagen
    truth = _truth(result)
    attack = Attack(Files.read(folder), result.measured[DAY].base)
    counts = attack.counts(truth)
    assert attack.believes(counts)  # what he believes is true
    small = _small(attack, truth)
    assert len(small) >= 15
    for cell in small:
        other = attack.other(counts, {cell: attack.minimum})
        assert other is not None, cell
        assert other[attack.number[cell]] >= attack.minimum and attack.believes(other)


@pytest.mark.parametrize(("decimals", "found"), [(1, 1), (2, 10), (3, 15)])
def test_the_same_attacker_finds_counts_where_shares_and_index_are_told_too_finely(
    hagen, decimals, found
):
    """Shares as they were counted, and an index with more decimals: now counts come back."""
    result, folder = hagen
    truth, files = _truth(result), Files.read(folder)
    exact = result.scored[DAY]["index"].index.round(decimals)
    files.table["index"], files.decimals = exact.reindex(files.table.index), decimals
    attack = Attack(files, result.measured[DAY].base)
    counts = attack.counts(truth)
    attack.know([c for c in attack.number if c not in attack.hidden], counts)
    attack.spreads.clear()  # he does not even need them
    assert attack.believes(counts)
    small = _small(attack, truth)
    given_away = [c for c in small if attack.other(counts, {c: attack.minimum}) is None]
    assert len(given_away) >= found


def test_no_withheld_count_of_split_blocks_is_recovered(tmp_path):
    """Catchments that split blocks: counts are fractions of persons, the attacker uses reals."""
    result = sozialraum.build(ROOT / "config" / "musterstadt.toml")
    result.save(tmp_path / "out", files=("csv", "parquet"))
    truth, base = _truth(result), result.measured[DAY].base
    attack = Attack(Files.read(tmp_path / "out"), base, whole=False)
    counts = attack.counts(truth)
    assert attack.hidden
    for cell in attack.hidden:
        least, most = attack.minimum, base.at[cell] - attack.minimum
        wanted = min(max(truth.at[cell], least), max(most, least))
        assert attack.other(counts, {cell: wanted}) is not None, cell


def test_change_and_last_years_index_never_give_a_withheld_index_back():
    result = sozialraum.build(ROOT / "config" / "musterstadt.toml")
    now, then = (
        result.release.editions[-1].table["index"],
        result.release.editions[0].table["index"],
    )
    change = result.release.layers["change"]["change"]
    assert (change.isna() == (now.isna() | then.isna())).all()
    known = change.dropna().index
    assert np.allclose(change[known], (now - then)[known].astype(float).round(1))


@pytest.mark.parametrize("name", ["berlin_mss_2013", "berlin_einschulung"])
def test_open_data_say_so_and_withhold_nothing(name):
    from sozialraum.config import read_build

    plan = read_build(ROOT / "config" / f"{name}.toml")
    assert plan.disclosure.published_input and plan.disclosure.reason
