"""What was public in a version stays callable as it was; what goes warns for one version first."""

import importlib
import warnings
from pathlib import Path

import pytest
from api.promise import broken, from_text, names, signature_lines

HERE = Path(__file__).parent
CHANGES = HERE.parents[1] / "sozialraum" / "CHANGES.md"
PROMISES = sorted(HERE.glob("0.*.txt"))


def promised() -> list[tuple[str, str, list[str]]]:
    return [
        (file.stem, name, lines)
        for file in PROMISES
        for name, lines in from_text(file.read_text("utf-8")).items()
    ]


def test_every_public_name_of_now_stands_in_the_newest_promise():
    newest = from_text(PROMISES[-1].read_text("utf-8"))
    assert set(names()) <= set(newest)


@pytest.mark.parametrize(("version", "name", "lines"), promised())
def test_a_promised_name_is_called_as_it_was(version, name, lines):
    now = names()
    if name in now:
        assert broken(lines, signature_lines(now[name])) == []
        return
    room, _, short = name.rpartition(".")
    with pytest.warns(DeprecationWarning):
        getattr(importlib.import_module(f"sozialraum.{room}".rstrip(".")), short)
    assert name in CHANGES.read_text("utf-8"), f"{name}: say in CHANGES.md what takes its place"


PROMISED = ["value: pd.DataFrame", "scale: Scale", "* cap: bool = True", "-> pd.DataFrame"]


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (PROMISED, 0),
        ([*PROMISED[:3], "* digits: int | None = None", PROMISED[3]], 0),
        (PROMISED[1:], 1),
        ([PROMISED[1], PROMISED[0], *PROMISED[2:]], 1),
        ([*PROMISED[:2], "* cap: bool = False", PROMISED[3]], 1),
        ([*PROMISED[:3], "* base: pd.DataFrame", PROMISED[3]], 1),
        ([*PROMISED[:3], "-> np.ndarray"], 2),
    ],
    ids=["same", "new option", "gone", "order", "default", "new duty", "other result"],
)
def test_broken_promises_are_found(now, found):
    assert len(broken(PROMISED, now)) == found


def test_using_the_public_names_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(names()) > 60
