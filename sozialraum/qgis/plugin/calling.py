"""Running the installed program from within QGIS: its words go to the log, line by line."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

WORDS = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))
# QGIS sets these for its own Python; another Python would look for its modules in that of QGIS.
_OF_QGIS = ("PYTHONHOME", "PYTHONPATH", "PYTHONEXECUTABLE", "QT_PLUGIN_PATH", "GDAL_DATA",
            "PROJ_LIB", "GDAL_DRIVER_PATH", "LD_LIBRARY_PATH")  # fmt: skip


class NoProgram(Exception):
    """The program is not installed where it is looked for."""


def command_of(program: str, verb: str, *places: str, **options: str) -> list[str]:
    """Return the words of one call; empty options are left out."""
    told = [word for key, value in options.items() if value for word in (f"--{key}", value)]
    return [program, verb, *places, *told]


def run(
    command: Sequence[str], message: Callable[[str], object], stopped: Callable[[], bool]
) -> tuple[int, str]:
    """Run a command; return its code and what it said.

    Parameters
    ----------
    command : program and words
    message : called with every line as it comes
    stopped : whether the user has given up; the program is then ended
    """
    around = {key: value for key, value in os.environ.items() if key not in _OF_QGIS}
    hidden = {"creationflags": 0x08000000} if os.name == "nt" else {}  # no black window
    try:
        process = subprocess.Popen(
            list(command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, env={**around, "PYTHONUTF8": "1", "NO_COLOR": "1"},
            encoding="utf-8", errors="replace", **hidden,
        )  # fmt: skip
    except OSError:
        raise NoProgram(WORDS["no_program"].replace("@program@", command[0])) from None
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip())
        message(lines[-1])
        if stopped():
            process.terminate()
    return process.wait(), "\n".join(lines)
