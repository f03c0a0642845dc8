"""Paths in commands that people copy from a message into a terminal."""

from __future__ import annotations

import re
from pathlib import PurePath

# What needs no marks in bash, cmd and PowerShell.
_PLAIN = re.compile(r"[\w./:\\-]+")


def shell_word(path: PurePath | str) -> str:
    """Return a path as one word of a command, in quotation marks where a terminal needs them.

    Examples
    --------
    >>> shell_word("config/Neustadt.toml"), shell_word("config/Bad Neustadt.toml")
    ('config/Neustadt.toml', '"config/Bad Neustadt.toml"')
    """
    plain = path.as_posix() if isinstance(path, PurePath) else path
    return plain if _PLAIN.fullmatch(plain) else f'"{plain}"'
