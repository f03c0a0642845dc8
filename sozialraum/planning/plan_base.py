"""What all sections of a plan file share: their base, and numbers within bounds."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
NotNegative = Annotated[float, Field(ge=0)]


class PlanSection(BaseModel):
    """Base of all sections: unknown keys are errors, values are not converted silently.

    `function` of a section names what it is run by, as "module:name".
    """

    function: ClassVar[str] = ""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
