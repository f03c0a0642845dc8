"""What is varied when the certainty of an index is simulated: named, checked, never skipped.

Each key of ``[uncertainty.vary]`` is an assumption somebody made and could have made otherwise. A
name that is not known is an error; so is a list of alternatives without the stated one.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sozialraum.model import Breaks, Indicator, Problem, Scale
from sozialraum.model.errors import ConfigError
from sozialraum.model.options import CountError, option_words
from sozialraum.texts import problem, text

COUNTS = option_words(CountError)
# alternatives, and the arguments each may be given
SCALINGS = {
    "minmax": ("output",), "zscore": ("centre", "ddof", "location", "step"),
    "robust": ("location", "step"), "rank": ("ties",), "borda": ("ties",),
    "percentile": ("ties", "rank_share"), "exponential": ("factor", "ties", "rank_share"),
    "normal_scores": ("ties", "rank_share"),
}  # fmt: skip
AGGREGATIONS = {"mean": (), "sum": (), "geometric": (), "harmonic": (), "power": ("power",)}
CUTS = {
    "equal": ("lower", "upper"), "quantile": ("quantile_type",), "ntile": (),
    "sd": ("limits", "ddof"), "top_share": ("share", "top"), "frozen": (),
}  # fmt: skip
LEVELS = ("indicators", "dimensions", "all")
KEYS = ("scaling", "weights", "aggregation", "drop", "cut")


@dataclass(frozen=True)
class Choice:
    """One alternative: a method of the catalogue with the arguments it is used with.

    `learnt` holds a ready `Scale` or `Breaks` instead, given from Python.
    """

    method: str
    options: tuple[tuple[str, Any], ...] = ()
    learnt: Scale | Breaks | None = None


@dataclass(frozen=True)
class WeightAssumption:
    """How weights are varied: Dirichlet about the given ones, or each by a share up or down.

    Parameters
    ----------
    dirichlet : concentration; the larger, the closer to the given weights (0 = not used). A weight
        share s has the variance s(1 - s)/(dirichlet + 1)
    uniform : each weight is multiplied by 1 ± this share (0 = not used)
    level : which weights: of the indicators, of the dimensions, or all
    """

    dirichlet: float = 0.0
    uniform: float = 0.0
    level: str = "all"


@dataclass(frozen=True)
class Assumptions:
    """Everything a simulation varies besides the counts; an empty tuple = as stated.

    Parameters
    ----------
    scaling, aggregation, cut : equally likely alternatives, the stated one among them
    weights : how weights are varied, or None
    drop : indicators of which one at a time (or none) is left out, equally likely
    """

    scaling: tuple[Choice, ...] = ()
    weights: WeightAssumption | None = None
    aggregation: tuple[Choice, ...] = ()
    drop: tuple[str, ...] = ()
    cut: tuple[Choice, ...] = ()

    @property
    def varied(self) -> tuple[str, ...]:
        """Names of the assumptions that are really varied."""
        return tuple(k for k in KEYS if getattr(self, k))


def read_assumptions(
    vary: Mapping[str, Any],
    *,
    indicators: Sequence[Indicator],
    scale: Scale,
    breaks: Breaks,
    aggregation: str,
    frozen: bool = False,
) -> Assumptions:
    """Read ``[uncertainty.vary]`` and check every name in it.

    Parameters
    ----------
    vary : the section; keys ``scaling``, ``aggregation``, ``cut`` (lists of method names, or tables
        with ``method`` and its arguments), ``weights`` (``{dirichlet = 50}`` or ``{uniform =
        0.25}``, with ``level``), ``drop`` (list of indicator ids, or "each")
    indicators : of the index
    scale, breaks, aggregation : what the build states; it must be among the alternatives
    frozen : scale and limits are those of a reference: there is no other choice of them

    Raises
    ------
    ConfigError
        With every problem at once: unknown names, missing stated method, impossible numbers.

    Examples
    --------
    >>> one = [Indicator(id="armut", label="Armut", direction="burden", value="armut")]
    >>> read_assumptions(
    ...     {"drop": "each"}, indicators=one, scale=Scale("minmax", ("armut",), (1,)),
    ...     breaks=Breaks("equal", (0.5,)), aggregation="mean",
    ... ).drop
    ('armut',)
    """
    problems = [_unknown("vary", name, KEYS) for name in vary if name not in KEYS]
    lists = {
        "scaling": (SCALINGS, scale.method),
        "aggregation": (AGGREGATIONS, aggregation),
        "cut": (CUTS, breaks.method),
    }
    read: dict[str, Any] = {}
    for name, (known, stated) in lists.items():
        if name in vary:
            read[name] = _choices(name, vary[name], known, stated, problems)
    if "sd" in [c.method for c in read.get("cut", ())]:
        problems += _sd_limits(read["cut"], breaks)
    if "weights" in vary:
        read["weights"] = _weighting(vary["weights"], problems)
    if "drop" in vary:
        read["drop"] = _dropped(vary["drop"], [i.id for i in indicators], problems)
    if len(read.get("scaling", ())) > 1 and _absolute(breaks, read.get("cut", ())):
        problems.append(problem("insight.vary.fixed_limits", column="cut", found=breaks.method))
    if frozen:
        others = {"scaling": (scale.method,), "cut": (breaks.method, "frozen", "fixed")}
        for name, fits in others.items():
            chosen = [c for c in read.get(name, ()) if c.learnt is None and c.method not in fits]
            if chosen:
                found = ", ".join(c.method for c in chosen)
                problems.append(problem("insight.vary.frozen", column=name, found=found))
    if problems:
        raise ConfigError(problems)
    return Assumptions(**read)


def expect_count_model(counts: str) -> None:
    """Refuse an error model that is not known."""
    if counts not in COUNTS:
        message = (
            f"The 'counts' parameter of simulate_index must be one of {COUNTS}. Got {counts!r}."
        )
        raise ValueError(message)


def _unknown(column: str, found: object, known: Sequence[str]) -> Problem:
    near = difflib.get_close_matches(str(found), known, n=1)
    return problem(
        "insight.vary.unknown",
        column=column,
        found=found,
        known=", ".join(known) or text("insight.vary.nothing"),
        hint=f" Gemeint: „{near[0]}“?" if near else "",
    )


def _choices(
    name: str,
    given: Any,
    known: Mapping[str, Sequence[str]],
    stated: str,
    problems: list[Problem],
) -> tuple[Choice, ...]:
    if isinstance(given, str) or not isinstance(given, Sequence) or not given:
        problems.append(problem("insight.vary.not_a_list", column=name, found=given))
        return ()
    choices = []
    for entry in given:
        if isinstance(entry, Scale | Breaks):
            choices.append(Choice(entry.method, learnt=entry))
            continue
        table = dict(entry) if isinstance(entry, Mapping) else {"method": entry}
        method = str(table.pop("method", ""))
        if method not in known and method != stated:
            problems.append(_unknown(name, method or entry, [*known]))
        else:
            fits = known.get(method, ())
            problems += [_unknown(f"{name}.{method}", o, fits) for o in table if o not in fits]
        choices.append(Choice(method, tuple(sorted(table.items()))))
    if stated not in [c.method for c in choices]:
        problems.append(problem("insight.vary.stated_missing", column=name, found=stated))
    if len(set(map(repr, choices))) < len(choices):
        problems.append(problem("insight.vary.twice", column=name, found=name))
    return tuple(choices)


def _sd_limits(choices: Sequence[Choice], breaks: Breaks) -> list[Problem]:
    """Refuse standard deviations without limits, or with too few or many for the classes."""
    found = []
    for choice in choices:
        if choice.method == "sd" and choice.learnt is None:
            given = dict(choice.options).get("limits", dict(breaks.options).get("limits", ()))
            if len(given) != breaks.k - 1:
                values = {"column": "cut", "count": breaks.k - 1, "found": list(given)}
                found.append(problem("insight.vary.sd_limits", **values))
    return found


def _weighting(given: Any, problems: list[Problem]) -> WeightAssumption | None:
    table = dict(given) if isinstance(given, Mapping) else {str(given): None}
    for name in table:
        if name not in ("dirichlet", "uniform", "level"):
            problems.append(_unknown("weights", name, ("dirichlet", "uniform", "level")))
            return None
    level = table.get("level", "all")
    if level not in LEVELS:
        problems.append(_unknown("weights.level", level, LEVELS))
    dirichlet, uniform = table.get("dirichlet", 0.0), table.get("uniform", 0.0)
    numbers = [dirichlet, uniform]
    fits = all(isinstance(v, int | float) and not isinstance(v, bool) for v in numbers)
    if not fits or (dirichlet > 0) == (uniform > 0) or not 0 <= uniform < 1 or dirichlet < 0:
        problems.append(problem("insight.vary.weights", column="weights", found=given))
        return None
    return WeightAssumption(float(dirichlet), float(uniform), str(level))


def _dropped(given: Any, ids: Sequence[str], problems: list[Problem]) -> tuple[str, ...]:
    if given == "each":
        return tuple(ids)
    if isinstance(given, str) or not isinstance(given, Sequence) or not given:
        problems.append(problem("insight.vary.not_a_list", column="drop", found=given))
        return ()
    problems.extend(_unknown("drop", i, ids) for i in given if i not in ids)
    return tuple(dict.fromkeys(str(i) for i in given))


def _absolute(breaks: Breaks, alternatives: Sequence[Choice]) -> bool:
    """Tell whether class limits are stated numbers, which mean nothing on another scale."""
    rules = [c.method for c in alternatives] or [breaks.method]
    return any(rule in ("fixed", "frozen") for rule in rules)
