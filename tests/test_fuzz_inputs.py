"""Random damage to the shipped inputs: a slice of what ``benchmarks/fuzz_inputs.py`` does in full."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
COUNT = 40


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    """Run a slice in a process of its own, whose memory and end can be seen."""
    file = tmp_path_factory.mktemp("schaden") / "record.jsonl"
    command = [sys.executable, str(BENCHMARKS / "fuzz_inputs.py"), "--only", "small"]
    command += ["--count", str(COUNT), "--record", str(file)]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return ended, [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_damaged_inputs_end_in_a_result_or_in_words(record):
    ended, lines = record
    assert [x for x in lines if x["outcome"] in ("fault", "hang", "silent")] == []
    assert len(lines) == COUNT and ended.returncode == 0, ended.stderr[-2000:]


def test_some_damage_is_refused_and_some_changes_nothing(record):
    outcomes = {x["outcome"] for x in record[1]}
    assert {"refused", "same"} <= outcomes


def test_no_damage_takes_more_than_two_gibibytes(record):
    assert max(x["memory"] for x in record[1]) <= 2 * 1024**3


def test_a_mutation_is_named_by_its_seed(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from mutations import mutations_of

    shapes = BENCHMARKS.parent / "shapes" / "musterstadt"
    for name in ("uebergaenge_2024.csv", "kinder_100m.tif"):
        data = (shapes / name).read_bytes()
        for kind, change in mutations_of(shapes / name).items():
            one, again = (change(data, random.Random(f"7 {kind}")) for _ in range(2))
            assert one == again, kind


@pytest.mark.parametrize("lost", [1, 100, 30_000])
def test_a_geopackage_that_broke_off_is_refused(tmp_path, lost):
    from sozialraum.model.errors import DataError
    from sozialraum.sources.spatial.layers import read_layer

    whole = (BENCHMARKS.parent / "shapes" / "musterstadt" / "sprengel.gpkg").read_bytes()
    (tmp_path / "sprengel.gpkg").write_bytes(whole)
    assert len(read_layer(tmp_path / "sprengel.gpkg")) == 26
    (tmp_path / "sprengel.gpkg").write_bytes(whole[:-lost])
    with pytest.raises(DataError) as caught:
        read_layer(tmp_path / "sprengel.gpkg")
    (found,) = caught.value.problems
    assert found.code == "sources.broken_off"
