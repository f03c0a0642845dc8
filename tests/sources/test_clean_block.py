"""A clean block is read at once, and cell by cell: both ways find the same."""

import numpy as np
import pandas as pd
import pytest

from sozialraum.sources.tabular import tables
from sozialraum.sources.tabular.tables import read_table
from sozialraum.sources.text_lines import Lines

HEAD = ["nr", "name", "kinder", "arm"]
ROWS = [[f"{n:04d}", f"Gebiet {n}", str(40 + n), str(n % 7)] for n in range(1, 31)]


def written(rows, *, head=HEAD, delimiter=";", end="\n"):
    return end.join(delimiter.join(row) for row in [head, *rows]) + end


def changed(row, column, cell):
    rows = [list(r) for r in ROWS]
    rows[row][column] = cell
    return rows


# what a delivery may hold instead of a whole number, a key or a word
CELLS = ["", "-", ".", "x", "007", "+5", " 7", "7 ", "-3", "-0", "1.234", "1,5", "12.5", "1e3"]
CELLS += ["0x10", "0xFFFFFFFF", "true", "2024-12-31", "12:30", "viel", "9007199254740993", "-9999"]
CELLS += ["99999999999999999999", "NA", "nan", "inf", "12 %", "(7)", "1 234", "٣", "Summe", "Ä"]
TEXTS = {
    f"{name} as {cell!r}": written(changed(4, column, cell))
    for cell in CELLS
    for name, column in zip(HEAD, range(4), strict=True)
}
TEXTS |= {
    "clean": written(ROWS),
    "clean with other line ends": written(ROWS, end="\r\n"),
    "a total": written([*ROWS, ["", "Stadt gesamt", "1665", "84"]]),
    "a total with a key": written([*ROWS, ["9999", "Stadt gesamt", "1665", "84"]]),
    "a total without a word": written([*ROWS, ["9999", "Alle", "1665", "84"]]),
    "a remark": written([*ROWS, ["Quelle: Amt", "", "", ""]]),
    "a blank line": written([*ROWS[:9], [], *ROWS[9:]]),
    "a line of blanks": written([*ROWS[:9], ["", "", "", ""], *ROWS[9:]]),
    "a short row": written([*ROWS[:9], ROWS[9][:3], *ROWS[10:]]),
    "a long row": written([*ROWS[:9], [*ROWS[9], "3"], *ROWS[10:]]),
    "empty cells behind": written([[*r, ""] for r in ROWS]),
    "a column without a name": written([[*r, "3"] for r in ROWS], head=[*HEAD, ""]),
    "a key twice": written([*ROWS, ROWS[3]]),
    "keys of two lengths": written([[r[0].lstrip("0"), *r[1:]] for r in ROWS]),
    "one row": written(ROWS[:1]),
    "no rows": written([]),
    "two lines of head": written([["", "", "Zahl", "Zahl"], *ROWS]),
    "numbers of columns": written([["1", "2", "3", "4"], *ROWS]),
    "tabulators": written(ROWS, delimiter="\t"),
    "two columns": written([[r[0], r[2]] for r in ROWS], head=["nr", "kinder"]),
    "an older total": written([ROWS[0], ["0002", "zusammen", "3", "1"], *ROWS[2:]]),
    "nobody's row": written([*ROWS, ["0099", "nicht zuzuordnen", "12", "3"]]),
}
OPTIONS = [
    {},
    {"width": 4},
    {"text": ("kinder",)},
    {"sentinels": ("-9999", "41")},
    {"columns": {"k": "kinder"}},
    {"areas": {r[0] for r in ROWS[:29]}},
    {"decimal": ","},
]


def found(path, **options):
    table = read_table(path, key="nr", **options)
    frames = [table.frame, table.status, table.text, table.totals, table.unplaced]
    return frames, [str(p) for p in table.problems], table.recognised


@pytest.mark.parametrize("name", TEXTS)
def test_both_ways_find_the_same(name, tmp_path, monkeypatch):
    path = tmp_path / "z.csv"
    path.write_text(TEXTS[name], "utf-8", newline="")
    for options in OPTIONS:
        monkeypatch.undo()
        at_once = found(path, **options)
        monkeypatch.setattr(tables, "clean_block", lambda *_: None)
        by_cell = found(path, **options)
        for one, other in zip(at_once[0], by_cell[0], strict=True):
            pd.testing.assert_frame_equal(one, other)
        assert at_once[1:] == by_cell[1:]


@pytest.mark.parametrize("name", ["clean", "clean with other line ends", "tabulators", "-3"])
def test_a_clean_table_is_read_at_once(name, tmp_path, monkeypatch):
    path = tmp_path / "z.csv"
    path.write_text(TEXTS.get(name) or written(changed(4, 2, name)), "utf-8", newline="")
    monkeypatch.setattr(tables, "sort_rows", lambda *_: pytest.fail("cell by cell"))
    table = read_table(path, key="nr")
    assert table.frame.loc["0030"].tolist() == [70.0, 2.0]
    assert table.text.loc["0030", "name"] == "Gebiet 30"


def test_rows_are_split_where_somebody_looks():
    rng = np.random.default_rng(3)
    lines = [";".join(map(str, row)) for row in rng.integers(0, 99, (900, 3))]
    rows, plain = Lines(["", *lines], ";"), [[], *(line.split(";") for line in lines)]
    assert len(rows) == 901 and rows[:40] == plain[:40] and rows[5] == plain[5]
    assert rows[0] == [] and rows[700] == plain[700] and rows[-1] == plain[-1]
    assert list(rows) == plain and rows[300:800:7] == plain[300:800:7] and rows[3] == plain[3]
