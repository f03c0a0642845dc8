"""Examples of the handbook: each is a test, shown with the tables that it really gave.

A folder is a chapter, a file a section (its docstring is the heading), a test a paragraph (its
docstring, in German as all that planners read). ``python -m spec.recording``, called in ``tests``,
writes the chapters anew; a test compares them with what the examples give now.
"""

from __future__ import annotations

import ast
import importlib.util
import inspect
import textwrap
from pathlib import Path
from types import ModuleType

import pandas as pd

import sozialraum.manual

HERE = Path(__file__).parent
TARGET = Path(sozialraum.manual.__file__).parent / "spec"


class Recorder:
    """Keeps the tables of one example, in the order in which they are shown."""

    def __init__(self) -> None:
        self.tables: list[tuple[str, pd.DataFrame]] = []

    def shows(self, heading: str, table: pd.DataFrame | pd.Series) -> pd.DataFrame:
        """Show a table under a heading."""
        frame = table.to_frame() if isinstance(table, pd.Series) else table
        self.tables.append((heading, frame))
        return frame


def chapters() -> list[str]:
    """Return the chapters: the folders beside this file."""
    return sorted(p.name for p in HERE.iterdir() if p.is_dir() and any(p.glob("test_*.py")))


def chapter_text(chapter: str) -> str:
    """Run the examples of a chapter and return them as Markdown."""
    parts = []
    for file in sorted((HERE / chapter).glob("test_*.py")):
        module = _module(file)
        parts.append(f"### {_first_line(module)}")
        tests = [t for n, t in vars(module).items() if n.startswith("test_") and callable(t)]
        parts += [_paragraph(test) for test in tests]
    return "\n\n".join(parts) + "\n"


def _module(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"spec_{file.parent.name}_{file.stem}", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _first_line(thing: object) -> str:
    return inspect.getdoc(thing).splitlines()[0].rstrip(".")


def _paragraph(test: object) -> str:
    """Run one example; return its words, its calls and its tables."""
    recorder = Recorder()
    test(recorder)
    (first, *later) = [_table(heading, frame) for heading, frame in recorder.tables]
    return "\n\n".join([inspect.getdoc(test), first, f"```py\n{_calls(test)}\n```", *later])


def _calls(test: object) -> str:
    """Return the statements of an example that call the public names."""
    source = inspect.getsource(test)
    body = ast.parse(source).body[0].body
    shown = [s for s in body if not isinstance(s, ast.Assert) and "sr" in _names(s)]
    return "\n".join(textwrap.dedent(ast.get_source_segment(source, s)) for s in shown)


def _names(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _table(heading: str, frame: pd.DataFrame) -> str:
    head = f"| {heading} | {' | '.join(map(str, frame.columns))} |"
    rows = [
        f"| {key} | {' | '.join(_cell(value) for value in row)} |"
        for key, *row in frame.itertuples()
    ]
    return "\n".join([head, "|---" * (len(frame.columns) + 1) + "|", *rows])


def _cell(value: object) -> str:
    if pd.isna(value):
        return "–"
    return f"{value:.10g}".replace(".", ",") if isinstance(value, float) else str(value)


def main() -> None:
    """Write all chapters into the handbook."""
    TARGET.mkdir(exist_ok=True)
    for chapter in chapters():
        path = TARGET / f"{chapter}.md"
        path.write_text(chapter_text(chapter), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
