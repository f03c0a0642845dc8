"""The arrows of the house: who may import whom, and what an import may cost."""

import ast
import dataclasses
import importlib
import inspect
import re
import subprocess
import sys
import tomllib
from functools import cache, cached_property
from pathlib import Path

import pytest

import sozialraum
from sozialraum._former_names import FORMER

PACKAGE = Path(sozialraum.__file__).parent
# each room rests on those below; rooms of one floor do not know each other, but for the ground
FLOORS = (
    ("kernels", "_former_names"),
    ("model",),
    ("texts",),
    ("config",),
    ("sources", "space", "index", "privacy", "insight", "planning", "publish"),
    ("testing",),
    ("workflows", "sklearn"),
    ("manual",),
    ("sozialraum",),
    ("assistant", "paket", "qgis"),
    ("cli",),
    ("__main__",),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
GROUND = {"model", "texts", "kernels"}
STAGES = set(FLOORS[4])
KERNEL_IMPORTS = {"numpy", "numba", "sozialraum"} | set(sys.stdlib_module_names)
MOST_LINES, MOST_FILES, MOST_ARROWS = 350, 20, 64
MOST_BODY, MOST_COMPILED = 38, 90


def module_of(file: Path) -> str:
    """Return the dotted name of a file within the package; the package itself is "sozialraum"."""
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts) or "sozialraum"


@cache
def modules() -> dict[str, Path]:
    """Return every module of the package by its dotted name."""
    return {module_of(file): file for file in sorted(PACKAGE.rglob("*.py"))}


def targets_of(file: Path) -> set[str]:
    """Return the modules of this package that a file imports, for type checkers too."""
    found = set()
    for name in names_in_imports(file):
        inner = name.removeprefix("sozialraum").removeprefix(".")
        while inner and inner not in modules():
            inner = inner.rpartition(".")[0]
        found.add(inner or "sozialraum")
    return found - {module_of(file)}


def names_in_imports(file: Path) -> set[str]:
    """Return what a file imports from this package: modules, and names in modules."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file.name}: write the import in full"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] == "sozialraum"}


@cache
def arrows() -> dict[str, set[str]]:
    """Return module -> modules it imports."""
    return {name: targets_of(file) for name, file in modules().items()}


def circles(graph: dict[str, set[str]]) -> set[tuple[str, ...]]:
    """Return the groups of nodes that reach each other, each sorted (Tarjan 1972)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    found = set()

    def visit(node: str) -> None:
        order[node] = low[node] = len(order)
        path.append(node)
        for other in sorted(graph.get(node, ())):
            if other not in order:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in path:
                low[node] = min(low[node], order[other])
        if low[node] == order[node]:
            group = path[path.index(node) :]
            del path[path.index(node) :]
            if len(group) > 1:
                found.add(tuple(sorted(group)))

    for node in sorted(graph):
        if node not in order:
            visit(node)
    return found


def between_rooms() -> set[tuple[str, str]]:
    """Return the arrows between rooms, as pairs."""
    pairs = {(a.split(".")[0], b.split(".")[0]) for a, found in arrows().items() for b in found}
    return {(a, b) for a, b in pairs if a != b}


def test_circles_are_found():
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": set()}
    assert circles(graph) == {("a", "b", "c")}


def test_no_files_import_each_other_in_a_circle():
    assert circles(arrows()) == set()


def test_no_arrow_between_rooms_points_upwards():
    assert {room.split(".")[0] for room in modules()} <= set(FLOOR)
    assert not {(a, b) for a, b in between_rooms() if FLOOR[b] >= FLOOR[a]}


def test_few_arrows_join_the_rooms():
    assert len(between_rooms()) <= MOST_ARROWS


def test_no_file_is_longer_than_a_reader_can_hold():
    lines = {
        file.relative_to(PACKAGE).as_posix(): len(file.read_text("utf-8").splitlines())
        for file in modules().values()
    }
    assert {name for name, n in lines.items() if n > MOST_LINES} == set()


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function takes below its signature and its docstring."""
    written = function.body[ast.get_docstring(function) is not None :]
    return written[-1].end_lineno - written[0].lineno + 1 if written else 0


def test_lines_of_a_body_are_counted_without_signature_and_docstring():
    source = '''
def f(
    a,
):
    """Return one.

    And nothing else.
    """
    b = (
        a
    )

    return b
'''
    assert body_lines(ast.parse(source).body[0]) == 5


def test_no_function_is_longer_than_a_reader_can_hold():
    """A loop compiled by numba stays in one piece: what it carries along would go through calls."""
    long = {}
    for name, file in modules().items():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                compiled = any("jit" in ast.unparse(d) for d in node.decorator_list)
                if body_lines(node) > (MOST_COMPILED if compiled else MOST_BODY):
                    long[f"{name}.{node.name}"] = body_lines(node)
    assert long == {}


def test_no_folder_holds_more_files_than_a_reader_can_overlook():
    folders = {file.parent for file in modules().values()}
    sizes = {
        folder.relative_to(PACKAGE).as_posix(): len([*folder.glob("*.py")]) - 1
        for folder in folders
    }
    assert {name for name, n in sizes.items() if n > MOST_FILES} == set()


VERBS_FOR_ALL = {"build", "certainty", "show", "error_boundary", "outcome", "cluster"}


def test_a_verb_knows_of_its_siblings_only_those_that_all_rest_on():
    for name, found in arrows().items():
        if not name.startswith("workflows.") or name.startswith("workflows.batch"):
            continue
        own = name.split(".")[1]
        siblings = {t.split(".")[1] for t in found if t.startswith("workflows.")}
        assert siblings <= VERBS_FOR_ALL | {own}, name


def test_whoever_runs_verbs_knows_only_their_faces():
    runners = [n for n in arrows() if n.split(".")[0] in ("cli", "assistant")]
    assert len(runners) > 15
    for name in runners:
        inside = {t for t in arrows()[name] if t.startswith("workflows.") and t.count(".") > 1}
        assert not inside, name


# what a verb gives back
OUTCOMES = {
    "batch": ("batch",),
    "build": ("build", "build_for_office"),
    "cells": ("sum_cells",),
    "check": ("check",),
    "compare": ("compare", "compare_methods", "compare_profiles"),
    "fetch": ("fetch",),
    "ledger": ("make_ledger", "list_releases", "import_ledger"),
    "new": ("draft", "add_deliveries", "start_build", "start_plan", "start_participation"),
    "participation": ("run_participation",),
    "plan": ("decide",),
    "report": ("area_profiles", "sheets"),
    "see": ("see",),
    "show": ("open_result",),
    "verify": ("verify",),
    "warm": ("warm",),
    "watch": ("watch",),
}
NO_VERB = {"certainty"}  # what else could have come out: a part that several verbs rest on


def test_every_verb_has_a_face_and_an_outcome():
    verbs = {n.split(".")[1] for n in modules() if n.count(".") > 1 and n.startswith("workflows.")}
    assert verbs == set(OUTCOMES) | NO_VERB
    assert all((PACKAGE / "workflows" / verb / "__init__.pyi").is_file() for verb in OUTCOMES)


@pytest.mark.parametrize(
    ("verb", "name"), [(v, name) for v, names in OUTCOMES.items() for name in names]
)
def test_a_verb_gives_back_a_frozen_outcome(verb, name):
    face = importlib.import_module(f"sozialraum.workflows.{verb}")
    given = inspect.signature(getattr(face, name)).return_annotation
    outcome = getattr(face, given)
    assert outcome.__dataclass_params__.frozen
    fields = {f.name for f in dataclasses.fields(outcome)}
    assert "problems" in fields or isinstance(
        inspect.getattr_static(outcome, "problems"), property | cached_property
    )
    assert list(inspect.signature(outcome.summary).parameters) == ["self"]
    arguments = inspect.signature(outcome.save).parameters
    assert list(arguments)[:2] == ["self", "folder"]
    kept = {n for n, p in arguments.items() if p.kind is p.KEYWORD_ONLY}
    assert kept - {"files"} == {"office", "progress"}
    assert inspect.signature(outcome.save).return_annotation == "list[str]"
    assert inspect.getdoc(outcome.save)


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


HELP = (
    "import sys, io, contextlib\nsys.argv=['sozialraum', '--help']\nfrom sozialraum.cli import main\n"
    "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n    main()"
)


# 22 and 358 modules: 22 ms over bare Python and 0.37 s of a processor of 2023
@pytest.mark.parametrize(("code", "most"), [("import sozialraum", 30), (HELP, 420)])
def test_a_start_loads_few_modules(code, most):
    program = (
        f"import sys\nbefore = set(sys.modules)\n{code}\nprint(len(set(sys.modules) - before))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert 0 < int(run.stdout.split()[-1]) <= most


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
    assert not loaded_by(HELP) & {
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


def public_definitions() -> dict[str, list[str]]:
    """Return name -> modules that define a public function or class of it, for those who import."""
    found: dict[str, list[str]] = {}
    for module, file in modules().items():
        if module.startswith(("testing", "cli")):
            continue
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, []).append(module)
    return found


def test_no_public_name_is_defined_twice():
    twice = {name: at for name, at in public_definitions().items() if len(at) > 1}
    assert not twice


def imports_at_work(file: Path) -> list[ast.ImportFrom]:
    """Return the imports from this package that are carried out, also those inside functions."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n not in for_types]
    return [n for n in found if f"{n.module}.".startswith("sozialraum.")]


def test_imports_inside_functions_name_what_is_there():
    lost = [
        f"{file.relative_to(PACKAGE)}: {node.module}.{alias.name}"
        for file in modules().values()
        for node in imports_at_work(file)
        for alias in node.names
        if not hasattr(importlib.import_module(str(node.module)), alias.name)
        and f"{node.module}.{alias.name}".removeprefix("sozialraum.") not in modules()
    ]
    assert lost == []


def test_files_of_users_are_read_by_one_reader_of_toml():
    readers = [
        f for f in modules().values() if re.search(r"^import tomllib", f.read_text("utf-8"), re.M)
    ]
    shipped = [f for f in readers if "resources.files(" in f.read_text("utf-8")]
    others = {f.relative_to(PACKAGE).as_posix() for f in readers if f not in shipped}
    assert others == {"config/toml_text.py"}


def test_all_numbers_of_a_release_come_before_all_words():
    """`compute` makes numbers, the draft of the release makes sentences of them."""
    words = {n for n in modules() if n.startswith("workflows.build.words.")}
    inside = {n for n in modules() if n.startswith("workflows.build.")} - words
    who = {n for n in inside if arrows()[n] & words}
    assert who == {f"workflows.build.{n}" for n in ("computing", "release_draft", "saving")}
    # the one finding about the input that is known before anything is computed
    assert arrows()["workflows.build.computing"] & words == {
        "workflows.build.words.protection_words"
    }


def test_the_versions_of_python_are_those_that_are_named():
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))["project"]
    named = {c.rsplit(" ", 1)[1] for c in project["classifiers"] if ":: 3." in c}
    assert named == {"3.11", "3.12", "3.13"} and project["requires-python"] == ">=3.11"
