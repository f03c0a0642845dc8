"""Plans for the public and for the office: recorded with their build, apart from each other."""

import json

import pytest
from small_build import LEDGER, write_build, write_town

from sozialraum.model.errors import ConfigError, DataError
from sozialraum.privacy.ledger import open_ledger
from sozialraum.workflows.plan.decision import decide

CLASSES = '\n[classes]\nmethod = "quantile"\nk = 3\nlabels = ["niedrig", "mittel", "hoch"]\nnumbers = [1, 2, 3]\n'
PLAN = """
title = "Ziele"
build = "Bau_D.toml"
[[targets]]
id = "t"
label = "Armut in der hohen Klasse"
indicator = "armut"
better = "lower"
group = "hoch"
value = 0.10
deadline = 2027-12-31
"""


@pytest.fixture
def plan(tmp_path):
    town = write_town(tmp_path / "stadt")
    write_build(town, ledger=LEDGER + CLASSES)
    (town / "plan.toml").write_text(PLAN, "utf-8")
    return town / "plan.toml"


def test_a_plan_is_recorded_with_its_build_and_says_under_which_number(plan):
    town = plan.parent
    decision = decide(plan)
    for name in ("plan", "again"):
        decision.save(town / name)
    decision.base.save(town / "bau")
    ledger = open_ledger(town / "freigaben.jsonl", town / "geheim" / "freigaben.key")
    assert ledger.number == 1
    for name in ("plan", "again", "bau"):
        manifest = json.loads((town / name / "manifest.json").read_text("utf-8"))
        assert manifest["release"] == {"number": 1, "head": ledger.head[:16]}
        assert "inputs" not in manifest
    with pytest.raises(ConfigError, match="Ergebnisordner"):
        decision.save(town / "geheim")


def test_a_plan_from_true_counts_goes_to_the_office_and_every_page_says_so(plan):
    town = plan.parent
    decide(plan, office=True).save(town / "plan", office=town / "amt")
    decide(plan).save(town / "alone")
    for name in ("szenarien.html", "karte.html"):
        assert "Interne Fassung" in (town / "amt" / name).read_text("utf-8")
        assert "Interne Fassung" not in (town / "plan" / name).read_text("utf-8")
    for path in (town / "alone").iterdir():
        assert path.read_bytes() == (town / "plan" / path.name).read_bytes(), path.name
    assert json.loads((town / "amt" / "manifest.json").read_text("utf-8"))["level"] == "intern"
    ledger = open_ledger(town / "freigaben.jsonl", town / "geheim" / "freigaben.key")
    assert [e["audience"] for e in ledger.entries] == ["public", "intern"]
    assert ledger.entries[1]["told"] == {} and ledger.entries[1]["title"] == "Ziele"
    with pytest.raises(DataError, match="würde mit veröffentlicht"):
        decide(plan, office=True).save(town / "x", office=town / "x" / "amt")
