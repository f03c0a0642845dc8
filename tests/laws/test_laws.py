"""The laws every public function of the stage rooms obeys: row order is no input.

They are the first two sentences of the contract (`sozialraum.model.alignment`).
"""

import contextlib
import io
from collections.abc import Iterator

import pytest
from laws.compare import assert_same, by_key, columns_turned, each_keyed, keyed_in, permuted
from laws.exempt import (
    COLUMNS_IN_ORDER,
    MAY_LACK,
    NO_KEYS,
    NO_MAKER,
    ONE_IN_ORDER,
    ROWS_IN_ORDER,
)
from laws.makers import BY_FUNCTION, arguments_of
from laws.names import faces, keyed_parameters, public_functions, with_keys

from sozialraum.model.errors import SozialraumError

FUNCTIONS = with_keys()
# a function with other words for its options: "room.name#variant"
FUNCTIONS |= {n: FUNCTIONS[n.partition("#")[0]] for n in BY_FUNCTION if "#" in n}
TESTED = sorted(set(FUNCTIONS) - set(NO_MAKER))
REFUSED = (ValueError, TypeError, SozialraumError)


def run(name: str, arguments: dict):
    result = FUNCTIONS[name](**arguments)
    return list(result) if isinstance(result, Iterator) else result


def whole_key_spaces(arguments: dict, keyed: list[str]) -> dict[str, list[str]]:
    """Return the keyed arguments that share their keys with another one, by parameter."""
    spaces = {n: [frozenset(k.index) for k in keyed_in(arguments[n])] for n in keyed}
    return {
        n: [o for o in keyed if o != n and set(spaces[o]) & set(spaces[n])]
        for n in keyed
        if any(set(spaces[o]) & set(spaces[n]) for o in keyed if o != n)
    }


def cases():
    for name in TESTED:
        try:
            arguments = arguments_of(name, FUNCTIONS[name])
        except LookupError:  # told by a test of its own
            continue
        keyed = [n for n in keyed_parameters(FUNCTIONS[name]) if n in arguments]
        keyed = [n for n in keyed if keyed_in(arguments[n])]
        yield name, arguments, keyed


PAIRS = [
    (name, n) for name, arguments, keyed in cases() for n in whole_key_spaces(arguments, keyed)
]


def test_every_function_with_keys_has_makers_or_a_reason():
    lacking = []
    for name in TESTED:
        try:
            arguments_of(name, FUNCTIONS[name])
        except LookupError as found:
            lacking.append(str(found))
    assert not lacking


def test_every_public_name_is_under_the_laws_or_takes_nothing_with_keys():
    known = set(FUNCTIONS.values())
    free = {name for name, function in faces().items() if function not in known}
    assert free == set(NO_KEYS), "a public name that no law and no reason knows"
    assert len(faces()) - len(free) > 100


def test_exemptions_name_functions_that_are_there_and_say_why():
    for table in (NO_KEYS, NO_MAKER, ROWS_IN_ORDER, ONE_IN_ORDER, COLUMNS_IN_ORDER, MAY_LACK):
        names = {name.partition("(")[0].partition("#")[0] for name in table}
        assert not names - set(public_functions()), "an exemption without its function"
        assert all(len(reason) > 15 for reason in table.values())
    assert not set(NO_MAKER) & (set(ROWS_IN_ORDER) | set(COLUMNS_IN_ORDER))


@pytest.mark.parametrize("name", [n for n in TESTED if n not in ROWS_IN_ORDER])
def test_contract_1_all_rows_in_another_order_give_the_same_by_key(name):
    arguments = arguments_of(name, FUNCTIONS[name])
    turned = {k: each_keyed(v, permuted) for k, v in arguments.items()}
    assert_same(run(name, arguments), run(name, turned), name)


@pytest.mark.parametrize(
    ("name", "parameter"), [p for p in PAIRS if "{}({})".format(*p) not in ONE_IN_ORDER]
)
def test_contract_1_one_argument_in_another_order_changes_nothing(name, parameter):
    arguments = arguments_of(name, FUNCTIONS[name])
    turned = {**arguments, parameter: each_keyed(arguments[parameter], permuted)}
    first = next(k for k in arguments if k in keyed_parameters(FUNCTIONS[name]))
    assert_same(run(name, arguments), run(name, turned), name, ordered=parameter != first)


@pytest.mark.parametrize("name", [n for n in TESTED if n not in COLUMNS_IN_ORDER])
def test_columns_in_another_order_change_nothing(name):
    arguments = arguments_of(name, FUNCTIONS[name])
    result = run(name, arguments)
    for parameter in keyed_parameters(FUNCTIONS[name]):
        if parameter in arguments:
            turned = each_keyed(arguments[parameter], columns_turned)
            assert_same(result, run(name, {**arguments, parameter: turned}), f"{name}({parameter})")


@pytest.mark.parametrize(
    ("name", "parameter"), [p for p in PAIRS if "{}({})".format(*p) not in MAY_LACK]
)
def test_contract_1_a_missing_key_is_refused(name, parameter):
    arguments = arguments_of(name, FUNCTIONS[name])
    with pytest.raises(REFUSED):
        run(
            name,
            {**arguments, parameter: each_keyed(arguments[parameter], lambda one: one.iloc[1:])},
        )


@pytest.mark.parametrize(("name", "parameter"), PAIRS)
def test_contract_1_a_doubled_key_is_refused(name, parameter):
    arguments = arguments_of(name, FUNCTIONS[name])

    def doubled(one):
        return one.iloc[[*range(len(one)), 0]]

    with pytest.raises(REFUSED):
        run(name, {**arguments, parameter: each_keyed(arguments[parameter], doubled)})


@pytest.mark.parametrize("name", TESTED)
def test_contract_2_arguments_stay_as_they_are_and_nothing_is_printed(name):
    arguments = arguments_of(name, FUNCTIONS[name])
    before = {k: each_keyed(v, lambda one: one.copy()) for k, v in arguments.items()}
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
        run(name, arguments)
    assert out.getvalue() == ""
    for parameter, given in arguments.items():
        for one, was in zip(keyed_in(given), keyed_in(before[parameter]), strict=True):
            assert list(one.index) == list(was.index)
            assert_same(by_key(one), by_key(was), f"{name}({parameter})", ordered=True)
