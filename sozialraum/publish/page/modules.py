"""ES modules joined into one script, without any tool: what a module says is read as it stands.

The source of the committee page is a folder of small modules with named imports. They are put in
order by their imports, each becomes a function that returns its exports; indentation is left out,
and comments where they stand alone or name a type. Nothing is shortened or renamed, so the script
of a page stays readable and the same source gives the same bytes.
"""

from __future__ import annotations

import re
from functools import cache

from sozialraum.publish.asset_files import asset

_IMPORT = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|const|class) )", re.MULTILINE)
_EXPORTED = re.compile(r"^export (?:async function|function|const|class) (\w+)", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*|^await\b.*", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?:/\*(?:[^*]|\*(?!/))*\*/|//[^\n]*)[ \t]*\n", re.MULTILINE)
_TYPE = re.compile(r"/\*\* @type .*?\*/ ?")
_INDENT = re.compile(r"^[ \t]+|\n(?=\n)", re.MULTILINE)


@cache
def joined(folder: str, *entries: str) -> str:
    """Return the modules of a folder of ``assets`` as one strict script.

    Parameters
    ----------
    folder : below ``assets``
    entries : the modules that are started, in their order; those they import come first

    Raises
    ------
    ValueError
        If modules import in a circle, import what is not exported, share an exported name, or
        use anything but named imports and exported declarations.
    """
    order: list[str] = []
    for entry in entries:
        _visit(folder, entry, order, ())
    sources = {name: asset(f"{folder}/{name}") for name in order}
    owners: dict[str, str] = {}
    for name, source in sources.items():
        for exported in _EXPORTED.findall(source):
            if exported in owners:
                message = f"{exported} is exported by {owners[exported]} and by {name}."
                raise ValueError(message)
            owners[exported] = name
    parts = [_wrapped(name, source, owners) for name, source in sources.items()]
    return '"use strict";\n(() => {\n' + "".join(parts) + "})();\n"


def _visit(folder: str, name: str, order: list[str], above: tuple[str, ...]) -> None:
    if name in above:
        message = f"Modules import in a circle: {' -> '.join([*above, name])}."
        raise ValueError(message)
    if name in order:
        return
    for _, imported in _IMPORT.findall(asset(f"{folder}/{name}")):
        _visit(folder, imported, order, (*above, name))
    order.append(name)


def _wrapped(name: str, source: str, owners: dict[str, str]) -> str:
    """Return a module as a function that is called at once and returns its exports."""
    for words, origin in _IMPORT.findall(source):
        for word in filter(None, (one.strip() for one in words.split(","))):
            if owners.get(word) != origin:
                message = f"{name} imports {word!r}, which {origin} does not export."
                raise ValueError(message)
    exported = ", ".join(_EXPORTED.findall(source))
    body = _EXPORT.sub("", _IMPORT.sub("", source))
    if other := _OTHER.search(body):
        message = f"{name}: only named imports and declarations can be joined, not {other[0]!r}."
        raise ValueError(message)
    body = _TYPE.sub("", _COMMENT.sub("", body)).strip("\n")
    if any(line.count("`") % 2 for line in body.split("\n")):
        message = f"{name}: a text between backquotes must not go over several lines."
        raise ValueError(message)
    body = _INDENT.sub("", body)
    if not exported:
        return f"(() => {{\n{body}\n}})();\n"
    return f"const {{ {exported} }} = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();\n"
