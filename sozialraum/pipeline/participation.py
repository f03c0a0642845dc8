"""``sozialraum participation``: registrations in, protected rates out, nothing personal kept."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sozialraum.addresses import normalise_postcode, normalise_street, split_house_number
from sozialraum.config.participation import ParticipationPlan, Records, Register, read_participation
from sozialraum.errors import DataError
from sozialraum.model import Problem
from sozialraum.privacy.participation.counting import Counted, age_groups, count_participation
from sozialraum.privacy.participation.duplicates import find_children
from sozialraum.privacy.participation.protection import (
    ALL_AGES,
    CITY,
    ProtectedParticipation,
    protect_participation,
)
from sozialraum.privacy.participation.pseudonyms import PseudonymKey, make_pseudonyms
from sozialraum.privacy.participation.shield import shielded
from sozialraum.privacy.rules import DisclosureRules, rules_from
from sozialraum.publish.bundle import replace_folder
from sozialraum.publish.escape import cell
from sozialraum.publish.manifest import NAME
from sozialraum.sources.grids import read_grid
from sozialraum.sources.paths import resolve
from sozialraum.sources.tables import read_counts
from sozialraum.space.addresses import AddressMatch, make_register, match_addresses
from sozialraum.texts import number, percent, problem, text

_TUPLE = "\x1f"  # between the areas of one house; in no key
_ROWS_TOLD = 20


@dataclass(frozen=True, eq=False)
class ParticipationResult:
    """What a run leaves: released aggregates, and what to tell the office.

    Parameters
    ----------
    plan : as understood
    released : rates of areas and offers, fit to be shown
    offer_names : key of the offer -> name
    matching : reason -> number of registrations, in words ("rund 120", "weniger als 5")
    placed : share of the registrations that have an area, in whole percent
    problems : of the data, without cells of any record
    pseudonyms : per child, if a key was given; in memory only, `save` does not write them
    key : what became of the key
    """

    plan: ParticipationPlan
    released: ProtectedParticipation
    offer_names: Mapping[str, str]
    matching: Mapping[str, str]
    placed: float
    problems: tuple[Problem, ...]
    pseudonyms: pd.Series | None
    key: Mapping[str, Any]

    def __repr__(self) -> str:
        """Return the title; no pseudonym."""
        return f"ParticipationResult({self.plan.title!r})"

    def save(self, folder: str | Path) -> list[Path]:
        """Write the released files and nothing else; on failure the folder stays as it was.

        Returns
        -------
        The written files.
        """
        target = Path(folder)
        if target.is_dir() and any(target.iterdir()) and not (target / NAME).is_file():
            raise DataError(problem("publish.folder_foreign", file=target.name))
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".teilnahme-", dir=target.parent))
        fresh.chmod(0o755)
        for name, content in _files(self).items():
            (fresh / name).write_bytes(content)
        replace_folder(fresh, target)
        return sorted(target.iterdir())


@dataclass(frozen=True, eq=False, repr=False)
class _Inside:
    """What leaves the shield: counts and notes, no record."""

    counted: Counted
    matching: pd.Series
    placed: float
    problems: tuple[Problem, ...]
    pseudonyms: pd.Series | None


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
    ParticipationResult; its `save` writes released aggregates only.

    Raises
    ------
    ConfigError, DataError, DisclosureError
        With every problem; none quotes a cell of the registrations or of the register.
    """
    try:
        plan = read_participation(path, data=data)
        rules = _rules(plan)
        children, problems = _children(plan)
        names = _offer_names(plan)
        name = Path(plan.records.file).name
        inside = shielded(
            lambda: _count(plan, children, names, key, progress), stage="count", file=name
        )
        progress("protect")
        released = shielded(
            lambda: protect_participation(inside.counted, children, rules=rules),
            stage="protect",
        )
    finally:
        record = key.destroy() if key is not None else {"used": False}
    return ParticipationResult(
        plan=plan,
        released=released,
        offer_names=names,
        matching=_in_words(inside.matching, rules),
        placed=inside.placed,
        problems=(*problems, *inside.problems, *released.problems),
        pseudonyms=inside.pseudonyms,
        key=record,
    )


def _rules(plan: ParticipationPlan) -> DisclosureRules:
    given = {k: getattr(plan.disclosure, k) for k in plan.disclosure.model_fields_set}
    return rules_from(given.pop("profile", ""), **given)


def _children(plan: ParticipationPlan) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Return the children who could take part, per area set."""
    found, problems = {}, []
    for name, areas in plan.areas.items():
        table = read_counts(
            resolve(areas.file, plan.root), key=areas.key, width=areas.width, columns=areas.children
        )
        found[name] = table[list(plan.ages)]
        missing = list(table.index[table.isna().any(axis=1)])
        if missing:
            keys = ", ".join(missing[:5])
            problems.append(problem("participation.missing_children", "warning", keys=keys))
    return found, problems


def _offer_names(plan: ParticipationPlan) -> dict[str, str]:
    if plan.offers is None:
        return {}
    table = _read_text(plan, plan.offers, [plan.offers.key, plan.offers.name])
    return dict(zip(table[plan.offers.key], table[plan.offers.name], strict=True))


# --- inside the shield ----------------------------------------------------------------------------


def _count(
    plan: ParticipationPlan,
    children: Mapping[str, pd.DataFrame],
    offers: Mapping[str, str],
    key: PseudonymKey | None,
    progress: Callable[[str], None],
) -> _Inside:
    """Read, place, link, count; every record is gone when this returns."""
    progress("read")
    records = _records(plan)
    progress("match")
    match, notes = _match(plan, records)
    areas = _area_columns(plan, match.area)
    _expect_areas(areas, children)
    progress("children")
    birth = _birth_dates(records["birth_date"])
    address = _address_keys(records)
    linked = find_children(records["given_name"], records["surname"], birth, address)
    groups = age_groups(birth, pd.Timestamp(plan.stichtag), plan.ages)
    progress("count")
    pseudonyms = None
    if key is not None:
        names = (records["given_name"], records["surname"], birth)
        pseudonyms = make_pseudonyms(linked.likely, *names, key=key)
    return _Inside(
        counted=count_participation(linked, areas, groups, records["offer"]),
        matching=match.counts(),
        placed=round(match.rate, 2),
        problems=(*notes, *_notes(records, birth, groups, offers)),
        pseudonyms=pseudonyms,
    )


def _records(plan: ParticipationPlan) -> pd.DataFrame:
    """Return the registrations as text under our names; index = row of the file."""
    columns = {k: v for k, v in plan.records.columns.model_dump().items() if v is not None}
    table = _read_text(plan, plan.records, list(columns.values()))
    return pd.DataFrame({ours: table[theirs] for ours, theirs in columns.items()})


def _match(
    plan: ParticipationPlan, records: pd.DataFrame
) -> tuple[AddressMatch, tuple[Problem, ...]]:
    """Place every registration; a house that lies in other areas than its twin is ambiguous."""
    columns = plan.register_.columns.model_dump()
    keys = [areas.column for areas in plan.areas.values()]
    wanted = [c for c in columns.values() if c is not None] + keys
    houses = _read_text(plan, plan.register_, list(dict.fromkeys(wanted)))
    complete = (houses[keys] != "").all(axis=1)
    houses = houses.assign(**{_TUPLE: houses[keys].agg(_TUPLE.join, axis=1).where(complete, "")})
    register = make_register(houses, area=_TUPLE, **columns)
    has = {c: c for c in ("suffix", "postcode") if c in records}
    match = match_addresses(records, register, threshold=plan.register_.threshold, **has)
    return match, register.problems


def _area_columns(plan: ParticipationPlan, place: pd.Series) -> pd.DataFrame:
    """Return the area of each registration in every area set; None without an area."""
    parts = [(p.split(_TUPLE) if p is not None else [None] * len(plan.areas)) for p in place]
    return pd.DataFrame(parts, columns=list(plan.areas), index=place.index, dtype=object)


def _expect_areas(areas: pd.DataFrame, children: Mapping[str, pd.DataFrame]) -> None:
    found = []
    for name, table in children.items():
        unknown = sorted(set(areas[name].dropna()) - set(table.index))
        if unknown:
            keys = ", ".join(unknown[:5])
            found.append(problem("participation.unknown_areas", key=name, keys=keys))
    if found:
        raise DataError(found)


def _address_keys(records: pd.DataFrame) -> pd.Series:
    """Return one text per address, in one spelling; "" where none is stated."""
    letter = records["suffix"] if "suffix" in records else pd.Series("", records.index)
    code = records["postcode"] if "postcode" in records else pd.Series("", records.index)
    houses = zip(records["street"], records["house_number"], letter, code, strict=True)
    keys = []
    for street, house, suffix, postcode in houses:
        number_ = split_house_number(house, suffix)
        name = normalise_street(street)
        plain = (name, number_.number, number_.suffix, normalise_postcode(postcode))
        keys.append("|".join(map(str, plain)) if name and number_.number else "")
    return pd.Series(keys, records.index)


def _birth_dates(written: pd.Series) -> pd.Series:
    """Return birthdays; NaT for what is neither 2016-05-31 nor 31.05.2016."""
    day = written.str.strip().str.slice(0, 10)
    iso = pd.to_datetime(day, format="%Y-%m-%d", errors="coerce")
    return iso.fillna(pd.to_datetime(day, format="%d.%m.%Y", errors="coerce"))


def _notes(
    records: pd.DataFrame, birth: pd.Series, groups: pd.Series, offers: Mapping[str, str]
) -> list[Problem]:
    """Return what is wrong with the registrations: rows and numbers, no cell."""
    found = []
    nameless = (records["given_name"].str.strip() == "") | (records["surname"].str.strip() == "")
    bad = records.index[nameless | birth.isna()]
    if len(bad):
        rows = ", ".join(map(str, bad[:_ROWS_TOLD])) + (", …" if len(bad) > _ROWS_TOLD else "")
        found.append(problem("participation.unreadable_rows", "warning", n=len(bad), rows=rows))
    if (groups.isna() & birth.notna()).any():
        found.append(problem("participation.outside_ages", "note"))
    unknown = set(records["offer"]) - set(offers)
    if offers and unknown:
        found.append(problem("participation.unknown_offers", "warning", n=len(unknown)))
    return found


def _read_text(plan: ParticipationPlan, table: Any, columns: list[str]) -> pd.DataFrame:
    """Return columns of a table as text; index = row of the file as a spreadsheet shows it."""
    path = resolve(table.file, plan.root)
    options = {}
    if isinstance(table, Records | Register):
        options = {k: getattr(table, k) for k in ("sheet", "encoding", "delimiter")}
    grid = read_grid(path, key=columns[0], **options)
    broken = [p for p in grid.problems if p.severity == "error"]
    if broken:
        raise DataError(broken)
    heads = [[str(c).strip() for c in cells] for cells in grid.rows[:20]]
    start = next((row for row, head in enumerate(heads) if set(columns) <= set(head)), None)
    if start is None:
        lacking = [c for c in columns if not heads or c not in heads[0]]
        raise DataError(
            [problem("participation.no_column", file=path.name, column=c) for c in lacking]
        )
    head = heads[start]
    places = [head.index(column) for column in columns]
    body = [
        [_plain(cells[p]) if p < len(cells) else "" for p in places]
        for cells in grid.rows[start + 1 :]
    ]
    index = pd.RangeIndex(start + 2, start + 2 + len(body))
    found = pd.DataFrame(body, columns=columns, index=index, dtype=object)
    return found[(found != "").any(axis=1)]


def _plain(value: object) -> str:
    return "" if value is None else str(value).strip()


# --- released files -------------------------------------------------------------------------------


def _in_words(counts: pd.Series, rules: DisclosureRules) -> dict[str, str]:
    """Return process counts in words: tens, or that they are below the minimum."""
    few = max(rules.minimum, 10)
    return {
        str(reason): text("participation.words.few", minimum=few)
        if n < few
        else text("participation.words.around", n=number(10 * round(n / 10)))
        for reason, n in counts.items()
        if n > 0
    }


def _files(result: ParticipationResult) -> dict[str, bytes]:
    """Return every file of a release by name."""
    makers = {
        "gebiete": ("teilnahme_gebiete.csv", _areas_csv),
        "angebote": ("teilnahme_angebote.csv", _offers_csv),
        "methode": ("methode.md", _method),
    }
    chosen = [makers[word] for word in result.plan.output.files]
    files = {name: make(result) for name, make in chosen}
    manifest = {
        "title": result.plan.title,
        "stichtag": result.plan.stichtag.isoformat(),
        "disclosure": _rules(result.plan).public(),
        "totals": result.released.totals,
        "placed": result.placed,
        "matching": dict(result.matching),
        "pseudonym_key": dict(result.key),
        "files": sorted(files),
    }
    plain = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
    return {**files, NAME: f"{plain}\n".encode()}


def _areas_csv(result: ParticipationResult) -> bytes:
    table = result.released.areas.copy()
    labels = {name: areas.label or name for name, areas in result.plan.areas.items()}
    labels[CITY] = text("participation.words.city")
    table["area_set"] = table["area_set"].map(labels)
    table["key"] = table["key"].replace(CITY, text("participation.words.city"))
    table["age"] = table["age"].replace(ALL_AGES, text("participation.words.all"))
    return _csv(table)


def _offers_csv(result: ParticipationResult) -> bytes:
    table = result.released.offers.rename_axis("offer").reset_index()
    if result.offer_names:
        table.insert(1, "name", table["offer"].map(result.offer_names))
    return _csv(table)


def _csv(table: pd.DataFrame) -> bytes:
    """Return a table for German spreadsheets: BOM, semicolon, decimal comma."""
    status = table["status"].astype(str).map(lambda s: text(f"participation.status.{s}"))
    shown = table.assign(status=status)
    lines = [[text(f"participation.columns.{c}") for c in shown.columns]]
    lines += [[_cell(v) for v in row] for row in shown.itertuples(index=False, name=None)]
    return ("\ufeff" + "".join(";".join(line) + "\r\n" for line in lines)).encode()


def _cell(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float | np.floating):
        return f"{value:.3f}".rstrip("0").rstrip(".").replace(".", ",")
    quoted = cell(str(value)).replace('"', '""')
    return f'"{quoted}"' if any(sign in quoted for sign in ';"\r\n') else quoted


def _method(result: ParticipationResult) -> bytes:
    """Return in plain German how was counted and what is withheld."""
    totals = {k: number(v) for k, v in result.released.totals.items()}
    rules = _rules(result.plan)
    say = [
        text("participation.method.title", title=result.plan.title),
        text("participation.method.measures"),
        text(
            "participation.method.children",
            likely=totals["distinct_children"],
            low=totals["low"],
            high=totals["high"],
            bookings=totals["bookings"],
        ),
        text("participation.method.error"),
        text("participation.method.matching", rate=percent(result.placed, 0)),
        text("participation.method.reasons"),
        "\n".join(f"- {text(f'addresses.reason.{k}')}: {n}" for k, n in result.matching.items()),
        text(
            "participation.method.protection",
            minimum=rules.minimum,
            value_base=number(rules.value_base),
        ),
        text("participation.method.forgotten"),
        text("participation.method.key_used", purpose=result.key["purpose"])
        if result.key["used"]
        else text("participation.method.key_unused"),
    ]
    return ("\n\n".join(say) + "\n").encode()
