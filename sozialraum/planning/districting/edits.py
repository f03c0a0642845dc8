"""Catchments changed by hand: what a saved list says, held against what is so today."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sozialraum.model.problem import Problem
from sozialraum.planning.checks import listed
from sozialraum.planning.districting.catchment_task import CatchmentTask
from sozialraum.texts import problem, text

COLUMNS = ("block", "von", "nach")
MARK = "# plan "


@dataclass(frozen=True, kw_only=True, eq=False)
class HandEdits:
    """Changes by hand.

    Parameters
    ----------
    file : the list they stand in
    rows : columns ``block``, ``von`` (its school before) and ``nach``
    fits : whether the question they were made for is still the one of the plan
    """

    file: str
    rows: pd.DataFrame
    fits: bool


def read_edits(content: bytes, *, file: str, question: str) -> HandEdits:
    """Return the changes of a list as the page for hand edits saves it.

    Parameters
    ----------
    content : of the file: a line ``# plan HASH``, then block;von;nach
    file : its name
    question : hash of the question of the plan that reads it
    """
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        lines = content.decode("cp1252").splitlines()
    marks = [line.strip(' ;"') for line in lines if line.lstrip('"').startswith("#")]
    cells = [line.split(";") for line in lines if line.strip(' ;"') and "#" not in line[:2]]
    head = [cell.strip(' "').casefold() for cell in cells[0]] if cells else []
    table = pd.DataFrame([(row + [""] * len(head))[: len(head)] for row in cells[1:]], columns=head)
    rows = pd.DataFrame(
        {c: table[c] if c in table else [""] * len(table) for c in COLUMNS}, dtype=object
    ).map(lambda cell: str(cell).strip(' "'))
    stated = next((m.removeprefix(MARK).strip() for m in marks if m.startswith(MARK)), "")
    return HandEdits(file=file, rows=rows, fits=stated == question)


def edit_problems(edits: HandEdits, blocks: pd.Index, schools: pd.Index) -> list[Problem]:
    """Return what a list of changes names and is not there.

    Parameters
    ----------
    edits : as read
    blocks, schools : keys that there are
    """
    rows, file = edits.rows, edits.file
    if (rows[["block", "nach"]] == "").any(axis=None):
        return [problem("planning.edits_incomplete", file=file)]
    found = []
    for column, known in (("block", blocks), ("nach", schools)):
        unknown = set(rows[column]) - set(map(str, known))
        if unknown:
            words = {"what": f"{file}: {column}", "keys": listed(unknown)}
            found.append(problem("planning.unknown_key", **words))
    twice = rows.loc[rows["block"].duplicated(), "block"].unique()
    if len(twice):
        words = {"what": f"{file}: block", "keys": listed(twice)}
        found.append(problem("planning.duplicate_key", **words))
    return found


def edited_plan(task: CatchmentTask, edits: HandEdits) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the plan with the changes that still hold, and the rows that do not.

    A change holds if the question is the one it was made for and the block's school is still the
    one it says it was.

    Parameters
    ----------
    task : the question
    edits : checked by `edit_problems`
    """
    plan = starting_plan(task)
    school = {key: j for j, key in enumerate(task.schools)}
    block = {key: i for i, key in enumerate(task.blocks)}
    holds = []
    for one in edits.rows.itertuples(index=False):
        at = block[one.block]
        holds.append(edits.fits and task.schools[plan[at]] == one.von)
        if holds[-1]:
            plan[at] = school[one.nach]
    return plan, edits.rows[~np.array(holds, dtype=bool)]


def starting_plan(task: CatchmentTask) -> np.ndarray:
    """Return (blocks,) today's school; the nearest one where there is none."""
    return np.where(task.current >= 0, task.current, task.metres.argmin(axis=1))


def edit_sentences(
    task: CatchmentTask, edits: HandEdits, plan: np.ndarray, refused: pd.DataFrame
) -> tuple[str, ...]:
    """Say what was changed, what was not and why, and what contradicts what is laid down.

    Parameters
    ----------
    task, edits : the question and the changes
    plan, refused : of `edited_plan`
    """
    found = [text("planning.edits.applied", n=len(edits.rows) - len(refused), file=edits.file)]
    if len(refused):
        said = [f"{one.block} ({one.von} → {one.nach})" for one in refused.itertuples(index=False)]
        kind = "refused" if edits.fits else "other_plan"
        found.append(text(f"planning.edits.{kind}", n=len(refused), which=listed(said)))
    against = np.flatnonzero(~task.allowed[np.arange(len(plan)), plan])
    if len(against):
        keys = listed(task.blocks[i] for i in against)
        found.append(text("planning.edits.against", n=len(against), keys=keys))
    return tuple(found)
