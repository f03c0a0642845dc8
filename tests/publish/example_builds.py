"""The example builds of the project, each built once per session with few draws."""

import re
from functools import cache
from pathlib import Path

from shared_data import shared

import sozialraum

ROOT = Path(__file__).parents[2]
OWN = ("musterstadt", "musterstadt_hagen")
BERLIN = ("berlin_mss_2013", "berlin_mss_2015", "berlin_mss_2017", "berlin_einschulung")


def build_text(name, more=""):
    """Return a build file of ``config/`` with few draws, wherever it is written to."""
    text = (ROOT / "config" / f"{name}.toml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^draws += \d+", "draws = 100", text)
    return text.replace('"../shapes', f'"{(ROOT / "shapes").as_posix()}') + more


def delivered(name):
    """Return the folder of the delivered files where they are not part of the project."""
    return shared("data") if name.startswith("berlin") else None


@cache
def example(name, folder, more=""):
    """Return the release of a build.

    Parameters
    ----------
    name : of its file in ``config/``
    folder : where the changed file is written to
    more : further sections
    """
    copy = folder / f"{name}.toml"
    copy.write_text(build_text(name, more), encoding="utf-8")
    return sozialraum.build(copy, data=delivered(name)).release
