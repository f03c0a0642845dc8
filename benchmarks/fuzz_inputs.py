"""Random damage to the shipped inputs: every build ends in a result or in words.

    python benchmarks/fuzz_inputs.py --count 2000 --record out/fuzz_inputs.jsonl

Each mutation is named by seed and number; the record holds one line per mutation, and a run goes on
where the last one stopped. Outcomes:

    refused            our own error, with what to do
    same               accepted, and the table is the same
    told               accepted, another table, and a finding that the sound input does not have
    indistinguishable  accepted, another table, no finding: it could have been delivered like this
    silent             accepted, another table, no finding, although it should be seen
    fault, hang        a traceback inside, no end within the time, alone and at the second try too

The last three end the run with exit code 1. Above all stands the largest memory of a worker.
"""

from __future__ import annotations

import argparse
import collections
import faulthandler
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

ROOT = Path(__file__).parents[1]
DATA = ROOT / "shapes" / "musterstadt"
BAD = ("silent", "fault", "hang")
LONGEST = 180  # seconds for one mutation; a build of the whole city takes three
_LARGEST = 2 * 1024**3

SCHOOLS = """
title = "Übergänge"
stichtag = 2024-12-31
crs = "EPSG:25833"
orientation = "deprivation"
[areas.sprengel]
file = "sprengel.gpkg"
key = "sprengel"
name = "name"
width = 2
[[tables]]
file = "uebergaenge_2024.csv"
areas = "sprengel"
key = "sprengel"
width = 2
[join]
target = "sprengel"
[[points]]
file = "schulen.gpkg"
label = "Grundschulen"
name = "name"
[[outlines]]
file = "stadtteile.gpkg"
label = "Stadtteile"
name = "name"
[[indicators]]
id = "gymnasium"
label = "Empfehlung für das Gymnasium"
numerator = "gymnasium"
denominator = "kinder_klasse_4"
direction = "resource"
"""
# build file, its mutable files, and how often it is drawn
WHOLE = ("kleinraum_2024.csv", "bloecke.gpkg", "kinder_100m.tif", "sprengel.gpkg", "angebote.gpkg")
WORKBOOK = ("sozialdaten_2024.xlsx", "bezirke.gpkg", "sozialdaten_2023.dbf")
SMALL = ("uebergaenge_2024.csv", "sprengel.gpkg", "schulen.gpkg", "stadtteile.gpkg", "")


def build_files() -> dict[str, tuple[str, tuple[str, ...], int]]:
    """Return by name the text of a build file, the files damaged for it, and its share in 20."""

    def shipped(name: str) -> str:
        text = (ROOT / "config" / name).read_text("utf-8")
        text = text.replace('data        = "../shapes/musterstadt"', 'data = "."')
        head, _, tail = text.partition("[uncertainty]")
        return head + tail.partition("\n\n")[2] if tail else text

    return {
        "small": (SCHOOLS, SMALL, 16),
        "whole": (shipped("musterstadt.toml"), (*WHOLE, ""), 2),
        "workbook": (shipped("musterstadt_hagen.toml"), (*WORKBOOK, ""), 2),
    }


def mutate(folder: Path, seed: int, n: int, only: str = "") -> dict[str, str]:
    """Damage one input of one of the build files in a folder; return what was done where."""
    from mutations import mutations_of, other_numbers

    rng = random.Random(f"{seed} {n}")
    cases = build_files()
    name = only or rng.choices(list(cases), [share for _, _, share in cases.values()])[0]
    text, files, _ = cases[name]
    write_inputs(folder, text)
    file = folder / (rng.choice(files) or "bau.toml")
    kinds = mutations_of(file)
    kind = rng.choice(sorted(kinds))
    damaged = kinds[kind](file.read_bytes(), rng)
    if file.suffix == ".csv" and other_numbers(file.read_bytes(), damaged):
        kind = "digit"  # whatever was cut out or put in: another plausible number stands there
    file.unlink()  # never through a link into the shipped file
    file.write_bytes(damaged)
    return {"case": name, "file": file.name, "kind": kind}


def write_inputs(folder: Path, text: str) -> None:
    """Put a build file and the shipped data into a folder."""
    shutil.copytree(DATA, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
    (folder / "bau.toml").write_text(text, encoding="utf-8")


def run_build(folder: Path) -> tuple[str, list[str], list[str]]:
    """Return the digest of the table ("" if refused), findings, and faults."""
    import sozialraum
    from sozialraum.model.errors import SozialraumError
    from sozialraum.workflows.error_boundary import FAULT

    file = folder / "bau.toml"
    found = list(sozialraum.check_build(file))
    digest = ""
    try:
        result = sozialraum.build(file)
        found += result.problems
        digest = hashlib.sha256(result.table.to_csv().encode()).hexdigest()
    except SozialraumError as error:
        found += error.problems
    return digest, sorted({str(p) for p in found}), [str(p) for p in found if p.code == FAULT]


def outcome(
    seed: int, n: int, only: str, sound: dict[str, tuple[str, list[str]]]
) -> dict[str, object]:
    """Return what became of one mutation; `sound` holds digest and findings of the sound inputs."""
    from mutations import PLAUSIBLE

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        done: dict[str, object] = {"n": n, **mutate(folder, seed, n, only)}
        digest, findings, faults = run_build(folder)
    usual = sound[str(done["case"])]
    if faults:
        return done | {"outcome": "fault", "found": faults[:2]}
    if not digest:
        return done | {"outcome": "refused"}
    if digest == usual[0]:
        return done | {"outcome": "same"}
    new = sorted(set(findings) - set(usual[1]))
    if new:
        return done | {"outcome": "told", "found": new[:2]}
    kind = str(done["kind"])
    if kind in PLAUSIBLE or done["file"] == "bau.toml":
        return done | {"outcome": "indistinguishable", "found": PLAUSIBLE.get(kind, "Build-Datei")}
    return done | {"outcome": "silent"}


def work(seed: int, first: int, last: int, only: str) -> None:
    """Print one line of the record per mutation; a hang ends the process."""
    sound = {}
    for name, (text, _, _) in build_files().items():
        if only not in ("", name):
            continue
        with tempfile.TemporaryDirectory() as place:
            write_inputs(Path(place), text)
            digest, findings, _ = run_build(Path(place))
            sound[name] = (digest, findings)
    for n in range(first, last):
        faulthandler.dump_traceback_later(LONGEST, exit=True)
        done = outcome(seed, n, only, sound)
        faulthandler.cancel_dump_traceback_later()
        print(json.dumps(done | {"memory": _memory()}, ensure_ascii=False), flush=True)


def _memory() -> int:
    """Return the largest memory of this process in bytes; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


def main() -> int:
    """Run what the record lacks, and print the counts of all outcomes."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--count", type=int, default=2000)
    asked.add_argument("--seed", type=int, default=2024)
    asked.add_argument("--record", type=Path, default=ROOT / "out" / "fuzz_inputs.jsonl")
    asked.add_argument("--only", default="", choices=["", *build_files()])
    asked.add_argument("--work", type=int, nargs=2)
    given = asked.parse_args()
    if given.work:
        work(given.seed, *given.work, given.only)
        return 0
    given.record.parent.mkdir(parents=True, exist_ok=True)
    with given.record.open("a", encoding="utf-8") as record:
        while (done := _lines(given.record)) is not None and len(done) < given.count:
            first = len(done)
            command = [sys.executable, __file__, "--seed", str(given.seed), "--only", given.only]
            command += ["--work", str(first), str(given.count)]
            environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
            with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as worker:
                for line in worker.stdout or ():
                    record.write(line.decode("utf-8"))
                    record.flush()
            reached = len(_lines(given.record))
            if reached < given.count:  # on a busy machine the clock is no judge: once more, alone
                record.write(alone(command, reached, environment) + "\n")
                record.flush()
    return report(_lines(given.record)[: given.count])


def alone(command: list[str], n: int, environment: dict[str, str]) -> str:
    """Return the line of one mutation that was lost, tried again; a hang where it is lost again."""
    again = [*command[: command.index("--work")], "--work", str(n), str(n + 1)]
    done = subprocess.run(again, stdout=subprocess.PIPE, env=environment, check=False)
    lines = done.stdout.decode("utf-8").splitlines()
    return lines[-1] if lines else json.dumps({"n": n, "outcome": "hang", "code": done.returncode})


def _lines(record: Path) -> list[dict[str, object]]:
    text = record.read_text("utf-8") if record.is_file() else ""
    return [json.loads(line) for line in text.splitlines()]


def report(done: list[dict[str, object]]) -> int:
    """Print how often each outcome came, and every bad one."""
    counts = collections.Counter(str(line["outcome"]) for line in done)
    memory = max((int(str(line.get("memory", 0))) for line in done), default=0)
    print(json.dumps({"mutations": len(done), **counts, "memory_mb": memory // 2**20}))
    bad = [line for line in done if line["outcome"] in BAD]
    for line in bad:
        print(json.dumps(line, ensure_ascii=False))
    return 1 if bad or memory > _LARGEST else 0


if __name__ == "__main__":
    raise SystemExit(main())
