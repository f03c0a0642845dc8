"""``sozialraum participation``: registrations in, protected rates out, nothing personal kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pandas as pd

from sozialraum.config.participation import ParticipationPlan, read_participation
from sozialraum.model import ParticipationRelease, Problem
from sozialraum.model.errors import ConfigError, DataError, DisclosureError
from sozialraum.privacy.participation.protection import Protected, protect_participation
from sozialraum.privacy.participation.pseudonyms import PseudonymKey
from sozialraum.privacy.participation.shield import shielded
from sozialraum.privacy.rules import DisclosureRules, rules_from
from sozialraum.publish.participation import write_participation
from sozialraum.sources.paths import resolve
from sozialraum.sources.tabular.tables import read_table
from sozialraum.texts import number, problem, text
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.participation.registrations import count_registrations, read_text

if TYPE_CHECKING:
    from sozialraum.privacy.audit.ledger import Entry, Ledger


@dataclass(frozen=True, eq=False)
class ParticipationResult:
    """What a run leaves: a release, and what to tell the office.

    Parameters
    ----------
    plan : as understood
    released : rates of areas and offers, fit to be shown
    problems : of the data, without cells of any record
    pseudonyms : per child, if a key was given; in memory only, no writer accepts them
    ledger, entry : the release ledger as read, and what `save` adds to it; None without one, or
        where it holds this release already
    """

    plan: ParticipationPlan
    released: ParticipationRelease
    problems: tuple[Problem, ...]
    pseudonyms: pd.Series | None
    ledger: Ledger | None = None
    entry: Entry | None = None

    def __repr__(self) -> str:
        """Return the title; no pseudonym."""
        return f"ParticipationResult({self.plan.title!r})"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse pickling and copying: pseudonyms are personal data."""
        raise DisclosureError(problem("privacy.raw_counts", found="pickle"))

    @own_errors
    def save(self, folder: str | Path) -> list[Path]:
        """Write the released files and record them; on failure the folder stays as it was.

        Returns
        -------
        The written files.

        Raises
        ------
        DataError
            If the folder holds something that is no result of ours.
        DisclosureError
            If the release ledger cannot be written, or has grown since it was read.
        """
        files = self.plan.output.files
        if self.ledger is None:
            return write_participation(self.released, folder, files=files)
        from sozialraum.workflows.build.disclosing.releasing import write_recorded

        return write_recorded(
            self.ledger,
            self.entry,
            lambda: write_participation(self.released, folder, files=files),
        )


@own_errors
def run_participation(
    path: str | Path,
    *,
    data: str | Path | None = None,
    key: PseudonymKey | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> ParticipationResult:
    """Count who takes part, from registrations to protected rates.

    Parameters
    ----------
    path : the TOML file; see `sozialraum.config.participation.ParticipationPlan`
    data : folder below which the data lie, instead of the one the file names
    key : only to follow children over years: pseudonyms are made with it, and it is destroyed
        before this returns, also if the run fails
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
        ledger = _ledger(plan)
        children, names, problems = _children(plan)
        offers = _offer_names(plan)
        file = Path(plan.records.file).name
        inside = shielded(
            lambda: count_registrations(plan, children, offers, key, progress),
            stage="count",
            file=file,
        )
        record = key.destroy() if key is not None else {"used": False}
        progress("protect")
        rules = _rules(plan)
        about: dict[str, Any] = {
            "programme": plan.disclosure.programme or plan.title,
            "title": plan.title,
            "stichtag": plan.stichtag.isoformat(),
            "labels": {name: areas.label or name for name, areas in plan.areas.items()},
            "meaning": inside.meaning,
            "area_names": names,
            "offer_names": offers,
            "matching": _in_words(inside.matching, rules),
            "placed": inside.placed,
            "sources": plan.sources or _sources(plan),
            "key": record,
        }

        def protect(earlier: Sequence = ()) -> Protected:
            return protect_participation(
                inside.counted, children, rules=rules, earlier=earlier, **about
            )

        made, entry = shielded(lambda: _recordable(protect, ledger, plan, rules), stage="protect")
    finally:
        if key is not None:
            key.destroy()
    return ParticipationResult(
        plan=plan,
        released=made.release,
        problems=(*problems, *inside.problems, *made.problems),
        pseudonyms=inside.pseudonyms,
        ledger=ledger,
        entry=entry,
    )


def _recordable(
    protect: Callable[..., Protected],
    ledger: Ledger | None,
    plan: ParticipationPlan,
    rules: DisclosureRules,
) -> tuple[Protected, Entry | None]:
    """Return a release that fits to all that was published of the programme, and its entry.

    Where the ledger holds the very release there is no new entry, so that a run can be repeated.
    """
    made = protect()
    if ledger is None:
        return made, None
    from sozialraum.privacy.participation.recording import earlier_of, entry_of, is_recorded

    if is_recorded(ledger, made):
        return made, None
    earlier = earlier_of(ledger, made.ground)
    if earlier:
        made = protect(earlier)
        if is_recorded(ledger, made):
            return made, None
    when = {"title": plan.title, "date": plan.stichtag.isoformat()}
    return made, entry_of(ledger, made, earlier, rules=rules, **when)


def _ledger(plan: ParticipationPlan) -> Ledger | None:
    """Return the release ledger the file names, verified; None without one."""
    if plan.disclosure.ledger is None:
        return None
    from sozialraum.privacy.audit.ledger import read_ledger

    folder = plan.file.parent.resolve()
    name = plan.disclosure.ledger
    path = folder / name
    if "\0" in name or not path.resolve().is_relative_to(folder) or path.is_dir():
        raise ConfigError(
            problem("privacy.ledger_outside", file=plan.file.name, key="disclosure.ledger")
        )
    return read_ledger(path.resolve())


def _rules(plan: ParticipationPlan) -> DisclosureRules:
    section = plan.disclosure
    apart = {"ledger", "programme"}
    given = {k: getattr(section, k) for k in section.model_fields_set if k not in apart}
    return rules_from(given.pop("profile", ""), **given)


def _children(
    plan: ParticipationPlan,
) -> tuple[dict[str, pd.DataFrame], dict[tuple[str, str], str], list[Problem]]:
    """Return the children who could take part per area set, names of areas, and problems."""
    found: dict[str, pd.DataFrame] = {}
    names: dict[tuple[str, str], str] = {}
    problems: list[Problem] = []
    for name, areas in plan.areas.items():
        columns = dict(areas.children) | ({"name": areas.name} if areas.name else {})
        table = read_table(
            resolve(areas.file, plan.root),
            key=areas.key,
            width=areas.width,
            columns=columns,
            text=["name"] if areas.name else [],
        )
        if table.errors:
            raise DataError(table.errors)
        found[name] = table.frame[list(plan.ages)]
        if areas.name:
            names |= {(name, str(key)): str(word) for key, word in table.text["name"].items()}
        missing = list(found[name].index[found[name].isna().any(axis=1)])
        if missing:
            keys = ", ".join(missing[:5])
            problems.append(problem("participation.missing_children", "warning", keys=keys))
    return found, names, problems


def _offer_names(plan: ParticipationPlan) -> dict[str, str]:
    if plan.offers is None:
        return {}
    table = read_text(plan, plan.offers, [plan.offers.key, plan.offers.name])
    return dict(zip(table[plan.offers.key], table[plan.offers.name], strict=True))


def _sources(plan: ParticipationPlan) -> tuple[str, ...]:
    """Return the delivered files by name: what the page says where the file names no sources."""
    tables = ", ".join(dict.fromkeys(Path(areas.file).name for areas in plan.areas.values()))
    files = {"records": plan.records.file, "register": plan.register_.file}
    stated = [text(f"participation.sources.{k}", file=Path(f).name) for k, f in files.items()]
    return (*stated, text("participation.sources.children", file=tables))


def _in_words(counts: pd.Series, rules: DisclosureRules) -> Mapping[str, str]:
    """Return process counts in words: tens, or that they are below the minimum."""
    few = max(rules.minimum, 10)
    return {
        str(reason): text("participation.words.few", minimum=few)
        if n < few
        else text("participation.words.around", n=number(10 * round(n / 10)))
        for reason, n in counts.items()
        if n > 0
    }
