"""Word and PowerPoint files: opened from the town's template, written with the same bytes twice."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from typing import Any, Literal

from sozialraum.model.errors import ConfigError
from sozialraum.texts import problem

Kind = Literal["docx", "pptx"]
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can say
_DRAWN = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def open_document(kind: Kind, template: bytes | None) -> Any:
    """Return a new document of a kind, in the looks of the template.

    Raises
    ------
    ConfigError
        If the package that writes such files is not installed.
    """
    source = None if template is None else io.BytesIO(template)
    try:
        if kind == "docx":
            from docx import Document

            return Document(source)
        from pptx import Presentation

        return Presentation(source)
    except ImportError as error:
        raise ConfigError(problem("publish.no_office")) from error


def opens_as(kind: Kind, content: bytes) -> bool:
    """Tell whether a file is a document of a kind that can be written into."""
    try:
        open_document(kind, content)
    except ConfigError:
        raise
    except Exception:  # whatever a damaged or foreign file makes of a reader
        return False
    return True


def describe_document(document: Any, *, title: str, author: str, day: str) -> None:
    """Fill in the properties of a document; nothing of this machine or of its user is in them.

    `day` is the Stichtag as ISO date: the day it is written is nobody's business.
    """
    said = document.core_properties
    said.title, said.author, said.last_modified_by = title, author, ""
    said.comments, said.language, said.revision = "", "de-DE", 1
    said.created = said.modified = dt.datetime.fromisoformat(day)


def packed(document: Any) -> bytes:
    """Return the bytes of a document: the same for the same content, on any day."""
    written, packed_again = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed_again, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, date_time=_FIRST_DAY)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            entry.create_system = 0
            target.writestr(entry, source.read(name))
    return packed_again.getvalue()


def writable(text: str) -> str:
    """Return a text without the signs that XML does not allow."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n")


def column_shares(rows: Sequence[Sequence[str]]) -> list[float]:
    """Return the part of the width that each column of a table gets, by its longest words.

    No column is so narrow that a usual word breaks, none takes all for one long line.

    Examples
    --------
    >>> [round(share, 2) for share in column_shares([["Rang", "Gebiet"], ["1", "Nordend 1"]])]
    [0.5, 0.5]
    """
    longest = [max(len(row[m]) for row in rows) for m in range(len(rows[0]))]
    words = [
        max(len(w) for row in rows for w in row[m].split() or [""]) for m in range(len(longest))
    ]
    wanted = [min(max(one, word, 9), 26) + 3 for one, word in zip(longest, words, strict=True)]
    return [one / sum(wanted) for one in wanted]
