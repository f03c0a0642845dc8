"""``ledger new``, ``show`` and ``import``: the releases of an office."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError
from sozialraum.model.problem import Plain
from sozialraum.privacy.ledger import HEAD_SHOWN, new_ledger, open_ledger
from sozialraum.privacy.old_ledger import import_old
from sozialraum.publish.folder import result_around
from sozialraum.texts import problem
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.outcome import Outcome


@dataclass(frozen=True)
class Releases(Outcome):
    """The releases of a ledger that is whole; for the office alone.

    Parameters
    ----------
    ledger : the file
    releases : number, title, date, audience and head of each, oldest first
    imported : how many releases a former ledger held, and the number of the entry they became;
        None where none was taken over
    """

    _file: ClassVar[str] = "freigaben.json"
    _for_office: ClassVar[bool] = True

    ledger: Path
    releases: tuple[dict[str, str | int], ...]
    imported: tuple[int, int] | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """No findings: a ledger that is not whole is not opened."""
        return ()

    def summary(self) -> dict[str, Plain]:
        """Return the releases as they may be listed: no window, no fingerprint."""
        return {"releases": list(self.releases), "imported": self.imported}


@own_errors
def make_ledger(ledger: str | Path, key: str | Path) -> Releases:
    """Make an empty ledger and its key.

    Parameters
    ----------
    ledger, key : two files that do not exist yet, in no result folder

    Raises
    ------
    ConfigError
        If one of them exists, both are the same, or one would lie in a result folder.
    """
    found = []
    for name, path in (("privacy.ledger_public", ledger), ("privacy.ledger_key_public", key)):
        if result_around(Path(path)) is not None:
            found.append(problem(name, file=Path(path).name))
    if found:
        raise ConfigError(found)
    new_ledger(ledger, key)
    return list_releases(ledger, key)


@own_errors
def list_releases(ledger: str | Path, key: str | Path) -> Releases:
    """Return the releases of a ledger, oldest first.

    No window and no fingerprint is among them.

    Raises
    ------
    ConfigError, DisclosureError
        If the key does not fit, a line was changed, or lines are missing.
    """
    keys = ("number", "title", "date", "audience")
    listed = (
        {k: entry[k] for k in keys} | {"head": entry["mac"][:HEAD_SHOWN]}
        for entry in open_ledger(ledger, key).entries
    )
    return Releases(Path(ledger), tuple(listed))


@own_errors
def import_ledger(old: str | Path, ledger: str | Path, key: str | Path) -> Releases:
    """Take a ledger of version 0.1 over into a new one, as one entry.

    Returns
    -------
    The releases of the new one, with what was `imported`. A second import of the same file adds
    nothing.

    Raises
    ------
    ConfigError, DisclosureError
        If one of the two was changed, or lines are missing.
    """
    recorded, count = import_old(old, open_ledger(ledger, key))
    listed = list_releases(ledger, key).releases
    return Releases(Path(ledger), listed, (count, recorded.number))
