"""Questions on the terminal: one after the other, until the build file has no open place."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from sozialraum.model.keys import is_ags
from sozialraum.texts import text

if TYPE_CHECKING:
    from sozialraum.workflows.new import BuildDraft, Question

_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")


def ask_all(
    draft: Callable[[dict[str, str]], BuildDraft], replies: dict[str, str]
) -> dict[str, str]:
    """Return all replies; an answer may lead to further questions."""
    known = dict(replies)
    while True:
        left = [q for q in draft(known).proposal.questions if q.id not in known]
        if not left:
            return known
        known[left[0].id] = _ask(left[0])


def _ask(question: Question) -> str:
    """Return a valid answer; an empty line takes what is proposed."""
    choices = list(question.choices)
    for n, choice in enumerate(choices, 1):
        meaning = question.choices[choice]
        given = (
            meaning if question.id.startswith(("direction:", "table:")) else f"{choice} – {meaning}"
        )
        typer.echo(f"  {n}  {given}")
    proposed = (
        str(choices.index(question.proposal) + 1)
        if question.proposal in choices
        else question.proposal
    )
    shown = text("recognise.ask.proposal", value=proposed) if proposed else ""
    while True:
        typer.echo(f"{question.text}{shown}: ", nl=False)
        line = sys.stdin.readline()
        if not line:
            raise typer.Abort
        given = line.strip() or proposed
        answer, wrong = _valid(question, choices, given)
        if not wrong:
            return answer
        typer.echo(wrong)


def _valid(question: Question, choices: list[str], given: str) -> tuple[str, str]:
    """Return the answer, or what is wrong with it."""
    if choices:
        if given.isdigit() and 1 <= int(given) <= len(choices):
            return choices[int(given) - 1], ""
        return (given, "") if given in choices else ("", text("recognise.ask.again"))
    if question.id == "ags":
        return (given, "") if is_ags(given) else ("", text("recognise.ask.no_ags"))
    if question.id == "stichtag":
        day = iso_day(given)
        return (day, "") if day else ("", text("recognise.ask.no_day"))
    return (given, "") if given.strip(" .?") else ("", text("recognise.ask.again"))


def iso_day(given: str) -> str:
    """Return a day as 2024-12-31; "" where it is none.

    Examples
    --------
    >>> iso_day("31.12.2024"), iso_day("2024-02-30")
    ('2024-12-31', '')
    """
    import datetime as dt

    found = _DAY.fullmatch(given)
    plain = f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}" if found else given
    try:
        return dt.date.fromisoformat(plain).isoformat()
    except ValueError:
        return ""
