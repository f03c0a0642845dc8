"""Timing two ways of doing the same thing in one run: alternating, as medians and ratios.

Absolute times on a shared machine are worth little; ratios inside one run hold. Each benchmark
module offers ``cases(small=False)``; ``python benchmarks/measure.py [NAME …] [--only WORD …]``
prints the table of the README. Without a name every module runs, some cases for minutes; words
after ``--only`` keep the cases whose name has one of them. What runs is said while it runs. Beside
each time stands how much memory the work took on top of its input, where the system tells it
(Linux).
"""

from __future__ import annotations

import ctypes
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
    rounds : how often it is timed; fewer where a peer takes minutes
    """

    name: str
    ours: Callable[[], object]
    peers: dict[str, Callable[[], object]] = field(default_factory=dict)
    goal: str = ""
    size: str = ""
    rounds: int = 5


def seconds(work: Callable[[], object]) -> float:
    """Return the wall time of one call."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(case: Case) -> dict[str, float]:
    """Return the median seconds of ours and of each peer, measured in turn."""
    work = {"ours": case.ours, **case.peers}
    for run in work.values():
        run()
    taken: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(case.rounds):
        for name, run in work.items():
            taken[name].append(seconds(run))
    return {name: statistics.median(times) for name, times in taken.items()}


def peak_memory(work: Callable[[], object]) -> float | None:
    """Return by how many MiB resident memory rises at most during one call; None if not told.

    Memory freed before is given back first (glibc), so that the work has to fetch its own. Work
    done in other processes is not in it.
    """
    status, reset = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    if not reset.exists():
        return None
    gc.collect()
    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
        reset.write_text("5")  # the peak starts anew
    except OSError:
        return None
    before = _kibibytes(status, "VmRSS:")
    result = work()
    peak = _kibibytes(status, "VmHWM:")
    del result
    return (peak - before) / 1024


def _kibibytes(status: Path, name: str) -> int:
    line = next(line for line in status.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1])


def readable(time_taken: float) -> str:
    """Return seconds in a unit that suits."""
    if time_taken < 1e-3:
        return f"{time_taken * 1e6:.0f} µs"
    return f"{time_taken * 1e3:.1f} ms" if time_taken < 1 else f"{time_taken:.2f} s"


def row(case: Case) -> str:
    """Return one line of the Markdown table: medians of all rounds, peak memory of one call."""
    medians = measure(case)
    memory = {name: peak_memory(run) for name, run in {"ours": case.ours, **case.peers}.items()}
    told = {
        name: readable(t) + (f", {memory[name]:.0f} MB" if memory[name] is not None else "")
        for name, t in medians.items()
    }
    ours = medians.pop("ours")
    peers = "; ".join(f"{name} {told[name]} ({t / ours:.1f}×)" for name, t in medians.items())
    return f"| {case.name} | {case.size} | {told['ours']} | {peers or '–'} | {case.goal or '–'} |"


def main(words: list[str]) -> None:
    """Print the table for the named benchmark modules (all, if none is named).

    Raises
    ------
    SystemExit
        With one sentence where a word names nothing, before anything is measured.
    """
    if {"--help", "-h"} & set(words):
        print(__doc__)
        return
    sys.path.insert(0, str(Path(__file__).parent))
    modules, only = chosen(words)
    print("| work | size | ours | peers (time, memory, ratio peer/ours) | goal |")
    print("|---|---|---|---|---|", flush=True)
    told = 0
    for name in modules:
        _say(f"{name}: making the input")
        cases = importlib.import_module(name).cases()
        kept = [case for case in cases if not only or any(word in case.name for word in only)]
        for nr, case in enumerate(kept, 1):
            beside = f", beside {', '.join(case.peers)}" if case.peers else ""
            _say(f"{name} {nr}/{len(kept)}: {case.name}, {case.size}, {case.rounds} rounds{beside}")
            print(row(case), flush=True)
        told += len(kept)
    if not told:
        raise SystemExit(f"No case of {', '.join(modules)} has {' or '.join(only)} in its name.")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"\npeak memory of the whole run: {peak:.1f} GiB", file=sys.stderr)


def chosen(words: list[str]) -> tuple[list[str], list[str]]:
    """Return the modules that are named (all, if none is) and the words after ``--only``.

    Examples
    --------
    >>> chosen(["publish", "--only", "xlsx"])
    (['bench_publish'], ['xlsx'])
    """
    there = sorted(p.stem for p in Path(__file__).parent.glob("bench_*.py"))
    at = words.index("--only") if "--only" in words else len(words)
    named, only = words[:at], words[at + 1 :]
    if at < len(words) and not only:
        raise SystemExit("--only wants a word that stands in the names of the cases to keep.")
    whole = {word: word if word in there else f"bench_{word}" for word in named}
    unknown = [word for word, module in whole.items() if module not in there]
    if unknown:
        raise SystemExit(
            f"No benchmark is called {', '.join(unknown)}. There are: {', '.join(there)}."
        )
    return [whole[word] for word in named] or there, only


def _say(what: str) -> None:
    print(f"{what} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
