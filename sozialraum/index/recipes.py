"""The catalogue of methods: one TOML file per recipe in the folder ``recipes``.

A recipe of one's own is a file of the same make beside the build file (`recipe = "mein.toml"`,
with `name` in its table). A recipe file has the sections of a build file with the values the method
prescribes, and one table ``[recipe]`` about itself:

    orientation, direction   as in a build file
    [recipe]                 title, version, evidence, agreement, date, source, paragraph, open
    [[recipe.roles]]         the indicators the method asks for: id, label, direction and any other
                             field of `Indicator`; the build file says which columns fill them
    [recipe.editions]        per edition the ids of the roles it uses (Berlin: four, then three)
    [recipe.total]           two axes joined to one group (`classes.total_groups`)
    [axes.NAME.…]            the sections once more, where a method has several axes

and the sections, each the arguments of one function:

    [population]             minimum
    [transform]              column = function                       treatment.transform
    [treatment]              outliers                                treatment.fit_treatment
    [scaling]                normaliser                              scaling.fit_scale
    [weighting]              weights learnt from the data            weights.fit_weights
    [dimension_scaling]      a scale of their own for dimensions     aggregation.fit_node_scale
    [aggregation]            means, per node                         aggregation.aggregate
    [restandardise]          a scale for the index                   aggregation.fit_restandard
    [classes]                cut rule                                classes.fit_breaks

A build that names a recipe starts from these values, key by key; what it changes is told in every
result. `evidence` says how well the method is known:

    reproduced   published numbers were computed again from published inputs
    primary      read in a text of the body that made it
    secondary    read in a text about it
    inferred     concluded; not to be called the original's name without "nach Art von"
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import pandas as pd

from sozialraum.config.recipe_file import Evidence, recipe_names, recipe_sections
from sozialraum.model.errors import ConfigError
from sozialraum.texts import problem, text

EVIDENCE = get_args(Evidence)


@dataclass(frozen=True)
class Recipe:
    """A method of the catalogue.

    Parameters
    ----------
    name : name in a build file
    title, source, agreement, paragraph, open : German: what it is, who made it, what was
        reproduced, the paragraph for the committee, what is not known of it
    version : of the recipe
    evidence : "reproduced", "primary", "secondary" or "inferred"
    date : day of the last numerical check, ISO; "" where there is none
    direction : one German sentence that says which end is which
    orientation : "deprivation" or "participation"
    roles : the indicators it asks for, as tables
    smoothing : "forbidden" where the recipe prescribes counted shares
    editions : ids of the roles per edition
    total : how two axes are joined
    attention : groups of the two axes that need special attention
    defaults : sections of a build file
    """

    name: str
    title: str
    version: str
    evidence: str
    source: str
    paragraph: str
    direction: str
    orientation: str
    agreement: str = ""
    open: str = ""
    date: str = ""
    area_word: str = ""
    smoothing: str = "allowed"
    roles: tuple[dict[str, Any], ...] = ()
    editions: dict[str, list[str]] = field(default_factory=dict)
    total: dict[str, Any] = field(default_factory=dict)
    attention: tuple[str, ...] = ()
    defaults: dict[str, Any] = field(default_factory=dict)

    def section(self, name: str, axis: str = "") -> dict[str, Any]:
        """Return the arguments of one step, of one axis where there are several.

        Examples
        --------
        >>> read_recipe("berlin_mss").section("classes", "dynamics")["limits"]
        [-1.0, 1.0]
        """
        within = self.defaults.get("axes", {}).get(axis, {}) if axis else self.defaults
        return dict(within.get(name, {}))

    def ids(self, edition: str = "") -> list[str]:
        """Return the ids of the roles an edition uses; all of them where no edition is named."""
        if not edition:
            return [str(role["id"]) for role in self.roles]
        if edition not in self.editions:
            known = ", ".join(self.editions)
            raise ConfigError(
                problem("index.unknown_edition", found=edition, recipe=self.name, known=known)
            )
        return list(self.editions[edition])


def read_recipe(name: str, *, folder: str | Path = ".") -> Recipe:
    """Read a recipe of the catalogue, or a file of one's own.

    Parameters
    ----------
    name : of the catalogue, or the path of a recipe file that ends in ``.toml``
    folder : where the path starts, in a build the folder of the build file; the file lies below it

    Raises
    ------
    ConfigError
        If the catalogue has no such recipe, or the file is no recipe.

    Examples
    --------
    >>> recipe = read_recipe("hagen_style")
    >>> recipe.evidence, recipe.section("classes")["limits"]
    ('inferred', [-1.0, -0.5, 0.5, 1.0])
    """
    sections = recipe_sections(name, Path(folder))
    about = sections.pop("recipe")
    for key in ("roles", "attention"):
        about[key] = tuple(about.get(key, ()))
    return Recipe(
        direction=sections.get("direction", ""), orientation=sections["orientation"],
        defaults=sections, **{"name": name, "source": "", "paragraph": "", **about},
    )  # fmt: skip


def methods_table() -> pd.DataFrame:
    """Return the catalogue as a table: what it is, who made it, how well it is known, what agreed.

    Returns
    -------
    Index: recipe; columns title, source, evidence (German), agreement, date.
    """
    rows = [read_recipe(name) for name in recipe_names()]
    return pd.DataFrame(
        {
            "title": [r.title for r in rows],
            "source": [r.source for r in rows],
            "evidence": [text(f"index.evidence.{r.evidence}") for r in rows],
            "agreement": [r.agreement for r in rows],
            "date": [r.date for r in rows],
        },
        index=pd.Index([r.name for r in rows], name="recipe"),
    )


def explain_recipe(name: str, *, folder: str | Path = ".") -> str:
    """Return one recipe in German, as `sozialraum methods NAME` prints it."""
    recipe = read_recipe(name, folder=folder)
    lines = [
        f"{recipe.title} ({recipe.name}, {text('index.recipe.version')} {recipe.version})", "",
        recipe.paragraph.strip(), "",
        f"{text('index.recipe.direction')}: {recipe.direction}",
        f"{text('index.recipe.evidence')}: {text(f'index.evidence.{recipe.evidence}')}",
        f"{text('index.recipe.agreement')}: {recipe.agreement}",
        f"{text('index.recipe.source')}: {recipe.source}",
    ]  # fmt: skip
    lines += [f"{text('index.recipe.open')}: {recipe.open}"] if recipe.open else []
    lines += [f"{text('index.recipe.indicators')}:"] if recipe.roles else []
    lines += [
        f"  {role['id']}: {role['label']} ({text('index.direction.' + role['direction'])})"
        for role in recipe.roles
    ]
    lines += [f"{text('index.recipe.settings')}:"]
    return "\n".join(lines + [f"  {key} = {value}" for key, value in _flat(recipe.defaults)])


def _flat(sections: dict[str, Any], path: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in sections.items():
        if isinstance(value, dict):
            found += _flat(value, f"{path}{key}.")
        elif path or key not in ("direction",):
            found.append((path + key, value))
    return found
