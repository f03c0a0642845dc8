"""How much CPU time the trial run of every step adds to `check`.

``python benchmarks/check_trial.py`` prints, for build files of this repository, the CPU time of a
whole `check` and of the trial run in it, each the median of several turns. The goal is at most
60 ms for the trial run.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from sozialraum import check_build
from sozialraum.config import read_build
from sozialraum.workflows.build.delivery_reading import read
from sozialraum.workflows.build.geography.joining import join
from sozialraum.workflows.build.trial import trial_run

CONFIG = Path(__file__).parents[1] / "config"
FILES = ("musterstadt.toml", "musterstadt_hagen.toml", "fruehwarnung_musterstadt.toml")
TURNS = 7


def milliseconds(work: Callable[[], object]) -> float:
    """Return the median CPU time of some work, after one turn for imports and kernels."""
    work()
    taken = []
    for _ in range(TURNS):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return 1000 * statistics.median(taken)


if __name__ == "__main__":
    for name in FILES:
        file = CONFIG / name
        plan = read_build(file)
        whole = milliseconds(lambda file=file: check_build(file))
        trial = milliseconds(lambda plan=plan: trial_run(plan))
        delivery = read(plan)
        start = time.process_time()
        join(plan, delivery)
        first = 1000 * (time.process_time() - start)
        again = milliseconds(lambda plan=plan, delivery=delivery: join(plan, delivery))
        print(f"{name}: the join {first:.0f} ms, in the same process again {again:.0f} ms")
        print(f"{name}: check {whole:.0f} ms, of which the trial run {trial:.0f} ms")
