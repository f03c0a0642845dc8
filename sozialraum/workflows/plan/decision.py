"""Decisions of a plan file: computed on a build, saved, computed again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd

from sozialraum.config import read_build
from sozialraum.model import PlanRelease, Problem
from sozialraum.model.errors import ConfigError, DataError
from sozialraum.model.problem import Plain
from sozialraum.planning.input_assembly import gather_inputs
from sozialraum.planning.plan_file import read_plan
from sozialraum.planning.plan_inputs import PlanInputs
from sozialraum.planning.plan_sections import NOTHING_ASKED, PlanFile
from sozialraum.planning.plan_sections import VERBS as VERBS
from sozialraum.planning.plans import PlanResult, on_forecast, run_plan
from sozialraum.privacy.ledger import INTERNAL, Ledger
from sozialraum.privacy.recording import Recording, recording
from sozialraum.publish.folder import refuse_shared, whole_folder
from sozialraum.publish.manifest import sha256, versions
from sozialraum.publish.page.map_page import write_map
from sozialraum.publish.page.measures_page import with_measures
from sozialraum.publish.page.sections.scenario_page import plan_json, write_plan
from sozialraum.publish.plans.proposal_papers import proposal_papers
from sozialraum.texts import problem, speaking_of
from sozialraum.workflows.build.building import build_for_office
from sozialraum.workflows.build.finishing import internal
from sozialraum.workflows.build.office import Office
from sozialraum.workflows.build.result import Result
from sozialraum.workflows.build.saving import place_in_ledger
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.outcome import Outcome, Progress, no_progress
from sozialraum.workflows.plan.catchment_files import (
    Writer,
    catchment_files,
    drawn_catchments,
    house_files,
)
from sozialraum.workflows.plan.catchment_lists import (
    catchment_lists,
    edits_of,
    stipulations_of,
)
from sozialraum.workflows.plan.demand_counts import demand_counts, with_derived
from sozialraum.workflows.plan.edit_files import edit_files, may_publish_blocks
from sozialraum.workflows.plan.goal_counts import goal_counts
from sozialraum.workflows.plan.index_draws import index_draws
from sozialraum.workflows.plan.people_tables import people_areas, people_files, people_inputs
from sozialraum.workflows.plan.plan_checking import plan_problems
from sozialraum.workflows.plan.plan_data import data_problems
from sozialraum.workflows.plan.plan_layers import (
    distance_of,
    layer_hashes,
    line_layer,
    neighbours_of,
    point_layers,
)
from sozialraum.workflows.plan.scenario_release import plan_release_of

MANIFEST = "manifest.json"


@dataclass(frozen=True, eq=False, repr=False)
class PlanDecision(Outcome):
    """A plan computed: the inner result, and what may be written of it.

    Parameters
    ----------
    plan : plan file as understood
    base : the build it stands on
    result : scenarios and further tables, with true counts; stays inside
    release : what may be shown
    inputs : delivered file -> SHA-256
    asked : plan file and build file -> SHA-256
    files : what writes each further file, by name
    internal : the same from true counts, for the office alone; None where it was not asked for
    """

    plan: PlanFile
    base: Result
    result: PlanResult
    release: PlanRelease
    inputs: dict[str, str]
    asked: dict[str, str]
    files: dict[str, Writer] = field(default_factory=dict)
    internal: PlanDecision | None = None

    def __repr__(self) -> str:
        """Return what it is about, without a value."""
        return f"Decision({self.plan.title!r}, {', '.join(self.plan.verbs)})"

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Findings of the build the plan stands on."""
        return self.base.problems

    def summary(self) -> dict[str, Plain]:
        """Return the scenarios that may be shown, for programs."""
        return dict(self.release.scenarios)

    def _keep(self, folder: Path, office: Path | None, progress: Progress) -> list[str]:
        """Write page, values and manifest; counts are recorded as the build's are."""
        progress("publish")
        if office is not None:
            refuse_shared(folder, office)
        place = place_in_ledger(self.base.safe, self.base, folder)
        with speaking_of(self.base.plan.place_kind), whole_folder(folder) as fresh:
            self._write_plan(fresh, place)
            ledger = None if place is None else place.record()
            if office is not None and self.internal is not None:
                self.internal._save_for_office(office, ledger)
        return sorted(p.name for p in folder.iterdir())

    def _save_for_office(self, folder: Path, ledger: Ledger | None) -> None:
        """Write the plan from true counts, and record that it exists; it binds nobody."""
        place = None
        if ledger is not None:
            files = {**self.inputs, **self.asked}
            place = recording(
                ledger, {}, audience=INTERNAL, title=self.plan.title,
                date=self.base.plan.stichtag.isoformat(),
                inputs={name: bytes.fromhex(digest) for name, digest in files.items()},
            )  # fmt: skip
        with whole_folder(folder) as inner:
            self._write_plan(inner, place)
            if place is not None:
                place.record()

    def _write_plan(self, fresh: Path, place: Recording | None) -> None:
        write_plan(self.release, fresh)
        write_map(with_measures(self.base.release, self.release), fresh / "karte.html")
        for name, write in self.files.items():
            write(fresh / name)
        manifest = self._manifest(fresh, place)
        (fresh / MANIFEST).write_text(manifest, encoding="utf-8", newline="\n")

    def _manifest(self, folder: Path, place: Recording | None) -> str:
        files = dict(sorted(self.inputs.items()))
        level = self.release.level
        told = self.base.plan.disclosure.published_input or level == "intern"
        body = {
            "title": self.plan.title,
            "level": level,
            "plan": self.plan.model_dump(mode="json", exclude_none=True),
            "asked": self.asked,
            **({"inputs": files} if told else {"input_files": list(files)}),
            **({} if place is None else {"release": dict(place.release)}),
            "outputs": {p.name: sha256(p) for p in sorted(folder.iterdir())},
            "versions": versions(),
        }
        return json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


@own_errors
def decide(
    path: str | Path,
    *,
    verb: str | None = None,
    data: str | Path | None = None,
    office: bool = False,
    progress: Progress = no_progress,
) -> PlanDecision:
    """Compute the decisions of a plan file.

    Parameters
    ----------
    path : plan file (TOML)
    verb : only this decision; all of the file if None
    data : folder below which the delivered files lie, instead of the one the build file names
    office : compute the same from true counts, too, for the office alone
    progress : told the name of each step as it begins

    Raises
    ------
    ConfigError, DataError
        With every problem.
    """
    file = Path(path)
    plan = _only(read_plan(file), verb, file)
    build = read_build(plan.place_of(plan.build), data=data)
    wrong = [p for p in plan_problems(plan, build, file.name) if p.severity == "error"]
    if wrong:
        raise ConfigError(wrong)
    base, true = build_for_office(build, progress=progress)
    progress("plan")
    told = data_problems(plan, build, true.delivery, file.name)
    if wrong := [one for one in told if one.severity == "error"]:
        raise DataError(wrong)
    with speaking_of(build.place_kind):
        made = _decided(plan, file, base, true, verb)
        if not office:
            return made
        return replace(made, internal=_decided(plan, file, internal(true), true, verb))


def _decided(
    plan: PlanFile, file: Path, base: Result, office: Office, verb: str | None
) -> PlanDecision:
    """Return a plan on a build; on one from true counts, cases are as delivered, too."""
    layers = point_layers(plan, base.plan)
    gathered = _gathered(plan, base, office, layers)
    made = run_plan(plan, gathered, verb=verb)
    result, drawn = drawn_catchments(plan, base, made, layers.get("schools"))
    lists = [*people_files(plan), *house_files(plan), *catchment_lists(plan)]
    inputs = base.delivery.files | layer_hashes(plan, base.plan, lists)
    asked = {one.name: sha256(one) for one in (file, plan.place_of(plan.build))}
    release = replace(plan_release_of(plan, base, result, layers), level=base.release.level)
    files = {}
    if drawn and plan.demand is not None:
        files = catchment_files(drawn, release, base, plan.demand.areas)
    if plan.catchments is not None and may_publish_blocks(base):
        files |= edit_files(plan, base, gathered, release)
    if plan.proposal is not None:
        files |= proposal_papers(release)
    return PlanDecision(plan, base, result, release, inputs, asked, files)


def _gathered(
    plan: PlanFile, base: Result, office: Office, layers: dict[str, gpd.GeoDataFrame]
) -> PlanInputs:
    """Return what a plan works on; in a public one, counts of blocks are protected ones."""
    day = base.plan.stichtag.isoformat()
    scored, demand = base.scored[day][base.plan.axis_names[0]], plan.demand
    tables = office.delivery.tables[day]
    blocks = None
    if demand is not None:
        blocks = with_derived(base.plan, demand.areas, tables[demand.areas])
    if blocks is not None and base.release.level == "public":
        blocks = demand_counts(plan, base, blocks)
    return gather_inputs(
        plan,
        index=scored.index,
        orientation=base.plan.orientation,
        index_areas=base.delivery.areas[base.plan.join.target],
        classes=scored.classes,
        blocks=None if demand is None else base.delivery.areas[demand.areas],
        block_counts=blocks,
        distance=distance_of(plan, base.plan),
        neighbours=neighbours_of(plan, base.plan) if plan.catchments else None,
        crossings=line_layer(plan.crossings, base.plan),
        stipulations=stipulations_of(plan, base.plan),
        edits=edits_of(plan, base.plan),
        draws=index_draws(plan, base),
        counts=goal_counts(plan, base),
        day=base.plan.stichtag,
        people=people_inputs(plan, base.plan, base.delivery),
        people_areas=people_areas(plan, base.plan, base.delivery),
        **layers,
    )


@own_errors
def verify_decision(
    folder: str | Path, path: str | Path, *, data: str | Path | None = None
) -> list[Problem]:
    """Compute a plan again and compare every number with the saved one."""
    saved = Path(folder) / "szenarien.json"
    if not saved.is_file():
        raise DataError(problem("pipeline.no_result", folder=Path(folder).name))
    before = json.loads(saved.read_text(encoding="utf-8"))
    verbs = {scenario["verb"] for scenario in before.values()}
    only = next(iter(verbs)) if len(verbs) == 1 else None  # saved by `plan locate` alone
    again = json.loads(plan_json(decide(path, verb=only, data=data).release))
    return [
        problem("pipeline.other_number", file=saved.name, key=verb)
        for verb in sorted(set(before) | set(again))
        if before.get(verb) != again.get(verb)
    ]


def _only(plan: PlanFile, verb: str | None, file: Path) -> PlanFile:
    """Return the plan with one of its decisions, and with the forecast that it rests on."""
    if verb is None:
        return plan
    if verb not in plan.verbs:
        raise DataError(
            problem("pipeline.no_verb", file=file.name, found=", ".join(plan.verbs), verb=verb)
        )
    kept = {verb, "forecast"} if on_forecast(plan, verb) else {verb}
    asked_for_nothing = {v: NOTHING_ASKED.get(v) for v in plan.verbs if v not in kept}
    return plan.model_copy(update=asked_for_nothing)
