"""Recipes as files: those of the catalogue, and one's own beside the build file.

A recipe of one's own is a TOML file with the sections of a build file that say how the index is
made, and one table ``[recipe]`` with its name, its version and how well it is known. It is checked
by itself, with its own name in every message, before a build starts from it.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from importlib import resources
from pathlib import Path, PureWindowsPath
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sozialraum.config.file_models import understood
from sozialraum.config.pydantic_errors import did_you_mean, german
from sozialraum.config.sections import Section
from sozialraum.config.steps import STEPS, Axis, Imputation
from sozialraum.config.toml_text import read_toml
from sozialraum.model.errors import ConfigError
from sozialraum.model.options import LearnFrom, Orientation
from sozialraum.model.problem import Problem
from sozialraum.texts import problem

Evidence = Literal["reproduced", "primary", "secondary", "inferred"]
Words = Annotated[str, Field(min_length=1)]
_SUFFIX = ".toml"
_NAME = r"^[a-z][a-z0-9_]*$"
_PART = re.compile(r'[^\x00-\x1f<>:"|?*\\/]*[^\x00-\x1f<>:"|?*\\/. ]')
_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{d}{n}" for d in ("COM", "LPT") for n in range(1, 10))}


class RecipeFacts(Section):
    """``[recipe]``: what a recipe says about itself."""

    name: Annotated[str, Field(pattern=_NAME)]
    version: Words
    evidence: Evidence
    title: str = ""
    source: str = ""
    paragraph: str = ""
    agreement: str = ""
    open: str = ""
    date: str = ""
    area_word: str = ""
    smoothing: Literal["allowed", "forbidden"] = "allowed"
    roles: tuple[dict[str, Any], ...] = ()
    editions: dict[str, tuple[str, ...]] = {}
    total: dict[str, Any] = {}
    attention: tuple[str, ...] = ()


class RecipePopulation(Section):
    """``[population]`` of a recipe: from how many persons on an area is part of the index."""

    minimum: Annotated[float, Field(ge=0)] = 0.0


class RecipeFile(Axis):
    """A recipe of one's own: the steps of an index, or of several on axes."""

    recipe: RecipeFacts
    orientation: Orientation
    learn_from: LearnFrom = "stichtag"
    population: RecipePopulation | None = None
    imputation: Imputation | None = None
    axes: dict[str, Axis] = {}

    @model_validator(mode="after")
    def _steps_stand_once(self) -> RecipeFile:
        if self.axes and self.model_fields_set & {"transform", *STEPS}:
            message = "axes"
            raise ValueError(message)
        return self


def recipe_names() -> list[str]:
    """Return the names of the recipes in the catalogue, sorted.

    Examples
    --------
    >>> "berlin_mss" in recipe_names()
    True
    """
    folder = resources.files("sozialraum.index").joinpath("recipes")
    return sorted(
        p.name.removesuffix(_SUFFIX) for p in folder.iterdir() if p.name.endswith(_SUFFIX)
    )


def recipe_sections(name: str, folder: Path) -> dict[str, Any]:
    """Return a recipe of the catalogue, or a file of one's own beside the build file, as parsed.

    Raises
    ------
    ConfigError
        If the catalogue has no such recipe, or the file is no recipe.
    """
    if is_own(name):
        return own_sections(name, folder)
    if name not in recipe_names():
        hint, known = did_you_mean(name, recipe_names()), ", ".join(recipe_names())
        raise ConfigError(
            problem("config.unknown_recipe", key="recipe", found=name, known=known, hint=hint)
        )
    return catalogue_sections(name)


def is_own(name: str) -> bool:
    """Tell whether a build file names a recipe file of its own instead of the catalogue's.

    Examples
    --------
    >>> is_own("berlin_mss"), is_own("mein.toml"), is_own("verfahren/mein.TOML")
    (False, True, True)
    """
    return name.lower().endswith(_SUFFIX) or "/" in name or "\\" in name


def catalogue_sections(name: str) -> dict[str, Any]:
    """Return a recipe of the catalogue as parsed; its name is known."""
    source = resources.files("sozialraum.index").joinpath("recipes", f"{name}{_SUFFIX}")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def own_sections(written: str, folder: Path) -> dict[str, Any]:
    """Read and check a recipe file of one's own.

    Parameters
    ----------
    written : path as in the build file: relative, with ``/`` between folders, ending in ``.toml``
    folder : of the build file; the recipe lies in it or below

    Returns
    -------
    As parsed; a title that is not stated is the name.

    Raises
    ------
    ConfigError
        With every problem of the file, under its own name.
    """
    given = read_toml(_place(written, folder))
    name = PureWindowsPath(written).name
    if not isinstance(given.get("recipe"), dict):
        raise ConfigError(problem("config.recipe_table", file=name, key="recipe"))
    _, wrong = understood(RecipeFile, given, name, worded=_worded)
    if wrong:
        raise ConfigError(wrong)
    about = given["recipe"]
    if about["name"] in recipe_names():
        taken = problem("config.recipe_name", file=name, key="recipe.name", found=about["name"])
        raise ConfigError(taken)
    if about["evidence"] == "reproduced" and not about.get("agreement"):
        raise ConfigError(problem("config.recipe_proof", file=name, key="recipe.agreement"))
    return {**given, "recipe": {"title": about["name"], **about}}


def _worded(error: Any, file: str, model: type[Section]) -> Problem:
    """Tell what is wrong with a recipe file in German."""
    if error["type"] == "value_error" and not error["loc"]:
        return problem("config.recipe_axes", file=file, key="axes")
    return german(error, file, model)


def _place(written: str, folder: Path) -> Path:
    """Return where a recipe file lies; it may not lead out of the folder of the build file."""
    base = folder.resolve()
    place = base / written if _is_plain(written) else base
    if place == base or not place.resolve().is_relative_to(base):
        raise ConfigError(problem("config.recipe_path", key="recipe", found=_printable(written)))
    if not place.is_file():
        near = difflib.get_close_matches(written, [p.name for p in base.glob(f"*{_SUFFIX}")], n=3)
        raise ConfigError(
            problem(
                "config.no_recipe_file", key="recipe", found=written, near=", ".join(near) or "–"
            )
        )
    return place


def _is_plain(written: str) -> bool:
    """Tell whether a path is relative, downward, a TOML file, and possible on every system."""
    parts = written.split("/")
    return written.lower().endswith(_SUFFIX) and all(
        _PART.fullmatch(part) and part.split(".")[0].rstrip().upper() not in _DEVICES
        for part in parts
    )


def _printable(written: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in written)[:120]
