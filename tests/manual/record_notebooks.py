"""The notebooks as the handbook shows them: ``python -m manual.record_notebooks [NAME …]``.

Called in ``tests``. Each notebook is run from top to bottom; what it says is written as Markdown
beside the handbook, what it draws as pictures of few colours. The notebooks themselves are kept
without results; a test compares their cells with what is shown.
"""

from __future__ import annotations

import base64
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from PIL import Image

import sozialraum.manual

FOLDER = Path(__file__).parents[2] / "notebooks"
TARGET = Path(sozialraum.manual.__file__).parent
COLOURS, WIDTH, LONGEST = 32, 900, 24
# output that is a page of its own; the handbook shows its picture
MAP = '{{ picture("karte.png", "Die Karte, wie das Notizbuch sie zeigt: dieselbe Seite wie karte.html.") }}'


def notebooks() -> list[Path]:
    """Return the notebooks in their order."""
    return sorted(FOLDER.glob("*.ipynb"))


def written_cells(path: Path) -> list[str]:
    """Return what people wrote into a notebook: text with lower headings, code in fences."""
    return [_written(cell) for cell in nbformat.read(path, as_version=4).cells]


def shown_cells(markdown: str) -> list[str]:
    """Return the same of what the handbook shows: everything but outputs."""
    parts = re.split(r"<!-- (?:cell|output) -->\n", markdown)[1:]
    kinds = re.findall(r"<!-- (cell|output) -->\n", markdown)
    return [p.rstrip("\n") for p, kind in zip(parts, kinds, strict=True) if kind == "cell"]


def _written(cell: NotebookNode) -> str:
    if cell.cell_type == "code":
        return f"```python\n{cell.source.strip()}\n```"
    return re.sub(r"^(#+) ", r"##\1 ", cell.source.strip(), flags=re.MULTILINE)


def record(path: Path) -> None:
    """Run a notebook and write what it shows."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(FOLDER)}}).execute()
    (TARGET / "notebooks").mkdir(exist_ok=True)
    for old in (TARGET / "pictures").glob(f"{_short(path)}_*.png"):
        old.unlink()
    text = "".join(_blocks(notebook, _short(path)))
    (TARGET / "notebooks" / f"{path.stem}.md").write_text(text, "utf-8", newline="\n")


def _short(path: Path) -> str:
    return f"notizbuch_{path.stem[:2]}"


def _blocks(notebook: NotebookNode, name: str) -> Iterator[str]:
    number, before = 0, ""
    for cell in notebook.cells:
        yield f"<!-- cell -->\n{_written(cell)}\n\n"
        if cell.cell_type == "markdown":
            before = _sentence(cell.source)
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "image/png" in data:
                number += 1
                _save_picture(data["image/png"], f"{name}_{number}.png")
                shown = f'{{{{ picture("{name}_{number}.png", "Bild {number}: {before}") }}}}'
            elif "<iframe" in data.get("text/html", ""):
                shown = MAP
            else:
                shown = f"```text\n{_lines(output.get('text') or data.get('text/plain', ''))}\n```"
            yield f"<!-- output -->\n{shown}\n\n"


def _sentence(source: str) -> str:
    """Return the last heading or first sentence of a text, for whoever does not see a picture."""
    plain = [line for line in source.splitlines() if line and not line.startswith("#")]
    words = re.sub(r"[*`\"\[\]]|\(.*?\)", "", plain[0] if plain else source.lstrip("# "))
    return words.split(". ")[0].rstrip(".:") + "."


def _lines(output: str) -> str:
    lines = output.rstrip("\n").splitlines()
    return "\n".join([*lines[:LONGEST], *(["…"] if len(lines) > LONGEST else [])])


def _save_picture(encoded: str, name: str) -> None:
    drawn = Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB")
    if drawn.width > WIDTH:
        size = (WIDTH, round(drawn.height * WIDTH / drawn.width))
        drawn = drawn.resize(size, Image.Resampling.LANCZOS)
    few = drawn.quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(TARGET / "pictures" / name, optimize=True)


if __name__ == "__main__":
    for one in notebooks():
        if not sys.argv[1:] or one.stem in sys.argv[1:]:
            record(one)
