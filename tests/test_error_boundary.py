"""Nothing but our own errors leaves a workflow, and each says what to do."""

import errno
from pathlib import Path

import pytest
from wrong_values import BASE, toml, write_city

import sozialraum
from sozialraum.model.errors import DataError, SozialraumError
from sozialraum.texts import catalogue
from sozialraum.workflows.error_boundary import FAULT, own_errors, problem_of


@pytest.mark.parametrize(
    "name", [n for n in catalogue("pipeline")["system_reason"] if n != "other"]
)
def test_an_error_of_the_system_is_told_with_its_file_and_what_to_do(name):
    @own_errors
    def write():
        raise OSError(getattr(errno, name), "x", "/geheim/ordner/karte.html")

    with pytest.raises(DataError) as caught:
        write()
    (found,) = caught.value.problems
    assert (found.code, found.file) == ("pipeline.system", "karte.html")
    assert "geheim" not in str(found) and ":" in found.message and found.action


def test_a_fault_of_the_program_leaves_as_a_finding_without_a_cell_of_the_data():
    def read(cell):
        raise KeyError(cell)

    with pytest.raises(SozialraumError) as caught:
        own_errors(read)("Anna Muster")
    assert [p.code for p in caught.value.problems] == [FAULT]
    assert "Anna" not in str(caught.value) and "KeyError" in str(caught.value)
    assert isinstance(caught.value.__cause__, KeyError)


def test_too_little_memory_is_told():
    assert problem_of(MemoryError()).code == "pipeline.no_memory"


WORKFLOWS = {
    "build.building": ["build", "build_for_office", "internal"], "build.result": ["Result.save"],
    "build.office_copy": ["office_copy", "moved_classes"],
    "check.checking": ["check_build", "save_check_report"],
    "report.papers": ["area_profiles", "sheets"],
    "compare.comparing": ["compare_saved"], "compare.protections": ["compare_profiles"],
    "compare.methods": ["compare_methods", "MethodComparison.save"],
    "participation.run": ["run_participation", "ParticipationResult.save"],
    "show.saved": ["open_result"], "verify.verifying": ["verify_folder", "verify_recorded"],
    "ledger.releases": ["make_ledger", "list_releases", "import_ledger"],
    "plan.decision": ["decide", "verify_decision", "PlanDecision.save"],
}  # fmt: skip


@pytest.mark.parametrize("module", WORKFLOWS)
def test_every_workflow_stands_behind_the_boundary(module):
    import importlib

    room = importlib.import_module(f"sozialraum.workflows.{module}")
    for path in WORKFLOWS[module]:
        found = room
        for part in path.split("."):
            found = getattr(found, part)
        assert hasattr(found, "__wrapped__"), path


def test_the_command_line_calls_no_workflow_that_is_not_behind_the_boundary():
    cli = Path(sozialraum.__file__).parent / "cli"
    called = {
        name.split(" as ")[0].strip()
        for file in cli.glob("*.py")
        for line in file.read_text("utf-8").splitlines()
        if "from sozialraum.workflows." in line and " import " in line
        for name in line.split(" import ")[1].split(",")
    }
    guarded = {path for paths in WORKFLOWS.values() for path in paths}
    looks_at = {
        "AreaProfile",
        "Saved",
        "Comparison",
        "PlanDecision",
        "MethodComparison",
        "VERBS",
        "(",
    }
    looks_at |= {"area_profile", "class_words", "direction", "index_figure"}
    assert called - guarded - looks_at == set()


def test_a_full_disk_while_saving_leaves_the_earlier_result_as_it_was(tmp_path, monkeypatch):
    write_city(tmp_path)
    (tmp_path / "bau.toml").write_text(
        toml(BASE | {"output": {"files": ["csv", "methode"]}}), "utf-8"
    )
    result, target = sozialraum.build(tmp_path / "bau.toml"), tmp_path / "ergebnis"
    result.save(target)
    before = {f.name: f.read_bytes() for f in target.iterdir()}

    def full(self, *args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device", str(self))

    for name in ("write_bytes", "write_text"):
        monkeypatch.setattr(Path, name, full)
    with pytest.raises(DataError) as caught:
        result.save(target)
    (found,) = caught.value.problems
    assert found.code in ("publish.cannot_write", "pipeline.system") and found.action
    assert {f.name: f.read_bytes() for f in target.iterdir()} == before
    assert not [f for f in tmp_path.iterdir() if f.name.startswith(".ergebnis")]
