"""What a map shows and what is said of it: one value that every output draws from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from sozialraum.publish.published_numbers import Figure

if TYPE_CHECKING:
    from sozialraum.model import Release

Kind = Literal["level", "change", "certainty"]


@dataclass(frozen=True, kw_only=True)
class Ends:
    """What the two ends of a view mean.

    Parameters
    ----------
    strong, weak : words for the strong and for the weak end of its colours
    """

    strong: str
    weak: str

    def turned(self) -> Ends:
        """Return the same with the ends exchanged."""
        return Ends(strong=self.weak, weak=self.strong)


@dataclass(frozen=True, kw_only=True)
class Stripes:
    """What orange stripes, or violet dots, over the colours of a view say.

    Parameters
    ----------
    label : what is true of such an area
    areas : per area whether it is one
    column, value : where a class of the tables says it: its column, and the class
    """

    label: str
    areas: tuple[bool, ...]
    column: str = ""
    value: int = 0


@dataclass(frozen=True, kw_only=True)
class View:
    """One way to colour the map.

    Parameters
    ----------
    id : short name; stands in the address of the page
    group : key of the group in the texts ("index", "indicators", "certainty", …)
    label : what is shown
    codes : per edition one character per area
    classes : label per class, lowest first; "" = the limits say it
    limits : inner limits of the classes, or () where classes are not cut from a number
    right : whether a limit belongs to the class below it
    colours : per class
    kind : "level", "change" or "certainty": which palette, and which sentence
    ends : what strong and weak colour mean; None = the view has no direction
    days : ISO dates of its codes, oldest first
    strong_first : whether the lowest class is the strong one
    stripes : of a view of two questions what its orange stripes say (worse)
    dots : of such a view what its violet dots say (better)
    figure : how limits are shown
    note : key of a sentence under the legend, or ""
    signs : per class what stands on the map instead of a number; () = numbers
    """

    id: str
    group: str
    label: str
    codes: tuple[str, ...]
    classes: tuple[str, ...]
    limits: tuple[float, ...] = ()
    right: bool = False
    colours: tuple[str, ...] = ()
    figure: Figure = field(default_factory=lambda: Figure(1, 2, "number"))
    note: str = ""
    kind: Kind = "level"
    ends: Ends | None = None
    days: tuple[str, ...] = ()
    strong_first: bool = False
    stripes: Stripes | None = None
    dots: Stripes | None = None
    signs: tuple[str, ...] = ()

    def numbers(self, release: Release) -> list[str]:
        """Return what stands on the map for each class: its number, or its own sign."""
        if self.signs:
            return list(self.signs)
        numbers = release.breaks[self.id].numbers if self.id in release.breaks else ()
        return [str(n) for n in numbers or range(1, len(self.colours) + 1)]
