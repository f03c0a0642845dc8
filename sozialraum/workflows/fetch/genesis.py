"""Tables of GENESIS-Online and the Regionaldatenbank, with an account from the environment."""

from __future__ import annotations

import io
import json
import os
import zipfile

from sozialraum.model.errors import DataError
from sozialraum.sources.file_limits import BROKEN_ZIP, LIMITS
from sozialraum.texts import problem
from sozialraum.workflows.fetch.requests import Client
from sozialraum.workflows.fetch.sections import Download


def fetch_table(download: Download, client: Client) -> bytes:
    """Return a table as a flat file.

    Raises
    ------
    DataError
        If no account is set, the service refuses it, or it answers with a message for a table.
    """
    user, word = account_of(download)
    form = {
        "name": download.table, "area": "all", "compress": "false", "format": "ffcsv",
        "language": "de",
    }  # fmt: skip
    if download.years:
        form |= {"startyear": str(download.years[0]), "endyear": str(download.years[-1])}
    headers = {"username": user, "password": word}
    url = download.address.rstrip("/") + "/data/tablefile"
    body = client.get(url, headers=headers, form=form)
    _refuse_message(body, client.file)
    return _unpacked(body, client.file) if body[:4] == b"PK\x03\x04" else body


def account_of(download: Download) -> tuple[str, str]:
    """Return name and password of an account.

    Raises
    ------
    DataError
        If one of the two environment variables is missing; neither value is ever shown.
    """
    names = (f"{download.account}_USER", f"{download.account}_PASSWORD")
    user, word = (os.environ.get(n, "") for n in names)
    if not user or not word:
        raise DataError(problem("fetch.no_account", file=download.file, found=", ".join(names)))
    return user, word


def _refuse_message(body: bytes, file: str) -> None:
    """Raise what the service says where it gives no table."""
    if body.lstrip()[:1] != b"{":
        return
    try:
        status = json.loads(body.decode("utf-8-sig")).get("Status", {})
    except (ValueError, AttributeError):
        status = {}
    found = f"{status.get('Code', '?')}: {str(status.get('Content', ''))[:200]}"
    raise DataError(problem("fetch.message", file=file, found=found))


def _unpacked(body: bytes, file: str) -> bytes:
    """Return the one table of a zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            tables = [m for m in archive.infolist() if m.filename.lower().endswith(".csv")]
            if len(tables) == 1 and tables[0].file_size <= LIMITS.unpacked_bytes:
                return archive.read(tables[0])
    except BROKEN_ZIP:
        pass
    raise DataError(problem("fetch.no_table_in_zip", file=file))
