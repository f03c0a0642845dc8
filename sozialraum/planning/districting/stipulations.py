"""What is laid down before catchments are drawn: blocks that must, or must not, go to a school."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sozialraum.model.alignment import refuse_doubled
from sozialraum.model.problem import Problem
from sozialraum.planning.checks import listed
from sozialraum.texts import number, problem, text

FIXED, FORBIDDEN = "fest", "verboten"
COLUMNS = ("block", "schule", "art", "grund")
FARTHER = 2.0  # times the limit: no school within it means that a block cannot be told to go there


def stipulation_problems(
    rows: pd.DataFrame, blocks: pd.Index, schools: pd.Index, *, file: str
) -> list[Problem]:
    """Return what contradicts itself in a list of what is laid down.

    Parameters
    ----------
    rows : columns ``block``, ``schule``, ``art`` and ``grund``, all words
    blocks, schools : keys that there are
    file : name of the list
    """
    found = []
    for column, known in (("block", blocks), ("schule", schools)):
        unknown = set(rows[column]) - set(map(str, known))
        if unknown:
            words = {"what": f"{file}: {column}", "keys": listed(unknown)}
            found.append(problem("planning.unknown_key", **words))
    odd = sorted(set(rows["art"]) - {FIXED, FORBIDDEN})
    if odd:
        shown = ", ".join(f"„{word}“" for word in odd[:5])
        found.append(problem("planning.stipulation_kind", file=file, key="art", found=shown))
    fixed = rows[rows["art"] == FIXED].drop_duplicates(["block", "schule"])
    twice = fixed.loc[fixed["block"].duplicated(keep=False), "block"].unique()
    pairs = rows.groupby(["block", "schule"])["art"].nunique()
    both = [block for block, _ in pairs.index[pairs > 1]]
    if len(twice):
        found.append(problem("planning.fixed_twice", file=file, keys=listed(twice)))
    if both:
        found.append(problem("planning.fixed_and_forbidden", file=file, keys=listed(both)))
    return found


def allowed_pairs(rows: pd.DataFrame, blocks: pd.Index, schools: pd.Index) -> pd.DataFrame:
    """Return (blocks, schools) True where a block may belong to a school.

    Parameters
    ----------
    rows : as of `stipulation_problems`, which found nothing
    blocks, schools : keys
    """
    may = np.ones((len(blocks), len(schools)), bool)
    for kind in (FIXED, FORBIDDEN):
        own = rows[rows["art"] == kind]
        i, j = blocks.get_indexer(own["block"]), schools.get_indexer(own["schule"])
        if kind == FIXED:
            may[i] = False
        may[i, j] = kind == FIXED
    return pd.DataFrame(may, blocks, schools)


def stranded_blocks(
    allowed: pd.DataFrame, metres: pd.DataFrame, *, limit: float, file: str
) -> list[Problem]:
    """Return blocks for which no school is left, and schools for which no block is left.

    A block that had a school within twice the limit must keep one: no plan can make up for that.

    Parameters
    ----------
    allowed : of `allowed_pairs`
    metres : (blocks, schools) way to school
    limit : walking limit in metres
    file : name of the list
    """
    refuse_doubled("stranded_blocks", allowed=allowed, metres=metres)
    ways = metres.reindex(index=allowed.index, columns=allowed.columns)
    near, may = (ways <= FARTHER * limit).to_numpy(), allowed.to_numpy()
    lost = allowed.index[(near.any(axis=1) & ~(near & may).any(axis=1)) | ~may.any(axis=1)]
    bare = allowed.columns[~may.any(axis=0)]
    found = []
    if len(lost):
        words = {"keys": listed(lost), "metres": number(FARTHER * limit)}
        found.append(problem("planning.stranded_blocks", file=file, **words))
    if len(bare):
        found.append(problem("planning.school_without_block", file=file, keys=listed(bare)))
    return found


def stipulation_sentence(rows: pd.DataFrame) -> str:
    """Say how much is laid down, and why.

    Parameters
    ----------
    rows : as of `stipulation_problems`
    """
    reasons = sorted({reason for reason in rows["grund"] if reason})
    fixed, forbidden = (int((rows["art"] == kind).sum()) for kind in (FIXED, FORBIDDEN))
    said = text("planning.catchment.laid_down", fixed=fixed, forbidden=forbidden)
    if not reasons:
        return said
    return f"{said} {text('planning.catchment.reasons', reasons='; '.join(reasons))}"
