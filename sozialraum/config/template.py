"""A commented build file to start from."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from sozialraum.config.reading import did_you_mean, recipe_names
from sozialraum.errors import ConfigError
from sozialraum.texts import problem

_SHOWN = ("scaling", "aggregation", "restandardise", "classes", "types")


def write_template(name: str, *, recipe: str, folder: str | Path = "config") -> Path:
    """Write ``<folder>/<name>.toml`` with every key explained in German.

    Parameters
    ----------
    name : name of the municipality or of the build, and of the file
    recipe : method of the catalogue whose settings are written out

    Raises
    ------
    ConfigError
        If the recipe is unknown, the name is no file name, or the file exists already.
    """
    path = Path(folder) / f"{name}.toml"
    problems = list(_refusals(name, recipe, path))
    if problems:
        raise ConfigError(problems)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(template(name, recipe=recipe, file=path.as_posix()), encoding="utf-8")
    return path


def template(name: str, *, recipe: str, file: str) -> str:
    """Return the text of a build file with the settings of `recipe` written out."""
    source = resources.files("sozialraum.index").joinpath("recipes", f"{recipe}.toml")
    settings = tomllib.loads(source.read_text(encoding="utf-8"))
    frame = resources.files("sozialraum.texts").joinpath("de", "build_file.txt")
    return frame.read_text(encoding="utf-8").format(
        name=name,
        recipe=recipe,
        file=file,
        recipe_title=settings.get("recipe", {}).get("title", recipe),
        orientation=settings.get("orientation", "deprivation"),
        steps="\n".join(_steps(settings)),
    )


def _refusals(name: str, recipe: str, path: Path) -> Iterator[Any]:
    if recipe not in recipe_names():
        hint, known = did_you_mean(recipe, recipe_names()), ", ".join(recipe_names())
        yield problem("config.unknown_recipe", file=path.name, found=recipe, known=known, hint=hint)
    if not name or Path(name).name != name or any(c in name for c in '<>:"|?*\\'):
        yield problem("config.bad_name", found=name)
    elif path.exists():
        yield problem("config.exists", file=path.as_posix())


def _steps(settings: dict[str, Any]) -> Iterator[str]:
    """Write the step sections of a recipe as TOML, each value as it stands in the recipe."""
    for section in _SHOWN:
        if isinstance(settings.get(section), dict):
            yield f"\n[{section}]"
            yield from (f"{key} = {_toml(value)}" for key, value in settings[section].items())
    yield ""


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, list):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    return str(value)
