"""The same build file as on the terminal; existing files opened, edited, added to."""

import tomllib

import pytest
from assistant.running import listening
from invented_city import delivery, town, workbook
from test_new_from_folder import answered

from sozialraum.assistant import runs
from sozialraum.workflows.ledger import list_releases
from sozialraum.workflows.new import draft, look_below
from sozialraum.workflows.new.starting import start_plan


@pytest.fixture
def city(tmp_path):
    delivery(tmp_path / "daten")
    return tmp_path


def lay(client, folder):
    for path in sorted(folder.iterdir()):
        client.put(path)


def test_the_file_is_that_of_the_terminal_byte_for_byte(city):
    with listening() as running:
        client = running.client
        lay(client, city / "daten")
        ids = [
            i["id"] for i in client.ask("GET", "/stand")[1]["proposal"]["indicators"] if i["used"]
        ]
        replies = {"ags": "09761000", "sources": "Jugendamt"}
        replies |= {f"direction:{i}": "burden" for i in ids}
        state = client.reply(
            place="Neuburg", **{k.replace(":", "__"): v for k, v in replies.items()}
        )
        path = running.desk.path
        seen = look_below(running.desk.data)
        same = draft(seen, "Neuburg", folder=running.desk.data, path=path, replies=replies)
        assert state["text"] == same.words()
        assert client.ask("POST", "/pruefen", b"{}")[1]["errors"] == 0
        path.write_text(state["text"], encoding="utf-8")


def test_findings_are_those_of_check_and_no_direction_is_set(city):
    with listening() as running:
        lay(running.client, city / "daten")
        state = running.client.ask("GET", "/stand")[1]
        assert {i["direction"] for i in state["proposal"]["indicators"]} == {"???"}
        found = running.client.ask("POST", "/pruefen", b"{}")[1]
        assert found["errors"] >= 3 and any("ags" in f["place"] for f in found["findings"])


def test_a_list_of_persons_shows_no_cell(city):
    lines = [
        "Sprengel;Vorname;Geburtsdatum",
        *(f"{i:03d};Klaudine;01.02.2016" for i in range(1, 17)),
    ]
    (city / "daten" / "liste.csv").write_text("\n".join(lines), encoding="utf-8")
    with listening() as running:
        lay(running.client, city / "daten")
        status, state = running.client.ask("GET", "/stand")
        assert status == 200 and "Klaudine" not in str(state)


def test_files_without_areas_are_told_in_the_words_of_the_terminal(city):
    (city / "daten" / "Schulsprengel.geojson").unlink()
    with listening() as running:
        lay(running.client, city / "daten")
        state = running.client.ask("GET", "/stand")[1]
        assert (
            state["proposal"] is None
            and "keine Datei mit Gebieten" in state["problems"][0]["message"]
        )


def test_everything_is_kept_in_a_folder_of_the_user_where_it_checks(city):
    with listening() as running:
        running.app.keep_below = city / "haus"
        lay(running.client, city / "daten")
        running.client.reply(place="Bad Neuburg")
        words = running.client.ask("POST", "/behalten", b"{}")[1]["words"]
        again = running.client.ask("POST", "/behalten", b"{}")[1]["words"]
    assert words.endswith("haus/Bad Neuburg") and again.endswith("haus/Bad Neuburg 2")
    kept = city / "haus" / "Bad Neuburg"
    assert (kept / "Bad Neuburg.toml").is_file() and (
        kept / "daten" / "Schulsprengel.geojson"
    ).is_file()


def test_an_existing_file_is_opened_saved_as_it_is_edited_and_added_to(city):
    path = city / "bau.toml"
    answered(city / "daten", path).save(path.parent)
    before = path.read_bytes()
    with listening(opened=path) as running:
        client = running.client
        state = client.ask("GET", "/stand")[1]
        body = {"stand": state["stand"], "text": state["text"]}
        assert client.ask("PUT", "/text", body)[0] == 200 and path.read_bytes() == before
        assert client.ask("PUT", "/text", body)[0] == 409
        workbook(town(16, seed=9), city / "daten" / "neu.xlsx", title="Stand: 31.12.2024")
        stand = client.ask("GET", "/stand")[1]["stand"]
        assert client.ask("POST", "/neu", {"stand": stand})[1]["words"] == ["neu.xlsx"]
        text = client.ask("GET", "/stand")[1]["text"]
        assert "2024-12-31" in text
        stand = client.ask("GET", "/stand")[1]["stand"]
        wrong = text.replace('method = "nested"', 'method = "nestd"')
        client.ask("PUT", "/text", {"stand": stand, "text": wrong})
        assert client.ask("POST", "/pruefen", b"{}")[1]["errors"] == 1
        assert client.ask("PUT", "/datei/a.csv", b"x")[0] == 400
    assert path.is_file() and (city / "daten").is_dir()


def test_a_ledger_and_its_key_are_made_and_named_where_everything_is_kept(city):
    with listening() as running:
        running.app.keep_below = city / "haus"
        lay(running.client, city / "daten")
        running.client.reply(place="Bad Neuburg")
        assert running.client.ask("POST", "/behalten", {"ledger": True})[0] == 200
    kept = city / "haus" / "Bad Neuburg"
    section = tomllib.loads((kept / "Bad Neuburg.toml").read_text("utf-8"))["disclosure"]
    releases = list_releases(kept / section["ledger"], kept / section["key"])
    assert releases.summary()["releases"] == []
    assert not (kept / "daten" / section["ledger"]).exists()


def test_a_plan_file_is_opened_and_its_findings_are_those_of_a_plan(city):
    path = city / "bau.toml"
    answered(city / "daten", path).save(city)
    start_plan("Schulen", path, city / "plan.toml").save(city)
    with listening(opened=city / "plan.toml") as running:
        found = running.client.ask("POST", "/pruefen", b"{}")[1]
        state = running.client.ask("GET", "/stand")[1]
    assert found["errors"] and any("plan.toml" in f["place"] for f in found["findings"])
    assert not any("title" in f["place"] for f in found["findings"])
    assert state["text"] == (city / "plan.toml").read_text("utf-8")


def test_rows_are_shown_beside_the_columns_and_the_key_can_be_chosen_by_hand(city):
    with listening() as running:
        lay(running.client, city / "daten")
        (table,) = [t for t in running.client.ask("GET", "/stand")[1]["tables"] if t["sample"]]
        assert table["key"] == "Sprengel" and table["sample"][1][:2] == ["001", "Altstadt"]
        state = running.client.reply(**{f"key:{table['label']}": "Name"})
        (other,) = [t for t in state["tables"] if t["label"] == table["label"]]
        assert other["key"] == "Name" and 'key = "Name"' in state["text"]


def test_kernels_are_compiled_once_while_the_person_decides_and_never_beside_a_build(monkeypatch):
    begun, ended = [], []

    class Process:
        def __init__(self, words, **given):
            begun.append(words[1:])

        def poll(self):
            return 0 if ended else None

        def terminate(self):
            ended.append(True)

        def wait(self):
            return 0

    monkeypatch.setattr(runs.subprocess, "Popen", Process)
    warming = runs.Warming()
    warming.start()
    warming.start()
    warming.end()
    warming.end()
    assert begun == [["-m", "sozialraum", "warm", "--json"]] and ended == [True]
