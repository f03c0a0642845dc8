"""The steps of an index in words, made from the options they ran with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sozialraum.publish.published_numbers import decimals
from sozialraum.texts import catalogue, number

_DIGITS = 6
# The key that names the method of a step; the other keys are its options.
_CHOICES = ("method", "rule")

# A word of the build file behind one of ours.
_BRACKETED = re.compile(r" \([a-z][a-z0-9_]*\)")

Steps = Mapping[str, Mapping[str, Any]]


def steps_in_words(steps: Steps, labels: Mapping[str, str], *, keys: bool = True) -> list[str]:
    """Return one line per step, in the order in which the steps ran.

    Parameters
    ----------
    steps : per step (key of its section) its method and every option that differs from the default
    labels : German label per indicator id
    keys : whether the words of the build file stand in brackets behind ours

    Examples
    --------
    >>> steps = {"scaling": {"method": "minmax", "output": [0, 100]}}
    >>> steps_in_words(steps, {}, keys=False)
    ['Vergleichbar gemacht: Spannweite vom niedrigsten zum höchsten Gebiet; Zielbereich: 0 bis 100']
    >>> steps_in_words({"scaling": {"method": "zscore"}}, {})
    ['Vergleichbar gemacht: Abstand vom Mittel in Standardabweichungen (zscore)']
    """
    heads = catalogue("publish")["steps"]["heads"]
    lines = {step: _step(step, steps[step], labels) for step in heads if step in steps}
    stated = [f"{heads[step]}: {line}" for step, line in lines.items()]
    return stated if keys else [_BRACKETED.sub("", line) for line in stated]


def treatment_in_words(actions: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """Return what the treatment of outliers did to each indicator.

    Parameters
    ----------
    actions : per indicator id "none", "winsorise", "log" or "boxcox"
    """
    words = catalogue("publish")["steps"]
    stated = [f"„{labels.get(i, i)}“: {words['actions'].get(a, a)}" for i, a in actions.items()]
    return f"{words['treated']}: {'; '.join(stated)}"


def method_name(step: str, method: str) -> str:
    """Return the German name of a method, with its own name behind it."""
    names = catalogue("publish")["steps"]["names"]
    german = names.get(step, {}).get(method) or names["all"].get(method)
    return f"{german} ({method})" if german else method


def _step(step: str, options: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    if step == "transform":
        return "; ".join(
            f"„{labels.get(i, i)}“ {method_name(step, str(how))}" for i, how in options.items()
        )
    names = catalogue("publish")["steps"]["options"]
    stated = [method_name(step, str(options[key])) for key in _CHOICES if key in options]
    stated += [
        f"{names.get(key, key)} ({key}): {_shown(value, labels, step)}"
        for key, value in options.items()
        if key not in _CHOICES
    ]
    return "; ".join(stated)


def _shown(value: Any, labels: Mapping[str, str], step: str) -> str:
    """Return the value of an option: numbers in German, names of indicators by their label."""
    words = catalogue("publish")["steps"]["values"]
    if isinstance(value, bool):
        return str(words["yes" if value else "no"])
    if isinstance(value, int | float):
        return number(float(value), decimals([value], most=_DIGITS))
    if isinstance(value, str):
        return labels.get(value) or words.get(value) or method_name(step, value)
    if isinstance(value, Mapping):
        pairs = (f"{labels.get(k, k)} = {_shown(v, labels, step)}" for k, v in value.items())
        return f"[{', '.join(pairs)}]"
    parts = [_shown(v, labels, step) for v in value]
    return f"[{', '.join(parts)}]" if not _is_range(value) else " bis ".join(parts)


def _is_range(value: Any) -> bool:
    return len(value) == 2 and all(isinstance(v, int | float) for v in value)
