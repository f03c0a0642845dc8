"""A file of one kind where another is needed: one sentence with the right command, nothing else."""

from pathlib import Path

import pytest

from sozialraum import read_build
from sozialraum.config.batch_file import BatchFile, read_batch
from sozialraum.config.file_kinds import kind_by_keys, kind_of_file
from sozialraum.config.participation import ParticipationPlan, read_participation
from sozialraum.config.plan import Plan
from sozialraum.model.errors import ConfigError
from sozialraum.planning.plan_file import read_plan
from sozialraum.planning.plan_sections import PlanFile
from sozialraum.workflows.fetch.sections import FetchPlan, read_fetch

CONFIG = Path(__file__).parents[1] / "config"
READERS = {
    "build": read_build,
    "plan": read_plan,
    "participation": read_participation,
    "batch": read_batch,
    "fetch": read_fetch,
}
WRITTEN = {
    "build": 'title = "Ort"\n[[indicators]]\nid = "armut"\n',
    "plan": 'title = "Ort"\nbuild = "ort.toml"\n[ganztag]\nages = [6, 9]\n',
    "participation": 'title = "Ort"\n[records]\nfile = "liste.csv"\n',
    "batch": 'builds = ["*.toml"]\n',
    "fetch": '[[downloads]]\nfile = "a.csv"\nurl = "https://example.org/a.csv"\n',
}
NAMED = {
    "build": "musterstadt.toml",
    "plan": "kinder_musterstadt.toml",
    "participation": "ferienprogramm_musterstadt.toml",
}
MODELS = {
    "build": Plan,
    "plan": PlanFile,
    "participation": ParticipationPlan,
    "batch": BatchFile,
    "fetch": FetchPlan,
}
CROSSED = [(kind, wanted) for kind in WRITTEN for wanted in READERS if kind != wanted]


def lying(kind, folder):
    file = folder / "datei.toml"
    file.write_text(WRITTEN[kind], encoding="utf-8")
    return file


@pytest.mark.parametrize(("kind", "wanted"), CROSSED)
def test_another_kind_of_file_is_refused_with_the_command_it_is_for(kind, wanted, tmp_path):
    with pytest.raises(ConfigError) as refused:
        READERS[wanted](lying(kind, tmp_path))
    (found,) = refused.value.problems
    assert found.code == "config.other_kind"
    assert f"sozialraum {kind}" in found.action


@pytest.mark.parametrize("kind", WRITTEN)
def test_its_own_reader_never_calls_a_file_another_kind(kind, tmp_path):
    try:
        READERS[kind](lying(kind, tmp_path))
    except ConfigError as refused:
        assert "config.other_kind" not in {p.code for p in refused.problems}


@pytest.mark.parametrize(("kind", "name"), NAMED.items())
def test_the_shipped_files_are_of_the_kind_they_are_used_as(kind, name):
    assert kind_of_file(CONFIG / name) == kind
    READERS[kind](CONFIG / name)


@pytest.mark.parametrize("kind", MODELS)
def test_no_key_of_a_kind_is_the_sign_of_another(kind):
    keys = {field.alias or name for name, field in MODELS[kind].model_fields.items()}
    assert {kind_by_keys([key]) for key in keys} <= {kind, None}
    assert kind_by_keys(keys) == kind
