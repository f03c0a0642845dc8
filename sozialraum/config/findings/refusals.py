"""What a step of the index or a plan refuses in English, told in German with the key it is about.

The functions behind the sections refuse a wrong call in one grammar: "The 'k' parameter of
fit_breaks must be at least 2. Got 1 instead." Here that becomes key, expectation and finding of a
file; whatever is not known is told without words of another language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pydantic import BaseModel

from sozialraum.config.toml_text import as_written
from sozialraum.model.problem import Problem
from sozialraum.texts import problem, text

_GRAMMAR = re.compile(
    r"The (?P<keys>'\w+'(?:(?:, | and )'\w+')*) parameters?(?: of [\w ]+?)? must "
    r"(?:be )?(?P<wanted>.+?)\.(?: Got (?P<found>.+?)(?: instead)?\.?)?$",
    re.DOTALL,
)
# what is wanted in the words of `sozialraum.model.arguments` -> its text under "config.refused"
_WANTED = (
    (r"a number", "number"),
    (r"a whole number", "whole"),
    (r"True or False", "yes_or_no"),
    (r"a text", "text"),
    (r"a list", "list"),
    (r"a mapping", "table"),
    (r"(?P<n>\d+) values", "values"),
    (r"(?:within )?(?P<low>\d+)\.\.(?P<high>\d+)", "within"),
    (r"(?:greater than|above) (?P<n>[\d.e-]+)", "above"),
    (r"below (?P<n>[\d.e-]+)", "below"),
    (r"at least (?P<n>[\d.e-]+)", "at_least"),
    (r"at most (?P<n>[\d.e-]+)", "at_most"),
    (r"of at least (?P<n>\d+) entries", "entries_at_least"),
    (r"of at most (?P<n>\d+) entries", "entries_at_most"),
    (r"ascending", "ascending"),
    (r"other than 0", "not_zero"),
    (r"one of \[(?P<known>.*)\].*", "one_of"),
)
# what only one step refuses: its words -> key below the section, text
_OWN = (
    (r"The 'nodes' parameter of make_tree must give '(?P<name>.+)' at least one part", "nodes",
     "no_part"),
    (r"The 'weight' of the parts of '(?P<name>.+)' must be at least 0 and not", "", "weights"),
    (r"The 'parent' of a node must be a node. Got \['?(?P<name>.+?)'?\]", "nodes", "parent"),
    (r"The 'nodes' parameter must be a tree. '(?P<name>.+)' is below itself", "nodes", "tree"),
    (r"The 'indicators' and 'nodes' parameters of make_tree must give each", "nodes", "own_names"),
    (r"The 'method' of '(?P<name>.+)' must be 'sum'", "method", "negative_weights"),
    (r"The 'owa_weights' parameter must have (?P<n>\d+) weights for '(?P<name>.+)'", "owa_weights",
     "weights_of"),
    (r"The 'bounds' parameter of benefit_of_the_doubt must admit", "share_bounds", "share_bounds"),
    (r"The 'x' parameter of benefit_of_the_doubt", "method", "not_negative_values"),
    (r"The 'z' parameter must be at least 0 for method='entropy'", "method", "not_negative_values"),
    (r"The 'judgements' parameter must be a square matrix above 0", "judgements", "square"),
    (r"The 'judgements' parameter must be reciprocal", "judgements", "reciprocal"),
    (r"The 'judgements' parameter of fit_weights must name every dimension. "
     r"Missing: \[(?P<known>.*)\]", "judgements", "every_dimension"),
    (r"The 'judgements' parameter of fit_weights must name dimensions: \[(?P<known>.*)\]",
     "judgements", "dimensions"),
    (r"The 'coefficients' parameter of fit_weights must name every indicator", "coefficients",
     "every_indicator"),
    (r"The 'dimension_weights' parameter must name nodes below the index: \[(?P<known>.*?)\]",
     "dimension_weights", "nodes"),
    (r"The 'lower' parameter of fit_breaks", "lower", "below_upper"),
    (r"The 'shares' parameter of fit_breaks", "shares", "shares"),
    (r"The 'base' parameter of fit_scale must be given for centre='city_rate'", "centre",
     "city_rate"),
    (r"The 'method' parameter must not be 'kemeny' for more than (?P<n>\d+)", "method", "kemeny"),
    (r"The 'min_available' parameter must lie above 0", "min_available", "share_above"),
    (r"The 'reason' parameter of DisclosureRules", "reason", "reason"),
    (r"The '(?P<key>\w+)' parameter of site_task must be given", "", "given"),
)  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """What a step refused: key below its section ("" where it is about all of it), in German."""

    key: str
    wanted: str
    found: str | None


def in_german(message: str) -> Refusal:
    """Return a refusal of the one grammar in German; of any other nothing but that it was one.

    Examples
    --------
    >>> in_german("The 'k' parameter of fit_breaks must be at least 2. Got 1 instead.")
    Refusal(key='k', wanted='mindestens 2', found='1')
    """
    told = _GRAMMAR.match(message)
    found = None if told is None or told["found"] is None else _plain(told["found"])
    for pattern, key, name in _OWN:
        if match := re.match(pattern, message):
            words = {k: _plain(v) or v for k, v in match.groupdict().items()}
            return Refusal(match.groupdict().get("key") or key,
                           text(f"config.refused.{name}", **words), found)  # fmt: skip
    if told is None:
        return Refusal("", text("config.refused.fitting"), None)
    keys = re.findall(r"'(\w+)'", told["keys"])
    wanted = _wanted(told["wanted"]) or text("config.refused.fitting")
    return Refusal(keys[0] if len(keys) == 1 else "", wanted, found)


def step_refuses(
    error: Exception, *, file: str, section: str, stated: BaseModel | None = None
) -> Problem:
    """Return what a step refuses as a finding about its section.

    Parameters
    ----------
    error : as the function behind the section raised it
    file : name of the file
    section : place of the section in the file
    stated : the section, whose keys a refusal can be about; None: the refusal names the key
    """
    told = in_german(str(error) if isinstance(error, ValueError | TypeError) else "")
    known = told.key and (stated is None or told.key in type(stated).model_fields)
    value = getattr(stated, told.key, None) if known else None
    found = told.found if value is None else as_written(value)
    return problem(
        "config.step_refuses",
        file=file,
        key=f"{section}.{told.key}" if known else section,
        found=found or "",
        section=section,
        wanted=told.wanted,
    )


def _wanted(words: str) -> str:
    """Return an expectation in German, part by part; empty where a part is not known."""
    whole = re.match(r"one of \[(?P<known>.*)\]", words)
    parts = [words] if whole else re.split(r", | and ", words)
    told = [_part(part) for part in parts]
    return ", ".join(told) if all(told) else ""


def _part(words: str) -> str:
    for pattern, name in _WANTED:
        if match := re.fullmatch(pattern, words):
            return text(f"config.refused.{name}", **{k: _plain(v) for k, v in
                        match.groupdict().items()})  # fmt: skip
    return ""


def _plain(found: str | None) -> str:
    """Return a value of Python without its quotes and brackets; empty where it holds English."""
    shown = re.sub(r"^[(\[](.*?),?[)\]]$", r"\1", (found or "").strip()).replace("'", "")
    shown = {"True": "true", "False": "false", "None": ""}.get(shown, shown)
    return "" if re.search(r"\b(for|of|shape|areas|not|the|given|it|object)\b", shown) else shown
