"""Damaged and killed runs: a slice of what ``benchmarks/participation_canaries.py`` does in full."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from participation.small_programme import SURNAME
from participation_canaries import leaks_below

COMMAND = Path(__file__).parents[2] / "benchmarks" / "participation_canaries.py"
COUNT = 24


@pytest.mark.skipif(not hasattr(os, "fork"), reason="runs are made by fork")
def test_no_word_of_a_child_leaves_a_damaged_or_killed_run(tmp_path):
    record = tmp_path / "record.jsonl"
    command = [sys.executable, str(COMMAND), "--count", str(COUNT), "--record", str(record)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in record.read_text("utf-8").splitlines()]
    assert [x for x in lines if x["outcome"] in ("leak", "fault", "hang")] == []
    assert len(lines) == COUNT and ended.returncode == 0, ended.stderr[-2000:]
    assert {"written", "refused", "killed"} <= {x["outcome"] for x in lines}


def test_the_search_sees_a_word_in_a_file_and_in_a_name(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.csv").write_text(f"x;{SURNAME}", "utf-8")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / f"{SURNAME}.tmp").write_bytes(b"")
    (tmp_path / "said.txt").write_text("ok", "utf-8")
    assert leaks_below(tmp_path) == ["home/" + f"{SURNAME}.tmp", "out/a.csv"]
