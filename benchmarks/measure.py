"""Timing two ways of doing the same thing in one run: alternating, as medians and ratios.

Absolute times on a shared machine are worth little; ratios inside one run hold. Each benchmark
module offers
``cases(small=False)``; ``python benchmarks/measure.py [NAME …]`` prints the table of the README.
"""

from __future__ import annotations

import gc
import importlib
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Case:
    """One piece of work, done by us and by peers.

    Parameters
    ----------
    name, size : what is done, on how much
    ours : does it once; the first call warms up
    peers : the same work by others, by name; each must give the same answer (tests see to that)
    goal : what the project wants, in words
    """

    name: str
    ours: Callable[[], object]
    peers: dict[str, Callable[[], object]] = field(default_factory=dict)
    goal: str = ""
    size: str = ""


def seconds(work: Callable[[], object]) -> float:
    """Return the wall time of one call."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(case: Case, rounds: int = 5) -> dict[str, float]:
    """Return the median seconds of ours and of each peer, measured in turn."""
    work = {"ours": case.ours, **case.peers}
    for run in work.values():
        run()
    taken: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, run in work.items():
            taken[name].append(seconds(run))
    return {name: statistics.median(times) for name, times in taken.items()}


def readable(time_taken: float) -> str:
    """Return seconds in a unit that suits."""
    if time_taken < 1e-3:
        return f"{time_taken * 1e6:.0f} µs"
    return f"{time_taken * 1e3:.1f} ms" if time_taken < 1 else f"{time_taken:.2f} s"


def row(case: Case, rounds: int = 5) -> str:
    """Return one line of the Markdown table."""
    medians = measure(case, rounds)
    ours = medians.pop("ours")
    peers = "; ".join(f"{name} {readable(t)} ({t / ours:.1f}×)" for name, t in medians.items())
    return f"| {case.name} | {case.size} | {readable(ours)} | {peers or '–'} | {case.goal or '–'} |"


def main(names: list[str]) -> None:
    """Print the table for the named benchmark modules (all, if none is named)."""
    here = Path(__file__).parent
    sys.path.insert(0, str(here))
    modules = names or sorted(p.stem for p in here.glob("bench_*.py"))
    print("| work | size | ours | peers (time, ratio peer/ours) | goal |\n|---|---|---|---|---|")
    for name in modules:
        for case in importlib.import_module(name).cases():
            print(row(case), flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"\npeak memory of the whole run: {peak:.1f} GiB", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
