"""The key file of a release ledger: the secret of the office, number and head of the chain."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sozialraum.model.errors import ConfigError
from sozialraum.texts import problem


def read_key(path: Path, key: str | Path | None) -> dict[str, Any]:
    """Return what stands in the key file of the ledger `path`.

    Raises
    ------
    ConfigError
        If it is missing, no key, or readable by others.
    """
    if key is None or not Path(key).is_file():
        raise ConfigError(problem("privacy.ledger_key_missing", file=path.name))
    key = Path(key)
    if os.name == "posix" and key.stat().st_mode & 0o077:
        raise ConfigError(problem("privacy.ledger_key_readable", file=key.name))
    try:
        known = json.loads(key.read_text(encoding="utf-8"))
        secret = bytes.fromhex(known["secret"])
        ok = len(secret) == 32 and isinstance(known["number"], int) and len(known["head"]) == 64
    except (ValueError, KeyError, TypeError):
        ok = False
    if not ok:
        raise ConfigError(problem("privacy.ledger_key_broken", file=key.name))
    return known


def write_key(path: Path, known: Mapping[str, Any]) -> None:
    """Replace the key file as a whole; only its owner may read it."""
    new = path.with_name(path.name + ".neu")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(dict(known), file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
