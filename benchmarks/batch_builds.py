"""Many example cities at once: how much of a second worker arrives, and what a build costs.

    python benchmarks/batch_builds.py [BUILDS] [WORKERS]

One worker and several make the same builds, each in a fresh folder. Efficiency = wall time of one
worker / (wall time of several × their number); CPU seconds are those of all workers, their start
included. Kernels are compiled before.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from sozialraum.workflows.batch.batching import batch

ROOT = Path(__file__).parents[1]


def city_list(folder: Path, n: int) -> Path:
    """Write `n` build files of the example city beside each other."""
    words = (ROOT / "config" / "musterstadt.toml").read_text("utf-8")
    folder.mkdir()
    for i in range(n):
        named = words.replace("Musterstadt 2024", f"Musterstadt {i:03d}")
        (folder / f"stadt{i:03d}.toml").write_text(named, "utf-8")
    return folder


def timed(listed: Path, out: Path, workers: int) -> tuple[float, float, int | None]:
    """Return wall seconds, CPU seconds of the workers, largest memory of one."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = batch(listed, out, data=ROOT / "shapes" / "musterstadt", workers=workers)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.whole, done.states
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, done.memory


def main() -> None:
    """Print one line per number of workers."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 16
    several = int(sys.argv[2]) if len(sys.argv) > 2 else os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder:
        listed = city_list(Path(folder, "liste"), n)
        batch(listed, Path(folder, "warm"), data=ROOT / "shapes" / "musterstadt", workers=1)
        walls = {}
        for workers in (1, several):
            out = Path(folder, f"aus{workers}")
            walls[workers], cpu, memory = timed(listed, out, workers)
            held = "" if memory is None else f", {memory / 2**20:.0f} MiB per worker"
            print(f"{n} builds, {workers} workers: {walls[workers]:.1f} s wall, "
                  f"{cpu / n:.2f} CPU-s per build{held}")  # fmt: skip
            shutil.rmtree(out)
        print(f"efficiency per worker: {walls[1] / (several * walls[several]):.0%}")


if __name__ == "__main__":
    main()
