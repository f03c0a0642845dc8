"""The third and the fourth sentence of the contract: what a NaN does, and how wrong calls are told.

The first two are the laws, and the known answers beside them.
"""

import ast
import inspect
import re
from pathlib import Path

import pytest
from laws.names import faces, keyed_parameters

import sozialraum

PACKAGE = Path(sozialraum.__file__).parent
STAGES = ("index", "insight", "planning", "privacy", "space")
# names what was wrong, says what it must be, and mostly what came instead
GRAMMAR = re.compile(r"The ('[\w.{}]+'|\{\})((,| and) '\w+')* .*\bmust\b.+\.$")


# what a public function without a number that may be missing takes instead
NO_NUMBER = {
    "index.inspect_classes": "classes as cut, which are there or are none",
    "insight.random_zones": "a graph alone",
    "privacy.windows": "numbers of persons that are whole",
    "space.cached_crosswalk": "outlines, as make_crosswalk",
    "space.density_bounds": "outlines and points",
    "space.density_of_raster": "points; cells without a value count nobody",
    "space.far_geocodes": "points",
    "space.find_neighbours": "outlines",
    "space.from_pairs": "pairs of keys",
    "space.repair_areas": "outlines",
    "space.zonal_statistics_of_file": "outlines; cells say by nodata that they hold nothing",
    "insight.first_break": "places of a table that it does not compute with",
}
TOLD = re.compile(r"NaN|missing|not there|without|miss ")


def test_contract_3_every_public_function_says_what_a_nan_does():
    silent = {
        name
        for name, function in faces().items()
        if keyed_parameters(function) and not TOLD.search(inspect.getdoc(function) or "")
    }
    assert silent - set(NO_NUMBER) == set()
    assert set(NO_NUMBER) <= silent, "a reason without its function"


def spelled(written: ast.expr) -> str | None:
    """Return a message as it is written, {} for what is filled in; None for another expression."""
    if isinstance(written, ast.Constant) and isinstance(written.value, str):
        return written.value
    if isinstance(written, ast.JoinedStr):
        return "".join(v.value if isinstance(v, ast.Constant) else "{}" for v in written.values)
    return None


def refusals(source: str):
    """Yield line and message of every ValueError and TypeError that a source raises with words."""
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        named = {
            node.lineno: spelled(node.value)
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "message"
        }
        for node in ast.walk(function):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                kind, given = ast.unparse(node.exc.func), node.exc.args
                if kind in ("ValueError", "TypeError") and given:
                    before = [line for line in named if line <= node.lineno]
                    words = named[max(before)] if before else spelled(given[0])
                    if words and " " in words:
                        yield node.lineno, words


def test_contract_4_a_wrong_call_is_told_in_one_grammar():
    told = {
        f"{file.relative_to(PACKAGE).as_posix()}:{line}": words
        for room in STAGES
        for file in sorted((PACKAGE / room).rglob("*.py"))
        for line, words in refusals(file.read_text("utf-8"))
    }
    assert len(told) > 130
    assert {place: words for place, words in told.items() if not GRAMMAR.match(words)} == {}


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("The 'method' parameter of fit_breaks must be one of {}. Got {} instead.", True),
        ("The {} parameter of {} must be at least {}. Got {} instead.", True),
        ("method must be one of {}. Got {} instead.", False),
        ("The 'method' parameter of fit_breaks is unknown.", False),
        ("The 'value' parameter of standardise must have the columns {}. Missing: {}.", True),
        ("standardise: no such column.", False),
    ],
)
def test_the_grammar_is_recognised(words, right):
    assert bool(GRAMMAR.match(words)) == right
