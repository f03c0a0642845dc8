"""Large tables read piece by piece give the numbers they give as a whole."""

import numpy as np
import pandas as pd
import pytest

from sozialraum.sources.reshaping.reading import read_tables
from sozialraum.sources.reshaping.shape import Shape

KEEP = {"Raumbezug": ("Kreise",), "Kuerzel": ("xbev", "arm")}
SHAPE = Shape(rows=KEEP, names=("Indikator",), values=("Wert",), column="Zeitbezug")


def write_whole_file(folder, n=60):
    draw = np.random.default_rng(4)
    rows = [
        ("LRB", kind, f"Indikator {kind}", level, f"{9700 + i}", year, f"{draw.integers(0, 999)},{i % 10}")
        for i in range(n)
        for kind in ("xbev", "arm", "miete")
        for level in ("Kreise", "Länder")
        for year in (2021, 2022)
    ]  # fmt: skip
    columns = ["Bereich", "Kuerzel", "Indikator", "Raumbezug", "Kennziffer", "Zeitbezug", "Wert"]
    frame = pd.DataFrame(rows, columns=columns).sample(frac=1, random_state=1)
    frame.to_csv(folder / "inkar.csv", sep=";", index=False)
    return folder / "inkar.csv", frame


def read(path, **options):
    return read_tables(path, key="Kennziffer", width=5, **{"shape": SHAPE} | options)


def test_a_table_in_pieces_gives_what_it_gives_as_a_whole(tmp_path):
    path, frame = write_whole_file(tmp_path)
    whole, _, left = read(path)
    pieces, problems, _ = read(path, streamed=1)
    assert [p for p in problems if p.severity == "error"] == []
    assert list(pieces) == list(whole)
    for period, table in whole.items():
        pd.testing.assert_frame_equal(pieces[period].frame, table.frame)
    kept = frame[(frame["Raumbezug"] == "Kreise") & frame["Kuerzel"].isin(KEEP["Kuerzel"])]
    truth = kept["Wert"].str.replace(",", ".").astype(float).sum()
    assert np.isclose(sum(t.frame.to_numpy().sum() for t in pieces.values()), truth)
    # what is left out as a whole, and in pieces, is the same number of rows
    told = [p for t in pieces.values() for p in t.problems if p.code == "sources.streamed"]
    assert f"{len(kept)} Zeilen von {len(frame)}" in told[0].message.replace(".", "", 1)
    assert sum(rows.rows for rows in left) == len(frame) - len(kept)


def test_a_bad_cell_is_told_with_its_row_of_the_whole_file(tmp_path):
    path, _ = write_whole_file(tmp_path)
    lines = path.read_text("utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if ";xbev;" in line and ";Kreise;" in line)
    lines[at] = lines[at].rsplit(";", 1)[0] + ";viel"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    tables, _, _ = read(path, streamed=1)
    found = [p for t in tables.values() for p in t.errors]
    assert [(p.code, p.row) for p in found] == [("sources.no_number", at + 1)]


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (Shape(names=("Indikator",)), "sources.too_large_whole"),
        (Shape(rows={"Raum": ("Kreise",)}), "sources.no_column"),
    ],
)
def test_a_large_table_that_nothing_narrows_is_refused_with_the_way_out(tmp_path, shape, code):
    path, _ = write_whole_file(tmp_path)
    tables, problems, _ = read(path, shape=shape, streamed=1)
    found = [*problems, *(p for t in tables.values() for p in t.errors)]
    assert {p.code for p in found if p.severity == "error"} == {code}
    assert all(p.action for p in found if p.severity == "error")


def test_a_large_table_with_rows_of_other_lengths_is_refused(tmp_path):
    path, _ = write_whole_file(tmp_path)
    with path.open("a", encoding="utf-8") as file:
        file.write("LRB;xbev\n")
    tables, problems, _ = read(path, streamed=1)
    found = [*problems, *(p for t in tables.values() for p in t.errors)]
    assert {p.code for p in found if p.severity == "error"} == {"sources.streamed_broken"}
