"""Firefox over WebDriver BiDi: no driver program between the tests and the browser.

Firefox opens a WebSocket itself (``--remote-debugging-port``); the few commands the tests need are
sent through it, and what the page writes to its console or asks the network for is written down.
"""

import base64
import json
import re
import shutil
import subprocess
import time
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

# Nothing of the browser itself may ask the network or stand over the page.
PREFERENCES = {
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.proxy.type": 0,
    "remote.active-protocols": 1,
    "toolkit.telemetry.enabled": False,
    "ui.prefersReducedMotion": 1,
}
KEYS = {"Tab": "\ue004", "Enter": "\ue007", "ArrowDown": "\ue015", "ArrowUp": "\ue013"}
STARTS_WITHIN = 60


def program():
    """Return Firefox's path, or None where there is none."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


class Firefox:
    """A headless Firefox without network of its own, and the one page it shows."""

    def __init__(self, profile, *, width=1400, height=900):
        client = pytest.importorskip("websockets.sync.client")
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        size = [f"--width={width}", f"--height={height}"]
        self._open = ExitStack()
        self._log = profile / "firefox.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [program(), "--headless", "--no-remote", "--remote-debugging-port", "0",
                 "--profile", str(profile), *size, "about:blank"],
                stdout=log, stderr=log,
            )  # fmt: skip
        try:
            socket = client.connect(f"{self._address()}/session", max_size=None, proxy=None)
            self._socket = self._open.enter_context(socket)
            self._number, self.events = 0, []
            self.send("session.new", capabilities={})
            watched = ["log.entryAdded", "network.beforeRequestSent"]
            self.send("session.subscribe", events=watched)
            self._context = self.send("browsingContext.getTree")["contexts"][0]["context"]
            viewport = {"width": width, "height": height}
            self.send("browsingContext.setViewport", context=self._context, viewport=viewport)
        except BaseException:
            self.close()
            raise

    def _address(self):
        """Return the address that Firefox says it listens on."""
        ends = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < ends and self._process.poll() is None:
            found = re.search(
                r"WebDriver BiDi listening on (ws://\S+)", self._log.read_text("utf-8")
            )
            if found:
                return found[1]
            time.sleep(0.1)
        raise RuntimeError(f"Firefox did not start: {self._log.read_text('utf-8')[-2000:]}")

    def send(self, method, **params):
        """Send a command, keep the events that come meanwhile, return the result."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=STARTS_WITHIN))
            if answer.get("id") == self._number:
                assert answer["type"] == "success", f"{method}: {answer}"
                return answer["result"]
            self.events.append(answer)

    def show(self, path, fragment=""):
        """Open a file that has no script, or whose script says nothing of itself."""
        self.events.clear()
        url = path.as_uri() + fragment
        self.send("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def open(self, path, fragment=""):
        """Open a file and wait until its own script says that it is done."""
        self.show(path, fragment)
        ends = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < ends and not self.evaluate("'fertig' in root.dataset"):
            time.sleep(0.05)

    def evaluate(self, expression):
        """Return the value of an expression over `root`, the element of the whole page."""
        told = f"JSON.stringify((root => ({expression}))(document.documentElement) ?? null)"
        answer = self.send(
            "script.evaluate",
            expression=told,
            target={"context": self._context},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    def axe(self, source, rules):
        """Return the rules of WCAG that the page violates, as axe-core finds them.

        Parameters
        ----------
        source : the script of axe-core
        rules : tags of rules
        """
        target = {"context": self._context}
        run = (
            f"{source}\n;window.axe.run(document, {{runOnly: {{type: 'tag', values: {rules}}}}})"
            ".then(found => JSON.stringify(found.violations.map(one => one.id)))"
        )
        answer = self.send("script.evaluate", expression=run, target=target, awaitPromise=True)
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    def press(self, *keys):
        """Press keys one after the other: names of `KEYS`, or single letters."""
        strokes = [
            {"type": kind, "value": KEYS.get(key, key)}
            for key in keys
            for kind in ("keyDown", "keyUp")
        ]
        sources = [{"type": "key", "id": "keys", "actions": strokes}]
        self.send("input.performActions", context=self._context, actions=sources)

    def picture(self):
        """Return what is seen as PNG."""
        answer = self.send("browsingContext.captureScreenshot", context=self._context)
        return base64.b64decode(answer["data"])

    def told(self):
        """Return the console lines and the addresses asked for since the page was opened."""
        self.evaluate("0")
        entries = [e["params"] for e in self.events if e.get("method") == "log.entryAdded"]
        asked = [e["params"] for e in self.events if e.get("method") == "network.beforeRequestSent"]
        return SimpleNamespace(
            console=[e.get("text") for e in entries], requests=[a["request"]["url"] for a in asked]
        )

    def close(self):
        """End the browser that was started here."""
        self._open.close()
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
