"""Nothing but our own errors leaves a workflow, and each says what to do."""

import errno
import importlib
import inspect
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


# look at an outcome and read nothing
VIEWS = {"area_profile", "class_in_profile", "direction", "index_figure", "published_rules"}


def public_of_verbs():
    """Yield every function in the face of a verb, and every `save` of what it gives back."""
    faces = sorted((Path(sozialraum.__file__).parent / "workflows").glob("*/__init__.pyi"))
    assert len(faces) > 8
    for face in faces:
        room = importlib.import_module(f"sozialraum.workflows.{face.parent.name}")
        for name in room.__all__:
            thing = getattr(room, name)
            if inspect.isfunction(thing) and name not in VIEWS:
                yield f"{face.parent.name}.{name}", thing
            elif inspect.isclass(thing) and hasattr(thing, "save"):
                yield f"{face.parent.name}.{name}.save", thing.save


def test_every_workflow_stands_behind_the_boundary():
    found = dict(public_of_verbs())
    assert len(found) > 20
    assert not [place for place, thing in found.items() if not hasattr(thing, "__wrapped__")]


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
