"""What all sections of a plan file share: they are sections, say what runs them, and may vary."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from sozialraum.config.sections import Section
from sozialraum.texts import text


class PlanSection(Section):
    """Base of all sections of a plan; `function` names what one is run by, as "module:name"."""

    function: ClassVar[str] = ""


class Varied(PlanSection):
    """A section whose ``variants`` differ from it in some keys, each under a name of its own."""

    name: str = ""

    @property
    def label(self) -> str:
        """What the committee calls the variant."""
        return self.name or text("planning.sentence.variant")

    def arguments(self) -> dict[str, Any]:
        """Return what was asked, as in the plan file."""
        return self.model_dump(exclude={"variants"})

    def each(self) -> list[Self]:
        """Return the variants with all keys filled in; the section itself where there are none."""
        variants: tuple[PlanSection, ...] = getattr(self, "variants", ())
        own = {k: getattr(self, k) for k in self.model_fields_set if k != "variants"}
        told = [{k: getattr(one, k) for k in one.model_fields_set} for one in variants]
        return [type(self).model_validate(own | changes) for changes in told] or [self]
