"""The file of ``sozialraum participation``: which columns hold what, and what may be told."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from sozialraum.config.file_models import FileModel, read_file
from sozialraum.config.findings.former_keys import without_former_keys
from sozialraum.config.sections import Section
from sozialraum.model.options import (
    Age,
    AtLeastOne,
    Count,
    FilePath,
    Intruder,
    PositiveShare,
    Sign,
    Totals,
    Zeros,
)
from sozialraum.model.problem import Problem
from sozialraum.texts import problem

AtLeastThree = Annotated[int, Field(ge=3)]


class RecordColumns(Section):
    """``[records.columns]``: columns of the registrations."""

    given_name: str
    surname: str
    birth_date: str
    street: str
    house_number: str
    suffix: str | None = None
    postcode: str | None = None
    offer: str


class Records(Section):
    """``[records]``: the registrations; read into memory, never written."""

    file: FilePath
    encoding: str | None = None
    delimiter: Sign | None = None
    sheet: str | None = None
    columns: RecordColumns


class RegisterColumns(Section):
    """``[register.columns]``: columns of the address register."""

    street: str
    house_number: str
    suffix: str | None = None
    postcode: str | None = None


class Register(Section):
    """``[register]``: the local address register; addresses are asked nowhere else."""

    file: FilePath
    encoding: str | None = None
    delimiter: Sign | None = None
    sheet: str | None = None
    columns: RegisterColumns
    threshold: PositiveShare = 0.88


class ChildrenPerArea(Section):
    """``[areas.NAME]``: one set of areas: its column in the register, who lives there, its shapes.

    `shapes` is drawn on the page; `shapes_key` and `shapes_name` are its columns of key and name.
    Without `shapes_key` its key is called as in the table.
    """

    column: str
    file: FilePath
    key: str
    width: Annotated[int | None, Field(ge=1, le=20)] = None
    name: str | None = None
    children: dict[str, str]
    label: str = ""
    shapes: FilePath | None = None
    shapes_key: str | None = None
    shapes_name: str | None = None


class Offers(Section):
    """``[offers]``: a table of the offers; keys of offers that it does not hold are reported."""

    file: FilePath
    key: str
    name: str


class ParticipationDisclosure(Section):
    """``[disclosure]``: fields of `sozialraum.privacy.rules.DisclosureRules`.

    `ledger` and `key` are the files of the office in which every publication is recorded;
    `corrects` and `different` name counts that look like earlier ones, and say what they are.
    """

    profile: str = ""
    minimum: AtLeastOne = 5
    width: AtLeastThree = 3
    zeros: Zeros = "show"
    attacker: Intruder = "totals"
    insiders: Count | None = None
    totals: Totals = "exact"
    ledger: FilePath | None = None
    key: FilePath | None = None
    corrects: tuple[str, ...] = ()
    different: tuple[str, ...] = ()


class ParticipationOutput(Section):
    """``[output]``: which of the released files are written."""

    files: tuple[Literal["seite", "gebiete", "angebote", "methode"], ...] = (
        "seite",
        "gebiete",
        "angebote",
        "methode",
    )


class ParticipationPlan(FileModel):
    """A file of ``sozialraum participation`` as understood."""

    title: str
    stichtag: dt.date
    data: FilePath = "."
    sources: tuple[str, ...] = ()
    records: Records
    register_: Annotated[Register, Field(alias="register")]
    ages: Annotated[dict[str, tuple[Age, Age]], Field(min_length=1)]
    areas: Annotated[dict[str, ChildrenPerArea], Field(min_length=1)]
    offers: Offers | None = None
    disclosure: ParticipationDisclosure = ParticipationDisclosure()
    output: ParticipationOutput = ParticipationOutput()


def read_participation(path: str | Path, *, data: str | Path | None = None) -> ParticipationPlan:
    """Read a file of ``sozialraum participation`` and check it without the data.

    Parameters
    ----------
    path : the TOML file
    data : folder below which the data lie, instead of the one the file names

    Raises
    ------
    ConfigError
        With every problem: key path, expected, found, what to do.
    """
    return read_file(
        ParticipationPlan,
        path,
        kind="participation",
        data=data,
        former=_without_former,
        checks=_cross_checks,
    )


def _without_former(given: dict[str, Any], file: str) -> tuple[dict[str, Any], list[Problem]]:
    """Take former keys away, and tell what took their place."""
    kept, found = without_former_keys(given, file)
    section = kept.get("disclosure")
    if isinstance(section, dict) and section.pop("programme", None) is not None:
        key = "disclosure.programme"
        found.append(problem("participation.former_programme", file=file, key=key))
    return kept, found


def _cross_checks(plan: ParticipationPlan, file: str) -> list[Problem]:
    """Return age groups that overlap or that an area set has no children for."""
    found = []
    said = plan.disclosure
    if (said.ledger is None) != (said.key is None):
        lacking = "key" if said.key is None else "ledger"
        found.append(
            problem("participation.ledger_alone", file=file, key=f"disclosure.{lacking}",
                    found=lacking)
        )  # fmt: skip
    spans = sorted(plan.ages.items(), key=lambda item: item[1])
    for (one, (_, last)), (other, (first, _)) in itertools.pairwise(spans):
        if first <= last:
            found.append(
                problem("participation.ages_overlap", file=file, key=f"ages.{other}", other=one)
            )
    for name, (first, last) in plan.ages.items():
        if first > last:
            found.append(problem("participation.ages_backwards", file=file, key=f"ages.{name}"))
    for name, areas in plan.areas.items():
        if set(areas.children) != set(plan.ages):
            known = ", ".join(plan.ages)
            found.append(
                problem(
                    "participation.ages_differ", file=file, key=f"areas.{name}.children",
                    known=known, found=", ".join(areas.children),
                )
            )  # fmt: skip
        if name == "city" or "|" in name:
            found.append(problem("participation.area_name", file=file, key=f"areas.{name}"))
    return found
