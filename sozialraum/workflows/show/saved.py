"""A result folder read back: what was published, and the yardsticks for another year."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from sozialraum.config import Plan
from sozialraum.config.findings.former_keys import without_former_keys
from sozialraum.config.pydantic_errors import did_you_mean
from sozialraum.index.fitted_index import FittedIndex
from sozialraum.index.preparation.treatment import FittedTreatment
from sozialraum.index.weighting.weights import Weights
from sozialraum.model import Breaks, Problem, Scale
from sozialraum.model.errors import DataError
from sozialraum.model.problem import Plain, part_of
from sozialraum.model.release import further_rates
from sozialraum.privacy.release import LAYERS
from sozialraum.publish.folder import recovered, whole_folder
from sozialraum.publish.manifest import versions
from sozialraum.publish.tables.table_columns import ESTIMATE_SUFFIX, SPREAD_SUFFIX
from sozialraum.texts import problem, text
from sozialraum.workflows.build.published_indicators import without_indicators
from sozialraum.workflows.build.scoring import MAIN, contributor, public_name, steps_of
from sozialraum.workflows.error_boundary import own_errors
from sozialraum.workflows.outcome import Outcome, Progress, records


@dataclass(frozen=True, eq=False)
class Saved(Outcome):
    """A published result.

    Parameters
    ----------
    folder : where it lies
    manifest : as written
    plan : the build as understood
    table : published table by area key
    """

    folder: Path
    manifest: dict[str, Plain]
    plan: Plan
    table: pd.DataFrame

    def fitted(self, axis: str = MAIN) -> FittedIndex:
        """Return scale, scale of the index and class limits of one axis ("index" = the first)."""
        scales = part_of(self.manifest, "scales")
        learnt = part_of(self.manifest, "details").get("learnt", {})

        def read(kind: type[Any], found: dict[str, Any], part: str) -> Any:
            name = f"{axis}.{part}"
            return kind.from_dict(found[name]) if name in found else None

        name = self.plan.axis_names[0] if axis == MAIN else axis
        return FittedIndex(
            self.plan.indicators_of(name),
            self.plan.orientation,
            steps_of(self.plan, name),
            scale=Scale.from_dict(scales[axis]),
            restandard=read(Scale, scales, "restandard"),
            breaks=Breaks.from_dict(part_of(self.manifest, "breaks")[axis]),
            node_scale=read(Scale, scales, "node_scale"),
            treatment=read(FittedTreatment, learnt, "treatment"),
            weights=read(Weights, learnt, "weights"),
        )

    @property
    def scoring(self) -> Plan:
        """The build with the indicators its index is made of: those that are not told are not."""
        used = {
            one for axis in self.plan.axis_names
            for one in self.fitted(public_name(self.plan, axis)).scale.ids
        }  # fmt: skip
        lost = [i.id for i in self.plan.indicators if i.id not in used]
        return without_indicators(self.plan, lost) if lost else self.plan

    @property
    def values(self) -> pd.DataFrame:
        """Published value per indicator; NaN where nothing is published."""
        return self.table[[i.id for i in self.plan.indicators]].astype(float)

    @property
    def used(self) -> pd.DataFrame:
        """The values the index was computed from: as counted, or as estimated where it was."""
        found = self.values
        for one in found:
            if f"{one}{ESTIMATE_SUFFIX}" in self.table:
                estimate = self.table[f"{one}{ESTIMATE_SUFFIX}"].astype(float)
                found[one] = estimate.where(estimate.notna(), found[one])
        return found

    @property
    def half_widths(self) -> pd.DataFrame:
        """Half the width of the window of each published value; NaN where it is exact."""
        columns = {i.id + SPREAD_SUFFIX: i.id for i in self.plan.indicators}
        return self.table.reindex(columns=list(columns)).rename(columns=columns).astype(float)

    @property
    def layers(self) -> dict[str, pd.DataFrame]:
        """Published columns of each layer by its name; as in the release."""
        found: dict[str, dict[str, pd.Series]] = {}
        for layer, columns in LAYERS.items():
            for one in columns:
                if f"{layer}_{one}" in self.table:
                    found.setdefault(layer, {})[one] = self.table[f"{layer}_{one}"]
        for name in map(str, self.table.columns):
            if (further := further_rates(name)) is not None:
                found.setdefault(further[0], {})[further[1]] = self.table[name]
        return {layer: pd.DataFrame(columns) for layer, columns in found.items()}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """No findings: they stand in the check report of the folder."""
        return ()

    def summary(self) -> dict[str, Plain]:
        """Return the published ranking by area, for programs."""
        ranking = self.table.sort_values(["rank", "name"], na_position="last")
        return {"areas": records(ranking)}

    def _keep(self, folder: Path, office: Path | None, progress: Progress) -> list[str]:
        """Copy the result into another folder: all of it is public."""
        progress("publish")
        with whole_folder(Path(folder)) as fresh:
            shutil.copytree(self.folder, fresh, dirs_exist_ok=True)
        return sorted(
            p.relative_to(folder).as_posix() for p in Path(folder).rglob("*") if p.is_file()
        )

    def words(self, key: str) -> list[str]:
        """Return what the release says of one area, how sure its class is; may be empty."""
        return list(part_of({"words": {}, **self.manifest}, "words").get(key, ()))

    def counterfactuals(self, key: str) -> list[str]:
        """Return what would have to be otherwise for an area to change class, see `asking`."""
        from sozialraum.workflows.certainty.counterfactuals import find_counterfactuals

        classes = self.table["class"].astype("Int64")
        name = str(self.table.at[key, "name"])
        return find_counterfactuals(self.scoring, self.used, classes, self.fitted(), key, name)

    def find(self, wanted: str) -> str:
        """Return the key of the area with this key or name.

        Raises
        ------
        DataError
            If there is none; names the closest one.
        """
        if wanted in self.table.index:
            return wanted
        named = self.table.index[self.table["name"].str.casefold() == wanted.casefold()]
        if len(named) == 1:
            return str(named[0])
        known = [*self.table.index, *self.table["name"]]
        hint = did_you_mean(wanted, known)
        raise DataError(text("cli.no_such_area", wanted=wanted, hint=hint))

    def explain(self, key: str) -> pd.DataFrame:
        """Return value, city value and contribution per indicator of the main axis, and the rest.

        The contributions are recomputed from what is published; with ``rest`` they add up to the
        published index.
        """
        main = self.plan.axis_names[0]
        contribute = contributor(self.scoring, main, self.fitted())
        own = self.used.loc[[key]]
        parts = (own * float("nan") if contribute is None else contribute(own)).loc[key]
        index = float(self.table.at[key, "index"])
        rows = {}
        for i in self.plan.indicators_of(main):
            rows[i.id] = {
                "label": i.label,
                "value": self.table.at[key, i.id],
                "sign": self.table.at[key, f"{i.id}_zeichen"],
                "city": part_of(self.manifest, "city").get(i.id),
                "contribution": parts.get(i.id, np.nan) if pd.notna(index) else np.nan,
            }
        shown = sum(r["contribution"] for r in rows.values() if pd.notna(r["contribution"]))
        rows["rest"] = {"label": text("cli.show.rest"), "contribution": index - shown}
        return pd.DataFrame.from_dict(rows, orient="index")


@own_errors
def open_result(folder: str | Path) -> Saved:
    """Read a result folder.

    Parameters
    ----------
    folder : what ``sozialraum build`` has written

    Returns
    -------
    What was published, without computing anything anew.

    Raises
    ------
    DataError
        If there is no finished result in it, or one of a version whose plan is not understood.
    """
    place = recovered(Path(folder))
    manifest_file, table_file = place / "manifest.json", place / "index.parquet"
    if not manifest_file.is_file() or not table_file.is_file():
        raise DataError(problem("pipeline.no_result", folder=place.name))
    manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
    plan = _plan_of(manifest, place)
    if not plan.axis_names:
        raise DataError(problem("pipeline.no_index", found=place.name))
    table = pd.read_parquet(table_file).set_index("key")
    return Saved(place, manifest, plan, table)


def _plan_of(manifest: dict[str, Any], place: Path) -> Plan:
    """Return the build as understood; what earlier versions asked of disclosure is past."""
    stated, _ = without_former_keys(manifest["plan"], "manifest.json")
    try:
        return Plan.model_validate_json(json.dumps(stated))
    except ValidationError:
        then, now = manifest.get("versions", {}).get("sozialraum", "?"), versions()["sozialraum"]
        found = problem("pipeline.other_version", folder=place.name, found=then, now=now)
        raise DataError(found) from None
