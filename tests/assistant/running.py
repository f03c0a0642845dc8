"""An assistant that really listens, asked with raw requests; and a person with a browser."""

import http.client
import json
import queue
import re
import threading
from contextlib import contextmanager
from types import SimpleNamespace

from sozialraum.assistant import server


class Client:
    """Asks one assistant; by default as its own page does."""

    def __init__(self, address):
        self.address = address
        self.port = int(re.search(r":([0-9]+)/", address)[1])
        self.token = address.partition("#")[2]

    def raw(self, method, path, body=None, *, host=None, headers=None):
        """Send exactly these headers; return status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", host or f"127.0.0.1:{self.port}")
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            for name, value in headers or ():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def ask(self, method, path, body=None, *more):
        """Ask with the token; return status and JSON."""
        raw = json.dumps(body).encode() if isinstance(body, dict) else body
        headers = [("Authorization", f"Bearer {self.token}"), *more]
        status, _, answer = self.raw(method, path, raw, headers=headers)
        return status, json.loads(answer) if answer[:1] in b"{[" and answer else answer

    def put(self, path):
        """Lay a file on the desk."""
        from urllib.parse import quote

        status, _ = self.ask("PUT", f"/datei/{quote(path.name)}", path.read_bytes())
        assert status == 200

    def reply(self, **pairs):
        """Answer; return the new state."""
        stand = self.ask("GET", "/stand")[1]["stand"]
        named = {k.replace("__", ":"): v for k, v in pairs.items()}
        status, state = self.ask("POST", "/antwort", {"stand": stand, "answers": named})
        assert status == 200, state
        return state


@contextmanager
def listening(**options):
    """Run an assistant in a thread; end it afterwards."""
    addresses = queue.Queue()
    given = {"browser": False, "warm": False, "announce": addresses.put, "idle": 300.0, **options}
    desks = []
    made = server.Desk

    def remember(opened=None):
        desks.append(made(opened))
        return desks[-1]

    stop = []
    assistants = server.Assistant

    def keep(desk, **more):
        stop.append(assistants(desk, **more))
        return stop[-1]

    server.Desk, server.Assistant = remember, keep
    thread = threading.Thread(target=server.serve, kwargs=given, daemon=True)
    thread.start()
    try:
        client = Client(addresses.get(timeout=60))
        yield SimpleNamespace(client=client, desk=desks[0], app=stop[0], thread=thread)
    finally:
        server.Desk, server.Assistant = made, assistants
        if stop:
            stop[0].last = stop[0].goodbye = -1e9
            stop[0].run.cancel()
        thread.join(20)
