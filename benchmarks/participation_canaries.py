"""Damaged and killed participation runs: no word of an unmistakable child leaves the memory.

    python benchmarks/participation_canaries.py --count 500 --record out/canaries.jsonl

One of thirty children has a name, a birth date and an address that stand nowhere else, in three
bookings. Each run damages one of the four files (`mutations`), or none; every third is killed at a
random moment. Afterwards every byte of every file that the run made is searched for those words in
all disguises, and the names of the files too: result, temporary files, home, cache, output and
messages. A run is named by seed and number; a record goes on where it stopped. Needs a system with
``fork``.

    written, refused     the run ended by itself
    killed               the run was killed while it worked
    leak, fault, hang    a word was found; a traceback; no end within the time: exit code 1
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parent))

from mutations import mutations_of
from participation.small_programme import DISGUISES, GIVEN, write_small

ROOT = Path(__file__).parents[1]
FILES = ("anmeldungen.csv", "anmeldungen.csv", "anmeldungen.csv", "adressen.csv", "kinder.csv",
         "teilnahme.toml", "")  # fmt: skip
BAD = ("leak", "fault", "hang")
LONGEST = 120  # seconds for one run; it takes less than one


def prepare(folder: Path, seed: int, n: int) -> dict[str, object]:
    """Write the files of a programme into a folder and damage one; return what was done where.

    A negative number leaves them sound and the run alive.
    """
    rng = random.Random(f"{seed} {n}")
    write_small(folder)
    records = folder / "daten" / "anmeldungen.csv"
    head, *rows = records.read_text("utf-8").splitlines()
    (child,) = (row for row in rows if GIVEN in row)
    rows.insert(0, child)
    rows.append(child.replace("A2", "A1"))
    records.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    name = rng.choice(FILES) if n >= 0 else ""
    killed = rng.random() if n >= 0 and n % 3 == 2 else None
    done: dict[str, object] = {"n": n, "file": name, "moment": killed}
    if not name:
        return done
    file = folder / name if name.endswith(".toml") else folder / "daten" / name
    kinds = mutations_of(file)
    kind = rng.choice(sorted(kinds))
    file.write_bytes(kinds[kind](file.read_bytes(), rng))
    return done | {"kind": kind}


def run_in_child(folder: Path) -> int:
    """Start the command in a process of its own, all it says in a file; return its number."""
    started = os.fork()
    if started:
        return started
    os.chdir(folder / "home")
    os.environ |= {"HOME": str(folder / "home"), "XDG_CACHE_HOME": str(folder / "home")}
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder / "home")
    said = os.open(folder / "said.txt", os.O_WRONLY | os.O_CREAT, 0o600)
    for stream in (1, 2):
        os.dup2(said, stream)
    sys.argv = ["sozialraum", "participation", str(folder / "teilnahme.toml"), "--data",
                str(folder / "daten"), "-o", str(folder / "out")]  # fmt: skip
    code = 70
    try:
        from sozialraum.cli.running import run

        run()
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def outcome(seed: int, n: int, usual: float) -> dict[str, object]:
    """Return what became of one run that takes `usual` seconds."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "home").mkdir()
        done = prepare(folder, seed, n)
        child, code, moment = run_in_child(folder), None, done["moment"]
        end = time.monotonic() + (LONGEST if moment is None else float(str(moment)) * usual)
        while code is None and time.monotonic() < end:
            ended, status = os.waitpid(child, os.WNOHANG)
            code = os.waitstatus_to_exitcode(status) if ended else None
            time.sleep(0.002)
        if code is None:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        found = leaks_below(folder)
    if found:
        return done | {"outcome": "leak", "found": found}
    if code is None:
        return done | {"outcome": "hang" if moment is None else "killed"}
    return done | {"outcome": {0: "written", 1: "refused"}.get(code, "fault"), "code": code}


def leaks_below(folder: Path) -> list[str]:
    """Return the files that a run made with one of the words in them; never the word."""
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        own = path.relative_to(folder)
        if own.parts[0] in ("daten", "teilnahme.toml"):
            continue
        raw = str(own).encode("utf-8", "surrogateescape") + b"\n" + path.read_bytes()
        if any(word in raw for word in DISGUISES):
            found.append(own.as_posix())
    return found


def main() -> int:
    """Run what the record lacks, and print the counts of all outcomes."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--count", type=int, default=500)
    asked.add_argument("--seed", type=int, default=2024)
    asked.add_argument("--record", type=Path, default=ROOT / "out" / "canaries.jsonl")
    given = asked.parse_args()
    if not hasattr(os, "fork"):
        print("Needs a system with fork.")
        return 2
    import sozialraum.cli.running
    import sozialraum.workflows.participation.run  # noqa: F401  loaded once, before all children

    given.record.parent.mkdir(parents=True, exist_ok=True)
    done = _lines(given.record)
    outcome(given.seed, -1, 0.0)  # a sound run: warms the caches
    start = time.monotonic()
    outcome(given.seed, -1, 0.0)
    usual = time.monotonic() - start
    with given.record.open("a", encoding="utf-8") as record:
        for n in range(len(done), given.count):
            record.write(json.dumps(outcome(given.seed, n, usual)) + "\n")
            record.flush()
    return report(_lines(given.record)[: given.count])


def _lines(record: Path) -> list[dict[str, object]]:
    text = record.read_text("utf-8") if record.is_file() else ""
    return [json.loads(line) for line in text.splitlines()]


def report(done: list[dict[str, object]]) -> int:
    """Print how often each outcome came, and every bad one."""
    counts = collections.Counter(str(line["outcome"]) for line in done)
    print(json.dumps({"runs": len(done), **counts}))
    bad = [line for line in done if line["outcome"] in BAD]
    for line in bad:
        print(json.dumps(line))
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
