"""Names in the code are the terms of statistics, disclosure control and geography."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import sozialraum

PACKAGE = Path(sozialraum.__file__).parent

# a word in the name of a file, class, function, argument or field -> the term it stands for
TERMS = {
    "told": "published or stated",
    "tell": "publish or state",
    "tells": "publishes or states",
    "telling": "publishing",
    "held": "suppressed, fixed or contained",
    "withheld": "suppressed",
    "withhold": "suppress",
    "said": "message, words or sentences",
    "say": "message, words or sentences",
    "says": "message, words or sentences",
    "yardstick": "fitted index",
    "ground": "audit units, area or covered",
    "mosaic": "coverage",
    "outreach": "participation",
    "cliff": "threshold",
    "cliffs": "thresholds",
    "blueprint": "draw rules",
    "holding": "point in polygon",
}
# a whole name -> its term
NAMES = {
    "shield": "error boundary",
    "gate": "release gate",
    "asking": "counterfactuals",
    "answers": "counterfactuals",
    "standing_in": "published inputs",
    "space_words": "spatial findings",
    "further_rows": "layer rows",
    "learnt_rows": "constant rows",
    "programme": "linear bounds",
}
# a class -> its term
CLASSES = {
    "made": "release draft",
    "about": "statistic",
    "toofine": "a loop",
}
# a file -> its term; as names of other things these words have their place
FILES = {
    "frontier": "benefit of the doubt",
    "levels": "higher levels",
    "error": "disaggregation error",
    "rings": "ring arrays",
    "lanes": "counter streams",
    "moving": "transfer checks",
    "cutting": "class limits",
    "classing": "class draws",
    "dividing": "allocation",
    "redrawing": "districting",
    "siting": "facility location",
    "limits": "file limits",
    "gathering": "plan inputs",
    "details": "decision tables",
    "book": "workbook style",
    "figures": "published numbers",
    "views": "map layers",
}
# `evaluation` speaks of support programmes; Musterstadt has some
PROGRAMMES = ("planning/evaluation.py", "testing/")


def names_in(file: Path, room: Path = PACKAGE) -> Iterator[tuple[str, str]]:
    """Yield kind and name of what a file defines: itself, classes, functions, arguments, fields."""
    yield from (("file", part) for part in file.relative_to(room).with_suffix("").parts)
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given = node.args
            yield "function", node.name
            for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs):
                yield "argument", argument.arg
        elif isinstance(node, ast.ClassDef):
            yield "class", node.name
            for inner in node.body:
                if isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name):
                    yield "field", inner.target.id


def banned(kind: str, name: str) -> str:
    """Return the term that a name should use; "" where it is well named.

    Examples
    --------
    >>> banned("function", "told_counts"), banned("class", "WithheldCell"), banned("file", "book")
    ('published or stated', 'suppressed', 'workbook style')
    """
    whole = name.strip("_").lower()
    words = [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)]
    own = {"file": FILES, "class": CLASSES}.get(kind, {})
    if whole in own:
        return own[whole]
    return NAMES.get(whole) or next((TERMS[word] for word in words if word in TERMS), "")


def dialect(file: Path) -> list[str]:
    """Return what a file names in words of our own, each with the term of the field."""
    place = file.relative_to(PACKAGE).as_posix()
    return [
        f"{place}: {kind} {name} -> {term}"
        for kind, name in dict.fromkeys(names_in(file))
        if (term := banned(kind, name))
        and not (name == "programme" and place.startswith(PROGRAMMES))
    ]


def test_names_are_the_words_of_the_field():
    files = [f for f in sorted(PACKAGE.rglob("*.py")) if f.parent.name != "__pycache__"]
    assert len(files) > 300
    assert not [line for file in files for line in dialect(file)]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("function", "_told"),
        ("argument", "withheld"),
        ("class", "Yardstick"),
        ("class", "ToldCounts"),
        ("class", "TooFine"),
        ("file", "rings"),
        ("field", "held"),
    ],
)
def test_a_word_of_our_own_is_found_in_every_kind_of_name(kind, name):
    assert banned(kind, name)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("function", "make_crosswalk"),
        ("field", "rings"),
        ("function", "frontier"),
        ("class", "Saved"),
    ],
)
def test_terms_of_the_field_are_left_alone(kind, name):
    assert not banned(kind, name)
