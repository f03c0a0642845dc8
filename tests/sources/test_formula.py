"""Formulas know names, numbers, four operations, min and max; everything else is refused unread."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.model.errors import ConfigError
from sozialraum.sources.tabular.formula import evaluate, names

FRAME = pd.DataFrame(
    {"a": [1.0, 4.0], "b": [2.0, 0.0], "größe": [10.0, np.nan]}, index=["01", "02"]
)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("a", [1, 4]),
        ("a + b", [3, 4]),
        ("2 * (a - b) / 4", [-0.5, 2]),
        ("-a", [-1, -4]),
        ("+a - -b", [3, 4]),
        ("min(a, b)", [1, 0]),
        ("max(a, b, 3)", [3, 4]),
        ("100 * a / größe", [10, np.nan]),
        ("a / b", [0.5, np.nan]),
        ("b / b", [1, np.nan]),
        ("min(a, größe)", [1, np.nan]),
        ("7", [7, 7]),
        ("1_000 * a", [1000, 4000]),
        (" a\t", [1, 4]),
    ],
)
def test_a_formula_is_worked_out_row_by_row(formula, expected):
    result = evaluate(formula, FRAME)
    np.testing.assert_array_equal(result.to_numpy(), np.array(expected, dtype=float))
    assert list(result.index) == ["01", "02"]


ATTACKS = [
    "@pd.io.common.os.getpid()",
    "a.__class__",
    "().__class__.__bases__[0].__subclasses__()",
    "__import__('os').system('true')",
    "eval('1')",
    "print(a)",
    "open('x')",
    "a.sum()",
    "a[0]",
    "a ** 9",
    "9 ** 9 ** 9 ** 9",
    "a // b",
    "a % b",
    "a if b else a",
    "a and b",
    "not a",
    "a < b",
    "lambda: 1",
    "[a for a in b]",
    "{a}",
    "(a, b)",
    "f'{a}'",
    "'text'",
    "b'text'",
    "True",
    "None",
    "...",
    "1j",
    "1e999",
    "9" * 400,
    "(c := a)",
    "a; b",
    "a = b",
    "import os",
    "min(a)",
    "min()",
    "min(*a)",
    "min(a, b, key=a)",
    "max(a, b)(a)",
    "min.max(a, b)",
    "sum(a, b)",
    "a & b",
    "~a",
    "a @ b",
    "yield a",
    "await a",
    "",
    "   ",
    "a +",
    "a b",
    "a\x00",
    "# nichts",
    "c",
    "(" * 300 + "a" + ")" * 300,
    "-" * 900 + "a",
    "a" + "+a" * 600,
    "a" * 2000,
]


@pytest.mark.parametrize("formula", ATTACKS, ids=lambda f: f[:30])
def test_anything_else_is_refused(formula):
    with pytest.raises(ConfigError) as raised:
        evaluate(formula, FRAME)
    (problem,) = raised.value.problems
    assert problem.code.startswith("sources.formula_")
    assert len(str(problem)) < 3000


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(alphabet="ab19.+-*/(), minmax_'[]{}@:=\\\n", max_size=40))
def test_any_text_is_worked_out_or_refused(formula):
    try:
        assert len(evaluate(formula, FRAME)) == 2
    except ConfigError as error:
        assert error.problems


@settings(derandomize=True, max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "3", "0.5"]), min_size=2, max_size=8), st.data())
def test_sums_and_products_agree_with_python(terms, data):
    signs = [data.draw(st.sampled_from("+-*")) for _ in terms[1:]]
    formula = terms[0] + "".join(f" {s} {t}" for s, t in zip(signs, terms[1:], strict=True))
    for key in FRAME.index:
        spoken = formula
        for name in ("a", "b"):
            spoken = spoken.replace(name, repr(float(FRAME.loc[key, name])))
        # the oracle is Python itself, on a text that holds only numbers and + - *
        assert evaluate(formula, FRAME)[key] == pytest.approx(eval(spoken), abs=1e-9)


def test_names_are_listed_once_in_order_of_use():
    assert names("max(b, a) / b + größe") == ("b", "a", "größe")


def test_a_long_sum_of_86_columns_is_fine():
    wide = pd.DataFrame({f"s{i}": [1.0] for i in range(86)}, index=["01"])
    assert evaluate(" + ".join(wide.columns), wide)["01"] == 86
