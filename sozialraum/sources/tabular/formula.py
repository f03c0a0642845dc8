"""Formulas of the build file: names, numbers, + − * /, min, max; nothing else is understood.

`pandas.DataFrame.eval` would run code that stands in a build file; this reads the formula as a tree
and knows seven nodes.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

import numpy as np
import pandas as pd

from sozialraum.model.errors import ConfigError
from sozialraum.texts import problem

_LONGEST = 1000
_DEEPEST = 200
_OPERATORS: dict[type[ast.operator], Callable[[pd.Series, pd.Series], pd.Series]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
CONSTANT = ""  # beside columns in a sum: what is added whatever they hold
_FUNCTIONS = {"min": np.minimum, "max": np.maximum}


def evaluate(formula: str, frame: pd.DataFrame) -> pd.Series:
    """Return `formula` worked out for every row of `frame`.

    A division by zero gives NaN, because a share of nobody has no value; NaN in gives NaN out, in
    min and max too.

    Parameters
    ----------
    formula : for example ``"sgb2_u15 / (kinder_m + kinder_w)"``
    frame : columns are the names the formula may use

    Raises
    ------
    ConfigError
        If the formula holds anything but names of columns, numbers, ``+ - * / ( )``, ``min`` and
        ``max``.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [1.0, 4.0], "b": [2.0, 0.0]}, index=["01", "02"])
    >>> evaluate("100 * a / b", frame).tolist()
    [50.0, nan]
    """
    tree = _parse(formula)
    result = _value(tree, frame, formula, 0)
    return (pd.Series(0.0, index=frame.index) + result).replace([np.inf, -np.inf], np.nan)


def names(formula: str) -> tuple[str, ...]:
    """Return the columns a formula uses, in the order of first use.

    Examples
    --------
    >>> names("max(a, b) / a")
    ('a', 'b')
    """
    tree = _parse(formula)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    used = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called]
    ordered = sorted(used, key=lambda node: (node.lineno, node.col_offset))
    return tuple(dict.fromkeys(node.id for node in ordered))


def linear_terms(formula: str) -> dict[str, float] | None:
    """Return by column the factor it is added with; None where the formula is no such sum.

    Examples
    --------
    >>> linear_terms("a - (b - 2 * c)"), linear_terms("a / b"), linear_terms("a + 1")
    ({'a': 1.0, 'b': -1.0, 'c': 2.0}, None, None)
    """
    found = linear_parts(formula)
    return None if found is None or CONSTANT in found else found


def linear_parts(formula: str) -> dict[str, float] | None:
    """Return by column the factor it is added with, and under ``""`` the number beside them.

    Examples
    --------
    >>> linear_parts("100 * (a + 2) - b / 4"), linear_parts("a * b"), linear_parts("3")
    ({'a': 100.0, '': 200.0, 'b': -0.25}, None, None)
    """
    found: dict[str, float] = {}
    whole = _add_terms(_parse(formula), 1.0, found)
    return found if whole and set(found) - {CONSTANT} else None


def _add_terms(node: ast.expr, factor: float, found: dict[str, float]) -> bool:
    """Add the columns of a part of a sum; tell whether it is one."""
    match node:
        case ast.Name(id=name):
            found[name] = found.get(name, 0.0) + factor
            return True
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=inner):
            return _add_terms(inner, -factor if isinstance(sign, ast.USub) else factor, found)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as sign, right=right):
            second = -factor if isinstance(sign, ast.Sub) else factor
            return _add_terms(left, factor, found) and _add_terms(right, second, found)
        case ast.BinOp(left=ast.Constant(value=int() | float() as n), op=ast.Mult(), right=part):
            return _add_terms(part, factor * n, found)
        case ast.BinOp(left=part, op=ast.Mult(), right=ast.Constant(value=int() | float() as n)):
            return _add_terms(part, factor * n, found)
        case ast.BinOp(left=part, op=ast.Div(), right=ast.Constant(value=int() | float() as n)) if (
            n != 0
        ):
            return _add_terms(part, factor / n, found)
        case ast.Constant(value=int() | float() as n) if _is_number(n):
            found[CONSTANT] = found.get(CONSTANT, 0.0) + factor * n
            return True
    return False


def _parse(formula: str) -> ast.expr:
    if len(formula) > _LONGEST:
        raise ConfigError(problem("sources.formula_long", found=len(formula), limit=_LONGEST))
    try:
        return ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ConfigError(problem("sources.formula_unreadable", found=formula)) from None


def _value(node: ast.expr, frame: pd.DataFrame, formula: str, depth: int) -> pd.Series:
    if depth > _DEEPEST:
        raise ConfigError(problem("sources.formula_deep", found=formula))
    match node:
        case ast.Constant(value=int() | float() as number) if _is_number(number):
            return pd.Series(float(number), index=frame.index)
        case ast.Name(id=name):
            return _column(name, frame, formula)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner, frame, formula, depth + 1)
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            return _value(inner, frame, formula, depth + 1)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            sides = (_value(side, frame, formula, depth + 1) for side in (left, right))
            return _OPERATORS[type(op)](*sides)
        case ast.Call(
            func=ast.Name(id="min" | "max" as name), args=[_, _, *_] as parts, keywords=[]
        ):
            values = [_value(part, frame, formula, depth + 1) for part in parts]
            return pd.Series(_FUNCTIONS[name].reduce(values), index=frame.index)
    raise ConfigError(
        problem("sources.formula_forbidden", found=formula, part=_source(node, formula))
    )


def _is_number(value: int | float) -> bool:
    """Tell whether a constant is a number a float can hold; True and False are none."""
    return not isinstance(value, bool) and abs(value) < 1e300


def _source(node: ast.expr, formula: str) -> str:
    return (ast.get_source_segment(formula.strip(), node) or type(node).__name__)[:80]


def _column(name: str, frame: pd.DataFrame, formula: str) -> pd.Series:
    if name not in frame.columns:
        known = ", ".join(map(str, frame.columns[:12]))
        raise ConfigError(problem("sources.formula_name", column=name, found=formula, known=known))
    return frame[name].astype(float)
