"""Builds with a ledger: recorded and written, or neither; whoever is first, whenever killed."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import scipy.optimize
from small_build import BLOCKS, DISTRICT, OTHER, counts, write_build, write_table, write_town

import sozialraum
from sozialraum.model.errors import ConfigError, DisclosureError
from sozialraum.privacy.ledger import open_ledger
from sozialraum.privacy.recording import recording
from sozialraum.publish.folder import recovered
from sozialraum.workflows.verify.verifying import verify_folder, verify_recorded

KILLS = int(os.environ.get("SOZIALRAUM_KILLS", "4"))


@pytest.fixture
def town(tmp_path):
    return write_town(tmp_path / "stadt")


def ledger_of(town):
    return open_ledger(town / "freigaben.jsonl", town / "geheim" / "freigaben.key")


def release_in(folder):
    return json.loads((folder / "manifest.json").read_text("utf-8"))["release"]


def bytes_of(folder):
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


def test_a_build_is_recorded_and_its_folder_says_under_which_number(town):
    result = sozialraum.build(write_build(town))
    result.save(town / "out")
    ledger = ledger_of(town)
    assert release_in(town / "out") == {"number": 1, "head": ledger.head[:16]}
    assert verify_recorded(town / "out", ledger.path, ledger.key, data=town / "daten")[1] == []
    write_table(town, counts().assign(arm=counts()["arm"] + 1))
    (other,) = verify_recorded(town / "out", ledger.path, ledger.key, data=town / "daten")[1]
    assert (other.code, other.file) == ("privacy.other_inputs", "z.csv")


def test_a_repeated_release_has_its_number_again_and_the_same_bytes(town):
    build = write_build(town)
    for name in ("one", "two", "one"):
        sozialraum.build(build).save(town / name)
    assert ledger_of(town).number == 1
    assert bytes_of(town / "one") == bytes_of(town / "two")


def test_a_build_that_comes_too_late_leaves_nothing(town):
    result = sozialraum.build(write_build(town))
    recording(ledger_of(town), {"tables": []}, title="schneller", date="2024-12-31").record()
    with pytest.raises(DisclosureError, match="andere Veröffentlichung"):
        result.save(town / "out")
    assert ledger_of(town).number == 1
    assert {p.name for p in town.iterdir()} == {
        "daten", "freigaben.jsonl", "geheim", "Bau_D.toml"
    }  # fmt: skip
    sozialraum.build(write_build(town)).save(town / "out")  # as the message advises
    assert release_in(town / "out")["number"] == 2


@pytest.mark.parametrize("target", [".", "geheim"])
def test_a_result_never_holds_the_files_of_the_office(town, target):
    result = sozialraum.build(write_build(town))
    with pytest.raises(ConfigError, match="Ergebnisordner"):
        result.save(town / target)
    assert ledger_of(town).number == 0


def test_two_builds_at_once_leave_as_many_entries_as_folders(town):
    files = [write_build(town, target) for target in ("D", "C")]
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "sozialraum", "build", str(f), "-o", str(town / f.stem)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        for f in files
    ]  # fmt: skip
    told = [run.communicate()[0].decode("utf-8", "replace") for run in runs]
    written = [(town / f.stem / "manifest.json").exists() for f in files]
    assert [run.returncode == 0 for run in runs] == written, told
    assert any(written), told
    ledger = ledger_of(town)
    assert ledger.number == sum(written)
    numbers = {
        release_in(town / f.stem)["number"] for f, w in zip(files, written, strict=True) if w
    }
    assert numbers == set(range(1, ledger.number + 1))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="runs are killed with SIGKILL")
def test_a_killed_build_leaves_nothing_that_is_not_recorded(town):
    rng = random.Random(7)
    result = sozialraum.build(write_build(town))
    start = time.monotonic()
    result.save(town / "measure", files=("csv",))
    usual = time.monotonic() - start
    office = {town / "freigaben.jsonl", town / "geheim" / "freigaben.key"}
    fresh = {path: path.read_bytes() for path in office}
    for kill in range(KILLS):
        folder = town.parent / str(kill)
        folder.mkdir()
        for path in office:  # as if nothing had been released
            path.write_bytes(fresh[path] if kill % 2 else _empty(path, fresh))
        child = os.fork()
        if not child:
            again = sozialraum.build(town / "Bau_D.toml") if kill % 2 == 0 else result
            again.save(folder / "out", files=("csv",))
            os._exit(0)
        time.sleep(rng.uniform(0, usual * (8 if kill % 2 == 0 else 1)))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        out, ledger = recovered(folder / "out"), ledger_of(town)
        if out.exists():
            assert verify_folder(out)[1][0].severity == "note"
            assert release_in(out)["number"] <= ledger.number
        sozialraum.build(town / "Bau_D.toml").save(folder / "out", files=("csv",))
        assert [p.name for p in folder.iterdir()] == ["out"]
        assert release_in(out)["number"] == ledger_of(town).number == 1


def _empty(path, fresh):
    """Return a ledger without releases and the key that belongs to it."""
    if path.suffix == ".jsonl":
        return b""
    import hmac

    secret = json.loads(fresh[path])["secret"]
    head = hmac.digest(bytes.fromhex(secret), b"start", hashlib.sha256).hex()
    return json.dumps({"secret": secret, "number": 0, "head": head}).encode()


DISGUISES = {
    "same": {},
    "renamed": {"column": "arme_kinder", "file": "neu.csv"},
    "copied": {
        "column": "kopie",
        "derived": '[[derived]]\nname = "kopie"\nareas = "b"\nformula = "arm"\nwhole = true',
    },
    "summed": {
        "column": "summe",
        "file": "neu.csv",
        "derived": '[[derived]]\nname = "summe"\nareas = "b"\nformula = "arm_a + arm_b"\n'
        "whole = true",
    },
    "reordered": {"file": "umgestellt.csv"},
    "another_day": {"day": "2025-01-01"},
}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_the_same_counts_in_disguise_are_linked_with_what_was_told(town, disguise):
    table = counts()
    half = table["arm"] // 2
    write_table(town, table.assign(arme_kinder=table["arm"], arm_a=half, arm_b=table["arm"] - half)
                .drop(columns="arm"), "neu.csv")  # fmt: skip
    write_table(town, table.sample(frac=1, random_state=1), "umgestellt.csv")
    first = sozialraum.build(write_build(town))
    first.save(town / "D")
    try:
        second = sozialraum.build(write_build(town, "C", **DISGUISES[disguise]))
    except DisclosureError:
        return
    second.save(town / "C")
    told = [(first.current, DISTRICT), (second.current, OTHER)]
    assert few_known(table, told) == []


def few_known(table, told):
    """Return the blocks' groups of which windows and total tell that they are few; by HiGHS."""
    rows, low, high = [np.ones(len(BLOCKS))], [table["arm"].sum()], [table["arm"].sum()]
    for edition, zones in told:
        for area in edition.low.index:
            if not np.isnan(edition.low.at[area, "armut"]):
                rows.append(np.array([float(zones[b] == area) for b in BLOCKS]))
                low.append(edition.low.at[area, "armut"])
                high.append(edition.high.at[area, "armut"])
    limits = scipy.optimize.LinearConstraint(np.array(rows), low, high)
    within = scipy.optimize.Bounds(0, table["kinder"])
    found = []
    for pair in {(DISTRICT[b], OTHER[b]) for b in BLOCKS}:
        inside = np.array([(DISTRICT[b], OTHER[b]) == pair for b in BLOCKS])
        cases = table["arm"].to_numpy()[inside].sum()
        if not 1 <= cases < 5:
            continue
        best = scipy.optimize.milp(
            -inside.astype(float), constraints=limits, bounds=within,
            integrality=np.ones(len(BLOCKS)),
        )  # fmt: skip
        assert best.success
        if -best.fun < 5 - 1e-6:
            found.append(pair)
    return found


def test_a_ledger_without_its_key_or_with_missing_entries_stops_a_build(town):
    build = write_build(town)
    sozialraum.build(build).save(town / "out")
    whole = (town / "freigaben.jsonl").read_bytes()
    for content in (b"", whole.replace(b"Bau D", b"Bau X")):
        (town / "freigaben.jsonl").write_bytes(content)
        with pytest.raises(DisclosureError):
            sozialraum.build(build)
    (town / "freigaben.jsonl").write_bytes(whole)
    (town / "geheim" / "freigaben.key").rename(town / "weg.key")
    with pytest.raises(ConfigError, match="Schlüssel"):
        sozialraum.build(build)
