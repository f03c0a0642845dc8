"""What a plan of catchments is measured by."""

from __future__ import annotations

from dataclasses import dataclass

from sozialraum.planning.checks import require_at_least


@dataclass(frozen=True, kw_only=True)
class CatchmentCosts:
    """What a plan is measured by, in pupil-kilometres.

    Parameters
    ----------
    stay : per pupil whose school changes
    sibling : further, per pupil with a brother or sister at the present school
    crossing : per pupil and unsafe crossing
    mix : per pupil of the city, times the dissimilarity D (0..1)
    over, under : per pupil above the capacity, below the minimum
    far : per pupil beyond the walking limit whose nearest school it is not
    """

    stay: float = 0.0
    sibling: float = 0.0
    crossing: float = 0.0
    mix: float = 0.0
    over: float = 20.0
    under: float = 5.0
    far: float = 20.0

    def __post_init__(self) -> None:
        """Refuse negative costs."""
        for name in self.__dataclass_fields__:
            require_at_least(getattr(self, name), 0, name=name, caller="CatchmentCosts")
