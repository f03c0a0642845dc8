"""Rules that are published somewhere, as data with their citations (``rules/*.toml``)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from sozialraum.planning.allocation.need_rules import Rule
from sozialraum.planning.checks import require_one_of

RULES = ("allocation", "classes", "ganztag", "kita")


@cache
def read_published_rules(name: str) -> dict[str, Any]:
    """Return published rules with their citations: "allocation", "classes", "ganztag", "kita"."""
    require_one_of(name, RULES, name="name", caller="read_published_rules")
    path = resources.files("sozialraum.planning.allocation").joinpath("rules", f"{name}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def published_names() -> list[str]:
    """Return the names of the published allocation rules that can be applied."""
    return [name for name, entry in read_published_rules("allocation").items() if "rule" in entry]


def published_rule(name: str) -> Rule:
    """Return a published allocation rule by its name in ``rules/allocation.toml``.

    Examples
    --------
    >>> published_rule("nrw_kreissozialindex").by_heads
    0.3
    """
    rules = read_published_rules("allocation")
    require_one_of(name, published_names(), name="name", caller="published_rule")
    given = {k: tuple(v) if isinstance(v, list) else v for k, v in rules[name]["rule"].items()}
    return Rule(name=rules[name]["label"], **given)
