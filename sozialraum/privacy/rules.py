"""The rules of disclosure control: one frozen value, and the profiles that set it."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

from sozialraum.model.options import AtLeastOne, Count, IndicatorId, Intruder, Totals, Zeros
from sozialraum.model.problem import Plain

Noise = Literal["", "cellkey"]


@dataclass(frozen=True, kw_only=True)
class DisclosureRules:
    """What may be told about few persons; the section ``[disclosure]`` of a build file.

    Parameters
    ----------
    minimum : smallest number of persons that may be told, in a share and in its complement
    width : counts per window, at least 3; 1 only with `published_input`
    zeros : "show": a counted 0 is told; "suppress": 0 joins the lowest window
    attacker : whom the audit reckons with (Angreiferwissen). "outsider" knows windows, bases and
        the program; "totals" also the exact total of every variable and the bases of the smallest
        areas; "insider" is one of the cases, too
    insiders : further cases an attacker may know; None: 1 for "insider", else 0
    totals : what is printed for the whole city: "exact", or "recoded", the sum of the middles
    noise : "cellkey": noise (Cell-Key-Methode) takes the place of windows
    deviation, variance : largest deviation and variance of that noise
    profile : name of the profile that set the values
    published_input : the input is published open data; nothing is recoded, and the release says so
    reason : where the input is published; must be given with `published_input`
    published : ids of single indicators that are published already

    Examples
    --------
    >>> DisclosureRules(minimum=5, attacker="insider").k
    6
    """

    minimum: AtLeastOne = 5
    width: AtLeastOne = 3
    zeros: Zeros = "show"
    attacker: Intruder = "totals"
    insiders: Count | None = None
    totals: Totals = "exact"
    noise: Noise = ""
    deviation: int = 5
    variance: float = 2.0
    profile: str = ""
    published_input: bool = False
    reason: str = ""
    published: tuple[IndicatorId, ...] = field(default=())

    def __post_init__(self) -> None:
        """Refuse rules that would protect nothing without saying so."""
        if self.minimum < 1:
            raise ValueError(_wrong("minimum", "at least 1", self.minimum))
        if self.width < 1 or (self.width < 3 and not self.published_input):
            raise ValueError(_wrong("width", "at least 3", self.width))
        if self.zeros not in ("show", "suppress"):
            raise ValueError(_wrong("zeros", "'show' or 'suppress'", self.zeros))
        if self.attacker not in ("outsider", "totals", "insider"):
            raise ValueError(_wrong("attacker", "'outsider', 'totals' or 'insider'", self.attacker))
        if self.totals not in ("exact", "recoded"):
            raise ValueError(_wrong("totals", "'exact' or 'recoded'", self.totals))
        if self.insiders is not None and self.insiders < 0:
            raise ValueError(_wrong("insiders", "at least 0", self.insiders))
        if self.published_input and not self.reason.strip():
            raise ValueError(_wrong("reason", "given with published_input=True", self.reason))

    @property
    def k(self) -> int:
        """The minimum, with the cases an insider knows on top."""
        known = int(self.attacker == "insider") if self.insiders is None else self.insiders
        return self.minimum + known

    @property
    def knows_totals(self) -> bool:
        """True where the audit reckons with exact totals."""
        return self.attacker != "outsider"

    @property
    def prints_totals(self) -> bool:
        """True where exact totals may be printed: never beside an attacker without them."""
        return self.totals == "exact" and self.knows_totals

    def is_open(self, indicator: str) -> bool:
        """Tell whether an indicator is published exactly elsewhere."""
        return self.published_input or indicator in self.published

    def to_dict(self) -> dict[str, Plain]:
        """Return plain values."""
        return asdict(self) | {"published": list(self.published)}

    def public(self) -> dict[str, Plain]:
        """Return what may be told of the rules: not how large the noise can be."""
        return {k: v for k, v in self.to_dict().items() if k not in ("deviation", "variance")}


@dataclass(frozen=True)
class Profile:
    """A named set of rules: where it stands, who answers for it, since when it is recorded here.

    None is legal advice: the responsible statistics office decides.
    """

    name: str
    label: str
    source: str
    owner: str
    date: str
    note: str
    rules: DisclosureRules


@cache
def profiles() -> dict[str, Profile]:
    """Return the profiles that ship with the package, by name.

    Examples
    --------
    >>> sorted(profiles())
    ['ba-akg', 'ba-standard', 'ckm', 'destatis-5er', 'kommunal-5', 'ons-10-5']
    >>> profiles()["ba-akg"].rules.minimum
    10
    """
    path = resources.files("sozialraum.privacy").joinpath("profiles.toml")
    listed = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: _profile(name, entry) for name, entry in listed.items()}


def rules_from(profile: str = "", **changes: Any) -> DisclosureRules:
    """Return the rules of a named profile with single values changed; without a name the defaults.

    Raises
    ------
    ValueError
        If no profile has that name.

    Examples
    --------
    >>> rules_from("ba-standard").minimum, rules_from("ba-standard", minimum=4).minimum
    (3, 4)
    """
    if not profile:
        return DisclosureRules(**changes)
    if profile not in profiles():
        message = (
            f"The 'profile' parameter of rules_from must be one of {sorted(profiles())}. "
            f"Got {profile!r} instead."
        )
        raise ValueError(message)
    return DisclosureRules(**asdict(profiles()[profile].rules) | changes)


def _profile(name: str, entry: dict[str, Any]) -> Profile:
    about = {k: entry[k] for k in ("label", "source", "owner", "date", "note")}
    return Profile(name=name, rules=DisclosureRules(profile=name, **entry["rules"]), **about)


def _wrong(name: str, expected: str, found: object) -> str:
    return f"The {name!r} parameter of DisclosureRules must be {expected}. Got {found!r} instead."
