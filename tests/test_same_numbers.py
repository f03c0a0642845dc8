"""Every published number of every area, read back from every file of a build: all the same.

Map page, three tables, workbook, GeoPackage, KomMonitor, report, profiles and ``show`` are read by
other programs than those that wrote them, and compared by area and indicator.
"""

import csv
import json
import os
import re
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pypdf
import pytest

import sozialraum
from sozialraum.cli.printing.areas import print_area
from sozialraum.publish.published_numbers import (
    index_digits,
    indicator_figures,
    shown_contributions,
)
from sozialraum.publish.tables.kommonitor import read_kommonitor
from sozialraum.publish.wording import rank_words, shown_number, value_words
from sozialraum.texts import number, signed
from sozialraum.workflows.build.building import build_for_office
from sozialraum.workflows.show.saved import open_result

pytest.importorskip("typst")
ROOT = Path(__file__).parents[1]
FILES = (
    "karte", "csv", "parquet", "xlsx", "geopackage", "methode", "bericht", "steckbriefe", "karten",
    "kommonitor", "metadaten",
)  # fmt: skip


@pytest.fixture(scope="module")
def build_file(tmp_path_factory):
    """The example city with certainty and every output."""
    text = (ROOT / "config" / "musterstadt.toml").read_text("utf-8")
    data = f'"{(ROOT / "shapes" / "musterstadt").as_posix()}"'
    more = f"\n[output]\nfiles = {json.dumps(FILES)}\n"
    path = tmp_path_factory.mktemp("bau") / "bau.toml"
    path.write_text(text.replace('"../shapes/musterstadt"', data) + more, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def built(build_file):
    result = sozialraum.build(build_file)
    result.save(build_file.parent / "out")
    return result


@pytest.fixture(scope="module")
def out(built, build_file):
    return build_file.parent / "out"


@pytest.fixture(scope="module")
def published(built):
    """Index, class, rank, rank range, values and contributions as released, None where withheld."""
    release = built.release
    edition, digits = release.current, index_digits(release)
    parts = shown_contributions(edition, digits=digits + 1)
    found = {}
    for key, row in edition.table.iterrows():
        sure = release.layers["certainty"].loc[key]
        found[key] = {name: plain(row[name]) for name in ("index", "class", "rank")}
        found[key] |= {name: plain(sure[name]) for name in ("rank_low", "rank_high")}
        found[key] |= {i.id: plain(edition.values.at[key, i.id]) for i in release.indicators}
        found[key] |= {f"part_{name}": plain(part) for name, part in parts.loc[key].items()}
    # shares of windows are told everywhere: no value of the example is withheld
    assert len(found) == 26 and all(v is not None for row in found.values() for v in row.values())
    return found


def plain(value):
    return None if pd.isna(value) else float(value)


def same(found, published, names, shown=None):
    """Compare numbers by area and name; a reader's digits differ by half of the last one at most.

    `shown` says per name what the last digit that readers see is worth.
    """
    assert set(found) == set(published)
    for key, row in published.items():
        for name in names:
            off = (shown or {}).get(name, 0.0) / 2 + 1e-12
            assert found[key][name] == pytest.approx(row[name], abs=off), (key, name)


TABLE = ("index", "class", "rank", "rank_low", "rank_high", "armut", "krisen", "kita", "migration")
PARTS = tuple(f"part_{name}" for name in ("armut", "krisen", "kita", "migration", "rest"))


def test_the_map_page_carries_the_published_numbers(out, published):
    page = (out / "karte.html").read_text("utf-8")
    data = json.loads(re.search(r'id="daten">(.*?)</script>', page, re.DOTALL).group(1))
    edition, digits = data["editions"][-1], data["index"]["digits"]
    view = next(v for v in data["views"] if v["id"] == "index")
    interval = next(f for f in data["facts"] if f["label"] == "Rangbereich")
    found, shown = {}, {}
    for i, key in enumerate(data["keys"]):
        ends = re.fullmatch(r"(\d+) bis (\d+)", interval["values"][i])
        code = view["codes"][-1][i]
        row = {"index": scaled(edition["index"][i], 10**digits), "rank": edition["rank"][i]}
        row["class"] = float(view["numbers"][int(code)]) if code.isdigit() else None
        row |= {"rank_low": float(ends[1]), "rank_high": float(ends[2])}
        for nr, one in enumerate(data["indicators"]):
            unit = 10 ** one["digits"] * (100 if one["unit"] == "percent" else 1)
            row[one["id"]], shown[one["id"]] = scaled(edition["values"][nr][i], unit), 1 / unit
            row[f"part_{one['id']}"] = scaled(edition["parts"][nr][i], 10 ** (digits + 1))
        row["part_rest"] = scaled(edition["parts"][-1][i], 10 ** (digits + 1))
        found[key] = row
    assert all(0 < last <= 0.001 for last in shown.values())  # a tenth of a per cent
    same(found, published, TABLE + PARTS, shown)


def test_the_middle_rank_stands_on_page_and_in_tables_inside_its_interval(out, built):
    released = built.release.layers["certainty"]["rank_mid"]
    simulated = built.certainty.table["rank_median"]
    assert released.astype(float).to_dict() == simulated[released.index].astype(float).to_dict()
    ends = built.release.layers["certainty"][["rank_low", "rank_high"]].astype(float)
    middle = released.astype(float)
    assert (ends["rank_low"] <= middle).all() and (middle <= ends["rank_high"]).all()
    page = (out / "karte.html").read_text("utf-8")
    data = json.loads(re.search(r'id="daten">(.*?)</script>', page, re.DOTALL).group(1))
    fact = next(f for f in data["facts"] if f["label"] == "Rang in der Mitte der Nachrechnungen")
    assert dict(zip(data["keys"], fact["order"], strict=True)) == middle.to_dict()
    table = pd.read_csv(out / "index.csv", sep=";", decimal=",", dtype={"key": str}, index_col=0)
    assert table["certainty_rank_mid"].astype(float).tolist() == middle[table.index].tolist()


def scaled(whole, unit):
    return None if whole is None else whole / unit


def renamed(row):
    row = dict(row)
    return row | {end: row[f"certainty_{end}"] for end in ("rank_low", "rank_high")}


def test_csv_parquet_and_geopackage_hold_the_published_numbers(out, published):
    with (out / "index.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    german = {
        r["key"]: {
            k: None if v == "" else float(v.replace(",", ".")) for k, v in renamed(r).items()
            if k in TABLE
        }
        for r in rows
    }  # fmt: skip
    same(german, published, TABLE)
    frames = (
        pd.read_parquet(out / "index.parquet"),
        pyogrio.read_dataframe(out / "index.gpkg", layer="gebiete"),
    )
    for frame in frames:
        records = frame.drop(columns="geometry", errors="ignore").to_dict("records")
        read = {r["key"]: {n: plain(renamed(r)[n]) for n in TABLE} for r in records}
        same(read, published, TABLE)


def test_the_workbook_holds_the_published_numbers_on_every_sheet(out, published):
    book = openpyxl.load_workbook(out / "index.xlsx")

    def rows(name):
        lines = book[name].iter_rows(min_row=6, values_only=True)
        return {r[0]: [x if isinstance(x, int | float) else None for x in r] for r in lines if r[0]}

    index, values, parts = rows("Index"), rows("Indikatoren"), rows("Beiträge")
    sure, years = rows("Sicherheit"), rows("Zeitreihe")
    found = {}
    for key in index:
        row = dict(zip(("index", "class"), index[key][2:4], strict=True)) | {"rank": index[key][5]}
        row |= dict(zip(("rank_low", "rank_high"), sure[key][2:4], strict=True))
        row |= dict(zip(TABLE[5:], values[key][2:], strict=True))
        row |= dict(zip(PARTS, parts[key][2:7], strict=True))
        assert parts[key][7] == row["index"] and years[key][3] == row["index"]
        assert years[key][5] == row["class"]
        found[key] = row
    same(found, published, TABLE + PARTS)


def test_kommonitor_gets_the_published_numbers_and_reads_them_back(out, published):
    files = {"index": "index.csv"} | {name: f"{name}.csv" for name in TABLE[5:]}
    tables = {name: read_kommonitor(out / "kommonitor" / file) for name, file in files.items()}
    found = {
        key: {name: plain(table.at[key, "2024-12-31"]) for name, table in tables.items()}
        for key in published
    }
    same(found, published, tuple(files))
    areas = read_kommonitor(out / "kommonitor" / "gebiete.geojson")
    again = {key: {"index": plain(areas.at[key, "2024-12-31"])} for key in areas.index}
    same(again, published, ("index",))


def test_show_tells_the_published_numbers(out, published, capsys):
    saved = open_result(out)
    found = {}
    for key in published:
        print_area(saved, key, as_json=True)
        told = json.loads(capsys.readouterr().out)
        parts = {f"part_{name}": part for name, part in told["contributions"].items()}
        found[key] = renamed(told) | parts
    same(found, published, TABLE + PARTS)


def test_every_profile_page_prints_the_published_numbers_in_their_place(built, out, published):
    release, edition = built.release, built.current
    before, figures = release.editions[-2], indicator_figures(release)
    digits = index_digits(release)
    seen = set()
    for page in pypdf.PdfReader(out / "steckbriefe.pdf").pages:
        text = page.extract_text().replace("\u00ad", "")
        key = re.search(r"Schlüssel (\d\d)", text).group(1)
        row, seen = published[key], seen | {key}
        head, table = text.split("So setzt sich der Index zusammen")
        table = re.split(r"Wie sicher ist das\?", table)[0]
        expected = []
        for i in release.indicators:
            expected += [value_words(e, key, i, figures[i.id]) for e in (edition, before)]
            expected.append(shown_number(edition.city[i.id], figures[i.id]))
        told = re.findall(r"[\d,.]+\s?%(?:\s?±\s?[\d,.]+\s?%)?|gesperrt|zu klein|k\. A\.", table)
        assert [" ".join(x.split()) for x in told] == [" ".join(x.split()) for x in expected], key
        shown = [signed(row[part], digits + 1) for part in PARTS if row[part] not in (None, 0.0)]
        found = [x for x in re.findall(r"[+−±]\d+,\d+", table) if not x.startswith("±")]
        assert found == [x for x in shown if not x.startswith("±")], key
        said = re.sub(r"[\s-]", "", head)
        assert rank_words(edition.table, key).replace(" ", "") in said
        assert f"{row['rank_low']:.0f}bis{row['rank_high']:.0f}" in said
        assert re.search(rf"Index\s+{number(row['index'], digits)}", table), key
    assert seen == set(published)


def test_the_report_prints_rank_class_index_and_range_of_every_area(built, out, published):
    release, digits = built.release, index_digits(built.release)
    pages = pypdf.PdfReader(out / "bericht.pdf").pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    text = text.replace("\u00ad", "-")  # a hyphen of the name, as the PDF writes it
    for key, row in published.items():
        name, label = release.areas.at[key, "name"], built.current.table.at[key, "class_label"]
        line = (
            f"{name} {key} {row['class']:.0f} {label} "
            f"{number(row['index'], digits)} {row['rank_low']:.0f}–{row['rank_high']:.0f}"
        )
        # areas of the headline carry its letter
        assert re.search(rf"\b{row['rank']:.0f} (?:[A-E] )?{re.escape(line)}", text), line


def test_contributions_add_up_to_the_index(built, published):
    for key, row in published.items():
        shown = sum(row[part] for part in PARTS if row[part] is not None)
        assert shown == pytest.approx(row["index"], abs=1e-12), key
    raw = built.current.contributions
    np.testing.assert_allclose(raw.sum(axis=1), built.current.table["index"], atol=1e-12)


def unpacked(path):
    """Return the bytes of a file, those inside its compressed parts too."""
    whole = [path.read_bytes()]
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            whole += [book.read(name) for name in book.namelist()]
    if path.suffix == ".pdf":
        for entry in pypdf.PdfReader(path).pages:
            whole.append(entry.get_contents().get_data())
            whole.append(entry.extract_text().encode())
    if path.suffix == ".parquet":
        frame = pd.read_parquet(path)
        whole += [
            frame[c].to_numpy(float, na_value=np.nan).tobytes()
            for c in frame.select_dtypes("number")
        ]
    return b"\0".join(whole)


def test_no_true_share_stands_in_any_byte_of_any_file(built, build_file, out):
    _, office = build_for_office(build_file)
    pairs = office.counted[built.plan.stichtag.isoformat()].pairs.inside()
    true = pd.DataFrame(
        {i.id: pairs[f"{i.id}.cases"] / pairs[f"{i.id}.base"] for i in built.release.indicators}
    )
    told = built.current.values[true.columns].reindex(true.index)
    secret = true.where((true - told).abs() > 1e-6).stack().dropna().tolist()
    assert len(secret) > 26  # windows move most of the shares
    shown = set(told.stack().map(lambda v: repr(float(v))[:8]))
    marks = [m for v in secret for m in (struct.pack("<d", v), struct.pack(">d", v))]
    written: list[bytes] = []
    for v in secret:
        for digits in {repr(v)[:8], repr(v * 100)[:7]}:
            if len(digits) >= 7 and repr(v)[:8] not in shown:
                written += [digits.encode(), digits.replace(".", ",").encode()]
    # a number that begins so; 119.96 is a place on the paper and no 19.96
    number = re.compile(rb"(?<!\d)(?:" + b"|".join(map(re.escape, written)) + b")")
    for path in (p for p in out.rglob("*") if p.is_file()):
        raw = unpacked(path)
        assert not [mark for mark in marks if mark in raw], path.name
        assert not number.findall(raw), path.name


def test_another_process_with_another_seed_and_zone_writes_the_same_bytes(build_file, out):
    again = out.parent / "nochmal"
    code = f"import sozialraum; sozialraum.build({str(build_file)!r}).save({str(again)!r})"
    other = {"PYTHONHASHSEED": "7", "NUMBA_NUM_THREADS": "1", "TZ": "Asia/Tokyo"}
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, **other})
    names = sorted(p.relative_to(out) for p in out.rglob("*") if p.is_file())
    assert names == sorted(p.relative_to(again) for p in again.rglob("*") if p.is_file())
    assert {".pdf", ".png", ".svg", ".gpkg", ".xlsx"} <= {name.suffix for name in names}
    for name in names:
        assert (out / name).read_bytes() == (again / name).read_bytes(), name
