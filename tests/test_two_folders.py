"""What is public and what only the office sees: two folders that share nothing."""

import hashlib
import json
import re
import shutil
import zipfile

import pytest
from shared_data import shared
from small_build import counts, write_build, write_table, write_town

from sozialraum.model.errors import DataError, SozialraumError
from sozialraum.workflows.build.building import build_for_office
from sozialraum.workflows.build.finishing import internal
from sozialraum.workflows.build.office_copy import moved_classes, office_copy
from sozialraum.workflows.check.checking import check, check_build
from sozialraum.workflows.verify.verifying import verify_folder

ALL = ("csv", "parquet", "xlsx", "karte", "methode")


@pytest.fixture
def town(tmp_path):
    return write_town(tmp_path / "stadt")


def saved(build, folder, *, files=ALL):
    """Build for both folders; return the public one and the one of the office."""
    result, office = build_for_office(build)
    result.save(folder / "out", files=files, office=office_copy(office, result, folder / "amt"))
    return folder / "out", folder / "amt"


def case(name, tmp_path):
    """Copy a case of the attack folder, which the tests leave as it is."""
    folder = tmp_path / name
    shutil.copytree(shared(f"cases/faults/attack/{name}"), folder)
    return folder


def everything(folder):
    """Return the bytes of all files, packed ones unpacked."""
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        found.append(path.read_bytes())
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                found += [packed.read(name) for name in packed.namelist()]
    return b"\n".join(found)


def codes(folder):
    report = json.loads((folder / "pruefbericht.json").read_text("utf-8"))
    return {p["code"] for p in report["problems"]}


def test_jumps_of_delivered_counts_are_told_to_the_office_alone(tmp_path):
    public, office = saved(case("L1_pruefbericht", tmp_path) / "b.toml", tmp_path)
    assert "check.jump_share" in codes(office)
    assert not any(code.startswith("check.") for code in codes(public))
    assert b"sprunghaft" not in everything(public)


def test_sums_of_columns_are_told_to_the_office_alone(tmp_path):
    public, office = saved(case("L10_total", tmp_path) / "b.toml", tmp_path)
    told = codes(office) - codes(public)
    assert any(code.startswith(("check.", "sources.")) for code in told)
    assert not any(code.startswith("check.") for code in codes(public))
    assert "sources.total_found" not in codes(public)


def test_no_digest_of_an_input_is_public(tmp_path):
    folder = case("L2_hash", tmp_path)
    build = folder / "b.toml"
    public, office = saved(build, tmp_path)
    manifest = json.loads((public / "manifest.json").read_text("utf-8"))
    said = everything(public)
    for path in (folder / "daten").iterdir():
        for name in ("sha256", "sha1", "md5"):
            assert hashlib.new(name, path.read_bytes()).hexdigest().encode() not in said
    assert "inputs" not in manifest
    assert manifest["input_files"] == ["g.gpkg", "jobcenter.csv", "z.csv"]
    assert verify_folder(office, data=folder / "daten")[1] == []
    assert verify_folder(public, data=folder / "daten")[1][0].code == "pipeline.inputs_secret"


def test_of_open_data_digests_and_findings_stay_public(town):
    open_data = 'published_input = true\nreason = "Statistikportal"'
    public, _ = saved(write_build(town, ledger=open_data), town, files=("csv",))
    assert verify_folder(public, data=town / "daten")[1] == []
    assert "sources.recognised" in codes(public)


def test_an_internal_version_says_so_on_every_page_and_sheet(town):
    _, office = saved(write_build(town), town)
    warning = "Interne Fassung"
    assert warning in (office / "karte.html").read_text("utf-8")
    assert "nicht weitergeben" in (office / "methode.md").read_text("utf-8")
    assert "nicht weitergeben" in (office / "pruefbericht.html").read_text("utf-8")
    assert json.loads((office / "manifest.json").read_text("utf-8"))["level"] == "intern"
    with zipfile.ZipFile(office / "index.xlsx") as book:
        strings = book.read("xl/sharedStrings.xml").decode("utf-8")
        sheets = [n for n in book.namelist() if n.startswith("xl/worksheets/sheet")]
        number = re.findall(r"<si>.*?</si>", strings)
        at = [str(n) for n, s in enumerate(number) if warning in s]
        for name in sheets:
            sheet = book.read(name).decode("utf-8")
            values = re.findall(r'<c [^>]*t="s"[^>]*><v>(\d+)</v>', sheet)
            assert set(at) & set(values) or warning in sheet, name


def test_a_public_page_says_nothing_of_the_office(town):
    public, _ = saved(write_build(town), town)
    said = everything(public)
    for word in ("Interne Fassung", "Nur für das Amt", "wahren Zahlen", "freigaben.key"):
        assert word.encode() not in said


def test_one_person_more_or_less_within_the_windows_changes_no_public_byte(town, tmp_path):
    build = write_build(town, ledger="")
    first, office = saved(build, tmp_path / "1")
    write_table(town, neighbour(counts(), build_for_office(build).result))
    second, other = saved(build, tmp_path / "2")
    assert everything(first) == everything(second)
    assert everything(office) != everything(other)


def neighbour(table, result):
    """Return the table with one person moved from one district to another, windows as before."""
    from small_build import DISTRICT

    areas = table.groupby(table.index.map(DISTRICT))["arm"].sum()
    low, high = (getattr(result.current, end)["armut"] for end in ("low", "high"))
    giving = areas.index[(areas > low) & (areas > 0)]
    for area in giving:
        taking = areas.index[(areas < high) & (areas.index != area)]
        if len(taking):
            blocks = {d: b for b, d in DISTRICT.items() if table["arm"][b] > 0}
            table = table.copy()
            table.loc[blocks[area], "arm"] -= 1
            table.loc[blocks[taking[0]], "arm"] += 1
            return table
    raise AssertionError("no such pair")


def test_the_office_is_told_how_many_classes_the_protection_moved(town):
    result, office = build_for_office(write_build(town))
    true = internal(office).current.table["class"]
    moved = sum(now != then for now, then in zip(result.current.table["class"], true, strict=True))
    (note,) = moved_classes(office, result)
    assert f"haben {moved} von 30 Gebieten eine andere Klasse" in note.message
    assert 0 < moved < 15
    assert " 0 von 30 " in moved_classes(office, result, result)[0].message


@pytest.mark.parametrize(("out", "amt"), [("x", "x"), ("x", "x/amt"), ("x/out", "x")])
def test_folders_that_lie_in_each_other_are_refused_before_anything_is_written(town, out, amt):
    result, office = build_for_office(write_build(town))
    with pytest.raises(DataError, match="würde mit veröffentlicht"):
        result.save(town / out, office=office_copy(office, result, town / amt))
    assert not (town / "x").exists()
    assert (town / "freigaben.jsonl").read_bytes() == b""


def test_a_check_report_is_never_put_into_a_public_result(town):
    build = write_build(town)
    build_for_office(build).result.save(town / "out", files=("csv",))
    for folder in ("out", "out/bericht"):
        with pytest.raises(DataError):
            check(build).save(town / folder)
    check(build).save(town / "bericht")
    assert "nicht weitergeben" in (town / "bericht" / "pruefbericht.html").read_text("utf-8")


@pytest.mark.parametrize("name", ["C2_prj", "C3_sd", "C5_toofine", "C7_collection"])
def test_builds_that_once_broke_end_in_a_result_or_in_words(name, tmp_path):
    (build,) = case(name, tmp_path).glob("*.toml")
    errors = [p for p in check_build(build) if p.severity == "error"]
    try:
        public, _ = saved(build, tmp_path, files=("csv",))
    except SozialraumError as error:
        assert errors, error
        assert "pipeline.fault" not in {p.code for p in error.problems}
        return
    assert not errors
    assert (public / "index.csv").stat().st_size > 0
