"""Listening on this machine alone, opening the browser, and ending when nobody is there."""

from __future__ import annotations

import asyncio
import secrets
import socket
import tempfile
import time
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from sozialraum.assistant.app import Assistant
from sozialraum.assistant.desk import Desk
from sozialraum.assistant.guard import Guard

IDLE, AFTER_GOODBYE = 1800.0, 60.0


def serve(
    *,
    opened: Path | None = None,
    browser: bool = True,
    warm: bool = True,
    announce: Callable[[str], None] = print,
    idle: float = IDLE,
    after_goodbye: float = AFTER_GOODBYE,
) -> None:
    """Serve the assistant until nobody has asked for a while.

    Parameters
    ----------
    opened : a build file to work on; None = a fresh desk
    browser : whether to open one
    warm : whether kernels are compiled while the person decides
    announce : given the address, once somebody listens at it
    idle, after_goodbye : seconds without a request, and after the last tab was closed
    """
    asyncio.run(_serve(opened, browser, warm, announce, idle, after_goodbye))


async def _serve(
    opened: Path | None,
    browser: bool,
    warm: bool,
    announce: Callable[[str], None],
    idle: float,
    after_goodbye: float,
) -> None:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    port = listening.getsockname()[1]
    token = secrets.token_urlsafe(32)
    desk = Desk(opened)
    assistant = Assistant(desk, keep_below=Path.home() / "sozialraum", warm=warm)
    config = uvicorn.Config(
        Guard(assistant.app, token=token, port=port),
        log_level="critical", access_log=False, lifespan="off", server_header=False,
        date_header=False, ws="none", http="h11", limit_concurrency=64, timeout_keep_alive=20,
        timeout_graceful_shutdown=3,
    )  # fmt: skip
    server = uvicorn.Server(config)
    address = f"http://127.0.0.1:{port}/#{token}"
    door = _door(address) if browser else None
    announce(address)
    if door is not None:
        webbrowser.open(door.as_uri())
    try:
        await asyncio.gather(
            server.serve([listening]), _watch(assistant, server, idle, after_goodbye)
        )
    finally:
        assistant.warming.end()
        assistant.run.cancel()
        desk.clear()
        if door is not None:
            door.unlink(missing_ok=True)


def _door(address: str) -> Path:
    """Return a file that leads to the address, so that the token stands in no list of processes."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="sozialraum-", suffix=".html", delete=False, encoding="utf-8"
    ) as file:
        file.write(f'<!doctype html><meta http-equiv="refresh" content="0;url={address}">')
    return Path(file.name)


async def _watch(
    assistant: Assistant, server: uvicorn.Server, idle: float, after_goodbye: float
) -> None:
    """End the server when nobody is there and nothing runs."""
    while not server.should_exit:
        await asyncio.sleep(min(1.0, idle / 5, after_goodbye / 5))
        now = time.monotonic()
        gone = assistant.goodbye is not None and now - assistant.goodbye > after_goodbye
        if (gone or now - assistant.last > idle) and not assistant.run.running:
            server.should_exit = True
