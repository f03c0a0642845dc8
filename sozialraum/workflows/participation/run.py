"""``sozialraum participation``: registrations in, protected rates out, nothing personal kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pandas as pd

from sozialraum.config.participation import ParticipationPlan, read_participation
from sozialraum.insight.take_up.quality import quality_share
from sozialraum.model import ParticipationRelease, Problem
from sozialraum.model.errors import ConfigError, DisclosureError
from sozialraum.model.problem import Plain
from sozialraum.privacy.ledger import INTERNAL, PUBLIC, Ledger
from sozialraum.privacy.recording import Recording, recording
from sozialraum.privacy.rules import DisclosureRules
from sozialraum.publish.folder import refuse_shared
from sozialraum.publish.participation import write_participation
from sozialraum.sources.registrations.pseudonyms import PseudonymKey
from sozialraum.space.addressing.addresses import MATCHED
from sozialraum.texts import number, problem, text
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.outcome import Outcome, Progress, no_progress
from sozialraum.workflows.participation.preparing import (
    children_per_area,
    ledger_asked_for,
    names_of_offers,
    rules_asked_for,
    shapes_of_areas,
)
from sozialraum.workflows.participation.protecting import quality_windows
from sozialraum.workflows.participation.record_stage import shielded
from sozialraum.workflows.participation.registrations import Inside, count_registrations
from sozialraum.workflows.participation.releasing import release_programme

if TYPE_CHECKING:
    from sozialraum.privacy.release_memory import Draft


@dataclass(frozen=True, eq=False)
class ParticipationResult(Outcome):
    """What a run leaves: a release, and what to tell the office.

    Parameters
    ----------
    plan : as understood
    released : rates of areas and offers, fit to be shown
    problems : of the data, without cells of any record
    pseudonyms : per child, if a key was given; in memory only, no writer accepts them
    ledger, draft : the release ledger as read, and what `save` adds to it; None without one
    internal : the same with exact counts, for the office alone; None where it was not asked for
    """

    plan: ParticipationPlan
    released: ParticipationRelease
    problems: tuple[Problem, ...]
    pseudonyms: pd.Series | None
    ledger: Ledger | None = None
    draft: Draft | None = None
    internal: ParticipationRelease | None = None

    def __repr__(self) -> str:
        """Return the title; no pseudonym."""
        return f"ParticipationResult({self.plan.title!r})"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse pickling and copying: pseudonyms are personal data."""
        raise DisclosureError(problem("privacy.raw_counts", found="pickle"))

    def _keep(self, folder: Path, office: Path | None, progress: Progress) -> list[str]:
        """Write the released files and record them; on failure the folder stays as it was."""
        progress("publish")
        if office is not None:
            refuse_shared(folder, office)
        files, ledger, draft = self.plan.output.files, self.ledger, self.draft
        place = None
        if ledger is not None and draft is not None:
            _key_outside(ledger, folder)
            place = self._place_in(ledger, draft.statements)

        def record() -> None:
            grown = None if place is None else place.record()
            if office is not None and self.internal is not None:
                self._save_for_office(self.internal, office, grown)

        number = None if place is None else place.release
        written = write_participation(
            self.released, folder, files=files, number=number, record=record
        )
        return sorted(path.relative_to(folder).as_posix() for path in written)

    def summary(self) -> dict[str, Plain]:
        """Return title, areas and findings, for programs."""
        return {
            "title": self.plan.title,
            "stichtag": self.plan.stichtag.isoformat(),
            "problems": [p.to_dict() for p in self.problems],
        }

    def _save_for_office(
        self, release: ParticipationRelease, folder: str | Path, ledger: Ledger | None
    ) -> None:
        files = self.plan.output.files
        if ledger is None:
            write_participation(release, folder, files=files)
            return
        place = self._place_in(ledger, {}, audience=INTERNAL)
        write_participation(release, folder, files=files, number=place.release, record=place.record)

    def _place_in(
        self, ledger: Ledger, statements: Mapping[str, Any], *, audience: str = PUBLIC
    ) -> Recording:
        title, day = self.plan.title, self.plan.stichtag.isoformat()
        return recording(ledger, statements, title=title, date=day, audience=audience)


@own_errors
def run_participation(
    path: str | Path,
    *,
    data: str | Path | None = None,
    key: PseudonymKey | None = None,
    office: bool = False,
    progress: Progress = no_progress,
) -> ParticipationResult:
    """Count who takes part, from registrations to protected rates.

    Parameters
    ----------
    path : the TOML file; see `sozialraum.config.participation.ParticipationPlan`
    data : folder below which the data lie, instead of the one the file names
    key : only to follow children over years: pseudonyms are made with it, and it is destroyed
        before this returns, also if the run fails
    office : make the same with exact counts, too, for the office alone
    progress : told the name of each step as it begins

    Returns
    -------
    ParticipationResult; its `save` writes released rates only.

    Raises
    ------
    ConfigError, DataError, DisclosureError
        With every problem; none quotes a cell of the registrations or of the register.
        DisclosureError if the release would give away, or with what the ledger holds, a small
        group: with the German proof.
    """
    try:
        plan = read_participation(path, data=data)
        rules, ledger = rules_asked_for(plan), ledger_asked_for(plan)
        children, names, problems = children_per_area(plan)
        shapes, unfit = shapes_of_areas(plan, children)
        offers = shielded(lambda: names_of_offers(plan), stage="offers")
        file = Path(plan.records.file).name
        inside = shielded(
            lambda: count_registrations(plan, children, offers, key, progress),
            stage="count",
            file=file,
        )
        record = key.destroy() if key is not None else {"used": False}
        progress("protect")
        about = _about(plan, rules, names, offers, record) | _placed(inside, rules)
        about |= {"shapes": shapes, "area_names": _called(plan, shapes) | dict(names)}
        accepted = (*plan.disclosure.corrects, *plan.disclosure.different)
        release = partial(release_programme, inside.counted, children, **about)
        made = shielded(lambda: release(ledger=ledger, accepted=accepted), stage="protect")
        internal = None
        if office:
            internal = shielded(lambda: release(level="intern").release, stage="protect")
    finally:
        if key is not None:
            key.destroy()
    return ParticipationResult(
        plan=plan,
        released=made.release,
        problems=(*problems, *unfit, *inside.problems, *made.problems, *_unrecorded(plan, ledger)),
        pseudonyms=inside.pseudonyms,
        ledger=ledger,
        draft=made.draft,
        internal=internal,
    )


def _about(
    plan: ParticipationPlan,
    rules: DisclosureRules,
    names: Mapping[tuple[str, str], str],
    offers: Mapping[str, str],
    record: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what a release says of its programme, beside the counts."""
    return {
        "rules": rules,
        "stichtag": plan.stichtag.isoformat(),
        "offers": [*offers],
        "labels": {name: areas.label or name for name, areas in plan.areas.items()},
        "title": plan.title,
        "area_names": names,
        "offer_names": offers,
        "sources": plan.sources or _sources(plan),
        "key": record,
    }


def _called(plan: ParticipationPlan, shapes: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Return the names that the files of the shapes give; those of the tables come first."""
    named = [name for name in shapes if plan.areas[name].shapes_name]
    return {
        (name, str(key)): str(word) for name in named for key, word in shapes[name]["name"].items()
    }


def _unrecorded(plan: ParticipationPlan, ledger: Ledger | None) -> tuple[Problem, ...]:
    found = problem("privacy.no_ledger", "warning", file=plan.file.name)
    return () if ledger is not None else (found,)


def _placed(inside: Inside, rules: DisclosureRules) -> dict[str, Any]:
    """Return how registrations were placed, in words and as a share, from protected numbers."""
    told = quality_windows(inside.matching, rules)
    return {"matching": _in_words(told), "placed": quality_share(told, MATCHED)}


def _key_outside(ledger: Ledger, folder: str | Path) -> None:
    """Refuse a result folder in which ledger or key would lie."""
    place = Path(folder).resolve()
    for path in (ledger.path, ledger.key):
        if path.resolve().is_relative_to(place):
            raise ConfigError(problem("privacy.ledger_key_public", file=path.name))


def _sources(plan: ParticipationPlan) -> tuple[str, ...]:
    """Return the delivered files by name: what the page says where the file names no sources."""
    tables = ", ".join(dict.fromkeys(Path(areas.file).name for areas in plan.areas.values()))
    files = {"records": plan.records.file, "register": plan.register_.file}
    stated = [text(f"participation.sources.{k}", file=Path(f).name) for k, f in files.items()]
    return (*stated, text("participation.sources.children", file=tables))


def _in_words(counted: Mapping[str, tuple[float, float]]) -> dict[str, str]:
    """Return process counts in words: the ends of their windows; none of what does not occur."""
    return {
        reason: text("participation.words.few", minimum=number(high + 1))
        if low <= 1
        else text("participation.words.between", low=number(low), high=number(high))
        for reason, (low, high) in counted.items()
        if high > 0
    }
