"""What all sections of a plan file share: their base, and numbers within bounds."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sozialraum.texts import text

Share = Annotated[float, Field(ge=0, le=1)]
NotNegative = Annotated[float, Field(ge=0)]


class PlanSection(BaseModel):
    """Base of all sections: unknown keys are errors, values are not converted silently.

    `function` of a section names what it is run by, as "module:name".
    """

    function: ClassVar[str] = ""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Varied(PlanSection):
    """A section with named variants that differ from it in some keys."""

    name: str = ""
    variants: tuple[dict[str, Any], ...] = ()

    @model_validator(mode="after")
    def _check_variants(self) -> Self:
        self.each()
        return self

    def each(self) -> list[Self]:
        """Return the variants with all keys filled in; the section itself where there are none."""
        own = self.model_dump(exclude={"variants"}, exclude_unset=True)
        if not self.variants:
            return [self]
        return [type(self).model_validate(own | changes) for changes in self.variants]

    @property
    def label(self) -> str:
        """What the committee calls the variant."""
        return self.name or text("planning.sentence.variant")

    def arguments(self) -> dict[str, Any]:
        """Return what was asked, as in the plan file."""
        return self.model_dump(exclude={"variants"})
