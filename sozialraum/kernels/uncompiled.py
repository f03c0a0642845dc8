"""Kernels without compilation, for work so small that compiling would take longer than doing it.

The Python text of a kernel and its machine code agree to the last digit, so nothing but the time
depends on which of them runs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any


@cache
def uncompiled(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Return a kernel as it stands in its file, calling other kernels as they stand in theirs."""
    function = getattr(kernel, "py_func", None)
    if function is None:  # no kernel, or compilation is switched off
        return kernel
    known = function.__globals__
    called = {
        name: uncompiled(known[name])
        for name in function.__code__.co_names
        if hasattr(known.get(name), "py_func")
    }
    made = FunctionType(function.__code__, known | called, function.__name__)
    made.__defaults__ = function.__defaults__
    return made
