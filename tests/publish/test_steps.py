"""What a method note says is what ran: read back, for many random choices of steps."""

import json
import random
import re
import typing
from pathlib import Path

import pytest

import sozialraum as sr
from sozialraum.config.steps import STEPS, Axis, Node
from sozialraum.model.options import TransformFunction, option_words
from sozialraum.publish.steps import method_name, steps_in_words
from sozialraum.texts import catalogue
from sozialraum.workflows.build.words.method_words import _OPTIONAL, _of_axis

ROOT = Path(__file__).parents[2]
IDS = {"armut", "kita", "krisen"}
# Values that may stand in a build file, beside the usual ones.
POOL = {
    "most": [0, 3], "skew_limit": [0.5, 2.5], "kurtosis_limit": [1.0, 7.25], "ddof": [0, 1],
    "weights": ["population"], "centre": ["mean", "zero", "city_rate"],
    "output": [(0.0, 100.0), (-1.0, 1.0), (0.0, 1.0)], "location": [100.0, 0.0],
    "step": [10.0, 1.0], "goalposts": [{"armut": (0.0, 0.5), "kita": (0.25, 1.0)}],
    "targets": [{"armut": 0.1}], "references": [{"kita": 0.75}],
    "ties": ["average", "min", "max"], "rank_share": ["r/n", "(r-0.5)/n"], "factor": [23.0, 12.5],
    "cap": [True, False], "digits": [0, 4], "methods": [{"kita": "rank"}, {"armut": "minmax"}],
    "anchor": ["armut"], "against": ["refuse", "keep"], "factors": [2],
    "coefficients": [{"armut": 0.25, "kita": -0.5}], "judgements": [{"a": ((1.0, 2.0), (0.5, 1.0))}],
    "dimension_method": ["geometric", "sum"], "dimension_weights": ["equal", "size", {"a": 2.0}],
    "nodes": [(Node(id="a", weight=2.0), Node(id="b", parent="a", method="sum"))],
    "min_available": [1.0, 0.5], "power": [2.0, 3.0], "penalty": ["add", "subtract"],
    "alpha": [0.5, 0.25], "beta": [0.0, 1.0], "owa_weights": [(0.5, 0.3, 0.2)],
    "owa_exponent": [1.0, 2.0], "share_bounds": [(0.1, 0.9)], "k": [2, 5, 9],
    "limits": [(0.25, 0.5, 0.75)], "right": [True, False], "lower": [0.0], "upper": [1.0],
    "quantile_type": [7, 2], "share": [0.05, 0.125], "top": ["high", "low"],
    "shares": [(0.2, 0.6, 0.2)], "larger": ["low", "high"],
}  # fmt: skip


def random_axis(rng):
    """Return an axis with random steps, methods and options."""
    chosen = {}
    for name, step in STEPS.items():
        if name in _OPTIONAL and rng.random() < 0.5:
            continue
        methods = typing.get_args(step.model_fields[step.choice].annotation)
        given = {step.choice: rng.choice(methods)}
        for key in step.model_fields:
            if key in POOL and rng.random() < 0.5:
                given[key] = rng.choice(POOL[key])
        chosen[name] = step(**given)
    if rng.random() < 0.5:
        chosen["transform"] = {rng.choice(sorted(IDS)): rng.choice(option_words(TransformFunction))}
    return Axis(**chosen)


def read_back(lines):
    """Return per step its method and the keys and printed values of its options, from the text."""
    heads = {head: step for step, head in catalogue("publish")["steps"]["heads"].items()}
    found = {}
    for line in lines:
        head, rest = line.split(": ", 1)
        if head not in heads:
            continue
        step = heads[head]
        if step == "transform":
            found[step] = re.findall(r"\((\w+)\)", rest)
            continue
        method = re.match(r"[^;]*?\((\w+)\)(?=;|$)", rest)
        options = dict(re.findall(r"; [^;]*? \((\w+)\): ([^;]*)", rest))
        found[step] = (method.group(1) if method else rest.split(";")[0], options)
    return found


def number_in(shown):
    return float(shown.replace(".", "").replace("−", "-").replace(",", "."))


@pytest.mark.parametrize("seed", range(400))
def test_every_step_and_option_that_runs_is_read_back_from_the_text(seed):
    rng = random.Random(seed)
    axis = random_axis(rng)
    ran = json.loads(json.dumps(_of_axis(axis, IDS)))
    told = read_back(steps_in_words(ran, {}))
    assert set(told) == set(ran)
    for name, options in ran.items():
        if name == "transform":
            assert told[name] == list(options.values())
            continue
        step, (method, shown) = STEPS[name], told[name]
        assert method == options[step.choice] == getattr(getattr(axis, name), step.choice)
        assert set(shown) == set(options) - {step.choice}
        for key, value in options.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                assert number_in(shown[key]) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("seed", range(400))
def test_no_option_is_told_that_the_method_does_not_read_and_none_is_left_out(seed):
    axis = random_axis(random.Random(10_000 + seed))
    for name, told in _of_axis(axis, IDS).items():
        if name == "transform":
            continue
        step = getattr(axis, name)
        usual = type(step)()
        assert not set(told) & set(step.unread())
        changed = {
            key
            for key in type(step).model_fields
            if getattr(step, key) != getattr(usual, key) and getattr(step, key) is not None
        }
        left_out = changed - set(told) - set(step.unread()) - {"labels", "numbers", step.choice}
        assert left_out <= ({"k"} if "shares" in told else set())


def test_every_key_and_every_method_has_german_words():
    names = catalogue("publish")["steps"]
    for name, step in STEPS.items():
        for key in set(step.model_fields) - {step.choice, "labels", "numbers"}:
            assert key in names["options"], key
        for method in typing.get_args(step.model_fields[step.choice].annotation):
            assert method_name(name, method) != method, (name, method)
    for how in option_words(TransformFunction):
        assert method_name("transform", how) != how


BUILDS = [
    '[transform]\narmut = "log1p"\n',
    '[treatment]\nrule = "log"\nskew_limit = 0.1\nkurtosis_limit = 0.1\n',
    '[scaling]\nmethod = "zscore"\nddof = 1\n[aggregation]\nmethod = "sum"\n'
    '[restandardise]\nmethod = "zscore"\n[classes]\nmethod = "sd"\nlimits = [-1.5, -0.5, 0.5, 1.5]\n',
    '[scaling]\noutput = [0.0, 100.0]\n[weighting]\nmethod = "entropy"\n'
    "[classes]\nlower = 0.0\nupper = 100.0\n",
]


@pytest.fixture(scope="module", params=BUILDS, ids=["transform", "treatment", "zsum", "weights"])
def built(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("steps")
    text = (ROOT / "config" / "musterstadt.toml").read_text("utf-8")
    text = text.replace("../shapes/musterstadt", (ROOT / "shapes" / "musterstadt").as_posix())
    text = re.sub(r"\[uncertainty\].*?(?=\n\[|\Z)", "", text, flags=re.DOTALL)
    (folder / "b.toml").write_text(f"{text}\n{request.param}", encoding="utf-8")
    sr.build(folder / "b.toml").save(folder / "out", files=("methode",))
    manifest = json.loads((folder / "out" / "manifest.json").read_text("utf-8"))
    return (folder / "out" / "methode.md").read_text("utf-8").replace("\\", ""), manifest


def test_the_method_note_of_a_build_agrees_with_its_manifest(built):
    note, manifest = built
    ran = manifest["details"]["steps"]["index"]
    section = note.split("## So ist gerechnet\n\n")[1].split("\n\n")[0]
    told = read_back([line.removeprefix("- ") for line in section.splitlines()])
    assert set(told) == set(ran)
    for name, options in ran.items():
        if name != "transform":
            assert told[name][0] == options[STEPS[name].choice]
            assert set(told[name][1]) == set(options) - {STEPS[name].choice}


def test_words_of_the_recipe_stand_only_where_its_steps_ran(built):
    note, manifest = built
    assert "wird zwischen dem niedrigsten und dem höchsten Gebiet auf 0 bis 1 gestreckt" not in note
    assert "1 = hohe, 0 = niedrige" not in note
    assert "Ein hoher Wert steht für gute Teilhabe." in note
    assert manifest["facts"]["changed"]


def test_weights_and_treatments_found_in_the_data_are_told(built):
    note, manifest = built
    learnt = manifest["details"]["learnt"]
    assert ("Gewichte aus den Daten" in note) == ("index.weights" in learnt)
    assert ("Ausreißer, was geschah" in note) == ("index.treatment" in learnt)
