"""A build under other rules of disclosure control: what protecting the counts first would do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from sozialraum.config import read_build
from sozialraum.privacy.perturbation.profile_effect import profile_effect
from sozialraum.privacy.publishable import UNIT_FACTOR
from sozialraum.workflows.build.computing import compute
from sozialraum.workflows.build.scoring import score
from sozialraum.workflows.error_boundary import own_errors


@own_errors
def compare_profiles(
    build_file: str | Path,
    *,
    data: str | Path | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> pd.DataFrame:
    """Return what each shipped profile would do to the classes of a build, for the office.

    Scale and class limits are those of the build; only its counted indicators are protected.

    Returns
    -------
    As `profile_effect`: shares of all areas and cells, no value of any of them.

    Raises
    ------
    ConfigError, DataError
        With every problem of the build file or its data.
    """
    plan = read_build(build_file, data=data)
    computed, _ = compute(plan, progress)
    measured, axis = computed.measured[computed.day], computed.main
    counted = {i.id: UNIT_FACTOR[i.unit] for i in plan.indicators_of(axis) if i.unit in UNIT_FACTOR}
    base = measured.base[list(counted)].round()
    shares = measured.value[list(counted)] / list(counted.values())

    def classes_of(protected: pd.DataFrame) -> pd.Series:
        value = measured.value.copy()
        value[list(counted)] = protected * list(counted.values())
        return score(plan, axis, value, computed.fitted_by_day[axis]).classes

    return profile_effect((shares * base).round(), base, classes_of)
