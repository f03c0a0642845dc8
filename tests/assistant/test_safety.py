"""Nobody but the owner's page is served, whatever is sent; every line of the design is a test."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from assistant.fuzz import attack
from assistant.running import Client, listening
from invented_city import delivery

from sozialraum.assistant import app as application
from sozialraum.assistant import server
from sozialraum.assistant.desk import usable_name


@pytest.fixture(scope="module")
def running():
    with listening() as one:
        yield one


def refused(running, status, path="/stand", method="GET", body=None, **given):
    assert running.client.raw(method, path, body, **given)[0] == status


def test_only_the_token_opens_and_no_cookie_does(running):
    own = ("Authorization", f"Bearer {running.client.token}")
    refused(running, 403)
    refused(running, 403, headers=[("Authorization", "Bearer x")])
    refused(running, 403, headers=[own, own])
    refused(running, 403, headers=[("Cookie", f"token={running.client.token}")])
    refused(running, 403, path=f"/stand?token={running.client.token}")
    refused(running, 200, headers=[own])
    assert len(running.client.token) >= 43  # 256 bits in base64


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "localhost:{port}",
        "127.0.0.1",
        "127.0.0.2:{port}",
        "[::1]:{port}",
    ],
)
def test_another_host_is_refused_even_with_the_token(running, host):
    own = ("Authorization", f"Bearer {running.client.token}")
    for path in ("/", "/stand", "/karte/x"):
        refused(running, 421, path=path, host=host.format(port=running.client.port), headers=[own])


def test_pages_of_others_are_refused_even_with_the_token(running):
    own = ("Authorization", f"Bearer {running.client.token}")
    port = running.client.port
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1", f"http://localhost:{port}"):
        refused(running, 403, headers=[own, ("Origin", origin)])
    for site in ("cross-site", "same-site", "none"):
        refused(running, 403, headers=[own, ("Sec-Fetch-Site", site)])
    mine = [own, ("Origin", f"http://127.0.0.1:{port}"), ("Sec-Fetch-Site", "same-origin")]
    refused(running, 200, headers=mine)


def test_the_shell_holds_no_data_sets_no_cookie_and_lets_nothing_in(running):
    (running.desk.data / "Geheimes.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    status, headers, body = running.client.raw("GET", "/")
    assert status == 200 and b"Geheimes" not in body and running.client.token.encode() not in body
    given = {k.lower(): v for k, v in headers.items()}
    assert "set-cookie" not in given and "server" not in given
    rule = given["content-security-policy"]
    assert rule.startswith("default-src 'none'") and "unsafe" not in rule
    assert "frame-ancestors 'none'" in rule and "nonce-" in rule
    assert (given["cache-control"], given["x-content-type-options"]) == ("no-store", "nosniff")
    assert given["referrer-policy"] == "no-referrer"
    again = running.client.raw("GET", "/")[1]["content-security-policy"]
    assert again != rule  # a nonce is used once


@pytest.mark.parametrize(
    "name",
    ["..%2F..%2Fa.csv", "%2e%2e%2fa.csv", "C:%5Ca.csv", ".htaccess.csv", "a%00.csv", "NUL.csv", "a.exe",
     "a%3F.csv", "x" * 300 + ".csv", "a.toml", "%20.csv%20", "a%0A.csv"],
)  # fmt: skip
def test_a_file_that_would_climb_is_not_written(running, name):
    before = set(running.desk.folder.rglob("*"))
    status, _ = running.client.ask("PUT", f"/datei/{name}", b"x;y\n")
    assert status in {400, 404}
    assert set(running.desk.folder.rglob("*")) == before
    assert not (running.desk.folder.parent / "a.csv").exists()


def test_names_are_one_part_of_a_path():
    assert usable_name("Zahlen 2024 (neu).xlsx") and usable_name("Größe.csv")
    assert not any(map(usable_name, ("a/b.csv", "a\\b.csv", "..", "", "a\u202e.csv", "COM1.csv")))


def test_a_file_beyond_the_limit_is_refused_and_leaves_nothing(running, monkeypatch):
    monkeypatch.setattr(application, "LARGEST", 1000)
    before = sorted(p.name for p in running.desk.data.iterdir())
    assert running.client.ask("PUT", "/datei/gross.csv", b"x" * 5000)[0] == 413
    assert sorted(p.name for p in running.desk.data.iterdir()) == before


def test_a_map_is_served_once_and_not_after_a_minute(running):
    running.desk.result.mkdir(exist_ok=True)
    (running.desk.result / "karte.html").write_text("<p>Karte</p>", encoding="utf-8")
    path = running.client.ask("POST", "/karte")[1]["path"]
    assert running.client.raw("GET", path)[2] == b"<p>Karte</p>"
    assert running.client.raw("GET", path)[0] == 404
    late = running.client.ask("POST", "/karte")[1]["path"]
    running.app._maps[late.rpartition("/")[2]] -= 61
    assert running.client.raw("GET", late)[0] == 404


def test_the_second_of_two_tabs_is_told(running):
    stand = running.client.ask("GET", "/stand")[1]["stand"]
    body = {"stand": stand, "answers": {"place": "Neuburg"}}
    assert running.client.ask("POST", "/antwort", body)[0] == 200
    status, found = running.client.ask("POST", "/antwort", body)
    assert status == 409 and "anderen Fenster" in found["words"]


@pytest.mark.parametrize(
    "body", [b"", b"x", b"[]", b"{}", b'{"stand": 1}', b"\xff", b'{"a":' * 2000]
)
def test_a_body_without_sense_is_refused_in_words(running, body):
    status, found = running.client.ask("POST", "/antwort", body)
    assert status in {400, 409} and found["words"]


def test_a_slice_of_wild_requests_gets_nothing_and_breaks_nothing():
    statuses, served, alive, kept = attack(250, seed=int(os.environ.get("FUZZ_SEED", "7")))
    assert served == [] and alive and kept == ["geheim.csv"]
    assert not [s for s in statuses if s.startswith("5")], statuses


# --- a process of its own -------------------------------------------------------------------------


@pytest.fixture
def process(tmp_path):
    code = (
        "from sozialraum.assistant.server import serve\n"
        "serve(browser=False, announce=lambda a: print(a, flush=True), idle=3.0, after_goodbye=1.0)"
    )
    env = {
        **os.environ,
        "TMPDIR": str(tmp_path),
        "TEMP": str(tmp_path),
        "PYTHONIOENCODING": "utf-8",
    }
    one = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
        encoding="utf-8",
    )
    yield one, tmp_path
    one.kill()
    one.wait()
    one.stdout.close()
    one.stderr.close()


def test_it_listens_before_it_says_so_keeps_no_log_and_leaves_no_file(process):
    one, folder = process
    client = Client(one.stdout.readline().strip())
    assert client.raw("GET", "/")[0] == 200  # at once
    desk = next(folder.glob("sozialraum-*"))
    if os.name == "posix":
        assert stat.S_IMODE(desk.stat().st_mode) == 0o700
        line = Path(f"/proc/{one.pid}/cmdline")
        assert not line.exists() or client.token not in line.read_text()
    client.ask("PUT", "/datei/Klaudine.csv", b"a;b\n1;2\n")
    client.raw("GET", "/datei/Klaudine.csv")
    client.ask("POST", "/ende")
    begun = time.monotonic()
    assert one.wait(30) == 0 and time.monotonic() - begun < 20
    assert "Klaudine" not in one.stdout.read() + one.stderr.read()
    assert list(folder.glob("sozialraum-*")) == []


def test_without_a_request_it_ends_by_itself(process):
    one, _ = process
    one.stdout.readline()
    assert one.wait(30) == 0


def test_the_browser_is_led_by_a_file_that_only_the_user_reads(monkeypatch):
    door = server._door("http://127.0.0.1:9/#geheim")
    try:
        assert "geheim" in door.read_text("utf-8")
        assert os.name != "posix" or stat.S_IMODE(door.stat().st_mode) == 0o600
    finally:
        door.unlink()


def test_a_build_that_crashes_or_is_cancelled_leaves_the_page_alive(tmp_path):
    made = delivery(tmp_path)
    assert made.keys
    with listening() as running:
        for path in sorted(tmp_path.iterdir()):
            running.client.put(path)
        running.app.run.start(tmp_path / "nirgends.toml", tmp_path / "out")
        while running.client.ask("GET", "/rechnen")[1]["status"] == "running":
            time.sleep(0.2)
        assert running.client.ask("GET", "/rechnen")[1]["status"] == "failed"
        running.app.run.start(tmp_path / "nirgends.toml", tmp_path / "out")
        assert running.client.ask("DELETE", "/rechnen")[1] == {"status": "none"}
        assert running.client.ask("POST", "/rechnen", b"{}")[0] == 409  # still open places
        assert running.client.ask("GET", "/stand")[0] == 200
