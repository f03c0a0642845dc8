"""What a build hands back: everything it computed, and the release that may be written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sozialraum.model import Edition, Problem, Release
from sozialraum.model.problem import Plain
from sozialraum.publish.headline.headline_numbers import headline_of
from sozialraum.texts import speaking_of
from sozialraum.workflows.build.computed import Computed
from sozialraum.workflows.build.counts.protecting import Safe
from sozialraum.workflows.build.saving import OfficeCopy, save_result
from sozialraum.workflows.error_boundary import own_errors

if TYPE_CHECKING:
    from sozialraum.insight.uncertainty import Certainty


@dataclass(frozen=True, eq=False, repr=False)
class Result(Computed):
    """A build with every intermediate, and what of it may leave the house.

    It holds no true count: everything in it is computed from protected ones. `table`, `explain`,
    `save` and the display in a notebook take from `release` alone.

    Parameters
    ----------
    certainty : how sure ranks and classes are; None where the build does not ask
    release : what may be written
    problems : findings that did not stop the build
    safe : what disclosure control let through, and what the ledger records of it; None in a
        result for the office alone
    """

    certainty: Certainty | None
    release: Release
    problems: tuple[Problem, ...]
    safe: Safe | None = None

    def __repr__(self) -> str:
        """Return what it is about, without a single value."""
        return (
            f"Result({self.plan.title!r}, {len(self.release.areas)} areas, "
            f"Stichtage {', '.join(self.measured)})"
        )

    @property
    def current(self) -> Edition:
        """The released numbers of the build's own Stichtag."""
        return self.release.current

    @property
    def table(self) -> pd.DataFrame:
        """The released table: name, index, class, rank and status per area."""
        return (
            self.release.areas[["name"]]
            .join(self.current.table)
            .drop(columns="geometry", errors="ignore")
        )

    def explain(self, key: str) -> pd.DataFrame:
        """Say why an area stands where it stands.

        Parameters
        ----------
        key : area key

        Returns
        -------
        DataFrame, one row per indicator and ``rest``: ``label``, ``value`` (as released), ``city``,
        ``contribution``; the contributions add up to the released index.

        Raises
        ------
        KeyError
            If there is no such area.
        """
        if key not in self.release.areas.index:
            message = f"There is no area {key!r}; keys are {list(self.release.areas.index[:5])} …"
            raise KeyError(message)
        edition = self.current
        rows = {
            i.id: {
                "label": i.label,
                "value": edition.values.at[key, i.id],
                "city": edition.city.get(i.id),
                "contribution": edition.contributions.at[key, i.id],
                "status": edition.signs.at[key, i.id],
            }
            for i in self.release.indicators
            if i.id in edition.contributions
        }
        rows["rest"] = {"contribution": edition.contributions.at[key, "rest"]}
        return pd.DataFrame.from_dict(rows, orient="index")

    def levels(self) -> dict[str, pd.DataFrame]:
        """Return the index of the larger areas of ``[[levels]]``, per level; published input only.

        See `sozialraum.workflows.build.geography.larger_areas.level_tables`.
        """
        from sozialraum.workflows.build.geography.larger_areas import level_tables

        return level_tables(self)

    @own_errors
    def save(
        self,
        folder: str | Path,
        *,
        files: tuple[str, ...] | None = None,
        office: OfficeCopy | None = None,
        progress: Callable[[str], None] = lambda step: None,
    ) -> list[str]:
        """Write the release into `folder`, whole or not at all; return the names of the files.

        Parameters
        ----------
        folder : result folder; an earlier result there is replaced only when everything is written
        files : which outputs; those of the build file if None. index.parquet is written in any
            case: ``show``, ``compare`` and ``reference`` read it
        office : the same build from true counts and the folder of the office it goes to, as
            `sozialraum.workflows.build.office_copy.office_copy` makes it; both are written or none
        progress : told "publish" as the writing begins

        Raises
        ------
        DisclosureError
            If the ledger of the build has grown since. Then nothing is written, and nothing
            recorded.
        """
        progress("publish")
        return save_result(
            self,
            self.release,
            Path(folder),
            files=files or self.plan.files,
            problems=self.problems,
            facts=self.manifest_facts(),
            safe=self.safe,
            office=office,
        )

    def manifest_facts(self) -> dict[str, Plain]:
        """Return the build as understood and the city's values; no path of this machine."""
        return {
            "plan": self.plan.model_dump(mode="json", exclude_none=True),
            "facts": asdict(self.release.facts),
            "headline": self._headline(),
            "city": {k: float(v) for k, v in self.current.city.items() if pd.notna(v)},
        }

    def _headline(self) -> list[str]:
        with speaking_of(self.plan.place_kind):
            return list(headline_of(self.release).plain())

    def summary(self) -> dict[str, Plain]:
        """Return the main figures for programs."""
        table = self.current.table
        return {
            "title": self.plan.title,
            "stichtag": self.plan.stichtag.isoformat(),
            "areas": len(table),
            "with_index": int(table["index"].notna().sum()),
            "classes": {
                str(k): int(n) for k, n in table["class"].value_counts().sort_index().items()
            },
            "problems": [p.to_dict() for p in self.problems],
        }

    def _repr_html_(self) -> str:
        """Show the map in a notebook, without a request to any host."""
        from sozialraum.publish.page.notebook import notebook_html

        with speaking_of(self.plan.place_kind):
            return notebook_html(self.release)
