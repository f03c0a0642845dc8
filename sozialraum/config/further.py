"""What a build may ask for beyond its index; each section becomes the arguments of a function."""

from __future__ import annotations

from typing import ClassVar

from sozialraum.config.steps import Step
from sozialraum.model.options import ClassCount, Resamples, SmallSeed, TypeMethod


class TypologySection(Step):
    """``[typology]``: arguments of `sozialraum.index.typology.fit_typology`."""

    function: ClassVar[str] = "sozialraum.index.typology:fit_typology"

    method: TypeMethod = "kmeans"
    k: ClassCount = 5
    seed: SmallSeed = 2024
    labels: tuple[str, ...] | None = None
    draws: Resamples = 50
