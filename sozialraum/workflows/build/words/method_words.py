"""What a build computes, said from the steps that run and from nothing else."""

from __future__ import annotations

from typing import Any

from sozialraum.config import Plan
from sozialraum.config.steps import STEPS, Axis, Step
from sozialraum.publish.steps import steps_in_words
from sozialraum.texts import text
from sozialraum.workflows.build.scoring import public_name

# Keys that name classes and change no number, and keys that are said even where they are usual.
_WORDS = ("labels", "numbers")
_ALWAYS = ("output", "k")
# Steps that "none" switches off; a scale or an aggregation is always there.
_OPTIONAL = ("treatment", "weighting", "dimension_scaling", "restandardise")


def ran_steps(plan: Plan) -> dict[str, dict[str, dict[str, Any]]]:
    """Return per axis the steps that run: the method of each, and the options that matter.

    An option matters where the chosen method reads it and it is not the usual value.
    """
    return {
        public_name(plan, axis): _of_axis(plan.axis(axis), {i.id for i in plan.indicators_of(axis)})
        for axis in plan.axis_names
    }


def _of_axis(axis: Axis, ids: set[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    if changed := {name: how for name, how in axis.transform.items() if name in ids}:
        found["transform"] = changed
    for name in STEPS:
        step = getattr(axis, name)
        if step is None or (name in _OPTIONAL and getattr(step, step.choice) == "none"):
            continue
        found[name] = _options(step)
    return found


def _options(step: Step) -> dict[str, Any]:
    usual, silent = type(step)(), {*step.unread(), *_WORDS}
    stated = {
        key: value
        for key, value in step.model_dump(mode="json", exclude_none=True).items()
        if key not in silent
        and key != step.choice
        and (key in _ALWAYS or getattr(step, key) != getattr(usual, key))
    }
    if "shares" in stated:  # they say how many classes there are
        stated.pop("k", None)
    return {step.choice: getattr(step, step.choice), **stated}


def method_paragraph(plan: Plan) -> str:
    """Return the method's paragraph; what is inferred or changed of it is said in every output.

    The words of a recipe stand only where its steps are the ones that ran.
    """
    if not plan.axis_names:
        return text("pipeline.layers_alone")
    recipe = plan.recipe_facts
    stated = [str(recipe.get("paragraph") or text("pipeline.own_method"))]
    if plan.altered:
        stated = _sentences(plan)
    if recipe.get("evidence") == "inferred":
        stated.append(text("pipeline.inferred"))
    if plan.changed:
        stated.append(text("pipeline.deviates", title=recipe["title"]))
    return " ".join(stated)


def _sentences(plan: Plan) -> list[str]:
    labels = {i.id: i.label for i in plan.indicators}
    axes = [steps_in_words(steps, labels, keys=False) for steps in ran_steps(plan).values()]
    return [f"{line}." for line in dict.fromkeys(line for lines in axes for line in lines)]
