"""The Python that knows QGIS: Debian's QGIS belongs to the system, not to our environment."""

import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

PYTHON = "/usr/bin/python3"
LONGEST = 300


@cache
def missing():
    """Return why QGIS cannot be asked; "" where it can."""
    if not Path(PYTHON).exists():
        return "no system Python here"
    asked = subprocess.run(
        [PYTHON, "-c", "import qgis.core"], capture_output=True, env=surroundings(), timeout=LONGEST
    )
    return "" if asked.returncode == 0 else "no QGIS here: install Debian's package python3-qgis"


def surroundings():
    """Return the environment of QGIS: no screen, and none of our own packages."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return {**kept, "QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}


def run_in_qgis(script, *arguments):
    """Run a script in the Python of QGIS; skip with words where there is none."""
    if why := missing():
        pytest.skip(why)
    done = subprocess.run(
        [PYTHON, str(script), *map(str, arguments)],
        capture_output=True, env=surroundings(), timeout=LONGEST, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
