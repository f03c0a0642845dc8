"""A result folder is the old or the new one, whole, whatever happens while it is written."""

import errno
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sozialraum.model.errors import DataError
from sozialraum.model.file_lock import Locked, locked_for_writing
from sozialraum.publish.folder import recovered, refuse_shared, result_around, whole_folder

KILLS = int(os.environ.get("SOZIALRAUM_KILLS", "25"))
FILES = 6

# a run that writes one whole result after the other, each of one word in all of its files
WRITER = """
import hashlib, json, sys
from pathlib import Path
from sozialraum.publish.folder import whole_folder
target, n = Path(sys.argv[1]), 0
while True:
    n += 1
    with whole_folder(target) as fresh:
        outputs = {}
        for i in range(FILES):
            content = f"{n}".encode() * 200
            (fresh / f"{i}.txt").write_bytes(content)
            outputs[f"{i}.txt"] = hashlib.sha256(content).hexdigest()
        (fresh / "manifest.json").write_text(json.dumps({"title": str(n), "outputs": outputs}))
    if n == 1:
        print("one", flush=True)
""".replace("FILES", str(FILES))


def write(target: Path, word: str) -> None:
    with whole_folder(target) as fresh:
        outputs = {}
        for i in range(FILES):
            (fresh / f"{i}.txt").write_text(word)
            outputs[f"{i}.txt"] = hashlib.sha256(word.encode()).hexdigest()
        (fresh / "manifest.json").write_text(json.dumps({"title": word, "outputs": outputs}))


def is_whole(folder: Path) -> bool:
    outputs = json.loads((folder / "manifest.json").read_text())["outputs"]
    return len(outputs) == FILES and all(
        hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
        for name, digest in outputs.items()
    )


@pytest.mark.skipif(os.name == "nt", reason="a process is killed with SIGKILL")
def test_runs_killed_at_random_moments_leave_a_whole_result_and_nothing_else(tmp_path):
    rng = random.Random(4)
    for kill in range(KILLS):
        folder = tmp_path / str(kill)
        target = folder / "out"
        run = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(target)], stdout=subprocess.PIPE, text=True
        )
        assert run.stdout.readline() == "one\n"
        time.sleep(rng.uniform(0, 0.05))
        run.kill()
        run.wait()
        run.stdout.close()
        assert is_whole(recovered(target)), "after a look into the folder"
        write(target, "next")
        assert is_whole(target) and (target / "0.txt").read_text() == "next"
        assert [p.name for p in folder.iterdir()] == ["out"]


@pytest.mark.skipif(os.name == "nt", reason="a process is killed with SIGKILL")
@pytest.mark.parametrize("renames", [0, 1, 2])
def test_a_run_killed_before_between_and_after_the_two_renames(tmp_path, renames):
    target = tmp_path / "out"
    write(target, "old")
    code = f"""
import os, signal, sys
from pathlib import Path
real, done = Path.rename, 0
def rename(self, to):
    global done
    if done == {renames}:
        os.kill(os.getpid(), signal.SIGKILL)
    done += 1
    found = real(self, to)
    if done == {renames} == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return found
Path.rename = rename
sys.argv[1:] = [{str(target)!r}]
exec({WRITER!r})
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True)
    assert run.returncode == -signal.SIGKILL
    assert is_whole(recovered(target))
    assert ((target / "0.txt").read_text() == "old") == (renames < 2)
    write(target, "next")
    assert [p.name for p in tmp_path.iterdir()] == ["out"] and is_whole(target)


def test_the_folder_of_an_earlier_version_killed_half_way_is_put_in_order_too(tmp_path):
    write(tmp_path / "out", "old")
    (tmp_path / "out").rename(tmp_path / ".out.alt-4711")
    (tmp_path / ".out.neu-4711").mkdir()
    (tmp_path / ".out.neues").mkdir()  # nobody's leftover
    recovered(tmp_path / "out")
    assert sorted(p.name for p in tmp_path.iterdir()) == [".out.neues", "out"]
    assert is_whole(tmp_path / "out")


def test_two_runs_at_once_leave_one_result_and_a_message(tmp_path):
    target = tmp_path / "out"
    write(target, "old")
    with whole_folder(target) as fresh:
        with pytest.raises(DataError, match="schreibt gerade ein anderer Lauf"):
            write(target, "second")
        (fresh / "manifest.json").write_text(json.dumps({"title": "x", "outputs": {}}))
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert [p.name for p in target.iterdir()] == ["manifest.json"]


def test_a_lock_is_held_once_and_gone_afterwards(tmp_path):
    path = tmp_path / "x"
    with locked_for_writing(path), pytest.raises(Locked), locked_for_writing(path):
        pass
    assert not path.exists()
    with locked_for_writing(path):
        pass


@pytest.mark.parametrize(
    "manifest",
    ["{}", '{"name": "web app", "icons": []}', '{"outputs": ["a"], "title": "x"}', "no json"],
)
def test_a_manifest_of_somebody_else_protects_its_folder(tmp_path, manifest):
    target = tmp_path / "out"
    target.mkdir()
    (target / "manifest.json").write_text(manifest)
    (target / "app.js").write_text("important")
    with pytest.raises(DataError, match="nicht aus einem früheren Lauf"):
        write(target, "new")
    assert (target / "app.js").read_text() == "important"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_somebodys_file_in_a_result_is_named_and_stays(tmp_path):
    target = tmp_path / "out"
    write(target, "old")
    (target / "notizen.docx").write_text("important")
    (target / "Thumbs.db").write_text("x")
    (target / "~$index.xlsx").write_text("x")
    with pytest.raises(DataError) as refused:
        write(target, "new")
    assert refused.value.problems[0].found == "notizen.docx"
    assert (target / "notizen.docx").read_text() == "important" and is_whole(target)
    (target / "notizen.docx").rename(tmp_path / "notizen.docx")  # as the message advises
    write(target, "new")
    assert (target / "0.txt").read_text() == "new"


def test_a_file_put_in_while_the_run_writes_is_kept(tmp_path):
    target = tmp_path / "out"
    write(target, "old")
    with pytest.raises(DataError, match="auch andere Dateien"), whole_folder(target):
        (target / "neu.txt").write_text("important")
    assert (target / "neu.txt").exists() and (target / "0.txt").read_text() == "old"


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_to_a_folder_is_followed_and_a_link_inside_one_is_refused(tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real", target_is_directory=True)
    write(link, "new")
    assert link.is_symlink() and is_whole(tmp_path / "real")
    (tmp_path / "secret.txt").write_text("important")
    (tmp_path / "real" / "0.txt").unlink()
    (tmp_path / "real" / "0.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(DataError, match="auch andere Dateien"):
        write(link, "newer")
    assert (tmp_path / "secret.txt").read_text() == "important"


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_that_leads_nowhere_makes_the_folder_it_names(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "later")
    write(link, "new")
    assert link.is_symlink() and is_whole(tmp_path / "later")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_full_or_closed_disk_is_a_message_and_nothing_is_half_written(tmp_path, number):
    target = tmp_path / "out"
    write(target, "old")
    with pytest.raises(DataError) as refused, whole_folder(target) as fresh:
        (fresh / "0.txt").write_text("half")
        raise OSError(number, os.strerror(number))
    told = refused.value.problems[0]
    assert told.found == errno.errorcode[number] and "nennen" in told.action
    assert is_whole(target) and [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user who may not write")
def test_a_folder_that_may_not_be_written_is_a_message(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(DataError, match="lässt sich nicht schreiben"):
            write(tmp_path / "out", "new")
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    ("public", "office"),
    [("out", "out"), ("out", "out/intern"), ("amt/out", "amt"), ("out", "x/../out/amt/intern")],
)
def test_a_folder_of_the_office_lies_apart_from_the_public_one(tmp_path, public, office):
    with pytest.raises(DataError, match="würde mit veröffentlicht"):
        refuse_shared(tmp_path / public, tmp_path / office)
    refuse_shared(tmp_path / "out", tmp_path / "outside")


def test_links_do_not_hide_that_one_folder_lies_in_the_other(tmp_path):
    (tmp_path / "out").mkdir()
    try:
        (tmp_path / "amt").symlink_to(tmp_path / "out", target_is_directory=True)
    except OSError:
        pytest.skip("no links here")
    for office in ("amt", "amt/intern"):
        with pytest.raises(DataError, match="würde mit veröffentlicht"):
            refuse_shared(tmp_path / "out", tmp_path / office)


def test_papers_of_the_office_never_take_the_place_of_a_public_result(tmp_path):
    write(tmp_path / "old", "old")
    with pytest.raises(DataError, match="tritt nie an seine Stelle"):
        refuse_shared(tmp_path / "out", tmp_path / "old")
    with pytest.raises(DataError, match="würde mit veröffentlicht"):
        refuse_shared(tmp_path / "out", tmp_path / "old" / "intern")
    assert result_around(tmp_path / "old" / "x" / "f.key") == (tmp_path / "old").resolve()
    manifest = json.loads((tmp_path / "old" / "manifest.json").read_text())
    (tmp_path / "old" / "manifest.json").write_text(json.dumps(manifest | {"level": "intern"}))
    refuse_shared(tmp_path / "out", tmp_path / "old")
