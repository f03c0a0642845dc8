"""Arguments of public functions held against their annotations: a wrong call is refused, in words.

`checks_options` reads the vocabulary of `sozialraum.model.options` off a signature: a word that is
not one of a ``Literal``, a number outside its bounds, NaN where a number is asked for. All refusals
have one grammar. What an annotation cannot say (a matrix that must be square) the function says.
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, wraps
from inspect import signature
from numbers import Integral, Real
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from annotated_types import BaseMetadata, Ge, Gt, Le, Lt, MaxLen, MinLen

from sozialraum.model.options import Mark, Names

Call = TypeVar("Call", bound=Callable[..., Any])
_BOUNDS: dict[type[BaseMetadata], tuple[str, Callable[[Any, Any], bool]]] = {
    Ge: ("at least {rule.ge}", lambda value, rule: value >= rule.ge),
    Gt: ("above {rule.gt}", lambda value, rule: value > rule.gt),
    Le: ("at most {rule.le}", lambda value, rule: value <= rule.le),
    Lt: ("below {rule.lt}", lambda value, rule: value < rule.lt),
    MinLen: (
        "of at least {rule.min_length} entries",
        lambda value, rule: len(value) >= rule.min_length,
    ),
    MaxLen: (
        "of at most {rule.max_length} entries",
        lambda value, rule: len(value) <= rule.max_length,
    ),
}
_MARKS = {
    "ascending": "ascending",
    "not_zero": "other than 0",
    "colour": "a colour as #rrggbb",
    "period": "a period like '2024-12-31', '2024-12', '2024' or '2023/24'",
}


def checks_options(function: Call) -> Call:
    """Return the function with its options checked before it runs.

    Raises
    ------
    ValueError, TypeError
        From the function returned: "The 'ddof' parameter of fit_scale must be one of [0, 1]. Got 2
        instead."

    Examples
    --------
    >>> from sozialraum.model.options import Share
    >>> @checks_options
    ... def half(p: Share) -> float:
    ...     return p / 2
    >>> half(2.0)
    Traceback (most recent call last):
    ValueError: The 'p' parameter of half must be a number, at least 0, at most 1. Got 2.0 instead.
    """
    parameters = signature(function)

    @wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        try:
            given = parameters.bind(*args, **kwargs).arguments
        except TypeError as error:
            message = f"{function.__name__}() {error}"
            raise TypeError(message) from None
        refuse_wrong_options(function, given)
        return function(*args, **kwargs)

    return checked  # type: ignore[return-value]


def refuse_wrong_options(owner: Any, values: Mapping[str, Any]) -> None:
    """Refuse the first value that the annotations of a function or class do not allow.

    Parameters
    ----------
    owner : function or dataclass
    values : by name of parameter or field
    """
    for name, annotation in _options_of(owner).items():
        if name in values:
            wrong = next(_breaches(annotation, values[name]), None)
            if wrong is not None:
                kind, expected, found = wrong
                message = (
                    f"The '{name}' parameter of {owner.__name__} must be {expected}. "
                    f"Got {found!r} instead."
                )
                raise kind(message)


@cache
def _options_of(owner: Any) -> dict[str, Any]:
    """Return the annotations that say more than a type of this or another library."""
    hints = get_type_hints(owner, include_extras=True)
    return {name: hint for name, hint in hints.items() if name != "return" and _is_option(hint)}


def _is_option(hint: Any) -> bool:
    if hint in (float, int, bool) or get_origin(hint) in (Literal, Annotated):
        return True
    inner = [part for part in get_args(hint) if part is not type(None)]
    return bool(inner) and all(_is_option(part) or part in (str, Ellipsis) for part in inner)


Breach = tuple[type[Exception], str, Any]


def _breaches(hint: Any, value: Any) -> Iterator[Breach]:
    """Yield what is wrong with a value: kind of error, what is expected, what was found."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        yield from _outside(hint, value)
    elif origin is Literal:
        if not any(value == word and type(value) is type(word) for word in inner):
            yield ValueError, f"one of {list(inner)}", value
    elif origin in (Union, types.UnionType):
        yield from _none_of(inner, value)
    elif hint in (float, int):
        yield from _no_number(hint, value)
    elif hint is bool and not isinstance(value, bool):
        yield TypeError, "True or False", value
    elif hint is str and not isinstance(value, str):
        yield TypeError, "a text", value
    elif origin is not None:
        yield from _inside(origin, inner, value)


def _inside(origin: Any, inner: tuple[Any, ...], value: Any) -> Iterator[Breach]:
    """Yield what is wrong inside a mapping or a list."""
    if issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            yield TypeError, "a mapping", value
            return
        for one in value.values():
            yield from _breaches(inner[1], one)
        return
    if isinstance(value, str | Mapping) or not hasattr(value, "__len__"):
        yield TypeError, "a list", value
        return
    fixed = issubclass(origin, tuple) and Ellipsis not in inner
    if fixed and len(value) != len(inner):
        yield ValueError, f"{len(inner)} values", value
        return
    for n, one in enumerate(value):
        yield from _breaches(inner[n] if fixed else inner[0], one)


def _none_of(kinds: Sequence[Any], value: Any) -> Iterator[Breach]:
    """Yield why none of several kinds takes the value; the kind that comes closest speaks."""
    if value is None and type(None) in kinds:
        return
    found = [list(_breaches(kind, value)) for kind in kinds if kind is not type(None)]
    if all(found):
        wrong = [breaches[0] for breaches in found]
        yield next((w for w in wrong if w[0] is ValueError), wrong[0])


def _no_number(hint: Any, value: Any) -> Iterator[Breach]:
    kind, what = (Integral, "a whole number") if hint is int else (Real, "a number")
    if isinstance(value, bool) or not isinstance(value, kind):
        yield TypeError, what, value
    elif not math.isfinite(value):
        yield ValueError, what, value


def _outside(hint: Any, value: Any) -> Iterator[Breach]:
    """Yield the bounds and marks that a value breaks, after its type."""
    base, *rules = get_args(hint)
    wrong = list(_breaches(base, value))
    if wrong:
        yield from wrong
        return
    if not all(_keeps(rule, value) for rule in rules):
        what = {int: "a whole number", float: "a number", str: "a text"}.get(base, "a list")
        notes = [text for rule in rules if (text := _note(rule))]
        yield ValueError, ", ".join([what, *notes]), value


def _keeps(rule: Any, value: Any) -> bool:
    if isinstance(rule, Names):
        return True
    return rule.holds(value) if isinstance(rule, Mark) else _BOUNDS[type(rule)][1](value, rule)


def _note(rule: Any) -> str:
    if isinstance(rule, Names):
        return ""
    if isinstance(rule, Mark):
        return _MARKS.get(rule.code, "")
    return _BOUNDS[type(rule)][0].format(rule=rule)
