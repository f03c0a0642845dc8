"""Commented plan and participation files to start from; what nobody can know stays ???."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from sozialraum.config.plan import Plan
from sozialraum.config.reading import read_build
from sozialraum.config.recipe_file import recipe_sections
from sozialraum.config.template import template, toml_value
from sozialraum.config.toml_text import read_toml
from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError, DataError, SozialraumError
from sozialraum.model.indicator import Indicator
from sozialraum.model.options import usable_path
from sozialraum.model.problem import Plain
from sozialraum.sources.recognise.seen import SeenFolder, SeenLayer
from sozialraum.texts import problem, text
from sozialraum.texts.shell_words import shell_word
from sozialraum.workflows.build.delivery_reading import read
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.new.making import look_below, relative
from sozialraum.workflows.new.proposal import OPEN
from sozialraum.workflows.outcome import NewFile


@dataclass(frozen=True)
class StartingFile(NewFile):
    """A commented file that is not written yet; what nobody can know in it is ???.

    Parameters
    ----------
    path : where it will lie
    text : what will stand in it
    """

    path: Path
    text: str

    @property
    def problems(self) -> tuple[Problem, ...]:
        """No findings: what is open stands in the file as ???."""
        return ()

    def words(self) -> str:
        """Return what will stand in the file."""
        return self.text

    def summary(self) -> dict[str, Plain]:
        """Return the file and how much of it is open, for programs."""
        lines = [line for line in self.text.splitlines() if not line.lstrip().startswith("#")]
        return {"file": self.path.as_posix(), "open": sum(f'"{OPEN}"' in line for line in lines)}


@own_errors
def start_plan(name: str, source: Path, path: Path) -> StartingFile:
    """Return a commented plan file on a build.

    Parameters
    ----------
    name : of the plan, in its title
    source : build file, or a result folder beside whose build file it lies
    path : of the plan file

    Raises
    ------
    ConfigError, DataError
        If the build cannot be read or found, or the file exists already.
    """
    _refuse(name, path)
    file = _build_of(source) if source.is_dir() else source
    build = read_build(file)
    seen = look_below(build.root)
    values = _demand(build) | _points(seen, build) | _goal(build)
    own = {"build": file.name, "build_key": toml_value(relative(file, path.parent))}
    return _started(path, "plan_file.txt", name, values | own)


@own_errors
def start_participation(name: str, path: Path) -> StartingFile:
    """Return a commented file of ``sozialraum participation``; parameters as for `start_plan`.

    Raises
    ------
    ConfigError
        If the file exists already.
    """
    _refuse(name, path)
    return _started(path, "participation_file.txt", name, {})


@own_errors
def start_build(name: str, path: Path, *, recipe: str = "augsburg_style") -> StartingFile:
    """Return a build file with every key explained; parameters as for `start_plan`.

    Parameters
    ----------
    recipe : method of the catalogue, or a file of one's own, whose settings are written out

    Raises
    ------
    ConfigError
        If the recipe is unknown, the name is no file name, or the file exists already.
    """
    problems = [*_unknown_recipe(recipe, path.parent), *_refusals(name, path)]
    if problems:
        raise ConfigError(problems)
    return StartingFile(path, template(name, recipe=recipe, file=path.as_posix()))


def _refuse(name: str, path: Path) -> None:
    if problems := [*_refusals(name, path)]:
        raise ConfigError(problems)


def _refusals(name: str, path: Path) -> Iterator[Problem]:
    if Path(name).name != name or "\\" in name or not usable_path(name):
        yield problem("config.bad_name", found=name)
    elif path.exists():
        yield problem("config.exists", file=path.as_posix())


def _unknown_recipe(recipe: str, folder: Path) -> tuple[Problem, ...]:
    try:
        recipe_sections(recipe, folder)
    except ConfigError as error:
        return error.problems
    return ()


def _started(path: Path, frame: str, name: str, values: dict[str, str]) -> StartingFile:
    words = resources.files("sozialraum.texts").joinpath("de", frame).read_text(encoding="utf-8")
    return StartingFile(path, words.format(title=toml_value(name), file=shell_word(path), **values))


def _build_of(folder: Path) -> Path:
    """Return the one build file near a result folder that has its title and its Stichtag."""
    wanted = _title_and_day(folder)
    near = (folder.resolve().parent, folder.resolve().parent.parent, Path.cwd())
    places = dict.fromkeys(p for one in near for p in (one, one / "config"))
    files = dict.fromkeys(f for place in places for f in sorted(place.glob("*.toml")))
    found = [f for f in files if _named(f) == wanted]
    if len(found) != 1:
        listed = ", ".join(f.name for f in found) or "–"
        raise ConfigError(problem("recognise.no_build_of", file=folder.name, found=listed))
    return found[0]


def _title_and_day(folder: Path) -> tuple[str, str]:
    """Return title and Stichtag of a result, as its manifest has them."""
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        raise DataError(problem("pipeline.no_result", folder=folder.name))
    plan = json.loads(manifest.read_text(encoding="utf-8")).get("plan", {})
    return str(plan.get("title")), str(plan.get("stichtag"))


def _named(file: Path) -> tuple[str, str]:
    """Return title and Stichtag of a build file; empty for what is none."""
    try:
        given = read_toml(file)
    except SozialraumError:
        return "", ""
    return str(given.get("title")), str(given.get("stichtag"))


def _demand(build: Plan) -> dict[str, str]:
    """Return who needs: the areas with counts, and an indicator's two columns as a proposal."""
    tables = read(build).tables.get(build.stichtag.isoformat(), {})
    wanted = (build.join.source, build.join.target, *tables)
    areas = next((name for name in wanted if name in tables), None)
    columns = [] if areas is None else [str(c) for c in tables[areas].columns]
    told = next(_in(build.indicators, columns), None)
    guess = "" if told is None else text("recognise.plan_file.guess", label=told.label)
    return {
        "areas_known": _listed([n for n in build.areas if n in tables]),
        "areas": toml_value(areas or OPEN),
        "counts_known": _listed(columns),
        "persons": toml_value(OPEN if told is None else told.denominator),
        "in_need": toml_value(OPEN if told is None else told.numerator),
        "persons_guess": guess,
        "in_need_guess": guess,
    }


def _in(indicators: Sequence[Indicator], columns: Sequence[str]) -> Iterator[Indicator]:
    """Yield the shares of burden whose persons are counted in these columns."""
    for one in indicators:
        if one.direction == "burden" and {one.numerator, one.denominator} <= {*columns}:
            yield one


def _points(seen: SeenFolder, build: Plan) -> dict[str, str]:
    points = [x for x in seen.layers if x.geometry == "points"]
    schools = next((x for x in points if "schul" in x.label.lower()), None)
    offers = next((x for x in points if x is not schools), None)
    lines = next((x for x in seen.layers if x.geometry == "lines"), None)
    return {
        **_layer("schools", schools),
        **_layer("offers", offers),
        "distances": _distances(lines),
        "current": _current(schools, build),
    }


def _layer(section: str, layer: SeenLayer | None) -> dict[str, str]:
    """Return file, key and name of a point layer, and a line that lists its columns."""
    keys = () if layer is None else layer.keys
    columns = () if layer is None else tuple(layer.columns)
    if layer is None:
        known = text("recognise.plan_file.no_layer")
    else:
        known = text("recognise.plan_file.columns", file=layer.file, columns=_listed(columns))
    inner = f"layer = {toml_value(layer.layer)}\n" if layer is not None and layer.layer else ""
    return {
        f"{section}_known": known,
        section: toml_value(OPEN if layer is None else layer.file),
        f"{section}_layer": inner,
        f"{section}_key": toml_value(keys[0] if keys else OPEN),
        f"{section}_name": 'name = "name"\n' if "name" in columns else '# name = "???"\n',
    }


def _distances(lines: SeenLayer | None) -> str:
    """Return the section of ways; along lines only where they are there and after a look."""
    words = text("recognise.plan_file.beeline")
    if lines is None:
        return f'# {words}\nmethod = "luftlinie"'
    paths = text("recognise.plan_file.paths", file=lines.file)
    stated = f'method = "wege"\nfile = {toml_value(lines.file)}'
    return f"# {paths}\n{stated}" + (f"\nlayer = {toml_value(lines.layer)}" if lines.layer else "")


def _current(schools: SeenLayer | None, build: Plan) -> str:
    target = build.join.target
    known = {target, build.areas[target].key}
    column = next((c for c in schools.columns if c in known), None) if schools else None
    return '# current = "???"' if column is None else f"current = {toml_value(column)}"


def _goal(build: Plan) -> dict[str, str]:
    first = build.indicators[0]
    return {
        "goals_known": text(
            "recognise.plan_file.goals", names=_listed([i.id for i in build.indicators])
        ),
        "target": toml_value(first.id),
        "target_label": toml_value(first.label),
        "better": toml_value("lower" if first.direction == "burden" else "higher"),
    }


def _listed(names: Sequence[str]) -> str:
    """Return names in one line of a comment."""
    return " ".join(", ".join(names).split()) or "–"
