"""The arrows of the house: who may import whom, and what an import may cost."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sozialraum
from sozialraum._former_names import FORMER

PACKAGE = Path(sozialraum.__file__).parent
GROUND = {"model", "texts", "kernels"}
STAGES = {"sources", "space", "index", "privacy", "insight", "planning", "publish"}
KERNEL_IMPORTS = {"numpy", "numba", "sozialraum"} | set(sys.stdlib_module_names)


def imports_of(file: Path) -> set[str]:
    """Return every module a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def rooms_of(file: Path) -> set[str]:
    """Return the rooms of this package that a file imports from."""
    return {m.split(".")[1] for m in imports_of(file) if m.startswith("sozialraum.")}


def files(room: str) -> list[Path]:
    """Return the modules of a room."""
    folder = PACKAGE / room
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [PACKAGE / f"{room}.py"]


def test_the_ground_floor_imports_nothing_above_it():
    for room in GROUND:
        for file in files(room):
            if file.exists():
                assert rooms_of(file) <= GROUND, file.name


def test_the_build_file_knows_only_the_ground_floor():
    for file in files("config"):
        assert rooms_of(file) <= GROUND | {"config"}, file.name


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_stages_meet_only_in_the_workflows(stage):
    for file in files(stage):
        assert rooms_of(file) <= GROUND | {"config", stage}, file.relative_to(PACKAGE)


def test_only_cli_and_notebooks_stand_above_the_workflows():
    for room in STAGES | GROUND | {"config"}:
        for file in files(room):
            if file.exists():
                assert not rooms_of(file) & {"cli", "workflows"}, file.name


def test_kernels_know_only_arrays():
    for file in files("kernels"):
        outside = {m.split(".")[0] for m in imports_of(file)} - KERNEL_IMPORTS
        assert not outside, f"{file.name} imports {outside}"


def test_no_kernel_uses_fastmath():
    assert not [
        f for f in PACKAGE.rglob("*.py") if "fastmath=True" in f.read_text("utf-8").replace(" ", "")
    ]


def test_only_the_privacy_room_holds_the_seal():
    holders = [
        f.relative_to(PACKAGE).as_posix()
        for f in PACKAGE.rglob("*.py")
        if any(m.endswith("._SEAL") for m in imports_of(f))
    ]
    # the two released nouns themselves compare with it
    assert holders
    assert all(h.startswith(("privacy/", "model/")) for h in holders), holders


def loaded_by(code: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after `code`."""
    program = f"{code}\nimport sys; print(' '.join({{m.split('.')[0] for m in sys.modules}}))"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


def test_importing_the_package_loads_no_heavy_library():
    heavy = {
        "numpy",
        "pandas",
        "geopandas",
        "numba",
        "scipy",
        "sklearn",
        "folium",
        "pydantic",
        "typer",
    }
    assert not loaded_by("import sozialraum") & heavy


def test_help_loads_no_heavy_library():
    code = (
        "import sys, io, contextlib\nsys.argv=['sozialraum', '--help']\nfrom sozialraum.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n    main()"
    )
    assert not loaded_by(code) & {
        "numpy",
        "pandas",
        "geopandas",
        "numba",
        "scipy",
        "sklearn",
        "folium",
    }


ROOMS = ("index", "insight", "planning", "privacy", "space")


def faces() -> list[tuple[str, str, object]]:
    """Return room, name and object of every public name."""
    found = []
    for room in ("", *ROOMS):
        place = importlib.import_module(f"sozialraum.{room}".rstrip("."))
        names = set(place.__all__) - {"__version__", *ROOMS}
        found += [(room, name, getattr(place, name)) for name in sorted(names)]
    return found


def test_every_public_name_is_listed_once_and_explains_each_of_its_parameters():
    listed = faces()
    names = [name for _, name, _ in listed]
    assert len(set(names)) == len(names) > 60
    for _, name, thing in listed:
        if not inspect.isfunction(thing):
            continue
        explained = set(re.findall(r"\w+", inspect.getdoc(thing)))
        assert set(inspect.signature(thing).parameters) <= explained, name


def test_no_module_has_the_name_of_a_public_function_of_its_room():
    for room, name, _ in faces():
        folder = PACKAGE / room
        assert not (folder / f"{name}.py").exists(), (room, name)
        assert not (folder / name).is_dir(), (room, name)


def test_names_of_the_first_version_still_work_with_a_warning():
    for former, place in FORMER.items():
        with pytest.warns(DeprecationWarning, match=re.escape(place)):
            assert callable(getattr(sozialraum, former))
