"""Start-up and whole builds, as a planner feels them: fresh processes.

A cold build compiles the kernels (empty Numba cache), a warm one finds them compiled.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from measure import Case

ROOT = Path(__file__).parents[1]
MUSTERSTADT = (ROOT / "config" / "musterstadt.toml").as_posix()
SHARED = Path(os.environ.get("SOZIALRAUM_SHARED", ROOT.parent / "shared"))


def fresh(*arguments: str, cold: bool = False) -> Callable[[], object]:
    """Return the work of one new interpreter; `cold` gives it an empty kernel cache."""

    def work() -> object:
        environment = dict(os.environ)
        with tempfile.TemporaryDirectory() as folder:
            if cold:
                environment["NUMBA_CACHE_DIR"] = folder
            return subprocess.run(
                [sys.executable, *arguments], check=True, capture_output=True, env=environment
            )

    return work


def built(build_file: str, *, data: Path | None = None, cold: bool = False) -> Callable[[], object]:
    """Return the work of building and writing everything in a new process."""
    out = Path(tempfile.gettempdir()) / "sozialraum-bench"
    words = ["-m", "sozialraum", "build", build_file, "-o", str(out)]
    run = fresh(*words, *(["--data", str(data)] if data else []), cold=cold)

    def work() -> object:
        shutil.rmtree(out, ignore_errors=True)
        return run()

    return work


def cases(small: bool = False) -> list[Case]:
    """Return the start-up and build cases; Berlin only where its data lies."""
    listed = [
        Case(
            "import sozialraum",
            fresh("-c", "import sozialraum"),
            {"bare interpreter": fresh("-c", "pass")},
            goal="≤ 0.05 s above the bare interpreter",
        ),
        Case("sozialraum --help", fresh("-m", "sozialraum", "--help"), goal="≤ 0.5 s"),
        Case("check", fresh("-m", "sozialraum", "check", MUSTERSTADT), size="Musterstadt"),
        Case("build, warm", built(MUSTERSTADT), goal="≤ 3 s", size="Musterstadt"),
    ]
    if small:
        return listed[:2]
    listed.append(Case("build, cold", built(MUSTERSTADT, cold=True), {}, "≤ 10 s", "Musterstadt"))
    berlin = (ROOT / "config" / "berlin_einschulung.toml").as_posix()
    if (SHARED / "data").is_dir():
        build = built(berlin, data=SHARED / "data", cold=True)
        listed.append(Case("build, cold", build, goal="≤ 20 s", size="Berlin, 447 → 346 areas"))
    return listed


def test_start_up_cases_run():
    for case in cases(small=True):
        assert case.ours().returncode == 0
