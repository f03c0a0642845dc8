"""A build under other rules of disclosure control: what each would cost, for the office."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, get_args

import numpy as np
import pandas as pd

from sozialraum.config import Plan, read_build
from sozialraum.config.sections import Disclosure
from sozialraum.model import Problem
from sozialraum.model.errors import ConfigError, DataError, DisclosureError
from sozialraum.model.options import Intruder
from sozialraum.model.problem import Plain
from sozialraum.privacy.rules import profiles
from sozialraum.workflows.build.computed import Computed
from sozialraum.workflows.build.computing import compute, computed_from
from sozialraum.workflows.build.counts.protecting import (
    disclosure_rules,
    exact_counts,
    protected_counts,
)
from sozialraum.workflows.build.office import Office
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.outcome import Outcome, Progress, no_progress, records


@dataclass(frozen=True, eq=False)
class ProfileComparison(Outcome):
    """What each shipped profile would do to the classes of a build; for the office alone.

    Parameters
    ----------
    table : as `profile_costs` returns it; empty where all is published, or nothing has a class
    """

    _file: ClassVar[str] = "profile.json"
    _for_office: ClassVar[bool] = True

    table: pd.DataFrame

    @property
    def problems(self) -> tuple[Problem, ...]:
        """No findings: they are those of the build."""
        return ()

    def summary(self) -> dict[str, Plain]:
        """Return the table by profile, for the programs of the office."""
        return {"profiles": records(self.table.rename_axis("profile"))}


@own_errors
def compare_profiles(
    build_file: str | Path,
    *,
    data: str | Path | None = None,
    progress: Progress = no_progress,
) -> ProfileComparison:
    """Return what each shipped profile does to the classes of a build, for the office alone.

    Returns
    -------
    Its table is that of `profile_costs`; empty where all is published already, or nothing has a
    class.

    Raises
    ------
    ConfigError, DataError, DisclosureError
        With every problem of the build file or its data.
    """
    _, office, _ = compute(read_build(build_file, data=data), progress)
    plan = office.plan
    no_classes = plan.disclosure.published_input or not plan.axis_names
    return ProfileComparison(pd.DataFrame() if no_classes else profile_costs(office))


def profile_costs(office: Office) -> pd.DataFrame:
    """Return per profile and per attacker how far the classes are from those of true counts.

    After the shipped profiles come the build's own rules with each attacker the audit can reckon
    with, named as in the build file: ``attacker = "outsider"``, "totals", "insider".

    How many classes move is no function of protected counts: no public file may say it.

    Returns
    -------
    Per profile: ``withheld`` share of cells without a window, ``no_class`` share of areas that lose
    their class, ``moved`` share of areas of another class than from true counts (of those that have
    one), ``far`` share that is off by two or more, ``not_told`` number of tables that are not told,
    ``source`` and ``date`` of the profile; NaN where the build cannot be made.
    """
    exact = {day: exact_counts(office.plan, one) for day, one in office.counted.items()}
    true, _ = computed_from(office.plan, office, exact)
    costs = {}
    for name, profile in profiles().items():
        if profile.rules.noise:  # it needs the key of a ledger
            continue
        found = _under(office, _profile_of(office.plan, name))
        about = {"source": profile.source, "date": profile.date}
        costs[name] = (_NOTHING if found is None else _cost(found, true)) | about
    for attacker in get_args(Intruder) if not disclosure_rules(office.plan).noise else ():
        own = office.plan.disclosure.model_copy(
            update={"attacker": attacker, "ledger": None, "key": None}
        )
        found = _under(office, own)
        about = {"source": "", "date": ""}
        costs[f'attacker = "{attacker}"'] = (
            _NOTHING if found is None else _cost(found, true)
        ) | about
    return pd.DataFrame.from_dict(costs, orient="index")


_NOTHING = dict.fromkeys(("withheld", "no_class", "moved", "far", "not_told"), np.nan)


def _under(office: Office, rules: Disclosure) -> Computed | None:
    """Return the build under other rules; None where it cannot be made."""
    plan = _with_rules(office.plan, rules)
    try:
        safe = protected_counts(plan, office.delivery, office.crosswalk, office.counted)
        return computed_from(plan, office, safe.tables)[0]
    except (ConfigError, DataError, DisclosureError):
        return None


def _profile_of(plan: Plan, profile: str) -> Disclosure:
    kept = {n: getattr(plan.disclosure, n) for n in ("published_input", "reason", "published")}
    return Disclosure(profile=profile, **kept)


def _with_rules(plan: Plan, rules: Disclosure) -> Plan:
    other = plan.model_copy(update={"disclosure": rules})
    other._file, other._root, other._recipe = plan._file, plan._root, plan._recipe
    other._changed, other._altered = plan._changed, plan._altered
    return other


def _cost(found: Computed, true: Computed) -> dict[str, float]:
    now, then = (
        c.scored[c.day][c.main].classes.astype("Float64").astype(float) for c in (found, true)
    )
    today = found.measured[found.day]
    lost = today.value.isna() & true.measured[true.day].value.notna()
    both = now.notna() & then.notna()
    off = (now - then)[both].abs()
    return {
        "withheld": float(lost.to_numpy().mean()),
        "no_class": float(now[then.notna()].isna().mean()),
        "moved": float((off > 0).mean()) if both.any() else np.nan,
        "far": float((off > 1).mean()) if both.any() else np.nan,
        "not_told": float(len(today.unpublished)),
    }
