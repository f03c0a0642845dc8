"""Every notebook runs from top to bottom, and is kept without results."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
@pytest.mark.filterwarnings("ignore")  # the kernel's own libraries warn about themselves
def test_the_notebook_runs(path):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(FOLDER)}}).execute()
    assert all(
        output.get("output_type") != "error"
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_the_notebook_is_kept_without_results(path):
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert all(not cell.outputs and cell.execution_count is None for cell in code)


def test_there_are_notebooks():
    assert NOTEBOOKS


# the probe of the fifth is Berlin's open data; without them it says so and goes on
@pytest.mark.parametrize(
    "path", [p for p in NOTEBOOKS if not p.stem.startswith("05")], ids=lambda p: p.stem
)
def test_the_notebook_needs_nothing_that_does_not_come_with_the_project(path):
    assert "SOZIALRAUM_SHARED" not in path.read_text(encoding="utf-8")
