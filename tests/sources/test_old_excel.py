"""Old Excel workbooks: what is shown as per cent is read as it is shown, broken ones are refused."""

import random
import struct

import numpy as np
import openpyxl
import pandas as pd
import pytest
from sources.old_excel import compound, record, stream

from sozialraum.model.errors import DataError
from sozialraum.sources.tabular.tables import read_counts
from sozialraum.sources.workbooks.old_excel import old_excel_remarks

ROWS = [
    ["nr", "anteil", "ew", "quote"],
    ["01", 0.223, 100.0, 0.05],
    ["02", 0.35, 200.0, 0.075],
    ["03", 1.0, 300.0, 0.5],
]
FORMATS = {1: "0.0 %", 2: '0" %"', 3: "[Red]0%"}  # the second only writes a sign behind it


def old(path, rows=ROWS, **options):
    path.write_bytes(compound(stream({"Daten": rows}, **options)))
    return path


def test_numbers_shown_as_per_cent_are_read_as_they_are_shown(tmp_path):
    read = read_counts(old(tmp_path / "a.xls", formats=FORMATS), key="nr")
    assert read["anteil"].tolist() == [22.3, 35.0, 100.0]
    assert read["quote"].tolist() == [5.0, 7.5, 50.0]
    assert read["ew"].tolist() == [100.0, 200.0, 300.0]


def test_old_and_new_excel_say_the_same(tmp_path):
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    for column, code in FORMATS.items():
        for row in (2, 3, 4):
            book.active.cell(row, column + 1).number_format = code
    book.save(tmp_path / "a.xlsx")
    new = read_counts(tmp_path / "a.xlsx", key="nr")
    pd.testing.assert_frame_equal(
        read_counts(old(tmp_path / "a.xls", formats=FORMATS), key="nr"), new
    )


def test_a_workbook_without_formats_is_read_as_it_stands(tmp_path):
    read = read_counts(old(tmp_path / "a.xls"), key="nr")
    assert read["anteil"].tolist() == [0.223, 0.35, 1.0]


def test_several_short_numbers_in_one_record_keep_their_own_style(tmp_path):
    # MULRK: row 1, columns 1 to 3; an RK of n << 2 | 2 is the whole number n
    cells = b"".join(struct.pack("<HI", style, 7 << 2 | 2) for style in (2, 0, 2))
    body = struct.pack("<HH", 1, 1) + cells + struct.pack("<H", 3)
    whole = stream({"Daten": ROWS}, formats={1: "0%"})
    numbers = record(0x0203, struct.pack("<HHHd", 1, 1, 2, 0.223))
    assert numbers in whole
    at = whole.index(numbers)
    file = tmp_path / "a.xls"
    file.write_bytes(compound(whole[:at] + record(0x00BD, body) + whole[at + len(numbers) :]))
    shown = {(b.top, b.left) for b in old_excel_remarks(file, "Daten").percent}
    assert {(1, 1), (1, 3), (2, 1), (3, 1)} == shown and (1, 2) not in shown


def test_joined_cells_are_known(tmp_path):
    whole = stream({"Daten": ROWS})
    joined = record(0x00E5, struct.pack("<HHHHH", 1, 1, 2, 0, 0))  # rows 1 to 2 of column 0
    (tmp_path / "a.xls").write_bytes(compound(whole[:-4] + joined + record(0x000A)))
    (block,) = old_excel_remarks(tmp_path / "a.xls", "Daten").joined
    assert block == (1, 0, 2, 0)


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_workbook_is_read_or_refused_in_words(seed, tmp_path):
    whole = bytearray(compound(stream({"Daten": ROWS}, formats=FORMATS)))
    rng = random.Random(seed)
    for _ in range(rng.choice((1, 3, 30))):
        whole[rng.randrange(len(whole))] = rng.randrange(256)
    file = tmp_path / "a.xls"
    file.write_bytes(bytes(whole[: rng.choice((len(whole), len(whole) // 2, 600))]))
    try:
        read = read_counts(file, key="nr")
        assert np.isfinite(read.to_numpy(float)).sum() >= 0
    except DataError as error:
        assert all(p.message for p in error.problems)
