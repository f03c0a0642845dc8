"""``ledger new``, ``show`` and ``import``: the releases of an office."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sozialraum.model.errors import ConfigError
from sozialraum.privacy.ledger import new_ledger, open_ledger, shown
from sozialraum.privacy.old_ledger import import_old
from sozialraum.publish.folder import result_around
from sozialraum.texts import problem
from sozialraum.workflows.error_boundary import own_errors


@own_errors
def make_ledger(ledger: str | Path, key: str | Path) -> None:
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


@own_errors
def list_releases(ledger: str | Path, key: str | Path) -> list[dict[str, Any]]:
    """Return number, title, date, audience and head of every release, oldest first.

    Raises
    ------
    ConfigError, DisclosureError
        If the key does not fit, a line was changed, or lines are missing.
    """
    return shown(open_ledger(ledger, key))


@own_errors
def import_ledger(old: str | Path, ledger: str | Path, key: str | Path) -> tuple[int, int]:
    """Take a ledger of version 0.1 over into a new one, as one entry.

    Returns
    -------
    How many releases the old one holds, and the number of the entry. A second import of the same
    file adds nothing.

    Raises
    ------
    ConfigError, DisclosureError
        If one of the two was changed, or lines are missing.
    """
    recorded, count = import_old(old, open_ledger(ledger, key))
    return count, recorded.number
