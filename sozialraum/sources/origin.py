"""Where a fetched file comes from: written beside it, read by ``check`` and the build."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sozialraum.model import Problem
from sozialraum.texts import date, problem, text

_ENDING = ".herkunft.json"


@dataclass(frozen=True)
class Origin:
    """Where a file comes from.

    Parameters
    ----------
    file : its name as the fetch file has it
    url : the address; accounts stand in no address
    day : when it was fetched, as 2024-12-31
    sha256, size : of the file
    source, licence : as the fetch file says; "" where it says none
    features, matched : how many came, and how many the service said there are
    table : name of a table of GENESIS
    """

    file: str
    url: str
    day: str
    sha256: str
    size: int
    source: str = ""
    licence: str = ""
    features: int | None = None
    matched: int | None = None
    table: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that are set, for JSON."""
        return {k: v for k, v in asdict(self).items() if v not in (None, "")}

    def words(self) -> str:
        """Return the source in one line, for outputs."""
        named = self.source or self.url.split("?")[0]
        licence = f", {self.licence}" if self.licence else ""
        return text("fetch.source", source=named + licence, day=date(self.day))


def write_origin(path: Path, origin: Origin) -> None:
    """Write the origin of a file beside it."""
    body = json.dumps(origin.to_dict(), ensure_ascii=False, indent=2) + "\n"
    path.with_name(path.name + _ENDING).write_text(body, encoding="utf-8", newline="\n")


def origin_of(path: Path) -> Origin | None:
    """Return where a file comes from; None where nothing stands beside it."""
    beside = path.with_name(path.name + _ENDING)
    try:
        found = json.loads(beside.read_text(encoding="utf-8"))
        return Origin(**found)
    except (OSError, ValueError, TypeError):
        return None


def origin_problems(hashes: Mapping[str, str], root: Path) -> Iterator[Problem]:
    """Yield files that are others than those that were fetched.

    Parameters
    ----------
    hashes : file -> its SHA-256 as read
    root : the data folder
    """
    for file, found in hashes.items():
        origin = origin_of(root / file)
        if origin is not None and origin.sha256 != found:
            yield problem("fetch.edited", "warning", file=file, day=date(origin.day))


def origin_words(root: Path, files: Iterable[str]) -> tuple[str, ...]:
    """Return the sources of all files that were fetched, each once."""
    found = (origin_of(root / file) for file in dict.fromkeys(files))
    return tuple(dict.fromkeys(o.words() for o in found if o is not None))
