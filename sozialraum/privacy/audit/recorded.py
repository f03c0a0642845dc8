"""Files, then their entry in a ledger of the former kind; of participation runs alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

from sozialraum.model.errors import DisclosureError
from sozialraum.privacy.audit.ledger import Entry, Ledger, append, refuse_grown
from sozialraum.texts import problem

T = TypeVar("T")


def write_recorded(ledger: Ledger, entry: Entry | None, write: Callable[[], T]) -> T:
    """Write the files of an audited publication, then append its entry; return what was written.

    Parameters
    ----------
    ledger, entry : as audited; entry None where the same publication is in the ledger already
    write : writes everything or nothing

    Raises
    ------
    DisclosureError
        Before anything is written: if the ledger could not be appended to, or has grown since.
        Afterwards: if the entry could not be appended; the files must then not be passed on.
    """
    if entry is None or ledger.path is None:
        return write()
    folder = next(p for p in ledger.path.parents if p.exists())
    if not os.access(ledger.path if ledger.path.exists() else folder, os.W_OK):
        raise DisclosureError(problem("privacy.ledger_not_writable", file=ledger.path.name))
    refuse_grown(ledger)
    written = write()
    try:
        append(ledger, entry)
    except OSError as error:
        raise DisclosureError(problem("privacy.not_recorded", file=ledger.path.name)) from error
    return written
