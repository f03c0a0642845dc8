"""A build in a process of its own: ended when it is no longer wanted, and a crash stays there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sozialraum.assistant.kinds import words_of


class Warming:
    """Kernels compiled while the person decides; once, and never beside a build."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin, unless it was begun."""
        if self._process is None:
            words = [sys.executable, "-m", "sozialraum", "warm", "--json"]
            nowhere = subprocess.DEVNULL
            self._process = subprocess.Popen(words, stdin=nowhere, stdout=nowhere, stderr=nowhere)

    def end(self) -> None:
        """End it; what is compiled stays."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()


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
        words = [sys.executable, "-m", "sozialraum", *words_of(path, out)]
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
