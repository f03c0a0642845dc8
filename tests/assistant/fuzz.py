"""Requests that nobody should send: ``python -m assistant.fuzz 10000`` in ``tests``.

Every one must be refused or harmless: no 5xx, nothing but the shell served without the token, no
file outside the desk, and the assistant answers its owner afterwards.
"""

import random
import socket
import sys

from assistant.running import listening

METHODS = [
    "GET",
    "PUT",
    "POST",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "PATCH",
    "TRACE",
    "CONNECT",
    "get",
    "X",
]
PATHS = ["/", "/stand", "/datei/a.csv", "/antwort", "/text", "/neu", "/pruefen", "/rechnen",
         "/karte", "/karte/x", "/behalten", "/ende", "//", "/../etc/passwd", "/datei/..%2f..%2fa.csv",
         "/datei/%00.csv", "/datei/C:%5Ca.csv", "/datei/.a", "/assets/assistent.js", "*",
         "http://127.0.0.1/stand", "/datei/" + "a" * 300 + ".csv"]  # fmt: skip
HOSTS = [
    "127.0.0.1:{port}",
    "localhost:{port}",
    "evil.example",
    "127.0.0.1",
    "[::1]:{port}",
    "",
    "127.0.0.1:{port} ",
]
WORDS = ["Bearer x", "Bearer ", "Basic YTpi", "Bearer {token}x", "bearer {token}"]
SITES = ["same-site", "cross-site", "none", "same-origin"]
ORIGINS = ["http://evil.example", "null", "http://127.0.0.1:1", "http://localhost:{port}"]


def request(rng, port, token):
    """Return the bytes of one request without the right token."""
    fill = lambda text: text.format(port=port, token=token)  # noqa: E731
    path = rng.choice(PATHS)
    if rng.random() < 0.3:
        path += rng.choice(["?", "#", "%", "%zz", "/", "\t", ";"]) + "".join(
            chr(rng.randint(33, 126)) for _ in range(9)
        )
    lines = [f"{rng.choice(METHODS)} {path} HTTP/{rng.choice(['1.1', '1.0', '2.0', '9'])}"]
    for _ in range(rng.choice([0, 1, 1, 1, 2])):
        lines.append(f"Host: {fill(rng.choice(HOSTS))}")
    if rng.random() < 0.5:
        lines.append(f"Authorization: {fill(rng.choice(WORDS))}")
    if rng.random() < 0.3:
        lines.append(f"Origin: {fill(rng.choice(ORIGINS))}")
    if rng.random() < 0.3:
        lines.append(f"Sec-Fetch-Site: {rng.choice(SITES)}")
    if rng.random() < 0.2:
        lines.append(f"Cookie: token={token}")
    if rng.random() < 0.2:
        lines.append(rng.choice(["Content-Length: -1", "Content-Length: 5", "Transfer-Encoding: chunked",
                                 "X: " + "y" * 70000, "Upgrade: websocket", "\x00: \x01"]))  # fmt: skip
    raw = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
    raw += bytes(rng.randrange(256) for _ in range(rng.choice([0, 0, 5, 200])))
    return raw[: rng.randrange(len(raw))] if rng.random() < 0.1 else raw


def attack(count, seed=1):
    """Send requests; return how often each status came, and what was served."""
    rng = random.Random(seed)
    statuses, served = {}, []
    with listening() as running:
        client = running.client
        (running.desk.data / "geheim.csv").write_text("a;b\n1;7731\n", encoding="utf-8")
        for _ in range(count):
            raw = request(rng, client.port, client.token)
            with socket.create_connection(("127.0.0.1", client.port), timeout=20) as line:
                line.sendall(raw)
                line.shutdown(socket.SHUT_WR)
                answer = b""
                while part := line.recv(65536):
                    answer += part
            status = answer.split(b" ")[1].decode() if answer[:5] == b"HTTP/" else "none"
            statuses[status] = statuses.get(status, 0) + 1
            shell = b"<title>sozialraum" in answer
            if (
                status[:1] == "2" and b" /" in raw and not shell and raw[:4] != b"HEAD"
            ) or b"geheim" in answer:
                served.append(raw[:200])
        alive = client.ask("GET", "/stand")[0] == 200
        kept = sorted(p.name for p in running.desk.data.iterdir())
    return statuses, served, alive, kept


if __name__ == "__main__":
    print(attack(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
