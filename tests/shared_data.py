"""Where the shared data and numeric cases lie; tests that need them skip, saying so, where they are absent."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("SOZIALRAUM_SHARED", Path(__file__).parents[2] / "shared"))


def shared(relative: str) -> Path:
    """Return a path below the shared folder (``data/…`` or ``cases/…``), or skip the test."""
    path = SHARED / relative
    if not path.exists():
        pytest.skip(
            f"{relative} is not here: set SOZIALRAUM_SHARED to the folder that holds data/ and cases/"
        )
    return path
