"""Many builds from one list: as single builds, resumable, on processes and on a Dask cluster."""

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from small_build import write_build, write_town

from sozialraum.model.errors import ConfigError, DataError
from sozialraum.model.file_lock import locked_for_writing
from sozialraum.publish.overview import PAGE, TABLE
from sozialraum.workflows.batch.batching import batch
from sozialraum.workflows.batch.jobs import Job, jobs_of
from sozialraum.workflows.batch.record import NAME, read_record
from sozialraum.workflows.batch.workers import in_processes
from sozialraum.workflows.build.building import build

NO_LEDGER = {"ledger": ""}


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Return a folder with two sound build files, one that is not, and a file that is none."""
    folder = write_town(tmp_path_factory.mktemp("gemeinden"))
    write_build(folder, "D", title="ost", **NO_LEDGER)
    write_build(folder, "C", title="west", **NO_LEDGER)
    broken = write_build(folder, "D", title="kaputt", **NO_LEDGER)
    broken.write_text(broken.read_text("utf-8").replace("method =", "methode ="), "utf-8")
    (folder / "notiz.toml").write_text('von = "mir"', "utf-8")
    return folder


@pytest.fixture(scope="module")
def done(town, tmp_path_factory):
    out = tmp_path_factory.mktemp("ergebnisse")
    return batch(town, out, workers=2)


def test_every_build_has_the_bytes_of_a_single_one(town, done, tmp_path):
    for name in ("ost", "west"):
        build(town / f"{name}.toml").save(tmp_path / name)
        assert files_of(done.folder / name) == files_of(tmp_path / name)


def test_a_refused_build_does_not_stop_the_others_and_says_why(done):
    assert done.states == {"built": 2, "kept": 0, "refused": 1, "lost": 0}
    assert not done.whole
    refused = next(line for line in done.lines if line["state"] == "refused")
    assert refused["name"] == "kaputt"
    assert "„method“" in refused["errors"][0]
    assert not (done.folder / "kaputt").exists()


def test_a_file_that_is_no_build_is_named_not_computed(done):
    assert [p.code for p in done.problems] == ["batch.other_files"]
    assert "notiz.toml" in done.problems[0].message


def test_the_overview_shows_every_build_and_leads_to_its_result(done):
    page = (done.folder / PAGE).read_text("utf-8")
    assert all(name in page for name in ("ost", "west", "kaputt", "„method“"))
    assert "3 Builds: 2 mit Ergebnis, 1 ohne." in page
    table = (done.folder / TABLE).read_text("utf-8-sig").splitlines()
    assert len(table) == 4
    assert '"ost";"gerechnet"' in table[2]


def test_what_stands_is_not_built_again_and_the_overview_keeps_its_bytes(town, done):
    before, made = files_of(done.folder), done.folder / "ost" / "manifest.json"
    when = made.stat().st_mtime_ns
    again = batch(town, done.folder, workers=1)
    assert again.states == {"built": 0, "kept": 2, "refused": 1, "lost": 0}
    assert made.stat().st_mtime_ns == when
    assert files_of(done.folder) == before


@pytest.mark.parametrize("what", ["build file", "data", "result"])
def test_a_build_whose_input_changed_or_whose_result_is_gone_is_made_again(tmp_path, what):
    folder = write_town(tmp_path / "stadt")
    file = write_build(folder, "D", title="ost", **NO_LEDGER)
    out = tmp_path / "aus"
    assert batch(folder, out, workers=1).states["built"] == 1
    if what == "build file":
        file.write_text(file.read_text("utf-8").replace('"Armut"', '"Kinderarmut"'), "utf-8")
    elif what == "data":
        os.utime(folder / "daten" / "z.csv", ns=(0, 0))
    else:
        (out / "ost" / "manifest.json").unlink()
        for rest in sorted((out / "ost").rglob("*"), reverse=True):
            rest.unlink()
        (out / "ost").rmdir()
    assert batch(folder, out, workers=1).states["built"] == 1


def test_a_line_that_a_kill_cut_off_counts_for_nothing(tmp_path):
    whole = {"name": "a", "state": "built", "stamp": "1"}
    (tmp_path / NAME).write_text(json.dumps(whole) + '\n{"name": "b", "sta', "utf-8")
    assert read_record(tmp_path) == {"a": whole}


def test_a_second_run_in_the_same_folder_is_refused(town, tmp_path):
    with locked_for_writing(tmp_path / ".batch.sperre"), pytest.raises(DataError) as refused:
        batch(town, tmp_path, workers=1)
    assert refused.value.problems[0].code == "batch.folder_locked"


# --- template and table ---------------------------------------------------------------------------

LIST = 'template = "vorlage.toml"\ntable = "werte.csv"\nname = "ordner"\n'


def write_template(folder: Path, table: str) -> Path:
    built = write_build(folder, "D", title="vorlage", **NO_LEDGER)
    words = built.read_text("utf-8").replace('"vorlage"', '"Index {{ort}}"')
    built.write_text(words.replace("Musterstadt", "{{ ort }}"), "utf-8")
    (folder / "werte.csv").write_text(table, "utf-8")
    (folder / "liste.toml").write_text(LIST, "utf-8")
    return folder / "liste.toml"


def test_a_template_becomes_a_build_per_row(tmp_path):
    folder = write_town(tmp_path / "kreis")
    listed = write_template(folder, "ordner;ort\n001;Adorf\n002;Bedorf\n")
    done = batch(listed, tmp_path / "aus", workers=1)
    assert [(line["name"], line["title"], line["place"]) for line in done.lines] == [
        ("001", "Index Adorf", "Adorf"),
        ("002", "Index Bedorf", "Bedorf"),
    ]
    shown = tmp_path / "aus" / "_builds" / "002.toml"
    assert tomllib.loads(shown.read_text("utf-8"))["place"] == "Bedorf"


def test_a_filled_template_has_the_bytes_of_the_same_file_beside_it(tmp_path):
    folder = write_town(tmp_path / "kreis")
    done = batch(write_template(folder, "ordner;ort\n001;Adorf\n"), tmp_path / "aus", workers=1)
    single = folder / "001.toml"
    single.write_bytes((done.folder / "_builds" / "001.toml").read_bytes())
    build(single).save(tmp_path / "einzeln")
    assert files_of(done.folder / "001") == files_of(tmp_path / "einzeln")


@pytest.mark.parametrize(
    ("table", "code", "place"),
    [
        ("ordner;ort\n001;\n", "batch.empty_cell", "werte.csv, Zeile 2, Spalte „ort“"),
        ("ordner;ort\n001;A'b\n", "batch.unsafe_cell", "werte.csv, Zeile 2, Spalte „ort“"),
        ('ordner;ort\n001;"A""\nx = ""b"\n', "batch.unsafe_cell", "Zeile 2"),
        ("ordner;ort\n001;A\\b\n", "batch.unsafe_cell", "Zeile 2"),
        ("ordner;ot\n001;Adorf\n", "batch.no_column", "Spalte „ort“"),
        ("ordner;ort\n001;A\n001;B\n", "batch.same_name", "werte.csv"),
        ("ordner;ort\nA/b;A\n", "batch.bad_name", "liste.toml"),
        ("ordner;ort\nnul;A\n", "batch.bad_name", "liste.toml"),
        ("ordner;ort\n_x;A\n", "batch.bad_name", "liste.toml"),
        ("ordner;ort\nA;x\na;y\n", "batch.same_name", "liste.toml"),
        ("ordner;ort\n", "batch.empty_table", "werte.csv"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_with_its_place(tmp_path, table, code, place):
    listed = write_template(write_town(tmp_path / "kreis"), table)
    with pytest.raises(ConfigError) as refused:
        jobs_of(listed)
    first = refused.value.problems[0]
    assert first.code == code
    assert place in first.place
    assert first.action


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", "batch.nothing_asked"),
        ('template = "v.toml"', "batch.half_template"),
        ('builds = ["x/*.toml"]', "batch.no_match"),
        ('template = "v.toml"\ntable = "t.csv"', "batch.no_template"),
        ('bilds = ["a.toml"]', "config.unknown_key"),
        ("builds = 3", "config.wrong_type"),
    ],
)
def test_a_list_that_names_nothing_is_refused(tmp_path, words, code):
    (tmp_path / "liste.toml").write_text(words, "utf-8")
    with pytest.raises(ConfigError) as refused:
        jobs_of(tmp_path / "liste.toml")
    assert refused.value.problems[0].code == code


def test_patterns_and_files_of_a_list_are_one_set(town):
    (town / "builds").mkdir(exist_ok=True)
    listed = town / "builds" / "liste.toml"
    listed.write_text('builds = ["../*.toml", "../ost.toml"]', "utf-8")
    asked = jobs_of(listed)
    assert [job.name for job in asked.jobs] == ["kaputt", "ost", "west"]
    assert ["notiz.toml" in p.message for p in asked.problems] == [True]  # met, not computed


def test_an_empty_folder_and_none_are_told(tmp_path):
    for place, code in ((tmp_path, "batch.no_builds"), (tmp_path / "weg", "batch.no_list")):
        with pytest.raises(ConfigError) as refused:
            jobs_of(place)
        assert refused.value.problems[0].code == code


# --- kills ----------------------------------------------------------------------------------------


def many(folder: Path, n: int) -> Path:
    town = write_town(folder)
    for i in range(n):
        write_build(town, "DC"[i % 2], title=f"b{i:02d}", **NO_LEDGER)
    return town


def started(town: Path, out: Path) -> subprocess.Popen:
    asked = [sys.executable, "-m", "sozialraum", "batch", str(town), "-o", str(out)]
    return subprocess.Popen(
        [*asked, "--workers", "2", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def wait_for(what, seconds=120):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("nothing within the time")


def lines_in(out: Path) -> int:
    return len(read_record(out))


@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
def test_a_run_that_was_killed_goes_on_where_it_stopped(tmp_path):
    town, out = many(tmp_path / "stadt", 6), tmp_path / "aus"
    run = started(town, out)
    wait_for(lambda: lines_in(out) >= 2)
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    stood = {name: (out / name / "manifest.json").stat().st_mtime_ns for name in read_record(out)}
    done = batch(town, out, workers=2)
    assert done.states["kept"] == len(stood) >= 2
    assert done.states["built"] == 6 - len(stood)
    for name, when in stood.items():
        assert (out / name / "manifest.json").stat().st_mtime_ns == when
    left = {p.name for p in out.iterdir()} - {f"b{i:02d}" for i in range(6)}
    assert left == {NAME, PAGE, TABLE}
    fresh = batch(town, tmp_path / "neu", workers=1)
    for line in fresh.lines:
        assert files_of(out / line["name"]) == files_of(fresh.folder / line["name"])


def children_of(pid: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            words, line = status.read_text().rpartition(")")[2].split(), status.parent
            if int(words[1]) == pid and b"spawn_main" in (line / "cmdline").read_bytes():
                found.append(int(line.name))
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for the workers in /proc")
def test_a_killed_worker_costs_no_build(tmp_path):
    town, out = many(tmp_path / "stadt", 6), tmp_path / "aus"
    run = started(town, out)
    wait_for(lambda: lines_in(out) >= 1)
    os.kill(children_of(run.pid)[0], signal.SIGKILL)
    told = json.loads(run.communicate(timeout=300)[0])
    assert told["states"] == {"built": 6, "kept": 0, "refused": 0, "lost": 0}
    assert {line["name"] for line in told["builds"]} == {f"b{i:02d}" for i in range(6)}


def test_a_build_that_kills_its_worker_each_time_is_given_up_and_the_others_stand(
    town, tmp_path, monkeypatch
):
    """A job that cannot even be handed over stands in for one that kills: its pool breaks."""
    from sozialraum.workflows.batch import workers

    monkeypatch.setattr(workers, "build_one", dying)
    jobs = [Job(name, str(town / f"{name}.toml")) for name in ("ost", "toedlich", "west")]
    lines = {line["name"]: line for line in in_processes(jobs, str(tmp_path), {}, 2)}
    assert {name: line["state"] for name, line in lines.items()} == {
        "ost": "built", "toedlich": "lost", "west": "built",
    }  # fmt: skip
    assert "abgebrochen" in lines["toedlich"]["errors"][0]


def dying(job, folder, known):
    if job.name == "toedlich":
        os._exit(9)
    return {"name": job.name, "state": "built", "stamp": "", "memory": None}


# --- cluster --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as made:
        yield made


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_a_cluster_of_two_workers_gives_the_same_bytes(town, done, cluster, tmp_path):
    there = batch(town, tmp_path / "aus", scheduler=cluster.scheduler_address)
    assert there.states == done.states | {"built": 2, "kept": 0}
    for name in ("ost", "west"):
        assert files_of(tmp_path / "aus" / name) == files_of(done.folder / name)


def test_an_address_without_scheduler_is_told(town, tmp_path):
    pytest.importorskip("distributed")
    with pytest.raises(ConfigError) as refused:
        batch(town, tmp_path / "aus", scheduler="nirgends://127.0.0.1:1")
    assert refused.value.problems[0].code == "batch.no_scheduler"
