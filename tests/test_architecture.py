"""The arrows of the house: who may import whom, and what an import may cost."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sozialraum

PACKAGE = Path(sozialraum.__file__).parent
GROUND = {"model", "keys", "errors", "texts", "kernels", "addresses"}
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
def test_stages_meet_only_in_the_pipeline(stage):
    for file in files(stage):
        assert rooms_of(file) <= GROUND | {"config", stage}, file.relative_to(PACKAGE)


def test_only_cli_and_notebooks_stand_above_the_pipeline():
    for room in STAGES | GROUND | {"config"}:
        for file in files(room):
            if file.exists():
                assert not rooms_of(file) & {"cli", "pipeline"}, file.name


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


def test_every_public_name_is_listed_once_and_explains_each_of_its_parameters():
    names = [name for name in sozialraum.__all__ if name != "__version__"]
    assert len(set(names)) == len(names) > 15
    for name in names:
        function = getattr(sozialraum, name)
        explained = set(re.findall(r"\w+", inspect.getdoc(function)))
        assert set(inspect.signature(function).parameters) <= explained, name


def test_no_module_has_the_name_of_a_public_function():
    modules = {f.stem for f in PACKAGE.rglob("*.py")} | {
        f.name for f in PACKAGE.rglob("*") if f.is_dir()
    }
    functions = set(sozialraum.__all__) - {"__version__"}
    # `crosswalk` the function lives beside `space/crosswalk.py`; neither is a name of the top package's folder
    top = {f.stem for f in PACKAGE.glob("*.py")} | {f.name for f in PACKAGE.iterdir() if f.is_dir()}
    assert not top & functions
    assert modules
