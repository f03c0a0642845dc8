"""From a plan file and the build it stands on to variants that may be shown."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from sozialraum.config import read_build
from sozialraum.errors import DataError
from sozialraum.insight.monte_carlo.sampling import sampling_cells
from sozialraum.kernels.draws import draw_table
from sozialraum.model import PlanRelease, Problem
from sozialraum.pipeline.assembling import disclosure_rules
from sozialraum.pipeline.building import build
from sozialraum.pipeline.result import Result
from sozialraum.pipeline.scoring import score
from sozialraum.pipeline.verifying import sha256
from sozialraum.planning.details import DECIMALS, PERSON_COUNTS, RATIOS, detail_tables
from sozialraum.planning.gathering import gather_inputs
from sozialraum.planning.plan_file import PlanFile, read_plan
from sozialraum.planning.plan_sections import Points
from sozialraum.planning.plans import PlanResult, run_plan
from sozialraum.privacy.plan_gate import protect_plan, sentence_rules
from sozialraum.privacy.publishable import UNIT_FACTOR
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.publish.folder import replace_folder
from sozialraum.publish.manifest import versions
from sozialraum.publish.page.map_page import write_map
from sozialraum.publish.page.measures import with_measures
from sozialraum.publish.page.scenario_page import plan_json, write_plan
from sozialraum.sources.geometry import read_shapes
from sozialraum.sources.keyed_points import read_keyed_points
from sozialraum.sources.paths import resolve
from sozialraum.texts import problem

MANIFEST = "manifest.json"
VERBS = ("gap", "locate", "allocate", "catchments", "targets")
_POINTS_OF = {"locate": "sites", "gap": "offers", "allocate": "schools", "catchments": "schools"}


@dataclass(frozen=True, eq=False, repr=False)
class Decision:
    """A plan computed: the inner result, and what may be written of it.

    Parameters
    ----------
    plan : plan file as understood
    base : the build it stands on
    result : scenarios and further tables, with true counts; stays inside
    release : what may be shown
    inputs : file name -> SHA-256, the plan file included
    """

    plan: PlanFile
    base: Result
    result: PlanResult
    release: PlanRelease
    inputs: dict[str, str]

    def __repr__(self) -> str:
        """Return what it is about, without a value."""
        return f"Decision({self.plan.title!r}, {', '.join(self.plan.verbs)})"

    def save(self, folder: str | Path) -> list[str]:
        """Write the scenario page, its values and a manifest, whole or not at all."""
        target = Path(folder)
        if target.is_dir() and any(target.iterdir()) and not (target / MANIFEST).is_file():
            raise DataError(problem("publish.folder_foreign", file=target.name))
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f".{target.name}.neu-{os.getpid()}")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        try:
            write_plan(self.release, fresh)
            write_map(with_measures(self.base.release, self.release), fresh / "karte.html")
            (fresh / MANIFEST).write_text(self._manifest(fresh), encoding="utf-8", newline="\n")
            replace_folder(fresh, target)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return sorted(p.name for p in target.iterdir())

    def _manifest(self, folder: Path) -> str:
        body = {
            "title": self.plan.title,
            "plan": self.plan.model_dump(mode="json", exclude_none=True),
            "inputs": dict(sorted(self.inputs.items())),
            "outputs": {p.name: sha256(p) for p in sorted(folder.iterdir())},
            "versions": versions(),
        }
        return json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def decide(
    path: str | Path,
    *,
    verb: str | None = None,
    data: str | Path | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Decision:
    """Compute the decisions of a plan file.

    Parameters
    ----------
    path : plan file (TOML)
    verb : only this decision; all of the file if None
    data : folder below which the delivered files lie, instead of the one the build file names
    progress : told the name of each step as it begins

    Raises
    ------
    ConfigError, DataError
        With every problem.
    """
    file = Path(path)
    plan = _only(read_plan(file), verb, file)
    base = build(read_build(file.parent / plan.build, data=data), progress=progress)
    progress("plan")
    layers, inputs = _layers(plan, base)
    day = base.plan.stichtag.isoformat()
    main = base.plan.axis_names[0]
    scored = base.scored[day][main]
    demand = plan.demand
    gathered = gather_inputs(
        plan,
        index=scored.index,
        orientation=base.plan.orientation,
        index_areas=base.delivery.areas[base.plan.join.target],
        classes=scored.classes,
        blocks=None if demand is None else base.delivery.areas[demand.areas],
        block_counts=None if demand is None else base.delivery.tables[day][demand.areas],
        paths=_paths(plan, base),
        draws=_draws(plan, base, day),
        counts=_target_counts(plan, base, day),
        day=base.plan.stichtag,
        **layers,
    )
    result = run_plan(plan, gathered, **sentence_rules(disclosure_rules(base.plan)))
    inputs = {**base.delivery.files, **inputs, file.name: sha256(file)}
    return Decision(plan, base, result, _release(plan, base, result, layers), inputs)


def verify_decision(
    folder: str | Path, path: str | Path, *, data: str | Path | None = None
) -> list[Problem]:
    """Compute a plan again and compare every number with the saved one."""
    saved = Path(folder) / "szenarien.json"
    if not saved.is_file():
        raise DataError(problem("pipeline.no_result", folder=Path(folder).name))
    before = json.loads(saved.read_text(encoding="utf-8"))
    only = next(iter(before)) if len(before) == 1 else None  # saved by `plan locate` alone
    again = json.loads(plan_json(decide(path, verb=only, data=data).release))
    return [
        problem("pipeline.other_number", file=saved.name, key=verb)
        for verb in sorted(set(before) | set(again))
        if before.get(verb) != again.get(verb)
    ]


def _only(plan: PlanFile, verb: str | None, file: Path) -> PlanFile:
    if verb is None:
        return plan
    if verb not in plan.verbs:
        raise DataError(
            problem("pipeline.no_verb", file=file.name, found=", ".join(plan.verbs), verb=verb)
        )
    empty: dict[str, Any] = {"targets": ()}
    others = {v: empty.get(v) for v in plan.verbs if v != verb}
    return plan.model_copy(update=others)


def _layers(plan: PlanFile, base: Result) -> tuple[dict[str, gpd.GeoDataFrame], dict[str, str]]:
    """Read the point layers of the plan."""
    layers, hashes = {}, {}
    for name in ("offers", "sites", "schools"):
        section: Points | None = getattr(plan, name)
        if section is None:
            continue
        path = resolve(section.file, base.plan.root)
        wanted = (
            section.name,
            section.capacity,
            section.minimum,
            section.cost,
            section.size,
            section.current,
        )
        layers[name] = read_keyed_points(
            path,
            key=section.key,
            columns=[c for c in wanted if c is not None],
            kind=section.kind,
            kinds=section.kinds,
            layer=section.layer,
            crs=section.crs,
            target_crs=base.plan.crs,
        )
        hashes[section.file] = sha256(path)
    return layers, hashes


def _paths(plan: PlanFile, base: Result) -> gpd.GeoDataFrame | None:
    if plan.distances.file is None:
        return None
    path = resolve(plan.distances.file, base.plan.root)
    return read_shapes(path, None).to_crs(base.plan.crs)


def _draws(plan: PlanFile, base: Result, day: str) -> pd.DataFrame | None:
    """Return the index as it could be with few persons behind its shares: (areas, draws).

    Every share is drawn from what its counts allow (`insight.monte_carlo.sampling`), and each
    drawn table is scored with the yardstick of the build. None where nothing is
    asked, or nothing is counted.
    """
    if plan.draws == 0 or not {"locate", "allocate"} & set(plan.verbs):
        return None
    axis, measured = base.plan.axis_names[0], base.measured[day]
    indicators = base.plan.indicators_of(axis)
    ids = [i.id for i in indicators]
    counted = [i.id for i in indicators if i.value is None]
    if not counted:
        return None
    value = measured.value[ids]
    cells = sampling_cells(value, _cases(base, day)[counted], measured.base[counted], indicators)
    exact, drawn = np.ascontiguousarray(value.T.to_numpy(float)), np.empty(value.T.shape)
    columns = {}
    for draw in range(plan.draws):
        draw_table(plan.seed, draw, exact, cells.arrays(), drawn)
        table = pd.DataFrame(drawn.T.copy(), index=value.index, columns=ids)
        columns[draw] = score(base.plan, axis, table, base.yardsticks[axis]).index
    return pd.DataFrame(columns)


def _cases(base: Result, day: str) -> pd.DataFrame:
    """Return the persons behind each share: value (in its unit) times base."""
    measured = base.measured[day]
    factors = pd.Series({i.id: UNIT_FACTOR.get(i.unit, 1.0) for i in base.plan.indicators})
    return measured.value / factors * measured.base


def _target_counts(plan: PlanFile, base: Result, day: str) -> pd.DataFrame | None:
    """Return cases and base per indicator and group ("" = the whole municipality).

    Beside the indicators stand "participation" and "transitions" where the build counts them.
    What too few persons stand behind is unknown, as it is in every other table.
    """
    if not plan.targets:
        return None
    one = base.scored[day][base.plan.axis_names[0]]
    groups = base.yardsticks[base.plan.axis_names[0]].breaks.labels
    pairs = _countable(base, day)
    _require_known(plan, pairs, groups)
    rules = disclosure_rules(base.plan)
    rows = {}
    for name, (cases, people) in pairs.items():
        for group in ("", *groups):
            inside = cases.notna() & people.notna() & (one.labels.eq(group) | (group == ""))
            pair = cases[inside].sum(), people[inside].sum()
            rows[name, group] = pair if _may_be_told(*pair, rules) else (np.nan, np.nan)
    index = pd.MultiIndex.from_tuples(rows, names=["indicator", "group"])
    return pd.DataFrame(list(rows.values()), index=index, columns=["cases", "base"])


def _countable(base: Result, day: str) -> dict[str, tuple[pd.Series, pd.Series]]:
    """Return cases and persons per area of all that a goal can be about."""
    measured, cases = base.measured[day], _cases(base, day)
    pairs = {i.id: (cases[i.id], measured.base[i.id]) for i in base.plan.indicators}
    counts = measured.counts.reindex(cases.index)
    if (p := base.plan.participation) is not None:
        pairs["participation"] = counts[p.participants], counts[p.children]
    if (t := base.plan.transitions) is not None:
        pairs["transitions"] = counts[t.cases], counts[t.children]
    return pairs


def _require_known(plan: PlanFile, names: Iterable[str], groups: Sequence[str]) -> None:
    wrong = [
        problem("planning.unknown_target", target=t.id, key=key, found=found, known=known)
        for t in plan.targets
        for key, found, known in (
            ("indicator", "" if t.indicator in names else t.indicator, ", ".join(names)),
            ("group", "" if t.group in ("", *groups) else t.group, ", ".join(groups)),
        )
        if found
    ]
    if wrong:
        raise DataError(wrong)


def _may_be_told(cases: float, persons: float, rules: DisclosureRules) -> bool:
    """Tell whether a share of a group stands for enough persons, in it and in its rest."""
    if rules.published_input:
        return True
    few = any(0 < round(n) < rules.minimum for n in (cases, persons - cases))
    return not few and persons >= rules.value_base


def _release(
    plan: PlanFile, base: Result, result: PlanResult, layers: dict[str, gpd.GeoDataFrame]
) -> PlanRelease:
    first = next(iter(result.scenarios.values()))
    areas = plan.demand.areas if plan.demand is not None else base.plan.join.target
    points = {}
    for verb, layer in _POINTS_OF.items():
        if verb in result.scenarios and layer in layers:
            named = getattr(getattr(plan, layer), "name", None)
            points[verb] = layers[layer].assign(
                name=layers[layer][named] if named else layers[layer].index
            )
    rules = disclosure_rules(base.plan)
    told = {
        verb: scenario.to_dict()
        | {"details": detail_tables(result.details[verb], names=_names(points.get(verb)))}
        for verb, scenario in result.scenarios.items()
    }
    return protect_plan(
        {verb: _without_need(one) for verb, one in told.items()} if _withholds(base) else told,
        counts=PERSON_COUNTS,
        ratios=RATIOS,
        decimals=DECIMALS | {"need": rules.index_decimals},  # no finer than the index itself
        rules=rules,
        title=plan.title,
        place=base.plan.place,
        legends={verb: scenario.legend for verb, scenario in result.scenarios.items()},
        labels=first.labels,
        areas=base.delivery.areas[areas],
        points=points,
    )


def _withholds(base: Result) -> bool:
    """Tell whether the release of the build withholds an index that the plan knows."""
    day, axis = base.plan.stichtag.isoformat(), base.plan.axis_names[0]
    known = base.scored[day][axis].index
    shown = base.release.current.table["index"].reindex(known.index)
    return bool((known.notna() & shown.isna()).any())


def _without_need(scenario: dict[str, Any]) -> dict[str, Any]:
    """Return a scenario without the need of single areas: it is their index on another scale."""
    bare = [
        variant | {"table": [_bare(row) for row in variant["table"]]}
        for variant in scenario["variants"]
    ]
    details = [d | {"rows": [_bare(row) for row in d["rows"]]} for d in scenario["details"]]
    return scenario | {"variants": bare, "details": details}


def _bare(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "need"}


def _names(layer: gpd.GeoDataFrame | None) -> pd.Series | None:
    return None if layer is None else layer["name"]
