"""All attacks on protected counts in full: ``python benchmarks/attack_counts.py RECORD [KIND …]``.

Results are appended to RECORD (JSON lines) one by one; a run that was ended goes on where it
stopped. At the end the record is printed: per kind how many were tried, and what was found. The
test suite runs a seeded slice of each kind.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from highs_attack import leaks
from random_cities import random_city
from release_pairs import crossing_city, leaks_of_two
from rerun_attack import attack, random_table
from tiny_windows import enumerated_breaches, tiny_city
from window_laws import broken_laws, every_count

from sozialraum.privacy.audit.interval_audit import breaches, refine

Found = dict[str, object]


def laws(seed: int) -> Found:
    """Windows of every base up to 2,000 for k = seed + 1."""
    broken = broken_laws(*every_count(range(2001)), seed + 1)
    return {"windows": 8 * 2001, "bad": len(broken)}


def _tiny(seed: int, sets: int) -> Found:
    city = tiny_city(seed, sets)
    system = refine(city.zones)
    x, b = system.sums(city.cases), system.sums(city.base)
    found = breaches(system, x, b, city.low, city.high, city.attack).tolist()
    expected = enumerated_breaches(city)
    return {"with breaches": int(bool(expected)), "bad": int(found != expected)}


def tiny_two(seed: int) -> Found:
    """The audit of two crossing sets of areas against every whole count."""
    return _tiny(seed, 2)


def tiny_three(seed: int) -> Found:
    """The audit of three crossing sets of areas against every whole count."""
    return _tiny(seed, 3)


def cities(seed: int) -> Found:
    """Exact attack on a random city, by its files alone and with exact totals."""
    city = random_city(seed)
    protected = city.protect().protected
    tables = len(city.cases.columns) * len(city.places)
    return {
        "tables": tables,
        "tables not told": len(protected.unpublished),
        "cities without any table": int(len(protected.unpublished) == tables),
        "leaks of files alone": len(leaks(city, protected, totals=False)),
        "bad": len(leaks(city, protected, totals=True)),
    }


def rerun(seed: int) -> Found:
    """The attacker who runs the program on every count vector, of tables published and not."""
    found = attack(*random_table(seed))
    listed = found.vectors > 0
    return {
        "published and listed": int(not found.reason and listed),
        "refused by the audit and listed": int(found.reason == "audit" and listed),
        "refused from public figures": int(found.reason not in ("", "audit")),
        "too many to list": int(found.reason in ("", "audit") and not listed),
        "bad": found.few,
    }


def renamed(seed: int) -> Found:
    """The same counts on two crossing sets of areas, one release each."""
    city = crossing_city(seed, parts=False)
    names = [*city.cases.columns]
    return {"bad": len(leaks_of_two(city, names, names))}


def parts(seed: int) -> Found:
    """A sum on one set of areas, then its parts on the crossing one."""
    city = crossing_city(seed, parts=True)
    return {"bad": len(leaks_of_two(city, ["sum"], ["v0", "v1"]))}


KINDS: dict[str, tuple[Callable[[int], Found], int]] = {
    "laws": (laws, 10),
    "tiny_two": (tiny_two, 1000),
    "tiny_three": (tiny_three, 1000),
    "cities": (cities, 1100),
    "rerun": (rerun, 5000),
    "renamed": (renamed, 300),
    "parts": (parts, 300),
}


def main(arguments: list[str]) -> int:
    """Run what is missing, print the record, and return 1 if anything bad was found."""
    record, kinds = Path(arguments[0]), arguments[1:] or list(KINDS)
    done = _read(record)
    with record.open("a", encoding="utf-8") as file:
        for kind in kinds:
            run, number = KINDS[kind]
            for seed in range(number):
                if (kind, seed) in done:
                    continue
                start = time.process_time()
                done[kind, seed] = run(seed) | {"seconds": time.process_time() - start}
                line = {"kind": kind, "seed": seed, **done[kind, seed]}
                print(json.dumps(line), file=file, flush=True)
    return _print(done)


def _read(record: Path) -> dict[tuple[str, int], Found]:
    lines = record.read_text("utf-8").splitlines() if record.exists() else []
    found = [json.loads(line) for line in lines]
    return {(line.pop("kind"), line.pop("seed")): line for line in found}


def _print(done: dict[tuple[str, int], Found]) -> int:
    bad = 0
    for kind, (run, _) in KINDS.items():
        results = [found for (name, _), found in done.items() if name == kind]
        sums = {
            key: round(sum(float(found[key]) for found in results), 1)
            for key in (results[0] if results else ())
        }
        bad += int(sums.get("bad", 0))
        told = ", ".join(f"{key} {value:g}" for key, value in sums.items())
        print(f"{kind}: {len(results)} seeds; {told}. {run.__doc__}")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
