"""What a build hands back: everything it computed, and the release that may be written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sozialraum.config import Plan
from sozialraum.model import Edition, Problem, Release
from sozialraum.privacy.edition import Withheld
from sozialraum.publish.design import Design
from sozialraum.workflows.build.computed import Computed
from sozialraum.workflows.build.disclosing.releasing import Audited, reasons_file, save_recorded
from sozialraum.workflows.build.release_draft import disclosure_rules, make_release, with_certainty
from sozialraum.workflows.error_boundary import own_errors

if TYPE_CHECKING:
    from sozialraum.insight.uncertainty import Certainty


# The word of ``[output] files`` whose table ``open_result`` reads.
READ_BACK = "parquet"


@dataclass(frozen=True, eq=False, repr=False)
class Result(Computed):
    """A build with every intermediate, and what of it may leave the house.

    What is computed from true counts (`measured`, `scored`) stays inside; `table`, `explain`,
    `save` and the display in a notebook take from `release` alone.

    Parameters
    ----------
    certainty : how sure ranks and classes are; None where the build does not ask
    release : what may be written
    problems : findings that did not stop the build
    reasons : per (Stichtag, area key, indicator id; "" for the index) the proof, with published
        figures, why it is withheld beside what was published earlier; stays inside
    audited : the release that passed the audit, with what it tells; another one is audited before
        it is written
    """

    certainty: Certainty | None
    release: Release
    problems: tuple[Problem, ...]
    reasons: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    audited: Audited | None = None

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

        See `sozialraum.workflows.build.larger_areas.level_tables`.
        """
        from sozialraum.workflows.build.larger_areas import level_tables

        return level_tables(self)

    @own_errors
    def save(
        self,
        folder: str | Path,
        *,
        files: tuple[str, ...] | None = None,
        progress: Callable[[str], None] = lambda step: None,
    ) -> list[str]:
        """Write the release into `folder`, whole or not at all; return the names of the files.

        Parameters
        ----------
        folder : result folder; an earlier result there is replaced only when everything is written
        files : which outputs; those of the build file if None. index.parquet is written in any
            case: ``show``, ``compare`` and ``reference`` read it
        progress : told "publish" as the writing begins

        Raises
        ------
        DisclosureError
            If the release, together with everything in the ledger of the build, would give a small
            group away. Then nothing is written, and nothing recorded.
        """
        from sozialraum.publish.bundle import write_all
        from sozialraum.workflows.build.larger_areas import level_files

        progress("publish")
        wanted = files or self.plan.output.files

        def write(problems: tuple[Problem, ...]) -> list[Path]:
            return write_all(
                self.release,
                Path(folder),
                files=tuple(dict.fromkeys((*wanted, READ_BACK))),
                problems=problems,
                facts=self.manifest_facts(),
                design=design_of(self.plan),
                further={**reasons_file(self.release), **level_files(self)},
            )

        written = save_recorded(self, self.release, self.audited, self.problems, write)
        return [path.relative_to(folder).as_posix() for path in written]

    def internal(self) -> Result:
        """Return the result as it may be shown inside the office, under the rules of ``[intern]``.

        Its papers carry a red band on every page and must not be passed on.
        """
        release, _ = make_release(self, disclosure_rules(self.plan, intern=True), "intern")
        if self.certainty is not None:
            fitted = self.fitted_by_day[self.main]
            release = with_certainty(release, self.certainty, self.plan, fitted, Withheld())
        return replace(self, release=release)

    def manifest_facts(self) -> dict[str, Any]:
        """Return inputs, the build as understood and the city's values; no path of this machine."""
        return {
            "inputs": dict(sorted(self.delivery.files.items())),
            "plan": self.plan.model_dump(mode="json", exclude_none=True),
            "facts": asdict(self.release.facts),
            "city": {k: float(v) for k, v in self.current.city.items() if pd.notna(v)},
        }

    def summary(self) -> dict[str, Any]:
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

        return notebook_html(self.release)


def design_of(plan: Plan) -> Design:
    """Return how the papers of a build look; the logo is an SVG below the data folder."""
    from sozialraum.sources.paths import resolve

    output, logo = plan.output, None
    if output.logo is not None:
        logo = resolve(output.logo, plan.root).read_text(encoding="utf-8")
    return Design(accent=output.accent, logo=logo, lang=output.lang, basemap=output.basemap)
