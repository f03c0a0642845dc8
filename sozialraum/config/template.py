"""A commented build file to start from."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from sozialraum.config.cross_checks import ANCHORS
from sozialraum.config.recipe_file import recipe_sections
from sozialraum.config.steps import SECTIONS
from sozialraum.texts import text
from sozialraum.texts.shell_words import shell_word

_SHOWN = ("transform", *SECTIONS)
_OPTIONAL = ("dimension", "weight", "axis")
_EXAMPLE = {"id": "armut", "direction": "burden"}
_COMMENT_AT = 43


def template(name: str, *, recipe: str, file: str) -> str:
    """Return the text of a build file with the settings of `recipe` written out."""
    settings = recipe_sections(recipe, Path(file).parent)
    frame = resources.files("sozialraum.texts").joinpath("de", "build_file.txt")
    words = frame.read_text(encoding="utf-8")
    if any(role.get("unit", "share") != "share" for role in _roles(settings)):
        words = _without_blocks(words)
    return words.format(
        name=name,
        recipe=recipe,
        file=shell_word(file),
        recipe_title=settings.get("recipe", {}).get("title", recipe),
        orientation=settings.get("orientation", "deprivation"),
        population="\n".join(_population(settings)),
        indicators="\n".join(_indicators(settings)),
        published="".join(f"{line}\n" for line in _published(settings)),
        steps="\n".join(_steps(settings)),
    )


def _without_blocks(words: str) -> str:
    """Leave out the small areas: delivered values, unlike counts, cannot move between areas."""
    before, _, rest = words.partition("[areas.bloecke]")
    words = before + rest[rest.index("[areas.sprengel]") :]
    words = words.replace('areas = "bloecke"  ', 'areas = "sprengel" ')
    words = words.replace('key   = "block"   ', 'key   = "sprengel"')
    before, _, rest = words.partition('source = "bloecke"')
    return before + "\n" + rest[rest.index("{population}") :]


def _population(settings: dict[str, Any]) -> Iterator[str]:
    """Write who lives there; switched off where the recipe does not ask for it."""
    minimum = settings.get("population", {}).get("minimum", 0.0)
    off = "" if minimum else "# "
    yield _line(f"{off}[population]", text("config.build_file.population"))
    yield _line(f'{off}variable = "einwohner"', text("config.build_file.variable"))
    yield f"{off}minimum = {minimum}\n"


def _indicators(settings: dict[str, Any]) -> Iterator[str]:
    """Write one section per indicator the recipe asks for, one to copy where it names none."""
    roles = _roles(settings)
    yield text(f"config.build_file.{'role' if roles else 'indicator'}_head")
    for role in roles or [{**_EXAMPLE, "label": text("config.build_file.example")}]:
        yield from _indicator(role)
    if not roles:
        yield text("config.build_file.optional") + "\n"


def _roles(settings: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the roles of the recipe; of the fullest edition where it has several."""
    about = settings.get("recipe", {})
    editions = list(about.get("editions", {}).values())
    used = max(editions, key=len) if editions else None
    return [r for r in about.get("roles", []) if used is None or r["id"] in used]


def _indicator(role: dict[str, Any]) -> Iterator[str]:
    name, unit = role["id"], role.get("unit", "share")
    yield "[[indicators]]"
    yield f"id = {toml_value(name)}"
    yield f"label = {toml_value(role['label'])}"
    if unit == "share":
        for part, column in (("numerator", f"{name}_faelle"), ("denominator", f"{name}_alle")):
            yield _line(f"{part} = {toml_value(column)}", text(f"config.build_file.{part}"))
    else:
        yield _line(f"value = {toml_value(name)}", text("config.build_file.value"))
        yield _line(f"unit = {toml_value(unit)}", text("config.build_file.unit"))
    yield _line(f"direction = {toml_value(role['direction'])}", text("config.build_file.direction"))
    yield from (f"{key} = {toml_value(role[key])}" for key in _OPTIONAL if key in role)
    yield ""


def _published(settings: dict[str, Any]) -> Iterator[str]:
    """Offer, switched off, to say where delivered values are published already."""
    names = [r["id"] for r in _roles(settings) if r.get("unit", "share") != "share"]
    if names:
        yield _line(f"# published = {toml_value(names)}", text("config.build_file.published"))
        yield _line('# reason = "???"', text("config.build_file.published_reason"))


def _line(setting: str, comment: str) -> str:
    return f"{setting:<{_COMMENT_AT}}{comment}"


def _steps(settings: dict[str, Any], path: str = "") -> Iterator[str]:
    """Write the step sections of a recipe as TOML, each value as it stands in the recipe."""
    for section in _SHOWN:
        if isinstance(settings.get(section), dict):
            yield f"\n[{path}{section}]"
            yield from (f"{key} = {toml_value(value)}" for key, value in settings[section].items())
    yield from _anchors(settings, path)
    for name, axis in settings.get("axes", {}).items():
        stated = {k: v for k, v in axis.items() if not isinstance(v, dict)}
        yield f"\n[axes.{name}]"
        yield from (f"{key} = {toml_value(value)}" for key, value in stated.items())
        yield from _steps(axis, f"axes.{name}.")
    if not path:
        yield ""


def _anchors(settings: dict[str, Any], path: str) -> Iterator[str]:
    """Ask for the values the index refers to, where the recipe cannot know them."""
    key = ANCHORS.get(settings.get("scaling", {}).get("method", ""))
    if key is not None and key not in settings["scaling"]:
        yield f"\n[{path}scaling.{key}]"
        ids = [role["id"] for role in _roles(settings)] or [_EXAMPLE["id"]]
        yield from (_line(f"# {name} = 0.15", text("config.build_file.anchor")) for name in ids)


def toml_value(value: Any) -> str:
    """Return a value as TOML writes it; text in one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{_escaped(value)}"'
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {toml_value(v)}" for k, v in value.items()) + " }"
    return str(value)


def _escaped(value: str) -> str:
    """Return a text without what would end it or is no sign."""
    plain = value.replace("\\", "\\\\").replace('"', '\\"')
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in plain)
