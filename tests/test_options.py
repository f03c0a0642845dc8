"""One vocabulary: what a function accepts is what a build file may say, and nothing else."""

import importlib
import inspect
import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import geopandas
import pandas as pd
import pytest

import sozialraum as sr
from sozialraum.config.deliveries import Repair
from sozialraum.config.further import Screening, TypologySection
from sozialraum.config.plan import Plan
from sozialraum.config.sections import Clusters, Disclosure, NeighboursSection, Section
from sozialraum.config.steps import SECTIONS, Node
from sozialraum.config.varying import Uncertainty
from sozialraum.model import Indicator
from sozialraum.model.options import Names
from sozialraum.privacy.rules import DisclosureRules

MIRRORS = {
    s: s.function
    for s in (
        *SECTIONS.values(),
        Uncertainty,
        NeighboursSection,
        Clusters,
        Repair,
        Disclosure,
        TypologySection,
        Screening,
    )
}
# what a build file says in another way than a function: persons by name, tables by a section
SAID_OTHERWISE = {"weights", "nodes", "vary", "ledger"}


def function_of(path: str) -> Any:
    module, name = path.split(":")
    return getattr(importlib.import_module(module), name)


def plain(hint: Any) -> Any:
    """Return an annotation in which a tuple is a list and a dict is a mapping."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        rules = [m for m in hint.__metadata__ if not isinstance(m, Names)]
        return (plain(inner[0]), *map(repr, rules)) if rules else plain(inner[0])
    if origin in (Union, types.UnionType):
        return frozenset(plain(part) for part in inner)
    if origin is Literal:
        return ("word", *inner)
    if origin in (dict, Mapping):
        return ("mapping", *map(plain, inner))
    if origin is Sequence or (origin is tuple and Ellipsis in inner):
        return ("list", plain(inner[0]))
    return (origin, *map(plain, inner)) if origin else hint


@pytest.mark.parametrize("section", MIRRORS, ids=lambda s: s.__name__)
def test_a_section_and_its_function_say_the_same(section):
    function = function_of(MIRRORS[section])
    arguments = inspect.signature(function).parameters
    taken = get_type_hints(function, localns={"gpd": geopandas}, include_extras=True)
    given = get_type_hints(section, include_extras=True)
    for name, field in section.model_fields.items():
        if name in ("ledger", "key", "corrects", "different"):
            continue
        assert field.default == arguments[name].default, name
        if name not in SAID_OTHERWISE:
            assert plain(given[name]) == plain(taken[name]), name


def sections(model: type[Section] = Plan) -> set[type[Section]]:
    """Return every section of a build file, whatever it stands in."""
    found, open_ = {model}, [model]
    while open_:
        for hint in get_type_hints(open_.pop(), include_extras=True).values():
            for inner in classes_in(hint):
                if issubclass(inner, Section) and inner not in found:
                    found.add(inner)
                    open_.append(inner)
    return found


def classes_in(hint: Any) -> list[type]:
    if isinstance(hint, type) and not get_args(hint):
        return [hint]
    return [found for part in get_args(hint) for found in classes_in(part)]


def test_no_section_takes_a_table_of_anything():
    loose = [
        f"{section.__name__}.{name}"
        for section in sections()
        for name, hint in get_type_hints(section, include_extras=True).items()
        if name in section.model_fields and "Any" in str(hint)
    ]
    assert loose == []
    assert len(sections()) > 30


def test_each_key_that_only_some_methods_read_is_a_key_and_each_method_a_word():
    for section in SECTIONS.values():
        known = set(get_args(section.model_fields[section.choice].annotation))
        assert set(section.reads) <= set(section.model_fields)
        assert {m for readers in section.reads.values() for m in readers} <= known


# --- wrong calls ----------------------------------------------------------------------------------

Z = pd.DataFrame({"a": [0.1, 0.4], "b": [0.9, 0.2]}, index=["01", "02"])
TWO = [
    Indicator(id=k, label=k, direction="burden", value=k, dimension=k.upper()) for k in "ab"
]  # fmt: skip


@pytest.mark.parametrize("direction", ["Burden", 1, None, -1, "belastung"])
def test_a_direction_is_never_guessed(direction):
    with pytest.raises(ValueError, match="The 'direction' parameter of Indicator must be one of"):
        Indicator(id="a", label="a", direction=direction, value="a")


@pytest.mark.parametrize(
    "wrong", [{"weight": float("nan")}, {"weight": -1.0}, {"minimum_base": float("inf")}]
)
def test_an_indicator_takes_no_number_that_is_none(wrong):
    with pytest.raises(ValueError, match="parameter of Indicator must be a number"):
        Indicator(id="a", label="a", direction="burden", value="a", **wrong)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"dimension_weights": {"a": 3.0, "B": 1.0}}, r"must name nodes below .*\['A', 'B'\]"),
        ({"nodes": [{"id": "A", "wieght": 3.0}]}, r"Got \['wieght'\]"),
        ({"nodes": [{"methode": "geometric"}]}, "must hold mappings"),
        ({"nodes": [{"id": "A", "weight": float("nan")}]}, "must be at least 0"),
        ({"nodes": [{"id": "A", "min_available": 5}]}, "min_available"),
        ({"min_available": 5.0}, "'min_available' parameter of aggregate must be a number, above"),
        ({"power": float("nan")}, "'power' parameter of aggregate must be a number"),
        ({"power": 0.0}, "other than 0"),
        ({"owa_weights": [float("nan"), 1.0]}, "'owa_weights'"),
        ({"share_bounds": (0.5, 0.1)}, "ascending"),
    ],
)
def test_a_wrong_argument_of_aggregate_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        sr.index.aggregate(Z, TWO, **wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"output": (1.0, 0.0)},
        {"step": 0.0},
        {"factor": float("nan")},
        {"ddof": 2},
        {"ties": "max-min"},
        {"methods": {"c": "rank"}},
        {"method": "goalposts", "goalposts": {"a": (1.0, 0.0), "b": (0.0, 1.0)}},
    ],
)
def test_a_wrong_argument_of_fit_scale_is_refused(wrong):
    with pytest.raises(ValueError, match="of fit_scale must"):
        sr.index.fit_scale(Z, TWO, **wrong)


def test_weights_of_dimensions_are_used_by_their_name():
    # (3 · 0.1 + 1 · 0.9) / 4
    found = sr.index.aggregate(Z, TWO, dimension_weights={"A": 3, "B": 1})["index"]
    assert found["01"] == pytest.approx(0.3)
    same = sr.index.aggregate(Z, TWO, nodes=[{"id": "A", "parent": None, "weight": 3.0}])["index"]
    assert same["01"] == pytest.approx(0.3)


def test_every_step_of_a_build_file_takes_the_same_node_keys_as_the_library():
    from sozialraum.index.hierarchy import _NODE_KEYS

    assert set(Node.model_fields) == _NODE_KEYS


def test_disclosure_rules_take_no_negative_number():
    with pytest.raises(ValueError, match="'insiders' parameter of DisclosureRules"):
        DisclosureRules(insiders=-1)
