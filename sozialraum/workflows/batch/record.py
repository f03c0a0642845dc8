"""What a batch has done already: one line per build, written as soon as its result stands."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from sozialraum.workflows.batch.one_build import Line

NAME = "stand.jsonl"
_NOT_KEPT = ("memory",)


def read_record(folder: Path) -> dict[str, Line]:
    """Return the last line of each build by name; a line that a kill cut off counts for nothing."""
    path = folder / NAME
    if not path.is_file():
        return {}
    lines: dict[str, Line] = {}
    for raw in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            line = json.loads(raw)
        except ValueError:
            continue
        if isinstance(line, dict) and isinstance(line.get("name"), str) and "state" in line:
            lines[line["name"]] = line
    return lines


def note_line(folder: Path, line: Line) -> None:
    """Write one line so that it outlives a kill of the whole run."""
    with (folder / NAME).open("a", encoding="utf-8", newline="\n") as out:
        out.write(_text(line))
        out.flush()
        os.fsync(out.fileno())


def rewrite(folder: Path, lines: Iterable[Line]) -> None:
    """Write the record anew, a line per build by name: the same after any order of work."""
    fresh = folder / f".{NAME}.neu"
    words = "".join(_text(line) for line in sorted(lines, key=lambda one: str(one["name"])))
    fresh.write_text(words, encoding="utf-8", newline="\n")
    fresh.replace(folder / NAME)


def _text(line: Line) -> str:
    kept = {key: value for key, value in line.items() if key not in _NOT_KEPT}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True) + "\n"
