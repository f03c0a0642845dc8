"""The rules of disclosure control as one frozen value, and the named profiles that set them."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import resources
from typing import Any, ClassVar, Literal

from sozialraum.model.arguments import refuse_wrong_options
from sozialraum.model.options import (
    AtLeastOne,
    Attacker,
    Candidates,
    Count,
    Decimals,
    IndicatorId,
    NotNegative,
    Zeros,
)

Method = Literal["suppress", "round", "cellkey", "suppress_round"]


@dataclass(frozen=True, kw_only=True)
class DisclosureRules:
    """What may be told about few persons; the section ``[disclosure]`` of a build file.

    Parameters
    ----------
    minimum : smallest number of persons that may be told, in a share and in its complement
    minimum_base : persons an area must have for anything to be published about it
    value_base : persons a share must refer to for its value to be published; below it only the
        class is
    zeros : "show": a counted 0 is told (everybody, 100 %, never is); "suppress": 0 is withheld like
        any small count
    candidates : number of counts a published share must be compatible with, when its base is known
    index_decimals : decimals of the published index
    method : how counts are protected in tables; the share of an index is always suppressed and
        rounded
    rounding_base : multiple that counts are rounded to (method "round", "suppress_round")
    deviation, variance : maximum and variance of the noise (method "cellkey")
    insiders : further cases an attacker may know already (0; 1: one child's own family)
    attacker : whom the audit reckons with: "arithmetic" adds and subtracts, "rule" also knows that
        a withheld count is no zero, "population" also knows how many live in each smallest area,
        "insider" is one of the cases
    profile : name of the profile that set the values
    published_input : the input is published open data; nothing is withheld, and the release says so
    reason : where the input is published; must be given with `published_input`
    published : ids of single indicators that are published already, without a known base
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    minimum: AtLeastOne = 5
    minimum_base: NotNegative = 10.0
    value_base: NotNegative = 30.0
    zeros: Zeros = "show"
    candidates: Candidates = 3
    index_decimals: Decimals = 1
    method: Method = "suppress"
    rounding_base: int = 5
    deviation: int = 3
    variance: float = 1.0
    insiders: Count = 0
    attacker: Attacker = "rule"
    profile: str = ""
    published_input: bool = False
    reason: str = ""
    published: tuple[IndicatorId, ...] = field(default=())

    def __post_init__(self) -> None:
        """Refuse rules that would protect nothing without saying so."""
        refuse_wrong_options(type(self), vars(self))
        if self.minimum < 1 or self.candidates < 1:
            message = (
                f"The 'minimum' and 'candidates' of DisclosureRules must be at least 1. "
                f"Got {self.minimum} and {self.candidates} instead."
            )
            raise ValueError(message)
        if not 0 <= self.minimum_base <= self.value_base:
            message = (
                f"The 'minimum_base' of DisclosureRules must lie between 0 and 'value_base'. "
                f"Got {self.minimum_base} and {self.value_base} instead."
            )
            raise ValueError(message)
        if self.published_input and not self.reason.strip():
            message = "DisclosureRules with published_input=True must have a 'reason'."
            raise ValueError(message)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        plain = asdict(self)
        plain["published"] = list(self.published)
        return plain

    def public(self) -> dict[str, Any]:
        """Return what may be told of the rules: not how large the noise can be."""
        return {k: v for k, v in self.to_dict().items() if k not in ("deviation", "variance")}


@dataclass(frozen=True)
class Profile:
    """A named set of rules: whose it is, where it stands, and since when it is recorded here.

    None is legal advice: the responsible statistics office decides.
    """

    name: str
    label: str
    source: str
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
    kept = {k: v for k, v in asdict(profiles()[profile].rules).items() if k not in changes}
    return DisclosureRules(**kept, **changes)


def _profile(name: str, entry: dict[str, Any]) -> Profile:
    about = {k: entry[k] for k in ("label", "source", "date", "note")}
    return Profile(name=name, rules=DisclosureRules(profile=name, **entry["rules"]), **about)
