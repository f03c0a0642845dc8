"""Docstrings in numpydoc as Markdown: sections, lists of parameters, tables, formulas, examples."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sozialraum.manual.formulas import mathml

_SECTION = re.compile(r"^([A-Z][A-Za-z ]+)\n-{3,}\n", re.MULTILINE)
_RULE = re.compile(r"^=+(?:\s+=+)+$", re.MULTILINE)
_MATH = re.compile(r":math:`([^`]+)`")
_BLOCK = re.compile(r"^\.\. math::\n\n?((?: +.*\n?)+)", re.MULTILINE)
_LISTS = ("Parameters", "Returns", "Raises", "Attributes", "Yields", "Warns", "Other Parameters")


def markdown_of(docstring: str) -> str:
    """Return a docstring as Markdown.

    Parameters
    ----------
    docstring : numpydoc, without indentation
    """
    first, *rest = _SECTION.split(docstring.strip())
    parts = [_prose(first)]
    for heading, body in zip(rest[::2], rest[1::2], strict=True):
        if heading == "Examples":
            parts += list(_examples(body))
        elif heading in _LISTS:
            parts += [f"**{heading}**", _items(body)]
        else:
            parts += [f"**{heading}**", _prose(body)]
    return "\n\n".join(part for part in parts if part)


def _items(body: str) -> str:
    """Return the entries of a section as a list; an indented line belongs to the one above."""
    entries: list[list[str]] = []
    for line in body.strip("\n").splitlines():
        if line.strip() and (not line.startswith(" ") or not entries):
            entries.append([line.strip()])
        elif line.strip():
            entries[-1].append(line.strip())
    if all(" : " not in entry[0] and len(entry) == 1 for entry in entries):
        return _prose(" ".join(entry[0] for entry in entries))
    return "\n".join(f"- {_entry(entry)}" for entry in entries)


def _entry(lines: list[str]) -> str:
    """Return one entry: its names as code, then its words."""
    head, mark, words = lines[0].partition(" : ")
    more = " ".join(lines[1:])
    if not mark:
        return _inline(f"{head}: {more}" if more else head)
    names = ", ".join(f"`{name.strip().lstrip('*')}`" for name in head.split(","))
    return f"{names}: {_inline(f'{words} {more}'.strip())}"


def _examples(body: str) -> Iterator[str]:
    """Yield examples as code and the sentences between them as prose."""
    for block in re.split(r"\n\s*\n", body.strip("\n")):
        if block.lstrip().startswith((">>>", "...")):
            yield f"```python\n{block}\n```"
        else:
            yield _prose(block)


def _prose(words: str) -> str:
    """Return paragraphs, with tables of reStructuredText as Markdown tables."""
    pieces = _RULE.split(_BLOCK.sub(_in_line, words.strip()))
    made = [_inline(piece) if n % 2 == 0 else _table(piece) for n, piece in enumerate(pieces)]
    return "\n\n".join(piece.strip() for piece in made if piece.strip())


def _in_line(block: re.Match[str]) -> str:
    """Return a formula in a block of its own as a paragraph."""
    return f"\n:math:`{' '.join(block[1].split())}`\n"


def _table(rows: str) -> str:
    """Return the rows between two rules as a table of two columns."""
    lines: list[str] = []
    for row in rows.strip("\n").splitlines():
        name, _, meaning = row.partition(" ")
        if row.startswith(" "):
            lines[-1] = f"{lines[-1][:-2]} {_cell(row.strip())} |"
        else:
            lines.append(f"| `{name}` | {_cell(meaning.strip())} |")
    return "\n".join(["| name | meaning |", "|---|---|", *lines])


def _cell(words: str) -> str:
    return _inline(words).replace("|", "&#124;")


def _inline(words: str) -> str:
    """Return words with their formulas, literals and signs as Markdown."""
    pieces = re.split(r"(:math:`[^`]+`|``[^`]+``|`[^`]+`)", words)
    return "".join(_piece(piece) for piece in pieces)


def _piece(piece: str) -> str:
    formula = _MATH.fullmatch(piece)
    if formula:
        return mathml(formula[1])
    if piece.startswith("`"):
        return f"`{piece.strip('`')}`"
    return re.sub(r"([*_<\[])", r"\\\1", piece)
