"""The larger areas of a result folder, as they were published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sozialraum.config.pydantic_errors import did_you_mean
from sozialraum.model.errors import DataError
from sozialraum.model.problem import part_of
from sozialraum.publish.larger_areas import LevelTable, LevelWords
from sozialraum.publish.published_numbers import Figure
from sozialraum.texts import problem
from sozialraum.workflows.error_boundary import own_errors

if TYPE_CHECKING:
    from sozialraum.workflows.show.saved import Saved


@own_errors
def level_rows(saved: Saved, name: str) -> LevelTable:
    """Return the larger areas of one level of ``[[levels]]``, and the whole, in words.

    Raises
    ------
    DataError
        If the result has no such level.
    """
    listed: list[dict[str, Any]] = part_of(saved.manifest, "details").get("levels", [])
    wanted = name.casefold()
    found = [one for one in listed if wanted in (one["name"].casefold(), one["label"].casefold())]
    if not found:
        known = [one["name"] for one in listed]
        hint, listed_words = did_you_mean(name, known), ", ".join(known) or "–"
        raise DataError(
            problem("pipeline.no_level", found=name, known=listed_words, hint=hint,
                    folder=saved.folder.name)
        )  # fmt: skip
    figures, facts = part_of(saved.manifest, "figures"), part_of(saved.manifest, "facts")
    words = LevelWords(
        labels={i.id: i.label for i in saved.plan.indicators},
        figures={i: Figure(**one) for i, one in figures["indicators"].items()},
        digits=int(figures["index"]) if saved.plan.axis_names else None,
        place=facts["place"],
        areas_called=facts["area_words"] or facts["area_word"],
    )
    return words.table(found[0], facts["stichtag"], part_of(saved.manifest, "city"))
