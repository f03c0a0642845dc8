"""``sozialraum fetch`` against servers on this machine that page, cut off, come late and lie."""

import hashlib
import http.server
import io
import json
import threading
import time
import zipfile
from urllib.parse import parse_qs, urlsplit

import pytest
from invented_city import delivery, json_of
from test_cli import run
from test_new_from_folder import answered

from sozialraum.config import read_build
from sozialraum.model.errors import ConfigError
from sozialraum.workflows.check.checking import check_build
from sozialraum.workflows.fetch.fetching import fetch
from sozialraum.workflows.fetch.sections import read_fetch

ALL = [
    {"type": "Feature", "id": f"a.{i}", "properties": {"nr": i}, "geometry": None} for i in range(7)
]


class Service:
    """A server whose answer to a request is a function of path and query."""

    def __init__(self, answer):
        self.asked, service = [], self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self._answer(b"")

            def do_POST(self):
                self._answer(self.rfile.read(int(self.headers["Content-Length"])))

            def _answer(self, body):
                parts = urlsplit(self.path)
                query = {k: v[0] for k, v in parse_qs(parts.query).items()}
                service.asked.append((parts.path, query, dict(self.headers), body))
                status, headers, content = answer(parts.path, query, self.headers)
                self.send_response(status)
                headers = {"Content-Length": str(len(content)), **headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def serve(monkeypatch):
    for name in (
        "http_proxy",
        "HTTP_PROXY",
        "https_proxy",
        "HTTPS_PROXY",
        "all_proxy",
        "ALL_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
    running = []

    def start(answer):
        running.append(Service(answer))
        return running[-1]

    yield start
    for service in running:
        service.server.shutdown()
        service.server.server_close()


def collection(features, **more):
    body = {
        "type": "FeatureCollection",
        "features": features,
        "numberReturned": len(features),
        **more,
    }
    return 200, {}, json.dumps(body).encode()


def wfs(path, query, headers):
    """Page as a WFS 2.0 does."""
    start, count = int(query.get("startIndex", 0)), int(query.get("count", 1000))
    return collection(ALL[start : start + count], numberMatched=len(ALL))


def fetch_file(folder, url, **keys):
    lines = ["timeout = 1.0", "[[downloads]]", 'file = "daten/g.geojson"', f'url = "{url}"']
    lines += [f"{k} = {json.dumps(v)}" for k, v in keys.items()]
    path = folder / "fetch.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def codes(fetched):
    return [p.code for p in fetched.problems]


def test_a_wfs_is_asked_page_by_page_until_all_are_there(tmp_path, serve):
    service = serve(wfs)
    file = fetch_file(tmp_path, f"{service.url}/wfs?map=a", kind="wfs", layer="ns:g", page=3,
                      crs="EPSG:25832", source="Stadt", licence="dl-de/by-2-0")  # fmt: skip
    fetched = fetch(file)
    assert codes(fetched) == []
    assert [q["startIndex"] for _, q, _, _ in service.asked] == ["0", "3", "6"]
    assert {(q["map"], q["typeNames"], q["srsName"]) for _, q, _, _ in service.asked} == {
        ("a", "ns:g", "EPSG:25832")
    }
    got = json_of(tmp_path / "daten" / "g.geojson")
    assert got["features"] == ALL and got["crs"]["properties"]["name"] == "EPSG:25832"
    origin = json_of(tmp_path / "daten" / "g.geojson.herkunft.json")
    raw = (tmp_path / "daten" / "g.geojson").read_bytes()
    assert origin["sha256"] == hashlib.sha256(raw).hexdigest() and origin["size"] == len(raw)
    assert (origin["features"], origin["matched"], origin["licence"]) == (7, 7, "dl-de/by-2-0")


def test_ogc_api_features_follow_the_link_to_the_next_page(tmp_path, serve):
    def answer(path, query, headers):
        start = int(query.get("offset", 0))
        more = start + 3 < len(ALL)
        links = [{"rel": "next", "href": f"{path}?offset={start + 3}"}] if more else []
        return collection(ALL[start : start + 3], numberMatched=len(ALL), links=links)

    service = serve(answer)
    fetched = fetch(
        fetch_file(tmp_path, f"{service.url}/collections/g/items", kind="features", page=3)
    )
    assert codes(fetched) == [] and len(service.asked) == 3
    assert json_of(tmp_path / "daten" / "g.geojson")["features"] == ALL


def late(path, query, headers):
    time.sleep(2)
    return collection(ALL)


def broken_off(path, query, headers):
    status, _, body = collection(ALL, numberMatched=7)
    return status, {"Content-Length": str(len(body) + 50), "Connection": "close"}, body


def deaf_to_pages(path, query, headers):
    return collection(ALL[:3], numberMatched=7)


def few(path, query, headers):
    start = int(query.get("startIndex", 0))
    return collection(ALL[start : start + 3][: 5 - start], numberMatched=7)


def lies_about_the_page(path, query, headers):
    return (
        200,
        {},
        json.dumps({"type": "FeatureCollection", "features": ALL, "numberReturned": 9}).encode(),
    )


def too_many(path, query, headers):
    return collection(ALL, numberMatched=5)


def an_error_in_xml(path, query, headers):
    return 200, {}, b"<ows:ExceptionReport>LayerNotDefined</ows:ExceptionReport>"


def moved_away(path, query, headers):
    return 302, {"Location": "http://localhost:1/wfs"}, b""


def next_elsewhere(path, query, headers):
    return collection(ALL[:3], links=[{"rel": "next", "href": "http://example.invalid/x"}])


def round_and_round(path, query, headers):
    return collection([], links=[{"rel": "next", "href": f"{path}?f=json&limit=3"}])


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (late, "wfs", "fetch.late"),
        (broken_off, "wfs", "fetch.unreachable"),
        (deaf_to_pages, "wfs", "fetch.same_again"),
        (few, "wfs", "fetch.counts_differ"),
        (lies_about_the_page, "wfs", "fetch.page_differs"),
        (too_many, "wfs", "fetch.counts_differ"),
        (an_error_in_xml, "wfs", "fetch.no_json"),
        (lambda *a: collection([], numberMatched=0), "wfs", "fetch.nothing"),
        (lambda *a: (200, {}, b'{"type": "Feature"}'), "wfs", "fetch.no_features"),
        (lambda *a: (404, {}, b""), "wfs", "fetch.refused"),
        (lambda *a: (500, {}, b"x"), "file", "fetch.refused"),
        (moved_away, "file", "fetch.elsewhere"),
        (next_elsewhere, "features", "fetch.elsewhere"),
        (round_and_round, "features", "fetch.same_again"),
        (lambda *a: (200, {}, b""), "file", "fetch.nothing"),
    ],
)
def test_a_service_that_fails_or_lies_leaves_the_former_file(tmp_path, serve, answer, kind, code):
    (tmp_path / "daten").mkdir()
    (tmp_path / "daten" / "g.geojson").write_bytes(b"former")
    keys = {"layer": "g"} if kind == "wfs" else {}
    keys |= {"page": 3} if kind != "file" else {}
    fetched = fetch(fetch_file(tmp_path, f"{serve(answer).url}/x", kind=kind, **keys))
    assert codes(fetched) == [code] or (
        code == "fetch.unreachable" and codes(fetched) == ["fetch.broken_off"]
    )
    assert (tmp_path / "daten" / "g.geojson").read_bytes() == b"former"
    assert [p.name for p in (tmp_path / "daten").iterdir()] == ["g.geojson"]


def test_nobody_answering_is_told(tmp_path):
    fetched = fetch(fetch_file(tmp_path, "http://127.0.0.1:1/x"))
    assert codes(fetched) == ["fetch.unreachable"]


@pytest.mark.parametrize("packed", [False, True])
def test_a_genesis_table_comes_with_an_account_that_stands_nowhere(
    tmp_path, serve, monkeypatch, packed
):
    table = b"statistics_code;value\n12411;7\n"
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("12411.csv", table)
    service = serve(lambda *a: (200, {}, raw.getvalue() if packed else table))
    monkeypatch.setenv("REGIO_USER", "amt-7731")
    monkeypatch.setenv("REGIO_PASSWORD", "geheim-4402")
    file = fetch_file(tmp_path, service.url, kind="genesis", table="12411-01-01-5", account="REGIO",
                      years=[2022, 2023])  # fmt: skip
    fetched = fetch(file)
    assert codes(fetched) == []
    path, _, headers, body = service.asked[0]
    form = {k: v[0] for k, v in parse_qs(body.decode()).items()}
    assert path == "/data/tablefile" and headers["Username"] == "amt-7731"
    assert (form["name"], form["startyear"], form["endyear"]) == ("12411-01-01-5", "2022", "2023")
    assert (tmp_path / "daten" / "g.geojson").read_bytes() == table
    everything = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert b"geheim-4402" not in everything and "geheim-4402" not in json.dumps(fetched.summary())


def test_without_an_account_nobody_is_asked_and_a_message_is_no_table(tmp_path, serve, monkeypatch):
    service = serve(lambda *a: (200, {}, b'{"Status": {"Code": 104, "Content": "Kein Objekt"}}'))
    file = fetch_file(tmp_path, service.url, kind="genesis", table="1")
    monkeypatch.delenv("GENESIS_USER", raising=False)
    assert codes(fetch(file)) == ["fetch.no_account"] and service.asked == []
    monkeypatch.setenv("GENESIS_USER", "a")
    monkeypatch.setenv("GENESIS_PASSWORD", "b")
    found = fetch(file).problems
    assert [p.code for p in found] == ["fetch.message"] and "104: Kein Objekt" in str(found[0])


def test_a_file_with_another_hash_than_agreed_is_not_taken(tmp_path, serve):
    service = serve(lambda *a: (200, {}, b"a;b\n1;2\n"))
    right = hashlib.sha256(b"a;b\n1;2\n").hexdigest()
    assert codes(fetch(fetch_file(tmp_path, service.url, sha256="0" * 64))) == ["fetch.other_hash"]
    assert codes(fetch(fetch_file(tmp_path, service.url, sha256=right))) == []


def test_the_second_time_says_what_is_another_and_what_is_not(tmp_path, serve):
    content = [b"a;b\n1;2\n"]
    service = serve(lambda *a: (200, {}, content[0]))
    file = fetch_file(tmp_path, service.url)
    assert [fetch(file).changed, fetch(file).changed] == [(), ()]
    content[0] = b"a;b\n1;3\n"
    assert fetch(file).changed == ("daten/g.geojson",)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('url = "ftp://a.de/x"', "fetch.address"),
        ('url = "https://name:wort@a.de/x"', "fetch.address"),
        ('url = "file:///etc/passwd"', "fetch.address"),
        ('kind = "wfs"\nurl = "https://a.de"', "fetch.lacks"),
        ('kind = "genesis"', "fetch.lacks"),
        ("", "fetch.lacks"),
    ],
)
def test_a_fetch_file_that_is_wrong_asks_nobody(tmp_path, line, code):
    path = tmp_path / "f.toml"
    path.write_text(f'[[downloads]]\nfile = "a.csv"\n{line}\n', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        fetch(path)
    assert code in [p.code for p in caught.value.problems]


@pytest.mark.parametrize("name", ["../a.csv", "C:/a.csv", "/a.csv", ".versteckt"])
def test_no_file_lands_outside_its_folder(tmp_path, name):
    path = tmp_path / "f.toml"
    path.write_text(f'[[downloads]]\nfile = "{name}"\nurl = "https://a.de/x"\n', encoding="utf-8")
    with pytest.raises(ConfigError):
        fetch(path)


def test_the_terminal_ends_with_1_where_something_did_not_come(tmp_path, serve):
    service = serve(wfs)
    file = fetch_file(tmp_path, service.url, kind="wfs", layer="g", page=3)
    done = run("fetch", file.as_posix())
    assert done.returncode == 0 and "7 Gebiete oder Punkte" in done.stdout
    done = run("fetch", fetch_file(tmp_path, "http://127.0.0.1:1/").as_posix())
    assert done.returncode == 1 and "nicht zu erreichen" in done.stderr


def test_check_tells_edited_files_and_a_build_names_the_source(tmp_path):
    from sozialraum.sources.origin import Origin, write_origin
    from sozialraum.workflows.build.release_draft import facts

    delivery(tmp_path / "daten")
    layer = tmp_path / "daten" / "Schulsprengel.geojson"
    found = hashlib.sha256(layer.read_bytes()).hexdigest()
    origin = Origin(
        "x", "https://a.de/wfs?x=1", "2025-02-01", found, 1, "Geoportal", "dl-de/by-2-0"
    )
    write_origin(layer, origin)
    path = tmp_path / "bau.toml"
    answered(tmp_path / "daten", path).save(path.parent)
    assert "fetch.edited" not in {p.code for p in check_build(path)}
    said = facts(read_build(path), {}).sources
    assert "Geoportal, dl-de/by-2-0 (abgerufen am 01.02.2025)" in said
    layer.write_text(layer.read_text("utf-8") + "\n", encoding="utf-8")
    assert "fetch.edited" in {p.code for p in check_build(path)}


def test_check_and_build_ask_nobody(tmp_path, serve):
    service = serve(lambda *a: (200, {}, b"x"))
    delivery(tmp_path / "daten")
    path = tmp_path / "bau.toml"
    answered(tmp_path / "daten", path).save(path.parent)
    proxy = {f"{k}_proxy": service.url for k in ("http", "https", "all")}
    proxy |= {k.upper(): v for k, v in proxy.items()}
    for words in (["check", "bau.toml"], ["build", "bau.toml", "-o", "out"], ["sehen", "daten"]):
        done = run(*words, cwd=tmp_path, **proxy)
        assert done.returncode == 0, done.stderr
    assert service.asked == [] and (tmp_path / "out" / "karte.html").is_file()


@pytest.mark.parametrize(
    ("line", "key", "expected"),
    [
        ('layer = "strassen"', "layer", "dazu kind: wfs"),
        ('table = "12411"', "table", "dazu kind: genesis"),
        ("years = [2019]", "years", "dazu kind: genesis"),
        ("page = 50", "page", "dazu kind: wfs, features"),
        ('account = "genesis"', "account", "Großbuchstaben"),
        ('sha256 = "ab"', "sha256", "64 Zeichen"),
        ('url = "ftp://example.org/a"', "url", None),
    ],
)
def test_a_key_that_a_download_does_not_read_or_cannot_have_is_told(line, key, expected, tmp_path):
    url = "" if line.startswith("url") else 'url = "https://example.org/a.csv"\n'
    file = tmp_path / "abruf.toml"
    file.write_text(f'[[downloads]]\nfile = "a.csv"\n{url}{line}\n', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_fetch(file)
    (found,) = caught.value.problems
    assert found.key == f"downloads[1].{key}"
    assert expected is None or expected in found.expected
    assert "String should" not in str(found)


@pytest.mark.parametrize("years", ["[2023, 2019]", "[19]", "[2019, 20230]"])
def test_years_that_are_no_span_are_told(years, tmp_path):
    file = tmp_path / "abruf.toml"
    lines = f'[[downloads]]\nfile = "a.csv"\nkind = "genesis"\ntable = "1"\nyears = {years}\n'
    file.write_text(lines, encoding="utf-8")
    with pytest.raises(ConfigError, match="keine Zeitspanne"):
        read_fetch(file)
