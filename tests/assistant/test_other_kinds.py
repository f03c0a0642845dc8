"""Plan and participation files in the assistant: opened, computed, and their page shown."""

import shutil
import time

import pytest
from assistant.running import listening
from participation.small_programme import write_small
from shared_data import shared


def computed(client):
    """Compute what lies on the desk; return how it ended and the page of the result."""
    assert client.ask("POST", "/rechnen", {})[0] == 200
    stand = {"status": "running"}
    for _ in range(900):
        stand = client.ask("GET", "/rechnen")[1]
        if stand["status"] != "running":
            break
        time.sleep(0.2)
    status, given = client.ask("POST", "/karte", {})
    assert status == 200, (stand, given)
    _, _, page = client.raw("GET", given["path"])
    return stand, page.decode("utf-8")


def plan_of_a_kreis(folder):
    shutil.copytree(shared("cases/faults/deliveries/lup"), folder / "kreis")
    return folder / "kreis" / "plan_ok.toml"


def programme(folder):
    path = write_small(folder) / "teilnahme.toml"
    path.write_text('data = "daten"\n' + path.read_text("utf-8"), "utf-8")
    return path


@pytest.mark.parametrize(
    ("write", "page_of"), [(plan_of_a_kreis, "szenarien.html"), (programme, "teilnahme.html")]
)
def test_a_file_of_another_kind_is_computed_and_its_page_is_shown(write, page_of, tmp_path):
    path = write(tmp_path)
    before = path.read_bytes()
    with listening(opened=path) as running:
        found = running.client.ask("POST", "/pruefen", b"{}")[1]
        assert found["errors"] == 0, found
        stand, page = computed(running.client)
        assert (running.desk.result / page_of).is_file()
    assert stand["status"] == "done"
    assert page.startswith(("<!DOCTYPE html", "<!doctype html"))
    assert path.read_bytes() == before
