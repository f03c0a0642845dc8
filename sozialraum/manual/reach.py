"""Which public functions a user can reach: by a public name, a section of a file or a verb.

Read from the code; nothing is imported. A mention is taken for a call: what is found lonely is
lonely, but not all that is never used is found.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
STAGES = ("sources", "space", "index", "insight", "planning", "publish", "privacy")
Name = tuple[str, str]


class House:
    """All definitions of the package, and which of them each one names."""

    def __init__(self) -> None:
        files = sorted(PACKAGE.rglob("*.py"))
        self.trees = {module_of(f): ast.parse(f.read_text("utf-8")) for f in files}
        self.imports = {m: imported(tree) for m, tree in self.trees.items()}
        for face in faces():
            self.imports[module_of(face)] |= names_of_face(face)
        self.definitions = {
            (m, node.name): node
            for m, tree in self.trees.items()
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
        self.constants: dict[Name, ast.AST] = {}
        for m, tree in self.trees.items():
            for node in tree.body:
                targets = node.targets if isinstance(node, ast.Assign) else []
                targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
                for target in targets:
                    if isinstance(target, ast.Name):
                        self.constants[m, target.id] = node

    def found(self, module: str, name: str) -> Name | None:
        """Return where a name that a module uses is defined, if it is one of ours."""
        for _ in range(6):
            if (module, name) in self.definitions or (module, name) in self.constants:
                return module, name
            if name not in self.imports.get(module, {}):
                return None
            module, name = self.imports[module][name]
        return None

    def named_in(self, module: str, node: ast.AST) -> set[Name]:
        """Return the definitions that a piece of code names, also as "module:name"."""
        names: set[Name | None] = set()
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name):
                names.add(self.found(module, inner.id))
            elif isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
                source = self.imports[module].get(inner.value.id)
                if source is not None:
                    names.add(self.found(".".join(source), inner.attr))
            elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                path = re.fullmatch(r"(sozialraum[.\w]*):(\w+)", inner.value)
                if path:
                    names.add((path[1], path[2]))
        return {name for name in names if name is not None}

    def reached(self, doors: set[Name]) -> set[Name]:
        """Return every definition that is named on some way from the doors."""
        seen: set[Name] = set()
        todo = [*doors]
        while todo:
            name = todo.pop()
            node = self.definitions.get(name) or self.constants.get(name)
            if name in seen or node is None:
                continue
            seen.add(name)
            todo += self.named_in(name[0], node)
        return seen

    def public_functions(self) -> set[Name]:
        """Return the public functions of the stage rooms."""
        return {
            (module, name)
            for (module, name), node in self.definitions.items()
            if isinstance(node, ast.FunctionDef)
            and not name.startswith("_")
            and module.split(".")[1:2]
            and module.split(".")[1] in STAGES
        }


def module_of(file: Path) -> str:
    """Return the dotted name of a file."""
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def faces() -> list[Path]:
    """Return the files that list the public names of a room."""
    return sorted(PACKAGE.rglob("__init__.pyi"))


def names_of_face(face: Path) -> dict[str, Name]:
    """Return public name -> (module, name) it stands for."""
    inside = module_of(face)
    found = re.findall(r"from \.([.\w]*) import (\w+) as (\w+)", face.read_text("utf-8"))
    return {shown: (f"{inside}.{module}".rstrip("."), name) for module, name, shown in found}


def imported(tree: ast.AST) -> dict[str, Name]:
    """Return name in a module -> (module, name) it comes from, wherever it is imported."""
    return {
        alias.asname or alias.name: (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("sozialraum")
        for alias in node.names
    }


# what stands in these rooms is for users as it is: the command line, files of settings, test data
ENTRIES = tuple(
    f"sozialraum.{room}" for room in ("cli", "assistant", "sklearn", "testing", "manual", "config")
)


def entrances(house: House) -> set[Name]:
    """Return where users come in: faces, sections, the command line, the adapter, test data."""
    found = {name for face in faces() for name in names_of_face(face).values()}
    names = {*house.definitions, *house.constants}
    return found | {n for n in names if n[0].startswith(ENTRIES)}


def without_door(house: House) -> set[Name]:
    """Return the public functions of the stage rooms that no user reaches."""
    return house.public_functions() - house.reached(entrances(house))
