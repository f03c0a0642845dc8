"""Which public functions a user can reach: by a public name, a section of the build file or a verb."""

import ast
import re
from pathlib import Path

import sozialraum

PACKAGE = Path(sozialraum.__file__).parent
STAGES = ("sources", "space", "index", "insight", "planning", "publish", "privacy")
Name = tuple[str, str]


class House:
    """All definitions of the package, and which of them each one names."""

    def __init__(self) -> None:
        files = sorted(PACKAGE.rglob("*.py"))
        self.trees = {module_of(f): ast.parse(f.read_text("utf-8")) for f in files}
        self.imports = {m: imported(m, tree) for m, tree in self.trees.items()}
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
        names = set()
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
        return names - {None}

    def reached(self, doors: set[Name]) -> set[Name]:
        """Return every definition that is named on some way from the doors."""
        seen: set[Name] = set()
        todo = list(doors)
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


def imported(module: str, tree: ast.AST) -> dict[str, Name]:
    """Return name in a module -> (module, name) it comes from, wherever it is imported."""
    return {
        alias.asname or alias.name: (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sozialraum")
        for alias in node.names
    }


def doors(house: House) -> set[Name]:
    """Return where users come in: faces, sections, the command line, the adapter, test data."""
    found = set()
    for face in [*PACKAGE.glob("*.pyi"), *PACKAGE.rglob("*/*.pyi")]:
        inside = ".".join(face.parent.relative_to(PACKAGE.parent).parts)
        for module, name in re.findall(r"from (\.[.\w]*) import (\w+) as", face.read_text("utf-8")):
            found.add((inside + module.rstrip("."), name))
    entry = ("sozialraum.cli", "sozialraum.sklearn", "sozialraum.testing", "sozialraum.manual")
    names = {*house.definitions, *house.constants}
    found |= {n for n in names if n[0].startswith(entry)}
    found |= {n for n in names if n[0].startswith("sozialraum.config")}
    return found
