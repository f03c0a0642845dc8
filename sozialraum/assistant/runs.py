"""A build in a process of its own: ended when it is no longer wanted, and a crash stays there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


class Run:
    """One build at a time.

    Parameters
    ----------
    log : folder for what the process says
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._begun = 0.0

    @property
    def running(self) -> bool:
        """Whether a build is on its way."""
        return self._process is not None and self._process.poll() is None

    def start(self, path: Path, out: Path) -> None:
        """Begin a build; one that runs is ended."""
        self.cancel()
        words = [sys.executable, "-m", "sozialraum", "build", str(path), "-o", str(out), "--json"]
        with self._file("out").open("wb") as said, self._file("err").open("wb") as wrong:
            self._process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=said, stderr=wrong,
                env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
            )  # fmt: skip
        self._begun = time.monotonic()

    def cancel(self) -> None:
        """End a build that runs; its folder is as it was before."""
        if self._process is not None and self.running:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    def status(self) -> dict[str, Any]:
        """Return how it stands: "none", "running", "done" or "failed", and what it said."""
        if self._process is None:
            return {"status": "none"}
        if self.running:
            return {"status": "running", "seconds": round(time.monotonic() - self._begun)}
        if self._process.returncode == 0:
            files = json.loads(self._read("out")).get("files", [])
            return {"status": "done", "files": files}
        return {"status": "failed", "words": self._read("err").strip()[-4000:]}

    def _file(self, name: str) -> Path:
        return self._log / f"lauf.{name}"

    def _read(self, name: str) -> str:
        return self._file(name).read_text(encoding="utf-8", errors="replace")
