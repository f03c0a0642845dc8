"""What the operating system refuses, in the words of the texts."""

from __future__ import annotations

import errno

from sozialraum.texts import catalogue


def system_reason(error: OSError) -> tuple[str, str]:
    """Return why a file could not be read or written with what to do, and the system's own name.

    Examples
    --------
    >>> system_reason(OSError(28, "No space left on device"))[1]
    'ENOSPC'
    """
    known = catalogue("pipeline")["system_reason"]
    name = errno.errorcode.get(error.errno or 0, "")
    # Windows says by a number of its own that another program holds a file open
    if getattr(error, "winerror", None) in (32, 33):
        name = "EBUSY"
    return known.get(name, known["other"]), name or type(error).__name__
