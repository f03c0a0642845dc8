"""Findings of one file, under the name that the build file has for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from sozialraum.model import Problem

if TYPE_CHECKING:
    from sozialraum.sources.delivering.delivered import Delivery


def note(delivery: Delivery, written: str, problems: Iterable[Problem]) -> None:
    """Add problems of one file; a file that several sections name is told once."""
    named = [replace(p, file=written) for p in problems]
    delivery.problems.extend(p for p in named if p not in delivery.problems)
