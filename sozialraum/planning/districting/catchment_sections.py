"""The section of a plan file about catchments."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from sozialraum.config.sections import WrongValueError
from sozialraum.model.options import (
    ChildrenOf,
    Count,
    FilePath,
    NotNegative,
    Positive,
    RedrawMethod,
)
from sozialraum.planning.plan_base import Varied
from sozialraum.texts import text


class CatchmentVariant(Varied):
    """``[[catchments.variants]]``: the keys in which a variant differs from ``[catchments]``."""

    limit: NotNegative = 2000.0
    stay: NotNegative = 0.0
    sibling: NotNegative = 0.0
    crossing: NotNegative = 0.0
    mix: NotNegative = 0.0
    over: NotNegative = 20.0
    under: NotNegative = 5.0
    far: NotNegative = 20.0
    method: RedrawMethod = "anneal"
    proposals: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None
    seed: Count = 2024
    time_limit: Positive = 60.0


class Catchments(CatchmentVariant):
    """``[catchments]``: arguments of `catchment_task`, `CatchmentCosts` and `redraw`.

    Parameters
    ----------
    files : write who belongs where, and with ``[houses]`` the street list, per variant
    fixed : list of what is laid down: block, schule, art ("fest" or "verboten") and grund
    edits : list of changes by hand, as the page for them saves it: a variant of its own
    children : of today, or those that ``[forecast]`` projects
    years : first and last year to come that places must do for; None: all
    ages : youngest and oldest at such a school, for children to come
    """

    function: ClassVar[str] = "sozialraum.planning.districting.catchments:redraw"

    files: bool = False
    fixed: FilePath | None = None
    edits: FilePath | None = None
    children: ChildrenOf = "today"
    years: tuple[int, int] | None = None
    ages: tuple[Count, Count] = (6, 9)
    variants: tuple[CatchmentVariant, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.years is not None and self.years[0] > self.years[1]:
            raise WrongValueError(text("planning.needs.years_in_order"), key="years")
        if self.ages[0] > self.ages[1]:
            raise WrongValueError(text("planning.needs.ages_in_order"), key="ages")
        return self

    @property
    def on_forecast(self) -> bool:
        """Whether it is about children to come."""
        return self.children == "forecast"
