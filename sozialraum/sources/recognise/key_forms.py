"""Keys of a table against keys of layers, in each form in which offices write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from sozialraum.sources.recognise.official import of_other_places
from sozialraum.sources.recognise.seen import KeyMatch, SeenLayer
from sozialraum.sources.tabular.headers import is_total_word
from sozialraum.sources.tabular.key_translation import (
    Translation,
    cell_parts,
    names_of_areas,
    proposed_affix,
)

# below this share of common keys nobody is asked either
_WORTH_ASKING = 0.5
_NEAR = 0.08
_FEWEST = 3
_SHOWN = 20
# never taken unasked: running numbers can look like the ends of keys
_AFFIX_WORTH = 0.94
_PART_WORTH = 0.96
_STATUS_OF_TOWN = re.compile(
    r",\s*(stadt|kreisfreie stadt|landeshauptstadt|landkreis|universitätsstadt|st\.)(\s.*)?$"
)
_WORD_BEFORE = re.compile(r"\b(stadtteil|ortsteil|stadtbezirk|bezirk|sprengel)\s+")


def without_zeros(key: str) -> str:
    """Return a key without its leading zeros: "0101" -> "101"."""
    return (key.lstrip("0") or "0") if key.isdigit() else key


def ags_of(key: str) -> str:
    """Return the eight digits of a municipality for the twelve of its ARS.

    Examples
    --------
    >>> ags_of("091750112112")
    '9175112'
    """
    ags = key[:5] + key[9:] if re.fullmatch(r"[0-9]{12}", key) else key
    return without_zeros(ags)


def plain_name(key: str) -> str:
    """Return a name of an area without what is written differently in different offices.

    Examples
    --------
    >>> plain_name("Sankt Ulrich, Stadt"), plain_name("St. Ulrich"), plain_name("Nord-West")
    ('stulrich', 'stulrich', 'nordwest')
    """
    text = _STATUS_OF_TOWN.sub("", key.casefold())
    text = re.sub(r"\b(sankt|st)\b\.?", "st", _WORD_BEFORE.sub("", text))
    return re.sub(r"[^0-9a-zäöüß]", "", text)


# way, what a match in it is worth, how a key is written in it
FORMS: tuple[tuple[str, float, Callable[[str], str]], ...] = (
    ("equal", 1.00, lambda key: key),
    ("zeros", 0.98, without_zeros),
    ("ars", 0.97, ags_of),
    ("names", 0.93, plain_name),
)


@dataclass(frozen=True)
class Keyring:
    """The distinct keys of one column, in every form; each form is made once."""

    keys: tuple[str, ...]

    @cached_property
    def distinct(self) -> tuple[str, ...]:
        """Filled keys that name no sum, each once, in the order of the file."""
        return tuple(dict.fromkeys(k for k in self.keys if k and not is_total_word(k)))

    @cached_property
    def forms(self) -> tuple[dict[str, str], ...]:
        """Per form: key as written in it -> key as it stands in the file."""
        return tuple({write(k): k for k in self.distinct} for _, _, write in FORMS)

    @cached_property
    def unique(self) -> float:
        """Distinct keys per filled cell."""
        filled = sum(1 for k in self.keys if k and not is_total_word(k))
        return len(self.distinct) / filled if filled else 0.0

    @cached_property
    def mostly_digits(self) -> bool:
        """Whether most keys are digits."""
        return 2 * sum(k.isdigit() for k in self.distinct) > len(self.distinct)


class Layers:
    """All attributes of all layers of areas, ready to be compared with columns of tables."""

    def __init__(self, layers: Iterable[SeenLayer]) -> None:
        self._rings = [
            (layer, attribute, Keyring(keys))
            for layer in layers
            if layer.geometry == "areas"
            for attribute, keys in layer.columns.items()
        ]

    def again(self, match: KeyMatch, keys: Sequence[str]) -> KeyMatch | None:
        """Return a match of the same column, now that its rows are told from remarks."""
        for layer, attribute, theirs in self._rings:
            if (layer.label, attribute) == (match.layer, match.attribute):
                mine = Keyring(tuple(keys))
                if match.way == "part":
                    return _parted(match.place, mine, layer, attribute, theirs)
                return _compare(match.place, mine, layer, attribute, theirs)[0]
        return None

    def features_of(self, match: KeyMatch, keys: Sequence[str]) -> list[int]:
        """Return which feature of its layer each key of a table means; -1 where it means none."""
        theirs = next(
            ring
            for layer, attribute, ring in self._rings
            if (layer.label, attribute) == (match.layer, match.attribute)
        )
        at = {key: i for i, key in reversed(list(enumerate(theirs.keys)))}
        if match.way == "part":
            found, _ = _part_reader(theirs).keys_of(keys, "", "")
            return [at.get(key, -1) for key in found]
        if match.way == "affix":
            on_table = match.side == "table"
            at = at if on_table else {f"{match.prefix}{k}{match.suffix}": i for k, i in at.items()}
            made = (f"{match.prefix}{k}{match.suffix}" if on_table else k for k in keys)
            return [at.get(key, -1) for key in made]
        write = next(write for way, _, write in FORMS if way == match.way)
        forms = {write(key): i for key, i in at.items()}
        return [forms.get(write(key), -1) if key else -1 for key in keys]

    def best(self, columns: Sequence[Keyring | None]) -> tuple[KeyMatch | None, list[KeyMatch]]:
        """Return the best key of a table, and other layers that it fits as well.

        Parameters
        ----------
        columns : per column its keys; None where it can hold none

        Notes
        -----
        Of candidates close to the best: the one that reaches the most areas, with one row per area,
        a code before a name.
        """
        found = [
            _Fit(match, ring.unique > 0.98, ring.mostly_digits, worth)
            for place, ring in enumerate(columns)
            if ring is not None and len(ring.distinct) >= _FEWEST
            for layer, attribute, keys in self._rings
            for match, worth in [_compare(place, ring, layer, attribute, keys)]
            if match is not None
        ]
        if not found:
            return self._around(columns), []
        top = max(c.worth for c in found)
        near = [c for c in found if c.worth >= top - _NEAR]
        reach = max(c.match.matched for c in near)
        best = max(near, key=lambda c: c.rank(reach))
        rivals = [
            c.match
            for c in near
            if c.worth >= best.worth - 0.01
            and c.match.matched == best.match.matched
            and (c.match.layer, c.match.attribute) != (best.match.layer, best.match.attribute)
        ]
        return best.match, rivals

    def _around(self, columns: Sequence[Keyring | None]) -> KeyMatch | None:
        """Return the best key that stands in one cell with a name, or lacks the same signs."""
        parts = [
            match
            for place, ring in enumerate(columns)
            if ring is not None and len(ring.distinct) >= _FEWEST
            for layer, attribute, keys in self._rings
            if keys.unique > 0.98
            for match in [_parted(place, ring, layer, attribute, keys)]
            if match is not None
        ]
        if parts:
            return max(parts, key=lambda m: (m.score, -m.place))
        found = [
            match
            for place, ring in enumerate(columns)
            if ring is not None and len(ring.distinct) >= _FEWEST and ring.unique > 0.98
            for layer, attribute, keys in self._rings
            if keys.unique > 0.98
            for match in [_affixed(place, ring, layer, attribute, keys)]
            if match is not None
        ]
        return max(found, key=lambda m: (m.score, -m.place), default=None)


def _part_reader(keys: Keyring) -> Translation:
    """Return what finds one of some keys, codes or names, in a cell that holds both."""
    names = {} if keys.mostly_digits else names_of_areas({k: k for k in keys.distinct})[0]
    return Translation(names=names, part=True, known=frozenset(keys.distinct))


def _parted(
    place: int, ring: Keyring, layer: SeenLayer, attribute: str, keys: Keyring
) -> KeyMatch | None:
    """Return how well cells with key and name in one fit an attribute."""
    made, _ = _part_reader(keys).keys_of(ring.distinct, "", "")
    found = {cell: key for cell, key in zip(ring.distinct, made, strict=True) if key != cell}
    both = set(found.values())
    score = 2 * len(both) / (len(ring.distinct) + len(keys.distinct)) * _PART_WORTH
    names = {p.name for cell in found for p in [cell_parts(cell)] if p is not None}
    # the same word beside every code is no name: "111-Nord", "112-Nord"
    told_apart = 2 * len(names) > len(found) == len(both)
    if len(both) < _FEWEST or not told_apart or score < _WORTH_ASKING:
        return None
    left = tuple(cell for cell in ring.distinct if cell not in found)
    lost = tuple(key for key in keys.distinct if key not in both)
    return KeyMatch(
        place, layer.label, attribute, "part", score, len(both), len(keys.distinct),
        left[:_SHOWN], lost[:_SHOWN],
    )  # fmt: skip


@dataclass(frozen=True)
class _Fit:
    match: KeyMatch
    unique: bool
    digits: bool
    worth: float

    def rank(self, reach: int) -> tuple[bool, bool, bool, float, int]:
        """Return what the best candidate is the largest in."""
        wide = self.match.matched >= 0.95 * reach
        return (wide, self.unique, self.digits, self.worth, -self.match.place)


def _affixed(
    place: int, ring: Keyring, layer: SeenLayer, attribute: str, keys: Keyring
) -> KeyMatch | None:
    """Return how well a column fits an attribute once the same signs stand around its keys."""
    prefix, suffix, side = proposed_affix(ring.distinct, keys.distinct)
    if not side:
        return None
    on_table = side == "table"
    mine = {f"{prefix}{k}{suffix}" if on_table else k: k for k in ring.distinct}
    theirs = {k if on_table else f"{prefix}{k}{suffix}": k for k in keys.distinct}
    both = mine.keys() & theirs.keys()
    score = 2 * len(both) / (len(mine) + len(theirs)) * _AFFIX_WORTH
    if len(both) < _FEWEST or score < _WORTH_ASKING:
        return None
    left = tuple(k for form, k in mine.items() if form not in both)
    lost = tuple(k for form, k in theirs.items() if form not in both)
    return KeyMatch(
        place, layer.label, attribute, "affix", score, len(both), len(theirs),
        left[:_SHOWN], lost[:_SHOWN], prefix, suffix, side,
    )  # fmt: skip


def _compare(
    place: int, ring: Keyring, layer: SeenLayer, attribute: str, keys: Keyring
) -> tuple[KeyMatch | None, float]:
    """Return how well a column fits an attribute, in the form in which it fits best."""
    best: KeyMatch | None = None
    elsewhere = of_other_places(ring.distinct, keys.distinct)
    for (way, worth, _), written, theirs in zip(FORMS, ring.forms, keys.forms, strict=True):
        mine = {form: k for form, k in written.items() if k not in elsewhere}
        if len(theirs) < _FEWEST or len(mine) < _FEWEST:
            continue
        both = mine.keys() & theirs.keys()
        score = 2 * len(both) / (len(mine) + len(theirs)) * worth
        if score >= _WORTH_ASKING and (best is None or score > best.score + 1e-9):
            left = tuple(k for form, k in mine.items() if form not in both)
            lost = tuple(k for form, k in theirs.items() if form not in both)
            best = KeyMatch(
                place, layer.label, attribute, way, score, len(both), len(theirs),
                left[:_SHOWN], lost[:_SHOWN], elsewhere=len(elsewhere),
            )  # fmt: skip
    worth = 0.0 if best is None else best.score * (0.6 + 0.4 * keys.unique)
    return best, worth
