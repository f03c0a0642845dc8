"""What a run of ``participation`` stands on: rules, ledger, children per area, list of offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sozialraum.config.findings.refusals import step_refuses
from sozialraum.config.participation import ParticipationPlan
from sozialraum.config.pydantic_errors import did_you_mean
from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.privacy.ledger import Ledger, open_ledger
from sozialraum.privacy.rules import DisclosureRules, profiles, rules_from
from sozialraum.sources.paths import resolve
from sozialraum.sources.spatial.geometry import read_areas
from sozialraum.sources.tabular.tables import read_table
from sozialraum.texts import problem
from sozialraum.workflows.participation.record_rows import read_text

if TYPE_CHECKING:
    import geopandas as gpd


def ledger_asked_for(plan: ParticipationPlan) -> Ledger | None:
    """Return the release ledger the file names, verified with its key; None without one."""
    if plan.disclosure.ledger is None or plan.disclosure.key is None:
        return None
    folder = plan.file.parent
    return open_ledger(folder / plan.disclosure.ledger, folder / plan.disclosure.key)


def rules_asked_for(plan: ParticipationPlan) -> DisclosureRules:
    """Return the rules of disclosure control the file asks for.

    Raises
    ------
    ConfigError
        If there is no such profile, values do not fit, or the profile adds noise.
    """
    section = plan.disclosure
    apart = {"ledger", "key", "corrects", "different"}
    given = {k: getattr(section, k) for k in section.model_fields_set if k not in apart}
    profile, known = given.pop("profile", ""), sorted(profiles())
    if profile and profile not in known:
        unknown = problem(
            "config.unknown_profile",
            file=plan.file.name,
            key="disclosure.profile",
            found=profile,
            known=", ".join(known),
            hint=did_you_mean(profile, known),
        )
        raise ConfigError(unknown)
    try:
        rules = rules_from(profile, **given)
    except ValueError as error:
        told = step_refuses(error, file=plan.file.name, section="disclosure")
        raise ConfigError(told) from None
    if rules.noise:
        raise ConfigError(
            problem("participation.noise", file=plan.file.name, key="disclosure.profile",
                    found=rules.profile)
        )  # fmt: skip
    return rules


def children_per_area(
    plan: ParticipationPlan,
) -> tuple[dict[str, pd.DataFrame], dict[tuple[str, str], str], list[Problem]]:
    """Return the children who could take part per area set, names of areas, and problems."""
    found: dict[str, pd.DataFrame] = {}
    names: dict[tuple[str, str], str] = {}
    problems: list[Problem] = []
    wrong: list[Problem] = []
    for name, areas in plan.areas.items():
        columns = dict(areas.children) | ({"name": areas.name} if areas.name else {})
        table = read_table(
            resolve(areas.file, plan.root),
            key=areas.key,
            width=areas.width,
            columns=columns,
            text=["name"] if areas.name else [],
        )
        wrong += table.errors
        if table.errors:
            continue
        found[name] = table.frame[list(plan.ages)]
        if areas.name:
            names |= {(name, str(key)): str(word) for key, word in table.text["name"].items()}
        missing = list(found[name].index[found[name].isna().any(axis=1)])
        if missing:
            keys = ", ".join(missing[:5])
            problems.append(problem("participation.missing_children", "warning", keys=keys))
    if wrong:
        raise DataError(wrong)
    return found, names, problems


def shapes_of_areas(
    plan: ParticipationPlan, children: dict[str, pd.DataFrame]
) -> tuple[dict[str, gpd.GeoDataFrame], list[Problem]]:
    """Return the shapes of the area sets that name some, and what does not fit the tables.

    Parameters
    ----------
    plan : as understood
    children : per area set the children per area, as of `children_per_area`
    """
    found: dict[str, gpd.GeoDataFrame] = {}
    problems: list[Problem] = []
    for name, areas in plan.areas.items():
        if areas.shapes is None or name not in children:
            continue
        key, file = areas.shapes_key or areas.key, resolve(areas.shapes, plan.root)
        shapes = read_areas(file, key=key, name=areas.shapes_name, width=areas.width)
        shapes = shapes[["name", "geometry"]]
        missing = children[name].index.difference(shapes.index)
        if len(missing):
            keys = ", ".join(map(str, missing[:5]))
            told = problem("participation.no_shape", "warning", keys=keys, file=file.name)
            problems.append(told)
        found[name] = shapes
    return found, problems


def names_of_offers(plan: ParticipationPlan) -> dict[str, str]:
    """Return the names of the offers by key; none without a list."""
    if plan.offers is None:
        return {}
    table = read_text(plan, plan.offers, [plan.offers.key, plan.offers.name])
    return dict(zip(table[plan.offers.key], table[plan.offers.name], strict=True))
