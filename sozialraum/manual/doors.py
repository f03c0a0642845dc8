"""The table of doors: every way in for a user, joined from where each fact stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sozialraum._former_names import FORMER
from sozialraum.manual.key_tables import FILES, sections_of
from sozialraum.manual.pages import read_pages
from sozialraum.manual.reach import House, Name
from sozialraum.manual.reference import ROOMS, public_names, signature_of

_FIRST = "0.2"  # from this version on, a new name bears `.. versionadded::`
_ADDED = re.compile(r"\.\. versionadded:: (\S+)")
# what a command calls that is no part of it
_BESIDES = ("sozialraum.cli", "sozialraum.texts", "sozialraum.model", "sozialraum.publish.escape")


@dataclass(frozen=True)
class Door:
    """One way in: a public name, a section of a file or a verb; "" where it has none of these.

    Parameters
    ----------
    name : as users write it, "sr.index.fit_scale"
    signature : how it is called
    section : of a file that becomes its arguments: "[scaling]", "plan [locate]"
    verb : command that runs it
    page : of the handbook, or of the reference
    since : version
    """

    name: str
    signature: str
    section: str
    verb: str
    page: str
    since: str


def doors() -> list[Door]:
    """Return every door, names first, then sections and verbs that have no name.

    Examples
    --------
    >>> [d.section for d in doors() if d.name == "sr.index.fit_scale"]
    ['[scaling], [axes.scaling]']
    """
    house, pages = House(), _pages()
    sections, verbs = _sections(), _verbs(house)
    listed = list(_named(house, sections, verbs, pages))
    used = {(d.section, d.verb) for d in listed}
    listed += [
        Door("", "", section, "", pages.get(section.replace("[axes.", "["), ""), "")
        for section in sections
        if not any(section in one for one, _ in used)
    ]
    listed += [
        Door("", "", "", verb, pages.get(f"sozialraum {verb}", ""), "")
        for verb in verbs
        if not any(verb in one.split(", ") for _, one in used)
    ]
    return listed


def _named(
    house: House, sections: dict[str, Name], verbs: dict[str, set[Name]], pages: dict[str, str]
) -> Iterator[Door]:
    for room in ROOMS:
        for short, module in sorted(public_names(room).items()):
            name, place = f"sr.{room}.{short}".replace("..", "."), (module, short)
            own = [section for section, stated in sections.items() if stated == place]
            run = [verb for verb, called in verbs.items() if place in called]
            words = [*own, *(f"sozialraum {verb}" for verb in run), name]
            page = next((pages[word] for word in words if word in pages), f"sr-{room}".rstrip("-"))
            yield Door(
                name, signature_of(room, short), ", ".join(own), ", ".join(run), page,
                _since(house, f"{room}.{short}".lstrip("."), place),
            )  # fmt: skip


def _pages() -> dict[str, str]:
    """Return what a page is about -> its name."""
    return {entry: page.name for page in read_pages() for entry in page.about}


def _sections() -> dict[str, Name]:
    """Return each section of each kind of file, with the function it becomes."""
    found: dict[str, Name] = {}
    for file in FILES:
        before = "" if file == "build" else f"{file} "
        for section, model in sections_of(file).items():
            module, _, name = str(getattr(model, "function", "")).partition(":")
            found.setdefault(f"{before}[{section}]", (module, name))
    return found


def _verbs(house: House) -> dict[str, set[Name]]:
    """Return each command with the functions it calls, through its own printing."""
    found = {}
    for module, tree in house.trees.items():
        verb = module.removeprefix("sozialraum.cli.")
        if verb in (module, "app") or "." in verb or not _is_command(tree):
            continue
        own = [node for name, node in house.definitions.items() if name[0] == module]
        called = {name for node in own for name in house.named_in(module, node)}
        found[verb] = {n for n in called if not n[0].startswith(_BESIDES)}
    return dict(sorted(found.items()))


def _is_command(tree: ast.AST) -> bool:
    """Tell whether a file of the command line adds a command."""
    return any(
        "command" in ast.unparse(mark)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for mark in node.decorator_list
    )


def _since(house: House, name: str, place: Name) -> str:
    """Return the version a name is there from."""
    node = house.definitions.get(place)
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        added = _ADDED.search(ast.get_docstring(node) or "")
        if added:
            return added[1]
    return "0.1" if name in FORMER or name in FORMER.values() else _FIRST
