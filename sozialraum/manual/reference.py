"""The English reference: every name of the faces with signature and docstring, nothing imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import griffe

from sozialraum.manual.docstrings import markdown_of
from sozialraum.manual.pages import Page
from sozialraum.texts import text

ROOMS = ("", "index", "space", "insight", "planning", "privacy")


def public_names(room: str) -> dict[str, str]:
    """Return the public names of a room's face, each with the module that defines it.

    Parameters
    ----------
    room : "" for the names directly below ``sr``

    Examples
    --------
    >>> public_names("index")["fit_scale"]
    'sozialraum.index.scaling'
    """
    package = f"sozialraum.{room}".rstrip(".")
    face = resources.files(package).joinpath("__init__.pyi").read_text(encoding="utf-8")
    imports = [n for n in ast.parse(face).body if isinstance(n, ast.ImportFrom) and n.module]
    return {alias.name: f"{package}.{node.module}" for node in imports for alias in node.names}


def reference_pages() -> list[Page]:
    """Return one page per room."""
    intro = text("manual.intro", "en")
    pages = []
    for room in ROOMS:
        names = public_names(room)
        parts = [_entry(room, name, module) for name, module in sorted(names.items())]
        title = f"sr.{room}" if room else text("manual.reference.flat", "en")
        body = "\n\n".join([intro, *parts] if not room else parts)
        about = tuple(f"sr.{room}.{name}".replace("..", ".") for name in names)
        pages.append(Page(name=f"sr-{room}".rstrip("-"), title=title, about=about, body=body))
    return pages


@cache
def _module(name: str) -> Any:
    """Read a module without importing it."""
    _, *folders, last = name.split(".")
    file = resources.files("sozialraum").joinpath(*folders, f"{last}.py")
    code = file.read_text(encoding="utf-8")
    return griffe.visit(last, filepath=Path(f"{last}.py"), code=code)


def _defined(module: str, name: str) -> Any:
    """Return a public name from where it is defined, though another module hands it on."""
    found = _module(module)[name]
    if not found.is_alias:
        return found
    return _defined(found.target_path.rpartition(".")[0], name)


def _entry(room: str, name: str, module: str) -> str:
    """Return one name: heading, signature, docstring."""
    found = _defined(module, name)
    path = f"sr.{room}.{name}".replace("..", ".")
    parts = [f"### {path}", f"```python\n{_signature(path, found)}\n```"]
    parts += _docstring(found)
    if found.is_class:
        parts += _methods(found)
    return "\n\n".join(parts)


def signature_of(room: str, name: str) -> str:
    """Return how a public name is called, on one line.

    Parameters
    ----------
    room : "" for the names directly below ``sr``
    name : of its face
    """
    path = f"sr.{room}.{name}".replace("..", ".")
    long = _signature(path, _defined(public_names(room)[name], name))
    return re.sub(r"\s+", " ", long).replace("( ", "(").replace(", )", ")")


def _signature(path: str, found: Any) -> str:
    """Return how a function is called, one line per parameter where it is long."""
    if found.is_class:
        return f"class {path}"
    shown = [p for p in found.parameters if p.name not in ("self", "cls")]
    words: list[str] = []
    for number, parameter in enumerate(shown):
        before = shown[number - 1].kind.value if number else ""
        if parameter.kind.value == "keyword-only" and before not in (
            "keyword-only",
            "variadic positional",
        ):
            words.append("*")
        words.append(_parameter(parameter))
    line = f"{path}({', '.join(words)}) -> {found.returns}"
    if len(line) <= 88:
        return line
    inner = "".join(f"    {word},\n" for word in words)
    return f"{path}(\n{inner}) -> {found.returns}"


def _parameter(parameter: Any) -> str:
    stars = {"variadic positional": "*", "variadic keyword": "**"}.get(parameter.kind.value, "")
    annotation = f": {parameter.annotation}" if parameter.annotation is not None else ""
    default = parameter.default if not stars else None
    return f"{stars}{parameter.name}{annotation}" + (f" = {default}" if default else "")


def _docstring(found: Any) -> Iterator[str]:
    """Yield a docstring as Markdown."""
    if found.docstring is not None:
        yield markdown_of(found.docstring.value)


def _methods(found: Any) -> Iterator[str]:
    """Yield the public methods of a class."""
    for name, member in found.members.items():
        if member.is_function and not name.startswith("_") and member.docstring is not None:
            yield f"#### {found.name}.{name}"
            yield f"```python\n{_signature(name, member)}\n```"
            yield from _docstring(member)
