"""What lies on the desk of one assistant: files, answers, the build file, its findings."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sozialraum.assistant.kinds import findings_of
from sozialraum.model import Problem
from sozialraum.model.options import LAYER_SUFFIXES, usable_path
from sozialraum.texts import text
from sozialraum.workflows.ledger import make_ledger
from sozialraum.workflows.new import (
    BuildDraft,
    add_deliveries,
    draft,
    look_below,
)

_FORBIDDEN = set('<>:"|?*\\/')
_LONGEST = 200
_KEY = "key:"
_LEDGER = {"ledger": "freigaben/freigaben.jsonl", "key": "geheim/freigaben.key"}
_SUFFIXES = {
    *(".csv", ".txt", ".tsv", ".gz", ".xlsx", ".xlsm", ".xls", ".ods", ".dbf", ".parquet", ".zip"),
    *(*LAYER_SUFFIXES, ".shx", ".prj", ".cpg"),
}
LARGEST = 512 * 2**20


class Stale(Exception):
    """A change that was made looking at an older state: another tab was faster."""


def usable_name(name: str) -> bool:
    """Tell whether a file that somebody sends may have this name.

    Examples
    --------
    >>> [usable_name(n) for n in ("Zahlen 2024.xlsx", "../a.csv", ".a.csv", "CON.csv", "a.exe")]
    [True, False, False, False, False]
    """
    plain = bool(name) and len(name) <= _LONGEST and name.isprintable()
    if not plain or name.startswith(".") or _FORBIDDEN & set(name):
        return False
    return usable_path(name) and Path(name).suffix.lower() in _SUFFIXES


class Desk:
    """Files in a folder of the user's own, and one build file.

    Parameters
    ----------
    opened : a build file to work on where it lies; None = files in a fresh folder, deleted at the
        end unless they were kept
    """

    def __init__(self, opened: Path | None = None) -> None:
        self.opened = opened
        self.folder = Path(tempfile.mkdtemp(prefix="sozialraum-"))
        self.data = self.folder / "daten"
        self.data.mkdir()
        self.path = opened or self.folder / "stadt.toml"
        self.place, self.state = "", 0
        self.replies: dict[str, str] = {}
        self._seen: Any = None
        self._draft: BuildDraft | None = None
        self._findings: tuple[Problem, ...] = ()

    # --- changes ----------------------------------------------------------------------------------

    def expect(self, state: object) -> None:
        """Refuse a change that saw another state.

        Raises
        ------
        Stale
            If it did.
        """
        if state != self.state:
            raise Stale

    def changed(self, *, files: bool = False) -> None:
        """Count a change; files are looked at anew."""
        self.state += 1
        if files:
            self._seen = None
        self._draft = None

    def remove(self, name: str) -> None:
        """Take a file off the desk."""
        if usable_name(name):
            (self.data / name).unlink(missing_ok=True)
        self.changed(files=True)

    def reply(self, one: str, value: str) -> None:
        """Keep an answer; an empty one takes it back."""
        if one.startswith(_KEY):
            self._seen = None  # everything below the head is recognised anew
        if one == "place":
            self.place = value.strip()
        elif value.strip():
            self.replies[one] = value.strip()
        else:
            self.replies.pop(one, None)
        self.changed()

    def write(self, words: str) -> None:
        """Replace the text of an opened build file."""
        if self.opened is not None:
            beside = self.path.with_name(f"{self.path.name}.neu")
            beside.write_text(words, encoding="utf-8", newline="")
            beside.replace(self.path)
        self.changed()

    def add(self) -> list[str]:
        """Add new deliveries of the data folder to an opened build file."""
        from sozialraum.config import read_build

        added = add_deliveries(self.path, read_build(self.path).root)
        if added.deliveries or added.stichtag is not None:
            added.save(self.path.parent)
        self.changed()
        return [d.file for d in added.deliveries] + [str(p) for p in added.problems]

    # --- what is there ----------------------------------------------------------------------------

    def files(self) -> list[str]:
        """Return the names of all files on the desk."""
        return sorted(p.name for p in self.data.iterdir() if not p.name.startswith("."))

    def propose(self) -> BuildDraft | None:
        """Return the build file for what is on the desk; None where there is none yet."""
        if self._draft is None and self.files() and self.opened is None:
            if self._seen is None:
                self._seen = look_below(self.data, keys=self._stated_keys())
            self._draft = draft(
                self._seen, self.place or text("assistant.place"), folder=self.data,
                path=self.path, replies=self.replies,
            )  # fmt: skip
        return self._draft

    def _stated_keys(self) -> dict[str, str]:
        """Return label of a table -> key column that was chosen by hand."""
        return {k.removeprefix(_KEY): v for k, v in self.replies.items() if k.startswith(_KEY)}

    @property
    def seen(self) -> Any:
        """What was recognised; None before `propose`."""
        return self._seen

    def text(self) -> str:
        """Return the build file as it is now; "" where there is none."""
        if self.opened is not None:
            return self.path.read_text(encoding="utf-8")
        made = self.propose()
        return "" if made is None else made.words()

    def check(self) -> tuple[Problem, ...]:
        """Return what ``check`` says about the build file."""
        if self.opened is None:
            words = self.text()
            if not words:
                return ()
            self.path.write_text(words, encoding="utf-8", newline="\n")
        self._findings = findings_of(self.path)
        return self._findings

    # --- the end ----------------------------------------------------------------------------------

    @property
    def result(self) -> Path:
        """The folder of the last build."""
        return self.folder / "ergebnis"

    def keep(self, base: Path, *, ledger: bool = False) -> Path:
        """Copy build file, data and result into a fresh folder below `base`.

        Parameters
        ----------
        ledger : a ledger of releases is made beside them, with its key, and named in the file
        """
        name = self.place or text("assistant.place")
        safe = name if usable_path(name) and not _FORBIDDEN & set(name) else "Stadt"
        target, n = base / safe, 1
        while target.exists():
            n += 1
            target = base / f"{safe} {n}"
        target.mkdir(parents=True)
        if ledger:
            make_ledger(target / _LEDGER["ledger"], target / _LEDGER["key"])
        words = self._kept_words(ledger=ledger)
        (target / f"{safe}.toml").write_text(words, encoding="utf-8", newline="\n")
        shutil.copytree(self.data, target / "daten")
        if self.result.is_dir():
            shutil.copytree(self.result, target / "ergebnis")
        return target

    def _kept_words(self, *, ledger: bool) -> str:
        """Return the build file as it is kept, with its ledger where there is one."""
        if not ledger or self._seen is None:
            return self.text()
        made = draft(
            self._seen, self.place or text("assistant.place"), folder=self.data,
            path=self.path, replies={**self.replies, **_LEDGER},
        )  # fmt: skip
        return made.words()

    def clear(self) -> None:
        """Delete the folder of the desk."""
        shutil.rmtree(self.folder, ignore_errors=True)


def finding_values(problem: Problem) -> Mapping[str, str]:
    """Return a finding for the page."""
    return {
        "severity": problem.severity,
        "place": problem.place,
        "message": problem.message,
        "expected": problem.expected or "",
        "found": problem.found or "",
        "action": problem.action or "",
    }
