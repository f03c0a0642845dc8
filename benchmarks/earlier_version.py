"""A build of today beside one of an earlier version.

``python benchmarks/earlier_version.py FOLDER``: FOLDER is a checkout of the earlier version. Both
build the example city in turns, each in a process of its own, warm; what is counted is the time of
the processor, for clocks lie on a busy machine. Start and help are measured beside a bare Python.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parents[1]
# compiled modules, as an installed package has them
PYCACHE = str(Path(tempfile.gettempdir()) / "sozialraum-earlier-version")
BUILD = """
import sys, sozialraum
result = sozialraum.build(sys.argv[1])
result.save(sys.argv[2])
"""
STARTS = {
    "bare Python": ("-c", "pass"),
    "import sozialraum": ("-c", "import sozialraum"),
    "sozialraum --help": ("-m", "sozialraum", "--help"),
}


def seconds(command: Sequence[str], checkout: Path) -> float:
    """Return the processor seconds of a process and all it started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    env = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONPYCACHEPREFIX": PYCACHE}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run(
        [sys.executable, *command], cwd=checkout, env=env, check=True, stdout=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def build_seconds(checkout: Path) -> float:
    """Return the processor seconds of a build of the example city, with everything it writes."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "out"
        return seconds(("-c", BUILD, "config/musterstadt.toml", str(place)), checkout)


def main() -> None:
    """Print medians, and the ratio of the builds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("earlier", type=Path, help="checkout of the earlier version")
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    both = {"today": HERE, "earlier": given.earlier.resolve()}
    for checkout in both.values():
        build_seconds(checkout)  # compiles
    found: dict[str, list[float]] = {name: [] for name in both}
    for _ in range(given.times):
        for name, checkout in both.items():
            found[name].append(build_seconds(checkout))
    for name, values in found.items():
        print(f"{name}: {statistics.median(values):.2f} s ({min(values):.2f}-{max(values):.2f})")
    ratios = [a / b for a, b in zip(found["today"], found["earlier"], strict=True)]
    print(f"today / earlier: {statistics.median(ratios):.2f}")
    for name, command in STARTS.items():
        values = [seconds(command, HERE) for _ in range(given.times)]
        print(f"{name}: {statistics.median(values):.3f} s")


if __name__ == "__main__":
    main()
