"""Every nasty file is read exactly right or refused with its place."""

from pathlib import Path

import numpy as np
import pytest
from sources.hostile import HOSTILE
from sources.nasty import TABLES, Nasty
from sources.nasty_table import row

from sozialraum.manual.pages import read_pages
from sozialraum.sources.tabular.tables import read_table

ALL = [*TABLES, *HOSTILE]
READ = [c for c in ALL if not c.refused]
REFUSED = [c for c in ALL if c.refused]


def read(case: Nasty, folder):
    return read_table(case.write(folder), **{"key": "nr", **case.options})


def test_the_corpus_holds_at_least_25_files():
    assert len(TABLES) >= 25
    assert len({c.name for c in ALL}) == len(ALL) >= 100


@pytest.mark.parametrize("case", READ, ids=lambda c: c.name)
def test_a_nasty_file_is_read_exactly_right(case, tmp_path):
    table = read(case, tmp_path)
    assert [str(p) for p in table.errors] == []
    assert list(table.frame.index) == sorted(case.values)
    assert list(table.frame.columns) == list(case.columns)
    for key, expected in case.values.items():
        np.testing.assert_array_equal(table.frame.loc[key].to_numpy(), expected, err_msg=key)
    assert set(case.says) <= {p.code for p in table.problems}


@pytest.mark.parametrize("case", READ, ids=lambda c: c.name)
def test_a_number_is_there_exactly_where_the_status_is_ok(case, tmp_path):
    table = read(case, tmp_path)
    assert (table.frame.notna() == table.status.eq("ok")).all().all()


@pytest.mark.parametrize("case", REFUSED, ids=lambda c: c.name)
def test_a_nasty_file_is_refused_with_its_place(case, tmp_path):
    table = read(case, tmp_path)
    codes = [p.code for p in table.errors]
    assert codes[: len(case.refused)] == list(case.refused), [str(p) for p in table.errors]
    first = table.errors[0]
    assert Path(first.file).stem.split(".")[0] in {"tabelle", "mappe"}
    assert case.row is None or first.row == case.row
    assert case.column is None or first.column == case.column
    assert case.key is None or first.key == case.key
    assert first.action


def test_the_table_of_the_reference_has_a_line_per_file(tmp_path):
    (page,) = [p for p in read_pages("en") if p.name == "files"]
    shown = [line.split(" | ")[0] for line in page.body.splitlines() if line.startswith("| ")]
    assert shown[1:] == [f"| {case.name}" for case in ALL]
    line = row(TABLES[0], tmp_path)
    assert line.startswith(f"| {TABLES[0].name} | read right | ") and line.count(" | ") == 2


def test_a_file_without_a_nasty_thing_gets_no_warning(tmp_path):
    path = tmp_path / "tabelle.csv"
    path.write_text("nr;ew\n01;7\n02;8\n", encoding="utf-8")
    table = read_table(path, key="nr", width=2)
    assert [p.severity for p in table.problems] == ["note"]
