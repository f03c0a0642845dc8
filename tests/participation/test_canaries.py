"""One child with unmistakable words: none of them leaves memory, in no disguise, at no failure."""

import copy
import faulthandler
import io
import logging
import os
import pickle
import subprocess
import sys
import tempfile
import traceback
import warnings
from pathlib import Path

import pandas as pd
import pytest
from participation.small_programme import (
    BIRTH,
    DISGUISES,
    GIVEN,
    STREET,
    SURNAME,
    assert_no_canary,
    assert_no_canary_below,
    run,
)
from rich.console import Console
from rich.traceback import Traceback

from sozialraum.model.errors import DataError, DisclosureError, SozialraumError
from sozialraum.sources.registrations.pseudonyms import PseudonymKey
from sozialraum.workflows.participation import registrations

CELL = f"{GIVEN} {SURNAME}, {STREET} 4711, {BIRTH}"
STAGES = {
    "reading": "sozialraum.workflows.participation.record_rows.read_grid",
    "matching": "sozialraum.workflows.participation.registrations.match_addresses",
    "linking": "sozialraum.workflows.participation.registrations.find_children",
    "comparing": "sozialraum.sources.registrations.duplicates.same_given_name",
    "counting": "sozialraum.workflows.participation.registrations.count_participation",
    "hashing": "sozialraum.workflows.participation.registrations.make_pseudonyms",
    "protecting": "sozialraum.workflows.participation.releasing.protect_programme",
    "writing": "sozialraum.publish.participation.participation_page",
}
KINDS = {
    "pandas": lambda: pd.to_numeric(pd.Series([CELL])),
    "nested": lambda: nested(),
    "interrupted": lambda: interrupted(),
}


def nested():
    try:
        raise KeyError(CELL)
    except KeyError as first:
        raise RuntimeError(CELL) from first


def interrupted():
    try:
        raise ValueError(CELL)
    finally:
        raise KeyboardInterrupt


def every_way_to_show(error):
    """Return an exception as Python and rich show it with all local variables, and its parts."""
    console = Console(file=io.StringIO(), width=200)
    parts = (type(error), error, error.__traceback__)
    console.print(Traceback.from_exception(*parts, show_locals=True, locals_max_string=None))
    told = traceback.TracebackException(*parts, capture_locals=True)
    chain = [error.__cause__, error.__context__, getattr(error, "problems", ()), error.args]
    return [
        str(error),
        repr(error),
        console.file.getvalue(),
        *told.format(),
        *(repr(link) for link in chain),
        *getattr(error, "__notes__", ()),
    ]


@pytest.fixture
def watched(folder, monkeypatch, capfd, caplog):
    """Run in a folder of its own for temporary files; return a check of all that came out."""
    (folder / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "tmp"))

    def check():
        assert_no_canary(*capfd.readouterr(), caplog.text)
        assert_no_canary_below(folder, but=("daten",))

    with caplog.at_level(logging.DEBUG), warnings.catch_warnings():
        warnings.simplefilter("default")
        yield check


def test_the_search_finds_a_canary_in_every_disguise(tmp_path):
    for raw in DISGUISES:
        with pytest.raises(AssertionError):
            assert_no_canary(b"..." + raw + b"...")


def test_a_run_that_ends_well_leaves_no_trace(folder, watched):
    result = run(folder, key=PseudonymKey(bytearray(range(32)), purpose="Verlauf"))
    result.save(folder / "out")
    print(result, result.released, result.problems, result.released.areas, result.plan)
    logging.getLogger("x").debug("%r", result)
    watched()
    numba = os.environ.get("NUMBA_CACHE_DIR")
    caches = [Path(registrations.__file__).parent / "__pycache__"]
    assert_no_canary_below(*caches, *([Path(numba)] if numba else []))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stage", STAGES)
def test_a_run_that_fails_halfway_leaves_no_trace(folder, watched, monkeypatch, stage, kind):
    def fail(*arguments, **options):
        logging.getLogger("sozialraum").debug("failing")
        if stage in ("protecting", "writing"):  # no record is there any more that could be quoted
            raise (KeyboardInterrupt if kind == "interrupted" else RuntimeError)
        KINDS[kind]()

    monkeypatch.setattr(STAGES[stage], fail)
    secret = bytearray(range(32))
    before = {p.name for p in folder.iterdir()}
    with pytest.raises((SozialraumError, KeyboardInterrupt, RuntimeError)) as caught:
        run(folder, key=PseudonymKey(secret, purpose="Verlauf")).save(folder / "out")
    error = caught.value
    if kind == "interrupted":
        assert type(error) is KeyboardInterrupt
    elif stage != "writing":
        assert isinstance(error, SozialraumError) and error.__context__ is None
    assert len(secret) == 0
    assert {p.name for p in folder.iterdir()} == before  # no result, no temporary folder
    assert_no_canary(*every_way_to_show(error))
    watched()


def test_a_dump_of_the_running_threads_names_functions_only(folder, monkeypatch, tmp_path):
    dumped = tmp_path / "dump"
    real = registrations.find_children

    def dump(*arguments):
        with dumped.open("w") as file:
            faulthandler.dump_traceback(file)
        return real(*arguments)

    monkeypatch.setattr("sozialraum.workflows.participation.registrations.find_children", dump)
    run(folder)
    assert "count_registrations" in dumped.read_text()
    assert_no_canary(dumped.read_bytes())


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit on Windows")
def test_a_crash_while_records_are_read_writes_no_image_of_the_memory(folder, monkeypatch):
    import resource

    limits = []
    real = registrations.find_children

    def look(*arguments):
        limits.append(resource.getrlimit(resource.RLIMIT_CORE)[0])
        return real(*arguments)

    before = resource.getrlimit(resource.RLIMIT_CORE)
    monkeypatch.setattr("sozialraum.workflows.participation.registrations.find_children", look)
    run(folder)
    assert limits == [0]
    assert resource.getrlimit(resource.RLIMIT_CORE) == before


def test_neither_counts_nor_pseudonyms_can_be_copied_or_pickled(folder):
    result = run(folder, key=PseudonymKey(bytearray(range(32)), purpose="Verlauf"))
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(DisclosureError):
            way(result)
    shown = f"{result!r} {result} {result.released!r}"
    assert not any(p in shown for p in result.pseudonyms)


def test_raw_counts_have_no_way_out(folder, monkeypatch):
    kept = []
    real = registrations.count_participation

    def keep(*arguments, **options):
        kept.append(real(*arguments, **options))
        return kept[0]

    monkeypatch.setattr(
        "sozialraum.workflows.participation.registrations.count_participation", keep
    )
    run(folder)
    (counted,) = kept
    for raw in (counted.cases, counted.offers):
        frame = raw.inside()
        numbers = {f"{n:g}" for n in frame.select_dtypes("number").to_numpy().ravel() if n >= 10}
        shown = f"{raw} {raw!r} {raw:>20} {raw._repr_html_()} {counted!r}"
        assert "values not shown" in shown and not any(f" {n} " in shown for n in numbers)
        for way in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError):
                way(raw)
        for name in ("to_csv", "to_json", "to_parquet", "plot", "__array__", "__dataframe__"):
            assert not hasattr(raw, name)
    from sozialraum.publish.participation import write_participation

    for unprotected in (counted, counted.cases, counted.cases.inside()):
        with pytest.raises(TypeError, match="ParticipationRelease"):
            write_participation(unprotected, folder / "out")
    assert not (folder / "out").exists()


@pytest.mark.parametrize("fails", [False, True])
def test_the_command_as_a_process_of_its_own_leaves_no_trace(folder, fails):
    home, cache = folder / "home", folder / "cache"
    home.mkdir()
    cache.mkdir()
    broken = (
        "import pandas as pd, sozialraum.workflows.participation.registrations as r;"
        f"r.find_children = lambda *a: pd.to_numeric(pd.Series([{CELL!r}]));"
        if fails
        else ""
    )
    program = folder / "daten" / "start.py"  # this file names the canary: it lies with the data
    program.write_text(
        f"import sys, faulthandler; faulthandler.enable()\n{broken}\n"
        "from sozialraum.cli import main\nmain()\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-W", "default", str(program), "participation"]
    command += [str(folder / "teilnahme.toml"), "--data", str(folder / "daten")]
    env = os.environ | {"HOME": str(home), "TMPDIR": str(home), "XDG_CACHE_HOME": str(cache)}
    if fails:  # compiling all of it anew takes long: once is enough
        env["PYTHONPYCACHEPREFIX"] = str(cache)
    done = subprocess.run(
        [*command, "-o", str(folder / "out")], capture_output=True, env=env, cwd=home, check=False
    )
    assert done.returncode == (1 if fails else 0), done.stderr.decode()
    assert (folder / "out").exists() is not fails
    assert (b"Kennung ValueError" in done.stderr.replace(b"\n", b" ")) is fails
    assert_no_canary(done.stdout, done.stderr)
    assert_no_canary_below(folder, but=("daten",))


def test_a_notebook_that_shows_everything_holds_no_trace(folder):
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient")
    cells = [
        "from sozialraum.workflows.participation.run import run_participation",
        f"r = run_participation({str(folder / 'teilnahme.toml')!r}, data={str(folder / 'daten')!r})",
        "r",
        "r.released.areas",
        "r.released",
        "r.problems",
        "vars(r)",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    client.NotebookClient(book, timeout=120).execute()
    assert_no_canary(nbformat.writes(book))


def test_a_cell_of_the_registrations_is_never_quoted_by_a_problem(folder):
    path = folder / "daten" / "anmeldungen.csv"
    body = path.read_text(encoding="utf-8")
    for damage in (
        body.replace(BIRTH, f"{GIVEN} am 13.2."),
        body.replace("vorname;", "Rufname;"),
        body.replace("4711", f"{STREET} links"),
        body.replace(f"{GIVEN};", f"{GIVEN};;;"),
        body.replace("\n", "\n\n") + '"' + CELL,
    ):
        path.write_text(damage, encoding="utf-8")
        try:
            told = [p.message for p in run(folder).problems]
        except DataError as error:
            told = [str(error), repr(error.problems)]
        assert_no_canary(*told)
