"""Who may ask: this machine, this page, with the token; nobody else, whatever they send."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]

_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
# the shell holds no data, and a map is served once, at an address that nobody can guess
OPEN = ("/", "/karte/")


class Guard:
    """ASGI middleware in front of everything.

    Parameters
    ----------
    app : what is guarded
    token : 256 bits that the page got in the fragment of its address
    port : the port that is listened to
    """

    def __init__(self, app: App, *, token: str, port: int) -> None:
        self.app = app
        self._word = f"Bearer {token}".encode()
        self._host = f"127.0.0.1:{port}".encode()

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer 421 or 403, or pass on."""
        if scope["type"] != "http":
            return
        status = self._refused(scope)
        if status:
            await _plain(send, status)
            return
        await self.app(scope, receive, _with_headers(send))

    def _refused(self, scope: Scope) -> int:
        """Return the status of a refusal; 0 for none."""
        given = [(k.lower(), v) for k, v in scope["headers"]]
        names = [k for k, _ in given]
        headers = dict(given)
        if names.count(b"host") != 1 or headers[b"host"] != self._host:
            return 421
        if scope["path"] == OPEN[0] or scope["path"].startswith(OPEN[1]):
            return 0 if scope["method"] in {"GET", "HEAD"} else 403
        if headers.get(b"sec-fetch-site", b"same-origin") != b"same-origin":
            return 403
        if headers.get(b"origin", b"http://" + self._host) != b"http://" + self._host:
            return 403
        word = headers.get(b"authorization", b"")
        single = names.count(b"authorization") <= 1
        return 0 if single and secrets.compare_digest(word, self._word) else 403


def security_policy(nonce: str) -> str:
    """Return the content security security_policy of the page: its own script, and nothing else."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )


async def _plain(send: Any, status: int) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": str(status).encode()})


def _with_headers(send: Any) -> Any:
    async def sender(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            own = {k.lower() for k, _ in message.get("headers", ())}
            more = [h for h in _HEADERS if h[0] not in own]
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await send(message)

    return sender
