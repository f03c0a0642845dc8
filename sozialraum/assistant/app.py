"""The addresses of the assistant, each a few lines over the desk."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from importlib import resources
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sozialraum.assistant.desk import LARGEST, Desk, Stale, finding_values, usable_name
from sozialraum.assistant.guard import security_policy
from sozialraum.assistant.kinds import page_of
from sozialraum.assistant.runs import Run, Warming
from sozialraum.assistant.view import state_of
from sozialraum.model.errors import SozialraumError
from sozialraum.texts import catalogue, text

_MAP_SECONDS = 60.0
_MOST_JSON = 2_000_000
View = Callable[[Request], Awaitable[Response]]


class _NotThis(ValueError):
    """A body that is no answer of the page."""


class Assistant:
    """The application: a desk, its build, and when somebody last asked.

    Parameters
    ----------
    desk : what is worked on
    keep_below : folder in which "keep" makes one
    warm : kernels are compiled once the first file is there
    """

    def __init__(self, desk: Desk, *, keep_below: Path, warm: bool = True) -> None:
        self.desk, self.keep_below = desk, keep_below
        self.run = Run(desk.folder)
        self.warming, self._warm = Warming(), warm
        self.last = time.monotonic()
        self.goodbye: float | None = None
        self._busy = asyncio.Lock()
        self._maps: dict[str, float] = {}
        routes = [
            Route("/", self.page),
            Route("/stand", self._guarded(self.state)),
            Route("/datei/{name}", self._guarded(self.put), methods=["PUT"]),
            Route("/datei/{name}", self._guarded(self.remove), methods=["DELETE"]),
            Route("/antwort", self._guarded(self.reply), methods=["POST"]),
            Route("/text", self._guarded(self.write), methods=["PUT"]),
            Route("/neu", self._guarded(self.add), methods=["POST"]),
            Route("/pruefen", self._guarded(self.check), methods=["POST"]),
            Route("/rechnen", self._guarded(self.build), methods=["POST"]),
            Route("/rechnen", self._guarded(self.status), methods=["GET"]),
            Route("/rechnen", self._guarded(self.cancel), methods=["DELETE"]),
            Route("/karte", self._guarded(self.map_address), methods=["POST"]),
            Route("/karte/{word}", self.map_page),
            Route("/behalten", self._guarded(self.keep), methods=["POST"]),
            Route("/ende", self._guarded(self.leave), methods=["POST"]),
        ]
        self.app = Starlette(routes=routes)

    def _guarded(self, view: View) -> View:
        """Return a view that tells of errors in words, and never of paths or cells."""

        async def inner(request: Request) -> Response:
            self.last, self.goodbye = time.monotonic(), None
            try:
                return await view(request)
            except Stale:
                return _words("stale", 409)
            except ClientDisconnect:
                return _words("broken_off", 400)
            except (ValueError, KeyError, TypeError, RecursionError):
                return _words("wrong_request", 400)
            except SozialraumError as error:
                found = [finding_values(p) for p in error.problems]
                return JSONResponse({"problems": found}, 422)

        return inner

    # --- the page ---------------------------------------------------------------------------------

    async def page(self, request: Request) -> Response:
        """Serve the shell: no data, no token needed."""
        nonce = secrets.token_urlsafe(16)
        return HTMLResponse(
            shell(nonce), headers={"Content-Security-Policy": security_policy(nonce)}
        )

    async def state(self, request: Request) -> Response:
        """Return the state of the desk."""
        async with self._busy:
            return JSONResponse(await asyncio.to_thread(state_of, self.desk))

    async def leave(self, request: Request) -> Response:
        """Note that a tab was closed."""
        self.goodbye = time.monotonic()
        return JSONResponse({})

    # --- changes ----------------------------------------------------------------------------------

    async def put(self, request: Request) -> Response:
        """Keep a file, as it comes, up to a size."""
        name = request.path_params["name"]
        if not usable_name(name) or self.desk.opened is not None:
            return _words("bad_name", 400)
        beside, size = self.desk.data / f".{secrets.token_hex(8)}.teil", 0
        try:
            with beside.open("wb") as file:
                async for part in request.stream():
                    size += len(part)
                    if size > LARGEST:
                        return _words("too_large", 413)
                    file.write(part)
            beside.replace(self.desk.data / name)
        finally:
            beside.unlink(missing_ok=True)
        async with self._busy:
            self.desk.changed(files=True)
        if self._warm:
            self.warming.start()
        return JSONResponse({"stand": self.desk.state, "bytes": size})

    async def remove(self, request: Request) -> Response:
        """Take a file off the desk."""
        async with self._busy:
            self.desk.remove(request.path_params["name"])
        return JSONResponse({"stand": self.desk.state})

    async def reply(self, request: Request) -> Response:
        """Keep one or several answers."""
        given = await _json(request)
        pairs = [(str(k), str(v)) for k, v in dict(given["answers"]).items()]
        async with self._busy:
            self.desk.expect(given["stand"])
            for one, value in pairs:
                self.desk.reply(one, value)
            return JSONResponse(await asyncio.to_thread(state_of, self.desk))

    async def write(self, request: Request) -> Response:
        """Replace the text of an opened build file."""
        given = await _json(request)
        async with self._busy:
            self.desk.expect(given["stand"])
            self.desk.write(str(given["text"]))
        return JSONResponse({"stand": self.desk.state})

    async def add(self, request: Request) -> Response:
        """Add new deliveries to an opened build file."""
        given = await _json(request)
        async with self._busy:
            self.desk.expect(given["stand"])
            if self.desk.opened is None:
                return _words("wrong_request", 400)
            lines = await asyncio.to_thread(self.desk.add)
        return JSONResponse({"stand": self.desk.state, "words": lines})

    # --- check, build, map ------------------------------------------------------------------------

    async def check(self, request: Request) -> Response:
        """Return the findings of ``check``."""
        async with self._busy:
            found = await asyncio.to_thread(self.desk.check)
        errors = sum(p.severity == "error" for p in found)
        listed = [finding_values(p) for p in found if p.severity != "note"]
        return JSONResponse({"stand": self.desk.state, "errors": errors, "findings": listed})

    async def build(self, request: Request) -> Response:
        """Begin a build of the file as it is now."""
        async with self._busy:
            found = await asyncio.to_thread(self.desk.check)
            if not self.desk.text() or any(p.severity == "error" for p in found):
                return _words("not_ready", 409)
            self.warming.end()
            await asyncio.to_thread(self.run.start, self.desk.path, self.desk.result)
        return JSONResponse(self.run.status())

    async def status(self, request: Request) -> Response:
        """Return how the build stands."""
        return JSONResponse(self.run.status())

    async def cancel(self, request: Request) -> Response:
        """End the build."""
        await asyncio.to_thread(self.run.cancel)
        return JSONResponse(self.run.status())

    async def map_address(self, request: Request) -> Response:
        """Return an address of the map that works once, for a minute."""
        if page_of(self.desk.result) is None:
            return _words("no_map", 404)
        word = secrets.token_urlsafe(32)
        self._maps[word] = time.monotonic() + _MAP_SECONDS
        return JSONResponse({"path": f"/karte/{word}"})

    async def map_page(self, request: Request) -> Response:
        """Serve the map, once."""
        until = self._maps.pop(request.path_params["word"], 0.0)
        path = page_of(self.desk.result)
        if time.monotonic() > until or path is None:
            return _words("no_map", 404)
        return HTMLResponse(path.read_bytes())

    async def keep(self, request: Request) -> Response:
        """Copy everything into a folder of the user, with a ledger where one is wanted."""
        given = await _json(request)
        async with self._busy:
            if self.desk.opened is not None or not self.desk.text():
                return _words("not_ready", 409)
            wanted = given.get("ledger") is True
            place = await asyncio.to_thread(self.desk.keep, self.keep_below, ledger=wanted)
        return JSONResponse({"words": text("assistant.kept", path=place.as_posix())})


async def _json(request: Request) -> dict[str, Any]:
    """Return the body of a request as a JSON object, up to a size."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_JSON:
            raise _NotThis
    found = json.loads(body)
    if not isinstance(found, dict):
        raise _NotThis
    return found


def _words(name: str, status: int) -> Response:
    return JSONResponse({"words": text(f"assistant.{name}")}, status)


def shell(nonce: str) -> str:
    """Return the page with its words, script and style; nothing of the desk."""
    folder = resources.files("sozialraum.assistant").joinpath("assets")
    page, style, script = (
        folder.joinpath(f"assistent.{end}").read_text(encoding="utf-8")
        for end in ("html", "css", "js")
    )
    words = catalogue("assistant")["page"]
    for name, value in words.items():
        page = page.replace("{{" + name + "}}", str(value))
    data = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
    parts = {"NONCE": nonce, "STYLE": style, "WORDS": data, "SCRIPT": script}
    for name, value in parts.items():
        page = page.replace(f"[[{name}]]", value)
    return page
