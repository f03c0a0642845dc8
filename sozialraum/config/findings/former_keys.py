"""Keys that a build file no longer has: each is told with what takes its place."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from sozialraum.model.problem import Problem
from sozialraum.texts import problem

# key of [disclosure] -> what takes its place, as an entry of texts "config.former"
_DISCLOSURE = {
    "candidates": "width", "rounding_base": "width", "method": "profile",
    "value_base": "small_base", "minimum_base": "from_minimum", "index_decimals": "decimals",
}  # fmt: skip
_ATTACKERS = {"arithmetic": "outsider", "rule": "outsider", "population": "totals"}


def without_former_keys(given: dict[str, Any], file: str) -> tuple[dict[str, Any], list[Problem]]:
    """Return a parsed build file without its former keys, and what is wrong with them."""
    kept, found = deepcopy(given), list(_former(given, file))
    kept.pop("intern", None)
    section = kept.get("disclosure")
    if isinstance(section, dict):
        for key in _DISCLOSURE:
            section.pop(key, None)
        attacker = section.get("attacker")
        if isinstance(attacker, str) and attacker in _ATTACKERS:
            del section["attacker"]
    return kept, found


def _former(given: dict[str, Any], file: str) -> Iterator[Problem]:
    if "intern" in given:
        yield problem("config.former.intern", file=file, key="intern")
    section = given.get("disclosure")
    if not isinstance(section, dict):
        return
    for key, now in _DISCLOSURE.items():
        if key in section:
            yield problem(f"config.former.{now}", file=file, key=f"disclosure.{key}")
    attacker = section.get("attacker")
    if isinstance(attacker, str) and attacker in _ATTACKERS:
        place: dict[str, Any] = {"file": file, "key": "disclosure.attacker"}
        yield problem("config.former.attacker", **place, found=attacker, now=_ATTACKERS[attacker])
