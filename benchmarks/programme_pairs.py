"""Programmes that are protected alike give the same public bytes; nobody is given away in any.

    python benchmarks/programme_pairs.py RECORD.jsonl [SEEDS]

One line per seed goes to the record; a run that was stopped goes on where it stopped.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from random_programmes import alike

from sozialraum.publish.participation import write_participation
from sozialraum.workflows.participation.releasing import ReleasedProgramme

SEEDS = 400


def written(made: ReleasedProgramme, folder: Path) -> dict[str, bytes]:
    """Return the public files of a release."""
    return {p.name: p.read_bytes() for p in write_participation(made.release, folder)}


def differing(pair: tuple[ReleasedProgramme, ReleasedProgramme]) -> list[str]:
    """Return the files of two releases that are not equal to the byte."""
    with tempfile.TemporaryDirectory() as folder:
        one, other = (written(m, Path(folder) / str(n)) for n, m in enumerate(pair))
    return sorted(n for n in {*one, *other} if one.get(n) != other.get(n))


def main(record: Path, seeds: int) -> int:
    """Go through the seeds that the record lacks; return how many pairs differ."""
    lines = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
    known = {line["seed"]: line for line in map(json.loads, lines)}
    with record.open("a", encoding="utf-8") as file:
        for seed in (s for s in range(seeds) if s not in known):
            pair = alike(seed)
            files = None if pair is None else differing(pair)
            known[seed] = {"seed": seed, "differing": files}
            file.write(json.dumps(known[seed]) + "\n")
            file.flush()
    pairs = [line["differing"] for line in known.values() if line["differing"] is not None]
    wrong = sum(bool(files) for files in pairs)
    print(f"{len(pairs)} pairs of {len(known)} seeds, {wrong} with other bytes")
    return wrong


if __name__ == "__main__":
    stated = int(sys.argv[2]) if len(sys.argv) > 2 else SEEDS
    sys.exit(main(Path(sys.argv[1]), stated) > 0)
