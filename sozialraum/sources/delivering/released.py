"""What ``sozialraum participation`` has released, read back: protected rates, and nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sozialraum.config.further import ALL_AGES
from sozialraum.config.pydantic_errors import did_you_mean
from sozialraum.model import Problem
from sozialraum.model.errors import DataError
from sozialraum.model.participation_release import CITY, RELEASED_FILE, ReleasedRates
from sozialraum.texts import date, problem

if TYPE_CHECKING:
    from sozialraum.config.further import Participation
    from sozialraum.config.plan import Plan
    from sozialraum.sources.delivering.delivered import Delivery

_NUMBERS = ("children", "rate", "rate_low", "rate_high")
_SHOWN = 5  # keys that a message names


def add_released(delivery: Delivery, plan: Plan) -> None:
    """Read the folders of every ``[[participation]]`` with `release`; problems are noted."""
    for n, section in enumerate(plan.participation, 1):
        read: dict[str, ReleasedRates] = {}
        for folder in section.release:
            place: dict[str, Any] = {"file": plan.file.name, "key": f"participation[{n}].release"}
            try:
                rates = _read(plan.file.parent / folder, section, plan, place)
                delivery.problems.extend(_foreign(rates, delivery, plan, place, folder))
                if rates.stichtag in read:
                    said = {"date": date(rates.stichtag), "found": folder}
                    raise DataError(problem("participation.release_twice", **place, **said))
            except DataError as error:
                delivery.problems.extend(error.problems)
                continue
            read[rates.stichtag] = rates
        if section.release:
            delivery.released[section.id or str(n)] = read
            delivery.problems.extend(_not_today(read, section, plan, n))


def _read(
    folder: Path, section: Participation, plan: Plan, place: Mapping[str, Any]
) -> ReleasedRates:
    """Return the rates of one folder; what was changed after it was released is refused."""
    said = {"found": folder.name}
    try:
        content = (folder / RELEASED_FILE).read_bytes()
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        stated = json.loads(content)
    except (OSError, ValueError):
        raise DataError(problem("participation.release_missing", **place, **said)) from None
    if manifest.get("outputs", {}).get(RELEASED_FILE) != hashlib.sha256(content).hexdigest():
        raise DataError(problem("participation.release_changed", **place, **said))
    if stated["level"] != "public":
        raise DataError(problem("participation.release_intern", **place, **said))
    cells = pd.DataFrame(stated["cells"], columns=stated["columns"])
    cells[list(_NUMBERS)] = cells[list(_NUMBERS)].astype(float)
    areas = _named(section.areas or plan.join.target, stated["area_sets"], "areas", place)
    age = _named(section.age or ALL_AGES, cells["age"].unique(), "age", place)
    cells = cells[cells["age"] == age]
    own = cells[cells["areas"] == areas].set_index("key")
    city = cells[cells["areas"] == CITY].iloc[0]
    return ReleasedRates(
        stated["stichtag"], stated["title"], own, city, manifest.get("release", {})
    )


def _named(name: str, known: Any, key: str, place: Mapping[str, Any]) -> str:
    """Return the set of areas or the age group, if the release has it."""
    words = [str(one) for one in known]
    if name in words:
        return name
    where = {**place, "key": str(place["key"]).replace("release", key)}
    said = {"found": name, "known": ", ".join(words), "hint": did_you_mean(name, words)}
    raise DataError(problem(f"participation.release_{key}", **where, **said))


def _foreign(
    rates: ReleasedRates, delivery: Delivery, plan: Plan, place: Mapping[str, Any], folder: str
) -> Iterator[Problem]:
    """Yield that a release is of other areas than the index; a few that it lacks are told."""
    areas = delivery.areas.get(plan.join.target)
    if areas is None:
        return
    keys = areas.index.astype(str)
    unknown, lacking = (sorted(map(str, one)) for one in (
        set(rates.cells.index) - set(keys), set(keys) - set(rates.cells.index)))  # fmt: skip
    said = {"found": folder, "areas": plan.join.target}
    if unknown:
        listed = ", ".join(unknown[:_SHOWN])
        yield problem("participation.release_keys", **place, **said, keys=listed, n=len(unknown))
    elif lacking:
        listed = ", ".join(lacking[:_SHOWN])
        yield problem(
            "participation.release_gaps", "warning", **place, **said, keys=listed, n=len(lacking)
        )


def _not_today(
    read: Mapping[str, ReleasedRates], section: Participation, plan: Plan, n: int
) -> list[Problem]:
    """Return that none of the releases is of the build's own Stichtag."""
    today = plan.stichtag.isoformat()
    if not read or today in read:
        return []
    place: dict[str, Any] = {"file": plan.file.name, "key": f"participation[{n}].release"}
    found = ", ".join(date(day) for day in sorted(read))
    return [
        problem("participation.release_days", **place, label=section.label, date=date(today),
                found=found)
    ]  # fmt: skip
