"""One request at a time: to the named host alone, within a time, no larger than a file may be."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from sozialraum.model.errors import DataError
from sozialraum.sources.file_limits import LIMITS
from sozialraum.texts import problem

_CHUNK = 1 << 20
_AGENT = "sozialraum fetch"
_BROKEN = (http.client.HTTPException, urllib.error.URLError, OSError, ValueError)


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follow a service to another page of its own host, and nowhere else."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        """Return the next request, or refuse it."""
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        secure = new.scheme == "https" or old.scheme == "http"
        if old.hostname != new.hostname or not secure or new.scheme not in {"http", "https"}:
            raise DataError(problem("fetch.elsewhere", found=new.hostname or newurl[:60]))
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Client:
    """Asks one host; counts what it asked.

    Parameters
    ----------
    file : under which findings are told
    timeout : seconds for the connection and for each piece of the answer
    largest : bytes that all answers together may have
    """

    def __init__(self, file: str, *, timeout: float, largest: int = LIMITS.file_bytes) -> None:
        self.file, self.timeout, self.left = file, timeout, largest
        self._opener = urllib.request.build_opener(_SameHost())

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> bytes:
        """Return an answer; with a form it is sent as one.

        Raises
        ------
        DataError
            If nobody answers in time, the answer is an error, breaks off or is too large.
        """
        body = None if form is None else urlencode(form).encode("utf-8")
        given = {"User-Agent": _AGENT, **(headers or {})}
        request = urllib.request.Request(url, data=body, headers=given)
        try:
            with self._opener.open(request, timeout=self.timeout) as answer:
                return self._read(answer)
        except urllib.error.HTTPError as error:
            found = f"{error.code} {http.client.responses.get(error.code, '')}".strip()
            raise DataError(problem("fetch.refused", file=self.file, found=found)) from None
        except TimeoutError:
            raise DataError(self._late()) from None
        except _BROKEN as error:
            if isinstance(getattr(error, "reason", None), TimeoutError):
                raise DataError(self._late()) from None
            found = type(error).__name__
            raise DataError(problem("fetch.unreachable", file=self.file, found=found)) from None

    def _late(self) -> Any:
        return problem("fetch.late", file=self.file, found=f"{self.timeout:g}")

    def _read(self, answer: Any) -> bytes:
        """Return a body that is as long as it was announced."""
        announced = answer.headers.get("Content-Length")
        parts: list[bytes] = []
        while part := answer.read(_CHUNK):
            parts.append(part)
            self.left -= len(part)
            if self.left < 0:
                raise DataError(problem("fetch.too_large", file=self.file))
        body = b"".join(parts)
        if announced is not None and announced.isdigit() and len(body) < int(announced):
            said: dict[str, Any] = {"found": len(body), "size": int(announced)}
            raise DataError(problem("fetch.broken_off", file=self.file, **said))
        return body

    def json(self, url: str) -> dict[str, Any]:
        """Return an answer as JSON.

        Raises
        ------
        DataError
            If it is none: services tell of errors in XML or HTML.
        """
        body = self.get(url)
        try:
            found = json.loads(body.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            start = " ".join(body[:200].decode("utf-8", "replace").split())[:100]
            raise DataError(problem("fetch.no_json", file=self.file, found=start)) from None
        if not isinstance(found, dict):
            raise DataError(problem("fetch.no_json", file=self.file, found=str(found)[:60]))
        return found


def with_query(url: str, values: Mapping[str, object]) -> str:
    """Return an address with some values of its query set; others stay.

    Examples
    --------
    >>> with_query("https://a.de/wfs?map=x&COUNT=3", {"count": 5})
    'https://a.de/wfs?map=x&count=5'
    """
    parts = urlsplit(url)
    names = {name.casefold() for name in values}
    kept = [p for p in parts.query.split("&") if p and p.split("=")[0].casefold() not in names]
    query = "&".join([*kept, urlencode({k: str(v) for k, v in values.items()})])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
