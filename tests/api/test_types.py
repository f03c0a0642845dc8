"""What a type checker knows of the public names."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import get_type_hints

import pytest

from sozialraum.index.aggregation import aggregate, fit_restandard
from sozialraum.index.keyword_options import RestandardOptions, TreeOptions

EXAMPLE = Path(__file__).parent / "user_example.py"
ROOMS = ("config", "index", "insight", "manual", "planning", "privacy", "space", "testing")
PACKAGE = EXAMPLE.parents[2] / "sozialraum"


def mypy(*arguments: str, cache: Path) -> list[str]:
    """Return what mypy finds in strict mode, a line per error."""
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--ignore-missing-imports",
         "--follow-imports=silent", f"--cache-dir={cache}", "--no-error-summary", "--hide-error-context",
         *arguments],
        capture_output=True, text=True, cwd=PACKAGE.parent,
    )  # fmt: skip
    assert not run.stderr
    return [line for line in run.stdout.splitlines() if ": error: " in line]


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("mypy")


def test_three_wrong_calls_are_three_errors_that_name_the_right_words(cache):
    lines = EXAMPLE.read_text("utf-8").splitlines()
    wrong = {n: line.split("# ")[1] for n, line in enumerate(lines, 1) if "# " in line}
    found = mypy(str(EXAMPLE), cache=cache)
    assert len(found) == len(wrong) == 3
    for (number, expected), error in zip(wrong.items(), found, strict=True):
        code, words = expected.split(": ", 1)
        assert f":{number}: " in error
        assert f"[{code}]" in error
        assert words in error


def test_the_faces_pass_mypy_in_strict_mode(cache):
    faces = sorted(PACKAGE.rglob("*.pyi"))
    assert len(faces) >= 18
    assert mypy(*map(str, faces), cache=cache) == []


def test_the_settings_check_the_workflows_too_and_pass_over_no_error():
    """Every run of the whole suite begins with mypy as the settings say."""
    top = PACKAGE.parent
    settings = tomllib.loads((top / "pyproject.toml").read_text("utf-8"))["tool"]["mypy"]
    assert {"sozialraum/workflows", "sozialraum/config", "sozialraum/cli"} <= set(settings["files"])
    assert not {"ignore_errors", "disable_error_code", "exclude", "overrides"} & set(settings)
    assert re.search(r"^\S*mypy$", (top / ".ci" / "run").read_text("utf-8"), re.M)


@pytest.mark.parametrize("room", ["", *ROOMS])
def test_no_public_name_takes_or_gives_anything_whatever(room):
    place = importlib.import_module(f"sozialraum.{room}".rstrip("."))
    loose = []
    for name in set(place.__all__) - {"__version__", *ROOMS}:
        thing = getattr(place, name)
        if not callable(thing):
            continue
        written = inspect.signature(thing)
        bare = [p for p in written.parameters.values() if p.annotation is inspect.Parameter.empty]
        if bare or re.search(r"\bAny\b", str(written)):
            loose.append(f"{name}{written}")
    assert loose == []


def annotations_of_faces():
    """Yield place and annotation of every field, argument and answer of what a face lists."""
    for face in sorted(PACKAGE.rglob("__init__.pyi")):
        listed = re.findall(r"^from \.([.\w]*) import (\w+) as", face.read_text("utf-8"), re.M)
        for module, name in listed:
            file = face.parent / f"{module.replace('.', '/')}.py"
            body = ast.parse(file.read_text("utf-8")).body if file.is_file() else []
            for node in body:
                if getattr(node, "name", "") == name:
                    yield from written_at(f"{face.parent.name}.{name}", node)


def written_at(place, node):
    if isinstance(node, ast.FunctionDef):
        for given in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]:
            if given.annotation is not None:
                yield f"{place}({given.arg})", ast.unparse(given.annotation)
        if node.returns is not None:
            yield f"{place}()", ast.unparse(node.returns)
    elif isinstance(node, ast.AnnAssign):
        yield f"{place}.{ast.unparse(node.target)}", ast.unparse(node.annotation)
    elif isinstance(node, ast.ClassDef):
        for inner in node.body:
            name = getattr(inner, "name", "")
            if not name.startswith("_"):
                yield from written_at(f"{place}.{name}".rstrip("."), inner)


def test_nothing_that_a_face_lists_is_any_not_in_a_field_nor_in_a_method():
    found = dict(annotations_of_faces())
    assert len(found) > 1000
    assert {p: a for p, a in found.items() if re.search(r"\bAny\b", a)} == {}


@pytest.mark.parametrize(
    ("function", "options", "data"),
    [
        (aggregate, TreeOptions, {"z", "indicators", "node_scale", "return"}),
        (fit_restandard, RestandardOptions, {"index", "return"}),
    ],
    ids=["aggregate", "fit_restandard"],
)
def test_options_that_are_handed_on_are_those_of_the_function(function, options, data):
    taken = get_type_hints(function, include_extras=True)
    assert {k: v for k, v in taken.items() if k not in data} == get_type_hints(
        options, include_extras=True
    )
