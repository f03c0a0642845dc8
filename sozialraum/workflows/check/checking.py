"""``check``: read everything, compute nothing, list every problem."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sozialraum.config import read_build
from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError, SozialraumError
from sozialraum.model.problem import Plain, Severity
from sozialraum.privacy.partitions import FEWEST_AREAS
from sozialraum.sources.checks import check_delivery
from sozialraum.sources.origin import origin_problems
from sozialraum.texts import problem
from sozialraum.workflows.build.counts.counted_heads import counted_head_problems
from sozialraum.workflows.build.counts.scaled_counts import scaled_count_problems
from sozialraum.workflows.build.delivery_reading import read
from sozialraum.workflows.build.file_problems import problems_of_files
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.outcome import Findings, Progress, no_progress

if TYPE_CHECKING:
    from sozialraum.config.plan import Plan
    from sozialraum.privacy.rules import DisclosureRules
    from sozialraum.sources.delivering.delivered import Delivery


@dataclass(frozen=True)
class CheckOutcome(Findings):
    """Everything there is to say about a build file and its data; for the office.

    Parameters
    ----------
    problems : errors, warnings and notes
    """

    problems: tuple[Problem, ...]

    @property
    def errors(self) -> bool:
        """Whether a build would stop."""
        return any(p.severity == "error" for p in self.problems)

    def summary(self) -> dict[str, Plain]:
        """Return every finding, for programs."""
        return {"errors": self.errors, "problems": [p.to_dict() for p in self.problems]}


@own_errors
def check(
    path: str | Path, *, data: str | Path | None = None, progress: Progress = no_progress
) -> CheckOutcome:
    """Return everything there is to say about a build file and its data; never raises for them.

    Parameters as for `check_build`.
    """
    return CheckOutcome(tuple(check_build(path, data=data, progress=progress)))


@own_errors
def check_build(
    path: str | Path,
    *,
    data: str | Path | None = None,
    progress: Progress = no_progress,
) -> list[Problem]:
    """Return everything there is to say about a build file and its data; never raises for them.

    Parameters
    ----------
    path : build file
    data : folder below which the delivered files lie, instead of the one the build file names
    progress : told the name of each step as it begins
    """
    try:
        plan = read_build(path, data=data)
    except ConfigError as error:
        progress("read")
        return [*error.problems, *problems_of_files(path, error.problems, data=data)]
    from sozialraum.workflows.build.counts.protecting import disclosure_rules, ledger_of
    from sozialraum.workflows.build.counts.released import refuse_unrecorded
    from sozialraum.workflows.build.scoring import fewer_areas_than_classes
    from sozialraum.workflows.build.trial import trial_run
    from sozialraum.workflows.build.words.protection_words import uncounted_warnings
    from sozialraum.workflows.check.join_columns import check_columns

    found = [*plan.findings, *trial_run(plan)]
    if not any(_of_rules(p) for p in found):
        found += _ledger(plan)
    progress("read")
    try:
        delivery = read(plan)
        progress("check")
        found += [*delivery.problems, *check_delivery(delivery, plan)]
        found += fewer_areas_than_classes(plan, delivery)
        if not any(_of_rules(p) for p in found):
            found += [*scaled_count_problems(plan), *counted_head_problems(plan, delivery)]
        if plan.disclosure.ledger is not None and delivery.released:
            refuse_unrecorded(delivery, ledger_of(plan))
        found += origin_problems(delivery.files, plan.root)
        found += [*check_columns(plan, delivery), *_neighbours(plan, delivery)]
        if not any(_of_rules(p) for p in found):
            rules = disclosure_rules(plan)
            found += uncounted_warnings(plan.indicators, rules, file=plan.file.name)
            found += _few_areas(plan, delivery, rules)
    except SozialraumError as error:
        found += error.problems
    return list(dict.fromkeys(found))


def _of_rules(found: Problem) -> bool:
    """Tell whether a finding is about the rules of disclosure control."""
    return found.severity == "error" and (found.key or "").split(".")[0] == "disclosure"


def _ledger(plan: Plan) -> list[Problem]:
    """Return why the ledger of a build that protects counts cannot be used, or is needed."""
    from sozialraum.privacy.noise import refuse_noise
    from sozialraum.workflows.build.counts.protecting import disclosure_rules, ledger_of

    try:
        rules = disclosure_rules(plan)
        if all(rules.is_open(i.id) for i in plan.indicators):
            return []
        if plan.disclosure.ledger is not None:
            ledger_of(plan)
        refuse_noise(rules, keyed=plan.disclosure.ledger is not None)
    except SozialraumError as error:
        return list(error.problems)
    return []


def _few_areas(plan: Plan, delivery: Delivery, rules: DisclosureRules) -> list[Problem]:
    """Return that of so few areas nothing can be published, however large their counts are."""
    areas = delivery.areas.get(plan.join.target, ())
    hidden = [i for i in plan.indicators if not rules.is_open(i.id)]
    none_read = not len(areas)  # told with the file that could not be read
    if none_read or not hidden or len(areas) >= FEWEST_AREAS or not rules.knows_totals:
        return []
    left = {i.axis for i in plan.indicators if i not in hidden}
    # without an index nothing has to stop: the build says of each indicator why it is not told
    alone = not plan.axis_names or left >= {i.axis for i in hidden}
    severity: Severity = "warning" if alone else "error"
    place: dict[str, Any] = {"file": plan.file.name, "key": "disclosure.attacker"}
    return [
        problem("privacy.few_areas", severity, **place, expected=FEWEST_AREAS, found=len(areas))
    ]


def _neighbours(plan: Plan, delivery: Delivery) -> list[Problem]:
    """Return who is whose neighbour in a build that asks for it, once its areas are sound."""
    stated = "neighbours" in plan.model_fields_set
    regions = plan.typology is not None and plan.typology.method == "contiguous"
    lends = plan.smoothing.borrow if plan.smoothed and plan.smoothing is not None else ()
    regions |= "neighbours" in lends
    asked = stated or regions or plan.clusters is not None or plan.space_statistics is not None
    areas = delivery.areas.get(plan.join.target)
    unsound = any(p.severity == "error" for p in delivery.problems)
    if not asked or areas is None or unsound:
        return []
    from sozialraum.space.neighbour_findings import neighbour_findings
    from sozialraum.space.neighbours import find_neighbours

    section, file = plan.neighbours, plan.areas[plan.join.target].file
    try:
        graph = find_neighbours(areas, **section.model_dump())
    except SozialraumError as error:
        return [replace(p, file=file) for p in error.problems]
    return neighbour_findings(graph, method=section.method, tolerance=section.tolerance, file=file)
